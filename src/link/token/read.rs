//! Reads bytes as the text of a JSON document, within bounds.

use std::rc::Rc;

use super::word::{SHORT, TIME};
use super::*;

/// Why bytes can't be read as values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// They end too early, or have no meaning.
    Nonsense,
    /// The text would be longer than allowed.
    Long,
    /// Values are nested too deeply.
    Deep,
}

/// The deepest nesting allowed; a scenario needs less than ten levels.
const DEEPEST: u32 = 24;

/// A text in JSON's notation, in quotes.
type Text = Rc<str>;

/// A field's name, in quotes, and whether its value is an instant.
type Name = (Text, bool);

/// Reads values one after another.
pub struct Reader<'a> {
    bytes: &'a [u8],
    texts: Vec<Text>,
    shapes: Vec<Rc<[Name]>>,
    /// The previous instant.
    at_us: i128,
    json: String,
    /// The most bytes that `json` may have.
    longest: usize,
}

impl<'a> Reader<'a> {
    /// A reader of these bytes, for a text of at most `longest` bytes.
    pub fn new(bytes: &'a [u8], longest: usize) -> Reader<'a> {
        let json = String::new();
        Reader { bytes, texts: Vec::new(), shapes: Vec::new(), at_us: 0, json, longest }
    }

    /// Reads the one remaining value as JSON.
    pub fn json(mut self) -> Result<String, TokenError> {
        self.value(0)?;
        if self.bytes.is_empty() { Ok(self.json) } else { Err(TokenError::Nonsense) }
    }

    /// Whether no bytes are left.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Reads the next value, which must be a text.
    pub fn text(&mut self) -> Result<String, TokenError> {
        let tag = self.byte()?;
        let (text, _) = self.name(tag)?;
        serde_json::from_str(&text).map_err(|_| TokenError::Nonsense)
    }

    /// Reads the next bytes unchanged.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], TokenError> {
        let (array, rest) = self.bytes.split_first_chunk().ok_or(TokenError::Nonsense)?;
        self.bytes = rest;
        Ok(*array)
    }

    fn value(&mut self, depth: u32) -> Result<(), TokenError> {
        if depth > DEEPEST {
            return Err(TokenError::Deep);
        }
        let tag = self.byte()?;
        match tag {
            SHAPE..NEW_TEXT => self.object(usize::from(tag - SHAPE), depth),
            FAR_SHAPE => {
                let number = self.count()?.checked_add(NEAR).ok_or(TokenError::Nonsense)?;
                self.object(number, depth)
            }
            NEW_SHAPE => {
                self.shape()?;
                self.object(self.shapes.len() - 1, depth)
            }
            SHORT_LIST..FAR_WORD => self.list(usize::from(tag - SHORT_LIST), depth),
            LIST => {
                let count = self.count()?;
                self.list(count, depth)
            }
            SMALL..SHORT_LIST => self.whole(i128::from(tag - SMALL)),
            WHOLE => {
                let whole = self.signed()?;
                self.whole(whole)
            }
            ROUND => {
                let tens = self.byte()?;
                let power = 10i128.checked_pow(tens.into()).ok_or(TokenError::Nonsense)?;
                let whole = self.signed()?.checked_mul(power).ok_or(TokenError::Nonsense)?;
                self.whole(whole)
            }
            DECIMAL => {
                let power = POWERS.get(usize::from(self.byte()?)).ok_or(TokenError::Nonsense)?;
                let digits = self.signed()? as f64;
                self.real(digits / power)
            }
            REAL => {
                let real = f64::from_le_bytes(self.array()?);
                self.real(real)
            }
            NULL => self.push("null"),
            TRUE => self.push("true"),
            FALSE => self.push("false"),
            _ => {
                let (text, _) = self.name(tag)?;
                self.push(&text)
            }
        }
    }

    fn list(&mut self, count: usize, depth: u32) -> Result<(), TokenError> {
        self.push("[")?;
        for at in 0..count {
            if at > 0 {
                self.push(",")?;
            }
            self.value(depth + 1)?;
        }
        self.push("]")
    }

