//! Queues: their depth, and the items at their heads.

use std::sync::Arc;

use serde::Serialize;

use crate::time::Micros;
use crate::view::View;
use crate::view::text::made_by;
use crate::world::{ProcessId, QueueSlot};

/// The most items of a queue shown.
const QUEUE_HEAD: usize = 5;

/// A queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "Queue"))]
pub struct QueueView {
    pub name: Arc<str>,
    pub place: String,
    pub durable: bool,
    pub depth: usize,
    pub limit: Option<u32>,
    pub dead_letters: usize,
    /// Its first items, as text: "user:1 = 7 (W3)".
    pub head: Vec<String>,
    /// When the oldest item was pushed.
    pub oldest_us: Option<Micros>,
    /// The rules of the queue, as text.
    pub rules: Vec<String>,
    /// The app server that has it.
    pub app: Option<u16>,
    /// The consumers that take from it.
    pub consumers: Vec<ConsumerView>,
}

/// A function with `@every` that takes from a queue, in one process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "Consumer"))]
pub struct ConsumerView {
    /// The function.
    pub name: Arc<str>,
    pub place: String,
    /// The app server in which it runs.
    pub app: Option<u16>,
    /// It is running a turn.
    pub busy: bool,
    /// It is stopped, and takes no more.
    pub stopped: bool,
}

impl View<'_> {
    pub(super) fn queue_views(self) -> Vec<QueueView> {
        let names = self.names();
        let slots = self.world.queues.iter().enumerate();
        slots
            .map(|(index, slot)| {
                let program = &self.world.setup().strategies[usize::from(slot.strategy)].program;
                let spec = &program.queues[usize::from(slot.id.0)];
                let head = slot.queue.first(QUEUE_HEAD).into_iter().map(|item| {
                    let sign = if item.add { "+=" } else { "=" };
                    let value = item.value.scalar.display(names);
                    let taken = if item.is_held() { ", taken" } else { "" };
                    format!(
                        "{} {sign} {value} ({}{taken})",
                        names.text(item.key),
                        made_by(item.value.origin)
                    )
                });
                QueueView {
                    name: spec.name.clone(),
                    place: slot.process.name(names.stores()),
                    durable: self.world.is_durable(index),
                    depth: slot.queue.depth(),
                    limit: spec.rules.limit,
                    dead_letters: slot.queue.dead_letters() as usize,
                    head: head.collect(),
                    oldest_us: slot.queue.oldest_us(),
                    rules: spec.rules.sentences(),
                    app: app_of(slot.process),
                    consumers: self.consumers_of(slot),
                }
            })
            .collect()
    }

    fn consumers_of(self, queue: &QueueSlot) -> Vec<ConsumerView> {
        let stores = self.names().stores();
        let consumers = self.world.loops_that_take(queue).map(|slot| ConsumerView {
            name: self.world.loop_name(slot).clone(),
            place: slot.process.name(stores),
            app: app_of(slot.process),
            busy: slot.running.is_some(),
            stopped: slot.stopped,
        });
        consumers.collect()
    }
}

fn app_of(process: ProcessId) -> Option<u16> {
    match process {
        ProcessId::App(app) => Some(app),
        _ => None,
    }
}
