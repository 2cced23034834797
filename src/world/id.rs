//! Keys of what lives in a world.

use super::message::Message;
use super::table::Key;
use super::task::{Operation, Task};
use crate::identity::Stamp;

/// A task that runs now.
pub type TaskKey = Key<Task>;
/// A message in flight.
pub type MessageKey = Key<Message>;
/// A request that its client still waits for.
pub type OperationKey = Key<Operation>;
/// A command or a statement that a store works on, by the message that brought it.
pub type JobKey = Key<Job>;

/// A command or a statement that a store works on.
#[derive(Debug)]
pub enum Job {}

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
