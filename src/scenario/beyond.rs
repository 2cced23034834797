//! What a scenario holds that its run never comes to.

use super::{Problem, Scenario};

impl Scenario {
    /// The actions, and the starts of workloads, that come after the end of the run. They are no
    /// errors: a longer run comes to them.
    pub fn beyond_its_end(&self) -> Vec<Problem> {
        let end_us = self.duration_us;
        let late = |path: String, at_us: u64| {
            (at_us > end_us).then(|| Problem {
                path,
                message: format!(
                    "is {at_us}, after the end of the run: it never happens; `duration_us` is \
                     {end_us}"
                ),
            })
        };
        let actions = self.actions.iter().enumerate();
        let actions = actions.filter_map(|(at, it)| late(format!("actions[{at}].at_us"), it.at_us));
        let starts = self.workloads.iter().enumerate().filter_map(|(at, it)| {
            late(format!("workloads[{at}].start_us"), it.start_us.unwrap_or_default())
        });
        actions.chain(starts).collect()
    }
}
