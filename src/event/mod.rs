//! Everything that can happen, as plain data.
//!
//! The world writes one [`Record`] for everything that happens; the history
//! above it folds records into verdicts, causes and totals. The types that both
//! need are here, and nothing here depends on either.

mod cause;
mod fault;
mod name;
mod record;
mod saying;
mod verdict;

pub use cause::{Cause, Happening, chain};
pub use fault::{ConsumerFault, Fault};
pub use name::EventName;
pub use record::{Carried, DropReason, Event, Record, RequestEnd, Seen};
pub use saying::{Saying, Verb};
pub use verdict::{ReadVerdict, Told, VerdictKind};
