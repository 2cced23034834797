//! What a person can do to a message in flight.

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};
use yew::prelude::*;

use crate::scenario::What;
use crate::ui::drive::player::Command;
use crate::vocabulary::Handling;

#[derive(PartialEq, Properties)]
pub struct HandProps {
    /// The message's name in an action.
    pub message: String,
    /// The message's name for people: "R1 cache.set(k)".
    pub name: String,
    pub held: bool,
    pub command: Callback<Command>,
}

#[component]
pub fn Hand(props: &HandProps) -> Html {
    let done = |what: What| {
        props.command.reform(move |event: MouseEvent| {
            keep_focus(&event);
            Command::Do(what.clone())
        })
    };
    html! {
        <span class="hand" role="group" aria-label={format!("Actions on {}", props.name)}>
            for (at, how) in Handling::offered(props.held).into_iter().enumerate() {
                <button key={at} type="button" class="button small"
                    onclick={done(What::handle(props.message.clone(), how))}>
                    { how.button() }<span class="unseen">{ format!(" {}", props.name) }</span>
                </button>
            }
        </span>
    }
}

/// Keeps the focus when a message lands and its buttons are removed: the surrounding element,
/// marked `data-refuge`, takes it.
pub fn keep_focus(event: &MouseEvent) {
    let button: Element = event.target_unchecked_into();
    let Ok(Some(refuge)) = button.closest("[data-refuge]") else { return };
    let look = move || {
        let document = web_sys::window().and_then(|window| window.document());
        let lost = document.is_some_and(|document| {
            document.active_element().is_none_or(|active| active.tag_name() == "BODY")
        });
        if let (true, Some(refuge)) = (lost, refuge.dyn_ref::<HtmlElement>()) {
            // The page stays where the person is looking.
            let still = FocusOptions::new();
            still.set_prevent_scroll(true);
            // An element that is there takes the focus.
            let _ = refuge.focus_with_options(&still);
        }
    };
    Timeout::new(REDRAWN_MS, look).forget();
}

/// How long it takes until the result of a command is drawn.
const REDRAWN_MS: u32 = 150;
