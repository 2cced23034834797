//! Writes JSON as bytes.

use std::collections::BTreeMap;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;
use serde_json::{Number, Value as Json};

use super::word::{SHORT, TIME, number};
use super::*;

/// A field's name, and whether its value is an instant.
type Name<'a> = (&'a str, bool);

/// Writes values one after another.
#[derive(Default)]
pub struct Writer<'a> {
    bytes: Vec<u8>,
    texts: IndexSet<&'a str, FxBuildHasher>,
    shapes: IndexSet<Vec<Name<'a>>, FxBuildHasher>,
    /// The previous instant.
    at_us: i128,
}

impl<'a> Writer<'a> {
    /// The bytes written.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// Writes a value.
    pub fn value(&mut self, value: &'a Json) {
        match value {
            Json::Null => self.bytes.push(NULL),
            Json::Bool(true) => self.bytes.push(TRUE),
            Json::Bool(false) => self.bytes.push(FALSE),
            Json::Number(number) => self.number(number),
            Json::String(text) => self.text(text),
            Json::Array(items) => {
                match items.len() {
                    few @ 0..8 => self.bytes.push(SHORT_LIST + few as u8),
                    many => self.tagged(LIST, many),
                }
                items.iter().for_each(|item| self.value(item));
            }
            Json::Object(fields) => {
                // in the order of names, whatever the map's is in this build
                let mut sorted = BTreeMap::new();
                for (name, value) in fields {
                    sorted.insert(name.as_str(), value);
                }
                let instant = |name: &str, value| whole(value).filter(|_| name == TIME);
                let names =
                    sorted.iter().map(|(name, value)| (*name, instant(name, value).is_some()));
                self.shape(names.collect());
                for (name, value) in sorted {
                    match instant(name, value) {
                        Some(at_us) => {
                            self.signed(at_us - self.at_us);
                            self.at_us = at_us;
                        }
                        None => self.value(value),
                    }
                }
            }
        }
    }

    /// Writes bytes unchanged.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    /// Writes a text.
    pub fn text(&mut self, text: &'a str) {
        if let Some(number) = number(text) {
            return self.near(0, FAR_WORD, number, SHORT);
        }
        if let Some(bytes) = message(text) {
            self.bytes.push(MESSAGE);
            return self.bytes.extend(bytes);
        }
        self.known_text(text);
    }

    fn known_text(&mut self, text: &'a str) {
        let (number, is_new) = self.texts.insert_full(text);
        if !is_new {
            return self.near(TEXT, FAR_TEXT, number, NEAR);
        }
        match text.len() {
            length @ 1..=SHORT_TEXT => self.bytes.push(NEW_TEXT + (length - 1) as u8),
            length => self.tagged(LONG_TEXT, length),
        }
        self.bytes.extend(text.as_bytes());
    }

    fn shape(&mut self, names: Vec<Name<'a>>) {
        if let Some(number) = self.shapes.get_index_of(&names) {
            return self.near(SHAPE, FAR_SHAPE, number, NEAR);
        }
        self.tagged(NEW_SHAPE, names.len());
        for (name, is_time) in &names {
            match *name == TIME && !is_time {
                true => self.known_text(name),
                false => self.text(name),
            }
        }
        self.shapes.insert(names);
    }

    fn number(&mut self, number: &Number) {
        match (whole(&Json::Number(number.clone())), number.as_f64()) {
            (Some(small @ 0..8), _) => self.bytes.push(SMALL + small as u8),
            (Some(whole), _) => {
                let (mut digits, mut tens) = (whole, 0);
                while digits % 10 == 0 && digits != 0 {
                    (digits, tens) = (digits / 10, tens + 1);
                }
                // from three zeros on, the power of ten is shorter
                if tens > 2 {
                    self.bytes.extend([ROUND, tens]);
                    self.signed(digits);
                } else {
                    self.bytes.push(WHOLE);
                    self.signed(whole);
                }
            }
            (None, real) => self.real(real.unwrap_or_default()),
        }
    }

    fn real(&mut self, real: f64) {
        let decimal = (0..).zip(POWERS).find_map(|(tens, power)| {
            let digits = (real * power).round();
            let fits = digits.abs() < (1u64 << 40) as f64;
            // a whole number has no negative zero
            let same = (digits as i64 as f64 / power).to_bits() == real.to_bits();
            (fits && same).then_some((tens, digits))
        });
        match decimal {
            Some((tens, digits)) => {
                self.bytes.extend([DECIMAL, tens]);
                self.signed(digits as i128);
            }
            None => {
                self.bytes.push(REAL);
                self.bytes.extend(real.to_le_bytes());
            }
        }
    }

    /// Writes a number: the first `near` numbers take one byte.
    fn near(&mut self, first: u8, far: u8, number: usize, near: usize) {
        match number.checked_sub(near) {
            None => self.bytes.push(first + number as u8),
            Some(number) => self.tagged(far, number),
        }
    }

    fn tagged(&mut self, tag: u8, number: usize) {
        self.bytes.push(tag);
        match tag {
            FAR_WORD => self.bytes.push(number as u8),
            _ => self.unsigned(number as u128),
        }
    }

    fn signed(&mut self, number: i128) {
        let doubled = number.unsigned_abs() * 2;
        self.unsigned(if number < 0 { doubled - 1 } else { doubled });
    }

    fn unsigned(&mut self, mut number: u128) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }
}

fn whole(value: &Json) -> Option<i128> {
    let number = value.as_number()?;
    number.as_i64().map(i128::from).or(number.as_u64().map(i128::from))
}

/// The eight bytes of 16 lower-case hexadecimal digits; `None` for any other text.
fn message(text: &str) -> Option<[u8; 8]> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if text.len() != 16 || !text.bytes().all(is_digit) {
        return None;
    }
    u64::from_str_radix(text, 16).ok().map(u64::to_be_bytes)
}
