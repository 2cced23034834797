//! Positions on the map of the system.

use crate::scenario::LinkName;
use crate::time::Micros;
use crate::view::FlightView;
use crate::vocabulary::Role;

/// The map's width in its own units; it is scaled to the panel.
pub const WIDTH: f64 = 640.0;
/// The width and height of a process's box.
pub const BOX: (f64, f64) = (116.0, 54.0);
/// The distance of requests and replies from the middle of a road, on opposite sides.
const SIDE: f64 = 8.0;

/// The map's height, with the lower row if a process is in it.
pub fn height(kinds: &[Role]) -> f64 {
    let lower = kinds.iter().any(|kind| matches!(kind, Role::Worker | Role::Replica));
    if lower { 322.0 } else { 222.0 }
}

/// The centre of a process's box.
pub fn middle(kind: Role) -> (f64, f64) {
    match kind {
        Role::Client => (62.0, 111.0),
        Role::App => (238.0, 111.0),
        Role::Cache => (474.0, 40.0),
        Role::Database => (474.0, 182.0),
        Role::Worker => (238.0, 282.0),
        Role::Replica => (474.0, 282.0),
    }
}

/// A link as a line between the edges of two boxes.
pub fn road(from: Role, to: Role) -> ((f64, f64), (f64, f64)) {
    let (a, b) = (middle(from), middle(to));
    (edge(a, b), edge(b, a))
}

/// The point at which the line from the centre of a box to a point leaves the box.
fn edge(from: (f64, f64), towards: (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (towards.0 - from.0, towards.1 - from.1);
    let sideways = if dx == 0.0 { f64::MAX } else { BOX.0 / 2.0 / dx.abs() };
    let upwards = if dy == 0.0 { f64::MAX } else { BOX.1 / 2.0 / dy.abs() };
    let share = sideways.min(upwards).min(1.0);
    (from.0 + dx * share, from.1 + dy * share)
}

/// How far a message has come, from 0 to 1; `None` if that is not known.
pub fn progress(flight: &FlightView, now_us: Micros) -> Option<f64> {
    let whole = flight.lands_us?.saturating_sub(flight.sent_us);
    let passed = now_us.saturating_sub(flight.sent_us);
    Some(if whole == 0 { 1.0 } else { (passed as f64 / whole as f64).min(1.0) })
}

/// Messages on one link that were sent together and will land together, drawn as one.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// The id of the first message.
    pub id: u64,
    pub x: f64,
    pub y: f64,
    /// "R12", or "R12 ×10" for several.
    pub label: String,
    /// The content in a word: "get", "→ 42".
    pub what: String,
    pub reply: bool,
    pub failed: bool,
    /// The message is being served in a store.
    pub in_service: bool,
    pub held: bool,
    /// From 0 to 1, if known.
    pub progress: Option<f64>,
}

/// The messages in flight as dots. `still` puts each in the middle of its road.
pub fn dots(flights: &[FlightView], now_us: Micros, still: bool) -> Vec<Dot> {
    let mut groups: Vec<(&FlightView, usize)> = Vec::new();
    for flight in flights {
        match groups.iter_mut().find(|(first, _)| together(first, flight)) {
            Some((_, count)) => *count += 1,
            None => groups.push((flight, 1)),
        }
    }
    let mut in_service: [usize; 6] = [0; 6];
    groups
        .into_iter()
        .map(|(flight, count)| {
            let progress = progress(flight, now_us);
            let label = match count {
                1 => flight.label.clone(),
                _ => format!("{} ×{count}", flight.label),
            };
            let service = flight.from == flight.to;
            let (x, y) = if service {
                let row = &mut in_service[flight.to as usize];
                *row += 1;
                beside(flight.to, *row - 1)
            } else {
                let share = if still || flight.held { 0.5 } else { progress.unwrap_or(1.0) };
                on_road(flight.from, flight.to, share)
            };
            let (reply, failed, held) = (flight.reply, flight.failed, flight.held);
            let (id, what) = (flight.id, brief(&flight.text));
            Dot { id, x, y, label, what, reply, failed, in_service: service, held, progress }
        })
        .collect()
}

/// The content of a message, shortened for the map.
fn brief(text: &str) -> String {
    const LONGEST: usize = 16;
    let call = text.split_once('(').map_or(text, |(call, _)| call);
    let word = if text.starts_with('→') { text } else { call.rsplit('.').next().unwrap_or(call) };
    match word.chars().count() > LONGEST {
        true => word.chars().take(LONGEST - 1).chain(['…']).collect(),
        false => word.to_owned(),
    }
}

