//! What a person can do to a message in flight.

use crate::time::{MILLISECOND_US, Micros, duration};

/// What a person does to a message in flight.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Handling {
    /// Holds it where it is.
    Hold,
    /// Releases it: it travels the rest of its way.
    Release,
    /// Delivers it at once.
    Deliver,
    /// Delays its landing.
    Delay { by_us: Micros },
    /// Drops it.
    Drop,
    /// Sends a copy of it as well.
    Duplicate,
}

impl Handling {
    /// The actions that the page offers for a message, in the order of its buttons.
    pub const fn offered(is_held: bool) -> [Handling; 5] {
        let first = if is_held { Handling::Release } else { Handling::Hold };
        let delay = Handling::Delay { by_us: 10 * MILLISECOND_US };
        [first, Handling::Deliver, delay, Handling::Duplicate, Handling::Drop]
    }

    /// The text of its button.
    pub fn button(self) -> String {
        match self {
            Handling::Hold => "Hold".to_owned(),
            Handling::Release => "Release".to_owned(),
            Handling::Deliver => "Deliver now".to_owned(),
            Handling::Delay { by_us } => format!("Delay {}", duration(by_us)),
            Handling::Drop => "Drop".to_owned(),
            Handling::Duplicate => "Duplicate".to_owned(),
        }
    }

    /// The result for the message, for the log.
    pub fn outcome(self) -> String {
        match self {
            Handling::Hold => "is held".to_owned(),
            Handling::Release => "is let go".to_owned(),
            Handling::Deliver => "lands at once".to_owned(),
            Handling::Delay { by_us } => format!("is delayed by {}", duration(by_us)),
            Handling::Drop => "is dropped".to_owned(),
            Handling::Duplicate => "is duplicated".to_owned(),
        }
    }

    /// Whether the message stays in flight, as a person who looks at it while time stands still
    /// expects.
    pub const fn keeps(self) -> bool {
        matches!(self, Handling::Hold | Handling::Delay { .. } | Handling::Duplicate)
    }
}
