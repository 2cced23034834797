//! Looking at a run: the present instant as a [`Snapshot`], the past as a log.

use super::Simulation;
use super::forecast::UnderWay;
use super::load::Load;
use super::snapshot::*;
use crate::event::{Cause, Event, Outcome, Record};
use crate::history::{self, Fate, KeyLedger};
use crate::scenario::LinkName;
use crate::strategy::value::{Names, Scalar, Symbol, Value};
use crate::time::{LONGEST_US, Micros};
use crate::world::{
    Body, Message, MessageKey, OpId, Parent, Pending, ProcessId, Statement, Task, Waiting, Work,
};

/// The most finished requests that a snapshot tells of.
const RESULTS: usize = 12;

/// The most messages that a snapshot shows.
const FLIGHTS: usize = 60;

/// The most violations that it tells of.
const PROBLEMS: usize = 40;

/// The most items of a queue that it names.
const QUEUE_HEAD: usize = 5;

impl Simulation {
    /// The present instant: at most `rows` keys and `tasks` tasks in full.
    pub fn snapshot(&self, rows: usize, tasks: usize) -> Snapshot {
        Snapshot {
            at_us: self.now_us(),
            counters: self.counters(),
            stores: self.stores(rows),
            activity: self.activity(tasks),
            results: self.results(),
            problems: self.problems(),
            charts: self.charts(),
        }
    }

    /// Both stores: at most so many keys in full, those that were used first.
    pub fn stores(&self, most: usize) -> Stores {
        let keys = self.history().ledger().keys();
        let under_way = self.under_way();
        let shown = keys.iter().take(most);
        Stores {
            rows: shown.filter_map(|&key| self.key_row(key, &under_way)).collect(),
            keys_total: keys.len(),
        }
    }

    /// What is under way: at most so many tasks in full.
    pub fn activity(&self, most: usize) -> Activity {
        let mut running: Vec<&Task> = self.world.tasks.values().collect();
        running.sort_by_key(|task| (task.started_us, task.stamp));
        let (flights_total, flights) = self.flights();
        let links = LinkName::ALL.iter();
        let link = |&name| LinkView { name, cut: self.world.network.is_cut_anywhere(name) };
        let workload = |load: &Load| WorkloadView {
            name: self.names().text(load.name()),
            running: load.running,
            requests: load.requests,
        };
        Activity {
            processes: self.processes(),
            tasks_total: running.len(),
            tasks: running.into_iter().take(most).map(|task| self.task_view(task)).collect(),
            flights_total,
            flights,
            queues: self.queue_views(),
            links: links.map(link).collect(),
            workloads: self.loads.iter().map(workload).collect(),
        }
    }

    /// Whether all that a person started has come to rest. A background loop
    /// between two rounds is no task, and what it has yet to flush is in a queue.
    ///
    /// What a person holds waits for the person, and so does the task that sent it.
    pub fn is_quiet(&self) -> bool {
        let world = &self.world;
        let messages = world.messages();
        let held = messages.filter(|(key, _)| self.is_held(*key)).count();
        let statements = world.database.pool.iter().count()
            + world.replica.as_ref().map_or(0, |replica| replica.pool.iter().count());
        world.tasks.len() <= held
            && world.messages.len() + statements == held
            && world.queues.iter().all(|slot| slot.queue.depth() == 0)
            && self.loads.iter().all(|load| !load.running)
    }

    /// Lines of the log from a number on, oldest first.
    pub fn log_from(&self, sequence: u64, most: usize) -> Vec<LogLine> {
        let records = self.history().since(sequence);
        records.filter_map(|(seq, record)| self.log_line(seq, record)).take(most).collect()
    }

    /// The last lines of the log, oldest first.
    pub fn log_tail(&self, most: usize) -> Vec<LogLine> {
        let mut lines: Vec<LogLine> = self
            .history()
            .latest()
            .filter_map(|(seq, record)| self.log_line(seq, record))
            .take(most)
            .collect();
        lines.reverse();
        lines
    }

