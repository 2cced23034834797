//! What a person can do.

use serde::{Deserialize, Serialize};

use super::rule::{
    Any, Checked, Checker, EXACT, Free, Hex, NAME, Nested, TIME, number, text, time,
};
use super::{LinkName, Literal};
use crate::scenario::tagged::{Whole, tagged};
use crate::time::Micros;
use crate::vocabulary::{Failure, Handling, Store};

/// Something that a person does at an instant.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Action {
    /// When.
    pub at_us: Micros,
    #[serde(flatten)]
    pub what: What,
}

/// What a person can do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "do")]
pub enum What {
    Read {
        key: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client: Option<String>,
        #[serde(default = "super::one", skip_serializing_if = "super::is_one")]
        times: u32,
    },
    /// Left out, the value is a number that no other write has.
    Write {
        key: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<Literal>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client: Option<String>,
        #[serde(default = "super::one", skip_serializing_if = "super::is_one")]
        times: u32,
    },
    Delete {
        key: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client: Option<String>,
    },
    Increment {
        key: String,
        #[serde(default = "super::one_more", skip_serializing_if = "super::is_one_more")]
        by: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client: Option<String>,
        #[serde(default = "super::one", skip_serializing_if = "super::is_one")]
        times: u32,
    },
    KillCache {
        /// Which cache, by name; left out: `cache`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<String>,
    },
    RestartCache {
        /// Which cache, by name; left out: `cache`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<String>,
    },
    FlushCache {
        /// Which cache, by name; left out: `cache`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<String>,
    },
    Evict {
        key: String,
        /// Which cache, by name; left out: `cache`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<String>,
    },
    Expire {
        key: String,
        /// Which cache, by name; left out: `cache`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<String>,
    },
    /// Service times are multiplied by `factor_milli` / 1000.
    SlowDatabase {
        factor_milli: u32,
    },
    /// The same for the cache's service times and, since these are small, its links.
    SlowCache {
        factor_milli: u32,
        /// Which cache, by name; left out: `cache`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<String>,
    },
    StopDatabase,
    /// Up again, and at full speed.
    RestoreDatabase,
    RestoreCache {
        /// Which cache, by name; left out: `cache`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<String>,
    },
    /// A spare node of a cache, or one that was removed, is asked for its share of the keys.
    AddNode {
        /// Its name.
        cache: String,
    },
    /// A node of a cache is not asked any more.
    RemoveNode {
        /// Its name.
        cache: String,
    },
    /// A replica of a cache takes its primary's place, with what has reached it.
    Failover {
        /// The replica's name.
        cache: String,
    },
    StopReplica,
    RestoreReplica,
    /// The next call that matches fails.
    FailNext {
        store: Store,
        /// Which cache, by name; left out: `cache`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<String>,
        /// A command's name (`delete`, `write`, …); left out: any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call: Option<String>,
        #[serde(default, skip_serializing_if = "is_error")]
        how: Failure,
        #[serde(default = "super::one", skip_serializing_if = "super::is_one")]
        times: u32,
    },
    Cut {
        link: LinkName,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        app: Option<u16>,
    },
    Heal {
        link: LinkName,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        app: Option<u16>,
    },
    /// Server 0 is the first.
    CrashApp {
        app: u16,
    },
    RestartApp {
        app: u16,
    },
    CrashWorker,
    RestartWorker,
    /// A consumer ends what it has in hand, and takes no more.
    StopConsumer {
        /// A function with `@every` that takes from a queue.
        consumer: String,
        /// In which app server it runs; left out: in each.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        app: Option<u16>,
    },
    /// … or dies with what it has in hand, which comes back as the queue has it.
    KillConsumer {
        /// A function with `@every` that takes from a queue.
        consumer: String,
        /// In which app server it runs; left out: in each.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        app: Option<u16>,
    },
    /// It takes items again.
    StartConsumer {
        /// A function with `@every` that takes from a queue.
        consumer: String,
        /// In which app server it runs; left out: in each.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        app: Option<u16>,
    },
    /// All that a queue has given up on is pushed again, the oldest first.
    ReplayDeadLetters {
        /// The queue's name.
        queue: String,
        /// The app server whose queue it is; left out: of each.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        app: Option<u16>,
    },
    /// Past the application: a migration script.
    OutsideWrite {
        key: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<Literal>,
    },
    OutsideDelete {
        key: String,
    },
    /// A message in flight, by the name that the page and the log give it,
    /// stays where it is.
    Hold {
        message: String,
    },
    /// … and goes the rest of its way.
    Release {
        message: String,
    },
    /// It lands at once.
    Deliver {
        message: String,
    },
    Delay {
        message: String,
        by_us: Micros,
    },
    /// It is lost.
    Drop {
        message: String,
    },
    /// It lands twice: a copy of it sets out now.
    Duplicate {
        message: String,
    },
    StartWorkload {
        workload: String,
    },
    StopWorkload {
        workload: String,
    },
}

