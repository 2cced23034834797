//! Stores that the scenario kills and starts again, and the calls that find them down.

use std::fmt::Write;

use super::TlaError;
use super::command;
use super::scenario::Code;
use super::text::{function, quoted, set};
use super::walk::{Called, Label};
use crate::event::Fault;
use crate::explore::model::Model;
use crate::explore::script::Deed;
use crate::identity::ProcessId;
use crate::strategy::Program;
use crate::vocabulary::command::StoreCommand;
use crate::vocabulary::{CacheId, Role};
use crate::world::Setup;

/// The name of a store's process.
pub(super) fn store_name(setup: &Setup, process: ProcessId) -> Option<String> {
    match process {
        ProcessId::Cache(cache) => Some(command::cache_name(setup, cache)),
        ProcessId::Database => Some("database".to_owned()),
        _ => None,
    }
}

/// The stores that may be killed.
pub(super) fn mortal(model: &Model) -> Vec<ProcessId> {
    let killed = model.script.deeds.iter().filter_map(|(_, deed)| match *deed {
        Deed::Fault(Fault::Kill(process) | Fault::Restart(process)) => Some(process),
        _ => None,
    });
    let mut killed: Vec<_> = killed.collect();
    killed.sort_unstable();
    killed.dedup();
    killed
}

/// Refuses the death of what has more in it than a store.
pub(super) fn refuse(model: &Model) -> Result<(), TlaError> {
    let setup = &model.script.setup;
    for process in mortal(model) {
        let role = process.role();
        let has = |program: &Program| {
            let mut hosted = program.functions.iter().map(|function| function.place);
            let mut loops = program.loops.iter().map(|each| each.place);
            let mut queues = program.queues.iter().map(|queue| (queue.place, queue.changes));
            hosted.any(|place| place == Some(role))
                || loops.any(|place| place == role)
                || queues.any(|(place, changes)| {
                    place == role || (changes && process == ProcessId::Database)
                })
        };
        if store_name(setup, process).is_none() {
            return Err(TlaError::of(format!("a crash of {}", role.name())));
        }
        if setup.strategies.iter().any(|deployed| has(&deployed.program)) {
            return Err(TlaError::of(format!(
                "a crash of the {}, where a function or a queue is,",
                role.name()
            )));
        }
        if process == ProcessId::Database && setup.replicas > 0 {
            return Err(TlaError::of("a crash of a database that has replicas"));
        }
    }
    Ok(())
}

/// How often each of them was killed at the start.
pub(super) fn lives(model: &Model) -> String {
    let names = mortal(model).into_iter();
    let names = names.filter_map(|process| store_name(&model.script.setup, process));
    function(names.map(|name| (quoted(&name), "0".to_owned())))
}

/// The process that a call goes to, of a store.
fn called(label: &Label, code: &Code) -> Option<ProcessId> {
    Some(match label.called {
        Called::Store { command: StoreCommand::Cache(_), nth } if !code.walk_is_local(nth) => {
            ProcessId::Cache(CacheId(nth as u8))
        }
        Called::Store { command: StoreCommand::Database(_), .. } => ProcessId::Database,
        Called::Publish(_) => ProcessId::first(Role::Cache),
        _ => return None,
    })
}

/// Of each call: the store that may be down, the source of its errors, and whether it writes.
pub(super) fn calls(model: &Model, codes: &[Code]) -> String {
    let mortal = mortal(model);
    let (mut stores, mut sources, mut writing) = (Vec::new(), Vec::new(), Vec::new());
    for code in codes {
        for label in &code.walk.labels {
            let name = quoted(&label.name);
            if let Called::Store { command, .. } = label.called
                && command::writes(command)
            {
                writing.push(name.clone());
            }
            if matches!(label.called, Called::Store { .. } | Called::Publish(_)) {
                let source = command::source(label, code.walk.program);
                sources.push(format!("pc = {name} -> {}", quoted(source)));
            }
            let store = called(label, code).filter(|process| mortal.contains(process));
            if let Some(store) = store.and_then(|store| store_name(&model.script.setup, store)) {
                stores.push(format!("pc = {name} -> {}", quoted(&store)));
            }
        }
    }
    let cases = |mut of: Vec<String>| {
        of.push("OTHER -> \"\"".to_owned());
        match of.len() {
            1 => "\"\"".to_owned(),
            _ => format!("CASE {}", of.join("\n    [] ")),
        }
    };
    format!(
        "\\* The store that a call goes to, if that may be down; what its error names; what writes.\n\
         StoreOf(pc) ==\n  {}\nSourceOf(pc) ==\n  {}\nWriting == {}\n\
         Stops(s, id, pc, l) == LET store == StoreOf(pc) IN\n  \
         [Waits(s, id, pc, l) EXCEPT !.tasks[id].life = IF store = \"\" THEN 0 ELSE s.lives[store]]\n\n",
        cases(stores),
        cases(sources),
        set(writing)
    )
}

/// What may be started again, with the condition under which each deed may be done.
pub(super) fn mended(model: &Model) -> String {
    let mut all = Vec::new();
    for (at, (_, deed)) in model.script.deeds.iter().enumerate() {
        if let Deed::Fault(Fault::Restart(process)) = *deed
            && let Some(name) = store_name(&model.script.setup, process)
        {
            let name = quoted(&name);
            let may = may_be_done(model, at, "s.done");
            all.push(format!(
                "  (IF {may} /\\ {name} \\in s.down\n   THEN {{[Restarted(s, {name}) EXCEPT !.done = \
                 @ \\union {{{at}}}]}} ELSE {{}})"
            ));
        }
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
