//! Plays a run over real servers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::address::{Address, Target};
use super::cache::KeySpace;
use super::client::Ask;
use super::contents;
use super::database;
use super::error::LiveError;
use super::exchange::{Exchanges, Place};
use super::foreign_key;
use super::line::Line;
use super::memcached;
use super::nodes::named_like;
use super::outcome::Outcome;
use super::replication::{Replication, replica_of};
use super::servers::Servers;
use super::tracking::{Notice, Reader, Tracker};
use super::value::to_text;
use crate::scenario::{Engine, What};
use crate::simulate::{Advance, Heard, Simulation};
use crate::strategy::call::CacheCall;
use crate::strategy::value::{Datum, Symbol};
use crate::time::Micros;
use crate::vocabulary::CacheId;
use crate::vocabulary::command::{DatabaseCommand, StoreCommand};
use crate::world::{ProcessId, Stamp, TaskKey, Timer, Transition};

/// Options of a run.
pub struct Options {
    /// Real milliseconds per second of the run: 1000 is real time.
    pub scale_milli: u64,
    /// Set when a person wants the run to stop.
    pub interrupted: Arc<AtomicBool>,
}

/// Plays a run to its end, over real servers, and then removes its data from them.
///
/// # Errors
/// If the scenario needs something that these servers do not do, or one of them fails.
pub fn play(
    simulation: &mut Simulation,
    servers: &mut Servers,
    options: &Options,
) -> Result<Outcome, LiveError> {
    let mut live = Live::new(simulation, servers, options, &run_name())?;
    let played = live
        .make_rows()
        .and_then(|()| live.warm_all())
        .and_then(|()| live.begin_replication())
        .and_then(|()| live.await_tick())
        .and_then(|()| live.make_entries())
        .and_then(|()| live.play())
        .and_then(|()| live.compare_notices())
        .and_then(|()| live.compare_contents());
    let cleared = live.clear();
    played?;
    // of two errors the first says more
    cleared?;
    live.pass_the_rest();
    Ok(live.outcome)
}

/// The products of the caches with a server: an app server's own has none.
pub(super) fn engines(simulation: &Simulation) -> Vec<Engine> {
    let setup = simulation.world().setup();
    let count = setup.local.map_or(setup.caches.ids().count(), |first| usize::from(first.0));
    let like = |cache: CacheId| match setup.caches[cache].memcached {
        Some(_) => Engine::Memcached,
        None => Engine::Redis,
    };
    setup.caches.ids().take(count).map(like).collect()
}

/// Refuses what no server here does.
fn check(simulation: &Simulation, servers: &Servers, options: &Options) -> Result<(), LiveError> {
    let scenario = simulation.scenario();
    let topology = &scenario.topology;
    let database = &topology.database;
    let likes = topology.by_cache(|it| it.like);
    let memcacheds = likes.values().filter(|like| **like == Engine::Memcached).count();
    let begins = StoreCommand::Database(DatabaseCommand::Begin);
    let mut programs = simulation.programs().iter();
    let has_transactions = programs.any(|each| each.program.calls(|command| command == begins));
    let absent = [
        (
            !database.constraints.is_empty() && has_transactions,
            "the scenario's database has foreign keys, and a strategy a transaction: a real one \
             locks the parents' rows, and the model does not",
        ),
        (
            database.pool_wait_us.is_some()
                || database.statement_timeout_us.is_some()
                || database.idle_in_transaction_timeout_us.is_some(),
            "the scenario's database bounds how long a connection is waited for, or a statement, \
             or an idle transaction (`pool_wait_us`, `statement_timeout_us`, \
             `idle_in_transaction_timeout_us`), which a run over real servers does not do",
        ),
        (
            memcacheds > 0 && topology.local.as_ref().is_some_and(|it| it.tracking.is_some()),
            "a cache of the scenario is like Memcached, and the app servers' own caches are told \
             of changes (`tracking`), which a Memcached does not do",
        ),
        (
            memcacheds > 1,
            "several caches of the scenario are like Memcached, and the clock of each ticks at \
             another moment; a run over real servers has one",
        ),
        (
            memcacheds > 0 && options.scale_milli != 1_000,
            "a cache of the scenario is like Memcached, whose clock counts whole seconds at no \
             other scale than 1",
        ),
        (
            !servers.redis_is_own() && topology.clusters().iter().any(|it| !it.replicas.is_empty()),
            "a cache of the scenario has replicas, and the server that was named with --redis \
             gets none (without --redis, servers are started for the run)",
        ),
    ];
    if let Some((_, what)) = absent.iter().find(|(is_there, _)| *is_there) {
        return Err(LiveError::Unsupported(format!("{what}; leave them out")));
    }
    for action in &scenario.actions {
        let option = match action.what {
            What::KillCache { .. } | What::RestartCache { .. } | What::RestoreCache { .. }
                if !servers.redis_is_own() =>
            {
                "--redis"
            }
            What::KillCache { .. } | What::RestartCache { .. } | What::RestoreCache { .. }
                if memcacheds > 0 && !servers.memcached_is_own() =>
            {
                "--memcached"
            }
            What::StopDatabase if !servers.postgres_is_own() => "--postgres",
            _ => continue,
        };
        return Err(LiveError::Foreign { action: action.what.words(), option });
    }
    Ok(())
}

