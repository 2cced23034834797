//! `queue = Queue(…)`

use super::Compiler;
use super::declaration::place;
use crate::strategy::error::nearest;
use crate::strategy::program::{QueueSpec, every_us};
use crate::strategy::syntax::ast::{Argument, Expr, ExprKind, Name};
use crate::strategy::value::{Real, Scalar};
use crate::vocabulary::Role;
use crate::vocabulary::queue::{Coalesce, LIKE, Order, Place, Rules};

const OPTIONS: [&str; 13] = [
    "at",
    "like",
    "durable",
    "coalesce",
    "limit",
    "redeliver",
    "order",
    "retry",
    "redelivery",
    "late_ack",
    "sync",
    "confirm",
    "release",
];
const QUEUE: &str = "write `queue = Queue(at=cache)`; it takes at, like, durable, coalesce, limit, redeliver, order, retry, redelivery, late_ack, sync, confirm and release";
const TRUTH: &str = "write True or False";

impl Compiler<'_> {
    pub(super) fn declare_queue(&mut self, name: &Name, value: &Expr, arguments: &[Argument]) {
        let mut queue = QueueSpec {
            name: name.text.clone(),
            place: Role::App,
            durable: false,
            rules: Rules::FIFO,
            changes: false,
            line: name.span.line,
        };
        // what it is like comes first, and what is said beside it is otherwise
        let like = |argument: &&Argument| is_named(argument, "like");
        if let Some(argument) = arguments.iter().find(like) {
            // each of them is a server of its own
            queue.place = Role::Worker;
            match text(&argument.value).and_then(|text| LIKE.iter().find(|it| it.name == text)) {
                Some(like) => (queue.durable, queue.rules) = (like.durable, like.rules),
                None => {
                    let names = LIKE.map(|like| format!("\"{}\"", like.name)).join(", ");
                    let near = text(&argument.value)
                        .and_then(|text| nearest(text, LIKE.map(|like| like.name)));
                    let advice = match near {
                        Some(name) => format!("did you mean \"{name}\"? There are {names}"),
                        None => format!("write one of {names}"),
                    };
                    self.error(argument.value.span, "no queue is like this", advice);
                }
            }
        }
        let mut seen: Vec<&str> = Vec::new();
        for argument in arguments {
            let key = match &argument.name {
                Some(name) if !seen.contains(&name.text.as_ref()) => name.text.as_ref(),
                Some(name) => {
                    self.error(name.span, format!("`{}` is given twice", name.text), QUEUE);
                    continue;
                }
                None => {
                    self.error(argument.value.span, "an argument without a name", QUEUE);
                    continue;
                }
            };
            seen.push(key);
            if !OPTIONS.contains(&key) {
                let near = nearest(key, OPTIONS);
                let advice = near.map_or(QUEUE.into(), |meant| format!("did you mean `{meant}`?"));
                let span = argument.name.as_ref().map_or(value.span, |name| name.span);
                self.error(span, format!("a queue has no `{key}`"), advice);
                continue;
            }
            if let Err(advice) = self.set_option(&mut queue, key, &argument.value) {
                let message = format!("`{key}` cannot be this");
                self.error(argument.value.span, message, advice);
            }
        }
        let all_named = arguments.iter().all(|argument| argument.name.is_some());
        if !seen.contains(&"at") && !seen.contains(&"like") && all_named {
            self.error(value.span, "a queue without a place", QUEUE);
        }
        for (option, is_idle, advice) in [
            ("sync", !queue.durable, "only a durable queue has a disk: write durable=True"),
            ("confirm", !queue.durable, "only a durable queue has a disk: write durable=True"),
            (
                "confirm",
                queue.rules.sync_us == 0,
                "with sync=0 all that is done is on the disk at once: write how long it takes, sync=0.3",
            ),
        ] {
            if let Some(argument) = arguments.iter().find(|it| is_named(it, option))
                && is_idle
            {
                let message = format!("`{option}` changes nothing here");
                self.error(argument.value.span, message, advice);
                break;
            }
        }
        self.add_queue(name, queue);
    }

    /// # Errors
    /// What to write instead.
    fn set_option(
        &mut self,
        queue: &mut QueueSpec,
        key: &str,
        value: &Expr,
    ) -> Result<(), &'static str> {
        let truth = match value.kind {
            ExprKind::Bool(value) => Some(value),
            _ => None,
        };
        let rules = &mut queue.rules;
        match key {
            "at" => {
                queue.place = place(value).ok_or("write at=app, at=cache or at=worker")?;
            }
            "durable" => queue.durable = truth.ok_or(TRUTH)?,
            "late_ack" => rules.late_ack = truth.ok_or(TRUTH)?,
            "confirm" => rules.confirm = truth.ok_or(TRUTH)?,
            "release" => rules.release = truth.ok_or(TRUTH)?,
            "coalesce" => {
                rules.coalesce = match truth {
                    Some(true) => Some(Coalesce::Last),
                    Some(false) => Some(Coalesce::No),
                    None => text(value).and_then(Coalesce::of_word),
                }
                .ok_or("write True or False, \"last\", \"first\", \"waiting\" or \"debounce\"")?;
            }
            "order" => {
                rules.order = text(value)
                    .and_then(Order::of_word)
                    .ok_or("write \"key\", \"queue\" or \"none\"")?;
            }
            "retry" | "redelivery" => {
                let place = text(value).and_then(Place::of_word);
                let place = place.ok_or("write \"keep\" or \"back\"")?;
                *(if key == "retry" { &mut rules.retry } else { &mut rules.redelivery }) = place;
            }
            "limit" => {
                rules.limit = match (&value.kind, self.literal(value)) {
                    (ExprKind::None, _) => None,
                    (_, Ok(Scalar::Int(value))) if (1..=1_000_000).contains(&value) => {
                        Some(value as u32)
                    }
                    _ => return Err("write a whole number from 1 to 1000000, or None"),
                };
            }
            "redeliver" => {
                let us = self.literal(value).ok().and_then(every_us);
                rules.redeliver_us = us.ok_or("write seconds, from 0.001 to a year")?;
            }
            "sync" => {
                let us = match self.literal(value).ok() {
                    Some(Scalar::Int(0) | Scalar::Float(Real(0.0))) => Some(0),
                    other => other.and_then(every_us),
                };
                rules.sync_us = us
                    .filter(|us| *us <= 60 * crate::time::SECOND_US)
                    .ok_or("write seconds, 0 or from 0.001 to 60")?;
            }
            _ => {}
        }
        Ok(())
    }
}

fn is_named(argument: &Argument, name: &str) -> bool {
    argument.name.as_ref().is_some_and(|own| &*own.text == name)
}

fn text(value: &Expr) -> Option<&str> {
    match &value.kind {
        ExprKind::Text(text) => Some(text),
        _ => None,
    }
}