tagged!(What by "do" as WhatFields {
    /// When; an action's own field, beside those of what it does.
    at_us: Micros = TIME,
    /// The key.
    key: String = NAME,
    /// The value; left out: a number that no other write has.
    value: Literal = Nested,
    /// Who does it; left out: the first client.
    client: String = NAME,
    /// How often, all at the same instant.
    times: u32 = number(1, 10_000),
    /// The amount to add.
    by: i64 = number(-EXACT, EXACT),
    /// In thousandths: 3000 is three times as slow.
    factor_milli: u32 = number(1, 1_000_000),
    /// Which cache, by name; left out: `cache`.
    cache: String = NAME,
    /// Which store.
    store: Store = Any("a store"),
    /// A call's name (`delete`, `write`, …); left out: any.
    call: String = text(1, 50),
    /// How the failure looks from outside.
    how: Failure = Any("a way to fail"),
    /// Which two kinds of process it joins.
    link: LinkName = Any("a link"),
    /// An app server, from 0; for a link, left out: every one.
    app: u16 = number(0, 15),
    /// A function with `@every` that takes from a queue.
    consumer: String = NAME,
    /// A queue's name.
    queue: String = NAME,
    /// A message in flight: 16 hexadecimal digits.
    message: String = Hex(16),
    /// How much later.
    by_us: Micros = time(1),
    /// A workload's name.
    workload: String = NAME,
}
    Read { key, client = None, times = 1 },
    Write { key, value = None, client = None, times = 1 },
    Delete { key, client = None },
    Increment { key, by = 1, client = None, times = 1 },
    KillCache { cache = None },
    RestartCache { cache = None },
    FlushCache { cache = None },
    Evict { key, cache = None },
    Expire { key, cache = None },
    SlowDatabase { factor_milli },
    SlowCache { factor_milli, cache = None },
    StopDatabase,
    RestoreDatabase,
    RestoreCache { cache = None },
    AddNode { cache },
    RemoveNode { cache },
    Failover { cache },
    StopReplica,
    RestoreReplica,
    FailNext { store, cache = None, call = None, how = Failure::default(), times = 1 },
    Cut { link, app = None },
    Heal { link, app = None },
    CrashApp { app },
    RestartApp { app },
    CrashWorker,
    RestartWorker,
    StopConsumer { consumer, app = None },
    KillConsumer { consumer, app = None },
    StartConsumer { consumer, app = None },
    ReplayDeadLetters { queue, app = None },
    OutsideWrite { key, value = None },
    OutsideDelete { key },
    Hold { message },
    Release { message },
    Deliver { message },
    Delay { message, by_us },
    Drop { message },
    Duplicate { message },
    StartWorkload { workload },
    StopWorkload { workload },
);

impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Action, D::Error> {
        from.deserialize_map(Whole(|mut fields: WhatFields| {
            let at_us = fields.at_us.take().ok_or_else(|| "missing field `at_us`".to_owned())?;
            let what = What::try_from(fields).map_err(|why| why.to_string())?;
            Ok::<_, String>(Action { at_us, what })
        }))
    }
}

impl Checked for Action {
    fn check(&self, at: &mut Checker) {
        // One level in the document: the fields of `what` stand beside `at_us`.
        let fields = WhatFields { at_us: Some(self.at_us), ..WhatFields::from(&self.what) };
        fields.check(at);
    }

    fn allowed(below: &[&str]) -> Option<String> {
        What::allowed(below)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(schema: &mut serde_json::Value) {
        What::describe(schema);
        // The fields of `what` are seen by its own schema, so only both together
        // can say which are left over.
        schema["unevaluatedProperties"] = false.into();
        super::rule::Rule::<Micros>::describe(&TIME, &mut schema["properties"]["at_us"]);
    }
}

impl Free for Store {}
impl Free for Failure {}

/// For `skip_serializing_if`: the usual failure is not worth writing.
fn is_error(how: &Failure) -> bool {
    *how == Failure::Error
}

impl What {
    /// The name of the cache that it is about, where it is not the first.
    pub fn cache(&self) -> Option<&str> {
        match self {
            What::KillCache { cache }
            | What::RestartCache { cache }
            | What::FlushCache { cache }
            | What::RestoreCache { cache }
            | What::Evict { cache, .. }
            | What::Expire { cache, .. }
            | What::SlowCache { cache, .. }
            | What::FailNext { cache, .. } => cache.as_deref(),
            What::AddNode { cache } | What::RemoveNode { cache } | What::Failover { cache } => {
                Some(cache)
            }
            _ => None,
        }
    }

    /// What a person does to a message in flight: which one, and how.
    pub fn handling(&self) -> Option<(&str, Handling)> {
        Some(match self {
            What::Hold { message } => (message, Handling::Hold),
            What::Release { message } => (message, Handling::Release),
            What::Deliver { message } => (message, Handling::Deliver),
            What::Delay { message, by_us } => (message, Handling::Delay { by_us: *by_us }),
            What::Drop { message } => (message, Handling::Drop),
            What::Duplicate { message } => (message, Handling::Duplicate),
            _ => return None,
        })
    }

    /// A person's hand on a message in flight.
    pub fn handle(message: String, how: Handling) -> What {
        match how {
            Handling::Hold => What::Hold { message },
            Handling::Release => What::Release { message },
            Handling::Deliver => What::Deliver { message },
            Handling::Delay { by_us } => What::Delay { message, by_us },
            Handling::Drop => What::Drop { message },
            Handling::Duplicate => What::Duplicate { message },
        }
    }
}
