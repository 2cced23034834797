//! The space-time diagram: a line for each process, time to the right, and a
//! slanted arrow for each message, so that two that cross are seen to cross.

use super::figure::instant;
use super::scale::round_step;
use super::spread::spread;
use super::way::Way;
use crate::identity::ProcessId;
use crate::time::Micros;
use crate::view::{Arrow, ArrowEnd, Diagram};

/// The distance between two lanes.
const LANE: f64 = 46.0;
const TOP: f64 = 18.0;
/// The space below the last lane, for the times.
const FOOT: f64 = 40.0;
/// The space left of the plot, for the names of the lanes.
const NAMES: f64 = 72.0;
/// The width of a letter of a lane's name, and the space beside the name.
const LETTER: f64 = 7.5;
const BESIDE: f64 = 12.0;
const RIGHT: f64 = 12.0;
/// The height of a label, and the greatest width of a character.
const LABEL: f64 = 12.0;
const CHARACTER: f64 = 6.3;
/// The most messages under way with a button beside their label, and the button's height.
pub const GRIPS: usize = 5;
pub const GRIP: f64 = 19.0;
/// The most labels.
const LABELS: usize = 60;
/// The least distance between two times.
const BETWEEN_TIMES: f64 = 90.0;

/// The time range drawn, and its position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeSpan {
    pub from_us: Micros,
    pub to_us: Micros,
    pub left: f64,
    pub right: f64,
}

impl TimeSpan {
    /// The position of an instant, also beyond the edges.
    pub fn x(&self, us: Micros) -> f64 {
        let whole = self.to_us.saturating_sub(self.from_us).max(1) as f64;
        let (us, from) = (us as f64, self.from_us as f64);
        self.left + (self.right - self.left) * ((us - from) / whole)
    }

    pub fn holds(&self, us: Micros) -> bool {
        (self.from_us..=self.to_us).contains(&us)
    }
}

/// The geometry of a diagram, without messages under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub width: f64,
    pub height: f64,
    pub span: TimeSpan,
    /// The lanes, from the top: their `y` and name.
    pub lanes: Vec<(f64, String)>,
    pub times: Vec<(f64, String)>,
    /// Messages that landed or were lost: the position among the diagram's arrows, and the line.
    pub arrows: Vec<(usize, Way)>,
    /// The diagram's marks, with their positions.
    pub marks: Vec<(usize, f64, f64)>,
    pub labels: Vec<Label>,
}

/// A text beside the line or mark that it names.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub x: f64,
    pub y: f64,
    /// The text ends at its position, rather than begins there.
    pub before: bool,
    pub text: String,
    /// The operation: "R12".
    pub of: String,
}

/// A message under way at this instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Flying {
    /// Its position among the diagram's arrows.
    pub at: usize,
    /// The part of its line up to now.
    pub done: Way,
    /// The rest up to its landing, if that is known.
    pub rest: Option<Way>,
    /// The position of its label, if there is room.
    pub label_y: Option<f64>,
}

/// The width for the names of the lanes: that of the longest, but at most half of the drawing.
fn names(diagram: &Diagram, width: f64) -> f64 {
    let letters = diagram.lanes.iter().map(|lane| lane.name.chars().count()).max().unwrap_or(0);
    (letters as f64 * LETTER + BESIDE).min(width * 0.4).max(NAMES)
}

/// Lays out everything in a drawing of this width, except for labels, which take most of the time:
/// see [`Plan::label`].
pub fn plan(diagram: &Diagram, from_us: Micros, to_us: Micros, width: f64) -> Plan {
    let left = names(diagram, width);
    let span = TimeSpan { from_us, to_us, left, right: (width - RIGHT).max(left + 1.0) };
    let lanes = lanes(diagram);
    let height = TOP + LANE * diagram.lanes.len().saturating_sub(1) as f64 + FOOT;
    let arrows: Vec<(usize, Way)> = diagram
        .arrows
        .iter()
        .enumerate()
        .filter(|(_, arrow)| !under_way(arrow))
        .filter_map(|(at, arrow)| Some((at, landed(diagram, &span, arrow)?)))
        .collect();
    let marks: Vec<(usize, f64, f64)> = diagram
        .marks
        .iter()
        .enumerate()
        .filter(|(_, mark)| span.holds(mark.at_us))
        .filter_map(|(at, mark)| Some((at, span.x(mark.at_us), lane(diagram, mark.process)?)))
        .collect();
    let (times, labels) = (times(&span), Vec::new());
    Plan { width, height, span, lanes, times, arrows, marks, labels }
}

