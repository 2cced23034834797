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
    }
}

/// The time of a load, in the database.
pub(super) const LOAD_US: Micros = 100_000;

/// When the row is written, after a load has read it.
const WRITE_US: Micros = 50_000;

/// When entries of ten seconds have expired, even with a clock of whole seconds.
pub(super) const PAST_US: Micros = 11_500_000;

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
    pub const QUEUES: [Column; 3] = [Column::FailedOne, Column::FailedTen, Column::Together];

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
                "Two gets, one after the other, of a row that is not there: cached?"
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
        }
    }

    /// Whether the question applies to a library: it was measured, and has the option or the tier.
    fn concerns(self, row: &Row) -> bool {
        match self {
            _ if !row.columns().contains(&self) => false,
            _ if row.not_asked.contains(&self.name()) => false,
            Column::Set => row.has("SETS"),
            Column::Stale | Column::StaleFailure => row.has("GRACE"),
            Column::Expiry => row.has("TTL") && !row.has_two_tiers(),
            Column::SecondTier => row.has_two_tiers(),
            _ => true,
        }
    }

    /// The scenario that puts the question to a library; `None`: it does not apply.
    ///
    /// # Errors
    /// The row's strategy or a column is wrong.
    pub fn scenario(self, row: &Row) -> Option<Result<Scenario, ScenarioError>> {
        self.concerns(row).then(|| Scenario::parse(&self.document(row).to_string()))
    }

    fn document(self, row: &Row) -> Value {
        let mut document = self.frame();
        document["title"] = json!(format!("{}: {}", row.title, self.heading()));
        document["notes"] =
            json!(format!("{}\n\nFrom the field guide: {}.", self.question(), row.basis));
        document["strategies"] =
            json!([{"source": row.program(), "parameters": self.parameters()}]);
        document
    }

    /// The values of the strategies' parameters.
    fn parameters(self) -> Value {
        match self {
            Column::Set => json!({"SETS": true}),
            Column::Stale | Column::StaleFailure => json!({"GRACE": 30}),
            Column::FailedTen | Column::Together => json!({"HAND": 10}),
            _ => json!({}),
        }
    }

    /// The scenario without a strategy.
    fn frame(self) -> Value {
        json!({
            "version": 1,
            "duration_us": 15 * SECOND_US,
            "topology": {
                "apps": {"count": self.servers()},
                "local": {},
                "database": {
                    "connections": 1_000,
                    "read": {"kind": "constant", "us": LOAD_US},
                    "write": {"kind": "constant", "us": 1_000},
                },
            },
            "rows": {"each": match self {
                Column::Negative | Column::FailedOne | Column::FailedTen | Column::Together => json!({}),
                _ => json!({KEY: OLD}),
            }},
            "actions": self.actions(),
        })
    }

    /// The number of app servers. Requests go to them in turn.
    pub(super) const fn servers(self) -> u32 {
        match self {
            Column::Across | Column::SecondTier => 2,
            _ => 1,
        }
    }

    fn actions(self) -> Vec<Value> {
        let read = |at_us: Micros| json!({"at_us": at_us, "do": "read", "key": KEY});
        let by = |at_us: Micros, client: String| json!({"at_us": at_us, "do": "read", "key": KEY, "client": client});
        let many =
            |at_us: Micros| json!({"at_us": at_us, "do": "read", "key": KEY, "times": CALLERS});
        let write = |at_us: Micros| json!({"at_us": at_us, "do": "write", "key": KEY, "value": NEW, "client": "writer"});
        // messages, the first of which fails
        let push = |messages: u64| {
            let fail = json!({"at_us": 0, "do": "fail-next", "store": "database", "call": "write", "times": 1});
            let push = |nth: u64| json!({"at_us": 1_000 * nth, "do": "write", "key": KEY, "value": nth.to_string(), "client": "writer"});
            std::iter::once(fail).chain((1..=messages).map(push)).collect::<Vec<_>>()
        };
        let fail = |at_us: Micros| {
            json!({"at_us": at_us, "do": "fail-next", "store": "database", "call": "read",
                "times": 1_000})
        };
        match self {
            Column::FailedOne => push(3),
            Column::FailedTen => push(5),
            Column::Together => push(2),
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
