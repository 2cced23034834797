//! The actions of a module: everything that can happen next.

use std::fmt::Write;

use super::TlaError;
use super::scenario::Code;
use super::text::{quoted, set, value};
use super::walk::Called;
use super::{command, mortal};
use crate::event::Fault;
use crate::explore::model::Model;
use crate::explore::script::Deed;
use crate::identity::Kind;
use crate::strategy::value::Scalar;
use crate::vocabulary::Failure;

/// That the database takes writes from outside.
const IS_UP: &str = "\"database\" \\notin down";

/// An action for each call, for each request, and for everything else that can happen.
pub(super) fn actions(
    model: &Model,
    codes: &[Code],
    turns: &[(String, String)],
) -> Result<String, TlaError> {
    let (script, names) = (&model.script, &model.script.setup.names);
    let mut text = String::new();
    let mut next: Vec<String> = Vec::new();
    for kind in [Kind::Read, Kind::Write, Kind::Delete, Kind::Increment] {
        if script.requests.iter().any(|request| request.kind == kind) {
            let name = format!("Begin_{}", kind.name());
            let _ = writeln!(
                text,
                "{name} == \\E r \\in 1..Len(Requests) : Requests[r].kind = {} /\\ MayStart(State, \
                 r)\n  /\\ Become(StartOf(State, r))",
                quoted(kind.name())
            );
            next.push(name);
        }
    }
    if !turns.is_empty() {
        text += "Turn_of_a_loop == \\E i \\in Loops : MayTurn(State, i)\n  \
                 /\\ Become(TurnOf(State, i))\n";
        next.push("Turn_of_a_loop".to_owned());
    }
    let mut fails: Vec<String> = Vec::new();
    let may_fail = model.question.budgets.failures > 0;
    for code in codes {
        for label in &code.walk.labels {
            let name = &label.name;
            let quiet = if matches!(label.called, Called::Publish(_)) { 0 } else { 1 };
            if code.is_local(label)
                || !matches!(label.called, Called::Store { .. } | Called::Publish(_))
            {
                continue;
            }
            let _ = writeln!(
                text,
                "{name} == \\E id \\in DOMAIN tasks : tasks[id].pc = {}\n  /\\ \
                 Become(CallOf(State, id, {quiet}))",
                quoted(name)
            );
            next.push(name.clone());
            if may_fail && quiet == 1 {
                fails.push(quoted(name));
            }
        }
    }
    if !fails.is_empty() {
        let fails = set(fails);
        let _ = writeln!(
            text,
            "A_call_fails == left.failures > 0 /\\ \\E id \\in DOMAIN tasks : tasks[id].pc \\in {fails}\n  /\\ \
             IsHeard(State, id)\n  /\\ Become(FailOf([State EXCEPT !.left.failures = @ - 1], id, \
             SourceOf(tasks[id].pc)))\n\
             A_stray_call_fails == left.failures > 0 /\\ \\E id \\in DOMAIN strays : strays[id].pc \\in \
             {fails}\n  /\\ StrayIsHeard(State, id)\n  /\\ Become(FailOfStray([State EXCEPT \
             !.left.failures = @ - 1], id))"
        );
        next.extend(["A_call_fails", "A_stray_call_fails"].map(str::to_owned));
    }
    if model.question.budgets.crashes > 0 {
        text += "A_process_crashes == left.crashes > 0 /\\ \\E p \\in Crashable \\ down :\n  \
                 Become(Done(Crashed([Step(State, 1) EXCEPT !.left.crashes = @ - 1], p)))\n\
                 A_process_restarts == \\E p \\in down : Become(Done(Restarted(Step(State, 1), p)))\n";
        next.extend(["A_process_crashes", "A_process_restarts"].map(str::to_owned));
    }
    if mortal::may_crash(model) {
        text += "A_stray_call_arrives == \\E id \\in DOMAIN strays : Become(StrayOf(State, id))\n";
        next.push("A_stray_call_arrives".to_owned());
    }
    if model.question.budgets.expiries > 0 {
        text += "A_TTL_ends == left.expiries > 0 /\\ \\E c \\in Caches : \\E k \\in Known(State, c) : \
                 MayExpire(State, c, k)\n  /\\ Become(Done(Expired([Step(State, 1) EXCEPT \
                 !.left.expiries = @ - 1], c, k)))\n";
        next.push("A_TTL_ends".to_owned());
    }
    if model.question.budgets.evictions > 0 {
        text += "An_entry_is_evicted == left.evictions > 0 /\\ \\E c \\in Caches : \\E k \\in DOMAIN \
                 caches[c] :\n  Become(Done(Remove([Step(State, 1) EXCEPT \
                 !.left.evictions = @ - 1], c, k)))\n";
        next.push("An_entry_is_evicted".to_owned());
    }
    for (at, (action, deed)) in script.deeds.iter().enumerate() {
        let name = format!("Action_{action}");
        let may = mortal::may_be_done(model, at, "done");
        let step = format!("[Step(State, 1) EXCEPT !.done = @ \\union {{{at}}}]");
        let cache_of = |cache| quoted(&command::cache_name(&script.setup, cache));
        let key_of = |key| quoted(&names.text(key));
        let (needs, what) = match *deed {
            Deed::Fault(Fault::Evict(cache, key)) => {
                let (cache, key) = (cache_of(cache), key_of(key));
                (
                    format!("{key} \\in Known(State, {cache})"),
                    format!("Remove({step}, {cache}, {key})"),
                )
            }
            Deed::Fault(Fault::Expire(cache, key)) => {
                let (cache, key) = (cache_of(cache), key_of(key));
                (
                    format!("{key} \\in Known(State, {cache})"),
                    format!("Expired({step}, {cache}, {key})"),
                )
            }
            Deed::Fault(Fault::Flush(cache)) => {
                let cache = cache_of(cache);
                (format!("{cache} \\notin down"), format!("Flushed({step}, {cache})"))
            }
            Deed::Fault(Fault::OutsideWrite { key, value: datum, .. }) => {
                let number = script.requests.len() as i64 + 1;
                let datum = match datum.scalar {
                    Scalar::None => format!("Number({number} + outside)"),
                    scalar => value(scalar, 0, names)?,
                };
                let key = key_of(key);
                (IS_UP.to_owned(), format!("FromOutside({step}, {key}, {datum})"))
            }
            Deed::Fault(Fault::OutsideDelete { key, .. }) => {
                (IS_UP.to_owned(), format!("FromOutside({step}, {}, None)", key_of(key)))
            }
            Deed::Fault(fault @ (Fault::Kill(process) | Fault::Restart(process))) => {
                let Some(name) = mortal::process_name(&script.setup, process) else {
                    return Err(TlaError::of(format!("action {action}")));
                };
                let process = quoted(&name);
                match fault {
                    Fault::Restart(_) => {
                        (format!("{process} \\in down"), format!("Restarted({step}, {process})"))
                    }
                    _ => (format!("{process} \\notin down"), format!("Crashed({step}, {process})")),
                }
            }
            Deed::Fail(Fault::FailNext { store, nth, call, how: Failure::Error, .. }) => {
                let labels = codes.iter().flat_map(|code| {
                    code.walk.labels.iter().filter_map(move |label| {
                        let Called::Store { command, nth: of_nth } = label.called else {
                            return None;
                        };
                        let is_it = command.store() == store
                            && u16::from(nth) == of_nth
                            && !code.is_local(label)
                            && call.is_none_or(|call| *names.text(call) == *command.name());
                        let source = command::source(label, code.walk.program);
                        is_it.then(|| (quoted(&label.name), source))
                    })
                });
                let labels: Vec<_> = labels.collect();
                let source = labels.first().map_or("", |(_, source)| source);
                let failing = set(labels.iter().map(|(label, _)| label.clone()));
                let _ = writeln!(
                    text,
                    "{name} == {may} /\\ \\E id \\in DOMAIN tasks : tasks[id].pc \\in {failing}\n  /\\ \
                     IsHeard(State, id)\n  /\\ \
                     Become(FailOf([State EXCEPT !.done = @ \\union {{{at}}}], id, {}))\n\
                     {name}_of_a_stray == {may} /\\ \\E id \\in DOMAIN strays : strays[id].pc \\in {failing}\n  /\\ \
                     StrayIsHeard(State, id)\n  /\\ \
                     Become(FailOfStray([State EXCEPT !.done = @ \\union {{{at}}}], id))",
                    quoted(source)
                );
                next.extend([format!("{name}_of_a_stray"), name]);
                continue;
            }
            _ => {
                let what = format!("action {action}, of what the scenario does besides requests,");
                return Err(TlaError::of(what));
            }
        };
        let _ = writeln!(text, "{name} == {may} /\\ {needs} /\\ Become(Done({what}))");
        next.push(name);
    }
    if script.setup.replicas > 0 {
        text += "A_change_reaches_a_replica == \\E at \\in OnTheirWay(State) : \
                 Become(ReachingOf(State, at))\n";
        next.push("A_change_reaches_a_replica".to_owned());
    }
    let has_queues = script.setup.strategies.iter().any(|each| !each.program.queues.is_empty());
    if has_queues {
        text += "Items_come_back == \\E q \\in DOMAIN queues : MayRedeliver(State, q)\n  /\\ \
                 Become(Done(Redelivered(Step(State, 0), q)))\n";
        next.push("Items_come_back".to_owned());
    }
    let sends = codes.iter().any(|code| {
        code.walk
            .labels
            .iter()
            .any(|label| matches!(label.called, Called::Spawn(_) | Called::Publish(_)))
    });
    if sends {
        text += "A_call_arrives == \\E id \\in DOMAIN sent : Become(ArrivalOf(State, id))\n";
        next.push("A_call_arrives".to_owned());
    }
    let next: Vec<String> = next.iter().map(|name| format!("  \\/ {name}")).collect();
    let _ = writeln!(text, "\nNext ==\n{}\nSpec == Init /\\ [][Next]_vars\n", next.join("\n"));
    Ok(text)
}
