//! What no module says.

use super::scenario::JUDGED;
use super::{TlaError, mortal};
use crate::explore::model::Model;
use crate::vocabulary::Role;
use crate::vocabulary::queue::{Coalesce, Rules};

/// Refuses what cannot be written, before anything is.
pub(super) fn refuse(model: &Model) -> Result<(), TlaError> {
    let Model { script, question, .. } = model;
    let setup = &script.setup;
    if let Some(other) = question.properties.iter().find(|each| !JUDGED.contains(each)) {
        return Err(TlaError::of(format!("the property {other}")));
    }
    let budgets = question.budgets;
    for (count, what) in [
        (budgets.losses, "a budget of losses"),
        (budgets.duplicates, "a budget of duplicates"),
        (budgets.timeouts, "a budget of timeouts"),
    ] {
        if count > 0 {
            return Err(TlaError::of(what));
        }
    }
    if setup.tracking.is_some() {
        return Err(TlaError::of("a cache that tracks who has read what"));
    }
    if script.declares() {
        return Err(TlaError::of("a strategy with `derived` or `truth`"));
    }
    if !setup.clusters.is_empty() {
        return Err(TlaError::of("a cache with several nodes, or with a replica,"));
    }
    if setup.clients.retries > 0 || setup.client_overrides.values().any(|each| each.retries > 0) {
        return Err(TlaError::of("a client that tries again"));
    }
    if !setup.database.foreign_keys.is_empty() {
        return Err(TlaError::of("a foreign key"));
    }
    if setup.caches.ids().any(|cache| setup.caches[cache].memcached.is_some()) {
        return Err(TlaError::of("a cache like Memcached"));
    }
    let limited = |cache| setup.caches[cache].capacity.is_some();
    if setup.caches.ids().any(limited) {
        return Err(TlaError::of("a cache with a capacity that may be reached"));
    }
    if setup.caches.ids().any(|cache| setup.caches[cache].snapshot_every_us.is_some()) {
        return Err(TlaError::of("a cache that takes snapshots"));
    }
    mortal::refuse(model)?;
    for deployed in &setup.strategies {
        let program = &deployed.program;
        let is_usual = |rules: Rules| {
            let Rules { redeliver_us, coalesce, .. } = rules;
            let is_known = matches!(coalesce, Coalesce::No | Coalesce::Last);
            is_known && rules == Rules { redeliver_us, coalesce, ..Rules::FIFO }
        };
        if !program.queues.iter().all(|queue| is_usual(queue.rules)) {
            return Err(TlaError::of("a queue with a limit, or with rules of its own,"));
        }
        let in_apps = program.queues.iter().any(|queue| queue.place == Role::App);
        if (in_apps || program.loops.iter().any(|each| each.place == Role::App)) && setup.apps > 1 {
            return Err(TlaError::of("a queue or a loop in each of several app servers"));
        }
        if program.reads_clock || program.reads_ages {
            return Err(TlaError::of("a program that reads the clock"));
        }
    }
    Ok(())
}
