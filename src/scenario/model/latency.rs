//! Distributions of times.

use serde::Serialize;

use super::rule::{TIME, number};
use crate::scenario::tagged::tagged;
use crate::time::Micros;

/// A distribution of times.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "lowercase", tag = "kind")]
pub enum Latency {
    Constant {
        us: Micros,
    },
    /// Every whole microsecond from `low_us` to `high_us` has the same probability.
    Uniform {
        low_us: Micros,
        high_us: Micros,
    },
    Exponential {
        mean_us: Micros,
    },
    /// With a long tail, as in real services.
    Lognormal {
        median_us: Micros,
        sigma_milli: u32,
    },
}

tagged!(Latency by "kind" as LatencyFields {
    /// The constant time.
    us: Micros = TIME,
    /// The shortest.
    low_us: Micros = TIME,
    /// The longest; not below `low_us`.
    high_us: Micros = TIME,
    /// The mean.
    mean_us: Micros = TIME,
    /// The median.
    median_us: Micros = TIME,
    /// The standard deviation of the logarithm, in thousandths.
    sigma_milli: u32 = number(0, 5_000),
}
    Constant { us },
    Uniform { low_us, high_us },
    Exponential { mean_us },
    Lognormal { median_us, sigma_milli },
);