impl Plan {
    /// Puts labels where there is room.
    pub fn label(mut self, diagram: &Diagram) -> Plan {
        self.labels = labels(diagram, &self.span, &self.arrows, &self.marks);
        self
    }
}

/// The messages under way at this instant: the line so far, and the rest dotted.
pub fn flying(diagram: &Diagram, span: &TimeSpan, now_us: Micros) -> Vec<Flying> {
    let mut all: Vec<Flying> = diagram
        .arrows
        .iter()
        .enumerate()
        .filter(|(_, arrow)| under_way(arrow))
        .filter_map(|(at, arrow)| {
            let (from, to) = (lane(diagram, arrow.from)?, lane(diagram, arrow.to)?);
            let now_us = now_us.max(arrow.sent_us);
            let share = match arrow.ended_us {
                Some(ended_us) if ended_us > arrow.sent_us => {
                    let whole = (ended_us - arrow.sent_us) as f64;
                    ((now_us - arrow.sent_us) as f64 / whole).min(1.0)
                }
                Some(_) => 1.0,
                // nobody knows how far
                None => halfway((to - from) / LANE),
            };
            let sent = (span.x(arrow.sent_us), from);
            let here = (span.x(now_us), from + (to - from) * share);
            let lands = arrow.ended_us.map(|ended_us| (span.x(ended_us), to));
            let rest = lands.and_then(|lands| cut(span, here, lands));
            Some(Flying { at, done: cut(span, sent, here)?, rest, label_y: None })
        })
        .collect();
    let seen: Vec<usize> = (0..all.len()).filter(|&at| all[at].done.ends).collect();
    let bottom = TOP + LANE * diagram.lanes.len().saturating_sub(1) as f64;
    let apart = if seen.len() <= GRIPS { GRIP } else { LABEL };
    if seen.len() as f64 * apart < bottom {
        let wanted: Vec<f64> = seen.iter().map(|&at| all[at].done.to.1 + 4.0).collect();
        for (at, y) in seen.into_iter().zip(spread(&wanted, apart, TOP, bottom)) {
            all[at].label_y = Some(y);
        }
    }
    all
}

/// The position about halfway across several lanes, but not on a lane in between, where the message
/// would seem to belong to another process.
fn halfway(lanes: f64) -> f64 {
    let lanes = lanes.abs().round().max(1.0);
    if lanes % 2.0 == 0.0 { 0.5 - 0.5 / lanes } else { 0.5 }
}

/// The text of an arrow's label: "R12 cache.get", "R12 reply".
pub fn said(arrow: &Arrow) -> String {
    let call = arrow.text.split('(').next().unwrap_or(&arrow.text);
    let what = match (arrow.reply, arrow.failed) {
        (true, true) => "error",
        (true, false) => "reply",
        _ => call,
    };
    let lost = if matches!(arrow.end, ArrowEnd::Dropped(_)) { " lost" } else { "" };
    format!("{} {what}{lost}", arrow.label).trim_start().to_owned()
}

/// The diagram in a sentence, for people who cannot see it.
pub fn in_words(diagram: &Diagram, from_us: Micros, to_us: Micros) -> String {
    let lost =
        diagram.arrows.iter().filter(|arrow| matches!(arrow.end, ArrowEnd::Dropped(_))).count();
    let held = diagram.arrows.iter().filter(|arrow| arrow.end == ArrowEnd::Held).count();
    let on_way = diagram.arrows.iter().filter(|arrow| under_way(arrow)).count() - held;
    let mut text = format!(
        "Messages between {} and {}: {} landed",
        instant(from_us),
        instant(to_us),
        diagram.arrows.len() - lost - held - on_way,
    );
    for (number, what) in [(lost, "lost"), (on_way, "under way"), (held, "held")] {
        if number > 0 {
            text.push_str(&format!(", {number} {what}"));
        }
    }
    text.push_str("; listed below");
    text
}

