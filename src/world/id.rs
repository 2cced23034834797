//! Keys of what lives in a world.

use super::table::Key;
use crate::identity::Stamp;

/// A task that runs now.
pub type TaskKey = Key<OfTask>;
/// A message in flight.
pub type MessageKey = Key<OfMessage>;
/// A request that its client still waits for.
pub type OperationKey = Key<OfOperation>;
/// A command or a statement that a store works on, by the message that brought it.
pub type JobKey = Key<OfJob>;

/// What a key is of: no value of these is ever made.
#[derive(Clone, Debug)]
pub enum OfTask {}
#[derive(Clone, Debug)]
pub enum OfMessage {}
#[derive(Clone, Debug)]
pub enum OfOperation {}
#[derive(Clone, Debug)]
pub enum OfJob {}

impl JobKey {
    /// One that runs on this connection.
    pub(crate) fn on(connection: u32, name: Stamp) -> JobKey {
        Key::kept(connection, name)
    }

    /// The connection that it runs on, in the world that the key is from.
    pub fn connection(self) -> u32 {
        self.slot()
    }
}
