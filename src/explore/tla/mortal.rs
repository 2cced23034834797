//! Processes that crash and start again, and the calls that find them down.

use std::fmt::Write;

use super::scenario::{self, Code};
use super::text::{function, quoted, set};
use super::walk::{Called, Label};
use super::{TlaError, command};
use crate::event::Fault;
use crate::explore::model::Model;
use crate::explore::script::Deed;
use crate::identity::ProcessId;
use crate::vocabulary::command::StoreCommand;
use crate::vocabulary::{CacheId, Role};
use crate::world::{Setup, handler};

/// The name of a process that may crash.
pub(super) fn process_name(setup: &Setup, process: ProcessId) -> Option<String> {
    Some(match process {
        ProcessId::Cache(cache) => command::cache_name(setup, cache),
        ProcessId::App(app) => format!("app{app}"),
        ProcessId::Worker | ProcessId::Database => process.role().name().to_owned(),
        ProcessId::Client | ProcessId::Replica(_) => return None,
    })
}

/// The processes that the budget of crashes is for.
fn paid_for(model: &Model) -> Vec<ProcessId> {
    if model.question.budgets.crashes == 0 {
        return Vec::new();
    }
    let world = model.first().world;
    let is_paid = |process: &ProcessId| !matches!(process.role(), Role::Database | Role::Replica);
    world.processes().filter(is_paid).collect()
}

/// The processes that may crash.
fn mortal(model: &Model) -> Vec<ProcessId> {
    let killed = model.script.deeds.iter().filter_map(|(_, deed)| match *deed {
        Deed::Fault(Fault::Kill(process) | Fault::Restart(process)) => Some(process),
        _ => None,
    });
    let mut killed: Vec<_> = killed.chain(paid_for(model)).collect();
    killed.sort_unstable();
    killed.dedup();
    killed
}

/// Whether any process may crash.
pub(super) fn may_crash(model: &Model) -> bool {
    !mortal(model).is_empty()
}

/// Refuses crashes that are not written.
pub(super) fn refuse(model: &Model) -> Result<(), TlaError> {
    let setup = &model.script.setup;
    for process in mortal(model) {
        if process_name(setup, process).is_none() {
            return Err(TlaError::of(format!("a crash of a {}", process.role().name())));
        }
        let mut programs = setup.strategies.iter().map(|deployed| &deployed.program);
        let feeds = programs.any(|program| program.queues.iter().any(|queue| queue.changes));
        if process == ProcessId::Database && (feeds || setup.replicas > 0) {
            return Err(TlaError::of("a crash of a database whose changes are passed on"));
        }
    }
    Ok(())
}

/// How often each of them was killed at the start.
pub(super) fn lives(model: &Model) -> String {
    let names = mortal(model).into_iter();
    let names = names.filter_map(|process| process_name(&model.script.setup, process));
    function(names.map(|name| (quoted(&name), "0".to_owned())))
}

/// The process that a call goes to, unless that is its own.
fn called(label: &Label, code: &Code) -> Option<ProcessId> {
    Some(match label.called {
        Called::Store { .. } if code.is_local(label) => return None,
        Called::Store { command: StoreCommand::Cache(_), nth } => {
            ProcessId::Cache(CacheId(nth as u8))
        }
        Called::Store { command: StoreCommand::Database(_), .. } => ProcessId::Database,
        Called::Store { command: StoreCommand::Queue(_), nth } => {
            let queue = &code.walk.program.queues[usize::from(nth)];
            ProcessId::first(if queue.changes { Role::Database } else { queue.place })
        }
        Called::Publish(_) => ProcessId::first(Role::Cache),
        _ => return None,
    })
}

