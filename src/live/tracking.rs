//! Readers that a cache notifies of changes: `CLIENT TRACKING`.
//!
//! Each app server has a connection of its own for the notices, and all its other connections are
//! tracked for that one (`REDIRECT`). The world decides when a notice lands, and the proxy whether
//! the server has sent it.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::address::Target;
use super::client::{Ask, CONNECT};
use super::error::LiveError;
use super::exchange::Place;
use super::line::PATIENCE;
use super::run::Live;
use super::wire::Wire;
use crate::strategy::value::Symbol;
use crate::time::Micros;
use crate::world::{Message, ProcessId, Stamp};

/// An app server as a reader: a connection for notices, by the server's number for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Reader {
    pub app: u16,
    id: i64,
}

impl Reader {
    /// What a connection asks first whose reads are tracked.
    pub fn begin(self) -> Ask {
        let id = self.id.to_string();
        let words = ["CLIENT", "TRACKING", "ON", "REDIRECT", &id];
        Ask::Command(words.map(str::to_owned).to_vec())
    }
}

/// A connection that brings notices.
pub(super) struct Tracker {
    wire: Wire,
    reader: Reader,
    /// The names of keys that were told of, and that nothing has waited for yet.
    told: Vec<String>,
    /// Whether all keys were told of at once: after `FLUSHALL`.
    told_all: bool,
}

/// A notice of the model on its way.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    at: usize,
    reader: Reader,
    key: Symbol,
    sent_us: Micros,
}

/// How long a notice may take that nobody expects.
const LATE: Duration = Duration::from_millis(20);

impl Tracker {
    fn open(target: &Target, socket: std::net::SocketAddr, app: u16) -> Result<Tracker, String> {
        let words = |error: std::io::Error| error.to_string();
        let socket = TcpStream::connect_timeout(&socket, CONNECT).map_err(words)?;
        let mut wire = Wire::new(socket).map_err(words)?;
        let mut ask = |command: &redis::Cmd| {
            wire.write(&command.get_packed_command()).map_err(words)?;
            let answer = wire.next(PATIENCE).map_err(words)?.ok_or("no answer in time")?;
            match redis::parse_redis_value(&answer) {
                Ok(redis::Value::ServerError(error)) => Err(error.to_string()),
                Ok(value) => Ok(value),
                Err(error) => Err(error.to_string()),
            }
        };
        if let Target::Redis(info) = target
            && let Some(password) = info.redis_settings().password()
        {
            let mut auth = redis::cmd("AUTH");
            if let Some(name) = info.redis_settings().username() {
                auth.arg(name);
            }
            ask(auth.arg(password))?;
        }
        let redis::Value::Int(id) = ask(redis::cmd("CLIENT").arg("ID"))? else {
            return Err("`CLIENT ID` has no answer".to_owned());
        };
        ask(redis::cmd("SUBSCRIBE").arg("__redis__:invalidate"))?;
        let reader = Reader { app, id };
        Ok(Tracker { wire, reader, told: Vec::new(), told_all: false })
    }

    /// Reads the next notice. Returns whether one came in time.
    fn read(&mut self, within: Duration) -> bool {
        let Ok(Some(message)) = self.wire.next(within) else { return false };
        let Ok(redis::Value::Array(parts)) = redis::parse_redis_value(&message) else {
            return true;
        };
        match parts.into_iter().nth(2) {
            Some(redis::Value::Array(keys)) => {
                self.told.extend(keys.into_iter().filter_map(|key| match key {
                    redis::Value::BulkString(key) => Some(String::from_utf8_lossy(&key).into()),
                    _ => None,
                }));
            }
            _ => self.told_all = true,
        }
        true
    }

