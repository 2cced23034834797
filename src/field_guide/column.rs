//! The guide's columns: the question to each library, as a scenario.

use serde_json::{Value, json};

use super::row::Row;
use crate::named::named;
use crate::scenario::{Scenario, ScenarioError};
use crate::time::{Micros, SECOND_US};

named! {
    /// A question to a library.
    pub enum Column {
        Stampede = "stampede",
        Across = "across",
        Delete = "delete",
        Join = "join",
        Set = "set",
        Failure = "failure",
        Stale = "stale",
        StaleFailure = "stale-failure",
        Negative = "negative",
        Expiry = "expiry",
        SecondTier = "second-tier",
        FailedOne = "failed-one",
        FailedTen = "failed-ten",
        Together = "together",
        Killed = "killed",
        Back = "back",
        LateAck = "late-ack",
        Coalesce = "coalesce",
    }
}

/// The time of a load, in the database.
pub(super) const LOAD_US: Micros = 100_000;

/// When the row is written, after a load has read it.
const WRITE_US: Micros = 50_000;

/// When entries of ten seconds have expired, even with a clock of whole seconds.
pub(super) const PAST_US: Micros = 11_500_000;

/// When a worker has taken the first message and has not yet written it.
const IN_HAND_US: Micros = 550_000;

/// How long a message is waited for that does not come back.
const LONGEST_US: Micros = 600 * SECOND_US;

/// The number of simultaneous callers.
pub(super) const CALLERS: u32 = 100;

/// The number of single gets after the [`CALLERS`], in [`Column::StaleFailure`].
pub(super) const LATER_GETS: u32 = 3;

pub(super) const KEY: &str = "user:1";

/// The first value of the row, and the value written to it.
pub(super) const OLD: &str = "OLD";
pub(super) const NEW: &str = "NEW";

impl Column {
    /// Those that are asked of caches.
    pub const CACHES: [Column; 11] = [
        Column::Stampede,
        Column::Across,
        Column::Delete,
        Column::Join,
        Column::Set,
        Column::Failure,
        Column::Stale,
        Column::StaleFailure,
        Column::Negative,
        Column::Expiry,
        Column::SecondTier,
    ];

    /// Those that are asked of queues.
    pub const QUEUES: [Column; 7] = [
        Column::FailedOne,
        Column::FailedTen,
        Column::Together,
        Column::Killed,
        Column::Back,
        Column::LateAck,
        Column::Coalesce,
    ];

    /// The column of this name.
    pub fn find(name: &str) -> Option<Column> {
        Column::ALL.into_iter().find(|column| column.name() == name)
    }