    fn object(&mut self, shape: usize, depth: u32) -> Result<(), TokenError> {
        let shape = self.shapes.get(shape).ok_or(TokenError::Nonsense)?.clone();
        self.push("{")?;
        for (at, (name, is_time)) in shape.iter().enumerate() {
            if at > 0 {
                self.push(",")?;
            }
            self.push(name)?;
            self.push(":")?;
            if *is_time {
                let by_us = self.signed()?;
                self.at_us = self.at_us.checked_add(by_us).ok_or(TokenError::Nonsense)?;
                self.whole(self.at_us)?;
            } else {
                self.value(depth + 1)?;
            }
        }
        self.push("}")
    }

    fn shape(&mut self) -> Result<(), TokenError> {
        let mut names = Vec::new();
        for _ in 0..self.count()? {
            let tag = self.byte()?;
            names.push(self.name(tag)?);
        }
        self.shapes.push(names.into());
        Ok(())
    }

    /// Reads a name, and whether it is the word for an instant.
    fn name(&mut self, tag: u8) -> Result<Name, TokenError> {
        let length = match tag {
            0..TEXT => return word(usize::from(tag)),
            FAR_WORD => return word(SHORT + usize::from(self.byte()?)),
            TEXT..SHAPE => return self.known(usize::from(tag - TEXT)),
            FAR_TEXT => {
                let number = self.count()?.checked_add(NEAR).ok_or(TokenError::Nonsense)?;
                return self.known(number);
            }
            MESSAGE => {
                let digits = format!("\"{:016x}\"", u64::from_be_bytes(self.array()?));
                return Ok((digits.into(), false));
            }
            NEW_TEXT..SMALL => usize::from(tag - NEW_TEXT) + 1,
            LONG_TEXT => self.count()?,
            _ => return Err(TokenError::Nonsense),
        };
        let (text, rest) = self.bytes.split_at_checked(length).ok_or(TokenError::Nonsense)?;
        self.bytes = rest;
        let text = str::from_utf8(text).map_err(|_| TokenError::Nonsense)?;
        let text = quoted(text)?;
        self.texts.push(text.clone());
        Ok((text, false))
    }

    fn known(&self, number: usize) -> Result<Name, TokenError> {
        self.texts.get(number).map(|text| (text.clone(), false)).ok_or(TokenError::Nonsense)
    }

    /// Writes a whole number that every JSON reader can hold.
    fn whole(&mut self, whole: i128) -> Result<(), TokenError> {
        if whole < i64::MIN.into() || whole > u64::MAX.into() {
            return Err(TokenError::Nonsense);
        }
        self.push(&whole.to_string())
    }

    fn real(&mut self, real: f64) -> Result<(), TokenError> {
        let number = serde_json::Number::from_f64(real).ok_or(TokenError::Nonsense)?;
        self.push(&number.to_string())
    }

    fn push(&mut self, json: &str) -> Result<(), TokenError> {
        if self.json.len() + json.len() > self.longest {
            return Err(TokenError::Long);
        }
        self.json.push_str(json);
        Ok(())
    }

    fn byte(&mut self) -> Result<u8, TokenError> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn count(&mut self) -> Result<usize, TokenError> {
        usize::try_from(self.unsigned()?).map_err(|_| TokenError::Nonsense)
    }

    fn signed(&mut self) -> Result<i128, TokenError> {
        let doubled = self.unsigned()? as i128;
        Ok(if doubled % 2 == 0 { doubled / 2 } else { -(doubled / 2) - 1 })
    }

    fn unsigned(&mut self) -> Result<u128, TokenError> {
        let mut number = 0;
        for shift in (0..MOST_BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u128::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(TokenError::Nonsense)
    }
}

/// The most bits of a number: enough for the difference of two 64-bit numbers.
const MOST_BITS: u32 = 70;

fn word(number: usize) -> Result<Name, TokenError> {
    let word = WORDS.get(number).ok_or(TokenError::Nonsense)?;
    Ok((quoted(word)?, *word == TIME))
}

/// A JSON string.
fn quoted(text: &str) -> Result<Text, TokenError> {
    serde_json::to_string(text).map(Text::from).map_err(|_| TokenError::Nonsense)
}
