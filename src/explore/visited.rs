//! The states that a search has met, in a few bytes each.

/// How a state was reached, at the least cost so far.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    pub fingerprint: u64,
    /// The node that it was reached from; its own number for the first.
    pub parent: u32,
    /// Which of the parent's choices led to it.
    pub choice: u16,
    /// Effects until then.
    pub effects: u16,
}

/// All nodes, found by fingerprint: a hash table with linear probing, at most four fifths full,
/// which grows by half. Its order is never used. With it, a node takes 21 to 24 bytes.
pub struct Visited {
    /// In chunks, so that none is ever moved.
    chunks: Vec<Vec<Node>>,
    /// Numbers of nodes, plus one; 0: free.
    slots: Vec<u32>,
    len: usize,
}

const CHUNK: usize = 1 << 14;

/// What became of a state that was met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Met {
    New(u32),
    /// It was known at a higher cost.
    Cheaper(u32),
    Known,
    /// There is no room for another number.
    Full,
}

impl Visited {
    pub fn new() -> Visited {
        Visited { chunks: Vec::new(), slots: vec![0; 1 << 10], len: 0 }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// The bytes that it takes.
    pub fn bytes(&self) -> u64 {
        let nodes = self.chunks.iter().map(Vec::capacity).sum::<usize>() * size_of::<Node>();
        (nodes + self.slots.capacity() * size_of::<u32>()) as u64
    }

    pub fn node(&self, number: u32) -> Node {
        self.chunks[number as usize / CHUNK][number as usize % CHUNK]
    }

    /// Whether a state is known at no higher cost.
    pub fn is_known(&self, fingerprint: u64, effects: u16) -> bool {
        match self.slots[self.slot(fingerprint)] {
            0 => false,
            number => self.node(number - 1).effects <= effects,
        }
    }

    /// Notes a state that was reached.
    pub fn meet(&mut self, node: Node) -> Met {
        if (self.len + 1) * 5 > self.slots.len() * 4 {
            self.grow();
        }
        let slot = self.slot(node.fingerprint);
        match self.slots[slot] {
            0 => {
                let Ok(number) = u32::try_from(self.len + 1) else { return Met::Full };
                if self.len.is_multiple_of(CHUNK) {
                    // the first one stays small for the many searches that are
                    self.chunks.push(Vec::with_capacity(if self.len == 0 { 0 } else { CHUNK }));
                }
                if let Some(chunk) = self.chunks.last_mut() {
                    chunk.push(node);
                }
                self.len += 1;
                self.slots[slot] = number;
                Met::New(number - 1)
            }
            number => {
                let number = number - 1;
                let known = &mut self.chunks[number as usize / CHUNK][number as usize % CHUNK];
                if known.effects <= node.effects {
                    return Met::Known;
                }
                *known = node;
                Met::Cheaper(number)
            }
        }
    }

    /// Where a fingerprint is, or would be.
    fn slot(&self, fingerprint: u64) -> usize {
        let size = self.slots.len();
        let mut slot = ((u128::from(fingerprint) * size as u128) >> 64) as usize;
        loop {
            match self.slots[slot] {
                0 => return slot,
                number if self.node(number - 1).fingerprint == fingerprint => return slot,
                _ if slot + 1 == size => slot = 0,
                _ => slot += 1,
            }
        }
    }

    fn grow(&mut self) {
        let size = self.slots.len() / 2 * 3;
        self.slots = Vec::new();
        self.slots = vec![0; size];
        for number in 0..self.len as u32 {
            let slot = self.slot(self.node(number).fingerprint);
            self.slots[slot] = number + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_is_new_once_and_the_cheapest_way_to_it_is_kept() {
        let mut visited = Visited::new();
        let node = |fingerprint: u64, effects| Node {
            fingerprint: fingerprint.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            parent: 0,
            choice: 0,
            effects,
        };
        for number in 0..5_000u32 {
            assert_eq!(visited.meet(node(number.into(), 3)), Met::New(number));
        }
        for number in 0..5_000u32 {
            assert_eq!(visited.meet(node(number.into(), 3)), Met::Known);
            assert_eq!(visited.meet(node(number.into(), 2)), Met::Cheaper(number));
            assert_eq!(visited.meet(node(number.into(), 3)), Met::Known);
            assert_eq!(visited.node(number).effects, 2);
        }
        assert_eq!(visited.len(), 5_000);
    }
}
