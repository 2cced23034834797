//! Tasks and messages at the present instant.

use serde::Serialize;

use crate::simulate::Simulation;
use crate::time::Micros;
use crate::view;

/// Tasks and messages at an instant.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Activity {
    pub at_us: Micros,
    #[serde(flatten)]
    pub seen: view::Activity,
}

impl Activity {
    /// The current tasks, at most `most`, and messages.
    pub(super) fn of(run: &Simulation, most: usize) -> Activity {
        Activity { at_us: run.now_us(), seen: run.view().activity(most) }
    }
}
