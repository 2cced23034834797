//! The panels of the page: a file for each row of the table in [`crate::page`].
//!
//! The table names the modules, so `cargo fmt` does not find them by itself;
//! `make check` names them.

use yew::prelude::*;

use crate::embed::Options;
use crate::page::{Panel, Region, each_panel};
use crate::scenario::Scenario;
use crate::ui::browser::chunk::{Loaded, Step, awaited, chunks, not_loaded, use_chunks};
use crate::ui::drive::player::{Command, RibbonCell};
use crate::ui::drive::state::{Action, PageState};
use crate::view::RibbonSpan;

/// What the panels show, and what they can ask for.
pub struct PageContext<'a> {
    pub state: &'a PageState,
    pub options: &'a Options,
    /// What is played, with all that was done; standing at this moment, or not.
    pub scenario: &'a Callback<bool, Scenario>,
    /// The reader asked for less movement.
    pub still: bool,
    pub command: &'a Callback<Command>,
    pub act: &'a Callback<Action>,
    /// The worst that a key was in within a cell of its ribbon, and how many other states.
    pub worst_within: &'a Callback<RibbonCell, Option<(RibbonSpan, usize)>>,
    /// The last intervals of a key, and how many there were.
    pub intervals: &'a Callback<String, (Vec<RibbonSpan>, u64)>,
}

impl PageContext<'_> {
    /// The strategies that the address has stand side by side, or else the scenario.
    pub fn compared(&self) -> &[String] {
        compared(self.options, self.state)
    }
}

fn compared<'a>(options: &'a Options, state: &'a PageState) -> &'a [String] {
    match options.compare.is_empty() {
        true => &state.opened.compare,
        false => &options.compare,
    }
}

/// Draws one of the panels that it has.
pub type View = fn(Panel, &PageContext<'_>) -> Html;

/// Panels whose code comes together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What stands below the columns: a person plays without it, and scrolls to see it.
    Lower,
    /// The lesson, of which most visits have none.
    Lesson,
    /// A comparison, of which most have none either.
    Compared,
}

impl Part {
    /// The part that a panel is in; nothing where it is there from the start.
    fn of(panel: Panel) -> Option<Part> {
        match (panel, panel.region()) {
            (Panel::Lesson, _) => Some(Part::Lesson),
            (Panel::Compared, _) => Some(Part::Compared),
            (_, Region::Across | Region::Foot) => Some(Part::Lower),
            _ => None,
        }
    }

    fn is_shown(self, options: &Options) -> bool {
        let is_shown = |panel: &Panel| !options.is_compact() && !options.hide.contains(panel);
        Panel::ALL.iter().filter(|panel| Part::of(**panel) == Some(self)).any(is_shown)
    }
}

macro_rules! modules {
    ($($panel:ident $module:ident $heading:literal $region:ident $watch:tt;)*) => {
        $(mod $module;)*

        /// One of those that are there from the start; of any other, nothing.
        pub fn upper(panel: Panel, page: &PageContext<'_>) -> Html {
            match panel { $(Panel::$panel => upper!($panel $region $module page),)* }
        }

        fn lower(panel: Panel, page: &PageContext<'_>) -> Html {
            match panel { $(Panel::$panel => lower!($region $module page),)* }
        }
    };
}
/// What is named here is in the first chunk, with all of its code.
macro_rules! upper {
    (Lesson $region:ident $module:ident $page:ident) => {
        Html::default()
    };
    (Compared $region:ident $module:ident $page:ident) => {
        Html::default()
    };
    ($panel:ident Across $module:ident $page:ident) => {
        Html::default()
    };
    ($panel:ident Foot $module:ident $page:ident) => {
        Html::default()
    };
    ($panel:ident $region:ident $module:ident $page:ident) => {
        $module::view($page)
    };
}
macro_rules! lower {
    (Across $module:ident $page:ident) => {
        $module::view($page)
    };
    (Foot $module:ident $page:ident) => {
        $module::view($page)
    };
    ($region:ident $module:ident $page:ident) => {
        Html::default()
    };
}
each_panel!(modules);

