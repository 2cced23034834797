//! The run at an instant, as the page shows it.

use std::rc::Rc;
use std::sync::Arc;

use super::learning::LessonView;
use crate::simulate::timeline::Memory;
use crate::time::Micros;
use crate::ui::drive::pace::Transport;
use crate::ui::drive::picture::Picture;
use crate::ui::drive::scale::Range;
use crate::view::Problems;

/// The run at an instant, with new lines of the log.
#[derive(Clone, Debug)]
pub struct Frame {
    pub picture: Picture,
    pub transport: Transport,
    pub complaint: Option<String>,
    pub remark: Option<String>,
    /// It does not follow from the previous frame: a person jumped. The log restarts.
    pub jumped: bool,
    /// The other parts of the picture come with the next frames.
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

/// The range of time that is known or shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Journey {
    /// The run is known up to this instant.
    pub furthest_us: Micros,
    /// The range of slider and ribbons.
    pub range: Range,
    pub can_undo: bool,
    pub can_redo: bool,
    /// The memory of the run, and from which instant its events are kept.
    pub memory: Memory,
}

/// The problems up to the instant from which a person jumped back. They all happen again, unless
/// the person acts before them.
#[derive(Debug, PartialEq, Eq)]
pub struct Foreseen {
    pub until_us: Micros,
    pub problems: Rc<Problems>,
}
