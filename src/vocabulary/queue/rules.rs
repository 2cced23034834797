//! How a queue hands out, takes back and joins items, and what a crash undoes.

use std::hash::Hash;

use crate::time::{self, Micros, SECOND_US};

/// Which items may be taken at the same time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Order {
    /// One of each key, the oldest.
    #[default]
    Key,
    /// One of the whole queue, the oldest.
    Queue,
    /// Any items.
    None,
}

/// The place in line of an item that comes back.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Place {
    /// Its old place.
    #[default]
    Keep,
    /// The end of the line.
    Back,
}

/// What happens to a push while an item of its key exists.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Coalesce {
    /// It becomes an item of its own.
    #[default]
    No,
    /// A waiting item takes its value. If the item is taken, it becomes an item of its own.
    Last,
    /// It is dropped.
    First,
    /// It is dropped while an item waits. If the item is taken, it becomes an item of its own.
    Waiting,
    /// A waiting item takes its value. If the item is taken, it is dropped.
    Debounce,
}

impl Coalesce {
    /// Whether a waiting item takes the value of a push.
    pub fn joins(self) -> bool {
        matches!(self, Coalesce::Last | Coalesce::Debounce)
    }
}

/// The rules of a queue.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Rules {
    pub order: Order,
    /// The place of an item that is given back.
    pub retry: Place,
    /// The place of an item that was not acknowledged.
    pub redelivery: Place,
    /// Whether an acknowledgement after the redelivery counts.
    pub late_ack: bool,
    pub coalesce: Coalesce,
    /// The most items.
    pub limit: Option<u32>,
    /// The time after which an item that was taken and not acknowledged comes back.
    pub redeliver_us: Micros,
    /// How long an acknowledgement, and a push that is not confirmed, are only in memory, where a
    /// crash of the queue's process undoes them.
    pub sync_us: Micros,
    /// Whether a push is on the disk when it is answered.
    pub confirm: bool,
    /// Whether the items of a killed consumer come back at once: the queue knows its consumers by
    /// their connections.
    pub release: bool,
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
        release: false,
    };
}

/// The rules as text, for the page.
impl Rules {
    pub fn sentences(&self) -> Vec<String> {
        let place = |place: Place| match place {
            Place::Keep => "where it stood",
            Place::Back => "behind all others",
        };
        let mut all = vec![
            match self.order {
                Order::Key => "one item of each key in hand".to_owned(),
                Order::Queue => "one item in hand".to_owned(),
                Order::None => "any items in hand at once".to_owned(),
            },
            format!("given back: {}", place(self.retry)),
            format!(
                "not acknowledged: {} after {}",
                place(self.redelivery),
                time::duration(self.redeliver_us)
            ),
        ];
        let others = [
            (self.coalesce == Coalesce::Last, "the last value of a key is kept"),
            (self.coalesce == Coalesce::First, "the first value of a key is kept"),
            (self.coalesce == Coalesce::Waiting, "a value is dropped while its key waits"),
            (self.coalesce == Coalesce::Debounce, "a value is dropped while its key is in hand"),
            (!self.late_ack, "a late acknowledgement is refused"),
            (self.release, "what a dead consumer had in hand comes back at once"),
            (!self.confirm, "a push is answered before it is on the disk"),
        ];
        all.extend(others.iter().filter(|(is_so, _)| *is_so).map(|(_, text)| (*text).to_owned()));
        if self.sync_us > 0 {
            all.push(format!("on the disk after {}", time::duration(self.sync_us)));
        }
        all
    }
}

macro_rules! words {
    ($Type:ident { $($word:literal $Variant:ident),* $(,)? }) => {
        impl $Type {
            /// The words for it in strategies.
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
words!(Coalesce { "last" Last, "first" First, "waiting" Waiting, "debounce" Debounce });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::queue::LIKE;

    #[test]
    fn the_rules_of_a_queue_can_be_read() {
        assert_eq!(
            Rules::FIFO.sentences(),
            [
                "one item of each key in hand",
                "given back: where it stood",
                "not acknowledged: where it stood after 30 s",
            ]
        );
        let classic =
            LIKE.iter().find(|like| like.name == "rabbitmq-classic").expect("it is there");
        assert_eq!(
            classic.rules.sentences()[3..],
            [
                "a late acknowledgement is refused",
                "what a dead consumer had in hand comes back at once",
                "a push is answered before it is on the disk",
                "on the disk after 300 ms",
            ]
        );
    }
}
