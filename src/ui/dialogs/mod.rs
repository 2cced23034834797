//! The dialogs: each opens above the page, which is inert meanwhile.
//!
//! Their code is not in the page's first chunk: it is loaded when first needed.

mod compare;
mod explore;
mod find;
mod frame;
mod help;
mod lessons;
mod libraries;
pub mod promise;
mod share;
mod teacher;

use yew::prelude::*;

use crate::scenario::Scenario;
use crate::ui::browser::chunk::{Loaded, Step, awaited, chunks, not_loaded, use_chunks};
use crate::ui::drive::player::{Command, CommandError};
use crate::ui::drive::state::{Action, Dialog, PageState};
use crate::ui::editor::Editor;

/// The data that dialogs show, and the callbacks that they use.
pub struct DialogContext<'a> {
    pub state: &'a PageState,
    pub readonly: bool,
    /// The scenario being played, with all actions; true: it opens at the present instant.
    pub scenario: &'a Callback<bool, Scenario>,
    pub command: &'a Callback<Command>,
    /// Carries out a command, or returns why it could not.
    pub run: &'a Callback<Command, Result<(), CommandError>>,
    pub act: &'a Callback<Action>,
}

impl DialogContext<'_> {
    fn is_open(&self, dialog: Dialog) -> bool {
        self.state.dialog == Some(dialog)
    }
}

/// Draws a dialog, open or not.
type View = fn(&DialogContext<'_>) -> Html;

chunks! { Dialog => View:
    Dialog::Help => the_help help::view, in dialogs;
    Dialog::Find => the_finder find::view, in dialogs;
    Dialog::Share => the_link share::view, in dialogs;
    Dialog::Lessons => the_lessons lessons::view, in dialogs;
    Dialog::Editor => the_editor edit, in editor;
    Dialog::Explore => the_search explore::view, in explore;
    Dialog::Compare => the_comparison compare::view, in compare;
}

/// The dialog's name for people.
fn name(dialog: Dialog) -> &'static str {
    match dialog {
        Dialog::Help => "The list of keyboard shortcuts",
        Dialog::Find => "“Find”",
        Dialog::Share => "“Share and embed”",
        Dialog::Lessons => "The list of lessons",
        Dialog::Editor => "The editor",
        Dialog::Explore => "“Can it ever go wrong?”",
        Dialog::Compare => "The comparison",
    }
}

/// The editor is in another folder, because it is as large as all dialogs together.
fn edit(context: &DialogContext<'_>) -> Html {
    let state = context.state;
    html! {
        <Editor open={context.is_open(Dialog::Editor)} program={state.program} opened={state.opened.clone()} readonly={context.readonly}
            run={context.run.clone()} act={context.act.clone()} />
    }
}

/// The dialogs requested so far. One that cannot be loaded is closed again, and the page says so.
#[hook]
pub fn use_dialogs(asked: Option<Dialog>, act: &Callback<Action>) -> Dialogs {
    let loaded = use_chunks(asked, load);
    let failed = asked.filter(|asked| loaded.has_failed(*asked));
    use_effect_with(failed, {
        let (act, loaded) = (act.clone(), loaded.dispatcher());
        move |failed| {
            if let Some(dialog) = *failed {
                loaded.dispatch(Step::Told);
                act.emit(Action::Close(dialog));
                act.emit(Action::Complain(not_loaded(name(dialog))));
            }
        }
    });
    Dialogs(loaded)
}

/// The loaded dialogs.
pub struct Dialogs(UseReducerHandle<Loaded<Dialog, View>>);

impl Dialogs {
    pub fn view(&self, context: &DialogContext<'_>) -> Html {
        let is_awaited = context.state.dialog.is_some_and(|dialog| self.0.get(dialog).is_none());
        html! {
            <>
                if is_awaited { { awaited() } }
                for (dialog, view) in self.0.all() {
                    <key={name(*dialog)}>{ view(context) }</>
                }
            </>
        }
    }
}