fn under_way(arrow: &Arrow) -> bool {
    matches!(arrow.end, ArrowEnd::UnderWay | ArrowEnd::Held)
}

fn lanes(diagram: &Diagram) -> Vec<(f64, String)> {
    let place = |at: usize| TOP + LANE * at as f64;
    diagram.lanes.iter().enumerate().map(|(at, lane)| (place(at), lane.name.clone())).collect()
}

fn lane(diagram: &Diagram, process: ProcessId) -> Option<f64> {
    let at = diagram.lanes.iter().position(|lane| lane.process == process)?;
    Some(TOP + LANE * at as f64)
}

fn landed(diagram: &Diagram, span: &TimeSpan, arrow: &Arrow) -> Option<Way> {
    let (from, to) = (lane(diagram, arrow.from)?, lane(diagram, arrow.to)?);
    let ended_us = arrow.ended_us?;
    // What is lost gets half the way.
    let (ended_us, to) = match arrow.end {
        ArrowEnd::Dropped(_) if ended_us == arrow.sent_us => (ended_us, (from + to) / 2.0),
        ArrowEnd::Dropped(_) => ((arrow.sent_us + ended_us) / 2, (from + to) / 2.0),
        _ => (ended_us, to),
    };
    cut(span, (span.x(arrow.sent_us), from), (span.x(ended_us), to))
}

/// The part of a line within the plot.
fn cut(span: &TimeSpan, from: (f64, f64), to: (f64, f64)) -> Option<Way> {
    if to.0 < span.left || from.0 > span.right {
        return None;
    }
    let long = to.0 - from.0;
    let at = |x: f64| match long.abs() < f64::EPSILON {
        true => to.1,
        false => from.1 + (to.1 - from.1) * ((x - from.0) / long),
    };
    let start = if from.0 < span.left { (span.left, at(span.left)) } else { from };
    let ends = to.0 <= span.right;
    let end = if ends { to } else { (span.right, at(span.right)) };
    Some(Way { from: start, to: end, ends })
}

fn times(span: &TimeSpan) -> Vec<(f64, String)> {
    let parts = ((span.right - span.left) / BETWEEN_TIMES).max(1.0) as u64;
    let step = round_step(span.to_us.saturating_sub(span.from_us), parts);
    let first = span.from_us.div_ceil(step);
    (first..=span.to_us / step).map(|at| (span.x(at * step), instant(at * step))).collect()
}