/// A name that no other run has.
pub(super) fn run_name() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    format!("{:x}_{:x}", std::process::id(), since.map_or(0, |since| since.as_micros()))
}

/// How much earlier or later than its TTL an entry may end at a server: Redis counts in
/// milliseconds, and a command takes time.
pub(super) const EDGE_US: Micros = 3_000;

/// A run over real servers.
pub(super) struct Live<'s> {
    pub(super) simulation: &'s mut Simulation,
    pub(super) servers: &'s mut Servers,
    pub(super) options: &'s Options,
    /// The key names of each cache that has a server.
    pub(super) spaces: Vec<KeySpace>,
    pub(super) schema: String,
    pub(super) table: String,
    pub(super) database: Address,
    pub(super) exchanges: Exchanges,
    pub(super) idle: BTreeMap<(Place, Option<Reader>), Vec<Line>>,
    /// The connections on which a cache notifies a reader.
    pub(super) trackers: BTreeMap<(usize, u16), Tracker>,
    /// Notices on their way, and who gets them.
    pub(super) notices: BTreeMap<Stamp, Notice>,
    /// When `FLUSHALL` was carried out, and at which server.
    pub(super) flushes: Vec<(usize, Micros)>,
    pub(super) replications: Vec<Replication>,
    /// Connections that a transaction keeps between two statements.
    pub(super) pinned: BTreeMap<TaskKey, Line>,
    /// The connection to the database for outside writes.
    pub(super) outside: Option<Line>,
    /// The end of the TTL and of the grace of each cache's entries.
    pub(super) expiries: BTreeMap<(CacheId, Symbol), [Micros; 2]>,
    /// Keys of which an entry has ended slightly earlier or later than in the model; from then on
    /// they are not compared.
    pub(super) edges: BTreeSet<Symbol>,
    /// Entries that the model has evicted in this step and not set again.
    pub(super) evicted: Vec<(CacheId, Symbol)>,
    /// The tokens of a Memcached's leases, by the model's.
    pub(super) tokens: BTreeMap<(CacheId, i64), i64>,
    /// How long a cache took to start again.
    pub(super) start_us: Micros,
    /// The values written under each key, by their text, with the writes that made them.
    pub(super) known: BTreeMap<(Symbol, String), Datum>,
    pub(super) outcome: Outcome,
    pub(super) started: Instant,
}

