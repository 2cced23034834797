//! The drawing of a run, for comparison with those of other candidates.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::distribution::Distribution;
use super::run::Run;
use crate::view::ribbon::{Ribbons, Steps, badness};
use crate::view::{Charts, KeyState, Ribbon};

/// A run as charts and ribbons, up to its present instant.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RunPicture {
    pub charts: Charts,
    pub ribbons: Vec<Ribbon>,
    pub steps: Steps,
    /// How long reads and writes took that ended well.
    pub latencies: [Distribution; 2],
}

/// The most keys with ribbons.
const KEYS: usize = 200;

impl Run {
    /// Charts and ribbons of the run.
    pub fn picture(&self) -> RunPicture {
        let view = self.simulation().view();
        let (_, until_us) = self.progress();
        let mut ribbons = Ribbons::new(until_us);
        ribbons.keep_up(view, KEYS);
        let metrics = self.simulation().history().ledger().metrics();
        RunPicture {
            charts: view.charts(),
            ribbons: ribbons.drawn(view),
            steps: ribbons.steps(),
            latencies: [&metrics.read_latency, &metrics.write_latency].map(Distribution::of),
        }
    }
}

/// At most `most` keys that best tell the runs apart: those that were wrong for the most steps, in
/// any run.
pub fn telling_keys(pictures: &[&RunPicture], most: usize) -> Vec<Arc<str>> {
    let in_sync = badness(KeyState::InSync);
    let mut wrong: BTreeMap<&Arc<str>, usize> = BTreeMap::new();
    for ribbon in pictures.iter().flat_map(|picture| &picture.ribbons) {
        let cells = ribbon.cells.iter().filter(|state| badness(**state) > in_sync).count();
        *wrong.entry(&ribbon.key).or_default() += cells;
    }
    let mut keys: Vec<_> = wrong.into_iter().filter(|(_, cells)| *cells > 0).collect();
    // the sort is stable: of keys that are alike, the first by name
    keys.sort_by_key(|(_, cells)| std::cmp::Reverse(*cells));
    keys.into_iter().take(most).map(|(key, _)| key.clone()).collect()
}
