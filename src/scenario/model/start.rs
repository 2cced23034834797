//! The start of a run: the strategies, and the contents of the stores.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rule::{
    Any, Checked, Checker, EXACT, Free, List, NAME, Nested, PREFIX, Rule, Table, number, rules,
    text, time,
};
use crate::named::named;
use crate::strategy::Literal;
use crate::time::Micros;

/// A strategy, and the keys that it serves.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct StrategyUse {
    /// The prefix of the keys that it serves. Empty: all other keys.
    pub prefix: String,
    /// A built-in strategy's id. If `source` is present, the strategy from which it was made.
    pub strategy: String,
    /// The program's text, in the strategy language.
    pub source: Option<String>,
    /// Values for the program's parameters, by name.
    pub parameters: BTreeMap<String, Literal>,
    /// The values are derived from other keys' rows: a copy of such a row is not foreign.
    pub derived: bool,
    /// The source of truth of these keys.
    pub truth: Truth,
}

named! {
    /// The source of truth.
    #[derive(Deserialize, Default)]
    pub enum Truth {
        /// Rows of the database, of which the cache has copies.
        #[default]
        Database = "database",
        /// The cache itself, for example for a session or a rate limit. Expiry there is intended;
        /// an entry that is evicted or lost in a crash is a loss.
        Cache = "cache",
    }
}

impl Free for Truth {}

impl Default for StrategyUse {
    fn default() -> StrategyUse {
        StrategyUse {
            prefix: String::new(),
            strategy: "cache-aside".to_owned(),
            source: None,
            parameters: BTreeMap::new(),
            derived: false,
            truth: Truth::Database,
        }
    }
}

rules!(sparse StrategyUse {
    prefix: PREFIX,
    strategy: text(0, 100),
    source: text(1, 100_000),
    parameters: Table(64, NAME, Nested),
    derived: Any("true or false"),
    truth: Any("\"database\" or \"cache\""),
});

/// The longest text of a literal, in characters.
const LONGEST_LITERAL: usize = 1_000;

impl Checked for Literal {
    fn check(&self, at: &mut Checker) {
        match self {
            Literal::Bool(_) => {}
            Literal::Int(value) => number(-EXACT, EXACT).check(value, at),
            Literal::Float(value) if value.is_finite() => {}
            Literal::Float(value) => at.problem(format!("is {value}; allowed: finite numbers")),
            Literal::Text(value) => text(0, LONGEST_LITERAL).check(value, at),
        }
    }

    fn allowed(below: &[&str]) -> Option<String> {
        below.is_empty().then(|| "true, false, a number or a text".to_owned())
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(schema: &mut serde_json::Value) {
        for form in schema["anyOf"].as_array_mut().into_iter().flatten() {
            match form["type"].as_str() {
                Some("integer") => Rule::<i64>::describe(&number(-EXACT, EXACT), form),
                Some("string") => Rule::<String>::describe(&text(0, LONGEST_LITERAL), form),
                _ => {}
            }
        }
    }
}

/// Rows by key, and numbered rows that need not be listed.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Rows {
    /// Values by key.
    pub each: BTreeMap<String, Literal>,
    /// Numbered rows: `{"prefix": "item:", "count": 1000, "value": 0}` is item:0 … item:999.
    pub ranges: Vec<RowRange>,
}

rules!(sparse Rows {
    each: Table(100_000, NAME, Nested),
    ranges: List(64, Nested),
});

/// Rows with numbered keys and the same value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RowRange {
    /// The prefix of the keys.
    pub prefix: String,
    /// The number of rows, numbered from 0.
    pub count: u32,
    /// The value of each row.
    pub value: Literal,
}

rules!(RowRange { prefix: PREFIX, count: number(1, 1_000_000), value: Nested });

/// An entry that a cache holds at the start: a copy of the row of its key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InitialEntry {
    /// The key of a row that the database starts with.
    pub key: String,
    /// The TTL; left out: the entry never expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_us: Option<Micros>,
    /// The cache: a further one by its name, `local_2` for the second app server's own. Left out:
    /// the first. Of a cache with several nodes, the one that has the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<String>,
}

rules!(InitialEntry { key: NAME, ttl_us: time(1), cache: NAME });
