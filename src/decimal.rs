//! Decimal numbers as floats.
//!
//! The standard library's reader is quicker, and makes the page 13 kB larger (after gzip): its table of powers
//! does not compress. This one is exact in the same way, and takes the same texts.

/// The digits that can matter: halfway between two floats lies no number of more.
const MOST_DIGITS: usize = 770;
/// Outside these powers of ten every number is 0 or infinite.
const POWERS: std::ops::Range<i64> = -1_200..400;

/// The float nearest to a decimal number, as [`str::parse`] finds it; `None` if the text is none.
pub fn float(text: &str) -> Option<f64> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'-' => (-1.0, &text[1..]),
        b'+' => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    let is = |word: &str| rest.eq_ignore_ascii_case(word);
    if is("inf") || is("infinity") {
        return Some(sign * f64::INFINITY);
    }
    if is("nan") {
        return Some(f64::NAN.copysign(sign));
    }
    let (digits, power) = parts(rest)?;
    Some(sign * nearest(&digits, power))
}

/// The significant digits of a number, and the power of ten of the last one.
fn parts(text: &str) -> Option<(Vec<u8>, i64)> {
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, whole(exponent)?),
        None => (text, 0),
    };
    let (before, after) = number.split_once('.').unwrap_or((number, ""));
    if before.is_empty() && after.is_empty() {
        return None;
    }
    let mut digits = Vec::new();
    let mut power = exponent.saturating_sub(after.len() as i64);
    let mut is_more = false;
    for byte in before.bytes().chain(after.bytes()) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        match digits.len() {
            0 if digit == 0 => {}
            MOST_DIGITS => {
                is_more |= digit > 0;
                power = power.saturating_add(1);
            }
            _ => digits.push(digit),
        }
    }
    if is_more {
        // what was left out is more than nothing
        digits.push(1);
        power = power.saturating_sub(1);
    }
    Some((digits, power))
}

/// A whole number with or without a sign, within bounds that no float reaches.
fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let append = |whole: i64, byte: u8| (whole * 10 + i64::from(byte - b'0')).min(1 << 40);
    let size = digits.bytes().fold(0, append);
    Some(if text.starts_with('-') { -size } else { size })
}

fn nearest(digits: &[u8], power: i64) -> f64 {
    if digits.is_empty() || power < POWERS.start {
        return 0.0;
    }
    if power >= POWERS.end {
        return f64::INFINITY;
    }
    // Two floats without an error have a quotient or a product with one rounding.
    if digits.len() <= 15 && power.unsigned_abs() <= 22 {
        let whole = digits.iter().fold(0.0, |whole, digit| whole * 10.0 + f64::from(*digit));
        let ten = (0..power.unsigned_abs()).fold(1.0, |ten, _| ten * 10.0);
        return if power < 0 { whole / ten } else { whole * ten };
    }
    let (mut above, mut below) = (Large::default(), Large(vec![1]));
    digits.iter().for_each(|digit| above.times_plus(10, u32::from(*digit)));
    let scaled = if power < 0 { &mut below } else { &mut above };
    (0..power.unsigned_abs()).for_each(|_| scaled.times_plus(10, 0));
    quotient(above, below)
}

/// The bits of a quotient that decide how it is rounded: 55 or 56.
const BITS: i64 = 56;

fn quotient(mut above: Large, mut below: Large) -> f64 {
    // above / below = quotient · 2^exponent
    let exponent = above.bits() - below.bits() - BITS;
    if exponent < 0 {
        above.shift(-exponent)
    } else {
        below.shift(exponent)
    }
    let mut quotient = 0_u64;
    below.shift(BITS);
    for _ in 0..=BITS {
        quotient <<= 1;
        if above.subtract(&below) {
            quotient |= 1;
        }
        below.halve();
    }
    let has_rest = !above.0.is_empty();
    // 53 bits are kept; fewer of a number that is too small for them
    let bits = 64 - i64::from(quotient.leading_zeros());
    let dropped = (bits - 53).max(-1_074 - exponent);
    if dropped > bits {
        return 0.0;
    }
    let (kept, half) = (quotient.checked_shr(dropped as u32).unwrap_or(0), 1 << (dropped - 1));
    let rest = quotient & (2 * half - 1);
    let is_up = rest > half || rest == half && (has_rest || kept & 1 == 1);
    let kept = kept + u64::from(is_up);
    match exponent + dropped {
        // a carry goes into the exponent, at last to infinity
        power if power > 971 => f64::INFINITY,
        -1_074 => f64::from_bits(kept),
        power => f64::from_bits((((power + 1_075) as u64) << 52) + (kept - (1 << 52))),
    }
}

