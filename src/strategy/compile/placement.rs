//! Checks which function can reach what: for example, the cache process cannot reach a queue in an
//! app server's memory.

use super::Compiler;
use crate::strategy::call::FunctionId;
use crate::strategy::syntax::token::Span;
use crate::vocabulary::Role;

/// A use of something by a function.
pub(super) struct Use {
    pub by: FunctionId,
    pub of: Used,
    pub span: Span,
    /// whether a transaction of that function is open; `None`: it is a separate task
    pub inside: Option<bool>,
}

#[derive(Clone, Copy)]
pub(super) enum Used {
    Queue(u16),
    /// called or spawned
    Function(FunctionId),
    /// begins a transaction
    Transaction,
    /// begins concurrent tasks
    Gather,
    /// an app server's own cache
    Local,
}

fn bit(place: Role) -> u8 {
    1 << place as u8
}

/// Whether code in `from` can reach a queue at `queue`.
fn reaches(from: Role, queue: Role) -> bool {
    match queue {
        Role::App => from == Role::App,
        Role::Cache | Role::Worker => true,
        Role::Database => from != Role::App,
        // no queue lives there
        Role::Client | Role::Replica => false,
    }
}

impl Compiler<'_> {
    /// Checks every use of a queue and every call against the places that its
    /// function can run in.
    pub(super) fn check_placement(&mut self) {
        let places = self.places();
        let mut errors = self.nested_transactions();
        for each in &self.uses {
            let by = &self.functions[each.by.0 as usize];
            for from in Role::HOSTS
                .into_iter()
                .filter(|place| places[each.by.0 as usize] & bit(*place) != 0)
            {
                match each.of {
                    Used::Queue(queue) => {
                        let queue = &self.queues[queue as usize];
                        if reaches(from, queue.place) {
                            continue;
                        }
                        let message = format!(
                            "`{}` runs in {}, and `{}` lives in {}",
                            by.name,
                            from.one(),
                            queue.name,
                            queue.place.one()
                        );
                        let advice = if queue.changes {
                            "put `@at(worker)` or `@at(cache)` above the function"
                        } else {
                            "declare the queue at=cache or at=worker, or leave the function in the app"
                        };
                        errors.push((each.span, message, advice));
                    }
                    Used::Function(callee) => {
                        let callee = &self.functions[callee.0 as usize];
                        if callee.place == Some(Role::App) && from != Role::App {
                            let message = format!(
                                "`{}` runs in {}, and `{}` is placed in the app",
                                by.name,
                                from.one(),
                                callee.name
                            );
                            let advice = "nobody calls an app server but its clients: hand the work over with a queue, or leave `@at(app)` out";
                            errors.push((each.span, message, advice));
                        }
                    }
                    Used::Local if from != Role::App => {
                        let message = format!(
                            "`{}` runs in {}, and `local` is a part of an app server",
                            by.name,
                            from.one()
                        );
                        let advice = "leave the function in the app, or use `cache`";
                        errors.push((each.span, message, advice));
                    }
                    Used::Transaction | Used::Gather | Used::Local => {}
                }
            }
        }
        for (span, message, advice) in errors {
            self.error(span, message, advice);
        }
    }

    /// What cannot be while a transaction of the same task is open.
    fn nested_transactions(&self) -> Vec<(Span, String, &'static str)> {
        // the functions that are called while one is open
        let mut inside: Vec<bool> = vec![false; self.functions.len()];
        let is_open = |each: &Use, inside: &[bool]| {
            each.inside.is_some_and(|open| open || inside[usize::from(each.by.0)])
        };
        while let Some(callee) = self.uses.iter().find_map(|each| match each.of {
            // one that is placed may be a task of its own
            Used::Function(callee)
                if is_open(each, &inside)
                    && !inside[usize::from(callee.0)]
                    && self.functions[usize::from(callee.0)].place.is_none() =>
            {
                Some(callee)
            }
            _ => None,
        }) {
            inside[usize::from(callee.0)] = true;
        }
        let open = self.uses.iter().filter(|each| is_open(each, &inside));
        let error = |each: &Use| {
            let (message, advice) = match each.of {
                Used::Transaction => (
                    "a transaction inside a transaction",
                    "a task has one at a time: begin it in the outermost function",
                ),
                Used::Gather => (
                    "`gather` inside a transaction",
                    "its connection runs one statement at a time: write them one below the \
                     other, or gather outside the block",
                ),
                _ => return None,
            };
            Some((each.span, message.to_owned(), advice))
        };
        open.filter_map(error).collect()
    }

    /// The places that each function can run in, as bits.
    fn places(&self) -> Vec<u8> {
        let mut places: Vec<u8> =
            self.functions.iter().map(|function| function.place.map_or(0, bit)).collect();
        for (index, function) in self.functions.iter().enumerate() {
            let entry = matches!(function.name.as_ref(), "read" | "write" | "delete" | "increment");
            let is_loop = self.loops.iter().any(|each| each.function.0 as usize == index);
            if function.place.is_none() && (entry || is_loop) {
                places[index] |= bit(Role::App);
            }
        }
        // an undecorated function runs wherever one of its callers does
        loop {
            let mut changed = false;
            for each in &self.uses {
                if let Used::Function(callee) = each.of
                    && self.functions[callee.0 as usize].place.is_none()
                {
                    let more = places[callee.0 as usize] | places[each.by.0 as usize];
                    changed |= more != places[callee.0 as usize];
                    places[callee.0 as usize] = more;
                }
            }
            if !changed {
                return places;
            }
        }
    }
}
