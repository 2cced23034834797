//! The module of a scenario: constants, programs, actions and properties.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::TlaError;
use super::actions::actions;
use super::refused::refuse;
use super::text::{function, quoted, set, truth, value};
use super::walk::{Called, Label, Tree, Walk};
use super::{command, mortal};
use crate::explore::model::Model;
use crate::explore::question::Property;
use crate::identity::Kind;
use crate::strategy::value::Scalar;
use crate::vocabulary::command::{DatabaseCommand, StoreCommand};
use crate::vocabulary::queue::Coalesce;
use crate::vocabulary::{CacheId, Role};
use crate::world::{Request, Setup, handler};

/// The end of every scenario's module: how calls become steps.
const STEPS: &str = include_str!("Steps.tla");

/// Properties that `Stalemate.tla` checks.
pub(super) const JUDGED: [Property; 8] = [
    Property::Converges,
    Property::NoPhantom,
    Property::NoLostWrite,
    Property::NoDoubleWrite,
    Property::NoStaleRead,
    Property::ReadYourWrites,
    Property::MonotonicReads,
    Property::Linearizable,
];

/// A property's name, as TLA+ writes it.
fn formula(property: Property) -> String {
    let words = property.name().split('-');
    words.map(|word| format!("{}{}", word[..1].to_uppercase(), &word[1..])).collect()
}

/// The configuration: what TLC checks. `length`: that no property is broken in fewer effects than
/// `MostEffects`.
pub fn config(model: &Model, length: bool) -> String {
    let mut text = String::from("SPECIFICATION Spec\n");
    let asked = model.question.properties.iter();
    for property in asked {
        let _ = writeln!(text, "PROPERTY {}", formula(property));
    }
    if length {
        text += "\\* Whether nothing is broken in fewer effects than MostEffects: with the length of\n\
                 \\* a shortest way TLC finds nothing, with one more it finds the way.\n\
                 VIEW Counted\nCONSTRAINT Near\nCONSTANT MostEffects = 5\n";
    } else {
        text += "VIEW View\nCONSTANT MostEffects = 1000000\n";
    }
    text
}

/// The labels of one program, and the functions that are started.
pub(super) struct Code<'a> {
    pub(super) walk: Walk<'a>,
    /// Functions that are started, and whether each was written.
    pub(super) entries: BTreeSet<u16>,
}

/// The text of the module.
pub fn write(model: &Model, module: &str) -> Result<String, TlaError> {
    refuse(model)?;
    let setup = &model.script.setup;
    let mut codes: Vec<Code> = Vec::new();
    for (nth, deployed) in setup.strategies.iter().enumerate() {
        let prefix = if nth == 0 { String::new() } else { format!("s{}_", nth + 1) };
        let walk = Walk::new(nth, &deployed.program, &deployed.parameters, setup, prefix);
        codes.push(Code { walk, entries: BTreeSet::new() });
    }
    let mut text = format!(
        "---- MODULE {module} ----\n\
         \\* Written by `stalemate explore --tla`. TLC: java -jar tla2tools.jar {module}\n\
         EXTENDS Integers, Sequences, FiniteSets, TLC\n\nCONSTANT MostEffects\n\n"
    );
    text += &constants(model)?;
    text += "\nINSTANCE Stalemate\n\n";
    text += &begin(model);
    let mut requests = Vec::new();
    for (at, request) in model.script.requests.iter().enumerate() {
        requests.push(start(model, &mut codes, at, request)?);
    }
    let mut turns = Vec::new();
    for (nth, deployed) in setup.strategies.iter().enumerate() {
        for each in &deployed.program.loops {
            codes[nth].entries.insert(each.function.0);
            let name = codes[nth].walk.called(each.function.0);
            turns.push((name, process(setup, each.place)));
        }
    }
    let programs = programs(&mut codes, setup)?;
    text += &mortal::places(model, &turns);
    text += &mortal::calls(model, &codes);
    text += &mortal::mended(model);
    text += &programs;
    text += &dispatch(setup, &codes, &requests, &turns);
    text += STEPS;
    text += &actions(model, &codes, &turns)?;
    for property in model.question.properties.iter() {
        let _ = writeln!(
            text,
            "{} == [][{} \\notin broken' \\/ effects' >= MostEffects]_vars",
            formula(property),
            quoted(property.name())
        );
    }
    text += "====\n";
    Ok(text)
}

