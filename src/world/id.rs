//! Keys of the parts of a world.

use super::table::Key;
use crate::identity::Stamp;

/// A running task.
pub type TaskKey = Key<OfTask>;
/// A message in flight.
pub type MessageKey = Key<OfMessage>;
/// A request that its client still waits for.
pub type OperationKey = Key<OfOperation>;
/// A command or a statement in a store, by the message that brought it.
pub type JobKey = Key<OfJob>;

/// The kind of thing that a key names; these types have no values.
#[derive(Clone, Debug)]
pub enum OfTask {}
#[derive(Clone, Debug)]
pub enum OfMessage {}
#[derive(Clone, Debug)]
pub enum OfOperation {}
#[derive(Clone, Debug)]
pub enum OfJob {}

impl JobKey {
    /// The key of a job that runs on this connection.
    pub(crate) fn on(connection: u32, name: Stamp) -> JobKey {
        Key::kept(connection, name)
    }

    /// The connection on which it runs, in the world that the key is from.
    pub fn connection(self) -> u32 {
        self.slot()
    }
}