impl<'s> Live<'s> {
    /// A run of this name, which is part of its keys and its schema.
    pub(super) fn new(
        simulation: &'s mut Simulation,
        servers: &'s mut Servers,
        options: &'s Options,
        name: &str,
    ) -> Result<Live<'s>, LiveError> {
        check(simulation, servers, options)?;
        let engines = engines(simulation);
        servers.provide(&engines)?;
        let mut programs = simulation.programs().iter().map(|each| &each.program);
        let has_redis = engines.contains(&Engine::Redis);
        let scripted = has_redis && programs.clone().any(|program| program.needs_scripts());
        let is_of_many =
            |command| matches!(command, StoreCommand::Cache(_)) && command.is_of_many();
        if scripted && programs.any(|program| program.calls(is_of_many)) {
            return Err(LiveError::Unsupported(
                "a strategy asks for many keys at once, and one for a grace, a version or a lease: \
                 on a real Redis each of these is a script of one key; leave either out"
                    .to_owned(),
            ));
        }
        let spaces = engines.into_iter().enumerate().map(|(nth, engine)| KeySpace {
            engine,
            prefix: {
                let like = named_like(simulation, CacheId(nth as u8));
                format!("stalemate:{name}:{}:", like.0)
            },
            scripted,
            scale_milli: options.scale_milli,
        });
        let schema = format!("stalemate_{name}");
        let table = format!("{schema}.rows");
        let mut database = servers.database().address.clone();
        if let Target::Postgres { table: own, .. } = &mut database.target {
            *own = Some(table.clone());
        }
        Ok(Live {
            spaces: spaces.collect(),
            schema,
            table,
            database,
            outcome: Outcome { servers: servers.words(), ..Outcome::default() },
            simulation,
            servers,
            options,
            exchanges: Exchanges::default(),
            idle: BTreeMap::new(),
            trackers: BTreeMap::new(),
            notices: BTreeMap::new(),
            flushes: Vec::new(),
            replications: Vec::new(),
            pinned: BTreeMap::new(),
            outside: None,
            expiries: BTreeMap::new(),
            edges: BTreeSet::new(),
            evicted: Vec::new(),
            tokens: BTreeMap::new(),
            start_us: 0,
            known: BTreeMap::new(),
            started: Instant::now(),
        })
    }

    /// Makes the initial rows.
    pub(super) fn make_rows(&mut self) -> Result<(), LiveError> {
        let names = self.simulation.names().clone();
        let server = self.servers.database();
        server.must_sql(&format!("CREATE SCHEMA {}", self.schema))?;
        let keys = &self.simulation.world().setup().database.foreign_keys;
        let of_keys = foreign_key::columns(keys);
        server.must_sql(&format!(
            "CREATE TABLE {} ({}{of_keys})",
            self.table,
            database::COLUMNS
        ))?;
        let rows: Vec<String> = self
            .simulation
            .world()
            .database()
            .rows()
            .map(|(key, row)| {
                let value = to_text(row.value.scalar, &names);
                format!("({}, {}, {})", quoted(&names.text(key)), quoted(&value), row.version)
            })
            .collect();
        for some in rows.chunks(1_000) {
            let all = format!("INSERT INTO {} VALUES {}", self.table, some.join(", "));
            server.must_sql(&all)?;
        }
        for add in foreign_key::add_to(&self.table, keys) {
            server.must_sql(&add)?;
        }
        Ok(())
    }

    /// Makes the initial entries: last, because their TTLs run from now on.
    pub(super) fn make_entries(&mut self) -> Result<(), LiveError> {
        let names = self.simulation.names().clone();
        for (at, space) in self.spaces.iter().enumerate() {
            let cache = CacheId(at as u8);
            for (key, entry) in self.simulation.world().cache(cache).entries() {
                if let Some(expires_us) = entry.expires_us {
                    self.expiries.insert((cache, key), [expires_us; 2]);
                }
                if !self.simulation.world().is_primary(cache) {
                    continue;
                }
                // an initial entry's grace is none
                let (value, ttl_us) = (entry.value, entry.expires_us);
                let set = CacheCall::Set { key, value, ttl_us, stale_us: 0, version: None };
                self.servers.cache(at).must(&space.ask(&set, &names))?;
            }
        }
        self.replicate_all()
    }

    /// Opens connections before they are needed.
    pub(super) fn warm_all(&mut self) -> Result<(), LiveError> {
        for at in 0..self.spaces.len() {
            self.warm(Place::Cache(at))?;
        }
        self.warm(Place::Database)
    }

    fn warm(&mut self, place: Place) -> Result<(), LiveError> {
        let what = self.address(place).target.what();
        let line = self.open(place, None).map_err(|why| LiveError::Server { what, why })?;
        self.idle.entry((place, None)).or_default().push(line);
        Ok(())
    }

    /// Waits until a Memcached's clock ticks, since the run begins with a tick.
    fn await_tick(&mut self) -> Result<(), LiveError> {
        let Some(at) = self.spaces.iter().position(|it| it.engine == Engine::Memcached) else {
            return Ok(());
        };
        let server = self.servers.cache(at);
        let mut uptime = |wait| {
            thread::sleep(wait);
            let got = server.must(&Ask::Memcached("stats\r\n".to_owned()))?;
            Ok::<String, LiveError>(
                memcached::statistic(&got, "uptime").unwrap_or_default().to_owned(),
            )
        };
        let first = uptime(Duration::ZERO)?;
        while uptime(Duration::from_micros(300))? == first {}
        self.started = Instant::now();
        Ok(())
    }

    /// Plays the whole scenario in real time.
    pub(super) fn play(&mut self) -> Result<(), LiveError> {
        let until_us = self.simulation.scenario().duration_us;
        self.simulation.listen();
        if !self.spaces.iter().any(|it| it.engine == Engine::Memcached) {
            self.started = Instant::now();
        }
        while let Some(at_us) = self.simulation.next_at_us().filter(|at_us| *at_us <= until_us) {
            self.wait_for(at_us)?;
            let mut following = None;
            match self.simulation.next_transition() {
                Some(Transition::Deliver(message)) => self.before_delivery(message),
                Some(Transition::Fire(Timer::Following { cache, .. })) => {
                    following = Some((cache, self.on_the_way(cache)));
                }
                _ => {}
            }
            let step = self.simulation.step();
            if let Some((replica, before)) = following {
                self.follow(replica, &before)?;
            }
            for heard in self.simulation.heard() {
                match heard {
                    Heard::Sent(message) => self.sent(*message),
                    Heard::Deed(deed) => self.deed(deed)?,
                    Heard::Event(event) => self.event(event)?,
                }
            }
            self.evict()?;
            if let Advance::Stopped(_) = step {
                break;
            }
        }
        Ok(())
    }

    /// Skips the remaining time when nothing is left to happen.
    fn pass_the_rest(&mut self) {
        let until_us = self.simulation.scenario().duration_us;
        self.simulation.advance(until_us, u32::MAX);
    }

    /// How far real time is ahead of the run's instant.
    pub(super) fn late_us(&self) -> Micros {
        let due = u128::from(self.simulation.now_us()) * u128::from(self.options.scale_milli);
        self.started.elapsed().as_micros().saturating_sub(due / 1_000) as Micros
    }

    fn wait_for(&mut self, at_us: Micros) -> Result<(), LiveError> {
        let due = u128::from(at_us) * u128::from(self.options.scale_milli) / 1_000;
        let due = self.started + Duration::from_micros(due.min(u128::from(u64::MAX)) as u64);
        loop {
            if self.options.interrupted.load(Ordering::Relaxed) {
                return Err(LiveError::Interrupted);
            }
            let now = Instant::now();
            let Some(left) = due.checked_duration_since(now).filter(|left| !left.is_zero()) else {
                let late = now.duration_since(due).as_micros() as Micros;
                self.outcome.latest_us = self.outcome.latest_us.max(late);
                return Ok(());
            };
            thread::sleep(left.min(Duration::from_millis(20)));
            self.replications.iter_mut().try_for_each(Replication::read)?;
        }
    }

    fn address(&mut self, place: Place) -> Address {
        match place {
            Place::Cache(nth) => self.servers.cache(nth).address.clone(),
            Place::Database => self.database.clone(),
        }
    }

    pub(super) fn open(&mut self, place: Place, reader: Option<Reader>) -> Result<Line, String> {
        let Address { target, socket } = self.address(place);
        let begin = reader.map(Reader::begin);
        // a busy machine may take too long once
        Line::open(&target, socket, begin.clone()).or_else(|_| Line::open(&target, socket, begin))
    }

    /// An idle connection.
    pub(super) fn free_line(&mut self, place: Place, reader: Option<Reader>) -> Option<Line> {
        let idle = self.idle.get_mut(&(place, reader)).and_then(Vec::pop);
        idle.or_else(|| self.open(place, reader).ok())
    }

    /// Compares the final contents.
    fn compare_contents(&mut self) -> Result<(), LiveError> {
        // what has just ended in the model ends at a server up to a moment later
        thread::sleep(Duration::from_micros(EDGE_US));
        let names = self.simulation.names().clone();
        let at_us = self.simulation.now_us();
        let slack_us = self.slack_us();
        let is_near = |ends: &[Micros; 2]| ends.iter().any(|end| end.abs_diff(at_us) <= slack_us);
        let ending = self.expiries.iter().filter(|(_, ends)| is_near(ends));
        let ending = ending.map(|((_, key), _)| *key);
        let edges: Vec<_> =
            self.edges.iter().copied().chain(ending).map(|key| names.text(key)).collect();
        for (at, space) in self.spaces.iter().enumerate() {
            let cache = CacheId(at as u8);
            let world = self.simulation.world();
            if world.process(cache.into()).is_some_and(|process| process.up) {
                let (server, cache) = (self.servers.cache(at), world.cache(cache));
                contents::compare_entries(
                    server,
                    space,
                    cache,
                    &names,
                    &edges,
                    at_us,
                    &mut self.outcome,
                )?;
            }
        }
        let world = self.simulation.world();
        if world.process(ProcessId::Database).is_some_and(|process| process.up) {
            let database = world.database();
            let server = self.servers.database();
            let outcome = &mut self.outcome;
            contents::compare_rows(server, &self.table, database, &names, at_us, outcome)?;
        }
        Ok(())
    }

    /// Removes everything that the run has put at the servers.
    pub(super) fn clear(&mut self) -> Result<(), LiveError> {
        self.exchanges = Exchanges::default();
        self.idle.clear();
        self.trackers.clear();
        self.replications.clear();
        self.pinned.clear();
        self.outside = None;
        self.servers.revive()?;
        for at in 0..self.spaces.len() {
            if self
                .simulation
                .world()
                .node_of(CacheId(at as u8))
                .is_some_and(|of| of.other.is_some())
            {
                self.servers.cache(at).must(&replica_of("NO", "ONE"))?;
            }
        }
        for (at, space) in self.spaces.iter().enumerate() {
            let server = self.servers.cache(at);
            contents::remove(server, space)?;
            if server.own.is_some() && space.engine == Engine::Redis {
                server.must(&Ask::Command(vec!["SAVE".to_owned()]))?;
            }
        }
        let drop = format!("DROP SCHEMA IF EXISTS {} CASCADE", self.schema);
        self.servers.database().must_sql(&drop)?;
        Ok(())
    }
}

/// A text as an SQL literal.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
