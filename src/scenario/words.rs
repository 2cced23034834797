//! Actions as text, for the log.

use super::{Failure, Literal, What};

impl What {
    /// The action as text: `client a writes user:1 = 7`.
    pub fn words(&self) -> String {
        if let Some((message, how)) = self.handling() {
            return format!("the message {message} {}", how.outcome());
        }
        match self {
            What::Read { key, client, times } => {
                format!("{} reads {key}{}", who(client), n(*times))
            }
            What::Write { key, value, client, times } => {
                format!("{} writes {key}{}{}", who(client), equals(value), n(*times))
            }
            What::Delete { key, client } => format!("{} deletes {key}", who(client)),
            What::Increment { key, by, client, times } => {
                format!("{} adds {by} to {key}{}", who(client), n(*times))
            }
            What::KillCache { cache } => format!("{} is killed", the(cache)),
            What::RestartCache { cache } => format!("{} is restarted", the(cache)),
            What::FlushCache { cache } => format!("{} is flushed", the(cache)),
            What::Evict { key, cache } => format!("{key} is evicted from {}", the(cache)),
            What::Expire { key, cache } => format!("{key} expires in {}", the(cache)),
            What::SlowDatabase { factor_milli } => {
                format!("the database is slowed to {} its time", factor(*factor_milli))
            }
            What::SlowCache { factor_milli, cache } => {
                format!("{} is slowed to {} its time", the(cache), factor(*factor_milli))
            }
            What::StopDatabase => "the database is stopped".to_owned(),
            What::RestoreDatabase => "the database is restored".to_owned(),
            What::RestoreCache { cache } => format!("{} is restored", the(cache)),
            What::AddNode { cache } => format!("{cache} is added to the nodes"),
            What::RemoveNode { cache } => format!("{cache} is removed from the nodes"),
            What::Failover { cache } => format!("{cache} is to take its primary's place"),
            What::StopReplica => "the replica is stopped".to_owned(),
            What::RestoreReplica => "the replica is restored".to_owned(),
            What::FailNext { store, cache, call, how, times } => {
                fail_next(cache.as_deref().unwrap_or(store.object()), call, *how, *times)
            }
            What::Cut { link, app } => format!("the link {} is cut", link.label(*app)),
            What::Heal { link, app } => format!("the link {} is healed", link.label(*app)),
            What::CrashApp { app } => format!("app {} crashes", app_number(*app)),
            What::RestartApp { app } => format!("app {} is restarted", app_number(*app)),
            What::CrashWorker => "the worker crashes".to_owned(),
            What::RestartWorker => "the worker is restarted".to_owned(),
            What::StopConsumer { consumer, app } => {
                format!("{consumer}{} takes no more", on(*app))
            }
            What::KillConsumer { consumer, app } => format!("{consumer}{} is killed", on(*app)),
            What::StartConsumer { consumer, app } => {
                format!("{consumer}{} takes items again", on(*app))
            }
            What::ReplayDeadLetters { queue, app } => {
                format!("the dead letters of {queue}{} are pushed again", on(*app))
            }
            What::OutsideWrite { key, value } => {
                format!("a script writes {key}{} to the database", equals(value))
            }
            What::OutsideDelete { key } => format!("a script deletes {key} from the database"),
            What::StartWorkload { workload } => format!("the workload {workload} starts"),
            What::StopWorkload { workload } => format!("the workload {workload} stops"),
            // A cache's name in a sentence.
            _ => String::new(),
        }
    }
}

/// A cache in a sentence.
fn the(cache: &Option<String>) -> &str {
    match cache.as_deref() {
        None | Some("cache") => "the cache",
        Some(name) => name,
    }
}

fn who(client: &Option<String>) -> String {
    match client {
        Some(name) => format!("client {name}"),
        None => "a client".to_owned(),
    }
}

fn equals(value: &Option<Literal>) -> String {
    value.as_ref().map(|value| format!(" = {}", value.words())).unwrap_or_default()
}

fn n(times: u32) -> String {
    if times == 1 { String::new() } else { format!(", {times} times at once") }
}

/// The number of an app server for people, from 1, as in the page's "app 1".
fn app_number(app: u16) -> u32 {
    u32::from(app) + 1
}

/// Which of several, in a sentence.
fn on(app: Option<u16>) -> String {
    app.map_or(String::new(), |app| format!(" of app {}", app_number(app)))
}

/// A factor as text: "3 ×", "1.5 ×"
fn factor(milli: u32) -> String {
    let (whole, part) = (milli / 1_000, milli % 1_000);
    if part == 0 {
        return format!("{whole} ×");
    }
    format!("{whole}.{} ×", format!("{part:03}").trim_end_matches('0'))
}

fn fail_next(object: &str, call: &Option<String>, how: Failure, times: u32) -> String {
    let calls = match call {
        Some(call) => format!("{object}.{call}"),
        None => format!("{object} call"),
    };
    let happens = how.outcome();
    match times {
        1 if how == Failure::Hang => format!("whoever makes the next {calls} hangs behind it"),
        1 => format!("the next {calls} fails, {happens}"),
        _ => format!("the next {times} of {calls} fail, {happens}"),
    }
}
