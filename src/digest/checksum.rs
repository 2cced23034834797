//! A hash that is the same on every machine.

use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Digest, Lens, Sum};

/// Hashes into 64 bits, with the same result natively and in wasm, because every integer, `usize`
/// and enum tags included, is added as a `u64`.
///
/// Each word is folded in by a rotation and a multiplication, as in rustc's own hash, and the
/// result is mixed once more. It tells runs apart; it is not cryptographic.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Checksum(u64);

impl Default for Checksum {
    fn default() -> Checksum {
        Checksum(0x2d35_8dcc_aa6c_78a5)
    }
}

impl Checksum {
    fn word(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for Checksum {
    fn finish(&self) -> u64 {
        mix(self.0, 0)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
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

    // the tag of an enum
    fn write_isize(&mut self, value: isize) {
        self.word(value as i64 as u64);
    }
}

impl Sum for Checksum {
    fn unordered<'a, T: Digest + 'a>(&mut self, parts: impl Iterator<Item = &'a T>, lens: &Lens) {
        let (mut all, mut count) = (0u64, 0u64);
        for part in parts {
            all = all.wrapping_add(part.alone(lens));
            count += 1;
        }
        (all, count).hash(self);
    }

    fn shared<T: Digest>(&mut self, part: &T, known: &AtomicU64, lens: &Lens) {
        // every thread computes the same, so that it does not matter which one is first
        let digest = match known.load(Ordering::Relaxed) {
            digest if lens.stays && digest != 0 => digest,
            _ => {
                let digest = part.alone(lens);
                if lens.stays {
                    known.store(digest, Ordering::Relaxed);
                }
                digest
            }
        };
        self.word(digest);
    }
}

/// Combines two words into one. Every bit of both affects every bit of the result: a multiplication
/// and a fold of its two halves, as in wyhash.
pub fn mix(one: u64, other: u64) -> u64 {
    let product = u128::from(one ^ 0x9e37_79b9_7f4a_7c15)
        * u128::from(other.wrapping_mul(0xd6e8_feb8_6659_fd93) ^ 0xa076_1d64_78bd_642f);
    (product as u64) ^ ((product >> 64) as u64)
}
