//! The field guide's strategies, in a group of their own: fetched when the group is opened.

use serde::Deserialize;
use web_sys::{Event, HtmlElement, HtmlInputElement};
use yew::platform::spawn_local;
use yew::prelude::*;

use crate::ui::browser::source;
use crate::ui::drive::player::{Command, Library as Chosen};
use crate::ui::drive::state::{Action, Dialog};
use crate::ui::wording;

/// The file with the strategies, beside the page.
const FILE: &str = "guide.json";

/// A library or a queue as a strategy.
#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Library {
    id: String,
    title: String,
    does: String,
    source: String,
}

/// What has come of the file.
#[derive(Clone, PartialEq)]
enum Shelf {
    Closed,
    Asked,
    Here(Vec<Library>),
    Failed,
}

#[derive(PartialEq, Properties)]
pub struct LibrariesProps {
    /// The position of the strategy shown, which a library replaces.
    pub program: usize,
    pub command: Callback<Command>,
    pub act: Callback<Action>,
}

#[component]
pub fn Libraries(props: &LibrariesProps) -> Html {
    let shelf = use_state_eq(|| Shelf::Closed);
    let word = use_state_eq(String::new);
    let ontoggle = {
        let shelf = shelf.clone();
        Callback::from(move |event: Event| {
            let is_open = event.target_unchecked_into::<HtmlElement>().has_attribute("open");
            if !is_open || !matches!(*shelf, Shelf::Closed | Shelf::Failed) {
                return;
            }
            shelf.set(Shelf::Asked);
            let shelf = shelf.setter();
            spawn_local(async move {
                let text = source::beside(FILE).await;
                let read = text.and_then(|text| serde_json::from_str(&text).ok());
                shelf.set(read.map_or(Shelf::Failed, Shelf::Here));
            });
        })
    };
    let oninput = {
        let word = word.setter();
        Callback::from(move |event: InputEvent| {
            word.set(event.target_unchecked_into::<HtmlInputElement>().value().to_lowercase());
        })
    };
    let content = match &*shelf {
        Shelf::Closed => html! {},
        Shelf::Asked => html! { <p class="quiet" role="status">{ "Loading …" }</p> },
        Shelf::Failed => {
            html! { <p class="quiet" role="status">{ "The file with them could not be loaded. Close this and open it to try again." }</p> }
        }
        Shelf::Here(libraries) => {
            let is_meant = |library: &&Library| {
                format!("{} {} {}", library.id, library.title, library.does)
                    .to_lowercase()
                    .contains(&**word)
            };
            let found: Vec<&Library> = libraries.iter().filter(is_meant).collect();
            html! {
                <>
                    <label class="field"><span>{ "A library or a queue: “dogpile”, “nginx”" }</span>
                        <input type="text" id="library-words" autocomplete="off" spellcheck="false" {oninput} />
                    </label>
                    <p class="quiet" role="status">{ wording::count(found.len() as u64, "result") }</p>
                    <ul class="found" aria-label="Libraries and queues">
                        for library in found { { one(props, library) } }
                    </ul>
                </>
            }
        }
    };
    html! {
        <details id="libraries" {ontoggle}>
            <summary>{ "How your library does it: libraries and queues, each as a strategy" }</summary>
            <p class="quiet">{ "Each does what the library was measured to do. Their authors do not endorse this. " }
                <a href="guide.html" target="_blank" rel="noopener">{ "All of them side by side" }</a></p>
            { content }
        </details>
    }
}

fn one(props: &LibrariesProps, library: &Library) -> Html {
    let onclick = {
        let (command, act, program) = (props.command.clone(), props.act.clone(), props.program);
        let (title, source) = (library.title.clone(), library.source.clone());
        Callback::from(move |_: MouseEvent| {
            act.emit(Action::Close(Dialog::Find));
            let chosen = Chosen { title: title.clone(), source: source.clone() };
            command.emit(Command::Library(program, Box::new(chosen)));
        })
    };
    html! {
        <li key={library.id.clone()}>
            <button type="button" class="found-button" data-library={library.id.clone()} {onclick}>
                <strong>{ &library.title }</strong><span class="quiet">{ &library.does }</span>
            </button>
        </li>
    }
}
