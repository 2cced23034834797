//! Comparisons of strategies: side by side, as in courses, against needs, and over a range of a
//! setting.
//!
//! Each is a view of its own; `runs.rs` has their runs done by workers.

mod advice;
mod courses;
mod latencies;
mod multiples;
mod parting;
mod recorded;
mod runs;
mod side;
mod sweep;
mod table;

pub use advice::Advice;
pub use courses::Courses;
pub use side::SideBySide;
pub use sweep::Sweep;

use std::rc::Rc;

use yew::prelude::*;

use self::runs::Asked;
use crate::compare::job::{Job, Keep, Kept};
use crate::compare::{Candidate, Measured};
use crate::scenario::{Problem, Scenario};
use crate::time::Micros;
use crate::ui::drive::catalog;

/// The properties common to all views.
#[derive(Clone, PartialEq, Properties)]
pub struct ComparedProps {
    /// The scenario being played, with all actions; true: it opens at the present instant.
    pub scenario: Callback<bool, Scenario>,
    /// Plays a run.
    pub play: Callback<Scenario>,
}

/// The handler that opens the run of a candidate under a scenario, at a moment or at its start.
fn lead(
    base: &Rc<Scenario>,
    candidate: &Candidate,
    at_us: Option<Micros>,
    play: &Callback<Scenario>,
) -> Callback<MouseEvent> {
    let (base, candidate, play) = (base.clone(), candidate.clone(), play.clone());
    Callback::from(move |_: MouseEvent| {
        let mut scenario = candidate.under(&base);
        scenario.view.at_us = at_us;
        play.emit(scenario);
    })
}

/// The heading of a candidate.
fn name(candidate: &Candidate) -> String {
    let title = match candidate.source {
        Some(_) => "Your own",
        None => catalog::title(&candidate.strategy),
    };
    match candidate.name().split_once(':') {
        Some((_, parameters)) => format!("{title}, {parameters}"),
        None => title.to_owned(),
    }
}

/// A run of a built-in strategy, of which only the measures are kept.
fn measure(scenario: &Scenario, id: &str) -> Option<Asked<Measured>> {
    let candidate = Candidate::parse(id).ok()?;
    Some(Asked {
        name: name(&candidate),
        job: Ok(Job::new(&candidate.under(scenario), Keep::Measured)),
        bytes: None,
        read: Box::new(move |text| match Kept::read(text, &candidate)? {
            Kept::Measured(measured) => Some(measured),
            _ => None,
        }),
        early: None,
    })
}

/// Why a run could not begin.
fn refusal(name: &str, problems: &[Problem]) -> String {
    let problems: Vec<String> = problems.iter().map(Problem::to_string).collect();
    format!("{name}: {}", problems.join(" · "))
}
