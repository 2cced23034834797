//! Commands, and the reactions to them.

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

/// A command of a control.
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
    /// Pause at a violation, or not.
    Halts(bool),
    Do(What),
    /// Go to just before this instant, in the past or in the future.
    Seek(Micros),
    /// Go to this instant, after all its events.
    SeekTo(Micros),
    StepBack,
    Next(Stop),
    Previous(Stop),
    /// Undo the last action, or redo it.
    Undo,
    Redo,
    /// Show another time range in the diagram.
    Window(Turn),
    /// Show more or less of the run on the slider and the ribbons.
    Magnify(Magnify),
    /// Save the run as a file.
    Export(Export),
    /// Open a preset.
    Preset(String),
    /// Open a scenario from elsewhere.
    Open(Box<Scenario>),
    /// Open the scenario of a link.
    Link(String),
    /// Serve the keys of the strategy at this position by another built-in one.
    Strategy(usize, String),
    /// Serve the keys of the strategy at this position by the person's own one again.
    OwnStrategy(usize),
    /// Serve the keys of the strategy at this position by this one, whose prefix is ignored; with
    /// an addition to the remark.
    Serve(usize, Box<StrategyUse>, String),
    /// Serve the keys of the strategy at this position by the source of a library with this title.
    Library(usize, Box<Library>),
    /// Run the strategy at this position with another value of a parameter.
    Parameter(usize, Arc<str>, Literal),
    /// Run with another value of the setting at this path; `None`: without it.
    Setting(String, Option<f64>),
    /// A command of the lesson.
    Learn(Learn),
}

impl Command {
    /// Whether a jump in progress continues: the command changes only the pace or what is shown.
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

    /// Whether it reads or writes a document, whose code the page loads when it is first needed.
    pub fn reads(&self) -> bool {
        matches!(self, Command::Preset(_) | Command::Link(_) | Command::Export(_))
    }

    /// Whether it changes the run, and not only how it is shown.
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
                | Command::Library(..)
                | Command::Parameter(..)
                | Command::Setting(..)
        )
    }
}

/// A library's behaviour as a strategy.
#[derive(Clone, Debug, PartialEq)]
pub struct Library {
    pub title: String,
    pub source: String,
}

/// The formats in which a run can be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// Its messages as a Mermaid sequence diagram.
    Mermaid,
    /// Its events as a CSV table.
    Csv,
    Json,
}

/// A file to save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub media_type: &'static str,
    pub text: String,
}

/// The result of a command.
pub enum Reaction {
    Went(Frame),
    /// A run from its start, with a remark on why.
    Opened(Rc<OpenedRun>, Frame, Option<String>),
    Made(File),
}
