//! The servers of a run: its own, or given ones.

use std::time::Duration;

use super::address::{Address, Target};
use super::client::{Answer, Ask, Client, Got, Refusal};
use super::error::LiveError;
use super::memcached;
use super::private::{Folder, Private};
use super::run::engines;
use crate::simulate::Simulation;
use crate::store::cache::Engine;

/// A server for each cache, and one for the database.
pub struct Servers {
    /// A given Redis holds every cache, each under its own prefix.
    given_redis: Option<Server>,
    own_redis: Vec<Server>,
    /// The one Memcached of a run that has one.
    memcached: Option<Server>,
    /// The products of the run's caches; empty: none is known yet.
    engines: Vec<Engine>,
    postgres: Server,
    // last, so that it is removed after the servers have ended
    folder: Folder,
}

/// One server.
pub(super) struct Server {
    pub address: Address,
    url: String,
    /// Its process; `None`: it is not the run's own.
    pub own: Option<Private>,
    /// "Redis 7.0.15"
    pub version: String,
    control: Option<Client>,
}

const KNOWN_REDIS: &str = "6.2 to 8.x, or Valkey 7.2 to 9.x";
const KNOWN_MEMCACHED: &str = "1.6";
const KNOWN_POSTGRES: &str = "13 to 18";

impl Servers {
    /// The servers at these addresses; without an address, a server is started.
    ///
    /// # Errors
    /// If a server cannot be started or reached, or has an untested version.
    pub fn new(redis: Option<&str>, postgres: Option<&str>) -> Result<Servers, LiveError> {
        let given_redis = match redis {
            Some(url) => Some(Server::given(Address::redis(url)?, url)?),
            None => None,
        };
        let given_postgres = match postgres {
            Some(url) => Some(Server::given(Address::postgres(url)?, url)?),
            None => None,
        };
        let folder = Folder::new()?;
        let mut own_redis = Vec::new();
        if given_redis.is_none() {
            own_redis.push(Server::own(Private::redis(&folder, "redis-0")?)?);
        }
        let postgres = match given_postgres {
            Some(postgres) => postgres,
            None => Server::own(Private::postgres(&folder)?)?,
        };
        let (memcached, engines) = (None, Vec::new());
        Ok(Servers { given_redis, own_redis, memcached, engines, postgres, folder })
    }

    /// The Memcached at this address, for runs that need one.
    ///
    /// # Errors
    /// If it cannot be reached, or has an untested version.
    pub fn with_memcached(mut self, url: &str) -> Result<Servers, LiveError> {
        self.memcached = Some(Server::given(Address::memcached(url)?, url)?);
        Ok(self)
    }

    /// Makes sure that each cache of a run has a server.
    ///
    /// # Errors
    /// If a server cannot be started.
    pub fn prepare(&mut self, simulation: &Simulation) -> Result<(), LiveError> {
        self.provide(&engines(simulation))
    }

    /// Makes sure that each of these caches has a server.
    pub(super) fn provide(&mut self, engines: &[Engine]) -> Result<(), LiveError> {
        self.engines = engines.to_vec();
        while self.given_redis.is_none() && self.own_redis.len() < engines.len() {
            let name = format!("redis-{}", self.own_redis.len());
            self.own_redis.push(Server::own(Private::redis(&self.folder, &name)?)?);
        }
        if engines.contains(&Engine::Memcached) && self.memcached.is_none() {
            self.memcached = Some(Server::own(Private::memcached(&self.folder, "memcached")?)?);
        }
        self.revive()
    }

    /// Starts its own servers again that have crashed.
    pub(super) fn revive(&mut self) -> Result<(), LiveError> {
        let own = self.own_redis.iter_mut().chain(&mut self.memcached);
        own.chain([&mut self.postgres]).try_for_each(Server::revive)
    }

    /// The server of a cache, by the cache's position.
    pub(super) fn cache(&mut self, nth: usize) -> &mut Server {
        match (&mut self.memcached, &mut self.given_redis, self.engines.get(nth)) {
            (Some(memcached), _, Some(Engine::Memcached)) => memcached,
            (_, Some(given), _) => given,
            _ => &mut self.own_redis[nth],
        }
    }

    /// Two servers of the run's own Redis, by their caches' positions.
    pub(super) fn two(&mut self, one: usize, other: usize) -> [&mut Server; 2] {
        let both = self.own_redis.get_disjoint_mut([one, other]);
        both.expect("a cache and its replica have servers of their own")
    }

    pub(super) fn memcached_is_own(&self) -> bool {
        self.memcached.as_ref().is_none_or(|server| server.own.is_some())
    }

    pub(super) fn database(&mut self) -> &mut Server {
        &mut self.postgres
    }

    pub(super) fn redis_is_own(&self) -> bool {
        self.given_redis.is_none()
    }

    pub(super) fn postgres_is_own(&self) -> bool {
        self.postgres.own.is_some()
    }

    /// The addresses, for others to use the same servers; of several caches, the first one's.
    pub fn urls(&mut self) -> (String, String) {
        (self.cache(0).url.clone(), self.postgres.url.clone())
    }

    /// The servers and their versions, for people.
    pub fn words(&self) -> String {
        let says = |server: &Server| match server.own {
            Some(_) => format!("{}, private", server.version),
            None => format!("{} as given", server.version),
        };
        let is_used = |engine| self.engines.is_empty() || self.engines.contains(&engine);
        let redis = self.given_redis.as_ref().or(self.own_redis.first());
        let redis = redis.filter(|_| is_used(Engine::Redis)).map(says);
        let memcached = self.memcached.as_ref().filter(|_| is_used(Engine::Memcached)).map(says);
        let caches: Vec<String> = redis.into_iter().chain(memcached).collect();
        let whose = if self.postgres_is_own() { "private" } else { "as given" };
        format!("{}; {} {whose}", caches.join("; "), self.postgres.version)
    }
}

