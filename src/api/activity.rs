//! What is under way at the present instant.

use serde::Serialize;

use crate::simulate::Simulation;
use crate::time::Micros;
use crate::view;

/// What is under way at an instant, and where.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Activity {
    pub at_us: Micros,
    #[serde(flatten)]
    pub seen: view::Activity,
}

impl Activity {
    /// What is under way now: at most so many tasks.
    pub(super) fn of(run: &Simulation, most: usize) -> Activity {
        Activity { at_us: run.now_us(), seen: run.view().activity(most) }
    }
}
