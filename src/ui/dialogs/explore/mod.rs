//! The dialog of the search over all orders: can it ever go wrong, and what is the shortest way to
//! a violation?

mod graph;
mod searching;

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use self::graph::States;
use self::searching::use_search;
use crate::explore::job::{Found, Job, PropertyFound, SoFar};
use crate::explore::{Budgets, Property, Verdict};
use crate::scenario::Scenario;
use crate::ui::dialogs::DialogContext;
use crate::ui::dialogs::frame::{DialogFrame, ScenarioDialogProps};
use crate::ui::drive::player::Command;
use crate::ui::drive::state::{Action, Dialog};
use crate::ui::wording;

/// The most memory of a search, in bytes.
const MOST_MEMORY: u64 = 150 << 20;
/// The most that a budget of the form can allow.
const MOST_FAULTS: u8 = 3;

pub fn view(context: &DialogContext<'_>) -> Html {
    html! { <Explore ..ScenarioDialogProps::of(context, Dialog::Explore) /> }
}

#[component]
fn Explore(props: &ScenarioDialogProps) -> Html {
    html! {
        <DialogFrame dialog={Dialog::Explore} open={props.open} name="explore" title="Can it ever go wrong?" act={props.act.clone()}>
            <Content ..props.clone() />
        </DialogFrame>
    }
}

/// The fields of the form.
#[derive(Clone, PartialEq)]
struct Asked {
    properties: Vec<Property>,
    budgets: Budgets,
}

/// The progress of a search.
#[derive(Clone)]
enum Stage {
    Idle,
    At { so_far: SoFar, per_second: u64, is_paused: bool },
    Done { found: Rc<Found>, is_stopped: bool },
    Refused(String),
}

