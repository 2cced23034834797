//! The list of a text's errors, and the controls of its parameters.

use std::rc::Rc;
use std::sync::Arc;

use yew::prelude::*;

use super::check::Fitted;
use crate::scenario::Literal;
use crate::strategy::SyntaxError;
use crate::ui::pieces::parameters::Control;

/// The most errors shown.
const MOST: usize = 20;

// Functions, not components: each component would cost its visitors some kilobytes.

/// The list of problems.
pub fn findings(
    problems: &Rc<[SyntaxError]>,
    next: &Callback<()>,
    go_to: &Callback<SyntaxError>,
) -> Html {
    let next = next.reform(|_: MouseEvent| ());
    html! {
        <section class="findings" aria-labelledby="findings-title">
            <div class="title">
                <h3 id="findings-title">{ count(problems.len()) }</h3>
                if !problems.is_empty() {
                    <button type="button" class="button small" id="next-problem" onclick={next}>{ "Next problem" }</button>
                }
            </div>
            <ol id="strategy-problems">
                for problem in problems.iter() {
                    <li key={problem.line}>
                        <button type="button" class="button small" onclick={{
                            let problem = problem.clone();
                            go_to.reform(move |_: MouseEvent| problem.clone())
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

/// A text with code between `` ` ``.
fn in_code(text: &str) -> Html {
    let mut parts = text.split('`').enumerate();
    html! {
        for (at, part) in parts.by_ref() {
            if at % 2 == 1 { <code>{ part }</code> } else { { part } }
        }
    }
}

/// A control for each parameter that the text declares, and why the last value was refused.
pub fn settings(
    fitted: &Fitted,
    readonly: bool,
    refused: Option<&String>,
    set: &Callback<(Arc<str>, Literal)>,
) -> Html {
    html! {
        <section class="settings-of-text" aria-labelledby="settings-title">
            <h3 id="settings-title">{ "Parameters" }</h3>
            if fitted.parameters.is_empty() {
                <p class="empty">{ "None. Declare one above the functions: " }<code>{ "TTL = 60  # seconds · 1..90" }</code></p>
            }
            <fieldset disabled={readonly}>
                <legend class="unseen">{ "Parameters of this text" }</legend>
                for parameter in &fitted.parameters {
                    <Control key={&*parameter.name} place="draft" parameter={parameter.clone()} set={set.clone()} />
                }
            </fieldset>
            <div role="status" class="remarks">
                if let Some(why) = refused { <p class="bad">{ why }</p> }
                for remark in &fitted.remarks { <p>{ remark }</p> }
            </div>
        </section>
    }
}