/// The process in which a function or a queue with a place is.
pub(super) fn process(setup: &Setup, place: Role) -> String {
    match place {
        Role::App => "\"app0\"".to_owned(),
        Role::Cache => quoted(&command::cache_name(setup, CacheId::FIRST)),
        other => quoted(other.name()),
    }
}

/// A function where `Empty` is not defined yet.
fn constant(of: impl IntoIterator<Item = (String, String)>) -> String {
    function(of).replace("Empty", "[x \\in {} |-> 0]")
}

fn constants(model: &Model) -> Result<String, TlaError> {
    let (script, names) = (&model.script, &model.script.setup.names);
    let setup = &script.setup;
    let key = |symbol| quoted(&names.text(symbol));
    let mut requests = Vec::new();
    for (at, request) in script.requests.iter().enumerate() {
        let by = at as i64 + 1;
        let scalar = match (request.kind, request.value) {
            (Kind::Write, Scalar::None) => Scalar::Int(by),
            (_, value) => value,
        };
        requests.push(format!(
            "  [kind |-> {}, key |-> {}, value |-> {}, client |-> {}]",
            quoted(request.kind.name()),
            key(request.key),
            value(scalar, by, names)?,
            key(request.client)
        ));
    }
    let mut rows = Vec::new();
    for (symbol, row) in setup.rows.iter().filter(|(_, row)| !row.is_none()) {
        rows.push((key(*symbol), value(row.scalar, -1, names)?));
    }
    let asked = model.question.properties.iter().map(|each| quoted(each.name()));
    let keys = script.keys.iter().map(|symbol| key(*symbol));
    let (mut changes, mut coalescing, mut redeliver) = (Vec::new(), Vec::new(), Vec::new());
    let (mut hosts, mut durable) = (Vec::new(), Vec::new());
    for (nth, deployed) in setup.strategies.iter().enumerate() {
        for (at, queue) in (0..).zip(&deployed.program.queues) {
            let name = quoted(&command::queue_name(&deployed.program, nth, at));
            if queue.changes {
                changes.push(name.clone());
            }
            if queue.rules.coalesce != Coalesce::No {
                coalescing.push(name.clone());
            }
            hosts.push((name.clone(), process(setup, queue.place)));
            if queue.durable || queue.changes {
                durable.push(name.clone());
            }
            redeliver.push((name, (queue.rules.redeliver_us / 1_000).to_string()));
        }
    }
    let local = (0..setup.apps).filter_map(|app| {
        let name = command::cache_name(setup, setup.local_of(app)?);
        Some((format!("\"app{app}\""), quoted(&name)))
    });
    Ok(format!(
        "Requests == <<\n{}>>\nAsked == {}\nKeys == {}\nInitialRows == {}\nChanges == {}\n\
         Hosts == {}\nDurable == {}\n\
         Coalescing == {}\nRedeliver == {}\nComputes == {}\nLocal == {}\nApps == {}\n",
        requests.join(",\n"),
        set(asked),
        set(keys),
        constant(rows),
        set(changes),
        constant(hosts),
        set(durable),
        set(coalescing),
        constant(redeliver),
        truth(setup.computes_values()),
        constant(local),
        setup.apps
    ))
}

