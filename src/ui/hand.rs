//! What a person can do to a message in flight.

use yew::prelude::*;

use crate::scenario::What;
use crate::time::MILLISECOND_US;
use crate::ui::player::Command;

#[derive(PartialEq, Properties)]
pub struct HandProps {
    /// What an action calls it.
    pub message: String,
    /// What a person calls it: "R1 cache.set(k)".
    pub name: String,
    pub held: bool,
    pub command: Callback<Command>,
}

#[component]
pub fn Hand(props: &HandProps) -> Html {
    let message = || props.message.clone();
    let hold = match props.held {
        true => ("Release", What::Release { message: message() }),
        false => ("Hold", What::Hold { message: message() }),
    };
    let delay = What::Delay { message: message(), by_us: 10 * MILLISECOND_US };
    let all = [
        hold,
        ("Deliver now", What::Deliver { message: message() }),
        ("Delay 10 ms", delay),
        ("Drop", What::Drop { message: message() }),
    ];
    html! {
        <span class="hand" role="group" aria-label={format!("What to do to {}", props.name)}>
            for (at, (verb, what)) in all.into_iter().enumerate() {
                <button key={at} type="button" class="button small"
                    onclick={props.command.reform(move |_: MouseEvent| Command::Do(what.clone()))}>
                    { verb }<span class="unseen">{ format!(" {}", props.name) }</span>
                </button>
            }
        </span>
    }
}
