//! Running tasks: the line that each has reached, and what it waits for.

use std::sync::Arc;

use serde::Serialize;

use crate::event::Saying;
use crate::history;
use crate::time::{self, Micros};
use crate::view::View;
use crate::view::text::value_in_short;
use crate::world::{OpId, Recipient, Task, Waiting, Work};

/// A task that runs a strategy's function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "Task"))]
pub struct TaskView {
    /// Stable while the task runs.
    #[serde(skip)]
    pub id: u64,
    /// The request: "R12", "W3"; for a loop, its function's name.
    pub label: String,
    pub client: Option<Arc<str>>,
    /// Where it runs: "app 1", "cache", "worker".
    pub process: String,
    /// The position of its strategy in the scenario, from 0.
    pub strategy: usize,
    pub function: Arc<str>,
    /// The line that it has reached, from 1.
    pub line: u32,
    /// What it waits for: "db.read(user:1)", "sleep until 2.5 s".
    pub waiting: String,
    pub started_us: Micros,
    /// Its local variables, in the order of first use.
    pub variables: Vec<Variable>,
}

/// A local variable, with its value as Python prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Variable {
    pub name: Arc<str>,
    pub value: String,
}

impl View<'_> {
    pub(super) fn task_view(self, task: &Task) -> TaskView {
        let names = self.names();
        let program = &self.world.setup().strategies[usize::from(task.strategy)].program;
        let (function, line, variables) = match &task.work {
            Work::Program(machine) => {
                (machine.function(), machine.line(program), machine.variables(program))
            }
            Work::Forward => (task.function, 0, Vec::new()),
        };
        let name = &program.functions[usize::from(function.0)].name;
        let client = match task.recipient {
            Recipient::Client { operation, .. } => self.world.operations.get(operation),
            _ => None,
        };
        TaskView {
            id: task.id.stamp,
            label: if task.op == OpId::NOBODY { name.to_string() } else { task.op.label() },
            client: client.map(|operation| names.text(operation.client)),
            process: task.process.name(names.stores()),
            strategy: usize::from(task.strategy),
            function: name.clone(),
            line: if line == 0 { program.functions[usize::from(function.0)].line } else { line },
            waiting: match &task.waiting {
                Waiting::Start => "starts".to_owned(),
                Waiting::Reply { call, .. } => history::saying(Saying::of(call), names),
                Waiting::Sleep { until_us } => {
                    format!("sleeps until {}", time::instant(*until_us))
                }
                Waiting::Lock { key, .. } => format!("waits for lock({})", names.text(*key)),
                Waiting::Hung { since_us } => format!("hangs since {}", time::instant(*since_us)),
                Waiting::Gather(gathered) => {
                    let all = gathered.results.len();
                    let done = gathered.results.iter().flatten().count();
                    format!("waits for gather: {done} of {all} done")
                }
                Waiting::SingleFlight { key, of, .. } if *of == task.op => {
                    format!("waits for single_flight({})", names.text(*key))
                }
                Waiting::SingleFlight { key, of, .. } => {
                    format!("waits for single_flight({}) of {}", names.text(*key), of.label())
                }
            },
            started_us: task.started_us,
            variables: variables
                .into_iter()
                .map(|(name, value)| Variable { name, value: value_in_short(&value, names) })
                .collect(),
        }
    }
}
