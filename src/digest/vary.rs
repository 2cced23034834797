//! For tests: copies of a state's parts with one field changed.

use std::collections::VecDeque;

/// How a field counts in the digest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counts {
    Matters,
    Due,
    Age,
    Attempts,
    Told,
}

/// A copy of a part in which this field has another value.
pub struct Field<T> {
    pub name: &'static str,
    pub kind: Counts,
    pub changed: T,
}

/// A type that lists its fields with how they count in the digest.
pub trait Fields: Sized {
    fn fields(&self) -> Vec<Field<Self>>;
}

/// A value that can be changed to another one of its type, with a different meaning.
pub trait Vary: Clone {
    fn sample() -> Self;

    fn varied(&self) -> Self;
}

macro_rules! counted {
    ($($type:ty),*) => {$(
        impl Vary for $type {
            fn sample() -> Self {
                7
            }
            fn varied(&self) -> Self {
                self.wrapping_add(1 << (Self::BITS / 2))
            }
        }
    )*};
}

counted!(u8, u16, u32, u64, i64);

impl Vary for bool {
    fn sample() -> bool {
        true
    }
    fn varied(&self) -> bool {
        !self
    }
}

impl Vary for () {
    fn sample() {}
    fn varied(&self) {}
}

impl<T: Vary> Vary for Option<T> {
    fn sample() -> Option<T> {
        Some(T::sample())
    }
    fn varied(&self) -> Option<T> {
        match self {
            Some(value) => Some(value.varied()),
            None => Some(T::sample()),
        }
    }
}

impl<T: Vary> Vary for Vec<T> {
    fn sample() -> Vec<T> {
        vec![T::sample()]
    }
    fn varied(&self) -> Vec<T> {
        let mut longer = self.clone();
        longer.push(T::sample());
        longer
    }
}

impl<T: Vary> Vary for VecDeque<T> {
    fn sample() -> VecDeque<T> {
        VecDeque::from([T::sample()])
    }
    fn varied(&self) -> VecDeque<T> {
        let mut longer = self.clone();
        longer.push_back(T::sample());
        longer
    }
}
