//! Random draws that do not depend on order.
//!
//! There is no stream of random numbers. Each draw is a function of the scenario's seed, of a stamp
//! (who draws) and of a purpose. So the latency of a message stays the same, whatever else is added
//! to the scenario.

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use crate::scenario::Latency;
use crate::time::{LONGEST_US, Micros};
use crate::world::{Stamp, derive};

/// The purpose of a draw.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    Flight = 1,
    Loss,
    Service,
    Lag,
    Strategy,
    Gap,
    Key,
    Kind,
    Think,
    Duplication,
}

/// The generator for one draw: [SplitMix64](https://doi.org/10.1145/2660193.2660195), which is
/// cheap to seed.
pub fn generator(seed: u64, stamp: Stamp, purpose: Purpose) -> SplitMix64 {
    SplitMix64::seed_from_u64(derive(stamp, seed.wrapping_mul(16) + purpose as u64))
}

/// 64 random bits.
pub fn bits(seed: u64, stamp: Stamp, purpose: Purpose) -> u64 {
    generator(seed, stamp, purpose).next_u64()
}

/// Draws a time from a distribution.
///
/// Logarithms and the like come from `libm`, because the platform's differ in the
/// last bit between a terminal and a browser. For the same reason the inverse
/// transform (exponential) and the Box–Muller transform (lognormal) are written
/// out here.
pub fn latency(latency: &Latency, seed: u64, stamp: Stamp, purpose: Purpose) -> Micros {
    match *latency {
        Latency::Constant { us } => us,
        Latency::Uniform { low_us, high_us } => {
            let span = high_us.saturating_sub(low_us) + 1;
            low_us + below(bits(seed, stamp, purpose), span)
        }
        Latency::Exponential { mean_us } => exponential(mean_us as f64, bits(seed, stamp, purpose)),
        Latency::Lognormal { median_us, sigma_milli } => {
            let mut generator = generator(seed, stamp, purpose);
            let radius = libm::sqrt(-2.0 * libm::log(1.0 - unit(generator.next_u64())));
            let angle = std::f64::consts::TAU * unit(generator.next_u64());
            let normal = radius * libm::cos(angle);
            whole(median_us as f64 * libm::exp(normal * f64::from(sigma_milli) / 1_000.0))
        }
    }
}

/// An exponentially distributed time, with mean `mean_us`.
pub fn exponential(mean_us: f64, bits: u64) -> Micros {
    whole(-mean_us * libm::log(1.0 - unit(bits)))
}

/// An exponentially distributed number whose mean is 1.
pub fn unit_exponential(bits: u64) -> f64 {
    -libm::log(1.0 - unit(bits))
}

/// A whole number below `limit` (which must not be 0), from random bits.
pub fn below(bits: u64, limit: u64) -> u64 {
    ((u128::from(bits) * u128::from(limit)) >> 64) as u64
}

/// A number from 0 up to, and not including, 1.
fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

/// A time rounded to whole microseconds.
pub fn whole(us: f64) -> Micros {
    libm::round(us).clamp(0.0, LONGEST_US as f64) as Micros
}