/// The state at the start.
fn begin(model: &Model) -> String {
    let setup = &model.script.setup;
    let caches: Vec<String> =
        setup.caches.ids().map(|cache| quoted(&command::cache_name(setup, cache))).collect();
    let entries = |cache: CacheId| {
        let own = setup.entries.iter().filter(move |entry| entry.cache == cache);
        own.map(|entry| {
            let key = quoted(&setup.names.text(entry.key));
            let ttl = entry.ttl_us.map_or("\"never\"".to_owned(), |us| format!("\"{us} us\""));
            (key.clone(), format!("Entry(OfRow({key}, InitialRows[{key}]), NoVersion, {ttl})"))
        })
    };
    let held =
        setup.caches.ids().zip(&caches).filter(|(cache, _)| entries(*cache).next().is_some());
    let held: String = held
        .map(|(cache, name)| format!("IF c = {name} THEN {} ELSE ", function(entries(cache))))
        .collect();
    let left = model.question.budgets;
    format!(
        "Caches == {}\nBeginning == [\n  db |-> [k \\in DOMAIN InitialRows |-> [value |-> \
         InitialRows[k], version |-> 1]],\n  replicas |-> [r \\in 1..{} |-> [rows |-> [k \\in DOMAIN InitialRows |-> [value |-> \
         InitialRows[k], version |-> 1]], stream |-> <<>>]],\n  caches |-> [c \\in Caches |-> {held}Empty],\n  leases |-> [c \\in Caches |-> Empty], tokens |-> [c \\in Caches |-> 0],\n  \
         queues |-> [q \\in DOMAIN Redeliver |-> <<>>], items |-> [q \\in DOMAIN Redeliver |-> 0],\n  \
         due |-> [q \\in DOMAIN Redeliver |-> 0], locks |-> Empty, tasks |-> Empty, sent |-> \
         Empty,\n  turn |-> 0, ops |-> <<>>, rows |-> Empty, restored |-> {{}}, sessions |-> Empty, registers |-> \
         Empty, outside |-> 0,\n  down |-> {{}}, lives |-> {}, strays |-> Empty,\n  \
         left |-> [expiries |-> {}, evictions |-> {}, failures |-> {}, crashes |-> {}], done |-> {{}},\n  broken |-> \
         {{}}, effects |-> 0]\n\n",
        set(caches),
        setup.replicas,
        mortal::lives(model),
        left.expiries,
        left.evictions,
        left.failures,
        left.crashes
    )
}

/// How a request begins.
fn start(
    model: &Model,
    codes: &mut [Code],
    at: usize,
    request: &Request,
) -> Result<String, TlaError> {
    let setup = &model.script.setup;
    let strategy = usize::from(setup.route(&setup.names.text(request.key)));
    let code = &mut codes[strategy];
    let Some(function) = handler(code.walk.program, request.kind) else {
        return Err(TlaError::of(format!("a request of the kind {}", request.kind.name())));
    };
    code.entries.insert(function.0);
    let app = "AppFor(s)";
    let key = match request.kind.writes() {
        true => format!("Requests[{}].key", at + 1),
        false => "\"\"".to_owned(),
    };
    let task = match code.walk.program.place(function) {
        Role::App => format!("Task(r, {app}, {key})"),
        other => format!("[Task(r, {}, {key}) EXCEPT !.via = {app}]", process(setup, other)),
    };
    let name = code.walk.called(function.0);
    let arity = code.walk.program.functions[usize::from(function.0)].arguments;
    let mut arguments = vec![format!("<<\"text\", Requests[{}].key, 0, 0, {{}}>>", at + 1)];
    if matches!(request.kind, Kind::Write | Kind::Increment) {
        arguments.push(format!("Requests[{}].value", at + 1));
    }
    arguments.resize(usize::from(arity), "Unset".to_owned());
    Ok(format!(
        "r = {} -> Enter_{name}(WithTask(s1, <<r>>, {task}), <<r>>, <<{}>>)",
        at + 1,
        arguments.join(", ")
    ))
}

