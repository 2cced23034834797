//! Queues from which nobody takes: every consumer was stopped or killed, or its process is down.
//! What waits there is the reason for old answers, until somebody takes again.

use super::*;
use crate::event::ConsumerFault;
use crate::world::Taker;

/// The consumers of each queue, and why one takes nothing at present.
#[derive(Clone, Default)]
pub(super) struct Takers {
    queues: Vec<Vec<Consumer>>,
    /// Where the latest writes wait that were pushed while nobody took.
    waiting: Greatest<Origin, u16>,
}

#[derive(Clone)]
struct Consumer {
    who: Taker,
    stopped: Option<Cause>,
    down: Option<Cause>,
}

impl Ledger {
    /// Who takes from each queue, by the queue's number in the records.
    pub(in crate::history) fn taken_by(&mut self, queues: Vec<Vec<Taker>>) {
        let consumer = |who| Consumer { who, stopped: None, down: None };
        let of_queue = |takers: Vec<Taker>| takers.into_iter().map(consumer).collect();
        self.takers.queues = queues.into_iter().map(of_queue).collect();
    }

    /// Notes a fault that stops consumers, or ends that.
    pub(super) fn consumers_change(&mut self, fault: Fault) {
        let cause = Happening::Faulted { fault }.at(self.now.at_us);
        let all = self.takers.queues.iter_mut().flatten();
        match fault {
            Fault::Consumer { name, app, how } => {
                let name = self.names.text(name);
                let is_it = |who: &Taker| {
                    *who.name == *name && app.is_none_or(|app| who.process == ProcessId::App(app))
                };
                for each in all.filter(|each| is_it(&each.who)) {
                    each.stopped = match how {
                        ConsumerFault::Start => None,
                        ConsumerFault::Stop | ConsumerFault::Kill => each.stopped.or(Some(cause)),
                    };
                }
            }
            Fault::Kill(process) => {
                for each in all.filter(|each| each.who.process == process) {
                    each.down = Some(cause);
                }
            }
            Fault::Restart(process) => {
                // with all its consumers
                for each in all.filter(|each| each.who.process == process) {
                    (each.stopped, each.down) = (None, None);
                }
            }
            _ => {}
        }
    }

    /// Why nobody takes from a queue that has consumers: what happened to each of them. Empty if
    /// one does.
    fn nobody_takes(&self, queue: u16) -> Vec<Cause> {
        let consumers = self.takers.queues.get(usize::from(queue));
        let since = |each: &Consumer| {
            let both = [each.stopped, each.down].into_iter().flatten();
            both.min_by_key(|cause| cause.at_us)
        };
        consumers.into_iter().flatten().map(since).collect::<Option<_>>().unwrap_or_default()
    }

    /// A queue has an item of a write.
    pub(super) fn waits_in(&mut self, write: Origin, queue: u16) {
        if !self.nobody_takes(queue).is_empty() {
            self.takers.waiting.insert(write, queue);
        }
    }

    /// A queue has it no more.
    pub(super) fn waits_no_more(&mut self, write: Origin) {
        self.takers.waiting.remove(write);
    }

    /// Why a write is still in its queue, if that is because nobody takes from it.
    pub(super) fn kept_waiting(&self, write: Origin) -> Vec<Cause> {
        let open = self.writes.get(write).filter(|write| write.queued > 0);
        let queue = open.and_then(|write| write.queue);
        let queue = queue.or_else(|| self.takers.waiting.get(write).copied());
        queue.map_or_else(Vec::new, |queue| self.nobody_takes(queue))
    }
}
