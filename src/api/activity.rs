//! What is under way at the present instant, as values.

use serde::Serialize;

use crate::scenario::LinkName;
use crate::simulate::Simulation;
use crate::time::Micros;
use crate::view;

/// What is under way, and where.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Activity {
    pub at_us: Micros,
    pub processes: Vec<Process>,
    /// Tasks that run, oldest first; at most as many as were asked for.
    pub tasks: Vec<Task>,
    pub tasks_total: usize,
    /// Messages in flight and statements in service, by the time of sending.
    pub messages: Vec<Message>,
    pub messages_total: usize,
    pub queues: Vec<Queue>,
    pub links: Vec<Link>,
    pub workloads: Vec<Workload>,
}

/// A process: up or down, and how busy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Process {
    pub name: String,
    pub kind: &'static str,
    pub up: bool,
    /// 1000: at its own speed.
    pub slow_milli: u32,
    pub busy: usize,
    pub waiting: usize,
}

/// A task that runs a strategy's function.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Task {
    /// "R12"; of a loop, its function's name.
    pub label: String,
    pub client: Option<String>,
    pub process: String,
    pub strategy: usize,
    pub function: String,
    /// From 1.
    pub line: u32,
    pub waiting: String,
    pub started_us: Micros,
    /// As Python would print them, in the order of first use.
    pub variables: Vec<Variable>,
}

/// A local variable.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Variable {
    pub name: String,
    pub value: String,
}

/// A message, or a statement in service at a store.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    /// What an action calls it; `null`: a statement, which no hand can hold.
    pub message: Option<String>,
    pub label: String,
    pub from: &'static str,
    pub to: &'static str,
    pub text: String,
    pub reply: bool,
    pub failed: bool,
    pub held: bool,
    pub sent_us: Micros,
    /// When it lands, where that is known.
    pub lands_us: Option<Micros>,
}

/// A queue.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Queue {
    pub name: String,
    pub place: String,
    pub durable: bool,
    pub depth: usize,
    pub limit: Option<u32>,
    pub dead_letters: usize,
    /// Its first items, in words.
    pub head: Vec<String>,
    pub oldest_us: Option<Micros>,
}

/// A link between two kinds of process.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Link {
    pub name: LinkName,
    pub cut: bool,
}

/// Clients that come by themselves.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Workload {
    pub name: String,
    pub running: bool,
    pub requests: u64,
}

impl Activity {
    /// What is under way now: at most so many tasks.
    pub(super) fn of(run: &Simulation, most: usize) -> Activity {
        let seen = run.view().activity(most);
        let link = |each: view::LinkView| Link { name: each.name, cut: each.cut };
        let workload = |each: view::WorkloadView| Workload {
            name: each.name.to_string(),
            running: each.running,
            requests: each.requests,
        };
        Activity {
            at_us: run.now_us(),
            processes: seen.processes.into_iter().map(Process::from).collect(),
            tasks: seen.tasks.into_iter().map(Task::from).collect(),
            tasks_total: seen.tasks_total,
            messages: seen.flights.into_iter().map(Message::from).collect(),
            messages_total: seen.flights_total,
            queues: seen.queues.into_iter().map(Queue::from).collect(),
            links: seen.links.into_iter().map(link).collect(),
            workloads: seen.workloads.into_iter().map(workload).collect(),
        }
    }
}

impl From<view::ProcessView> for Process {
    fn from(seen: view::ProcessView) -> Process {
        Process {
            name: seen.name,
            kind: seen.kind.word(),
            up: seen.up,
            slow_milli: seen.slow_milli,
            busy: seen.busy,
            waiting: seen.waiting,
        }
    }
}

impl From<view::TaskView> for Task {
    fn from(seen: view::TaskView) -> Task {
        let variables = seen.variables.into_iter();
        Task {
            label: seen.label,
            client: seen.client.map(|client| client.to_string()),
            process: seen.process,
            strategy: seen.strategy,
            function: seen.function.to_string(),
            line: seen.line,
            waiting: seen.waiting,
            started_us: seen.started_us,
            variables: variables
                .map(|(name, value)| Variable { name: name.to_string(), value })
                .collect(),
        }
    }
}

impl From<view::FlightView> for Message {
    fn from(seen: view::FlightView) -> Message {
        Message {
            message: seen.message,
            label: seen.label,
            from: seen.from.word(),
            to: seen.to.word(),
            text: seen.text,
            reply: seen.reply,
            failed: seen.failed,
            held: seen.held,
            sent_us: seen.sent_us,
            lands_us: seen.lands_us,
        }
    }
}

impl From<view::QueueView> for Queue {
    fn from(seen: view::QueueView) -> Queue {
        Queue {
            name: seen.name.to_string(),
            place: seen.place,
            durable: seen.durable,
            depth: seen.depth,
            limit: seen.limit,
            dead_letters: seen.dead_letters,
            head: seen.head,
            oldest_us: seen.oldest_us,
        }
    }
}