/// Labels where there is room: not on another label, nor across a line of another request.
fn labels(
    diagram: &Diagram,
    span: &TimeSpan,
    arrows: &[(usize, Way)],
    marks: &[(usize, f64, f64)],
) -> Vec<Label> {
    let mut placed: Vec<(Label, Room)> = Vec::new();
    let mut put = |own: Option<usize>, tries: &[(f64, f64, bool)], texts: [&str; 2], of: &str| {
        if placed.len() >= LABELS || of.is_empty() {
            return;
        }
        // Best is all of it and nothing crossed.
        for (text, alone) in [(texts[0], true), (texts[0], false), (texts[1], true)] {
            let wide = text.chars().count() as f64 * CHARACTER;
            let may_cross = |at: usize| {
                Some(at) == own || !alone && own.is_some() && diagram.arrows[at].label == of
            };
            for &(x, y, before) in tries {
                let left = if before { x - wide } else { x };
                let room = Room { left, right: left + wide, top: y - 9.0, bottom: y + 3.0 };
                let free = room.left >= span.left
                    && room.right <= span.right
                    && placed.iter().all(|(_, other)| !room.meets(other))
                    && arrows.iter().all(|(at, way)| may_cross(*at) || !room.crossed(way));
                if free {
                    let (text, of) = (text.to_owned(), of.to_owned());
                    placed.push((Label { x, y, before, text, of }, room));
                    return;
                }
            }
        }
    };
    for (at, way) in arrows {
        let arrow = &diagram.arrows[*at];
        let (text, of) = (said(arrow), &arrow.label);
        let along = |share: f64, off: f64, before: bool| {
            let x = way.from.0 + (way.to.0 - way.from.0) * share + off;
            (x, way.from.1 + (way.to.1 - way.from.1) * share + 4.0, before)
        };
        // Away from the lanes: a line that spans one lane is free in its middle.
        let lanes = ((way.to.1 - way.from.1).abs() / LANE).round().max(1.0);
        let near = 0.5 / lanes;
        let tries = [
            along(near, 6.0, false),
            along(near, -6.0, true),
            along(1.0 - near, 6.0, false),
            along(1.0 - near, -6.0, true),
        ];
        put(Some(*at), &tries, [&text, of], of);
    }
    for &(at, x, y) in marks {
        let mark = &diagram.marks[at];
        let text = format!("{} {}", mark.label, mark.event);
        let tries =
            [(x + 8.0, y - 5.0, false), (x + 8.0, y + 13.0, false), (x - 8.0, y - 5.0, true)];
        put(None, &tries, [&text, mark.event], &mark.label);
    }
    placed.into_iter().map(|(label, _)| label).collect()
}

