//! The errors of actions.

use std::fmt;

use crate::scenario::{MOST_ACTIONS, Problem};
use crate::world::{FaultError, MissingHandler};

/// Why an action cannot be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ActError {
    /// The scenario already has the most actions allowed.
    TooManyActions,
    /// It breaks rules of the document; paths begin at the action.
    Invalid(Vec<Problem>),
    /// It needs more texts than the run may know.
    TooManyTexts,
    /// The key's strategy has no function for such requests.
    MissingHandler(MissingHandler),
    /// There is no workload of this name.
    NoWorkload(String),
    /// There is no cache of this name.
    NoCache(String),
    /// The message's name is not 16 hexadecimal digits.
    NoMessageName,
    /// The message is not in flight now.
    NotInFlight,
    /// The message is already held.
    AlreadyHeld,
    /// The message is not held.
    NotHeld,
    /// The world refuses the fault.
    Fault(FaultError),
    /// The run cannot continue, and why.
    Stopped(String),
}

impl From<MissingHandler> for ActError {
    fn from(missing: MissingHandler) -> ActError {
        ActError::MissingHandler(missing)
    }
}

impl From<FaultError> for ActError {
    fn from(error: FaultError) -> ActError {
        ActError::Fault(error)
    }
}

impl fmt::Display for ActError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ActError::TooManyActions => {
                write!(f, "{MOST_ACTIONS} actions are in the scenario, which is the most")
            }
            ActError::Invalid(problems) => {
                for (at, Problem { path, message }) in problems.iter().enumerate() {
                    let between = if at == 0 { "" } else { "; " };
                    write!(f, "{between}{path}: {message}")?;
                }
                Ok(())
            }
            ActError::TooManyTexts => {
                f.write_str("this run knows more than a million texts, which is the limit")
            }
            ActError::MissingHandler(missing) => missing.fmt(f),
            ActError::NoWorkload(name) => write!(f, "there is no workload {name:?}"),
            ActError::NoCache(name) => write!(f, "there is no cache {name:?}"),
            ActError::NoMessageName => f.write_str("a message is named by 16 hexadecimal digits"),
            ActError::NotInFlight => f.write_str("no such message is in flight now"),
            ActError::AlreadyHeld => f.write_str("it is held already"),
            ActError::NotHeld => f.write_str("it is not held"),
            ActError::Fault(error) => error.fmt(f),
            ActError::Stopped(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for ActError {}
