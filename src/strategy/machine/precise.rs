//! Logarithms, exponentials and powers, rounded once.
//!
//! Computed with twice the digits of a float (Dekker 1971, "A floating-point technique for
//! extending the available precision"), so that the result is the nearest float in every build.
//! CPython uses the C library of its machine; glibc's is wrong by one in the last digit about once
//! in a thousand results (its manual: "Errors in Math Functions").

/// A number as the sum of two floats, the second below the last digit of the first.
#[derive(Clone, Copy)]
struct Wide {
    high: f64,
    low: f64,
}

/// ln 2
const LN_2: Wide = Wide { high: std::f64::consts::LN_2, low: 2.319_046_813_846_299_6e-17 };

fn sum(a: f64, b: f64) -> Wide {
    let high = a + b;
    let part = high - a;
    Wide { high, low: (a - (high - part)) + (b - part) }
}

fn product(a: f64, b: f64) -> Wide {
    let halves = |x: f64| {
        let scaled = x * 134_217_729.0;
        let high = scaled - (scaled - x);
        (high, x - high)
    };
    let high = a * b;
    let ((a_high, a_low), (b_high, b_low)) = (halves(a), halves(b));
    let low = a_low * b_low - (((high - a_high * b_high) - a_low * b_high) - a_high * b_low);
    Wide { high, low }
}

impl Wide {
    const fn of(value: f64) -> Wide {
        Wide { high: value, low: 0.0 }
    }

    fn plus(self, other: Wide) -> Wide {
        let high = sum(self.high, other.high);
        let low = sum(self.low, other.low);
        let first = sum(high.high, high.low + low.high);
        sum(first.high, first.low + low.low)
    }

    fn times(self, other: Wide) -> Wide {
        let product = product(self.high, other.high);
        sum(product.high, product.low + (self.high * other.low + self.low * other.high))
    }

    /// `self / number`
    fn over(self, number: f64) -> Wide {
        let high = self.high / number;
        let back = product(high, number);
        sum(high, ((self.high - back.high) - back.low + self.low) / number)
    }

    fn minus(self) -> Wide {
        Wide { high: -self.high, low: -self.low }
    }

    fn scaled(self, exponent: i32) -> Wide {
        Wide { high: libm::scalbn(self.high, exponent), low: libm::scalbn(self.low, exponent) }
    }
}

/// `e` to the power of `x`, as a number near 1 and a power of two to scale it.
fn wide_exp(x: Wide) -> (Wide, i32) {
    const HALVINGS: i32 = 9;
    let twos = libm::round(x.high / LN_2.high);
    let rest = x.plus(LN_2.times(Wide::of(-twos))).scaled(-HALVINGS);
    // e^rest - 1, by its series; then (1 + p)² - 1 as often as it was halved
    let mut less_one = Wide::of(0.0);
    for term in (1..=10).rev() {
        less_one = rest.over(f64::from(term)).times(Wide::of(1.0).plus(less_one));
    }
    for _ in 0..HALVINGS {
        less_one = less_one.times(less_one.plus(Wide::of(2.0)));
    }
    (Wide::of(1.0).plus(less_one), twos as i32)
}

/// The natural logarithm of a number above 0.
fn wide_log(x: f64) -> Wide {
    let beyond_one = x - 1.0;
    if beyond_one.abs() < 1.0 / 1024.0 {
        // x - x²/2 + x³/3 …
        let beyond_one = Wide::of(beyond_one);
        let mut series = Wide::of(0.0);
        for term in (1..=12).rev() {
            let part = Wide::of(1.0).over(f64::from(term));
            series = part.plus(series.times(beyond_one).minus());
        }
        return series.times(beyond_one);
    }
    // one step of Newton's from a good guess
    let guess = libm::log(x);
    let (exp, twos) = wide_exp(Wide::of(-guess));
    let (mantissa, exponent) = libm::frexp(x);
    let off = exp.times(Wide::of(mantissa)).scaled(exponent + twos).plus(Wide::of(-1.0));
    let half_square = off.high * off.high / 2.0;
    Wide::of(guess).plus(off).plus(Wide::of(-half_square))
}

/// `math.exp`; infinite if the result is too large.
pub fn exp(x: f64) -> f64 {
    if !(-745.0..709.0).contains(&x) {
        return libm::exp(x);
    }
    let (exp, twos) = wide_exp(Wide::of(x));
    libm::scalbn(exp.high, twos)
}

/// `math.log` of a number above 0.
pub fn log(x: f64) -> f64 {
    if x.is_finite() { wide_log(x).high } else { libm::log(x) }
}

/// `x ** y`, if the result is a real number.
pub fn pow(x: f64, y: f64) -> f64 {
    let rough = libm::pow(x, y);
    let is_plain = rough.is_finite() && rough.abs() > 1e-290 && rough.abs() < 1e290 && y != 0.0;
    if !is_plain {
        return rough;
    }
    let log = wide_log(libm::fabs(x));
    let (exp, twos) = wide_exp(log.times(Wide::of(y)));
    libm::copysign(libm::scalbn(exp.high, twos), rough)
}
