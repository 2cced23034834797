//! Messages in flight, and statements in service at a store.

use serde::Serialize;

use crate::event::Saying;
use crate::history;
use crate::identity::message_name;
use crate::order;
use crate::time::Micros;
use crate::view::View;
use crate::view::text::value_in_short;
use crate::vocabulary::Role;
use crate::world::{Body, Message, MessageKey, Pending, ProcessId, Statement};

/// The most messages shown.
const FLIGHTS: usize = 60;

/// A message in flight, or a statement in service at a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "Message"))]
pub struct FlightView {
    #[serde(skip)]
    pub id: u64,
    pub from: Role,
    pub to: Role,
    /// The content: "cache.get(user:1)", "→ 42", "refused".
    pub text: String,
    /// The operation: "R12".
    pub label: String,
    pub reply: bool,
    pub failed: bool,
    /// The message's name in actions (`hold`, `drop`, …); `null`: it is a statement, which cannot
    /// be held.
    pub message: Option<String>,
    /// Whether a person holds it.
    pub held: bool,
    pub sent_us: Micros,
    /// When it lands, if known.
    pub lands_us: Option<Micros>,
}

impl View<'_> {
    /// The number of messages and statements under way, and the oldest of them.
    pub(super) fn flights(self) -> (usize, Vec<FlightView>) {
        enum Flying<'a> {
            Message(MessageKey, &'a Message),
            Statement(ProcessId, Option<u32>, &'a Statement),
        }
        let statements = self.world.stores.statements();
        let messages = self.world.messages.iter().map(|(key, message)| {
            ((message.sent_us, message.id.stamp), Flying::Message(key, message))
        });
        let statements = statements.map(|(id, slot, statement)| {
            let pending = &statement.pending;
            ((pending.arrived_us, pending.id.stamp ^ 1), Flying::Statement(id, slot, statement))
        });
        let mut flights: Vec<_> = messages.chain(statements).collect();
        order::by_key(&mut flights, |(since, _)| *since);
        let total = flights.len();
        let (landing, served) = (self.schedule.landings(), self.schedule.services());
        let shown = flights.into_iter().take(FLIGHTS).map(|(_, flying)| match flying {
            Flying::Message(key, message) => FlightView {
                held: self.schedule.is_held(key),
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

    fn flight(self, message: &Message) -> FlightView {
        let names = self.names();
        let (text, failed) = match &message.body {
            Body::Ask { .. } | Body::Call { .. } | Body::Forget { .. } => {
                (history::saying(message.saying(), names), false)
            }
            Body::Answer { result: Ok(value), .. } => {
                (format!("→ {}", value.scalar.display(names)), false)
            }
            Body::Reply { result: Ok(value), .. } => {
                (format!("→ {}", value_in_short(value, names)), false)
            }
            Body::Answer { result: Err(error), .. } | Body::Reply { result: Err(error), .. } => {
                (error.reason.name().to_owned(), true)
            }
        };
        FlightView {
            id: message.id.stamp,
            from: message.from.role(),
            to: message.to.role(),
            text,
            label: message.op.label(),
            reply: matches!(message.body, Body::Answer { .. } | Body::Reply { .. }),
            failed,
            message: Some(message_name(message.id.stamp)),
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
        let call = Saying::of(&pending.call.into());
        let text = history::saying(call, self.names());
        FlightView {
            id: pending.id.stamp ^ 1,
            from: id.role(),
            to: id.role(),
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
}
