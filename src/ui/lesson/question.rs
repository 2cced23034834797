//! The question of a step, and the answer being prepared.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::decimal;
use crate::lesson::{Answer, Words};
use crate::scenario::Question;
use crate::ui::pieces::markdown::phrase;

#[derive(PartialEq, Properties)]
pub struct AskProps {
    pub question: Rc<Question>,
    pub words: Rc<Words>,
    /// Whether it was answered before.
    pub known: bool,
    pub commit: Callback<Answer>,
}

#[component]
pub fn Ask(props: &AskProps) -> Html {
    let chosen = use_state_eq(Vec::<u16>::new);
    let number = use_state_eq(|| None::<f64>);
    let answer = match &*props.question {
        Question::Number { .. } => number.map(Answer::Number),
        _ => (!chosen.is_empty()).then(|| Answer::Choices(chosen.to_vec())),
    };
    let unanswered = answer.is_none();
    let onsubmit = {
        let commit = props.commit.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(answer) = &answer {
                commit.emit(answer.clone());
            }
        })
    };
    html! {
        <form class="ask" {onsubmit}>
            <fieldset>
                <legend>{ phrase(&props.words.prompt) }</legend>
                { match &*props.question {
                    Question::Number { unit, .. } => number_field(unit.sign(), &number),
                    Question::One { id, .. } => choices(&props.words, id, false, &chosen),
                    Question::All { id, .. } => choices(&props.words, id, true, &chosen),
                } }
            </fieldset>
            <p class="buttons">
                <button type="submit" class="button primary" id="lesson-commit" disabled={unanswered}>{ "Commit" }</button>
                <span class="quiet">
                    { match (props.known, unanswered) {
                        (true, _) => "You answered this before. Your first answer counts.",
                        (false, true) => "Predict first. Then the run continues and shows the answer.",
                        (false, false) => "The run then continues and shows the answer.",
                    } }
                </span>
            </p>
        </form>
    }
}

fn choices(words: &Words, id: &str, several: bool, chosen: &UseStateHandle<Vec<u16>>) -> Html {
    let kind = if several { "checkbox" } else { "radio" };
    let pick = |index: u16| {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| {
            let on = event.target_unchecked_into::<HtmlInputElement>().checked();
            let mut now: Vec<u16> = if several { chosen.to_vec() } else { Vec::new() };
            now.retain(|each| *each != index);
            if on {
                now.push(index);
            }
            now.sort_unstable();
            chosen.set(now);
        })
    };
    html! {
        for (index, text) in (0_u16..).zip(&words.choices) {
            <label key={index} class="choice">
                <input type={kind} name={format!("lesson-{id}")} value={index.to_string()}
                    checked={chosen.contains(&index)} onchange={pick(index)} />
                <span>{ phrase(text) }</span>
            </label>
        }
    }
}

fn number_field(sign: &'static str, number: &UseStateHandle<Option<f64>>) -> Html {
    let typed = {
        let number = number.setter();
        Callback::from(move |event: InputEvent| {
            let value = event.target_unchecked_into::<HtmlInputElement>().value();
            number.set(decimal::float(&value).filter(|value| value.is_finite()));
        })
    };
    let label =
        if sign.is_empty() { "Your answer".to_owned() } else { format!("Your answer, in {sign}") };
    html! {
        <p class="number">
            <input type="number" step="any" id="lesson-number" aria-label={label} autocomplete="off" oninput={typed} />
            <span>{ sign }</span>
        </p>
    }
}
