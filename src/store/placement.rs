//! How the keys of a cache are divided among its nodes.
//!
//! - `hash-slots`, after Redis Cluster: CRC16 (XMODEM) of the key, or of what stands between
//!   its first `{` and the next `}`, modulo 16,384; each node has ranges of slots, as
//!   `redis-cli --cluster create` deals them, and `add-node` with `rebalance` (7.0) moves
//!   as many as the new node is to have, with their entries.
//! - `consistent`, after libketama: each node has 160 points on a ring, and a key belongs to
//!   the node of the next point. The entries stay where they are: the clients look elsewhere.
//! - `modulo`, libmemcached's default distribution (1.0): a hash of the key modulo the number
//!   of nodes. The entries stay where they are.
//!
//! Products hash with MD5, CRC32 or Jenkins' function; here the last two rules share one hash of
//! their own, since what a node more or less changes comes from the rule.

use std::sync::Arc;

use crate::named::named;
use crate::order;

named! {
    /// The rule by which the keys of a cache are divided among its nodes.
    #[derive(serde::Deserialize, Default)]
    pub enum Placement {
        /// Redis Cluster: 16,384 slots. A new node gets its share of them, with their entries.
        #[default]
        HashSlots = "hash-slots",
        /// A ring, as in libketama. A new node takes over a share of the keys from all others,
        /// without their entries.
        Consistent = "consistent",
        /// The key's hash modulo the number of nodes. A new node moves nearly every key.
        Modulo = "modulo",
    }
}

/// A set of nodes of one cache, a bit for each, from 0.
pub type Members = u16;

/// The most nodes of one cache.
pub const MOST_NODES: u16 = 8;

/// The number of slots.
const SLOTS: u16 = 16_384;

/// The points of a node on the ring.
const POINTS: u64 = 160;

/// Which node has which key: a function of the key and of the nodes alone. For slots it also
/// depends on the initial nodes, to which they are dealt first.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Ring {
    placement: Placement,
    /// The number of initial nodes.
    start: u16,
    members: Members,
    owners: Owners,
}

/// The result for the present members.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Owners {
    /// Ranges of hashes: the last hash of each, in order, with its node.
    Ranges(Arc<[(u64, u8)]>),
    /// The node of each remainder.
    Remainders(Arc<[u8]>),
}

impl Ring {
    /// The ring at the start, with the first `start` nodes.
    pub fn new(placement: Placement, start: u16) -> Ring {
        Ring::of(placement, start, (1 << start) - 1)
    }

    fn of(placement: Placement, start: u16, members: Members) -> Ring {
        let owners = match placement {
            Placement::HashSlots => slots(start, members),
            Placement::Consistent => points(members),
            Placement::Modulo => Owners::Remainders(nodes(members).collect()),
        };
        Ring { placement, start, members, owners }
    }

    /// The ring with other members.
    ///
    /// # Panics
    /// If there are no members.
    pub fn with(&self, members: Members) -> Ring {
        assert!(members != 0, "a ring has a member");
        Ring::of(self.placement, self.start, members)
    }

    pub fn placement(&self) -> Placement {
        self.placement
    }

    pub fn members(&self) -> Members {
        self.members
    }

    /// Whether a node is a member.
    pub fn has(&self, node: u8) -> bool {
        self.members & 1 << node != 0
    }

    /// The node that has a key.
    pub fn owner(&self, key: &str) -> u8 {
        let hash = match self.placement {
            Placement::HashSlots => u64::from(slot(key)),
            Placement::Consistent | Placement::Modulo => hash(key.bytes()),
        };
        match &self.owners {
            Owners::Remainders(nodes) => nodes[(hash % nodes.len() as u64) as usize],
            Owners::Ranges(ranges) => {
                let at = ranges.partition_point(|(last, _)| *last < hash);
                // beyond the last point the ring begins again
                ranges[at % ranges.len()].1
            }
        }
    }
}

