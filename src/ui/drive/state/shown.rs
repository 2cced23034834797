//! The picture that the panels show, in parts that change separately.
//!
//! Unchanged parts keep their pointers, so that their panels are not redrawn.

use std::rc::Rc;

use crate::time::Micros;
use crate::ui::drive::picture::{Part, Picture, Said};
use crate::ui::drive::player::Foreseen;
use crate::ui::drive::rows::{self, ShownRow};
use crate::ui::drive::zoom::Stretch;
use crate::view::ribbon::Steps;
use crate::view::*;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    pub at_us: Micros,
    /// The instant that each part shows; in a rush, that of one of the last frames.
    shown_us: [Micros; Part::ALL.len()],
    pub rows: Rc<Vec<ShownRow>>,
    pub keys_total: usize,
    pub processes: Rc<Vec<ProcessView>>,
    pub tasks: Rc<Vec<TaskView>>,
    pub tasks_total: usize,
    pub flights: Rc<Vec<FlightView>>,
    pub flights_total: usize,
    pub queues: Rc<Vec<QueueView>>,
    pub links: Rc<Vec<LinkView>>,
    pub results: Rc<Vec<RequestResult>>,
    pub workloads: Rc<Vec<WorkloadView>>,
    pub counters: Rc<Counters>,
    pub problems: Rc<Problems>,
    /// Problems after the present, if a person has jumped back.
    pub foreseen: Option<Rc<Foreseen>>,
    pub step_us: Micros,
    pub charts: Rc<Vec<Rc<Chart>>>,
    pub ribbons: Rc<Vec<Rc<Ribbon>>>,
    pub ribbon_steps: Steps,
    pub stretch: Stretch,
    pub diagram: Rc<Diagram>,
}

impl Shown {
    /// The instant that a part shows.
    pub fn shown_us(&self, part: Part) -> Micros {
        self.shown_us[part as usize]
    }

    /// The problems so far; after a jump back, also those known to come.
    pub fn known_problems(&self) -> &Rc<Problems> {
        self.foreseen.as_ref().map_or(&self.problems, |foreseen| &foreseen.problems)
    }

    /// After a jump back: problems after this instant are still ahead. It changes only when one of
    /// them happens.
    pub fn ahead_of_us(&self) -> Micros {
        let Some(foreseen) = &self.foreseen else { return Micros::MAX };
        let come = foreseen.problems.shown.iter().map(|problem| problem.at_us);
        come.filter(|at_us| *at_us <= self.at_us).max().unwrap_or(0)
    }

    /// Takes over new parts, except for the log, which is returned.
    pub fn take(&mut self, picture: Picture) -> Option<Said> {
        let panels = self;
        panels.at_us = picture.at_us;
        for part in Part::ALL.into_iter().filter(|part| picture.is_now(*part)) {
            panels.shown_us[part as usize] = picture.at_us;
        }
        let rows = rows::after(&panels.rows, &picture);
        keep(&mut panels.rows, rows);
        if picture.is_now(Part::Work) {
            keep(&mut panels.counters, picture.counters);
        }
        if let Some(stores) = picture.stores {
            panels.keys_total = stores.keys_total;
        }
        if let Some(activity) = picture.activity {
            if picture.parts.contains(&Part::Work) {
                keep(&mut panels.processes, activity.processes);
                keep(&mut panels.tasks, activity.tasks);
                keep(&mut panels.queues, activity.queues);
                keep(&mut panels.links, activity.links);
                keep(&mut panels.workloads, activity.workloads);
                panels.tasks_total = activity.tasks_total;
            }
            if picture.parts.contains(&Part::Flights) {
                keep(&mut panels.flights, activity.flights);
                panels.flights_total = activity.flights_total;
            }
        }
        if let Some((stretch, diagram)) = picture.diagram {
            keep(&mut panels.diagram, diagram);
            panels.stretch = stretch;
        }
        if let Some((steps, ribbons)) = picture.ribbons {
            keep_each(&mut panels.ribbons, ribbons);
            panels.ribbon_steps = steps;
        }
        if let Some((problems, charts)) = picture.figures {
            keep(&mut panels.problems, problems);
            keep_each(&mut panels.charts, charts.charts);
            panels.step_us = charts.step_us;
        }
        if let Some(answers) = picture.answers {
            keep(&mut panels.results, answers);
        }
        picture.said
    }
}

/// Stores the new value unless it equals the old one.
fn keep<T: PartialEq>(place: &mut Rc<T>, new: T) {
    if **place != new {
        *place = Rc::new(new);
    }
}

/// Stores each item of a list unless it is unchanged, so that unchanged items keep their pointers.
fn keep_each<T: PartialEq>(place: &mut Rc<Vec<Rc<T>>>, new: Vec<T>) {
    let same = place.len() == new.len() && place.iter().zip(&new).all(|(old, new)| **old == *new);
    if same {
        return;
    }
    let all = new.into_iter().enumerate().map(|(at, new)| match place.get(at) {
        Some(old) if **old == new => old.clone(),
        _ => Rc::new(new),
    });
    *place = Rc::new(all.collect());
}
