//! Reads a cell from the run of a column's scenario.

use std::collections::{BTreeMap, BTreeSet};

use super::column::{CALLERS, Column, KEY, LATER_GETS, LOAD_US, NEW, OLD, PAST_US};
use crate::event::{Event, RequestEnd};
use crate::identity::Kind;
use crate::simulate::Simulation;
use crate::store::cache::{CacheEffect, Removal};
use crate::store::queue::QueueEffect;
use crate::strategy::value::Datum;
use crate::time::{MILLISECOND_US, Micros, SECOND_US, duration};
use crate::vocabulary::Store;

/// What happened in a run, as far as a column needs it.
#[derive(Default)]
struct Tally {
    /// Loads that reached the database, by the server of their request.
    loads: Vec<u32>,
    /// When each load failed.
    failures_us: Vec<Micros>,
    /// The reads in the order of their ends.
    reads: Vec<Read>,
    set_us: Option<Micros>,
    /// When the first entry expired, for readers that do not accept an expired one.
    expired_us: Option<Micros>,
    acknowledged_us: Option<Micros>,
    /// What became of messages, in order.
    written: Vec<String>,
    /// The values of acknowledged messages, in order, and when that was.
    acknowledged: Vec<(String, Micros)>,
    /// When the first message was taken.
    taken_us: Vec<Micros>,
    /// The most messages that were in hand at once.
    in_hand: u32,
}

struct Read {
    began_us: Micros,
    ended_us: Micros,
    end: End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Old,
    New,
    Nothing,
    Error,
}

impl Tally {
    fn of(run: &Simulation, servers: u32) -> Tally {
        let mut tally = Tally { loads: vec![0; servers as usize], ..Tally::default() };
        let names = run.world().names();
        let end = |value: Datum| match &*value.scalar.display(names).to_string() {
            OLD => End::Old,
            NEW => End::New,
            _ => End::Nothing,
        };
        let mut in_hand = 0_u32;
        let mut values = BTreeMap::new();
        for (_, record) in run.history().since(0) {
            let at_us = record.at_us;
            match record.event {
                Event::Queue {
                    effect:
                        QueueEffect::Pushed { item, value, .. }
                        | QueueEffect::Merged { item, value, .. },
                    ..
                } => {
                    values.insert(item, value.scalar.display(names).to_string());
                }
                Event::Queue { effect: QueueEffect::Taken { item }, .. } => {
                    if item == 1 {
                        tally.taken_us.push(at_us);
                    }
                    in_hand += 1;
                    tally.in_hand = tally.in_hand.max(in_hand);
                }
                Event::Queue { effect: QueueEffect::Acked { item, .. }, .. } => {
                    in_hand = in_hand.saturating_sub(1);
                    tally.acknowledged.push((values.remove(&item).unwrap_or_default(), at_us));
                    tally.written.push(item.to_string());
                }
                Event::Queue { effect: QueueEffect::Retried { item, .. }, .. } => {
                    in_hand = in_hand.saturating_sub(1);
                    tally.written.push(format!("{item}f"));
                }
                Event::LoadBegan { op, .. } => {
                    tally.loads[op.number().saturating_sub(1) as usize % servers as usize] += 1;
                }
                Event::Failed { what, .. } if what.verb.store() == Some(Store::Database) => {
                    tally.failures_us.push(at_us);
                }
                Event::Ended { kind: Kind::Read, started_us: began_us, outcome, .. } => {
                    let end = match outcome {
                        RequestEnd::Returned(value) => end(value),
                        _ => End::Error,
                    };
                    tally.reads.push(Read { began_us, ended_us: at_us, end });
                }
                Event::Ended { .. } => tally.acknowledged_us = Some(at_us),
                Event::Cache { effect: CacheEffect::Set { key, .. }, .. }
                    if &*names.text(key) == KEY =>
                {
                    tally.set_us = tally.set_us.or(Some(at_us));
                }
                Event::Cache {
                    effect:
                        CacheEffect::Removed { key, why: Removal::Expired, .. }
                        | CacheEffect::Stale { key, .. },
                    ..
                } if &*names.text(key) == KEY => {
                    tally.expired_us = tally.expired_us.or(Some(at_us));
                }
                _ => {}
            }
        }
        tally
    }

    fn all_loads(&self) -> u32 {
        self.loads.iter().sum()
    }
}

/// The text of the cell for a run.
pub(super) fn read(column: Column, run: &Simulation) -> String {
    let tally = Tally::of(run, column.servers());
    match column {
        Column::Stampede => tally.all_loads().to_string(),
        Column::Across => {
            // which of them is quicker says nothing
            let mut loads = tally.loads.clone();
            loads.sort_unstable_by(|a, b| b.cmp(a));
            let loads: Vec<String> = loads.iter().map(u32::to_string).collect();
            loads.join(" + ")
        }
        Column::Delete | Column::Set => match tally.reads.last() {
            Some(read) if read.ended_us - read.began_us >= LOAD_US => "loads anew".to_owned(),
            read => value(read).to_owned(),
        },
        Column::Join => value(tally.reads.iter().max_by_key(|read| read.began_us)).to_owned(),
        Column::Failure => failure(&tally),
        Column::Stale => stale(&tally),
        Column::StaleFailure => stale_failure(&tally),
        Column::Negative => match tally.all_loads() {
            1 => "cached".to_owned(),
            _ => "not cached".to_owned(),
        },
        Column::Expiry => expiry(&tally),
        Column::SecondTier => second_tier(&tally),
        Column::FailedOne | Column::FailedTen | Column::Killed => tally.written.join(" "),
        Column::Back => back(&tally),
        Column::LateAck => late_ack(&tally),
        Column::Coalesce => {
            let values: Vec<&str> = tally.acknowledged.iter().map(|(value, _)| &**value).collect();
            values.join(" ")
        }
        Column::Together if tally.in_hand > 1 => "at once".to_owned(),
        Column::Together => "one at a time".to_owned(),
    }
}

