//! The errors of a run over real servers.

use std::fmt;
use std::io;

/// Why a run over real servers cannot start, or cannot continue.
#[derive(Debug)]
pub enum LiveError {
    /// There is no program to start a server with.
    NoProgram {
        what: &'static str,
        programs: &'static [&'static str],
        option: &'static str,
    },
    /// A server that was started does not answer.
    DidNotStart {
        what: &'static str,
        why: String,
    },
    /// There is no answer at the given address.
    Unreachable {
        what: &'static str,
        address: String,
        why: String,
    },
    /// The server has a version that was not tested.
    Version {
        what: &'static str,
        found: String,
        known: &'static str,
    },
    /// An address is not valid, or asks for something that is not supported.
    Address {
        what: &'static str,
        why: String,
    },
    /// The scenario needs something that no server here does.
    Unsupported(String),
    /// The scenario kills or restarts a server that was not started for the run.
    Foreign {
        action: String,
        option: &'static str,
    },
    /// A server failed at something that the run needs before or after it.
    Server {
        what: &'static str,
        why: String,
    },
    File(io::Error),
    /// Interrupted by Ctrl-C or a signal.
    Interrupted,
}

impl fmt::Display for LiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LiveError::NoProgram { what, programs, option } => write!(
                f,
                "there is no {what} to start: none of {} was found. Install it (on Debian: \
                 `.ci/setup live`), or name a server that runs with {option}",
                programs.join(", ")
            ),
            LiveError::DidNotStart { what, why } => {
                write!(f, "a {what} of its own did not start: {why}")
            }
            LiveError::Unreachable { what, address, why } => {
                write!(f, "no {what} answers at {address}: {why}")
            }
            LiveError::Version { what, found, known } => write!(
                f,
                "the server is {found}; allowed: {what} {known}, with which this was tried"
            ),
            LiveError::Address { what, why } => write!(f, "the address of {what}: {why}"),
            LiveError::Unsupported(what) => f.write_str(what),
            LiveError::Foreign { action, option } => write!(
                f,
                "the scenario has the action \"{action}\", and a server that was named with \
                 {option} is never stopped: leave {option} out, and a server is started for the \
                 run"
            ),
            LiveError::Server { what, why } => write!(f, "{what}: {why}"),
            LiveError::File(error) => write!(f, "its temporary folder: {error}"),
            LiveError::Interrupted => f.write_str("interrupted"),
        }
    }
}

impl std::error::Error for LiveError {}

impl From<io::Error> for LiveError {
    fn from(error: io::Error) -> LiveError {
        LiveError::File(error)
    }
}
