//! The question of a search.

use crate::named::named;

named! {
    /// A property that no order of events may break.
    #[derive(serde::Deserialize)]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "ExploreProperty"))]
    pub enum Property {
        /// At rest, every entry of the cache agrees with its row, or soon will by itself.
        Converges = "converges",
        /// No read returns, and no entry holds, a value that the database never held and never
        /// will.
        NoPhantom = "no-phantom",
        /// No acknowledged write is lost, overwritten by a write that had ended before it began or by
        /// a value that was made of the row without it, or missing from a sum.
        NoLostWrite = "no-lost-write",
        /// No write takes effect twice: again after a newer write, or twice in a sum.
        NoDoubleWrite = "no-double-write",
        /// No read misses a write that was acknowledged before the read began.
        NoStaleRead = "no-stale-read",
        /// No client misses its own write.
        ReadYourWrites = "read-your-writes",
        /// No client sees an older value than it has seen before.
        MonotonicReads = "monotonic-reads",
        /// Everything that clients were told is explained by one order, in which each request takes
        /// effect between its beginning and its end.
        Linearizable = "linearizable",
        /// After every fault has ended, no request that begins fails or waits for ever.
        Recovers = "recovers",
        /// The user's expression over the final state is true.
        Check = "check",
    }
}

impl Property {
    /// The properties checked by default.
    pub const DEFAULT: [Property; 4] =
        [Property::Converges, Property::NoPhantom, Property::NoLostWrite, Property::NoDoubleWrite];

    /// The properties that need nothing but their name.
    pub const BUILT_IN: [Property; 9] = [
        Property::Converges,
        Property::NoPhantom,
        Property::NoLostWrite,
        Property::NoDoubleWrite,
        Property::NoStaleRead,
        Property::ReadYourWrites,
        Property::MonotonicReads,
        Property::Linearizable,
        Property::Recovers,
    ];

    /// What happens where it is broken, as the end of a sentence.
    pub fn broken(self) -> &'static str {
        match self {
            Property::Converges => "the cache differs from the database for good",
            Property::NoPhantom => "a value is seen that the database never holds",
            Property::NoLostWrite => "an acknowledged write is lost",
            Property::NoDoubleWrite => "a write takes effect twice",
            Property::NoStaleRead => "a read is stale",
            Property::ReadYourWrites => "a client misses its own write",
            Property::MonotonicReads => "a client sees an older value than before",
            Property::Linearizable => "no order explains what clients were told",
            Property::Recovers => "requests fail although all is mended",
            Property::Check => "the expression is not true",
        }
    }

    /// The built-in property of this name.
    pub fn find(name: &str) -> Option<Property> {
        Property::BUILT_IN.into_iter().find(|property| property.name() == name)
    }
}

/// A set of properties.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Properties(u16);

impl Properties {
    /// The empty set.
    pub const NONE: Properties = Properties(0);

    pub fn has(self, property: Property) -> bool {
        self.0 & 1 << property as u16 != 0
    }

    pub fn add(&mut self, property: Property) {
        self.0 |= 1 << property as u16;
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The union of both sets.
    pub fn and(self, other: Properties) -> Properties {
        Properties(self.0 & other.0)
    }

    pub fn or(self, other: Properties) -> Properties {
        Properties(self.0 | other.0)
    }

    pub fn iter(self) -> impl Iterator<Item = Property> {
        Property::ALL.into_iter().filter(move |property| self.has(*property))
    }
}

impl FromIterator<Property> for Properties {
    fn from_iter<I: IntoIterator<Item = Property>>(properties: I) -> Properties {
        let mut some = Properties::NONE;
        properties.into_iter().for_each(|property| some.add(property));
        some
    }
}

/// How often each kind of failure may occur, besides those of the scenario.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Budgets {
    /// An entry's TTL expires.
    pub expiries: u8,
    /// The cache removes an entry to make room.
    pub evictions: u8,
    /// The cache, an app server or the worker crashes; it may restart after that.
    pub crashes: u8,
    /// A message is lost.
    pub losses: u8,
    /// A message lands twice.
    pub duplicates: u8,
    /// A store answers a call with an error.
    pub failures: u8,
    /// A wait ends although the reply could still come.
    pub timeouts: u8,
}

impl Budgets {
    /// Each budget, with its name.
    pub fn named(self) -> impl Iterator<Item = (&'static str, u8)> {
        let Budgets { expiries, evictions, crashes, losses, duplicates, failures, timeouts } = self;
        [
            ("expiries", expiries),
            ("evictions", evictions),
            ("crashes", crashes),
            ("losses", losses),
            ("duplicates", duplicates),
            ("failures", failures),
            ("timeouts", timeouts),
        ]
        .into_iter()
    }
}

/// What a search looks for, and its bounds.
#[derive(Clone, Debug)]
pub struct Question {
    pub properties: Properties,
    /// The expression of [`Property::Check`].
    pub check: Option<String>,
    pub budgets: Budgets,
    /// The number of requests of each workload.
    pub requests: u32,
    /// Steps that nobody can tell from later ones are taken at once.
    pub reduction: bool,
    /// Of clients that are interchangeable, with keys that are, one begins first.
    pub symmetry: bool,
    /// A call, its reply, and what the program then does are one step.
    pub atomic: bool,
    /// Whole states are compared, not fingerprints.
    #[cfg(not(target_arch = "wasm32"))]
    pub exact: bool,
    pub most_states: u64,
    pub most_effects: u16,
    /// The bound on memory, in bytes; approximate.
    pub most_memory: u64,
}

impl Default for Question {
    fn default() -> Question {
        Question {
            properties: Property::DEFAULT.into_iter().collect(),
            check: None,
            budgets: Budgets::default(),
            requests: 4,
            reduction: true,
            symmetry: true,
            atomic: false,
            #[cfg(not(target_arch = "wasm32"))]
            exact: false,
            most_states: 10_000_000,
            most_effects: 1_000,
            most_memory: 1 << 30,
        }
    }
}
