//! Lines of items: their order, the first of each, and which items can be handed out.

use super::*;

impl Queue {
    /// Puts an item at the end of its line.
    pub(super) fn join(&mut self, id: u32) {
        let Some(line) = self.items.get(id).and_then(|item| self.line_of(item.key)) else {
            return self.make_ready(id);
        };
        match self.lines.get(line).copied() {
            Some(Line { head, tail }) => {
                if let Some(before) = self.items.get_mut(tail) {
                    before.next = Some(id);
                }
                self.lines.insert(line, Line { head, tail: id });
            }
            None => {
                self.lines.insert(line, Line { head: id, tail: id });
                self.make_ready(id);
            }
        }
    }

    /// Puts an item that was removed before at the front of its line, under a new id.
    pub(super) fn put_in_front(&mut self, item: Item) -> u32 {
        self.last += 1;
        let id = self.last;
        let line = self.line_of(item.key);
        let at = line.and_then(|line| self.lines.get(line).copied());
        let next = at.map(|at| at.head);
        let item = Item { visibility: Visibility::Waiting, next, ..item };
        self.items.push(id, item);
        self.moved.insert(item.place, id);
        if let Some(line) = line {
            let tail = at.map_or(id, |at| at.tail);
            self.lines.insert(line, Line { head: id, tail });
        }
        // only the first can be handed out
        if let Some(place) = next.and_then(|next| self.items.get(next)).map(|item| item.place) {
            self.ready.remove(place);
        }
        let is_newest = self.newest.get(item.key).is_none() && self.rules.order != Order::Key;
        if is_newest && self.rules.coalesce != Coalesce::No {
            self.newest.insert(item.key, id);
        }
        self.make_ready(id);
        id
    }

    /// Removes an item from its line; the next one moves up.
    fn leave(&mut self, id: u32) {
        let Some(Item { key, next, place, .. }) = self.items.get(id).copied() else { return };
        self.ready.remove(place);
        let Some(line) = self.line_of(key) else { return };
        let Some(Line { head, tail }) = self.lines.get(line).copied() else { return };
        if head == id {
            match next {
                Some(next) => {
                    self.lines.insert(line, Line { head: next, tail });
                    self.make_ready(next);
                }
                None => _ = self.lines.remove(line),
            }
            return;
        }
        // one that went to the back, and is ended from there
        let find = |id: &u32| self.items.get(*id)?.next;
        let before = std::iter::successors(Some(head), find)
            .find(|at| self.items.get(*at).is_some_and(|item| item.next == Some(id)));
        let Some(before) = before else { return };
        if let Some(item) = self.items.get_mut(before) {
            item.next = next;
        }
        if tail == id {
            self.lines.insert(line, Line { head, tail: before });
        }
    }

    /// Returns an item to its line, at a place.
    pub(super) fn give_back(&mut self, id: u32, to: Place) {
        if to == Place::Keep {
            return;
        }
        self.unhide(id);
        self.leave(id);
        let Some(item) = self.items.get_mut(id) else { return };
        self.last += 1;
        self.moved.remove(&item.place);
        (item.place, item.next) = (self.last, None);
        self.moved.insert(self.last, id);
        // nobody has it until it is shown
        item.visibility = Visibility::Delayed { until_us: Micros::MAX };
        self.join(id);
    }

    /// Whether an item is the first of its line.
    fn is_first(&self, item: &Item, id: u32) -> bool {
        let line = self.line_of(item.key);
        line.is_none_or(|line| self.lines.get(line).is_some_and(|line| line.head == id))
    }

    fn make_ready(&mut self, id: u32) {
        if let Some(item) = self.items.get(id)
            && item.is_visible()
            && self.is_first(item, id)
        {
            self.ready.insert(item.place);
        }
    }

    /// Makes an item available for handing out when its turn comes.
    pub(super) fn show(&mut self, id: u32, visibility: Visibility) {
        self.unhide(id);
        if let Some(item) = self.items.get_mut(id) {
            item.visibility = visibility;
        }
        self.make_ready(id);
    }

    pub(super) fn hide(&mut self, id: u32, visibility: Visibility) {
        self.unhide(id);
        if let Some(item) = self.items.get_mut(id) {
            item.visibility = visibility;
            self.hidden.extend(item.due_us().map(|due| (due, id)));
            self.ready.remove(item.place);
        }
    }

    fn unhide(&mut self, id: u32) {
        if let Some(due) = self.items.get(id).and_then(Item::due_us) {
            self.hidden.remove(&(due, id));
        }
    }

    /// The item of a receipt, while it is taken.
    pub(super) fn held(&self, receipt: Receipt) -> Option<&Item> {
        let item = self.items.get(receipt.item).filter(|item| item.is_held())?;
        let is_late = item.visibility == Visibility::Overdue || item.attempts != receipt.attempt;
        (self.rules.late_ack || !is_late).then_some(item)
    }

    pub(super) fn remove_held(&mut self, receipt: Receipt) -> Option<Item> {
        self.held(receipt)?;
        self.remove(receipt.item)
    }

    pub(super) fn remove(&mut self, id: u32) -> Option<Item> {
        self.unhide(id);
        self.leave(id);
        let item = self.items.remove(id)?;
        self.moved.remove(&item.place);
        if self.newest.get(item.key) == Some(&id) {
            self.newest.remove(item.key);
        }
        Some(item)
    }
}
