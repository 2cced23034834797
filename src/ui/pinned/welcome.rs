//! The welcome: what this is, and three things to try.

use yew::prelude::*;

use crate::simulate::timeline::Stop;
use crate::ui::browser::storage;
use crate::ui::drive::player::Command;
use crate::ui::drive::state::{Action, Dialog};
use crate::ui::pieces::icon;

const STORED_AS: &str = "stalemate.welcomed";

/// Whether this is a person's first visit.
pub fn is_due() -> bool {
    storage::recall(STORED_AS).is_none()
}

#[derive(PartialEq, Properties)]
pub struct WelcomeProps {
    pub command: Callback<Command>,
    pub act: Callback<Action>,
}

#[component]
pub fn Welcome(props: &WelcomeProps) -> Html {
    let shown = use_state_eq(is_due);
    if !*shown {
        return html! {};
    }
    let leave = {
        let shown = shown.setter();
        move || {
            storage::remember(STORED_AS, "yes");
            shown.set(false);
        }
    };
    let attempt = |commands: Vec<Command>| {
        let (leave, command) = (leave.clone(), props.command.clone());
        Callback::from(move |_: MouseEvent| {
            leave();
            commands.iter().for_each(|each| command.emit(each.clone()));
        })
    };
    let open = |dialog: Dialog| {
        let (leave, act) = (leave.clone(), props.act.clone());
        Callback::from(move |_: MouseEvent| {
            leave();
            act.emit(Action::Open(dialog));
        })
    };
    let preset = |id: &str| Command::Preset(id.to_owned());
    html! {
        <section class="panel welcome" aria-labelledby="welcome-title">
            <h2 id="welcome-title">{ "What this is" }</h2>
            <p>{ "A cache, a database and the code between them, simulated in your browser. Read and write, break either, and see why the two come to differ. Three things to try:" }</p>
            <p class="buttons">
                <button type="button" class="button" id="try-race" onclick={attempt(vec![preset("ca6"), Command::Next(Stop::Violation)])}>
                    { "See a read go stale, and why" }</button>
                <button type="button" class="button" id="try-outage" onclick={attempt(vec![preset("ca8"), Command::Play(true)])}>
                    { "Kill the cache under load" }</button>
                <button type="button" class="button" id="try-lesson" onclick={attempt(vec![preset("lesson-cache-aside")])}>
                    { "Take a lesson: predict, then see" }</button>
                <button type="button" class="button quiet" id="try-find" aria-haspopup="dialog" onclick={open(Dialog::Find)}>{ "Or find a scenario" }</button>
                <button type="button" class="button quiet" id="welcome-close" aria-label="Close this introduction"
                    onclick={attempt(Vec::new())}>{ icon::cross() }</button>
            </p>
        </section>
    }
}