    /// How many records there are; a line's number is its record's.
    pub fn log_len(&self) -> u64 {
        self.history().len()
    }

    fn log_line(&self, seq: u64, record: &Record) -> Option<LogLine> {
        let (tone, text) = history::line(record, self.names())?;
        Some(LogLine { seq, at_us: record.at_us, tone, text })
    }

    /// The worst of what went wrong.
    pub fn problems(&self) -> Problems {
        let ledger = self.history().ledger();
        let totals = ledger.totals().filter(|(_, count)| *count > 0);
        let shown = ledger.worst(PROBLEMS).into_iter().map(|violation| ProblemView {
            id: u64::from(violation.op.number()) << 4 | violation.kind as u64,
            kind: violation.kind.name(),
            what: history::violation(&violation),
            key: self.names().text(violation.key),
            at_us: violation.at_us,
            cause: cause_lines(&violation.cause),
        });
        Problems {
            totals: totals.map(|(kind, count)| (kind.name(), count)).collect(),
            shown: shown.collect(),
        }
    }

    fn key_row(&self, key: Symbol, under_way: &UnderWay) -> Option<KeyRow> {
        let account = self.history().ledger().key(key)?;
        let forecast = self.forecast(key, under_way);
        let names = self.names();
        let setup = self.world.setup();
        Some(KeyRow {
            key: names.text(key),
            strategy: usize::from(setup.route(key)),
            cache: account.entry.map(|entry| EntryView {
                value: entry.value.scalar.display(names),
                origin: short(entry.value.origin),
                version: entry.version,
                set_at_us: entry.set_us,
                expires_at_us: entry.expires_us,
                in_grace: entry.expires_us.is_some_and(|expires_us| expires_us <= self.now_us()),
            }),
            database: account.row.filter(|row| !row.value.is_none()).map(|row| RowView {
                value: row.value.scalar.display(names),
                origin: short(row.value.origin),
                version: row.version,
                committed_at_us: row.committed_us,
            }),
            state: account.state,
            since_us: account.since_us,
            until_us: account.entry.and_then(|entry| entry.until_us()),
            note: self.note(key, account),
            forecast: forecast.words,
            cause: cause_lines(&self.history().ledger().why_different(key)),
        })
    }

    /// The difference in words.
    fn note(&self, key: Symbol, account: &KeyLedger) -> String {
        match (account.state, account.entry) {
            (KeyState::Stale, Some(entry)) => {
                let row = account.row.map_or(0, |row| row.version);
                match account.version_of(entry.value.origin) {
                    Some(version) if row - version.version == 1 => "1 version behind".to_owned(),
                    Some(version) => format!("{} versions behind", row - version.version),
                    None => "many versions behind".to_owned(),
                }
            }
            (KeyState::Ahead, Some(entry)) => {
                let queued =
                    self.world.queues.iter().any(|slot| slot.queue.of_key(key).next().is_some());
                let write = short(entry.value.origin);
                if queued { format!("{write} is queued") } else { format!("{write} is on its way") }
            }
            (KeyState::Phantom, Some(entry)) => {
                format!("{} will never be in the database", short(entry.value.origin))
            }
            _ => String::new(),
        }
    }

    fn processes(&self) -> Vec<ProcessView> {
        let world = &self.world;
        let tasks_in =
            |id: ProcessId| world.tasks.values().filter(|task| task.process == id).count();
        let clients = ProcessView {
            name: "clients".to_owned(),
            kind: ProcessKind::Client,
            up: true,
            slow_milli: 1_000,
            busy: world.operations.len(),
            waiting: 0,
        };
        let apps = world.apps.iter().enumerate().map(|(index, app)| {
            let id = ProcessId::App(index as u16);
            (id, tasks_in(id), app.backlog.len())
        });
        let cache = (ProcessId::Cache, tasks_in(ProcessId::Cache), world.cache.pool.waiting());
        let pool = &world.database.pool;
        let database = (ProcessId::Database, pool.busy(), pool.waiting());
        let replica = world.replica.as_ref();
        let replica =
            replica.map(|each| (ProcessId::Replica, each.pool.busy(), each.pool.waiting()));
        let worker =
            world.has_worker().then(|| (ProcessId::Worker, tasks_in(ProcessId::Worker), 0));
        let others = apps.chain([cache]).chain(worker).chain([database]).chain(replica);
        let others = others.filter_map(|(id, busy, waiting)| {
            let process = world.process(id)?;
            let (up, slow_milli) = (process.up, process.slow_milli);
            Some(ProcessView { name: id.name(), kind: kind(id), up, slow_milli, busy, waiting })
        });
        std::iter::once(clients).chain(others).collect()
    }

