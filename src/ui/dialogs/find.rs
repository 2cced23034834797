//! The dialog that finds scenarios, claims, lessons and strategies by words.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::compare::measured::MeasuredRow;
use crate::explore::{ClaimAnswer, Verdict};
use crate::ui::browser::host;
use crate::ui::dialogs::DialogContext;
use crate::ui::dialogs::frame::DialogFrame;
use crate::ui::dialogs::libraries::Libraries;
use crate::ui::drive::finder::{self, Entry, Kind};
use crate::ui::drive::player::Command;
use crate::ui::drive::state::{Action, Dialog};
use crate::ui::wording;

/// The most entries listed.
const LISTED: usize = 24;

pub fn view(context: &DialogContext<'_>) -> Html {
    html! {
        <Find open={context.is_open(Dialog::Find)} program={context.state.program} command={context.command.clone()} act={context.act.clone()} />
    }
}

#[derive(PartialEq, Properties)]
struct FindProps {
    open: bool,
    /// The position of the strategy shown, which a strategy that is chosen replaces.
    program: usize,
    command: Callback<Command>,
    act: Callback<Action>,
}

#[component]
fn Find(props: &FindProps) -> Html {
    html! {
        <DialogFrame dialog={Dialog::Find} open={props.open} name="find" title="Find" act={props.act.clone()}>
            <Content program={props.program} command={props.command.clone()} act={props.act.clone()} />
        </DialogFrame>
    }
}

#[derive(PartialEq, Properties)]
struct ContentProps {
    program: usize,
    command: Callback<Command>,
    act: Callback<Action>,
}

#[component]
fn Content(props: &ContentProps) -> Html {
    let words = use_state_eq(String::new);
    let oninput = {
        let words = words.setter();
        Callback::from(move |event: InputEvent| {
            words.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let found = finder::find(&words);
    let more = found.len().saturating_sub(LISTED);
    html! {
        <>
            <label class="field"><span>{ "Scenarios, claims, lessons and strategies, by words: “ttl stale”, “lost write”, “lesson”" }</span>
                <input type="text" id="find-words" autocomplete="off" spellcheck="false" {oninput} />
            </label>
            <p class="quiet" role="status" id="found">{ wording::count(found.len() as u64, "result") }</p>
            <ul class="found" aria-label="Results">
                for entry in found.into_iter().take(LISTED) { { one(props, entry) } }
                if more > 0 { <li key="more" class="empty">{ format!("… and {more} more: add a word") }</li> }
            </ul>
            if host::has_neighbours() {
                <Libraries program={props.program} command={props.command.clone()} act={props.act.clone()} />
            }
        </>
    }
}

fn one(props: &ContentProps, entry: &'static Entry) -> Html {
    let onclick = {
        let (command, act, program) = (props.command.clone(), props.act.clone(), props.program);
        Callback::from(move |_: MouseEvent| {
            act.emit(Action::Close(Dialog::Find));
            command.emit(match entry.kind {
                Kind::Strategy => Command::Strategy(program, entry.id.to_owned()),
                Kind::Scenario | Kind::Claim | Kind::Lesson => Command::Preset(entry.id.to_owned()),
            });
        })
    };
    html! {
        <li key={format!("{} {}", entry.kind.name(), entry.id)}>
            <button type="button" class="found-button" data-found={entry.id} {onclick}>
                <span class="tag">{ entry.kind.name() }</span>{ " " }<strong>{ &entry.title }</strong>
                <span class="quiet">{ &entry.sentence }</span>
                if let Some(known) = known(entry) { <span class="quiet known">{ known }</span> }
            </button>
        </li>
    }
}

/// What is known of it without a run: of a claim what a search of every order says, of a strategy
/// what it came to under the courses' workload.
fn known(entry: &Entry) -> Option<String> {
    match entry.kind {
        Kind::Claim => {
            let claim = ClaimAnswer::of(entry.id)?;
            let mark = match claim.verdict {
                Verdict::Holds => "✓",
                Verdict::Violated => "✗",
                Verdict::Unknown => "?",
            };
            Some(format!("{mark} {}", claim.sentence()))
        }
        Kind::Strategy => Some(MeasuredRow::of(entry.id)?.sentence()),
        Kind::Scenario | Kind::Lesson => None,
    }
}
