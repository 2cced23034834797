//! What a control asks for, and what it may hand over.

use std::rc::Rc;
use std::sync::Arc;

use super::frame::Frame;
use super::learning::Learn;
use super::opened::OpenedRun;
use crate::scenario::{Literal, Scenario, StrategyUse, What};
use crate::simulate::timeline::Stop;
use crate::time::Micros;
use crate::ui::drive::scale::Magnify;
use crate::ui::drive::zoom::Turn;

/// What a control asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Toggle,
    /// Play, or pause.
    Play(bool),
    Step,
    Reset,
    Speed(usize),
    Slower,
    Faster,
    SkipIdle(bool),
    /// Pause when something goes wrong, or not.
    Halts(bool),
    Do(What),
    /// Stand just before this instant, in the past or in the future.
    Seek(Micros),
    /// Stand at this instant, all of it having happened.
    SeekTo(Micros),
    StepBack,
    Next(Stop),
    Previous(Stop),
    /// Take the last action back, or do it again.
    Undo,
    Redo,
    /// Show another stretch of time in the diagram.
    Window(Turn),
    /// Show more or less of the run on the slider and the ribbons.
    Magnify(Magnify),
    /// Hand over the run as a file.
    Export(Export),
    /// Open a preset.
    Preset(String),
    /// Open a scenario from elsewhere.
    Open(Box<Scenario>),
    /// Open what a link holds.
    Link(String),
    /// Serve the keys of the strategy at this position with another built-in one.
    Strategy(usize, String),
    /// Serve the keys of the strategy at this position with the person's own one again.
    OwnStrategy(usize),
    /// Serve the keys of the strategy at this position with this one, whose prefix is ignored;
    /// and what to add to the remark.
    Serve(usize, Box<StrategyUse>, String),
    /// Run the strategy at this position with another value of a parameter.
    Parameter(usize, Arc<str>, Literal),
    /// Run with another value of the setting that has this path; none: without it.
    Setting(String, Option<f64>),
    /// Go on in the lesson.
    Learn(Learn),
}

impl Command {
    /// Whether it leaves a jump under way alone: it changes only the pace, or what is shown.
    pub fn keeps_going(&self) -> bool {
        matches!(
            self,
            Command::Speed(_)
                | Command::Slower
                | Command::Faster
                | Command::SkipIdle(_)
                | Command::Halts(_)
                | Command::Window(_)
                | Command::Magnify(_)
                | Command::Export(_)
        )
    }

    /// Whether it changes what is played, and not only how it is looked at.
    pub fn changes(&self) -> bool {
        matches!(
            self,
            Command::Do(_)
                | Command::Undo
                | Command::Redo
                | Command::Preset(_)
                | Command::Open(_)
                | Command::Link(_)
                | Command::Strategy(..)
                | Command::OwnStrategy(_)
                | Command::Serve(..)
                | Command::Parameter(..)
                | Command::Setting(..)
        )
    }
}

/// The formats in which a run can be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// Its messages as a Mermaid sequence diagram.
    Mermaid,
    /// Its events as a table.
    Csv,
    Json,
}

/// A file for a person to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub media_type: &'static str,
    pub text: String,
}

/// What a command led to.
pub enum Reaction {
    Went(Frame),
    /// A run from its start, and a remark on why.
    Opened(Rc<OpenedRun>, Frame, Option<String>),
    Made(File),
}
