//! The world: the state of a run, and its transitions.
//!
//! A [`World`] holds everything that can matter for the future: tasks, stores, messages in flight,
//! and everything that they wait for. It is a value: a copy costs less than a microsecond, and can
//! be sent to another thread.
//!
//! Two functions are all that a scheduler needs. [`World::enabled`] lists every [`Transition`] that
//! can happen now; [`World::apply`] does one, at one instant: a client begins a request, a message
//! lands or is lost, a timer fires, a fault begins or ends. [`World::digest`] tells states apart.
//!
//! It has no clock and no random source, and decides nothing about order: a [`Driver`] does,
//! whether virtual time, a search over all orders, or a test that orders two messages by hand. To
//! understand it, read `transition.rs` and `deliver.rs` first, then `run.rs` (strategies),
//! `serve.rs` (stores), `session.rs` (transactions) and `fault.rs`.

mod awaited;
mod bounded;
mod cluster;
mod consumer;
mod deliver;
mod digest;
mod driver;
mod enabled;
mod fault;
mod fire;
mod follow;
mod gather;
mod id;
mod message;
mod network;
mod process;
mod request;
mod reuse;
mod run;
mod serve;
mod serve_cache;
mod serve_queue;
mod session;
mod setup;
mod single_flight;
mod spare;
mod stores;
mod table;
mod task;
mod tracking;
mod transition;
#[cfg(test)]
mod vary;

use std::sync::Arc;

pub use crate::identity::{Identity, Kind, OpId, ProcessId, Source, Stamp, derive};
pub use cluster::{Cluster, NodeOf};
pub use consumer::Taker;
pub use deliver::Passage;
pub use driver::{Clock, Deed, Dice, Driver, Sink};
pub use fault::FaultError;
pub use id::{JobKey, MessageKey, OfJob, OfMessage, OfOperation, OfTask, OperationKey, TaskKey};
pub use message::{Body, Caller, Delay, Message, Pending, Timer};
pub use network::{Network, link_between};
pub use process::{
    App, CacheProcess, DatabaseProcess, LoopSlot, Phase, Process, QueueSlot, ReplicaProcess,
    Session, Snapshot, Statement, Streamed, Trap,
};
pub use request::{Request, handler};
pub use setup::{
    CacheSetup, ClusterSetup, DatabaseSetup, Deployed, Limits, MissingHandler, Patience, Setup,
    StartEntry,
};
pub use stores::Stores;
pub use table::Key;
pub use task::{Gathered, Operation, Recipient, Task, Waiting, Work};
pub use tracking::Readers;
pub use transition::Transition;

use crate::event::Event;
use crate::shared::Shared;
use crate::store::by_cache::ByCache;
use crate::store::cache::{Cache, CacheEffect};
use crate::store::database::Database;
use crate::store::queue::Queue;
use crate::strategy::call::QueueId;
use crate::strategy::value::{Datum, Lineage, Names, Symbol};
use crate::time::Micros;
use crate::vocabulary::{CacheId, Role};
use spare::Spare;
use table::Table;

/// The whole state of a run at one instant.
#[derive(Clone)]
pub struct World {
    pub(crate) setup: Arc<Setup>,
    /// The texts of this run.
    pub(crate) names: Names,
    /// The instant of the latest transition.
    pub(crate) now_us: Micros,
    pub(crate) tasks: Table<OfTask, Shared<Task>>,
    pub(crate) messages: Shared<Table<OfMessage, Shared<Message>>>,
    pub(crate) operations: Table<OfOperation, Shared<Operation>>,
    /// The number of operations so far, which numbers them.
    pub(crate) operations_begun: u32,
    /// The operation that began last.
    latest: OpId,
    /// Requests that have not begun yet, in the order of each client.
    planned: Shared<Vec<Request>>,
    /// The number that each planned request has, whenever it begins.
    reserved: Shared<Vec<(Stamp, u32)>>,
    /// The app server whose turn it is in the round robin.
    pub(crate) next_app: u16,
    pub(crate) apps: Shared<Vec<App>>,
    pub(crate) stores: Stores,
    pub(crate) worker: Shared<Process>,
    pub(crate) queues: Shared<Vec<QueueSlot>>,
    /// The position of each strategy's queues in `queues`.
    pub(crate) queue_at: Arc<[Vec<usize>]>,
    pub(crate) loops: Shared<Vec<LoopSlot>>,
    pub(crate) network: Shared<Network>,
    pub(crate) traps: Vec<Trap>,
    pub(crate) steps: u64,
    pub(crate) halt: Option<Halt>,
    /// The events of the present transition; empty between two transitions.
    told: Vec<Event>,
    /// A buffer for a store's effects, empty between transitions.
    effects: Vec<CacheEffect>,
    spare: Spare,
    /// The caller of the command being carried out; nobody between two transitions.
    asking: tracking::Asking,
    /// Whether ordinals and names are used again, once nothing mentions them any more.
    reuses_names: bool,
}

