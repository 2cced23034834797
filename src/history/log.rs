//! Records as text, for the log.

use super::order::{MADE_UP, NOTHING};
use crate::event::{
    ConsumerFault, DropReason, Event, Fault, ReadVerdict, Record, RequestEnd, Saying, Verb,
};
use crate::identity::{Kind, OpId, ProcessId};
use crate::named::named;
use crate::store::cache::{CacheEffect, Refusal, Removal};
use crate::store::queue::QueueEffect;
use crate::strategy::StoreNames;
use crate::strategy::call::StoreError;
use crate::strategy::value::{Datum, Names, Origin, Scalar, Symbol};
use crate::time::{Micros, duration, exactly};
use crate::vocabulary::{CacheId, Failure, StoreId};

named! {
    /// How a line of the log is marked.
    pub enum Tone {
        /// A message, a hit, a commit: not marked.
        Plain = "plain",
        /// A request ended well.
        Good = "good",
        /// It costs time or freshness: a miss, an eviction, an expiry.
        Notice = "notice",
        /// A stale, dirty or phantom read, a lost write, a failure.
        Bad = "bad",
        /// An action of a person.
        Action = "action",
    }
}

/// What made a value that no row held and no client sent: a lock's token, say.
const OWN: &str = "the program's own value";

/// The operation that made a value: "W3", or "the initial value".
pub fn label(origin: Origin) -> String {
    match origin {
        Origin::INITIAL => "the initial value".to_owned(),
        NOTHING => "nothing".to_owned(),
        MADE_UP => "a value that nobody wrote to this key".to_owned(),
        origin => OpId::of(origin).label(),
    }
}

/// A process with its article: "the cache", "app 1".
fn the(process: ProcessId, stores: &StoreNames) -> String {
    match process {
        ProcessId::App(_) => process.name(stores),
        _ => match process.store() {
            Some(store) => stores.the(store),
            None => format!("the {}", process.name(stores)),
        },
    }
}

/// An error as text: the store and the kind of error; of an error that a strategy raised, its text,
/// and if the strategy declares it, its name.
pub fn error(error: StoreError, names: &Names) -> String {
    let text = error.raised.filter(|raised| raised.has_text());
    let text = text.map(|raised| names.text(Symbol(raised.text())));
    let what = text.as_deref().filter(|text| !text.is_empty());
    match (error.raised.and_then(|raised| names.own_error(raised)), what) {
        (Some(own), Some(what)) => format!("{own}: {what}"),
        (Some(own), None) => own.to_owned(),
        (None, what) => format!("{}: {}", error.source.name(), what.unwrap_or(error.reason.name())),
    }
}

