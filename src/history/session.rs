//! What each client may rely on: to read its own writes, and not to see time
//! go backwards.
//!
//! After Terry and others, "Session guarantees for weakly consistent replicated
//! data" (1994): *read your writes* and *monotonic reads*, per client and key.

use crate::strategy::value::{Origin, Symbol};

/// The clients of one key, in the order of their symbols.
#[derive(Clone, Debug, Default)]
pub struct Sessions(Vec<(Symbol, Session)>);

/// What one client did to one key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// Its latest acknowledged write, and the record that acknowledged it.
    pub wrote: Option<(Origin, u64)>,
    /// The newest value that it read, and the record that ended the read.
    pub saw: Option<(Origin, u64)>,
}

impl Sessions {
    /// A client's session.
    pub fn of(&mut self, client: Symbol) -> &mut Session {
        let at = match self.0.binary_search_by_key(&client, |(client, _)| *client) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, (client, Session::default()));
                at
            }
        };
        &mut self.0[at].1
    }
}