    /// The column's heading.
    pub const fn heading(self) -> &'static str {
        match self {
            Column::Stampede => "100 misses at once",
            Column::Across => "50 + 50 on two servers",
            Column::Delete => "deleted during a load",
            Column::Join => "a get after that deletion",
            Column::Set => "set during a load",
            Column::Failure => "the load fails, 100 wait",
            Column::Stale => "100 gets of an old entry",
            Column::StaleFailure => "and the load fails",
            Column::Negative => "no row",
            Column::Expiry => "the TTL's edge",
            Column::SecondTier => "another server's copy",
            Column::FailedOne => "the first of 3 fails, one in hand",
            Column::FailedTen => "the first of 5 fails, all in hand",
            Column::Together => "two of one key",
            Column::Killed => "killed with 1 of 3 in hand",
            Column::Back => "1 comes back",
            Column::LateAck => "a late ack",
            Column::Coalesce => "one of a key",
        }
    }

    /// The question, and what the cell says.
    pub const fn question(self) -> &'static str {
        match self {
            Column::Stampede => {
                "100 gets of one key at once, and nothing is cached: how many loads?"
            }
            Column::Across => "The same, half of them on each of two servers: loads of each?",
            Column::Delete => {
                "A load has read OLD; then the row becomes NEW and the entry is deleted, before \
                 the load ends. What does a get find a second later?"
            }
            Column::Join => {
                "A get that begins after that deletion, while the load runs: its value?"
            }
            Column::Set => {
                "As before, and the entry is set to NEW in place of deleted: what does a get find \
                 a second later?"
            }
            Column::Failure => "100 gets of one key at once, and each load fails: how many loads?",
            Column::Stale => {
                "With the library's option for old values: 100 gets at once after the TTL. \
                 How many loads, and who waits for one?"
            }
            Column::StaleFailure => {
                "The same, and each load fails: what do the 100 get, what do three single gets \
                 after them get, and does each of these try to load again?"
            }
            Column::Negative => {
                "Two gets, one after the other, of a row that is not there (over HTTP: a 404 with a \
                 max-age): cached?"
            }
            Column::Expiry => "When does an entry expire?",
            Column::SecondTier => {
                "Two servers have the entry in their own memories; one of them writes. For how \
                 long does the other serve OLD?"
            }
            Column::FailedOne => {
                "Three messages of one key, and a worker that has one in hand. Its first try of 1 \
                 fails (1f), and it gives 1 back: in which order are they written?"
            }
            Column::FailedTen => {
                "Five messages of one key, all in hand at once, and the first try of 1 fails: in \
                 which order are they written?"
            }
            Column::Together => "Can two messages of one key be in hand at once?",
            Column::Killed => {
                "A consumer is killed with the first of three messages of a key in hand, and \
                 another takes on: in which order are they written?"
            }
            Column::Back => {
                "After what time, in that case, is 1 handed out again? (Of times over 100 s a probe \
                 sees that it does not come sooner.)"
            }
            Column::LateAck => {
                "A consumer is so slow that its message is given to another, and then it \
                 acknowledges: does that count?"
            }
            Column::Coalesce => {
                "With the queue's option that keeps one message of a key: 2 is sent while 1 waits, \
                 and 3 while the first is in hand. Which are written?"
            }
        }
    }

    /// Why a library has no answer, if the row does not say it; `None`: each has one.
    pub const fn usual_reason(self) -> Option<&'static str> {
        match self {
            Column::Set => Some("it has no call that sets an entry"),
            Column::Stale | Column::StaleFailure => Some("it has no option for old values"),
            Column::Expiry => Some("it has no TTL, or two tiers, each with an end of its own"),
            Column::SecondTier => Some("it has one tier"),
            Column::LateAck => {
                Some("a message is not given to another while its consumer is alive")
            }
            Column::Coalesce => Some("it has no option that keeps one message of a key"),
            _ => None,
        }
    }

    /// Why the question has no answer from a library; `None`: it has one.
    pub fn reason(self, row: &Row) -> Option<&str> {
        let applies = match self {
            _ if !row.columns().contains(&self) => false,
            Column::Set => row.has("SETS"),
            Column::Stale | Column::StaleFailure => row.has("GRACE"),
            Column::Expiry => row.has("TTL") && !row.has_two_tiers(),
            Column::SecondTier => row.has_two_tiers(),
            Column::LateAck => row.slow_program().is_some(),
            Column::Coalesce => row.program_that_joins().is_some(),
            _ => true,
        };
        match row.reason(self) {
            None if applies => None,
            None => Some(self.usual_reason().unwrap_or("it is not asked")),
            told => told,
        }
    }

    /// The scenario that puts the question to a library; `None`: it does not apply.
    ///
    /// # Errors
    /// The row's strategy or a column is wrong.
    pub fn scenario(self, row: &Row) -> Option<Result<Scenario, ScenarioError>> {
        let applies = self.reason(row).is_none();
        applies.then(|| Scenario::parse(&self.document(row).to_string()))
    }

    fn document(self, row: &Row) -> Value {
        let mut document = self.frame(row);
        document["title"] = json!(format!("{}: {}", row.title, self.heading()));
        document["notes"] =
            json!(format!("{}\n\nFrom the field guide: {}.", self.question(), row.basis));
        let source = match self {
            Column::LateAck => row.slow_program().map(|(source, _)| source),
            Column::Coalesce => row.program_that_joins(),
            _ => None,
        };
        let source = source.unwrap_or_else(|| row.program());
        document["strategies"] = json!([{"source": source, "parameters": self.parameters(row)}]);
        document
    }

    /// The values of the strategies' parameters.
    fn parameters(self, row: &Row) -> Value {
        match self {
            Column::Set => json!({"SETS": true}),
            Column::Stale | Column::StaleFailure => json!({"GRACE": 30}),
            Column::FailedTen | Column::Together => json!({"HAND": 10}),
            // longer than the queue waits
            Column::LateAck => json!({"SLOW": self.back_us(row) / SECOND_US + 1}),
            _ => json!({}),
        }
    }

    /// After what time a message comes back that a dead consumer had in hand, if it does.
    fn back_us(self, row: &Row) -> Micros {
        row.slow_program().map_or(LONGEST_US, |(_, redeliver_us)| redeliver_us)
    }

    /// The scenario without a strategy.
    fn frame(self, row: &Row) -> Value {
        let back_us = match self {
            Column::Killed | Column::Back | Column::LateAck => self.back_us(row),
            _ => 0,
        };
        json!({
            "version": 1,
            "duration_us": 15 * SECOND_US + back_us,
            "topology": {
                "apps": {"count": self.servers()},
                "local": {},
                "database": {
                    "connections": 1_000,
                    "read": {"kind": "constant", "us": LOAD_US},
                    "write": {"kind": "constant", "us": match self {
                        // a message is in hand for so long
                        Column::Killed | Column::Back | Column::Coalesce => LOAD_US,
                        _ => 1_000,
                    }},
                },
            },
            "rows": {"each": match self {
                Column::Negative => json!({}),
                _ if Column::QUEUES.contains(&self) => json!({}),
                _ => json!({KEY: OLD}),
            }},
            "actions": self.actions(),
        })
    }

    /// The number of app servers. Requests go to them in turn.
    pub(super) const fn servers(self) -> u32 {
        match self {
            Column::Across | Column::SecondTier | Column::LateAck => 2,
            _ => 1,
        }
    }

    fn actions(self) -> Vec<Value> {
        let read = |at_us: Micros| json!({"at_us": at_us, "do": "read", "key": KEY});
        let by = |at_us: Micros, client: String| json!({"at_us": at_us, "do": "read", "key": KEY, "client": client});
        let many =
            |at_us: Micros| json!({"at_us": at_us, "do": "read", "key": KEY, "times": CALLERS});
        let write = |at_us: Micros| json!({"at_us": at_us, "do": "write", "key": KEY, "value": NEW, "client": "writer"});
        let push_at = |at_us: Micros, nth: u64| json!({"at_us": at_us, "do": "write", "key": KEY, "value": nth.to_string(), "client": "writer"});
        let push =
            |messages: u64| (1..=messages).map(|nth| push_at(1_000 * nth, nth)).collect::<Vec<_>>();
        let push_failing = |messages: u64| {
            let fail = json!({"at_us": 0, "do": "fail-next", "store": "database", "call": "write", "times": 1});
            std::iter::once(fail).chain(push(messages)).collect::<Vec<_>>()
        };
        let consumer = |at_us: Micros, what: &str| json!({"at_us": at_us, "do": format!("{what}-consumer"), "consumer": "work"});
        let fail = |at_us: Micros| {
            json!({"at_us": at_us, "do": "fail-next", "store": "database", "call": "read",
                "times": 1_000})
        };
        match self {
            Column::FailedOne => push_failing(3),
            Column::FailedTen => push_failing(5),
            Column::Together => push_failing(2),
            Column::Killed | Column::Back => {
                let faults = [consumer(IN_HAND_US, "kill"), consumer(IN_HAND_US + 1_000, "start")];
                push(3).into_iter().chain(faults).collect()
            }
            Column::LateAck => push(1),
            Column::Coalesce => push(2).into_iter().chain([push_at(IN_HAND_US, 3)]).collect(),
            Column::Stampede | Column::Across => vec![many(0)],
            Column::Delete | Column::Set => {
                vec![by(0, "a".into()), write(WRITE_US), by(SECOND_US, "b".into())]
            }
            Column::Join => vec![by(0, "a".into()), write(WRITE_US), by(80_000, "b".into())],
            Column::Failure => vec![fail(0), many(1_000)],
            Column::Stale => vec![read(0), many(PAST_US)],
            Column::StaleFailure => {
                let later = (1..=u64::from(LATER_GETS)).map(|nth| read(PAST_US + nth * 500_000));
                [read(0), fail(PAST_US - 100_000), many(PAST_US)].into_iter().chain(later).collect()
            }
            Column::Negative => vec![read(0), read(SECOND_US)],
            // between two whole seconds
            Column::Expiry => vec![read(300_000)],
            Column::SecondTier => {
                // pairs: the first of each goes to the server that writes
                let pair = |at_us: Micros| [by(at_us, "a".into()), by(at_us, "b".into())];
                let fill = [0, 300_000].into_iter().flat_map(pair);
                let wrote = [write(SECOND_US), by(SECOND_US, "b".into())];
                let soon = (1..20).map(|nth| SECOND_US + nth * 2_000);
                let late = (1..24).map(|nth| SECOND_US + nth * 500_000);
                fill.chain(wrote).chain(soon.chain(late).flat_map(pair)).collect()
            }
        }
    }
}