/// Why a run cannot continue.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Halt {
    /// More tasks at a time than [`Limits::tasks`].
    Tasks,
    /// More instructions than [`Limits::total_steps`].
    Steps,
}

impl World {
    /// A world at its first instant: every process is up, the stores have their initial contents,
    /// and loops wait for their first turn.
    pub fn new<D: Driver>(setup: Arc<Setup>, d: &mut D) -> World {
        let mut told = Vec::new();
        let stores = Stores::new(&setup);
        told.extend(setup.rows.iter().map(|&(key, value)| Event::Initial { key, value }));
        let (queues, queue_at) = queues(&setup);
        let mut world = World {
            tasks: Table::new(),
            messages: Shared::new(Table::new()),
            operations: Table::new(),
            operations_begun: 0,
            latest: OpId::NOBODY,
            planned: Shared::default(),
            reserved: Shared::default(),
            next_app: 0,
            apps: Shared::new(vec![App::default(); usize::from(setup.apps)]),
            stores,
            worker: Shared::default(),
            queues: Shared::new(queues),
            queue_at,
            loops: Shared::new(loops(&setup)),
            network: Shared::default(),
            traps: Vec::new(),
            steps: 0,
            halt: None,
            told,
            effects: Vec::new(),
            spare: Spare::default(),
            asking: Default::default(),
            reuses_names: false,
            names: setup.names.clone(),
            now_us: 0,
            setup,
        };
        world.preload();
        for index in 0..world.loops.len() {
            world.arm_loop(index, d);
        }
        for cache in world.stores.caches.ids() {
            world.arm_snapshot(cache, d);
            world.arm_expiry(cache, d);
        }
        world.tell(d);
        world
    }

    /// Puts the initial entries into their caches, as far as there is room.
    fn preload(&mut self) {
        let setup = self.setup.clone();
        for &StartEntry { key, cache, ttl_us } in &setup.entries {
            let Some(row) = self.stores.database.database.read(key).copied() else { continue };
            let value = Datum { lineage: Lineage::of_row(key), ..row.value };
            for cache in self.preload_places(key, cache) {
                if self.stores.caches[cache].cache.preload(key, value, ttl_us, 0) {
                    let expires_us = ttl_us;
                    let effect = CacheEffect::Set {
                        key,
                        value,
                        version: None,
                        expires_us,
                        gone_us: expires_us,
                        replaced: None,
                    };
                    self.told.push(Event::Cache { op: OpId::NOBODY, cache, effect });
                }
            }
        }
    }

    /// Passes the events of this transition to the sink.
    fn tell<D: Sink>(&mut self, d: &mut D) {
        d.record(self.now_us, &self.told, &self.names);
        self.told.clear();
    }

    /// The instant of the latest transition.
    pub fn now_us(&self) -> Micros {
        self.now_us
    }

    /// The texts of this run.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The texts of this run, to add others: the keys and values of future requests.
    pub fn names_mut(&mut self) -> &mut Names {
        &mut self.names
    }

    /// The set-up of the world.
    pub fn setup(&self) -> &Arc<Setup> {
        &self.setup
    }

    /// Why the run cannot continue, if so.
    pub fn halted(&self) -> Option<Halt> {
        self.halt
    }

    /// A message in flight.
    pub fn message(&self, key: MessageKey) -> Option<&Message> {
        self.messages.get(key).map(|message| &**message)
    }

    /// All messages in flight, in no particular order.
    pub fn messages(&self) -> impl Iterator<Item = (MessageKey, &Message)> {
        self.messages.iter().map(|(key, message)| (key, &**message))
    }

    /// All running tasks, in no particular order.
    pub fn tasks(&self) -> impl Iterator<Item = (TaskKey, &Task)> {
        self.tasks.iter().map(|(key, task)| (key, &**task))
    }

    /// All requests for which clients wait, in no particular order.
    pub fn operations(&self) -> impl Iterator<Item = (OperationKey, &Operation)> {
        self.operations.iter().map(|(key, operation)| (key, &**operation))
    }

    /// A request for which its client waits.
    pub fn operation(&self, key: OperationKey) -> Option<&Operation> {
        self.operations.get(key).map(|operation| &**operation)
    }

    /// All caches.
    pub fn caches(&self) -> ByCache<&Cache> {
        self.stores.caches.map(|cache| &cache.cache)
    }

    /// One cache.
    ///
    /// # Panics
    /// If there is no such cache.
    pub fn cache(&self, cache: CacheId) -> &Cache {
        &self.stores.caches[cache].cache
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.stores.database.database
    }

