//! The table of the courses, measured: what courses say of each strategy, and what a run shows.
//!
//! Five course texts, A to E, compare the same strategies in words. Here the words are derived from
//! a run of one workload, by one rule for each aspect, and shown beside theirs.

use super::measure::{Measure, Unit};
use super::row::Cell;
use super::run::Measured;
use crate::scenario::Scenario;

/// The strategies that courses compare; the last one is the baseline.
pub const STRATEGIES: [&str; 6] =
    ["cache-aside", "read-through", "write-through", "write-behind", "write-around", BASELINE];

const BASELINE: &str = "no-cache";

/// The number of keys read in the reference workload.
const KEYS_READ: u64 = 100;

/// The reference scenario: sixty requests per second for a hundred keys, six in ten of them reads;
/// beside them an import of rows that nobody reads; and the cache crashes once.
pub fn reference() -> Scenario {
    // A test reads it.
    Scenario::parse(
        r#"{
    "title": "The reference workload",
    "duration_us": 40000000,
    "rows": {"ranges": [{"prefix": "item:", "count": 100, "value": 0}]},
    "workloads": [
        {"name": "users", "arrivals": {"kind": "poisson", "per_second": 60.0},
         "keys": {"prefix": "item:", "count": 100}, "read_permille": 600},
        {"name": "import", "stop_us": 20000000, "arrivals": {"kind": "fixed", "every_us": 50000},
         "keys": {"prefix": "import:", "count": 100000, "zipf_milli": 0}, "read_permille": 0}
    ],
    "actions": [
        {"at_us": 20500000, "do": "kill-cache"},
        {"at_us": 21500000, "do": "restart-cache"}
    ]
}"#,
    )
    .expect("the reference workload is a scenario")
}

/// One aspect by which courses describe a strategy.
#[derive(Debug)]
pub struct Aspect {
    pub name: &'static str,
    /// How a number becomes a word, for people.
    pub rule: &'static str,
    /// The measure from which the word is derived.
    measure: &'static str,
    /// The word for a value, given the baseline.
    word: fn(u64, &Baseline) -> &'static str,
}

/// What values are compared with.
struct Baseline {
    /// The median latencies without a cache.
    read_us: u64,
    write_us: u64,
    acknowledged: u64,
}

/// The aspects, in the order of the table.
pub const ASPECTS: [Aspect; 7] = [
    Aspect {
        name: "source of truth",
        rule: "dirty reads: 0 the database; more: the cache, until the flush",
        measure: "reads.dirty",
        word: |value, _| match value {
            0 => "the database",
            _ => "the cache, until the flush",
        },
    },
    Aspect {
        name: "read latency",
        rule: "p99 under half of the median without a cache: always fast; else: slow on a miss",
        measure: "latency_us.read.p99",
        word: |value, base| match value < base.read_us / 2 {
            true => "always fast",
            false => "slow on a miss",
        },
    },
    Aspect {
        name: "write latency",
        rule: "median under half of that without a cache: fast; the same: the database; more: the \
               database and the cache",
        measure: "latency_us.write.p50",
        word: |value, base| match value {
            _ if value < base.write_us / 2 => "fast",
            _ if value <= base.write_us => "the database",
            _ => "the database and the cache",
        },
    },
    Aspect {
        name: "read freshness",
        rule: "stale reads: 0 fresh; up to 1 % of all: nearly always fresh; more: stale until the \
               TTL",
        measure: "stale_share",
        word: |value, _| match value {
            0 => "fresh",
            1..=10_000 => "nearly always fresh",
            _ => "stale until the TTL",
        },
    },
    Aspect {
        name: "loss risk",
        rule: "acknowledged writes lost in the crash: 0 none; up to one in a thousand of all: low; \
               more: high",
        measure: "writes.lost",
        word: |value, base| match value {
            0 => "none",
            _ if value * 1_000 <= base.acknowledged => "low",
            _ => "high",
        },
    },
    Aspect {
        name: "complexity",
        rule: "lines of code: up to 20 low; up to 35 medium; more: high",
        measure: "lines_of_code",
        word: |value, _| match value {
            0..=20 => "low",
            21..=35 => "medium",
            _ => "high",
        },
    },
    Aspect {
        name: "memory",
        rule: "most entries: up to the 100 keys that are read: what is read; more: what is \
               written, too",
        measure: "memory",
        word: |value, _| match value <= KEYS_READ {
            true => "what is read",
            false => "what is written, too",
        },
    },
];

/// What courses say of one aspect of a strategy, in the words of the rules.
#[derive(Clone, Copy, Debug)]
pub struct Saying {
    pub strategy: &'static str,
    pub aspect: &'static str,
    pub word: &'static str,
    /// The courses that say so: "A B D E".
    pub by: &'static str,
}

