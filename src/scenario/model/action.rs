//! Actions.

use serde::{Deserialize, Serialize};

use super::rule::{
    Any, Checked, Checker, EXACT, Free, Hex, NAME, Nested, TIME, number, text, time,
};
use super::{LinkName, Literal};
use crate::scenario::tagged::{Whole, tagged};
use crate::time::Micros;
use crate::vocabulary::{Failure, Handling, Store};

/// An action at an instant.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Action {
    /// The instant, from the start of the run.
    pub at_us: Micros,
    #[serde(flatten)]
    pub what: What,
}

/// What an action does.
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
        /// The cache's name; left out: `cache`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<String>,
    },
    RestartCache {
        /// The cache's name; left out: `cache`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<String>,
    },
    FlushCache {
        /// The cache's name; left out: `cache`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<String>,
    },
    Evict {
        key: String,
        /// The cache's name; left out: `cache`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<String>,
    },
    Expire {
        key: String,
        /// The cache's name; left out: `cache`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<String>,
    },
    /// Service times are multiplied by `factor_milli` / 1000.
    SlowDatabase {
        factor_milli: u32,
    },
    /// Multiplies the cache's service times and, since these are small, the times of its links.
    SlowCache {
        factor_milli: u32,
        /// The cache's name; left out: `cache`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<String>,
    },
    StopDatabase,
    /// Restarts the database if it is down, and resets its speed.
    RestoreDatabase,
    RestoreCache {
        /// The cache's name; left out: `cache`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<String>,
    },
    /// A spare node of a cache, or one that was removed, gets its share of the keys.
    AddNode {
        /// The node's name.
        cache: String,
    },
    /// A node of a cache no longer serves keys.
    RemoveNode {
        /// The node's name.
        cache: String,
    },
    /// A replica of a cache replaces its primary, with the data that has reached it.
    Failover {
        /// The replica's name.
        cache: String,
    },
    StopReplica,
    RestoreReplica,
    /// The next matching call fails.
    FailNext {
        store: Store,
        /// The cache's name; left out: `cache`.
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
    /// Stops a consumer: it finishes the items that it has taken, and takes no more.
    StopConsumer {
        /// A function with `@every` that takes from a queue.
        consumer: String,
        /// The app server in which it runs; left out: in each.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        app: Option<u16>,
    },
    /// Kills a consumer: the items that it has taken come back by the queue's rules.
    KillConsumer {
        /// A function with `@every` that takes from a queue.
        consumer: String,
        /// The app server in which it runs; left out: in each.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        app: Option<u16>,
    },
    /// Starts a consumer: it takes items again.
    StartConsumer {
        /// A function with `@every` that takes from a queue.
        consumer: String,
        /// The app server in which it runs; left out: in each.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        app: Option<u16>,
    },
    /// Pushes a queue's dead letters again, the oldest first.
    ReplayDeadLetters {
        /// The queue's name.
        queue: String,
        /// The app server that has the queue; left out: each.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        app: Option<u16>,
    },
    /// A write that bypasses the application, as a migration script does.
    OutsideWrite {
        key: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<Literal>,
    },
    OutsideDelete {
        key: String,
    },
    /// Holds a message in flight, named as on the page and in the log: it stays where it is.
    Hold {
        message: String,
    },
    /// Releases a held message: it travels the rest of its way.
    Release {
        message: String,
    },
    /// Delivers a message at once.
    Deliver {
        message: String,
    },
    Delay {
        message: String,
        by_us: Micros,
    },
    /// Drops a message: it never lands.
    Drop {
        message: String,
    },
    /// Duplicates a message: a copy of it is sent now.
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
    /// The instant; the action's own field, beside those of the variant.
    at_us: Micros = TIME,
    /// The key.
    key: String = NAME,
    /// The value; left out: a number that no other write has.
    value: Literal = Nested,
    /// The client; left out: the first client.
    client: String = NAME,
    /// The number of requests, all at the same instant.
    times: u32 = number(1, 10_000),
    /// The amount to add.
    by: i64 = number(-EXACT, EXACT),
    /// In thousandths: 3000 is three times as slow.
    factor_milli: u32 = number(1, 1_000_000),
    /// The cache's name; left out: `cache`.
    cache: String = NAME,
    /// The kind of store.
    store: Store = Any("a store"),
    /// A call's name (`delete`, `write`, …); left out: any.
    call: String = text(1, 50),
    /// How the failure looks from outside.
    how: Failure = Any("a way to fail"),
    /// The two kinds of process that the link joins.
    link: LinkName = Any("a link"),
    /// An app server, from 0; for a link, left out: every one.
    app: u16 = number(0, 15),
    /// A function with `@every` that takes from a queue.
    consumer: String = NAME,
    /// A queue's name.
    queue: String = NAME,
    /// A message in flight: 16 hexadecimal digits.
    message: String = Hex(16),
    /// The additional delay.
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

/// For `skip_serializing_if`: the default failure is left out.
fn is_error(how: &Failure) -> bool {
    *how == Failure::Error
}

impl What {
    /// The name of the cache that it concerns, if that is not the first one.
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

    /// What a person does to a message in flight, and the message's name.
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

    /// The action of a person on a message in flight.
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