    fn task_view(&self, task: &Task) -> TaskView {
        let names = self.names();
        let program = &self.programs()[usize::from(task.strategy)].program;
        let (function, line, variables) = match &task.work {
            Work::Program(machine) => {
                (machine.function(), machine.line(program), machine.variables(program))
            }
            Work::Forward => (task.function, 0, Vec::new()),
        };
        let name = &program.functions[usize::from(function.0)].name;
        let client = match task.parent {
            Parent::Client { operation, .. } => self.world.operations.get(operation),
            _ => None,
        };
        TaskView {
            id: task.stamp,
            label: if task.op == OpId::NOBODY { name.to_string() } else { task.op.label() },
            client: client.map(|operation| names.text(operation.client)),
            process: task.process.name(),
            strategy: usize::from(task.strategy),
            function: name.clone(),
            line: if line == 0 { program.functions[usize::from(function.0)].line } else { line },
            waiting: match &task.waiting {
                Waiting::Start => "starts".to_owned(),
                Waiting::Reply { call, .. } => history::saying(crate::world::saying(call), names),
                Waiting::Sleep { until_us } => {
                    format!("sleeps until {}", history::duration(*until_us))
                }
                Waiting::Lock { key, .. } => format!("waits for lock({})", names.text(*key)),
            },
            started_us: task.started_us,
            variables: variables
                .into_iter()
                .map(|(name, value)| (name, display(&value, names)))
                .collect(),
        }
    }

