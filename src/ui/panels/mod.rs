//! The panels of the page: a file for each row of the table in [`crate::page`].
//!
//! The table names the modules, so `cargo fmt` does not find them itself; `make check` passes them
//! to it.

use yew::prelude::*;

use crate::embed::Options;
use crate::page::{Panel, Region, each_panel};
use crate::scenario::Scenario;
use crate::ui::browser::chunk::{Loaded, Step, awaited, chunks, not_loaded, use_chunks};
use crate::ui::browser::host::HostPage;
use crate::ui::drive::player::{Command, RibbonCell};
use crate::ui::drive::state::{Action, PageState};
use crate::view::RibbonSpan;

/// The data that panels show, and the callbacks that they use.
pub struct PageContext<'a> {
    pub state: &'a PageState,
    pub options: &'a Options,
    pub host: &'a Option<HostPage>,
    /// The scenario being played, with all actions; true: it opens at the present instant.
    pub scenario: &'a Callback<bool, Scenario>,
    /// Whether the reader prefers reduced motion.
    pub still: bool,
    pub command: &'a Callback<Command>,
    pub act: &'a Callback<Action>,
    /// The worst state of a key within a cell of its ribbon, and the number of other states.
    pub worst_within: &'a Callback<RibbonCell, Option<(RibbonSpan, usize)>>,
    /// The last intervals of a key, and the number of all.
    pub intervals: &'a Callback<String, (Vec<RibbonSpan>, u64)>,
}

impl PageContext<'_> {
    /// The strategies to compare: those of the address, or else of the scenario.
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

/// Draws a panel of its chunk.
pub type View = fn(Panel, &PageContext<'_>) -> Html;

/// Panels whose code is loaded together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The panels below the columns, which a person reaches by scrolling.
    Lower,
    /// The lesson panel, which most visits do not need.
    Lesson,
    /// The comparison panel, which most visits do not need.
    Compared,
}

impl Part {
    /// The part that a panel belongs to; `None` if its code is in the first chunk.
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

        /// A panel of the first chunk; nothing for any other panel.
        pub fn upper(panel: Panel, page: &PageContext<'_>) -> Html {
            match panel { $(Panel::$panel => upper!($panel $region $module page),)* }
        }

        fn lower(panel: Panel, page: &PageContext<'_>) -> Html {
            match panel { $(Panel::$panel => lower!($region $module page),)* }
        }
    };
}
/// The panels named here are in the first chunk, with all of their code.
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

/// Loads the panels outside the first chunk: the lower ones soon after it, the lesson's and the
/// comparison's when first needed.
#[hook]
pub fn use_panels(options: &Options, state: &PageState) -> Panels {
    let asked = |part: Part, is_there: bool| (is_there && part.is_shown(options)).then_some(part);
    Panels {
        lower: use_chunks(asked(Part::Lower, true), load),
        lesson: use_chunks(asked(Part::Lesson, state.lesson.is_some()), load),
        compared: use_chunks(asked(Part::Compared, !compared(options, state).is_empty()), load),
    }
}

/// The loaded panels.
pub struct Panels {
    lower: UseReducerHandle<Loaded<Part, View>>,
    lesson: UseReducerHandle<Loaded<Part, View>>,
    compared: UseReducerHandle<Loaded<Part, View>>,
}

impl Panels {
    /// The panels of a region, without those that the address hides.
    pub fn at(&self, region: Region, page: &PageContext<'_>) -> Html {
        self.draw(Panel::at(region), page)
    }

    /// A single panel.
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

    /// The placeholder for panels that are not loaded.
    fn stand_in(&self, part: Part) -> Html {
        let loaded = self.loaded(part);
        if !loaded.has_failed(part) {
            return awaited();
        }
        let what = match part {
            Part::Lower => "This part of the page",
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

/// The columns without panels, for the styles.
pub fn empty_columns(options: &Options) -> String {
    let columns = [("left", Region::Left), ("middle", Region::Middle), ("right", Region::Right)];
    let empty = |region| Panel::at(region).all(|panel| options.hide.contains(&panel));
    let names = columns.into_iter().filter(|(_, region)| empty(*region)).map(|(name, _)| name);
    names.collect::<Vec<_>>().join(" ")
}