    /// Whether this key is told of in time, alone or with all others. A notice of one key is for
    /// one that waits.
    fn hears_of(&mut self, name: &str, with_all: bool) -> bool {
        let until = Instant::now() + PATIENCE;
        loop {
            let told = self.told.iter().position(|told| told == name).filter(|_| !with_all);
            if let Some(at) = told {
                self.told.remove(at);
                return true;
            }
            if with_all && self.told_all {
                return true;
            }
            let left = until.saturating_duration_since(Instant::now());
            if !self.read(left) {
                return false;
            }
        }
    }
}

impl Live<'_> {
    /// The reader that a call to a cache is to be tracked for; `None`: nobody is notified.
    pub(super) fn reader(&mut self, place: Place, from: ProcessId) -> Option<Reader> {
        let (Place::Cache(at), ProcessId::App(app)) = (place, from) else { return None };
        self.simulation.world().setup().tracking?;
        if let Some(tracker) = self.trackers.get(&(at, app)) {
            return Some(tracker.reader);
        }
        let address = &self.servers.cache(at).address;
        // a server that is down tracks nobody
        let tracker = Tracker::open(&address.target, address.socket, app).ok()?;
        let reader = tracker.reader;
        self.trackers.insert((at, app), tracker);
        Some(reader)
    }

    /// Closes idle connections, and those for notices, by their server and their app server.
    pub(super) fn disconnect(&mut self, is_lost: impl Fn(Place, Option<u16>) -> bool) {
        self.idle.retain(|(place, reader), _| !is_lost(*place, reader.map(|reader| reader.app)));
        self.trackers.retain(|(at, app), _| !is_lost(Place::Cache(*at), Some(*app)));
    }

    /// The model's cache has sent a notice.
    pub(super) fn expect_notice(&mut self, message: &Message, key: Symbol) {
        let (ProcessId::Cache(cache), ProcessId::App(app)) = (message.from, message.to) else {
            return;
        };
        let at = usize::from(cache.0);
        if let Some(tracker) = self.trackers.get(&(at, app)) {
            let reader = tracker.reader;
            let sent_us = message.sent_us;
            self.notices.insert(message.id.stamp, Notice { at, reader, key, sent_us });
        }
    }

    /// A notice lands: the server has sent it, too.
    pub(super) fn await_notice(&mut self, stamp: Stamp) {
        let Some(notice) = self.notices.remove(&stamp) else { return };
        if let Some(has_come) = self.hears_of(&notice)
            && !has_come
            && !self.edges.contains(&notice.key)
        {
            let key = self.simulation.names().text(notice.key);
            let what = format!("a notice of {key} to app {}", notice.reader.app + 1);
            self.differs(&what, "sends none", "one lands");
        }
    }

    /// `None`: its connection was lost, and all that was to come on it.
    fn hears_of(&mut self, notice: &Notice) -> Option<bool> {
        let name = self.spaces[notice.at].name(notice.key, self.simulation.names());
        let tracker = self.trackers.get_mut(&(notice.at, notice.reader.app))?;
        let with_all = self.flushes.contains(&(notice.at, notice.sent_us));
        (tracker.reader == notice.reader).then(|| tracker.hears_of(&name, with_all))
    }

    /// At the end: whatever the servers told of, the model has told of as well.
    pub(super) fn compare_notices(&mut self) -> Result<(), LiveError> {
        // on their way still, or lost on it
        for notice in std::mem::take(&mut self.notices).into_values() {
            self.hears_of(&notice);
        }
        let mut left: Vec<(u16, String)> = Vec::new();
        for tracker in self.trackers.values_mut() {
            while tracker.read(LATE) {}
            let told = std::mem::take(&mut tracker.told);
            left.extend(told.into_iter().map(|name| (tracker.reader.app, name)));
        }
        let edges: Vec<_> =
            self.edges.iter().map(|key| self.simulation.names().text(*key)).collect();
        for (app, name) in left {
            // other names are those of leases
            let Some((_, key)) = name.split_once(":e:") else { continue };
            if !edges.iter().any(|edge| **edge == *key) {
                let what = format!("a notice of {key} to app {}", app + 1);
                self.differs(&what, "sends one", "sends none");
            }
        }
        Ok(())
    }
}
