//! A control for each of a strategy's parameters. A new value restarts the run.

use std::rc::Rc;
use std::sync::Arc;

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::decimal;
use crate::layout::slider;
use crate::scenario::Literal;
use crate::ui::drive::player::{Command, ParameterView, ProgramView};
use crate::ui::wording;

#[derive(PartialEq, Properties)]
pub struct ParametersProps {
    /// The strategy's position in the scenario.
    pub at: usize,
    pub program: Rc<ProgramView>,
    pub command: Callback<Command>,
}

#[component]
pub fn Parameters(props: &ParametersProps) -> Html {
    if props.program.parameters.is_empty() {
        return html! {};
    }
    let at = props.at;
    let set = props.command.reform(move |(name, value)| Command::Parameter(at, name, value));
    html! {
        <details class="parameters" open=true>
            <summary>{ "Parameters" }<span class="quiet">{ " · a change restarts the run" }</span></summary>
            for parameter in &props.program.parameters {
                <Control key={&*parameter.name} place="parameter" parameter={parameter.clone()} set={set.clone()} />
            }
        </details>
    }
}

#[derive(PartialEq, Properties)]
pub struct ControlProps {
    /// The prefix of its id: a parameter may have controls in two places.
    pub place: &'static str,
    pub parameter: ParameterView,
    /// Must keep its identity while its behaviour is the same: a control that is redrawn loses what
    /// is being typed into it.
    pub set: Callback<(Arc<str>, Literal)>,
}

/// A parameter's name, its meaning, and its control.
#[component]
pub fn Control(props: &ControlProps) -> Html {
    let parameter = &props.parameter;
    let id = format!("{}-{}", props.place, parameter.name);
    let about = format!("{id}-about");
    // What the control is being dragged to; it counts when it is let go.
    let dragged = use_state_eq(|| None::<String>);
    let set = {
        let (name, old) = (parameter.name.clone(), parameter.value.clone());
        let (set, dragged) = (props.set.clone(), dragged.setter());
        Callback::from(move |text: String| {
            if let Some(value) = read(&old, &text).filter(|value| *value != old) {
                set.emit((name.clone(), value));
            }
            // Whether it was taken or refused: what is shown is what the run uses.
            dragged.set(None);
        })
    };
    let on_change =
        set.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().value());
    let on_drag = {
        let dragged = dragged.setter();
        Callback::from(move |event: InputEvent| {
            dragged.set(Some(event.target_unchecked_into::<HtmlInputElement>().value()));
        })
    };
    let value = (*dragged).clone().unwrap_or_else(|| plain(&parameter.value));
    let whole = matches!(parameter.value, Literal::Int(_));
    let control = match (&parameter.value, parameter.range) {
        (Literal::Bool(on), _) => {
            let choose = set
                .reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
            html! {
                <select id={id.clone()} aria-describedby={about.clone()} onchange={choose}>
                    <option value="True" selected={*on}>{ "True" }</option>
                    <option value="False" selected={!*on}>{ "False" }</option>
                </select>
            }
        }
        (Literal::Text(_), _) => html! {
            <input id={id.clone()} type="text" {value} aria-describedby={about.clone()} onchange={on_change} />
        },
        (_, range) => {
            let (low, high) = range.unzip();
            let text = |bound: Option<f64>| bound.map(|bound| bound.to_string());
            let step = match range {
                _ if whole => "1".to_owned(),
                Some((low, high)) if high - low <= 2.0 => "0.01".to_owned(),
                _ => "any".to_owned(),
            };
            let place = range
                .zip(decimal::float(&value))
                .map(|((low, high), value)| slider::place(value, low, high));
            let at_place = move |event: Event| slid(&event, range, whole);
            let on_slide = {
                let dragged = dragged.setter();
                Callback::from(move |event: InputEvent| {
                    dragged.set(Some(slid(&event, range, whole)))
                })
            };
            html! {
                <>
                    if let Some(place) = place {
                        <input type="range" min="0" max={slider::PLACES.to_string()} step="1"
                            value={place.to_string()} aria-valuetext={value.clone()}
                            aria-label={format!("{}, slider", parameter.name)}
                            oninput={on_slide.clone()} onchange={set.reform(at_place)} />
                    }
                    <input id={id.clone()} type="number" min={text(low)} max={text(high)} {step} {value}
                        aria-describedby={about.clone()} oninput={on_drag} onchange={on_change} />
                </>
            }
        }
    };
    html! {
        <div class="parameter" data-parameter={parameter.name.to_string()}>
            <label for={id}><code>{ &*parameter.name }</code></label>
            <span class="quiet" id={about}>
                { &*parameter.text }
                if let Some((low, high)) = parameter.range {
                    <span class="unseen">{ format!(", {low} to {high}") }</span>
                }
            </span>
            <span class="control">{ control }</span>
        </div>
    }
}

/// The value at a slider's position.
fn slid(event: &Event, range: Option<(f64, f64)>, whole: bool) -> String {
    let place = event.target_unchecked_into::<HtmlInputElement>().value_as_number() as u32;
    let (low, high) = range.unwrap_or((0.0, 1.0));
    slider::value(place, low, high, whole).to_string()
}

/// A value in an input's notation.
fn plain(value: &Literal) -> String {
    match value {
        Literal::Text(text) => text.clone(),
        other => wording::literal(other),
    }
}

/// A typed text as a value of the same kind as the old one.
fn read(old: &Literal, text: &str) -> Option<Literal> {
    let text = text.trim();
    match old {
        Literal::Bool(_) => Some(Literal::Bool(text == "True")),
        Literal::Int(_) => match text.parse() {
            Ok(number) => Some(Literal::Int(number)),
            Err(_) => decimal::float(text).map(Literal::Float),
        },
        Literal::Float(_) => decimal::float(text).map(Literal::Float),
        Literal::Text(_) => Some(Literal::Text(text.to_owned())),
    }
}
