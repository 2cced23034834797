//! Everything that a digest covers, as bytes: two states have the same bytes only if they are
//! equal.

use std::hash::Hasher;
use std::sync::atomic::AtomicU64;

use super::{Digest, Lens, Sum};

/// Writes down everything that is hashed, each word in as few bytes as it needs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Canonical(Vec<u8>);

impl Canonical {
    pub fn into_bytes(self) -> Box<[u8]> {
        self.0.into()
    }

    /// Seven bits per byte, the lowest first; a set top bit means that more follow.
    fn word(&mut self, mut word: u64) {
        while word >= 0x80 {
            self.0.push(word as u8 | 0x80);
            word >>= 7;
        }
        self.0.push(word as u8);
    }
}

impl Hasher for Canonical {
    /// Not used: the bytes are the result.
    fn finish(&self) -> u64 {
        self.0.len() as u64
    }

    fn write(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn write_u8(&mut self, value: u8) {
        self.word(u64::from(value));
    }

    fn write_u16(&mut self, value: u16) {
        self.word(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.word(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.word(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.word(value as u64);
    }

    fn write_i64(&mut self, value: i64) {
        self.word(value as u64);
    }

    fn write_isize(&mut self, value: isize) {
        self.word(value as i64 as u64);
    }
}

impl Sum for Canonical {
    fn unordered<'a, T: Digest + 'a>(&mut self, parts: impl Iterator<Item = &'a T>, lens: &Lens) {
        let alone = |part: &T| {
            let mut bytes = Canonical::default();
            part.digest(lens, &mut bytes);
            bytes
        };
        let mut all: Vec<Canonical> = parts.map(alone).collect();
        all.sort_unstable();
        self.word(all.len() as u64);
        all.iter().for_each(|part| self.write(&part.0));
    }

    fn shared<T: Digest>(&mut self, part: &T, _: &AtomicU64, lens: &Lens) {
        part.digest(lens, self);
    }
}
