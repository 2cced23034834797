//! Writes that a newer one has absorbed, in a queue that coalesces or in a sum: every holder of the
//! newer one holds them too.

use std::collections::BTreeSet;

use super::{Standing, Write, Writes};
use crate::event::Cause;
use crate::strategy::value::Origin;
use crate::time::Micros;

impl Writes {
    /// A newer write absorbs an older one.
    pub fn absorb(&mut self, older: Origin, newer: Origin, at_us: Micros) {
        let open = self.open.get(&older).is_some_and(|write| write.committed_us.is_none());
        if !open || older == newer {
            return;
        }
        self.let_go(newer, older, at_us);
        let Some(write) = self.open.get_mut(&newer) else { return };
        if write.absorbed.last() == Some(&older) {
            return;
        }
        write.absorbed.push(older);
        let Standing { alive, kept, aside, .. } = write.standing();
        self.change(older, at_us, |write| {
            write.above.alive += u32::from(alive);
            write.above.kept += u32::from(kept);
            write.above.aside += u32::from(aside);
            write.absorbed_by = Some((newer, at_us));
        });
    }

    /// A write that `older`, or one that this has absorbed, had absorbed was queued again: from now
    /// on its fate is its own.
    fn let_go(&mut self, newer: Origin, older: Origin, at_us: Micros) {
        if self.open.get(&newer).is_none_or(|write| write.absorbed_by.is_none()) {
            return;
        }
        let (mut family, mut known) = (vec![older], BTreeSet::from([older]));
        while let Some(origin) = family.pop() {
            let Some(holder) = self.open.get_mut(&origin) else { continue };
            family.extend(holder.absorbed.iter().filter(|each| known.insert(**each)));
            if !holder.absorbed.contains(&newer) {
                continue;
            }
            holder.absorbed.retain(|each| *each != newer);
            let Standing { alive, kept, aside, .. } = holder.standing();
            self.change(newer, at_us, |write| {
                write.above.alive = write.above.alive.saturating_sub(u32::from(alive));
                write.above.kept = write.above.kept.saturating_sub(u32::from(kept));
                write.above.aside = write.above.aside.saturating_sub(u32::from(aside));
                write.absorbed_by = None;
            });
        }
    }

    /// How the last holder released a write: its own, or that of the write that has absorbed it.
    pub fn end(&self, write: &Write) -> Option<Cause> {
        let mut last = write;
        // no chain is a ring: whoever comes back is let go by whom it absorbs
        while let Some(newer) = last.absorbed_by.and_then(|(newer, _)| self.get(newer)) {
            last = newer;
        }
        [write.end, last.end].into_iter().flatten().max_by_key(|end| end.at_us)
    }

    /// The writes that this one, and those in turn, have absorbed and that the database does not
    /// hold.
    pub fn absorbed_by(&self, newer: Origin) -> impl Iterator<Item = Origin> {
        let mut family = vec![newer];
        let mut known = BTreeSet::from([newer]);
        std::iter::from_fn(move || {
            let next = family.pop()?;
            let held = self.open.get(&next).filter(|write| write.committed_us.is_none());
            let absorbed = held.into_iter().flat_map(|write| &write.absorbed);
            family.extend(absorbed.filter(|older| known.insert(**older)));
            Some(next)
        })
        .skip(1)
    }

    /// A write has reached the database, with all that it has absorbed; `each` is called with the
    /// previous standing of each that had not been there.
    pub fn commit(&mut self, origin: Origin, at_us: Micros, mut each: impl FnMut(Origin, &Write)) {
        let mut family = vec![origin];
        while let Some(origin) = family.pop() {
            let open = self.open.get(&origin).filter(|write| write.committed_us.is_none());
            if let Some(write) = open {
                each(origin, write);
                family.extend(&write.absorbed);
                self.change(origin, at_us, |write| write.committed_us = Some(at_us));
            }
        }
    }
}
