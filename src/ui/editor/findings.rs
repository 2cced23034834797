//! What is wrong with a text, as a list; and its parameters.

use std::rc::Rc;

use yew::prelude::*;

use super::check::Fitted;
use crate::scenario::Literal;
use crate::strategy::SyntaxError;
use crate::ui::parameters::Control;

/// As many as the compiler reports.
const MOST: usize = 20;

#[derive(PartialEq, Properties)]
pub struct FindingsProps {
    pub problems: Rc<[SyntaxError]>,
    pub next: Callback<()>,
    pub go_to: Callback<SyntaxError>,
}

#[component]
pub fn Findings(props: &FindingsProps) -> Html {
    let next = props.next.reform(|_: MouseEvent| ());
    html! {
        <section class="findings" aria-labelledby="findings-title">
            <div class="title">
                <h3 id="findings-title">{ count(props.problems.len()) }</h3>
                if !props.problems.is_empty() {
                    <button type="button" class="button small" id="next-problem" onclick={next}>{ "Next problem" }</button>
                }
            </div>
            <ol id="strategy-problems">
                for problem in props.problems.iter() {
                    <li key={problem.line}>
                        <button type="button" class="button small" onclick={{
                            let problem = problem.clone();
                            props.go_to.reform(move |_: MouseEvent| problem.clone())
                        }}>{ format!("Line {}, column {}", problem.line, problem.column) }</button>
                        <p>{ in_code(&problem.message) }</p>
                        <p class="quiet">{ in_code(&problem.advice) }</p>
                    </li>
                }
            </ol>
        </section>
    }
}

/// "No problem", "1 problem", "20 problems or more"
pub fn count(problems: usize) -> String {
    match problems {
        0 => "No problem".to_owned(),
        1 => "1 problem".to_owned(),
        MOST.. => format!("{problems} problems or more"),
        _ => format!("{problems} problems"),
    }
}

/// What stands between two `` ` `` is code.
fn in_code(text: &str) -> Html {
    let mut parts = text.split('`').enumerate();
    html! {
        for (at, part) in parts.by_ref() {
            if at % 2 == 1 { <code>{ part }</code> } else { { part } }
        }
    }
}

#[derive(PartialEq, Properties)]
pub struct SettingsProps {
    pub fitted: Fitted,
    pub readonly: bool,
    /// Why the last value was not taken.
    pub refused: Option<String>,
    pub set: Callback<(Rc<str>, Literal)>,
}

/// A control for each parameter that the text declares.
#[component]
pub fn Settings(props: &SettingsProps) -> Html {
    html! {
        <section class="settings-of-text" aria-labelledby="settings-title">
            <h3 id="settings-title">{ "Parameters" }</h3>
            if props.fitted.parameters.is_empty() {
                <p class="empty">{ "None. Declare one above the functions: " }<code>{ "TTL = 60  # seconds · 1..90" }</code></p>
            }
            <fieldset disabled={props.readonly}>
                <legend class="unseen">{ "Parameters of this text" }</legend>
                for parameter in &props.fitted.parameters {
                    <Control key={&*parameter.name} place="draft" parameter={parameter.clone()} set={{
                        let name = parameter.name.clone();
                        props.set.reform(move |value| (name.clone(), value))
                    }} />
                }
            </fieldset>
            <div role="status" class="remarks">
                if let Some(why) = &props.refused { <p class="bad">{ why }</p> }
                for remark in &props.fitted.remarks { <p>{ remark }</p> }
            </div>
        </section>
    }
}
