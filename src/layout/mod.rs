//! Geometry of drawings: scales, ticks, paths, and numbers as text.
//!
//! The geometry is computed from plain data; the page only puts it into elements. Lengths are in
//! units of the drawing's own box.

pub mod alt;
mod chart;
pub mod curve;
pub mod diagram;
pub mod distribution;
mod figure;
pub mod map;
pub mod multiples;
pub mod qr;
mod ribbon;
mod scale;
pub mod sketch;
pub mod slider;
mod spread;
pub mod states;
pub mod way;

pub use chart::{Plot, Tick, WIDTH as CHART_WIDTH, blank, plot};
pub use figure::{beginning, figure, gist, instant};
pub use ribbon::{
    RIBBON_HEIGHT, STATES, bars, next_change, previous_change, ribbon_path, stretches,
};
pub use scale::Axis;
pub use way::{Way, cross};
