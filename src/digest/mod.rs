//! One number for a state, by which a search recognises states that it has visited.
//!
//! A digest covers what can matter for the future, and nothing else: no absolute time unless a
//! program reads it, no count of past events, no position in a table. Each type lists its fields
//! beside it, in `digested!`, which does not compile if a field is missing.

#[cfg(not(target_arch = "wasm32"))]
mod canonical;
mod checksum;
#[cfg(test)]
pub mod vary;

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::sync::atomic::AtomicU64;

#[cfg(not(target_arch = "wasm32"))]
pub use canonical::Canonical;
pub use checksum::{Checksum, mix};

use crate::strategy::value::Lineages;
use crate::time::Micros;

/// What a digest depends on besides the state.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lens<'a> {
    /// The present instant: a deadline counts as the time left until then.
    pub now_us: Micros,
    /// Whether some program reads the age of an entry.
    pub ages: bool,
    /// Whether some program reads how often an item of a queue was taken.
    pub attempts: bool,
    /// Dead letters may be pushed again.
    pub dead: bool,
    /// Where it is known what values were made of, if some program computes values or names keys of
    /// its own: that decides which of them a write makes its own, and from which rows an entry
    /// differs.
    pub made_of: Option<&'a Lineages>,
    /// All digests of this state and its copies are taken through the same lens, so that shared
    /// parts may remember theirs.
    pub stays: bool,
}

/// The target of a digest: a number, or the bytes of the whole state.
pub trait Sum: Hasher {
    /// Adds parts whose order depends only on where they are kept.
    fn unordered<'a, T: Digest + 'a>(&mut self, parts: impl Iterator<Item = &'a T>, lens: &Lens);

    /// Adds a part that copies of the state share, with its digest as far as it is known.
    fn shared<T: Digest>(&mut self, part: &T, known: &AtomicU64, lens: &Lens);
}

/// A part of a state.
pub trait Digest {
    /// Adds what can matter of it to the sum.
    fn digest(&self, lens: &Lens, sum: &mut impl Sum);

    /// The digest of this part alone, for parts without an order.
    fn alone(&self, lens: &Lens) -> u64 {
        let mut sum = Checksum::default();
        self.digest(lens, &mut sum);
        sum.finish()
    }
}

/// Adds the time left until a deadline; 0 if it has passed.
pub fn due(at_us: Micros, lens: &Lens, sum: &mut impl Sum) {
    at_us.saturating_sub(lens.now_us).hash(sum);
}

/// A deadline, or none.
pub trait Due {
    fn digest_due(&self, lens: &Lens, sum: &mut impl Sum);
}

impl Due for Micros {
    fn digest_due(&self, lens: &Lens, sum: &mut impl Sum) {
        due(*self, lens, sum);
    }
}

impl Due for Option<Micros> {
    fn digest_due(&self, lens: &Lens, sum: &mut impl Sum) {
        self.is_some().hash(sum);
        if let Some(at_us) = self {
            due(*at_us, lens, sum);
        }
    }
}

impl<T: Digest> Digest for Option<T> {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        self.is_some().hash(sum);
        if let Some(part) = self {
            part.digest(lens, sum);
        }
    }
}

impl<T: Digest> Digest for [T] {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        self.len().hash(sum);
        self.iter().for_each(|part| part.digest(lens, sum));
    }
}

impl<T: Digest> Digest for Vec<T> {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        self[..].digest(lens, sum);
    }
}

impl<T: Digest> Digest for VecDeque<T> {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        self.len().hash(sum);
        self.iter().for_each(|part| part.digest(lens, sum));
    }
}

impl<T: Digest, E: Digest> Digest for Result<T, E> {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        self.is_ok().hash(sum);
        match self {
            Ok(part) => part.digest(lens, sum),
            Err(part) => part.digest(lens, sum),
        }
    }
}

/// Types whose every field matters at every instant.
macro_rules! plain {
    ($($type:ty),* $(,)?) => {$(
        impl $crate::digest::Digest for $type {
            fn digest(&self, _: &$crate::digest::Lens, sum: &mut impl $crate::digest::Sum) {
                std::hash::Hash::hash(self, sum);
            }
        }
    )*};
}

plain!((), bool, u8, u16, u32, u64, i64, usize);

/// What of a type can matter for the future:
///
/// - `matters`: it always does;
/// - `due`: a deadline; the time left counts;
/// - `age`: an instant of the past, which matters if a program reads it;
/// - `attempts`: how often something was tried, which matters if a program reads it;
/// - `told`: only observers are told of it; nothing acts on it.
///
/// All fields are listed. For the tests it also makes a copy with each field changed.
macro_rules! digested {
    ($type:ty $(where $($bound:ident),+)? {
        matters: $($matters:ident),*;
        $(due: $($due:ident),*;)?
        $(age: $($age:ident),*;)?
        $(attempts: $($attempts:ident),*;)?
        $(told: $($told:ident),*;)?
    }) => {
        impl $(<$($bound: $crate::digest::Digest),+>)? $crate::digest::Digest for $type {
            fn digest(&self, lens: &$crate::digest::Lens, sum: &mut impl $crate::digest::Sum) {
                let Self {
                    $($matters,)* $($($due,)*)? $($($age,)*)? $($($attempts,)*)?
                    $($($told: _,)*)?
                } = self;
                $($crate::digest::Digest::digest($matters, lens, sum);)*
                $($($crate::digest::Due::digest_due($due, lens, sum);)*)?
                $($(if lens.ages {
                    std::hash::Hash::hash(&lens.now_us.wrapping_sub(*$age), sum);
                })*)?
                $($(if lens.attempts {
                    std::hash::Hash::hash($attempts, sum);
                })*)?
            }
        }

        #[cfg(test)]
        impl $(<$($bound: $crate::digest::vary::Vary),+>)? $crate::digest::vary::Fields for $type {
            fn fields(&self) -> Vec<$crate::digest::vary::Field<Self>> {
                use $crate::digest::vary::{Field, Counts, Vary};
                #[allow(unused_mut, reason = "not every type has fields of every kind")]
                let mut fields = Vec::new();
                $({
                    let mut changed = self.clone();
                    changed.$matters = Vary::varied(&self.$matters);
                    fields.push(Field { name: stringify!($matters), kind: Counts::Matters, changed });
                })*
                $($({
                    let mut changed = self.clone();
                    changed.$due = Vary::varied(&self.$due);
                    fields.push(Field { name: stringify!($due), kind: Counts::Due, changed });
                })*)?
                $($({
                    let mut changed = self.clone();
                    changed.$age = Vary::varied(&self.$age);
                    fields.push(Field { name: stringify!($age), kind: Counts::Age, changed });
                })*)?
                $($({
                    let mut changed = self.clone();
                    changed.$attempts = Vary::varied(&self.$attempts);
                    let (name, kind) = (stringify!($attempts), Counts::Attempts);
                    fields.push(Field { name, kind, changed });
                })*)?
                $($({
                    let mut changed = self.clone();
                    changed.$told = Vary::varied(&self.$told);
                    fields.push(Field { name: stringify!($told), kind: Counts::Told, changed });
                })*)?
                fields
            }
        }
    };
}

pub(crate) use {digested, plain};
