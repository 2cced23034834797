//! What the page is told of a run.

use std::rc::Rc;
use std::sync::Arc;

use super::command::File;
use super::lesson::LessonView;
use crate::link;
use crate::scenario::{Literal, Scenario};
use crate::strategy::route;
use crate::time::Micros;
use crate::ui::drive::pace::Transport;
use crate::ui::drive::picture::Picture;
use crate::view::Problems;

/// A run from its start: what stays the same while it goes on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opened {
    /// The preset that it came from.
    pub preset: String,
    pub title: String,
    pub notes: String,
    pub programs: Vec<Rc<ProgramView>>,
    pub keys: Vec<String>,
    pub clients: Vec<String>,
    pub apps: u16,
    /// What the link that it came from says of the run.
    pub promise: Option<Promise>,
}

/// What a run came to when a link was made of it.
#[derive(Clone, Debug)]
pub struct Promise {
    pub scenario: Rc<Scenario>,
    pub outcome: link::Outcome,
}

/// Of the same link.
impl PartialEq for Promise {
    fn eq(&self, other: &Promise) -> bool {
        Rc::ptr_eq(&self.scenario, &other.scenario)
    }
}

impl Opened {
    /// The strategy that serves a key: that of the longest prefix.
    pub fn program_of(&self, key: &str) -> Option<&Rc<ProgramView>> {
        let prefixes = self.programs.iter().map(|program| program.prefix.as_str());
        route(key, prefixes).and_then(|at| self.programs.get(at))
    }
}

/// A strategy as the page shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgramView {
    /// The keys that it serves; empty: all others.
    pub prefix: String,
    /// The built-in strategy's id; empty for a text of one's own.
    pub id: String,
    /// The built-in strategy that a text of one's own was made from.
    pub origin: String,
    pub title: String,
    pub source: Arc<str>,
    pub parameters: Vec<ParameterView>,
    pub deletes: bool,
    pub increments: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ParameterView {
    pub name: Arc<str>,
    pub text: Arc<str>,
    pub value: Literal,
    pub range: Option<(f64, f64)>,
    /// Where the code names it, from 1.
    pub line: u32,
    /// Whether this run uses another value than the code says.
    pub changed: bool,
}

/// The run at an instant, and what was said since the last frame.
#[derive(Clone, Debug)]
pub struct Frame {
    pub picture: Picture,
    pub transport: Transport,
    pub complaint: Option<String>,
    pub remark: Option<String>,
    /// It does not follow the frame before: a person jumped. The log starts anew.
    pub jumped: bool,
    /// The rest of the picture comes with the next frames.
    pub settling: bool,
    pub foreseen: Option<Rc<Foreseen>>,
    pub journey: Journey,
    pub lesson: Option<Rc<LessonView>>,
}

/// A step of a key's ribbon.
#[derive(Clone, Debug, PartialEq)]
pub struct RibbonCell {
    pub key: Arc<str>,
    pub from_us: Micros,
    pub until_us: Micros,
}

/// How far one can go from here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Journey {
    /// Up to here it is known what happens.
    pub furthest_us: Micros,
    /// The end of the scale: what the scenario lasts, or the furthest.
    pub end_us: Micros,
    pub can_undo: bool,
    pub can_redo: bool,
}

/// What went wrong up to an instant from which a person jumped back: all of it
/// will happen again, unless they act otherwise.
#[derive(Debug, PartialEq, Eq)]
pub struct Foreseen {
    pub until_us: Micros,
    pub problems: Rc<Problems>,
}

/// What a command led to.
pub enum Outcome {
    Went(Frame),
    /// A run from its start, and a remark on why.
    Opened(Rc<Opened>, Frame, Option<String>),
    /// Nothing was done, and why.
    Refused(String),
    Made(File),
}
