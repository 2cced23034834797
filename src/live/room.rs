//! Several simultaneous runs over the same rows and entries.
//!
//! Each plays its own requests in a thread of its own, and its programs get the servers' answers to
//! all of them. The model's stores of a run do not know of the other runs, so nothing is compared
//! during the run. The result must be among those that a search over all orders finds.

use super::client::Got;
use super::contents;
use super::error::LiveError;
use super::run::{Live, Options, run_name};
use super::servers::Servers;
use crate::simulate::Simulation;

/// Rows and entries at servers that several runs share.
pub struct Room(String);

impl Room {
    /// Makes the initial rows and entries of a scenario.
    ///
    /// # Errors
    /// See [`play`](super::play).
    pub fn open(
        simulation: &mut Simulation,
        servers: &mut Servers,
        options: &Options,
    ) -> Result<Room, LiveError> {
        let room = Room(run_name());
        let mut live = Live::new(simulation, servers, options, &room.0)?;
        live.make_rows()?;
        live.make_entries()?;
        Ok(room)
    }

    /// Plays a run in this room, to its end. `ready` is called when it can begin.
    ///
    /// # Errors
    /// See [`play`](super::play).
    pub fn join(
        &self,
        simulation: &mut Simulation,
        servers: &mut Servers,
        options: &Options,
        ready: impl FnOnce(),
    ) -> Result<(), LiveError> {
        let mut live = Live::new(simulation, servers, options, &self.0)?;
        live.warm_all()?;
        ready();
        live.play()
    }

    /// All entries and rows as text, sorted.
    ///
    /// # Errors
    /// If a server does not answer.
    pub fn contents(
        &self,
        simulation: &mut Simulation,
        servers: &mut Servers,
        options: &Options,
    ) -> Result<Vec<String>, LiveError> {
        let live = Live::new(simulation, servers, options, &self.0)?;
        let mut all = Vec::new();
        for (at, space) in live.spaces.iter().enumerate() {
            let prefix = format!("{}e:", space.prefix);
            for name in contents::keys(live.servers.cache(at), space, &prefix)? {
                let got = live.servers.cache(at).must(&space.show(&name))?;
                if let Some(value) = space.shown(&got) {
                    let value = value.split(' ').next().unwrap_or_default();
                    all.push(format!("cache {} = {value}", &name[prefix.len()..]));
                }
            }
        }
        let rows =
            format!("SELECT key, value, version FROM {} WHERE value IS NOT NULL", live.table);
        if let Got::List(rows) = live.servers.database().must_sql(&rows)? {
            for row in rows {
                let Got::List(columns) = row else { continue };
                if let [Got::Text(key), Got::Text(value), Got::Text(version)] = &columns[..] {
                    all.push(format!("row {key} = {value} at {version}"));
                }
            }
        }
        all.sort();
        Ok(all)
    }

    /// Removes all rows and entries of the room.
    ///
    /// # Errors
    /// If a server does not answer.
    pub fn close(
        self,
        simulation: &mut Simulation,
        servers: &mut Servers,
        options: &Options,
    ) -> Result<(), LiveError> {
        Live::new(simulation, servers, options, &self.0)?.clear()
    }
}
