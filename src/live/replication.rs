//! A replica's connection to its primary, through a proxy that holds each change until the world
//! says that it has reached the replica.
//!
//! The two servers are told `REPLICAOF`, and synchronize as they do by themselves. From then on the
//! proxy reads the stream of changes, command by command; those of one `MULTI` belong together.

use std::collections::VecDeque;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use super::client::{Ask, CONNECT, Got};
use super::error::LiveError;
use super::line::{LOOK, PATIENCE, is_timeout, pass};
use super::servers::{Server, field};
use super::wire::{Wire, texts};

pub(super) struct Replication {
    /// The position of the primary's server, and of the replica's.
    pub primary: usize,
    pub replica: usize,
    to_replica: Wire,
    from_primary: Wire,
    held: VecDeque<Change>,
    /// The commands of a `MULTI` that has not ended.
    group: Option<Change>,
    /// Keys that were changed at once with one that was waited for.
    along: Vec<(String, bool)>,
    /// The replica's offset when it has applied what was passed on.
    offset: u64,
}

/// What is passed on at once: a command, or several in a `MULTI`.
#[derive(Default)]
struct Change {
    bytes: Vec<u8>,
    sets: Vec<String>,
    removes: Vec<String>,
    removes_all: bool,
}

impl Change {
    /// Adds a command: its bytes, its name in capitals, and its arguments.
    fn add(&mut self, bytes: &[u8], name: &str, rest: &[String]) {
        self.bytes.extend_from_slice(bytes);
        match name {
            "DEL" | "UNLINK" => {
                for key in rest {
                    if !self.removes.contains(key) {
                        self.removes.push(key.clone());
                    }
                }
            }
            "FLUSHALL" | "FLUSHDB" => self.removes_all = true,
            // they change nothing
            "MULTI" | "EXEC" | "SELECT" | "PING" | "REPLCONF" | "" => {}
            // of every other command that is sent here, the key comes first
            _ => self.sets.extend(rest.first().cloned()),
        }
    }

    fn changes_nothing(&self) -> bool {
        self.sets.is_empty() && self.removes.is_empty() && !self.removes_all
    }

    /// What it changes besides this change of a key: which keys, and whether it sets them.
    fn others(&self, key: &str, sets: bool) -> Vec<(String, bool)> {
        let set = self.sets.iter().map(|other| (other.clone(), true));
        let removed = self.removes.iter().filter(|other| !self.sets(other));
        let mut all: Vec<_> = set.chain(removed.map(|other| (other.clone(), false))).collect();
        if let Some(at) = all.iter().position(|(other, set)| other == key && *set == sets) {
            all.remove(at);
        }
        all
    }

    /// Whether it sets this key in the end.
    fn sets(&self, key: &str) -> bool {
        self.sets.iter().any(|each| each == key)
    }

    /// Whether it only removes this key.
    fn only_removes(&self, key: &str) -> bool {
        self.removes_all || !self.sets(key) && self.removes.iter().any(|each| each == key)
    }
}

/// How long a change may take to come.
const CHANGE: Duration = Duration::from_secs(2);

/// How long a removal may take to come. Of an entry whose time is over none need come: the replica
/// knows that time, too.
const REMOVAL: Duration = Duration::from_millis(50);

