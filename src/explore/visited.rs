//! The states that a search has met, in a few bytes each.

/// How a state was reached, at the lowest cost so far.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    pub fingerprint: u64,
    /// The node from which it was reached; the first node names itself.
    pub parent: u32,
    /// The parent's choice that led to it.
    pub choice: u16,
    /// The number of effects up to it.
    pub effects: u16,
}

/// All nodes, found by fingerprint: a hash table with linear probing, at most four fifths full,
/// which grows by half. Its order is never used. Table included, a node takes 21 to 24 bytes.
pub struct Visited {
    /// In chunks, so that nodes are never moved.
    chunks: Vec<Vec<Node>>,
    /// Node numbers plus one; 0: a free slot.
    slots: Vec<u32>,
    len: usize,
    /// The bytes of each whole state, if fingerprints are not trusted.
    exact: Option<Vec<Box<[u8]>>>,
    exact_bytes: u64,
}

/// A state's identity: its fingerprint and, if fingerprints are not trusted, the bytes of the whole
/// state.
#[derive(Clone, Debug)]
pub struct Name {
    pub fingerprint: u64,
    pub exact: Option<Box<[u8]>>,
}

const CHUNK: usize = 1 << 14;

/// The result of adding a state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Met {
    New(u32),
    /// The state was known at a higher cost.
    Cheaper(u32),
    Known,
    /// There are no more node numbers.
    Full,
}

impl Visited {
    pub fn new(exact: bool) -> Visited {
        let exact = exact.then(Vec::new);
        Visited { chunks: Vec::new(), slots: vec![0; 1 << 10], len: 0, exact, exact_bytes: 0 }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether whole states are compared.
    pub fn is_exact(&self) -> bool {
        self.exact.is_some()
    }

    /// The memory that it takes, in bytes.
    pub fn bytes(&self) -> u64 {
        let nodes = self.chunks.iter().map(Vec::capacity).sum::<usize>() * size_of::<Node>();
        (nodes + self.slots.capacity() * size_of::<u32>()) as u64 + self.exact_bytes
    }

    pub fn node(&self, number: u32) -> Node {
        self.chunks[number as usize / CHUNK][number as usize % CHUNK]
    }

    /// Whether a state is known at no higher cost.
    pub fn is_known(&self, name: &Name, effects: u16) -> bool {
        match self.slots[self.slot(name.fingerprint, name.exact.as_deref())] {
            0 => false,
            number => self.node(number - 1).effects <= effects,
        }
    }

    /// Whether a reconstructed state is the one with this number.
    pub fn is(&self, number: u32, name: &Name) -> bool {
        self.node(number).fingerprint == name.fingerprint
            && self.says(number, name.exact.as_deref())
    }

    fn says(&self, number: u32, exact: Option<&[u8]>) -> bool {
        match (&self.exact, exact) {
            (Some(all), Some(own)) => *all[number as usize] == *own,
            _ => true,
        }
    }

    /// Adds a state that was reached.
    pub fn meet(&mut self, node: Node, exact: Option<Box<[u8]>>) -> Met {
        if (self.len + 1) * 5 > self.slots.len() * 4 {
            self.grow();
        }
        let slot = self.slot(node.fingerprint, exact.as_deref());
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
                if let (Some(all), Some(exact)) = (&mut self.exact, exact) {
                    self.exact_bytes += (exact.len() + size_of::<Box<[u8]>>()) as u64;
                    all.push(exact);
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

    /// The slot of a state, or the free one for it.
    fn slot(&self, fingerprint: u64, exact: Option<&[u8]>) -> usize {
        let size = self.slots.len();
        let mut slot = ((u128::from(fingerprint) * size as u128) >> 64) as usize;
        loop {
            match self.slots[slot] {
                0 => return slot,
                number
                    if self.node(number - 1).fingerprint == fingerprint
                        && self.says(number - 1, exact) =>
                {
                    return slot;
                }
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
            let exact = self.exact.as_ref().map(|all| &*all[number as usize]);
            let slot = self.slot(self.node(number).fingerprint, exact);
            self.slots[slot] = number + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_is_new_once_and_the_cheapest_way_to_it_is_kept() {
        let mut visited = Visited::new(false);
        let node = |fingerprint: u64, effects| Node {
            fingerprint: fingerprint.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            parent: 0,
            choice: 0,
            effects,
        };
        for number in 0..5_000u32 {
            assert_eq!(visited.meet(node(number.into(), 3), None), Met::New(number));
        }
        for number in 0..5_000u32 {
            assert_eq!(visited.meet(node(number.into(), 3), None), Met::Known);
            assert_eq!(visited.meet(node(number.into(), 2), None), Met::Cheaper(number));
            assert_eq!(visited.meet(node(number.into(), 3), None), Met::Known);
            assert_eq!(visited.node(number).effects, 2);
        }
        assert_eq!(visited.len(), 5_000);
    }

    #[test]
    fn states_of_one_fingerprint_are_told_apart_by_what_they_say() {
        let mut visited = Visited::new(true);
        let node = Node { fingerprint: 7, parent: 0, choice: 0, effects: 0 };
        let says = |number: u16| Some(number.to_le_bytes().into());
        for number in 0..2_000u16 {
            assert_eq!(visited.meet(node, says(number)), Met::New(number.into()));
        }
        for number in (0..2_000u16).step_by(97) {
            assert_eq!(visited.meet(node, says(number)), Met::Known);
        }
        assert!(!visited.is_known(&Name { fingerprint: 7, exact: says(2_000) }, 9));
    }
}
