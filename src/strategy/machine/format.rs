//! Python's format specification: widths, digits and signs.

use super::arith::{self, Number};
use super::text::show;
use crate::strategy::argument;
use crate::strategy::error::Mistake;
use crate::strategy::float::{print_float, scientific};
use crate::strategy::value::{LONGEST_TEXT, Names, Scalar, Value};

/// A format specification of Python.
#[derive(Clone, Default)]
pub struct Spec {
    pub fill: Option<char>,
    /// `<`, `>`, `^` or `=`
    pub align: Option<char>,
    /// `+`, `-` or a space
    pub sign: Option<char>,
    /// `#`: with the prefix `0x`, `0o` or `0b`
    pub prefixed: bool,
    pub width: usize,
    /// `,` or `_`
    pub grouping: Option<char>,
    pub precision: Option<usize>,
    /// `d`, `f`, `s` and so on; a space: none
    pub kind: char,
}

fn unknown_form(spec: &str, of: &str) -> Mistake {
    Mistake::of_value(format!("{of} cannot be written as `{spec}` says"))
}

/// Reads digits from the start of a text; refuses a number beyond the longest text.
pub fn number(rest: &mut &str) -> Result<Option<usize>, Mistake> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, behind) = rest.split_at(end);
    *rest = behind;
    match digits.parse::<usize>() {
        _ if digits.is_empty() => Ok(None),
        Ok(number @ ..=LONGEST_TEXT) => Ok(Some(number)),
        _ => Err(Mistake::of_bound(format!(
            "a width of {digits}: texts have at most {LONGEST_TEXT} bytes"
        ))),
    }
}

/// Takes one of these characters from the start of a text.
pub fn eat(rest: &mut &str, wanted: &str) -> Option<char> {
    let first = rest.chars().next().filter(|c| wanted.contains(*c))?;
    *rest = &rest[first.len_utf8()..];
    Some(first)
}

impl Spec {
    fn read(text: &str) -> Result<Spec, Mistake> {
        let mut spec = Spec { kind: ' ', ..Spec::default() };
        let mut rest = text;
        let mut chars = rest.chars();
        if let (Some(fill), Some('<' | '>' | '^' | '=')) = (chars.next(), chars.next()) {
            spec.fill = Some(fill);
            rest = &rest[fill.len_utf8()..];
        }
        spec.align = eat(&mut rest, "<>^=");
        spec.sign = eat(&mut rest, "+- ");
        spec.prefixed = eat(&mut rest, "#").is_some();
        if eat(&mut rest, "0").is_some() && spec.fill.is_none() {
            spec.fill = Some('0');
            spec.align = spec.align.or(Some('='));
        }
        spec.width = number(&mut rest)?.unwrap_or(0);
        spec.grouping = eat(&mut rest, ",_");
        if eat(&mut rest, ".").is_some() {
            let precision = number(&mut rest)?;
            spec.precision = Some(precision.ok_or_else(|| unknown_form(text, "a value"))?);
        }
        spec.kind = eat(&mut rest, "sdfFeEgG%xXob").unwrap_or(' ');
        if rest.is_empty() { Ok(spec) } else { Err(unknown_form(text, "a value")) }
    }

    /// Pads to the width. `sign` comes before the padding where that follows the sign.
    pub fn pad(&self, sign: &str, body: &str, align: char) -> String {
        let length = sign.chars().count() + body.chars().count();
        let missing = self.width.saturating_sub(length);
        let fill = |count: usize| self.fill.unwrap_or(' ').to_string().repeat(count);
        match self.align.unwrap_or(align) {
            '<' => format!("{sign}{body}{}", fill(missing)),
            '^' => format!("{}{sign}{body}{}", fill(missing / 2), fill(missing - missing / 2)),
            '=' => format!("{sign}{}{body}", fill(missing)),
            _ => format!("{}{sign}{body}", fill(missing)),
        }
    }