    /// How many messages and statements are under way, and the oldest of them.
    fn flights(&self) -> (usize, Vec<FlightView>) {
        enum Flying<'a> {
            Message(MessageKey, &'a Message),
            Statement(ProcessId, Option<u32>, &'a Statement),
        }
        let database = Some((ProcessId::Database, &self.world.database.pool));
        let replica = self.world.replica.as_ref().map(|each| (ProcessId::Replica, &each.pool));
        let statements = database
            .into_iter()
            .chain(replica)
            .flat_map(|(id, pool)| pool.iter().map(move |(slot, statement)| (id, slot, statement)));
        let messages = self.world.messages.iter().map(|(key, message)| {
            ((message.sent_us, message.stamp), Flying::Message(key, message))
        });
        let statements = statements.map(|(id, slot, statement)| {
            let pending = &statement.pending;
            ((pending.arrived_us, pending.stamp ^ 1), Flying::Statement(id, slot, statement))
        });
        let mut flights: Vec<_> = messages.chain(statements).collect();
        flights.sort_by_key(|(since, _)| *since);
        let total = flights.len();
        let (landing, served) = (self.clock.agenda.landings(), self.clock.agenda.services());
        let shown = flights.into_iter().take(FLIGHTS).map(|(_, flying)| match flying {
            Flying::Message(key, message) => FlightView {
                held: self.is_held(key),
                lands_us: landing.get(&key).copied(),
                ..self.flight(message)
            },
            Flying::Statement(id, slot, statement) => {
                let lands_us = slot.and_then(|slot| served.get(&(id, slot)).copied());
                self.in_service(&statement.pending, id, slot.is_some(), lands_us)
            }
        });
        (total, shown.collect())
    }

    fn flight(&self, message: &Message) -> FlightView {
        let names = self.names();
        let (text, failed) = match &message.body {
            Body::Ask { .. } | Body::Call { .. } => {
                (history::saying(message.saying(), names), false)
            }
            Body::Answer { result: Ok(value), .. } => {
                (format!("→ {}", value.scalar.display(names)), false)
            }
            Body::Reply { result: Ok(value), .. } => {
                (format!("→ {}", display(value, names)), false)
            }
            Body::Answer { result: Err(error), .. } | Body::Reply { result: Err(error), .. } => {
                (error.reason.words().to_owned(), true)
            }
        };
        FlightView {
            id: message.stamp,
            from: kind(message.from),
            to: kind(message.to),
            text,
            label: message.op.label(),
            reply: matches!(message.body, Body::Answer { .. } | Body::Reply { .. }),
            failed,
            message: Some(super::message_name(message.stamp)),
            held: false,
            sent_us: message.sent_us,
            lands_us: None,
        }
    }

    fn in_service<C>(
        &self,
        pending: &Pending<C>,
        id: ProcessId,
        runs: bool,
        lands_us: Option<Micros>,
    ) -> FlightView
    where
        C: Copy + Into<crate::strategy::call::Call>,
    {
        let call = crate::world::saying(&pending.call.into());
        let text = history::saying(call, self.names());
        FlightView {
            id: pending.stamp ^ 1,
            from: kind(id),
            to: kind(id),
            text: if runs { text } else { format!("{text}, in line") },
            label: pending.op.label(),
            reply: false,
            failed: false,
            message: None,
            held: false,
            sent_us: pending.arrived_us,
            lands_us,
        }
    }

    fn queue_views(&self) -> Vec<QueueView> {
        let names = self.names();
        let slots = self.world.queues.iter().enumerate();
        slots
            .map(|(index, slot)| {
                let program = &self.programs()[usize::from(slot.strategy)].program;
                let spec = &program.queues[usize::from(slot.id.0)];
                let head = slot.queue.iter().take(QUEUE_HEAD).map(|(_, item)| {
                    let sign = if item.add { "+=" } else { "=" };
                    let value = item.value.scalar.display(names);
                    let taken = if item.is_held() { ", taken" } else { "" };
                    format!(
                        "{} {sign} {value} ({}{taken})",
                        names.text(item.key),
                        short(item.value.origin)
                    )
                });
                QueueView {
                    name: spec.name.clone(),
                    place: slot.process.name(),
                    durable: self.world.is_durable(index),
                    depth: slot.queue.depth(),
                    limit: spec.limit,
                    dead_letters: slot.queue.dead_letters() as usize,
                    head: head.collect(),
                    oldest_us: slot.queue.oldest_us(),
                }
            })
            .collect()
    }

    /// The latest finished requests, newest first.
    pub fn results(&self) -> Vec<RequestResult> {
        let names = self.names();
        let ended = self.history().latest().take(LOOK_BACK).filter_map(|(_, record)| {
            let (op, key, client, started_us, value, good, verdict) = match record.event {
                Event::Judged { op, key, client, value, started_us, verdict } => {
                    let (tone, verdict) = history::read_verdict(verdict);
                    (op, key, client, started_us, Some(value), tone == Tone::Good, verdict)
                }
                Event::Ended { op, key, client, started_us, outcome, .. } => match outcome {
                    Outcome::Returned(_) if !op.kind().writes() => return None,
                    Outcome::Returned(_) => {
                        let (good, fate) = self.fate(op, key);
                        let fate = format!("acknowledged, {fate}");
                        (op, key, client, started_us, None, good, fate)
                    }
                    Outcome::Failed { error, .. } => {
                        let why = format!("failed: {}", history::error(error));
                        let why = self.with_fate(why, op, key);
                        (op, key, client, started_us, None, false, why)
                    }
                    Outcome::TimedOut => {
                        let why = self.with_fate("no answer in time".to_owned(), op, key);
                        (op, key, client, started_us, None, false, why)
                    }
                },
                _ => return None,
            };
            Some(RequestResult {
                label: op.label(),
                client: names.text(client),
                key: names.text(key),
                started_us,
                ended_us: record.at_us,
                value: value.map_or(String::new(), |value| value.scalar.display(names)),
                verdict,
                good,
            })
        });
        ended.take(RESULTS).collect()
    }

    /// Where an acknowledged write is now.
    fn fate(&self, op: OpId, key: Symbol) -> (bool, &'static str) {
        let ledger = self.history().ledger();
        match ledger.writes().get(op.origin()).map(|write| write.fate()) {
            Some(Fate::Pending) => (true, "in a queue"),
            Some(Fate::CacheOnly) => (false, "only the cache has it"),
            Some(Fate::Lost) => (false, "lost"),
            Some(Fate::Committed | Fate::Unacknowledged) => (true, "committed"),
            None if ledger.is_overtaken(key, op.origin()) => (false, "overtaken"),
            None => (true, "committed"),
        }
    }

    /// What became of a write that its client was not told to be done.
    fn with_fate(&self, why: String, op: OpId, key: Symbol) -> String {
        let account = self.history().ledger().key(key).filter(|_| op.kind().writes());
        match account {
            None => why,
            Some(account) if account.version_of(op.origin()).is_some() => {
                format!("{why}, yet committed")
            }
            Some(_) => format!("{why}, not applied so far"),
        }
    }

    /// The totals so far.
    pub fn counters(&self) -> Counters {
        let ledger = self.history().ledger();
        let metrics = ledger.metrics();
        Counters {
            reads: metrics.reads,
            hits: metrics.hits,
            misses: metrics.misses,
            stale_reads: metrics.stale,
            writes: metrics.writes,
            lost_writes: ledger.writes().fates().lost,
            failed: metrics.failed_reads + metrics.failed_writes,
            database_reads: metrics.database_reads,
            database_writes: metrics.database_writes,
            events: self.events,
        }
    }
}

/// How many of the latest records are searched for ended requests.
const LOOK_BACK: usize = 2_000;

fn cause_lines(cause: &[Cause]) -> Vec<CauseLine> {
    cause
        .iter()
        .map(|each| CauseLine { at_us: each.at_us, text: history::happening(each.what) })
        .collect()
}

/// "W3", or "initial".
fn short(origin: crate::strategy::value::Origin) -> String {
    match OpId::of(origin) {
        OpId::NOBODY => "initial".to_owned(),
        op => op.label(),
    }
}

fn kind(id: ProcessId) -> ProcessKind {
    match id {
        ProcessId::Client => ProcessKind::Client,
        ProcessId::App(_) => ProcessKind::App,
        ProcessId::Cache => ProcessKind::Cache,
        ProcessId::Worker => ProcessKind::Worker,
        ProcessId::Database => ProcessKind::Database,
        ProcessId::Replica => ProcessKind::Replica,
    }
}

/// A value as Python would print it, in short.
fn display(value: &Value, names: &Names) -> String {
    use crate::strategy::value::Record as R;
    match value {
        Value::Datum(datum) => match datum.scalar {
            Scalar::Text(_) => format!("'{}'", datum.scalar.display(names)),
            scalar => scalar.display(names),
        },
        Value::List(items) if items.len() > 3 => format!("[{} items]", items.len()),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| display(item, names)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Record(record) => match &**record {
            R::Entry { value, ttl_us, fresh, .. } => {
                let left = match ttl_us {
                    Some(ttl_us) if *ttl_us <= LONGEST_US => history::duration(*ttl_us),
                    _ => "no TTL".to_owned(),
                };
                let fresh = if *fresh { "fresh" } else { "stale" };
                format!("entry({}, {left}, {fresh})", value.scalar.display(names))
            }
            R::Row { value, version } => {
                format!("row({}, version {version})", value.scalar.display(names))
            }
            R::Item { key, value, attempts, .. } => {
                let (key, value) = (names.text(*key), value.scalar.display(names));
                format!("item({key}, {value}, attempt {attempts})")
            }
        },
    }
}
