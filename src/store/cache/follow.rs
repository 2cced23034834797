//! Replication between caches: from a primary to its replica, and from a node to the new owner of a
//! key.

use super::*;

impl Cache {
    /// The slot of a key, for another cache to copy.
    pub fn slot(&self, key: Symbol) -> Option<Slot> {
        self.slots.get(key).copied()
    }

    /// All slots, in the order of keys.
    pub fn slots(&self) -> Vec<(Symbol, Slot)> {
        self.slots.iter().map(|(key, slot)| (key, *slot)).collect()
    }

    /// Copies another cache's slot of a key, with its absolute instants (Redis replicates
    /// `SET … EX` as `PXAT`), or removes it, for a reason. A replica has the capacity of its
    /// primary.
    pub fn follow(
        &mut self,
        key: Symbol,
        slot: Result<Slot, Removal>,
        now_us: Micros,
        effect: &mut dyn FnMut(CacheEffect),
    ) {
        match slot {
            Ok(mut slot) if slot.gone_us().is_none_or(|gone_us| now_us < gone_us) => {
                // a copy that nobody reads is there for another reason
                if let Slot::Entry(entry) = &mut slot {
                    entry.reads = entry.reads.max(1);
                }
                if self.slots.get(key) != Some(&slot) {
                    self.take(key, slot, effect);
                    self.sweep(now_us, effect);
                }
            }
            Ok(_) => {
                self.remove(key, Removal::Expired, effect);
            }
            Err(why) => {
                self.leases.invalidate(key);
                self.remove(key, why, effect);
            }
        }
    }

    /// Takes a slot that another cache gives up, if there is room for it, or room can be made.
    pub fn take_in(
        &mut self,
        key: Symbol,
        slot: Slot,
        pick: &mut dyn FnMut(u64) -> u64,
        effect: &mut dyn FnMut(CacheEffect),
    ) {
        if self.slots.contains(key) || self.make_room(pick, effect) {
            self.take(key, slot, effect);
        }
    }

    fn take(&mut self, key: Symbol, slot: Slot, effect: &mut dyn FnMut(CacheEffect)) {
        let was = self.put(key, slot);
        match slot {
            Slot::Entry(entry) => {
                let replaced = was.as_ref().and_then(Slot::entry).map(|entry| entry.value.origin);
                effect(entry.set_effect(key, replaced));
            }
            Slot::Tombstone(Tombstone { version, until_us }) => {
                if let Some(was) = was.filter(|was| was.entry().is_some()) {
                    effect(was.removed_effect(key, Removal::Deleted));
                }
                effect(CacheEffect::Remembered { key, version, until_us });
            }
        }
    }
}