    /// A number: its sign, a prefix, its digits and the rest.
    pub fn signed(&self, negative: bool, prefix: &str, digits: &str, rest: &str) -> String {
        let sign = match (negative, self.sign) {
            (true, _) => "-",
            (false, Some('+')) => "+",
            (false, Some(' ')) => " ",
            _ => "",
        };
        let head = format!("{sign}{prefix}");
        let Some(separator) = self.grouping else {
            return self.pad(&head, &format!("{digits}{rest}"), '>');
        };
        let every = if matches!(self.kind, 'x' | 'X' | 'o' | 'b') { 4 } else { 3 };
        let mut digits = digits.to_owned();
        // zeros in front are grouped with the digits
        if self.fill == Some('0') && self.align == Some('=') {
            let room = self.width.saturating_sub(head.chars().count() + rest.len());
            while digits.len() + (digits.len() - 1) / every < room {
                digits.insert(0, '0');
            }
        }
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(every) {
                grouped.push(separator);
            }
            grouped.push(digit);
        }
        self.pad(&head, &format!("{grouped}{rest}"), '>')
    }

    pub fn whole(&self, value: i64) -> String {
        let size = value.unsigned_abs();
        let (prefix, digits) = match self.kind {
            'x' => ("0x", format!("{size:x}")),
            'X' => ("0X", format!("{size:X}")),
            'o' => ("0o", format!("{size:o}")),
            'b' => ("0b", format!("{size:b}")),
            _ => ("", size.to_string()),
        };
        self.signed(value < 0, if self.prefixed { prefix } else { "" }, &digits, "")
    }

    pub fn float(&self, value: f64) -> String {
        let size = libm::fabs(value);
        let negative = value.is_sign_negative() && !value.is_nan();
        let precision = self.precision.unwrap_or(6);
        let mut text = match self.kind {
            _ if !value.is_finite() => print_float(size),
            'f' | 'F' => format!("{size:.precision$}"),
            '%' => format!("{:.precision$}", size * 100.0),
            'e' | 'E' => exponent(&format!("{size:.precision$e}")),
            ' ' if self.precision.is_none() => print_float(size),
            _ => general(size, precision.max(1), self.kind == ' '),
        };
        if matches!(self.kind, 'F' | 'E' | 'G') {
            text = text.to_uppercase();
        }
        if self.kind == '%' {
            text.push('%');
        }
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (digits, rest) = text.split_at(digits);
        match digits {
            "" => self.signed_word(negative, rest),
            digits => self.signed(negative, "", digits, rest),
        }
    }

    /// `inf` and `nan`
    fn signed_word(&self, negative: bool, word: &str) -> String {
        Spec { grouping: None, ..self.clone() }.signed(negative, "", "", word)
    }
}

/// `1.5e2` as `1.5e+02`
fn exponent(text: &str) -> String {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    scientific(digits, exponent.parse().unwrap_or(0))
}

/// With this many digits, and an exponent if the number is large or small; `whole` numbers keep a
/// `.0`.
fn general(size: f64, precision: usize, whole: bool) -> String {
    let rounded = format!("{size:.*e}", precision - 1);
    let (digits, power) = rounded.split_once('e').unwrap_or((&rounded, "0"));
    let power: i32 = power.parse().unwrap_or(0);
    let trimmed = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if power < -4 || power >= precision as i32 - i32::from(whole) {
        return scientific(&trimmed(digits), power);
    }
    let decimals = (precision as i32 - 1 - power).max(0) as usize;
    let text = trimmed(&format!("{size:.decimals$}"));
    if whole && !text.contains('.') { text + ".0" } else { text }
}

/// `format(value, spec)`
pub fn format(value: &Value, spec: &str, names: &Names) -> Result<String, Mistake> {
    let mut plain = String::new();
    if spec.is_empty() {
        show(value, names, &mut plain);
        return Ok(plain);
    }
    let scalar = match value {
        Value::Datum(datum) => datum.scalar,
        _ => Scalar::None,
    };
    let form = Spec::read(spec)?;
    let refused = || unknown_form(spec, argument::kind(value));
    match (scalar, arith::number(scalar)) {
        (Scalar::Text(text), _) => {
            let fits = matches!(form.kind, ' ' | 's')
                && form.sign.is_none()
                && form.grouping.is_none()
                && !form.prefixed
                && (form.align != Some('=') || form.fill == Some('0'));
            if !fits {
                return Err(refused());
            }
            let text = names.text(text);
            let shown: String = text.chars().take(form.precision.unwrap_or(usize::MAX)).collect();
            // a zero in front of the width fills behind a text
            let align = form.align.filter(|align| *align != '=').or(Some('<'));
            Ok(Spec { align, ..form }.pad("", &shown, '<'))
        }
        (_, Some(Number::Int(value))) if matches!(form.kind, ' ' | 'd' | 'x' | 'X' | 'o' | 'b') => {
            let grouped = form.grouping == Some(',') && matches!(form.kind, 'x' | 'X' | 'o' | 'b');
            if form.precision.is_some() || grouped {
                return Err(refused());
            }
            Ok(form.whole(value))
        }
        (_, Some(number)) if matches!(form.kind, ' ' | 'f' | 'F' | 'e' | 'E' | 'g' | 'G' | '%') => {
            Ok(form.float(number.as_f64()))
        }
        (_, Some(_)) => Err(refused()),
        _ => Err(Mistake::of_type(format!(
            "{} has no width and no digits: leave `:{spec}` out",
            argument::kind(value)
        ))),
    }
}