/// What each function does at its start, and after each call.
fn programs(codes: &mut [Code], setup: &Setup) -> Result<String, TlaError> {
    let mut text = String::new();
    for code in codes.iter_mut() {
        for channel in &code.walk.program.channels {
            code.entries.extend(channel.handlers.iter().map(|handler| handler.0));
        }
        let (mut done, mut entered) = (0, BTreeSet::new());
        let mut bodies = String::new();
        loop {
            if std::mem::take(&mut code.walk.again) {
                (done, entered) = (0, BTreeSet::new());
                bodies.clear();
            }
            let next = code.entries.iter().copied().find(|entry| !entered.contains(entry));
            if let Some(function) = next {
                entered.insert(function);
                let name = code.walk.called(function);
                let arity = code.walk.program.functions[usize::from(function)].arguments;
                let arguments: Vec<String> = (1..=arity).map(|nth| format!("a[{nth}]")).collect();
                let tree = code.walk.enter(function, &arguments)?;
                let body = write_tree(&tree, &code.walk.labels, 1);
                let _ = writeln!(
                    bodies,
                    "Enter_{name}(s, id, a) == LET me == s.tasks[id].op IN\n{body}\n"
                );
            } else if done < code.walk.labels.len() {
                if let Called::Spawn(function) = code.walk.labels[done].called {
                    code.entries.insert(function);
                }
                let (replied, failed) = code.walk.after(done)?;
                let label = code.walk.labels[done].clone();
                let name = &label.name;
                let replied = write_tree(&replied, &code.walk.labels, 1);
                let body = match failed {
                    Some(failed) => {
                        let failed = write_tree(&failed, &code.walk.labels, 1);
                        format!("  IF r.ok THEN\n{replied}\n  ELSE\n{failed}")
                    }
                    None => replied,
                };
                let _ = writeln!(
                    bodies,
                    "\\* line {}\nAfter_{name}(s, id, r) == LET l == s.tasks[id].l me == s.tasks[id].op IN\n{body}\n",
                    label.line
                );
                if let Called::Store { command, nth } = label.called {
                    let (program, strategy) = (code.walk.program, code.walk.strategy);
                    let call = command::call(command, nth, setup, program, strategy)?;
                    let compares = StoreCommand::Database(DatabaseCommand::CompareAndSet);
                    let reply = match command::writes(command) {
                        true if command == compares => {
                            "IF d.r.ok /\\ ~Truth(d.r.v) THEN d ELSE \
                             [s |-> Wrote(d.s, id, d.r), r |-> d.r]"
                        }
                        true => "[s |-> Wrote(d.s, id, d.r), r |-> d.r]",
                        false => "d",
                    };
                    let _ = writeln!(
                        bodies,
                        "Do_{name}(s, id) == LET t == s.tasks[id] l == t.l d == {call} IN {reply}\n"
                    );
                }
                done += 1;
            } else {
                break;
            }
        }
        text += &bodies;
    }
    Ok(text)
}

/// The expression for what a task does next.
fn write_tree(tree: &Tree, labels: &[Label], depth: usize) -> String {
    let indent = "  ".repeat(depth);
    match tree {
        Tree::If(formula, yes, no) => format!(
            "{indent}IF {formula} THEN\n{}\n{indent}ELSE\n{}",
            write_tree(yes, labels, depth + 1),
            write_tree(no, labels, depth + 1)
        ),
        Tree::Call(label, fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name} |-> {value}")).collect();
            let variables = match fields.is_empty() {
                true => "Empty".to_owned(),
                false => format!("[{}]", fields.join(", ")),
            };
            format!("{indent}Stops(s, id, {}, {variables})", quoted(&labels[*label].name))
        }
        Tree::Return(value) => format!("{indent}Ended(s, id, Ok({value}))"),
        Tree::Mistake => format!("{indent}Mistaken(s, id)"),
        Tree::Raise(error) => format!("{indent}Ended(s, id, ErrorOf({error}))"),
    }
}

