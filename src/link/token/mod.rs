//! JSON in few bytes: the content of a link before compression.
//!
//! A value is a tag byte with its content. A text is written once and has a number from then on; so
//! has the *shape* of an object, which is the names of its fields, in order. An instant (`at_us`)
//! is written as the difference from the one before. A person's action takes about seven bytes.
//!
//! | byte | then | is |
//! | --- | --- | --- |
//! | `00`–`3f` | | the word of this number |
//! | `40`–`7f` | | the text of this number: of those written before |
//! | `80`–`bf` | the fields' values | an object of the shape of this number |
//! | `c0`–`df` | 1–32 bytes | a new text |
//! | `e0`–`e7` | | 0–7 |
//! | `e8`–`ef` | the items | a list of 0–7 |
//! | `f0` | a byte | the word of this number + 64 |
//! | `f1` | a number | the text of this number + 64 |
//! | `f2` | 8 bytes | a text of 16 hexadecimal digits: a message's name |
//! | `f3` | a number, bytes | a new text of any length |
//! | `f4` `f5` `f6` | | null, true, false |
//! | `f7` | a signed number | a whole number |
//! | `f8` | a byte, a signed number | … times this power of ten |
//! | `f9` | a byte, a signed number | a decimal: … divided by this power of ten |
//! | `fa` | a number, the items | a list |
//! | `fb` | a number, the values | an object of the shape of this number + 64 |
//! | `fc` | a number, the names, the values | an object of a new shape |
//! | `fd` | 8 bytes | a decimal by its bits, lowest byte first |
//!
//! Numbers are in base 128, lowest digits first, with the top bit set if more follow (LEB128);
//! signed ones are zigzag-encoded: doubled, and negative ones as −2n − 1. In a shape, the *word*
//! `at_us` stands for an instant that is written as a signed difference without a tag; spelled out
//! as a text, it is an ordinary field.

mod read;
mod word;
mod write;

pub use read::{Reader, TokenError};
pub use word::WORDS;
pub use write::Writer;

const TEXT: u8 = 0x40;
const SHAPE: u8 = 0x80;
const NEW_TEXT: u8 = 0xc0;
const SMALL: u8 = 0xe0;
const SHORT_LIST: u8 = 0xe8;
const FAR_WORD: u8 = 0xf0;
const FAR_TEXT: u8 = 0xf1;
const MESSAGE: u8 = 0xf2;
const LONG_TEXT: u8 = 0xf3;
const NULL: u8 = 0xf4;
const TRUE: u8 = 0xf5;
const FALSE: u8 = 0xf6;
const WHOLE: u8 = 0xf7;
const ROUND: u8 = 0xf8;
const DECIMAL: u8 = 0xf9;
const LIST: u8 = 0xfa;
const FAR_SHAPE: u8 = 0xfb;
const NEW_SHAPE: u8 = 0xfc;
const REAL: u8 = 0xfd;

/// The number of texts, and of shapes, that take one byte.
const NEAR: usize = 64;

/// The longest text whose length fits into its first byte.
const SHORT_TEXT: usize = 32;

/// The divisors of decimals.
const POWERS: [f64; 10] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

#[cfg(test)]
mod tests;
