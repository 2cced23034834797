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

/// All nodes, found by fingerprint: a hash table with linear probing, at most two thirds full.
/// Its order is never used.
pub struct Visited {
    nodes: Vec<Node>,
    /// Numbers of nodes, plus one; 0: free.
    slots: Vec<u32>,
}

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
        Visited { nodes: Vec::new(), slots: vec![0; 1 << 10] }
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The bytes that it takes.
    pub fn bytes(&self) -> u64 {
        let nodes = self.nodes.capacity() * size_of::<Node>();
        (nodes + self.slots.capacity() * size_of::<u32>()) as u64
    }

    pub fn node(&self, number: u32) -> Node {
        self.nodes[number as usize]
    }

    /// Notes a state that was reached.
    pub fn meet(&mut self, node: Node) -> Met {
        if self.nodes.len() * 3 >= self.slots.len() * 2 {
            self.grow();
        }
        let slot = self.slot(node.fingerprint);
        match self.slots[slot] {
            0 => {
                let Ok(number) = u32::try_from(self.nodes.len() + 1) else { return Met::Full };
                self.nodes.push(node);
                self.slots[slot] = number;
                Met::New(number - 1)
            }
            number => {
                let known = &mut self.nodes[number as usize - 1];
                if known.effects <= node.effects {
                    return Met::Known;
                }
                *known = node;
                Met::Cheaper(number - 1)
            }
        }
    }

    /// Where a fingerprint is, or would be.
    fn slot(&self, fingerprint: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = (fingerprint >> 20) as usize & mask;
        loop {
            match self.slots[slot] {
                0 => return slot,
                number if self.nodes[number as usize - 1].fingerprint == fingerprint => {
                    return slot;
                }
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let size = self.slots.len() * 2;
        self.slots = vec![0; size];
        for at in 0..self.nodes.len() {
            let slot = self.slot(self.nodes[at].fingerprint);
            self.slots[slot] = at as u32 + 1;
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