/// Which expression belongs to which label and to which function.
fn dispatch(
    setup: &Setup,
    codes: &[Code],
    requests: &[String],
    turns: &[(String, String)],
) -> String {
    let (mut stores, mut inline, mut after) = (Vec::new(), Vec::new(), Vec::new());
    let (mut waits, mut started) = (Vec::new(), Vec::new());
    let case = |name: &str, what: String| format!("pc = {} -> {what}", quoted(name));
    for code in codes {
        let program = code.walk.program;
        for function in &code.entries {
            let name = code.walk.called(*function);
            started.push(format!("f = {} -> Enter_{name}(s, id, a)", quoted(&name)));
        }
        for label in &code.walk.labels {
            let name = &label.name;
            let go_on = |state: &str| format!("After_{name}({state}, id, Ok(None))");
            after.push(case(name, format!("After_{name}(s, id, r)")));
            let key = "s.tasks[id].l.arg1[2]";
            match label.called {
                Called::Store { .. } if code.is_local(label) => {
                    let go_on = format!("LET d == Do_{name}(s, id) IN After_{name}(d.s, id, d.r)");
                    inline.push(case(name, go_on));
                }
                Called::Store { .. } => stores.push(case(name, format!("Do_{name}(s, id)"))),
                Called::Publish(channel) => {
                    let handlers = &program.channels[usize::from(channel)].handlers;
                    let handlers = handlers.iter().map(|each| quoted(&code.walk.called(each.0)));
                    let handlers: Vec<String> = handlers.collect();
                    let publish = format!(
                        "Published(s, id, <<{}>>, s.tasks[id].l.arg1)",
                        handlers.join(", ")
                    );
                    stores.push(case(name, publish));
                }
                Called::Sleep => inline.push(case(name, go_on("s"))),
                Called::Unlock => inline.push(case(name, go_on(&format!("Frees(s, id, {key})")))),
                Called::Lock => {
                    let asks = format!("AsksFor(s, id, {key})");
                    let waiting = format!("{name}_waits");
                    let wait = format!("[{asks} EXCEPT !.tasks[id].pc = {}]", quoted(&waiting));
                    inline.push(case(
                        name,
                        format!("IF Line(s, id, {key}) = <<>> THEN {} ELSE {wait}", go_on(&asks)),
                    ));
                    inline.push(case(&waiting, go_on("s")));
                    after.push(case(&waiting, format!("After_{name}(s, id, r)")));
                    waits.push(quoted(&waiting));
                }
                Called::Spawn(function) => {
                    let own = &program.functions[usize::from(function)];
                    let arguments: Vec<String> =
                        (1..=label.arguments).map(|nth| format!("l.arg{nth}")).collect();
                    let spawn = format!(
                        "LET l == s.tasks[id].l s1 == Spawned(s, id, {}, <<{}>>, {}) IN \
                         After_{name}(s1, id, Ok(None))",
                        quoted(&code.walk.called(function)),
                        arguments.join(", "),
                        own.place.map_or("s.tasks[id].process".to_owned(), |place| process(
                            setup, place
                        ))
                    );
                    inline.push(case(name, spawn));
                }
            }
        }
    }
    let names = |cases: &[String]| {
        let name = |case: &String| {
            case.split(" -> ").next().map(|head| head.trim_start_matches("pc = ").to_owned())
        };
        set(cases.iter().filter_map(name))
    };
    let cases = |of: &[String], other: &str| match of.is_empty() {
        true => other.to_owned(),
        false => format!("CASE {}", of.join("\n    [] ")),
    };
    let loops = turns.iter().enumerate().map(|(nth, (name, process))| {
        format!(
            "i = {} -> Enter_{name}(WithTask(s, own, [Task(0, {process}, \"\") EXCEPT !.loop = i]), \
             own, <<>>)",
            nth + 1
        )
    });
    let loops: Vec<String> = loops.collect();
    format!(
        "AtStores == {}\nAtOnce == {} \nAtLocks == {}\nLoops == 1..{}\n\n\
         Begun(f, s, id, a) ==\n  {}\n\
         Spawned(s, id, f, a, process) ==\n  LET t == s.tasks[id] child == Append(id, t.calls)\n  \
         IN IF process # t.process\n     THEN [s EXCEPT !.sent = With(@, NameOfMessage(s, child), \
         [f |-> f, a |-> a, process |-> process, life |-> LifeOf(s, process), from |-> t.process, caller |-> id, op |-> \
         t.op])]\n     ELSE LET own == \
         NameOfTask(s, child) IN Begun(f, WithTask(s, own, Task(t.op, process, t.key)), own, a)\n\
         Perform(s, id) == LET pc == s.tasks[id].pc IN\n  {}\n\
         Inline(s, id) == LET pc == s.tasks[id].pc IN\n  {}\n\
         Continue(s, id, r) == LET pc == s.tasks[id].pc IN\n  {}\n\
         Begin(s1, s, r) ==\n  {}\n\
         Turn(s, i) == LET own == NameOfTask(s, <<-i>>) IN\n  {}\n",
        names(&stores),
        names(&inline),
        set(waits),
        turns.len(),
        cases(&started, "s"),
        cases(&stores, "Reply(s, None)"),
        cases(&inline, "s"),
        cases(&after, "s"),
        cases(requests, "s"),
        cases(&loops, "s"),
    )
}

impl Code<'_> {
    /// Whether a label calls an app server's own cache, which takes no message.
    pub(super) fn is_local(&self, label: &Label) -> bool {
        matches!(
            label.called,
            Called::Store { command: StoreCommand::Cache(_), nth } if self.walk.local == Some(nth)
        )
    }
}