#[component]
fn Content(props: &ScenarioDialogProps) -> Html {
    let asked =
        use_state(|| Asked { properties: Property::DEFAULT.to_vec(), budgets: Budgets::default() });
    let stage = use_state(|| Stage::Idle);
    let search = use_search(&stage);
    let start = {
        let (asked, search, scenario) = (asked.clone(), search.clone(), props.scenario.clone());
        Callback::from(move |_: MouseEvent| {
            let scenario = scenario.emit(false);
            search.start(&Job::new(&scenario, &asked.properties, asked.budgets, MOST_MEMORY));
        })
    };
    let stop = {
        let search = search.clone();
        Callback::from(move |_: MouseEvent| search.stop())
    };
    let pause = |pause: bool| {
        let search = search.clone();
        Callback::from(move |_: MouseEvent| search.pause(pause))
    };
    let is_running = matches!(*stage, Stage::At { .. });
    html! {
        <>
            <p>{ "A run shows one order of events. This tries all of them: each request and each fault of this \
                  scenario at any moment, each message as late as it can be." }</p>
            <Form asked={(*asked).clone()} disabled={is_running} set={ { let set = asked.setter(); Callback::from(move |new| set.set(new)) } } />
            <p class="buttons" data-workers={search.workers().to_string()}>
                if let Stage::At { is_paused, .. } = &*stage {
                    <button type="button" class="button" id="explore-pause" onclick={pause(!is_paused)}>{ if *is_paused { "Continue" } else { "Pause" } }</button>
                    <button type="button" class="button" id="explore-stop" onclick={stop}>{ "Stop" }</button>
                } else {
                    <button type="button" class="button primary" id="explore-start" disabled={asked.properties.is_empty()}
                        onclick={start}>{ "Try every order" }</button>
                }
            </p>
            <div id="explore-result" aria-live="polite">
                { match &*stage {
                    Stage::Idle => Html::default(),
                    Stage::Refused(why) => html! { <p class="notice bad">{ why }</p> },
                    Stage::At { so_far, per_second, .. } => html! {
                        <p class="quiet" aria-live="off">{ format!("{}, {} waiting, up to {}; {per_second} states a second.",
                            wording::count(so_far.states, "state"), so_far.waiting,
                            wording::count(u64::from(so_far.effects), "effect")) }</p>
                    },
                    Stage::Done { found, is_stopped } => html! {
                        <>
                            if *is_stopped { <p class="notice">{ "Stopped before all was tried." }</p> }
                            <Answered found={found.clone()} command={props.command.clone()} act={props.act.clone()} />
                        </>
                    },
                } }
            </div>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct FormProps {
    asked: Asked,
    disabled: bool,
    set: Callback<Asked>,
}

#[component]
fn Form(props: &FormProps) -> Html {
    let promise = |property: Property| {
        let id = format!("explore-{}", property.name());
        let checked = props.asked.properties.contains(&property);
        let (asked, set) = (props.asked.clone(), props.set.clone());
        let onchange = Callback::from(move |_: Event| {
            let mut asked = asked.clone();
            match checked {
                true => asked.properties.retain(|each| *each != property),
                false => asked.properties.push(property),
            }
            set.emit(asked);
        });
        html! {
            <label class="check" key={property.name()}>
                <input type="checkbox" {id} {checked} disabled={props.disabled} {onchange} />
                <span>{ promised(property) }<span class="quiet">{ format!(" {}", property.name()) }</span></span>
            </label>
        }
    };
    let fault = |(name, label, field): (&'static str, &'static str, Field)| {
        let (asked, set) = (props.asked.clone(), props.set.clone());
        let value = *field(&mut asked.budgets.clone());
        let onchange = Callback::from(move |event: Event| {
            let typed = event.target_unchecked_into::<HtmlInputElement>().value();
            let mut asked = asked.clone();
            *field(&mut asked.budgets) = typed.parse().unwrap_or(0).min(MOST_FAULTS);
            set.emit(asked);
        });
        html! {
            <label class="field inline" key={name}>
                <input type="number" id={format!("explore-{name}")} min="0" max={MOST_FAULTS.to_string()}
                    value={value.to_string()} disabled={props.disabled} {onchange} />
                <span>{ label }</span>
            </label>
        }
    };
    html! {
        <div class="asked">
            <fieldset class="promises">
                <legend>{ "Properties to check" }</legend>
                { for Property::BUILT_IN.into_iter().map(promise) }
            </fieldset>
            <fieldset class="budgets">
                <legend>{ "Further failures to allow" }</legend>
                { for FAULTS.into_iter().map(fault) }
            </fieldset>
        </div>
    }
}

type Field = fn(&mut Budgets) -> &mut u8;

const FAULTS: [(&str, &str, Field); 7] = [
    ("expiries", "TTLs that expire", |it| &mut it.expiries),
    ("evictions", "evictions", |it| &mut it.evictions),
    ("crashes", "crashes", |it| &mut it.crashes),
    ("losses", "lost messages", |it| &mut it.losses),
    ("duplicates", "messages that land twice", |it| &mut it.duplicates),
    ("failures", "failed calls", |it| &mut it.failures),
    ("timeouts", "timeouts", |it| &mut it.timeouts),
];

/// A property, worded as a promise.
fn promised(property: Property) -> &'static str {
    match property {
        Property::Converges => "In the end the cache agrees with the database.",
        Property::NoPhantom => {
            "No read returns, and no entry holds, a value that the database never held."
        }
        Property::NoLostWrite => "No acknowledged write is lost.",
        Property::NoDoubleWrite => "No write takes effect twice.",
        Property::NoStaleRead => "A read sees each write that was acknowledged before it began.",
        Property::ReadYourWrites => "A client sees what it wrote itself.",
        Property::MonotonicReads => "A client never sees an older value than before.",
        Property::Linearizable => "All answers fit one order of the requests.",
        Property::Recovers => "After every fault has ended, no request fails.",
        Property::Check => "An expression is true in the end.",
    }
}

#[derive(PartialEq, Properties)]
struct AnsweredProps {
    found: Rc<Found>,
    command: Callback<Command>,
    act: Callback<Action>,
}

#[component]
fn Answered(props: &AnsweredProps) -> Html {
    let Found { states, depth, complete, requests, keys, deeds, cut, results, samples, .. } =
        &*props.found;
    let scope = format!(
        "{}{} and up to {} were tried: {}, {}, {} of the scenario.",
        if *complete { "All " } else { "" },
        wording::count(*states, "state"),
        wording::count(u64::from(*depth), "effect"),
        wording::count(*requests as u64, "request"),
        wording::count(*keys as u64, "key"),
        wording::count(*deeds as u64, "fault"),
    );
    html! {
        <>
            <ul class="outcomes">for each in results { { result(each, props) } }</ul>
            <p class="quiet">{ scope }</p>
            for why in cut { <p class="quiet">{ format!("Not tried: {why}.") }</p> }
            <States found={props.found.clone()} />
            if !samples.is_empty() {
                <details><summary>{ "Some of the runs that were tried" }</summary>
                    for sample in samples { { steps(sample) } }
                </details>
            }
        </>
    }
}

fn result(outcome: &PropertyFound, props: &AnsweredProps) -> Html {
    let (class, word, verdict) = match outcome.holds {
        Some(true) => ("good", "Holds", Verdict::Holds),
        Some(false) => ("bad", "Can go wrong", Verdict::Violated),
        None => ("open", "No answer", Verdict::Unknown),
    };
    let after = outcome.effects.map(|effects| {
        format!(", after {} at the least", wording::count(u64::from(effects), "effect"))
    });
    let shorter = outcome.shown_effects.filter(|shown| Some(*shown) != outcome.effects);
    let shorter = shorter.map(|effects| wording::count(u64::from(effects), "effect"));
    let read = |json: &String| Scenario::parse(json).map_err(|_| "it cannot be read".to_owned());
    let played = outcome.played.as_ref().map(|played| played.clone().and_then(|json| read(&json)));
    let play = played.map(|played| {
        let played = match played {
            Ok(played) => played,
            Err(why) => return html! { <span class="quiet">{ format!("It has no button to play it: {why}.") }</span> },
        };
        let (command, act) = (props.command.clone(), props.act.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            act.emit(Action::Close(Dialog::Explore));
            command.emit(Command::Open(Box::new(played.clone())));
        });
        html! { <button type="button" class="button small primary" {onclick}>{ "Play the shortest way" }</button> }
    });
    html! {
        <li key={outcome.property.name()} class={class} data-property={outcome.property.name()} data-verdict={verdict.name()}>
            <p><b>{ word }{ after }</b>{ ": " }{ promised(outcome.property) }</p>
            for why in &outcome.vacuous { <p class="quiet">{ format!("This means little: {why}.") }</p> }
            if !outcome.schedule.is_empty() {
                if let Some(shorter) = shorter {
                    <p class="quiet">{ format!("Shown without requests that it does not need: {shorter}.") }</p>
                }
                { steps(&outcome.schedule) }
                <p class="buttons">
                    { play }
                </p>
            }
        </li>
    }
}

/// A way, step by step, with what each step changed.
fn steps(steps: &[Vec<String>]) -> Html {
    html! {
        <ol class="way-steps">
            for (at, step) in steps.iter().enumerate() {
                <li key={at}>
                    for (at, what) in step.iter().enumerate() { <span key={at}>{ what }</span> }
                </li>
            }
        </ol>
    }
}