struct Room {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Room {
    fn meets(&self, other: &Room) -> bool {
        self.left < other.right + 4.0
            && other.left < self.right + 4.0
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether a line crosses the label. The line slants, so only its part within the label's
    /// height counts.
    fn crossed(&self, way: &Way) -> bool {
        let ((x1, y1), (x2, y2)) = (way.from, way.to);
        let (low, high) = (self.top.max(y1.min(y2)), self.bottom.min(y1.max(y2)));
        if low > high {
            return false;
        }
        let at = |y: f64| match (y2 - y1).abs() < f64::EPSILON {
            true => x1,
            false => x1 + (x2 - x1) * ((y - y1) / (y2 - y1)),
        };
        let (a, b) = (at(low), at(high));
        a.min(b) <= self.right + 2.0 && a.max(b) >= self.left - 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::simulate::Simulation;

    /// A read that misses, up to an instant, with its diagram of 20 ms.
    fn read(until_us: Micros) -> Diagram {
        let scenario = Scenario::parse(
            r#"{"rows": {"each": {"k": 0}}, "actions": [{"at_us": 0, "do": "read", "key": "k"}]}"#,
        );
        let mut run = Simulation::new(&scenario.expect("a scenario")).expect("it runs");
        run.advance(until_us, u32::MAX);
        run.view().diagram(0, 20_000, 100)
    }

    #[test]
    fn an_arrow_slants_from_its_sending_to_its_landing() {
        let diagram = read(15_000);
        let plan = plan(&diagram, 0, 20_000, 1_084.0);
        assert_eq!(plan.span.x(10_000), 72.0 + 500.0);
        let (_, way) = plan.arrows[0];
        assert_eq!((way.from, way.to, way.ends), ((72.0, 18.0), (84.5, 64.0), true));
        assert_eq!(plan.arrows.len(), 8);
        assert_eq!(plan.lanes.len(), 5);
        assert_eq!(plan.marks.len(), 2);
        assert_eq!(plan.height, 18.0 + 4.0 * 46.0 + 40.0);
        let times: Vec<&str> = plan.times.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(times[..3], ["0 s", "2 ms", "4 ms"]);
    }

    #[test]
    fn a_long_name_of_a_lane_has_its_room_but_never_half_of_the_drawing() {
        let mut diagram = read(15_000);
        diagram.lanes[3].name = "cache_replica".to_owned();
        assert_eq!(plan(&diagram, 0, 20_000, 1_084.0).span.left, 13.0 * 7.5 + 12.0);
        diagram.lanes[3].name = "n".repeat(200);
        assert_eq!(plan(&diagram, 0, 20_000, 500.0).span.left, 200.0);
    }

    #[test]
    fn labels_name_what_there_is_room_for_and_never_meet() {
        let diagram = read(15_000);
        for width in [1_084.0, 700.0, 360.0, 90.0] {
            let plan = plan(&diagram, 0, 20_000, width).label(&diagram);
            let room = |label: &Label| {
                let wide = label.text.chars().count() as f64 * CHARACTER;
                let left = if label.before { label.x - wide } else { label.x };
                Room { left, right: left + wide, top: label.y - 9.0, bottom: label.y + 3.0 }
            };
            let rooms: Vec<Room> = plan.labels.iter().map(room).collect();
            for (at, one) in rooms.iter().enumerate() {
                assert!(one.left >= plan.span.left && one.right <= plan.span.right);
                assert!(rooms[at + 1..].iter().all(|other| !one.meets(other)), "{width}");
            }
            if width > 1_000.0 {
                let texts: Vec<&str> = plan.labels.iter().map(|label| &*label.text).collect();
                assert!(
                    texts.contains(&"R1 cache.get") && texts.contains(&"R1 db.read"),
                    "{texts:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_under_way_ends_at_the_present_with_the_rest_before_it() {
        let diagram = read(125);
        let plan = plan(&diagram, 0, 20_000, 1_084.0);
        assert!(plan.arrows.is_empty());
        let flying = flying(&diagram, &plan.span, 125);
        let rest = flying[0].rest.expect("it lands");
        assert_eq!((flying.len(), flying[0].done.to), (1, rest.from));
        assert_eq!((flying[0].done.to, rest.to), ((78.25, 41.0), (84.5, 64.0)));
        assert!(flying[0].label_y.is_some());
    }

    #[test]
    fn a_held_message_lies_on_no_other_lane() {
        let scenario = Scenario::parse(r#"{"actions": [{"at_us": 0, "do": "read", "key": "k"}]}"#);
        let mut run = Simulation::new(&scenario.expect("a scenario")).expect("it runs");
        run.advance(300, u32::MAX);
        let message = run.view().diagram(0, 20_000, 100).arrows.pop().expect("it is under way");
        let held = message.message.expect("it has a name");
        run.act(crate::scenario::What::Hold { message: held }).expect("it can be held");
        let diagram = run.view().diagram(0, 20_000, 100);
        let plan = plan(&diagram, 0, 20_000, 1_084.0);
        let y = flying(&diagram, &plan.span, 300)[0].done.to.1;
        let (first, cache) = (plan.lanes[1].0, plan.lanes[3].0);
        assert_eq!((&*plan.lanes[1].1, &*plan.lanes[3].1), ("app 1", "cache"));
        assert!(first < y && y < cache, "{y}");
        assert!(plan.lanes.iter().all(|(lane, _)| (lane - y).abs() > LANE / 3.0), "{y}");
        assert_eq!([1.0, 2.0, 3.0, -4.0].map(halfway), [0.5, 0.25, 0.5, 0.375]);
    }

    #[test]
    fn lines_are_cut_off_at_the_edges() {
        let diagram = read(15_000);
        let plan = plan(&diagram, 125, 11_375, 1_084.0);
        let (first, last) = (plan.arrows[0].1, plan.arrows[plan.arrows.len() - 1].1);
        assert_eq!((first.from, first.ends), ((72.0, 41.0), true));
        assert_eq!((last.to, last.ends), ((1_072.0, 41.0), false));
        let elsewhere = super::plan(&diagram, 30_000, 50_000, 1_084.0);
        assert!(elsewhere.arrows.is_empty() && elsewhere.marks.is_empty());
    }

    #[test]
    fn the_gist_counts() {
        assert_eq!(
            in_words(&read(15_000), 0, 20_000),
            "Messages between 0 s and 20 ms: 8 landed; listed below"
        );
        assert_eq!(
            in_words(&read(125), 0, 20_000),
            "Messages between 0 s and 20 ms: 0 landed, 1 under way; listed below"
        );
    }
}
