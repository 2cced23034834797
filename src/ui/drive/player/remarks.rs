//! Messages that are shown once: an error, and a remark.

use crate::layout::instant;
use crate::simulate::Simulation;

/// Shown with the next frame only.
#[derive(Default)]
pub struct Remarks {
    complaint: Option<String>,
    remark: Option<String>,
    /// The number of recorded, impossible actions that were reported.
    told_undone: usize,
}

impl Remarks {
    pub fn complain(&mut self, text: impl Into<String>) {
        self.complaint = Some(text.into());
    }

    pub fn remark(&mut self, text: impl Into<String>) {
        self.remark = Some(text.into());
    }

    /// Reports recorded actions that cannot be done in this run.
    pub fn tell_undone(&mut self, run: &Simulation) {
        let undone = run.undone();
        let (known, all) = (self.told_undone, undone.len());
        self.told_undone = all;
        let new: Vec<String> = undone
            .skip(known)
            .map(|(at_us, why)| format!("The action at {} was not done: {why}.", instant(at_us)))
            .collect();
        if let Some(last) = new.last() {
            self.complain(match new.len() {
                1 => last.clone(),
                2 => format!("{last} Nor was one before it."),
                more => format!("{last} Nor were {} before it.", more - 1),
            });
        }
    }

    /// Another run of the same lesson begins.
    pub fn restart(&mut self) {
        self.told_undone = 0;
    }

    pub fn take_complaint(&mut self) -> Option<String> {
        self.complaint.take()
    }

    pub fn take_remark(&mut self) -> Option<String> {
        self.remark.take()
    }
}