impl Replication {
    /// Makes one server a replica of another, which takes a moment.
    pub fn begin(
        (primary, of): (usize, std::net::SocketAddr),
        (replica, server): (usize, &mut Server),
    ) -> Result<Replication, LiveError> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port().to_string();
        server.must(&replica_of("127.0.0.1", &port))?;
        let until = Instant::now() + CONNECT;
        let mut near = loop {
            match listener.accept() {
                Ok((near, _)) => break near,
                Err(error) if is_timeout(&error) && Instant::now() < until => thread::sleep(LOOK),
                Err(error) => return Err(broken(error)),
            }
        };
        let mut far = TcpStream::connect_timeout(&of, CONNECT).map_err(broken)?;
        for socket in [&near, &far] {
            socket.set_nonblocking(true)?;
        }
        let mut bytes = [0; 16 * 1024];
        let mut pass_all = || -> io::Result<()> {
            let mut still = 0;
            while still < 20 {
                let passed =
                    pass(&mut near, &mut far, &mut bytes)? + pass(&mut far, &mut near, &mut bytes)?;
                still = if passed == 0 { still + 1 } else { 0 };
                thread::sleep(LOOK);
            }
            Ok(())
        };
        let until = Instant::now() + PATIENCE;
        while replicated(server)?.0 != "up" {
            if Instant::now() > until {
                return Err(broken("it takes too long"));
            }
            pass_all().map_err(broken)?;
        }
        pass_all().map_err(broken)?;
        let (_, offset) = replicated(server)?;
        Ok(Replication {
            primary,
            replica,
            to_replica: Wire::new(near)?,
            from_primary: Wire::new(far)?,
            held: VecDeque::new(),
            group: None,
            along: Vec::new(),
            offset,
        })
    }

    /// Passes on everything that the primary has changed so far.
    pub fn pass_all(
        &mut self,
        primary: &mut Server,
        replica: &mut Server,
    ) -> Result<(), LiveError> {
        let info = replication_info(primary)?;
        let all = number(&info, "master_repl_offset");
        let until = Instant::now() + PATIENCE;
        loop {
            self.read()?;
            self.pass_on(self.held.len(), replica)?;
            if self.offset >= all {
                return Ok(());
            }
            if Instant::now() > until {
                return Err(broken("it takes too long"));
            }
            thread::sleep(LOOK);
        }
    }

    /// Passes on the changes up to the next one that sets or removes this key. Returns whether
    /// there is one.
    pub fn release(
        &mut self,
        key: &str,
        sets: bool,
        replica: &mut Server,
    ) -> Result<bool, LiveError> {
        let until = Instant::now() + if sets { CHANGE } else { REMOVAL };
        if let Some(at) = self.along.iter().position(|(other, set)| other == key && *set == sets) {
            self.along.remove(at);
            return Ok(true);
        }
        loop {
            self.read()?;
            let mut held = self.held.iter();
            let is_it = |change: &Change| change.sets(key) || !sets && change.only_removes(key);
            if let Some(at) = held.position(is_it) {
                // a removal that comes after the next value is not the one that is waited for
                if self.held[at].sets(key) != sets {
                    return Ok(false);
                }
                let others = self.held[at].others(key, sets);
                self.along.extend(others);
                self.pass_on(at + 1, replica)?;
                return Ok(true);
            }
            if Instant::now() > until {
                return Ok(false);
            }
            thread::sleep(LOOK);
        }
    }

    /// Reads what has come, and passes on what changes nothing.
    pub fn read(&mut self) -> Result<(), LiveError> {
        self.read_changes().map_err(broken)
    }

    fn read_changes(&mut self) -> io::Result<()> {
        // the primary hears of what the replica has applied
        self.to_replica.pass(&mut self.from_primary)?;
        while let Some(bytes) = self.from_primary.next(Duration::ZERO)? {
            let command = texts(&bytes);
            let (name, rest) = command
                .split_first()
                .map_or((String::new(), &[][..]), |(name, rest)| (name.to_uppercase(), rest));
            let mut change = match name == "MULTI" {
                true => Change::default(),
                false => self.group.take().unwrap_or_default(),
            };
            let is_inside = name == "MULTI" || !change.bytes.is_empty() && name != "EXEC";
            change.add(&bytes, &name, rest);
            match is_inside {
                true => self.group = Some(change),
                false => self.held.push_back(change),
            }
        }
        while let Some(change) = self.held.pop_front_if(|change| change.changes_nothing()) {
            self.send(&change)?;
        }
        Ok(())
    }

    fn send(&mut self, change: &Change) -> io::Result<()> {
        self.to_replica.write(&change.bytes)?;
        self.offset += change.bytes.len() as u64;
        Ok(())
    }

    /// Passes on the first changes, and waits until the replica has applied them.
    fn pass_on(&mut self, count: usize, replica: &mut Server) -> Result<(), LiveError> {
        for _ in 0..count {
            let Some(change) = self.held.pop_front() else { break };
            self.send(&change).map_err(broken)?;
        }
        let until = Instant::now() + PATIENCE;
        loop {
            if replicated(replica)?.1 >= self.offset {
                return Ok(());
            }
            if Instant::now() > until {
                return Err(broken("it takes too long"));
            }
            thread::sleep(LOOK);
        }
    }
}

fn broken(why: impl std::fmt::Display) -> LiveError {
    LiveError::Server { what: "Redis", why: format!("a replica and its primary: {why}") }
}

/// `REPLICAOF`; `NO ONE`: it is a primary from now on.
pub(super) fn replica_of(host: &str, port: &str) -> Ask {
    Ask::Command(["REPLICAOF", host, port].map(str::to_owned).to_vec())
}

fn replication_info(server: &mut Server) -> Result<String, LiveError> {
    let info = Ask::Command(["INFO", "replication"].map(str::to_owned).to_vec());
    match server.must(&info)? {
        Got::Text(text) => Ok(text),
        _ => Ok(String::new()),
    }
}

/// Whether a replica's link is up, and its offset.
fn replicated(server: &mut Server) -> Result<(String, u64), LiveError> {
    let info = replication_info(server)?;
    let link = field(&info, "master_link_status").unwrap_or_default().to_owned();
    Ok((link, number(&info, "slave_repl_offset")))
}

fn number(info: &str, name: &str) -> u64 {
    field(info, name).and_then(|number| number.parse().ok()).unwrap_or(0)
}