    /// The queues, by strategy, then by process.
    pub fn queues(&self) -> &[QueueSlot] {
        &self.queues
    }

    /// Whether anything runs or waits in the worker.
    pub fn has_worker(&self) -> bool {
        self.loops.iter().any(|each| each.process == ProcessId::Worker)
            || self.queues.iter().any(|slot| slot.process == ProcessId::Worker)
    }

    /// The links, and which are cut.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Whether nothing is in progress: no request, no task, no message.
    pub fn is_quiet(&self) -> bool {
        self.tasks.is_empty() && self.messages.is_empty() && self.operations.is_empty()
    }

    /// A process: whether it is up, and how slow it is. Clients have none.
    pub fn process(&self, id: ProcessId) -> Option<&Process> {
        match id {
            ProcessId::Client => None,
            ProcessId::App(index) => self.apps.get(usize::from(index)).map(|app| &app.process),
            ProcessId::Worker => Some(&self.worker),
            ProcessId::Cache(_) | ProcessId::Database | ProcessId::Replica(_) => {
                self.stores.process(id.store()?)
            }
        }
    }

    pub(crate) fn process_mut(&mut self, id: ProcessId) -> Option<&mut Process> {
        match id {
            ProcessId::Client => None,
            ProcessId::App(index) => {
                self.apps.get_mut(usize::from(index)).map(|app| &mut app.process)
            }
            ProcessId::Worker => Some(&mut self.worker),
            ProcessId::Cache(_) | ProcessId::Database | ProcessId::Replica(_) => {
                self.stores.process_mut(id.store()?)
            }
        }
    }

    /// The strategy that serves a key.
    pub fn route(&self, key: Symbol) -> u16 {
        match self.setup.strategies.len() {
            1 => 0,
            _ => self.setup.route(&self.names.text(key)),
        }
    }

    /// How often a process has started; messages to it carry this number.
    pub(crate) fn life(&self, id: ProcessId) -> u32 {
        self.process(id).map_or(0, |process| process.life)
    }

    /// The position of the queue that a call from this process means.
    pub(crate) fn queue_index(&self, strategy: u16, id: QueueId, from: ProcessId) -> usize {
        let first = self.queue_at[usize::from(strategy)][usize::from(id.0)];
        match (self.queues[first].process, from) {
            (ProcessId::App(_), ProcessId::App(app)) => first + usize::from(app),
            _ => first,
        }
    }

    /// The process in which a function of this place runs, if called from here.
    pub(crate) fn process_at(&mut self, place: Role, from: ProcessId) -> ProcessId {
        match place {
            Role::App if from.role() == Role::App => from,
            Role::App => self.next_app(),
            role => ProcessId::first(role),
        }
    }

    /// The next app server of the round robin, which skips those that are down, as a load balancer
    /// with health checks does.
    pub(crate) fn next_app(&mut self) -> ProcessId {
        let count = self.apps.len() as u16;
        let turn = self.next_app;
        let chosen = (0..count)
            .map(|step| (turn + step) % count)
            .find(|&app| self.apps[usize::from(app)].process.up)
            .unwrap_or(turn % count);
        self.next_app = (chosen + 1) % count;
        ProcessId::App(chosen)
    }
}

fn queues(setup: &Setup) -> (Vec<QueueSlot>, Arc<[Vec<usize>]>) {
    let mut queues = Vec::new();
    let mut at = Vec::new();
    for (strategy, deployed) in setup.strategies.iter().enumerate() {
        let mut firsts = Vec::new();
        for (id, spec) in deployed.program.queues.iter().enumerate() {
            firsts.push(queues.len());
            queues.extend(ProcessId::all(spec.place, setup.apps).into_iter().map(|process| {
                QueueSlot {
                    strategy: strategy as u16,
                    id: QueueId(id as u16),
                    process,
                    queue: Queue::new(spec.rules),
                    waiting: Default::default(),
                    redelivery_us: None,
                }
            }));
        }
        at.push(firsts);
    }
    (queues, at.into())
}

fn loops(setup: &Setup) -> Vec<LoopSlot> {
    let mut loops = Vec::new();
    for (strategy, deployed) in setup.strategies.iter().enumerate() {
        for (index, each) in deployed.program.loops.iter().enumerate() {
            let every_us = deployed.program.every_us(index, &deployed.parameters);
            loops.extend(ProcessId::all(each.place, setup.apps).into_iter().map(|process| {
                LoopSlot {
                    strategy: strategy as u16,
                    function: each.function,
                    process,
                    every_us,
                    running: None,
                    stopped: false,
                    turns: 0,
                }
            }));
        }
    }
    loops
}
