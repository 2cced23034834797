//! The clients: the request form, and the latest answers.

use std::rc::Rc;

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::PageContext;
use crate::page::Panel;
use crate::scenario::What;
use crate::time;
use crate::ui::drive::player::{Command, OpenedRun};
use crate::ui::drive::state::{Action, Form};
use crate::ui::pieces::section::Section;
use crate::view::RequestResult;

/// The numbers of simultaneous requests that the form offers.
const BURSTS: [u32; 7] = [1, 2, 5, 10, 50, 100, 1_000];

pub fn view(page: &PageContext<'_>) -> Html {
    let state = page.state;
    html! {
        <Clients opened={state.opened.clone()} form={state.form.clone()} results={state.shown.results.clone()}
            command={page.command.clone()} act={page.act.clone()} />
    }
}

#[derive(PartialEq, Properties)]
struct ClientsProps {
    opened: Rc<OpenedRun>,
    form: Form,
    results: Rc<Vec<RequestResult>>,
    command: Callback<Command>,
    act: Callback<Action>,
}

#[component]
fn Clients(props: &ClientsProps) -> Html {
    let form = &props.form;
    let typed = |action: fn(String) -> Action| {
        props.act.reform(move |event: InputEvent| {
            action(event.target_unchecked_into::<HtmlInputElement>().value())
        })
    };
    let fire = |what: What| props.command.reform(move |_: MouseEvent| Command::Do(what.clone()));
    let on_times = props.act.reform(|event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        Action::Times(select.value().parse().unwrap_or(1))
    });
    let program = props.opened.program_of(&form.key);
    let deletes = program.is_none_or(|program| program.deletes);
    let increments = program.is_none_or(|program| program.increments);
    let wanting = match (form.key.trim(), form.client.trim()) {
        ("", _) => Some("A request needs a key."),
        (_, "") => Some("A request needs a client."),
        _ => None,
    };
    let nameless = wanting.is_some();
    let lacks = |function: &str| format!("This strategy has no function “{function}”");
    html! {
        <Section panel={Panel::Clients}>
            <form class="request" onsubmit={|event: SubmitEvent| event.prevent_default()}>
                <label class="field">
                    <span>{ "Key" }</span>
                    <input type="text" id="key" list="keys" value={form.key.clone()} oninput={typed(Action::Key)}
                        autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="200" />
                </label>
                <label class="field">
                    <span>{ "Client" }</span>
                    <input type="text" id="client" list="client-names" value={form.client.clone()}
                        oninput={typed(Action::Client)} autocomplete="off" autocapitalize="off" spellcheck="false"
                        maxlength="80" />
                </label>
                <label class="field">
                    <span>{ "Value to write" }</span>
                    <input type="text" id="value" value={form.value.clone()} oninput={typed(Action::Value)}
                        placeholder="a new one" autocomplete="off" spellcheck="false" maxlength="200" />
                </label>
                <label class="field">
                    <span>{ "How many" }</span>
                    <select id="times" onchange={on_times}>
                        for times in BURSTS {
                            <option key={times} value={times.to_string()} selected={times == form.times}>
                                { format!("×{times}") }
                            </option>
                        }
                    </select>
                </label>
                if let Some(why) = wanting {
                    <p class="quiet wanting" id="request-wants">{ why }</p>
                }
                <div class="verbs">
                    <button type="button" id="read" class="button primary" disabled={nameless}
                        onclick={fire(form.read())}>{ "Read" }</button>
                    <button type="button" id="write" class="button primary" disabled={nameless}
                        onclick={fire(form.write())}>{ "Write" }</button>
                    <button type="button" id="delete" class="button" disabled={nameless || !deletes}
                        title={(!deletes).then(|| lacks("delete"))}
                        onclick={fire(form.delete())}>{ "Delete" }</button>
                    <button type="button" id="increment" class="button" disabled={nameless || !increments}
                        title={(!increments).then(|| lacks("increment"))}
                        onclick={fire(form.increment())}>{ "Increment" }</button>
                </div>
                <datalist id="keys">
                    for key in &props.opened.keys { <option key={key.as_str()} value={key.clone()} /> }
                </datalist>
                <datalist id="client-names">
                    for name in &props.opened.clients { <option key={name.as_str()} value={name.clone()} /> }
                </datalist>
            </form>
            <Answers results={props.results.clone()} />
        </Section>
    }
}

/// The most answers shown.
const ANSWERS: usize = 6;

#[derive(PartialEq, Properties)]
struct AnswersProps {
    results: Rc<Vec<RequestResult>>,
}

#[component]
fn Answers(props: &AnswersProps) -> Html {
    html! {
        <>
            <h3 id="answers-title">{ "Latest answers" }</h3>
            if props.results.is_empty() {
                <p class="empty">{ "None yet." }</p>
            } else {
                <ul class="answers" id="answers" aria-labelledby="answers-title">
                    // Without keys: in a rush all of them are new, and their elements stay.
                    for result in props.results.iter().take(ANSWERS) {
                        <li class={classes!((!result.good).then_some("bad"))}
                            data-label={result.label.clone()} data-good={result.good.to_string()}>
                            <span class="tag">{ &result.label }</span>
                            <span class="what">
                                <code>{ &*result.key }</code>{ " " }
                                if !result.value.is_empty() { <b>{ format!("→ {}", result.value) }</b> }
                                <span class="quiet">
                                    { format!(" {} · {}", result.client,
                                        time::duration(result.ended_us.saturating_sub(result.started_us))) }
                                </span>
                            </span>
                            <span class="verdict">{ &result.verdict }</span>
                        </li>
                    }
                </ul>
            }
        </>
    }
}