fn nodes(members: Members) -> impl Iterator<Item = u8> {
    (0..MOST_NODES as u8).filter(move |node| members & 1 << node != 0)
}

/// The slot of a key (Redis Cluster specification, "Hash tags").
pub fn slot(key: &str) -> u16 {
    let tagged = || {
        let (_, after) = key.split_once('{')?;
        let (tag, _) = after.split_once('}')?;
        (!tag.is_empty()).then_some(tag)
    };
    crc16(tagged().unwrap_or(key).bytes()) % SLOTS
}

/// CRC16 with the polynomial 0x1021, initial value 0 (XMODEM).
fn crc16(bytes: impl Iterator<Item = u8>) -> u16 {
    bytes.fold(0, |crc, byte| {
        (0..8).fold(crc ^ u16::from(byte) << 8, |crc, _| match crc & 0x8000 {
            0 => crc << 1,
            _ => crc << 1 ^ 0x1021,
        })
    })
}

/// FNV-1a, mixed once more so that similar keys are far apart.
fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    let fnv = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    crate::digest::mix(bytes.fold(0xcbf2_9ce4_8422_2325, fnv), 1)
}

/// The points of all members, in the order of the ring.
fn points(members: Members) -> Owners {
    let of = |node: u8| (0..POINTS).map(move |nth| (hash([node, nth as u8].into_iter()), node));
    let mut points: Vec<(u64, u8)> = nodes(members).flat_map(of).collect();
    order::by(&mut points, Ord::cmp);
    Owners::Ranges(points.into())
}

/// Deals the slots to the initial nodes; removed nodes give theirs to the others, and new ones take
/// a share from each.
fn slots(start: u16, members: Members) -> Owners {
    let (all, start) = (u32::from(SLOTS), u32::from(start));
    // as redis-cli rounds: to the nearest
    let last = |nth: u32| (2 * (nth + 1) * all + start) / (2 * start) - 1;
    let mut owners = vec![0_u8; usize::from(SLOTS)];
    let mut from = 0;
    for nth in 0..start {
        let to = last(nth) as usize + 1;
        owners[from..to].fill(nth as u8);
        from = to;
    }
    let mut there: Members = (1 << start) - 1;
    for node in nodes(members & !there) {
        there |= 1 << node;
        balance(&mut owners, there);
    }
    for node in nodes(there & !members) {
        there &= !(1 << node);
        balance(&mut owners, there);
    }
    let mut ranges: Vec<(u64, u8)> = Vec::new();
    for (slot, &node) in (0..).zip(&owners) {
        match ranges.last_mut() {
            Some((last, of)) if *of == node => *last = slot,
            _ => ranges.push((slot, node)),
        }
    }
    Owners::Ranges(ranges.into())
}

/// Moves slots, lowest numbers first, from nodes with more than their share, or removed ones, to
/// nodes with less.
fn balance(owners: &mut [u8], members: Members) {
    let count = members.count_ones() as usize;
    let share = |place: usize| owners.len() / count + usize::from(place < owners.len() % count);
    let mut room = [0_isize; MOST_NODES as usize];
    for (place, node) in nodes(members).enumerate() {
        room[usize::from(node)] = share(place) as isize;
    }
    for &node in owners.iter() {
        room[usize::from(node)] -= 1;
    }
    for owner in owners.iter_mut() {
        if room[usize::from(*owner)] >= 0 {
            continue;
        }
        let Some(next) = nodes(members).find(|node| room[usize::from(*node)] > 0) else { return };
        room[usize::from(*owner)] += 1;
        room[usize::from(next)] -= 1;
        *owner = next;
    }
}

/// `owners` follows from the members.
impl crate::digest::Digest for Ring {
    fn digest(&self, _: &crate::digest::Lens, sum: &mut impl crate::digest::Sum) {
        std::hash::Hash::hash(&self.members, sum);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