/// A record as a line of the log; `None` if it has no meaning for a person.
pub fn line(record: &Record, names: &Names) -> Option<(Tone, String)> {
    let stores = names.stores();
    let text = |symbol: Symbol| names.text(symbol);
    let value = |datum: Datum| datum.scalar.display(names);
    let who = |op: OpId| match op {
        OpId::NOBODY => "background".to_owned(),
        op => op.label(),
    };
    Some(match record.event {
        Event::Started { op, kind, key, value: datum, client } => {
            let (op, client, key) = (op.label(), text(client), text(key));
            let line = match kind {
                Kind::Read => format!("{op}: {client} reads {key}"),
                Kind::Write => format!("{op}: {client} writes {key} = {}", value(datum)),
                Kind::Delete => format!("{op}: {client} deletes {key}"),
                Kind::Increment => format!("{op}: {client} adds {} to {key}", value(datum)),
            };
            (Tone::Plain, line)
        }
        Event::Retried { op, attempt } => {
            (Tone::Notice, format!("{}: tries again, attempt {}", op.label(), attempt + 1))
        }
        Event::Ended { op, kind, started_us, outcome, .. } => {
            let took = duration(record.at_us - started_us);
            match outcome {
                // the verdict says it
                RequestEnd::Returned(_) if kind == Kind::Read => return None,
                RequestEnd::Returned(_) => {
                    (Tone::Good, format!("{}: acknowledged after {took}", op.label()))
                }
                RequestEnd::Failed { error: why, maybe_applied } => {
                    let doubt = match kind.writes() && maybe_applied {
                        true => "; it may have been applied",
                        false => "",
                    };
                    (
                        Tone::Bad,
                        format!(
                            "{}: failed after {took} ({}){doubt}",
                            op.label(),
                            error(why, names)
                        ),
                    )
                }
                RequestEnd::TimedOut => {
                    let doubt = if kind.writes() { "; it may have been applied" } else { "" };
                    (Tone::Bad, format!("{}: gave up after {took}{doubt}", op.label()))
                }
            }
        }
        Event::Judged { op, key, value: datum, started_us, verdict, .. } => {
            let took = duration(record.at_us - started_us);
            let (tone, verdict) = read_verdict(verdict, names);
            let (op, key, value) = (op.label(), text(key), value(datum));
            (tone, format!("{op}: read {key} = {value} in {took}, {verdict}"))
        }
        Event::Broken { op, line, message, .. } => {
            (Tone::Bad, format!("{}: strategy error in line {line}: {}", who(op), text(message)))
        }
        Event::Uncaught { op, line, error: why, .. } => {
            (Tone::Bad, format!("{}: not caught in line {line}: {}", who(op), error(why, names)))
        }
        Event::Logged { op, text: said } => {
            (Tone::Plain, format!("{}: logs {}", who(op), text(said)))
        }
        Event::Dropped { op, from, to, what, why, .. } => {
            let (from, to) = (from.name(stores), to.name(stores));
            let (tone, why) = match why {
                DropReason::Loss => (Tone::Bad, "was lost"),
                DropReason::Cut => (Tone::Bad, "was lost, the link is cut"),
                DropReason::Injected => (Tone::Bad, "was dropped on purpose"),
                DropReason::Late => (Tone::Notice, "came too late"),
            };
            (tone, format!("{}: {} from {from} to {to} {why}", who(op), saying(what, names)))
        }
        Event::TimedOut { op, what, to, .. } => {
            let what = saying(what, names);
            (Tone::Bad, format!("{}: no answer from {} to {what}", who(op), the(to, stores)))
        }
        Event::Failed { op, what, error: why, .. } => (
            Tone::Bad,
            format!("{}: {} failed, {}", who(op), saying(what, names), error(why, names)),
        ),
        Event::Cache { op, cache, effect } => {
            return in_cache(record.at_us, op, cache, effect, names);
        }
        Event::LoadEnded { seen: None, .. } => return None,
        Event::ReplicaRead { op, key, .. } => {
            (Tone::Plain, format!("{}: the replica read {}", who(op), text(key)))
        }
        Event::LoadEnded { op, key, seen: Some(_) } => {
            (Tone::Plain, format!("{}: the database read {}", who(op), text(key)))
        }
        Event::NotSwapped { op, key, .. } => (
            Tone::Notice,
            format!("{}: db.compare_and_set({}) found another version", who(op), text(key)),
        ),
        Event::RolledBack { op, key, value: datum, .. } => {
            let (who, key, value) = (who(op), text(key), value(datum));
            (Tone::Bad, format!("{who}: the database rolled back {key} = {value}"))
        }
        Event::EndedIdle { op } => {
            (Tone::Bad, format!("{}: the database ended its idle transaction", who(op)))
        }
        Event::Joined { op, key, of } => (
            Tone::Plain,
            format!("{}: joins the single flight of {} for {}", who(op), who(of), text(key)),
        ),
        Event::Shared { op, key, of } => {
            let (op, of, key) = (who(op), who(of), text(key));
            (Tone::Plain, format!("{op}: has the result of {of}'s single flight for {key}"))
        }
        Event::NothingToDelete { op, key, .. } => {
            (Tone::Plain, format!("{}: the database has no {} to delete", who(op), text(key)))
        }
        Event::Committed { op, commit } => {
            let (key, version) = (text(commit.key), commit.version);
            let by = match op {
                // a task of no write
                OpId::NOBODY if commit.value.origin == Origin::INITIAL => "background:".to_owned(),
                OpId::NOBODY => format!("background: {}:", label(commit.value.origin)),
                op => op.label() + ":",
            };
            let what = match commit.value.is_none() {
                true => format!("{by} the database deleted {key}, version {version}"),
                false => format!(
                    "{by} the database committed {key} = {}, version {version}",
                    value(commit.value)
                ),
            };
            (Tone::Plain, what)
        }
        Event::Queue { op, effect, .. } => match effect {
            QueueEffect::Pushed { key, value: datum, .. } => {
                (Tone::Plain, format!("{}: queued {} = {}", who(op), text(key), value(datum)))
            }
            QueueEffect::Merged { key, absorbed, value: datum, .. } => {
                let (key, value, absorbed) = (text(key), value(datum), label(absorbed));
                (Tone::Plain, format!("{}: queued {key} = {value}, absorbing {absorbed}", who(op)))
            }
            QueueEffect::Ignored { key, origin, .. } => {
                let (key, origin) = (text(key), label(origin));
                (Tone::Bad, format!("queue: {key} is there already, {origin} is dropped"))
            }
            QueueEffect::Returned { key, value: datum, .. } => {
                let (key, origin) = (text(key), label(datum.origin));
                let lost = "its acknowledgement was not on the disk";
                (Tone::Bad, format!("queue: {key} ({origin}) is back, {lost}"))
            }
            QueueEffect::Retried { key, .. } => {
                (Tone::Notice, format!("queue: {} will be tried again", text(key)))
            }
            QueueEffect::DeadLettered { key, origin, .. } => {
                (Tone::Bad, format!("queue: gave up on {} ({})", text(key), label(origin)))
            }
            QueueEffect::Redelivered { key, .. } => {
                (Tone::Notice, format!("queue: {} is handed out again", text(key)))
            }
            QueueEffect::Dropped { key, origin, .. } => {
                (Tone::Bad, format!("queue: {} ({}) is gone", text(key), label(origin)))
            }
            QueueEffect::Replayed { key, origin } => (
                Tone::Notice,
                format!("queue: the dead letter {} ({}) is pushed again", text(key), label(origin)),
            ),
            QueueEffect::DeadLettersDropped => {
                (Tone::Bad, "queue: what it had given up on is gone".to_owned())
            }
            QueueEffect::Taken { .. } | QueueEffect::Acked { .. } => return None,
        },
        Event::Replicated { key, version, .. } => {
            (Tone::Plain, format!("replica: has version {version} of {}", text(key)))
        }
        Event::Restored { cache, entries } => {
            let the = stores.the(StoreId::Cache(cache));
            (Tone::Notice, format!("{the} is back with {entries} entries of its snapshot"))
        }
        Event::Fault(fault) => (Tone::Action, in_words(fault, names)),
        Event::Refused { text: said } => (Tone::Bad, format!("not done: {}", text(said))),
        Event::Initial { .. }
        | Event::TaskBegan { .. }
        | Event::TaskEnded { .. }
        | Event::Arrived { .. }
        | Event::LoadBegan { .. } => return None,
    })
}