fn lesson_alone(_: Panel, page: &PageContext<'_>) -> Html {
    lesson::view(page)
}

fn compared_alone(_: Panel, page: &PageContext<'_>) -> Html {
    compared::view(page)
}

chunks! { Part => View:
    Part::Lower => the_lower lower, in below;
    Part::Lesson => the_lesson lesson_alone, in lesson;
    Part::Compared => the_compared compared_alone, in compare;
}

/// Brings the panels that are not there from the start: those below soon after it, the lesson's
/// with the first lesson, and that of comparisons with the first one.
#[hook]
pub fn use_panels(options: &Options, state: &PageState) -> Panels {
    let asked = |part: Part, is_there: bool| (is_there && part.is_shown(options)).then_some(part);
    Panels {
        lower: use_chunks(asked(Part::Lower, true), load),
        lesson: use_chunks(asked(Part::Lesson, state.lesson.is_some()), load),
        compared: use_chunks(asked(Part::Compared, !compared(options, state).is_empty()), load),
    }
}

/// The panels that have come.
pub struct Panels {
    lower: UseReducerHandle<Loaded<Part, View>>,
    lesson: UseReducerHandle<Loaded<Part, View>>,
    compared: UseReducerHandle<Loaded<Part, View>>,
}

impl Panels {
    /// The panels of a region, but those that the address hides.
    pub fn at(&self, region: Region, page: &PageContext<'_>) -> Html {
        self.draw(Panel::at(region), page)
    }

    /// One panel alone.
    pub fn alone(&self, panel: Panel, page: &PageContext<'_>) -> Html {
        self.draw(std::iter::once(panel), page)
    }

    fn draw(&self, panels: impl Iterator<Item = Panel>, page: &PageContext<'_>) -> Html {
        let is_shown = |panel: &Panel| match panel {
            Panel::Lesson if page.state.lesson.is_none() => false,
            Panel::Compared if page.compared().is_empty() => false,
            panel => !page.options.hide.contains(panel),
        };
        let mut absent = None;
        let drawn: Html = panels
            .filter(is_shown)
            .map(|panel| {
                let Some(part) = Part::of(panel) else { return upper(panel, page) };
                let Some(view) = self.loaded(part).get(part) else {
                    absent = Some(part);
                    return Html::default();
                };
                view(panel, page)
            })
            .collect();
        html! { <>{ drawn }{ absent.map(|part| self.stand_in(part)) }</> }
    }

    fn loaded(&self, part: Part) -> &UseReducerHandle<Loaded<Part, View>> {
        match part {
            Part::Lower => &self.lower,
            Part::Lesson => &self.lesson,
            Part::Compared => &self.compared,
        }
    }

    /// Stands where panels are to be.
    fn stand_in(&self, part: Part) -> Html {
        let loaded = self.loaded(part);
        if !loaded.has_failed(part) {
            return awaited();
        }
        let what = match part {
            Part::Lower => "What stands here",
            Part::Lesson => "The lesson",
            Part::Compared => "The comparison",
        };
        let again = loaded.dispatcher();
        let again = Callback::from(move |_: MouseEvent| again.dispatch(Step::TryAgain));
        html! {
            <div class="notice bad" role="alert">
                <p>{ not_loaded(what) }</p>
                <button type="button" class="button small" onclick={again}>{ "Try again" }</button>
            </div>
        }
    }
}

/// The columns of which no panel is left, for the styles.
pub fn empty_columns(options: &Options) -> String {
    let columns = [("left", Region::Left), ("middle", Region::Middle), ("right", Region::Right)];
    let empty = |region| Panel::at(region).all(|panel| options.hide.contains(&panel));
    let names = columns.into_iter().filter(|(_, region)| empty(*region)).map(|(name, _)| name);
    names.collect::<Vec<_>>().join(" ")
}
