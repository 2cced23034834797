//! Queues: their depth, and the items at their heads.

use std::sync::Arc;

use serde::Serialize;

use crate::time::Micros;
use crate::view::View;
use crate::view::text::made_by;

/// The most items of a queue that are shown.
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
    /// Its first items, in words: "user:1 = 7 (W3)".
    pub head: Vec<String>,
    /// When the oldest item was put there.
    pub oldest_us: Option<Micros>,
    /// How it hands out, takes back and joins what it holds, in words.
    pub rules: Vec<String>,
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
                }
            })
            .collect()
    }
}
