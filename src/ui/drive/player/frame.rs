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

/// The run at an instant, and what was said since the last frame.
#[derive(Clone, Debug)]
pub struct Frame {
    pub picture: Picture,
    pub transport: Transport,
    pub complaint: Option<String>,
    pub remark: Option<String>,
    /// It does not follow the frame before: a person jumped. The log starts again.
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
    /// The part of the run that slider and ribbons show.
    pub range: Range,
    pub can_undo: bool,
    pub can_redo: bool,
    /// What the run takes, and from when on its events are kept.
    pub memory: Memory,
}

/// The problems up to the instant from which a person jumped back. All of them
/// happen again, unless the person acts in between.
#[derive(Debug, PartialEq, Eq)]
pub struct Foreseen {
    pub until_us: Micros,
    pub problems: Rc<Problems>,
}