fn value(read: Option<&Read>) -> &'static str {
    match read.map(|read| read.end) {
        Some(End::Old) => OLD,
        Some(End::New) => NEW,
        Some(End::Error) => "error",
        Some(End::Nothing) | None => "nothing",
    }
}

/// The number of loads, how they overlapped, and what the callers got.
fn failure(tally: &Tally) -> String {
    let loads = tally.failures_us.len();
    // who loads at the same time is a wave
    let waves = tally.failures_us.iter().collect::<BTreeSet<_>>().len();
    let how = match waves {
        _ if loads <= 1 => "",
        1 => " at once",
        all if all == loads => ", one after another",
        0..=5 => ": one, then the rest at once",
        _ => ": one by one, then the rest at once",
    };
    let silent = tally.reads.iter().all(|read| read.end == End::Nothing);
    let got = if silent { "; no error" } else { "" };
    format!("{loads}{how}{got}")
}

/// The reads of an expired entry: the simultaneous ones, and the later ones.
fn late(tally: &Tally) -> (Vec<&Read>, Vec<&Read>) {
    let late = tally.reads.iter().filter(|read| read.began_us >= PAST_US);
    late.partition(|read| read.began_us == PAST_US)
}

fn stale(tally: &Tally) -> String {
    let (reads, _) = late(tally);
    let waited = reads.iter().filter(|read| read.ended_us - read.began_us >= LOAD_US).count();
    let waits = match waited as u32 {
        0 => "none waits".to_owned(),
        1 => "one waits".to_owned(),
        CALLERS => "all wait".to_owned(),
        some => format!("{some} wait"),
    };
    format!("{}, {waits}", tally.all_loads().saturating_sub(1))
}

fn stale_failure(tally: &Tally) -> String {
    let (at_once, later) = late(tally);
    let got = |reads: &[&Read]| {
        let old = reads.iter().filter(|read| read.end == End::Old).count();
        match reads.len() - old {
            0 => OLD.to_owned(),
            errors if old == 0 && errors > 1 => "error".to_owned(),
            1 if old > 1 => format!("1 error, {old} {OLD}"),
            errors => format!("{errors} errors, {old} {OLD}"),
        }
    };
    let first_us = later.iter().map(|read| read.began_us).min().unwrap_or(0);
    let tries = tally.failures_us.iter().filter(|at_us| **at_us >= first_us).count() as u32;
    let tries = match tries {
        0 => "held back".to_owned(),
        LATER_GETS => "each tries".to_owned(),
        some => format!("{some} of {LATER_GETS} try"),
    };
    let (first, then) = (got(&at_once), got(&later));
    match first == then {
        true => format!("{first}; {tries}"),
        false => format!("{first}, then {then}; {tries}"),
    }
}

/// A lifetime compared with the TTL, which is ten seconds.
fn expiry(tally: &Tally) -> String {
    let (Some(set_us), Some(expired_us)) = (tally.set_us, tally.expired_us) else {
        return "never".to_owned();
    };
    let (life_us, ttl_us) = (expired_us - set_us, 10 * SECOND_US);
    match life_us.checked_sub(ttl_us) {
        Some(0) => "miss at the TTL".to_owned(),
        Some(more_us) if more_us <= MILLISECOND_US => "hit at the TTL".to_owned(),
        Some(_) => "up to 1 s later".to_owned(),
        None => "up to 1 s earlier".to_owned(),
    }
}

/// How long another server's copy is served after the write's acknowledgement.
fn second_tier(tally: &Tally) -> String {
    let Some(acknowledged_us) = tally.acknowledged_us else { return "nothing".to_owned() };
    let stale = |read: &&Read| read.end == End::Old && read.began_us >= acknowledged_us;
    let last_us = tally.reads.iter().filter(stale).map(|read| read.began_us).max();
    match last_us.map_or(0, |last_us| last_us - acknowledged_us) {
        lag_us if lag_us < 100 * MILLISECOND_US => "milliseconds".to_owned(),
        lag_us if lag_us < 8 * SECOND_US => duration(lag_us),
        _ => "until its TTL".to_owned(),
    }
}

/// After what time a message is taken again whose consumer was killed.
fn back(tally: &Tally) -> String {
    let [first_us, again_us, ..] = tally.taken_us[..] else { return "never".to_owned() };
    match (again_us - first_us) / SECOND_US {
        0 => "at once".to_owned(),
        seconds if seconds % 3_600 == 0 => format!("{} h", seconds / 3_600),
        seconds if seconds >= 600 && seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

/// Whether the slow consumer's acknowledgement counts: its message is gone before the second
/// consumer's ends.
fn late_ack(tally: &Tally) -> String {
    let ([_, again_us, ..], [(_, acked_us), ..]) = (&tally.taken_us[..], &tally.acknowledged[..])
    else {
        return "nothing".to_owned();
    };
    let counts = acked_us.saturating_sub(*again_us) < 2 * SECOND_US;
    if counts { "counts" } else { "refused" }.to_owned()
}