impl Server {
    fn given(address: Address, url: &str) -> Result<Server, LiveError> {
        Server::at(address, url, None).identified()
    }

    fn at(address: Address, url: &str, own: Option<Private>) -> Server {
        Server { address, url: url.to_owned(), own, version: String::new(), control: None }
    }

    fn own(private: Private) -> Result<Server, LiveError> {
        let socket = private.socket();
        let (address, url) = match private.what() {
            "Redis" => {
                let url = format!("redis://{socket}/0");
                (Address::redis(&url)?, url)
            }
            "memcached" => {
                let url = format!("memcached://{socket}");
                (Address::memcached(&url)?, url)
            }
            _ => {
                let url = format!("postgres://stalemate@{socket}/postgres");
                (Address::postgres(&url)?, url)
            }
        };
        Server::at(address, &url, Some(private)).identified()
    }

    /// The server with its version, which must be a tested one.
    fn identified(mut self) -> Result<Server, LiveError> {
        let what = self.address.target.what();
        let address = self.address.socket.to_string();
        let unreachable = |why| LiveError::Unreachable { what, address: address.clone(), why };
        let broken = |refusal: Refusal| match refusal {
            Refusal::Said { text, .. } | Refusal::Broken(text) => text,
        };
        let (version, known, is_known) = match &self.address.target {
            Target::Redis(_) => {
                let info = Ask::Command(vec!["INFO".to_owned(), "server".to_owned()]);
                let got = self.control().map_err(unreachable)?.ask(&info);
                let got = got.map_err(broken).map_err(unreachable)?;
                let Got::Text(text) = got else {
                    return Err(unreachable("`INFO` has no answer".to_owned()));
                };
                let valkey = field(&text, "valkey_version");
                let version = valkey.or(field(&text, "redis_version"));
                let version = version.unwrap_or("of no version");
                let numbers = numbers(version);
                let is_known = match valkey {
                    Some(_) => ((7, 2)..(10, 0)).contains(&numbers),
                    None => ((6, 2)..(9, 0)).contains(&numbers),
                };
                let name = if valkey.is_some() { "Valkey" } else { "Redis" };
                (format!("{name} {version}"), KNOWN_REDIS, is_known)
            }
            Target::Memcached(_) => {
                let stats = Ask::Memcached("stats\r\n".to_owned());
                let got = self.control().map_err(unreachable)?.ask(&stats);
                let got = got.map_err(broken).map_err(unreachable)?;
                let version = memcached::statistic(&got, "version").unwrap_or("of no version");
                let is_known = numbers(version) == (1, 6);
                (format!("memcached {version}"), KNOWN_MEMCACHED, is_known)
            }
            Target::Postgres { .. } => {
                let client = self.control().map_err(unreachable)?;
                let got = client.simple("SHOW server_version").map_err(broken);
                let version = match got.map_err(unreachable)? {
                    Got::List(rows) => match rows.into_iter().next() {
                        Some(Got::List(columns)) => match columns.into_iter().next() {
                            Some(Got::Text(version)) => version,
                            _ => String::new(),
                        },
                        _ => String::new(),
                    },
                    _ => String::new(),
                };
                let version = version.split(' ').next().unwrap_or_default().to_owned();
                let is_known = (13..=18).contains(&numbers(&version).0);
                (format!("PostgreSQL {version}"), KNOWN_POSTGRES, is_known)
            }
        };
        if !is_known {
            return Err(LiveError::Version { what, found: version, known });
        }
        self.version = version;
        Ok(self)
    }

    /// A separate connection for requests that are not part of the run.
    fn control(&mut self) -> Result<&mut Client, String> {
        let control = match self.control.take() {
            Some(control) => control,
            None => Client::connect(&self.address.target, None)?,
        };
        Ok(self.control.insert(control))
    }

    /// Sends a request that is not part of the run.
    pub fn ask(&mut self, ask: &Ask) -> Answer {
        let control = self.control().map_err(Refusal::Broken)?;
        let answer = control.ask(ask);
        if let Err(Refusal::Broken(_)) = &answer {
            self.control = None;
        }
        answer
    }

    /// Sends a request that must succeed.
    pub fn must(&mut self, ask: &Ask) -> Result<Got, LiveError> {
        let what = self.address.target.what();
        self.ask(ask).map_err(|refusal| server_error(what, refusal))
    }

    /// Runs SQL that must succeed.
    pub fn must_sql(&mut self, text: &str) -> Result<Got, LiveError> {
        let what = self.address.target.what();
        let control = self.control().map_err(|why| LiveError::Server { what, why })?;
        control.simple(text).map_err(|refusal| server_error(what, refusal))
    }

    /// Crashes the server.
    pub fn kill(&mut self) {
        self.control = None;
        if let Some(own) = &mut self.own {
            own.kill();
        }
    }

    /// Starts the server again, with the data on its disk.
    pub fn revive(&mut self) -> Result<(), LiveError> {
        match &mut self.own {
            Some(own) if !own.is_up() => own.restart(),
            _ => Ok(()),
        }
    }
}

fn server_error(what: &'static str, refusal: Refusal) -> LiveError {
    match refusal {
        Refusal::Said { text: why, .. } | Refusal::Broken(why) => LiveError::Server { what, why },
    }
}

/// A field of what `INFO` tells.
pub(super) fn field<'t>(info: &'t str, name: &str) -> Option<&'t str> {
    info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
}

/// The first two numbers of a version.
fn numbers(version: &str) -> (u32, u32) {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

/// How long a statement may take before it counts as waiting.
pub(super) const WAITS: Duration = Duration::from_millis(10);
