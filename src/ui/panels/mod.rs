//! The panels of the page: a file for each row of the table in [`crate::page`].
//!
//! The table names the modules, so `cargo fmt` does not find them by itself;
//! `make check` names them.

use yew::prelude::*;

use crate::embed::Options;
use crate::page::{Panel, Region, each_panel};
use crate::ui::drive::player::{Command, RibbonCell};
use crate::ui::drive::state::{Action, PageState};
use crate::view::RibbonSpan;

/// What the panels show, and what they can ask for.
pub struct PageContext<'a> {
    pub state: &'a PageState,
    pub options: &'a Options,
    /// The reader asked for less movement.
    pub still: bool,
    pub command: &'a Callback<Command>,
    pub act: &'a Callback<Action>,
    /// The worst that a key was in within a cell of its ribbon, and how many other states.
    pub worst_within: &'a Callback<RibbonCell, Option<(RibbonSpan, usize)>>,
    /// The last intervals of a key, and how many there were.
    pub intervals: &'a Callback<String, (Vec<RibbonSpan>, u64)>,
}

macro_rules! modules {
    ($($panel:ident $module:ident $heading:literal $region:ident $watch:tt;)*) => {
        $(mod $module;)*

        /// One of them.
        pub fn view(panel: Panel, page: &PageContext<'_>) -> Html {
            match panel { $(Panel::$panel => $module::view(page),)* }
        }
    };
}
each_panel!(modules);

/// The panels of a region, but those that the address hides.
pub fn at(region: Region, page: &PageContext<'_>) -> Html {
    let shown = |panel| match page.options.hide.contains(&panel) {
        true => Html::default(),
        false => view(panel, page),
    };
    Panel::at(region).map(shown).collect()
}

/// The columns of which no panel is left, for the styles.
pub fn empty_columns(options: &Options) -> String {
    let columns = [("left", Region::Left), ("middle", Region::Middle), ("right", Region::Right)];
    let empty = |region| Panel::at(region).all(|panel| options.hide.contains(&panel));
    let names = columns.into_iter().filter(|(_, region)| empty(*region)).map(|(name, _)| name);
    names.collect::<Vec<_>>().join(" ")
}