/// A verdict as text.
pub fn read_verdict(verdict: ReadVerdict, names: &Names) -> (Tone, String) {
    match verdict {
        ReadVerdict::Fresh => (Tone::Good, "fresh".to_owned()),
        ReadVerdict::Stale { for_us, behind, row, .. } => {
            let versions =
                if behind == 1 { "1 version".to_owned() } else { format!("{behind} versions") };
            let age = match for_us {
                0 => "stale".to_owned(),
                for_us => format!("stale for {}", duration(for_us)),
            };
            let of = row.0.map_or(String::new(), |row| format!(" of {}", names.text(row)));
            (Tone::Bad, format!("{age}, {versions} behind{of}"))
        }
        ReadVerdict::Dirty => (Tone::Bad, "dirty: the database does not hold it yet".to_owned()),
        ReadVerdict::Phantom => (Tone::Bad, "phantom: the database will never hold it".to_owned()),
        ReadVerdict::Failed => (Tone::Bad, "failed".to_owned()),
        ReadVerdict::Foreign => (Tone::Bad, "foreign: it is another key's".to_owned()),
        ReadVerdict::Unfounded => (Tone::Bad, "unfounded: it comes from no store".to_owned()),
    }
}

fn in_cache(
    at_us: Micros,
    op: OpId,
    cache: CacheId,
    effect: CacheEffect,
    names: &Names,
) -> Option<(Tone, String)> {
    let stores = names.stores();
    let (title, the) = (stores.title(StoreId::Cache(cache)), stores.the(StoreId::Cache(cache)));
    let text = |symbol: Symbol| names.text(symbol);
    let by = |what: String| match op {
        OpId::NOBODY => format!("{title}: {what}"),
        op => format!("{}: {what}", op.label()),
    };
    Some(match effect {
        CacheEffect::Hit { key, origin, lineage } => {
            let is_own = Datum { lineage, ..Datum::made_by(origin, Scalar::None) }.is_literal();
            let made_by = if is_own { OWN.to_owned() } else { label(origin) };
            (Tone::Plain, by(format!("{title} hit for {} ({made_by})", text(key))))
        }
        CacheEffect::Miss { key } => (Tone::Notice, by(format!("{title} miss for {}", text(key)))),
        CacheEffect::Set { key, value, expires_us, .. } => {
            let life = match expires_us {
                Some(expires_us) => format!(" for {}", duration(expires_us.saturating_sub(at_us))),
                None => String::new(),
            };
            let value = value.scalar.display(names);
            (Tone::Plain, by(format!("{the} set {} = {value}{life}", text(key))))
        }
        CacheEffect::Refused { key, why } => {
            let why = match why {
                Refusal::OlderVersion => "it has seen a newer version",
                Refusal::Lease => "its lease is not valid any more",
                Refusal::Exists => "there is an entry already",
                Refusal::Full => "it is full",
                Refusal::Token => "the token is not the owner's",
                Refusal::Missing => "there is no entry to add to",
            };
            (Tone::Notice, by(format!("{the} refused to set {}: {why}", text(key))))
        }
        CacheEffect::Removed { key, why, .. } => match why {
            Removal::Deleted => (Tone::Plain, by(format!("{the} deleted {}", text(key)))),
            Removal::Expired => (Tone::Notice, by(format!("{} expired", text(key)))),
            Removal::Evicted => (Tone::Notice, by(format!("{} was evicted", text(key)))),
            // the fault says it
            Removal::Flushed | Removal::Killed => return None,
            Removal::Moved => {
                (Tone::Notice, by(format!("{the} is not asked for {} any more", text(key))))
            }
        },
        CacheEffect::NothingToDelete { key } => {
            (Tone::Plain, by(format!("{the} has no {} to delete", text(key))))
        }
        CacheEffect::Stale { key, .. } => {
            (Tone::Notice, by(format!("{} is past its TTL, and served in its grace", text(key))))
        }
        CacheEffect::Retimed { .. }
        | CacheEffect::Remembered { .. }
        | CacheEffect::Forgotten { .. } => return None,
    })
}

