//! How a queue hands out, takes back and joins what it holds, and what a crash undoes.

use std::hash::Hash;

use crate::time::{Micros, SECOND_US};

/// Which items may be in hand at the same time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Order {
    /// One of each key, the oldest.
    #[default]
    Key,
    /// One of the whole queue, the oldest.
    Queue,
    /// Any.
    None,
}

/// Where an item that comes back stands in line.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Place {
    /// Where it stood.
    #[default]
    Keep,
    /// Behind all others.
    Back,
}

/// What becomes of a push while an item of its key is there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Coalesce {
    /// It is an item of its own.
    #[default]
    No,
    /// An item that waits takes its value. Beside one that is taken, it is an item of its own.
    Last,
    /// It is dropped.
    First,
    /// An item that waits takes its value. While one is taken, it is dropped.
    Debounce,
}

impl Coalesce {
    /// Whether an item that waits takes the value of a push.
    pub fn joins(self) -> bool {
        matches!(self, Coalesce::Last | Coalesce::Debounce)
    }
}

/// The rules of a queue.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Rules {
    pub order: Order,
    /// Of an item that is given back.
    pub retry: Place,
    /// Of an item that was not acknowledged.
    pub redelivery: Place,
    /// Whether an acknowledgement counts that comes after the redelivery.
    pub late_ack: bool,
    pub coalesce: Coalesce,
    /// The most items.
    pub limit: Option<u32>,
    /// When an item that was taken and not acknowledged comes back.
    pub redeliver_us: Micros,
    /// For how long an acknowledgement, and a push that is not confirmed, are in memory only:
    /// a crash of the queue's process undoes them.
    pub sync_us: Micros,
    /// A push is on the disk when it is answered.
    pub confirm: bool,
}

impl Rules {
    /// In order by key, each item at least once, after Amazon SQS with FIFO message groups.
    pub const FIFO: Rules = Rules {
        order: Order::Key,
        retry: Place::Keep,
        redelivery: Place::Keep,
        late_ack: true,
        coalesce: Coalesce::No,
        limit: None,
        redeliver_us: 30 * SECOND_US,
        sync_us: 0,
        confirm: true,
    };
}

macro_rules! words {
    ($Type:ident { $($word:literal $Variant:ident),* $(,)? }) => {
        impl $Type {
            /// The words of a strategy for it.
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            pub fn of_word(word: &str) -> Option<$Type> {
                match word {
                    $($word => Some($Type::$Variant),)*
                    _ => None,
                }
            }
        }
    };
}

words!(Order { "key" Key, "queue" Queue, "none" None });
words!(Place { "keep" Keep, "back" Back });
words!(Coalesce { "last" Last, "first" First, "debounce" Debounce });