/// Of each call: the process that may be down, the source of its errors, and whether it writes.
pub(super) fn calls(model: &Model, codes: &[Code]) -> String {
    let mortal = mortal(model);
    let (mut stores, mut sources) = (Vec::new(), Vec::new());
    let (mut writing, mut channels) = (Vec::new(), Vec::new());
    let mut same = Vec::new();
    for code in codes {
        let labels = &code.walk.labels;
        for label in labels {
            let name = quoted(&label.name);
            let first = labels.iter().find(|other| other.called == label.called);
            if let Some(first) = first.filter(|first| first.name != label.name) {
                same.push(format!("pc = {name} -> {}", quoted(&first.name)));
            }
            if let Called::Store { command, .. } = label.called
                && command::writes(command)
            {
                writing.push(name.clone());
            }
            if matches!(label.called, Called::Store { .. } | Called::Publish(_)) {
                let source = command::source(label, code.walk.program);
                sources.push(format!("pc = {name} -> {}", quoted(source)));
            }
            if matches!(label.called, Called::Publish(_)) {
                channels.push(name.clone());
            }
            let to = called(label, code).filter(|process| mortal.contains(process));
            if let Some(to) = to.and_then(|to| process_name(&model.script.setup, to)) {
                stores.push(format!("pc = {name} -> {}", quoted(&to)));
            }
        }
    }
    format!(
        "\\* The process that a call goes to, if that may be down; what its error names; what writes,\n\
         \\* and what publishes.\n\
         StoreOf(pc) ==\n  {}\nSourceOf(pc) ==\n  {}\nWriting == {}\nAtChannels == {}\n\
         \\* Two calls of the same kind are the same once nobody waits for their replies.\n\
         SameCall(pc) ==\n  {}\n\
         Stops(s, id, pc, l) == LET store == StoreOf(pc) IN\n  \
         [Waits(s, id, pc, l) EXCEPT !.tasks[id].life = IF store = \"\" THEN 0 ELSE s.lives[store]]\n\n",
        cases(stores),
        cases(sources),
        set(writing),
        set(channels),
        if same.is_empty() {
            "pc".to_owned()
        } else {
            same.push("OTHER -> pc".to_owned());
            format!("CASE {}", same.join("\n    [] "))
        }
    )
}

/// A choice by cases, of names; otherwise the empty one.
fn cases(mut of: Vec<String>) -> String {
    of.push("OTHER -> \"\"".to_owned());
    match of.len() {
        1 => "\"\"".to_owned(),
        _ => format!("CASE {}", of.join("\n    [] ")),
    }
}

/// Where the functions of requests and of loops are that do not run in an app server.
pub(super) fn places(model: &Model, turns: &[(String, String)]) -> String {
    let setup = &model.script.setup;
    let requests = model.script.requests.iter().enumerate().filter_map(|(at, request)| {
        let strategy = usize::from(setup.route(&setup.names.text(request.key)));
        let program = &setup.strategies[strategy].program;
        let place = program.place(handler(program, request.kind)?);
        let host = scenario::process(setup, place);
        (place != Role::App).then(|| format!("r = {} -> {host}", at + 1))
    });
    let loops = turns.iter().enumerate();
    let loops = loops.map(|(nth, (_, process))| format!("i = {} -> {process}", nth + 1));
    let crashable = paid_for(model).into_iter();
    let crashable = crashable.filter_map(|process| process_name(setup, process));
    format!(
        "PlaceOf(r) ==\n  {}\nHostOf(i) ==\n  {}\nCrashable == {}\n\n",
        cases(requests.collect()),
        cases(loops.collect()),
        set(crashable.map(|name| quoted(&name)))
    )
}

/// What may be started again, with the condition under which each deed may be done.
pub(super) fn mended(model: &Model) -> String {
    let mut all = Vec::new();
    for (at, (_, deed)) in model.script.deeds.iter().enumerate() {
        if let Deed::Fault(Fault::Restart(process)) = *deed
            && let Some(name) = process_name(&model.script.setup, process)
        {
            let name = quoted(&name);
            let may = may_be_done(model, at, "s.done");
            all.push(format!(
                "  (IF {may} /\\ {name} \\in s.down\n   THEN {{[Restarted(s, {name}) EXCEPT !.done = \
                 @ \\union {{{at}}}]}} ELSE {{}})"
            ));
        }
    }
    if model.question.budgets.crashes > 0 {
        all.push("  {Restarted(s, p) : p \\in s.down}".to_owned());
    }
    let mut text = String::from("Mended(s) ==\n");
    let all = if all.is_empty() { "  {}".to_owned() } else { all.join("\n  \\union\n") };
    let _ = writeln!(text, "{all}\n");
    text
}

/// That a deed is not done yet, but those before it that are equal are.
pub(super) fn may_be_done(model: &Model, at: usize, done: &str) -> String {
    let deeds = &model.script.deeds;
    let earlier = (0..at).filter(|earlier| deeds[*earlier].1 == deeds[at].1);
    let first: Vec<String> = earlier.map(|earlier| format!(" /\\ {earlier} \\in {done}")).collect();
    format!("{at} \\notin {done}{}", first.join(""))
}