pub(super) fn in_words(fault: Fault, names: &Names) -> String {
    let stores = names.stores();
    let text = |symbol: Symbol| names.text(symbol);
    // which cache, where it is not the usual one
    let from = |cache: CacheId| match stores.is_usual(cache) {
        true => String::new(),
        false => format!(" in {}", stores.the(StoreId::Cache(cache))),
    };
    match fault {
        Fault::Kill(process) => format!("{} is down", the(process, stores)),
        Fault::Restart(process) => format!("{} is up", the(process, stores)),
        Fault::Flush(cache) => format!("{} was flushed", the(ProcessId::Cache(cache), stores)),
        Fault::Join(cache) => format!("{} is a node now", the(ProcessId::Cache(cache), stores)),
        Fault::Leave(cache) => {
            format!("{} is a node no more", the(ProcessId::Cache(cache), stores))
        }
        Fault::Failover(cache) => match stores.pair(cache) {
            Some((first, replica)) => {
                let other = if cache == first { replica } else { first };
                let [it, of] = [cache, other].map(|it| the(ProcessId::Cache(it), stores));
                format!("{it} takes the place of {of}")
            }
            None => format!("{} takes over", the(ProcessId::Cache(cache), stores)),
        },
        Fault::Evict(cache, key) => format!("{} is to be evicted{}", text(key), from(cache)),
        Fault::Expire(cache, key) => format!("{} is to expire now{}", text(key), from(cache)),
        Fault::Slow { process, factor_milli: 1_000 } => {
            format!("{} is back to normal speed", the(process, stores))
        }
        Fault::Slow { process, factor_milli } => {
            let times = exactly(u64::from(factor_milli), 1_000);
            format!("{} takes {times} times as long", the(process, stores))
        }
        Fault::Cut { link, app } => format!("the link {} is cut", link.label(app)),
        Fault::Heal { link, app } => format!("the link {} is healed", link.label(app)),
        Fault::FailNext { store, nth, call, how, times } => {
            let verb = call.map_or("call".to_owned(), |verb| text(verb).to_string());
            let which = if times == 1 { String::new() } else { format!("{times} times, ") };
            if how == Failure::Hang {
                let at = stores.the_nth(store, nth);
                return format!("{which}whoever makes the next {verb} at {at} hangs behind it");
            }
            format!("{which}the next {verb} at {} will fail", stores.the_nth(store, nth))
        }
        Fault::Consumer { name, app, how } => {
            let which = app.map_or(String::new(), |app| format!(" of app {}", app + 1));
            let what = match how {
                ConsumerFault::Stop => "ends what it has in hand, and takes no more",
                ConsumerFault::Kill => "is killed with what it has in hand",
                ConsumerFault::Start => "takes items again",
            };
            format!("{}{which} {what}", text(name))
        }
        Fault::Replay { queue, app } => {
            let which = app.map_or(String::new(), |app| format!(" of app {}", app + 1));
            format!("the dead letters of {}{which} are pushed again", text(queue))
        }
        Fault::OutsideWrite { op, key, value, .. } => {
            format!(
                "{}: a script writes {} = {}",
                op.label(),
                text(key),
                value.scalar.display(names)
            )
        }
        Fault::OutsideDelete { op, key, .. } => {
            format!("{}: a script deletes {}", op.label(), text(key))
        }
        Fault::StartWorkload(name) => format!("the workload {} starts", text(name)),
        Fault::StopWorkload(name) => format!("the workload {} stops", text(name)),
        Fault::Handle { op, what, how } => {
            let what = saying(what, names);
            let whose = match op {
                OpId::NOBODY => "a background task".to_owned(),
                op => op.label(),
            };
            format!("{whose}: {what} {}", how.outcome())
        }
    }
}

/// A message in a short form: "cache.get(user:1)".
pub fn saying(what: Saying, names: &Names) -> String {
    let key = what.key.map_or(String::new(), |key| names.text(key).to_string());
    match what.verb {
        Verb::Answer | Verb::Reply if what.error => "an error".to_owned(),
        Verb::Answer | Verb::Reply => "the reply".to_owned(),
        Verb::Invoke => "the call to its function".to_owned(),
        verb => format!("{}({key})", verb.call(names.stores())),
    }
}
