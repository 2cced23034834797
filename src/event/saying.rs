//! What a message says, in a short form.

use std::hash::{Hash, Hasher};

use crate::identity::Kind;
use crate::strategy::StoreNames;
use crate::strategy::call::Call;
use crate::strategy::value::Symbol;
use crate::vocabulary::command::StoreCommand;
use crate::vocabulary::{Store, StoreId, hash_nth};

/// A message's content, in a short form.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Saying {
    pub verb: Verb,
    pub key: Option<Symbol>,
    /// a reply, rather than a request
    pub reply: bool,
    /// a reply that is an error
    pub error: bool,
}

impl Saying {
    /// The short form of a call.
    pub fn of(call: &Call) -> Saying {
        Saying { verb: Verb::of(call), key: call.key(), reply: false, error: false }
    }
}

/// The verb of a message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verb {
    Request(Kind),
    /// a call to the `nth` store of its kind
    Store {
        command: StoreCommand,
        nth: u8,
    },
    Invoke,
    Spawn,
    Lock,
    Unlock,
    Sleep,
    /// a message to a channel
    Publish,
    /// a cache's notice, to those who have read a key, that it has changed
    Forget,
    /// a client's answer
    Answer,
    /// a reply to a task
    Reply,
}

impl Verb {
    fn of(call: &Call) -> Verb {
        match (call, call.command()) {
            (_, Some(command)) => {
                Verb::Store { command, nth: call.store().map_or(0, StoreId::nth) }
            }
            (Call::Invoke { .. }, _) => Verb::Invoke,
            (Call::Publish { .. }, _) => Verb::Publish,
            (Call::Lock { .. }, _) => Verb::Lock,
            (Call::Unlock(_), _) => Verb::Unlock,
            (Call::Sleep { .. }, _) => Verb::Sleep,
            _ => Verb::Spawn,
        }
    }

    /// The verb's name, which is its word in the strategy language if it has one.
    pub fn name(self) -> &'static str {
        match self {
            Verb::Request(kind) => kind.name(),
            Verb::Store { command, .. } => command.name(),
            Verb::Invoke => "call",
            Verb::Spawn => "spawn",
            Verb::Lock => "lock",
            Verb::Unlock => "unlock",
            Verb::Sleep => "sleep",
            Verb::Publish => "publish",
            Verb::Forget => "invalidate",
            Verb::Answer => "answer",
            Verb::Reply => "reply",
        }
    }

    /// The store that the command is for.
    pub fn store(self) -> Option<Store> {
        match self {
            Verb::Store { command, .. } => Some(command.store()),
            _ => None,
        }
    }

    /// The verb as a strategy writes it, without arguments: "cache.get", "spawn".
    pub fn call(self, stores: &StoreNames) -> String {
        match self {
            Verb::Store { command, nth } => {
                format!("{}.{}", stores.word(command.store(), nth), self.name())
            }
            _ => self.name().to_owned(),
        }
    }
}

/// By a number that never changes, because checksums of histories depend on it.
impl Hash for Verb {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_isize(match self {
            Verb::Request(_) => 0,
            Verb::Store { command, .. } => command.number(),
            Verb::Invoke => 24,
            Verb::Spawn => 25,
            Verb::Lock => 26,
            Verb::Unlock => 27,
            Verb::Sleep => 28,
            Verb::Answer => 29,
            Verb::Reply => 30,
            Verb::Publish => 1_000,
            Verb::Forget => 1_001,
        });
        match *self {
            Verb::Request(kind) => kind.hash(state),
            Verb::Store { nth, .. } => hash_nth(nth, state),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_command_has_the_number_of_another_verb() {
        let numbers: BTreeSet<isize> =
            StoreCommand::ALL.iter().map(|command| command.number()).collect();
        assert_eq!(numbers.len(), StoreCommand::ALL.len());
        assert!(numbers.iter().all(|number| *number > 30 || (1..24).contains(number)));
    }
}
