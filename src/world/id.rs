//! Names for what lives in a world, and only there.

use slotmap::new_key_type;

new_key_type! {
    /// A task that runs now.
    pub struct TaskKey;
    /// A message in flight.
    pub struct MessageKey;
    /// A request that its client still waits for.
    pub struct OperationKey;
}