const fn said(
    strategy: &'static str,
    aspect: &'static str,
    word: &'static str,
    by: &'static str,
) -> Saying {
    Saying { strategy, aspect, word, by }
}

/// All sayings of the courses.
pub const SAYINGS: [Saying; 15] = [
    said("cache-aside", "read latency", "slow on a miss", "A C"),
    said("cache-aside", "read freshness", "nearly always fresh", "A"),
    said("cache-aside", "memory", "what is read", "A C"),
    said("read-through", "read latency", "slow on a miss", "C"),
    said("write-through", "write latency", "the database and the cache", "A B D E"),
    said("write-through", "read freshness", "fresh", "A B C D E"),
    said("write-through", "loss risk", "none", "one"),
    said("write-through", "loss risk", "low", "another"),
    said("write-through", "memory", "what is written, too", "A C D"),
    said("write-behind", "source of truth", "the cache, until the flush", "A C D"),
    said("write-behind", "read latency", "always fast", "one"),
    said("write-behind", "write latency", "fast", "A B C D E"),
    said("write-behind", "loss risk", "high", "A B C D E"),
    said("write-around", "read latency", "slow on a miss", "D"),
    said("write-around", "memory", "what is read", "D"),
];

/// One strategy in the table.
#[derive(Clone, Debug)]
pub struct Judged {
    pub strategy: String,
    /// One word for each of [`ASPECTS`].
    pub words: Vec<Word>,
}

/// A word, and the number from which it was derived.
#[derive(Clone, Debug)]
pub struct Word {
    pub word: &'static str,
    pub unit: Unit,
    pub cell: Cell,
    /// What courses say, each with whether the run agrees.
    pub said: Vec<(Saying, bool)>,
}

/// The table, from the runs of [`STRATEGIES`] under [`reference()`]; the baseline has no row.
pub fn judge(runs: &[Measured]) -> Vec<Judged> {
    let Some((without, runs)) = runs.split_last() else { return Vec::new() };
    let word = |run: &Measured, aspect: &Aspect| {
        let base = Baseline {
            read_us: without.facts.number("latency_us.read.p50").unwrap_or_default(),
            write_us: without.facts.number("latency_us.write.p50").unwrap_or_default(),
            acknowledged: run.facts.number("writes.acknowledged").unwrap_or_default(),
        };
        let at = Measure::position(aspect.measure)?;
        let cell = run.cells[at].clone();
        let word = (aspect.word)(cell.value?, &base);
        let own = |saying: &&Saying| {
            saying.strategy == run.candidate.strategy && saying.aspect == aspect.name
        };
        let said = SAYINGS.iter().filter(own).map(|saying| (*saying, saying.word == word));
        let said = said.collect();
        Some(Word { word, unit: super::MEASURES[at].unit, cell, said })
    };
    let judged = |run: &Measured| Judged {
        strategy: run.candidate.strategy.clone(),
        words: ASPECTS.iter().filter_map(|aspect| word(run, aspect)).collect(),
    };
    runs.iter().map(judged).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Candidate, Run};

    #[test]
    fn the_words_come_from_the_runs() {
        let runs = STRATEGIES.map(|id| {
            let candidate = Candidate::parse(id).expect("built in");
            let mut run = Run::new(&reference(), &candidate).expect("it can run");
            while !run.advance(100_000) {}
            run.measured()
        });
        let table = judge(&runs);
        let word = |strategy: &str, aspect: &str| {
            let row = table.iter().find(|row| row.strategy == strategy).expect(strategy);
            let at = ASPECTS.iter().position(|each| each.name == aspect).expect(aspect);
            row.words[at].word
        };
        assert_eq!(word("write-behind", "write latency"), "fast");
        assert_eq!(word("write-behind", "loss risk"), "high");
        assert_eq!(word("write-behind", "source of truth"), "the cache, until the flush");
        assert_eq!(word("write-through", "read freshness"), "fresh");
        assert_eq!(word("write-through", "loss risk"), "none");
        assert_eq!(word("write-through", "memory"), "what is written, too");
        assert_eq!(word("write-around", "read freshness"), "stale until the TTL");
        assert_eq!(word("write-around", "write latency"), "the database");
        assert_eq!(word("cache-aside", "read freshness"), "nearly always fresh");
        assert_eq!(word("cache-aside", "memory"), "what is read");
        // each saying is about something in the table, and two of them the runs contradict
        let words = || table.iter().flat_map(|row| &row.words);
        assert_eq!(words().map(|word| word.said.len()).sum::<usize>(), SAYINGS.len());
        let contradicted = words().flat_map(|word| &word.said).filter(|(_, agrees)| !agrees);
        let contradicted: Vec<_> = contradicted.map(|(it, _)| (it.strategy, it.word)).collect();
        assert_eq!(contradicted, [("write-through", "low"), ("write-behind", "always fast")]);
    }
}
