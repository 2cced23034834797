//! A caught error as a number, which is what a slot of a machine can hold.

use crate::strategy::call::{ErrorSource, Reason, StoreError};

const SOURCES: [ErrorSource; 5] = [
    ErrorSource::Cache,
    ErrorSource::Database,
    ErrorSource::Replica,
    ErrorSource::Queue,
    ErrorSource::Process,
];

const REASONS: [Reason; 8] = [
    Reason::Refused,
    Reason::Reset,
    Reason::Timeout,
    Reason::Injected,
    Reason::OutOfMemory,
    Reason::NotANumber,
    Reason::Constraint,
    Reason::Uncaught,
];

/// An error and its line as one number.
pub fn pack(error: StoreError, line: u32) -> i64 {
    i64::from(line) << 16 | (error.source as i64) << 8 | error.reason as i64
}

/// The error and the line of such a number.
pub fn unpack(packed: i64) -> (StoreError, u32) {
    let error = StoreError {
        source: SOURCES[(packed >> 8 & 0xff) as usize],
        reason: REASONS[(packed & 0xff) as usize],
    };
    (error, (packed >> 16) as u32)
}