/// A whole number of any size, without leading zeros, the lowest digit first.
#[derive(Default)]
struct Large(Vec<u32>);

impl Large {
    fn times_plus(&mut self, factor: u32, summand: u32) {
        let mut carry = u64::from(summand);
        for digit in &mut self.0 {
            carry += u64::from(*digit) * u64::from(factor);
            (*digit, carry) = (carry as u32, carry >> 32);
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn bits(&self) -> i64 {
        let top = self.0.last().map_or(0, |top| i64::from(top.leading_zeros()));
        self.0.len() as i64 * 32 - top
    }

    /// Doubles it `times` times.
    fn shift(&mut self, times: i64) {
        (0..times % 32).for_each(|_| self.times_plus(2, 0));
        self.0.splice(0..0, (0..times / 32).map(|_| 0));
    }

    fn halve(&mut self) {
        let mut carry = 0;
        for digit in self.0.iter_mut().rev() {
            (*digit, carry) = (*digit >> 1 | carry << 31, *digit & 1);
        }
        self.trim();
    }

    /// Subtracts another, if that is not larger. Returns whether it did.
    fn subtract(&mut self, other: &Large) -> bool {
        let is_less = self.0.len().cmp(&other.0.len());
        if is_less.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev())).is_lt() {
            return false;
        }
        let mut borrow = 0;
        for (at, digit) in self.0.iter_mut().enumerate() {
            let taken = i64::from(other.0.get(at).copied().unwrap_or(0)) + borrow;
            let left = i64::from(*digit) - taken;
            (*digit, borrow) = (left as u32, i64::from(left < 0));
        }
        self.trim();
        true
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn same(text: &str) {
        let theirs = text.parse::<f64>().ok();
        assert_eq!(float(text).map(f64::to_bits), theirs.map(f64::to_bits), "{text}");
    }

    #[test]
    fn the_limits_are_read_as_the_standard_library_reads_them() {
        let texts = [
            "",
            "+",
            "-",
            ".",
            "e5",
            "1e",
            "1e+",
            "1.e5",
            ".5",
            "5.",
            "-0",
            "+0.0",
            "0e999999999999999999999",
            "inf",
            "-INFINITY",
            "nan",
            "-nan",
            "infinit",
            "1_0",
            " 1",
            "0x1",
            "1e5.0",
            "--1",
            "1.2.3",
            "1e308",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "1e309",
            "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880",
            "2.2250738585072014e-308",
            "2.2250738585072011e-308",
            "2.2250738585072012e-308",
            "4.9e-324",
            "5e-324",
            "2.5e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "2.4e-324",
            "1e-400",
            "1e-99999999999",
            "1e99999999999999999999",
            "9007199254740993",
            "9007199254740992.9999999999999999999999",
            "9007199254740993.00000000000000000001",
            "0.1",
            "0.3",
            "123456789012345678901234567890",
            "1e22",
            "1e23",
            "8.5e-5",
            "6929495644600919.5",
            "3.2378839133029012895883522e-300",
        ];
        texts.iter().for_each(|text| same(text));
        // halfway between two floats, and a little more, after as many digits as can matter
        let halfway = format!("{:.1100}", 1.5 * f64::from_bits(1));
        same(&halfway);
        same(&format!("{halfway}1"));
        same(&format!("{}1", "9007199254740993.".to_owned() + &"0".repeat(2_000)));
        same(&"9".repeat(400));
        same(&format!("0.{}7", "0".repeat(400)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

        #[test]
        fn any_float_is_read_as_the_standard_library_reads_it(bits: u64, digits in 0_usize..25) {
            let value = f64::from_bits(bits);
            same(&value.to_string());
            same(&format!("{value:e}"));
            same(&format!("{value:.digits$e}"));
        }

        #[test]
        fn any_text_like_a_number_is(text in r"[-+]?[0-9]{0,30}\.?[0-9]{0,30}([eE][-+]?[0-9]{0,3})?") {
            same(&text);
        }
    }
}