fn together(one: &FlightView, other: &FlightView) -> bool {
    let road =
        |flight: &FlightView| (flight.from, flight.to, flight.reply, flight.failed, flight.held);
    road(one) == road(other) && (one.sent_us, one.lands_us) == (other.sent_us, other.lands_us)
}

/// A position to the right of a box, in a row below the other ones.
fn beside(kind: Role, row: usize) -> (f64, f64) {
    let (x, y) = middle(kind);
    (x + BOX.0 / 2.0 + 10.0, y - BOX.1 / 2.0 + 9.0 + 16.0 * row as f64)
}

fn on_road(from: Role, to: Role, share: f64) -> (f64, f64) {
    let (a, b) = road(from, to);
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let long = (dx * dx + dy * dy).sqrt().max(1.0);
    (a.0 + dx * share - dy / long * SIDE, a.1 + dy * share + dx / long * SIDE)
}

/// The links to draw: those that every system has, and others once they matter.
pub fn roads(
    kinds: &[Role],
    links: impl Iterator<Item = (LinkName, bool)>,
    flights: &[FlightView],
) -> Vec<(LinkName, bool)> {
    links
        .filter(|(link, cut)| {
            let (one, other) = link.ends();
            let there = kinds.contains(&one) && kinds.contains(&other);
            let plain = matches!(
                link,
                LinkName::ClientApp
                    | LinkName::AppCache
                    | LinkName::AppDatabase
                    | LinkName::WorkerDatabase
                    | LinkName::DatabaseReplica
            );
            let used = flights.iter().any(|flight| {
                (flight.from, flight.to) == (one, other) || (flight.to, flight.from) == (one, other)
            });
            there && (plain || *cut || used)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flight(id: u64, sent_us: Micros, lands_us: Option<Micros>) -> FlightView {
        FlightView {
            id,
            from: Role::App,
            to: Role::Cache,
            text: "cache.get(user:1)".to_owned(),
            label: format!("R{id}"),
            reply: false,
            failed: false,
            message: None,
            held: false,
            sent_us,
            lands_us,
        }
    }

    #[test]
    fn a_message_moves_from_edge_to_edge() {
        let (start, end) = road(Role::Client, Role::App);
        assert_eq!(start, (62.0 + 58.0, 111.0));
        assert_eq!(end, (238.0 - 58.0, 111.0));
        let flight = flight(1, 100, Some(300));
        assert_eq!(progress(&flight, 100), Some(0.0));
        assert_eq!(progress(&flight, 200), Some(0.5));
        assert_eq!(progress(&flight, 900), Some(1.0));
    }

    #[test]
    fn a_burst_is_one_dot_and_others_are_their_own() {
        let burst = [flight(1, 0, Some(10)), flight(2, 0, Some(10)), flight(3, 5, Some(15))];
        let dots = dots(&burst, 5, false);
        let labels: Vec<&str> = dots.iter().map(|dot| dot.label.as_str()).collect();
        assert_eq!(labels, ["R1 ×2", "R3"]);
    }

    #[test]
    fn what_a_message_says_is_short() {
        let said = ["cache.get(user:1)", "→ 42", "refused", "read(user:1)"].map(brief);
        assert_eq!(said, ["get", "→ 42", "refused", "read"]);
        assert_eq!(brief("→ 'a rather long value'"), "→ 'a rather lon…");
    }

    #[test]
    fn requests_and_replies_keep_to_their_own_side() {
        let there = on_road(Role::Client, Role::App, 0.5);
        let back = on_road(Role::App, Role::Client, 0.5);
        assert_eq!((there.0, there.1 - back.1), (back.0, 2.0 * SIDE));
    }

    #[test]
    fn what_is_at_work_stands_beside_its_store() {
        let mut one = flight(1, 0, Some(10));
        one.from = Role::Database;
        one.to = Role::Database;
        let other = FlightView { id: 2, sent_us: 1, ..one.clone() };
        let dots = dots(&[one, other], 5, false);
        assert!(dots.iter().all(|dot| dot.in_service && dot.x > 474.0 + 58.0));
        assert!(dots[0].y < dots[1].y);
    }
}
