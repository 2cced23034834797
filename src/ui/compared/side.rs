//! Two to eight strategies side by side.

use std::rc::Rc;

use web_sys::{HtmlInputElement, SubmitEvent};
use yew::prelude::*;

use super::multiples::Multiples;
use super::parting::Partings;
use super::recorded::{FromFile, Recorded};
use super::runs::{Asked, Runs, use_runs};
use super::table::{SameRuns, Table};
use super::{ComparedProps, name};
use crate::compare::job::{Job, Keep, Kept};
use crate::compare::{Candidate, CandidateError, Measured, RunPicture};
use crate::scenario::Scenario;
use crate::ui::drive::catalog;

/// The candidates that are compared by default with the running one.
const USUAL: [&str; 5] =
    ["cache-aside", "read-through", "write-through", "write-behind", "write-around"];

#[derive(PartialEq, Properties)]
pub struct SideBySideProps {
    #[prop_or_default]
    pub chosen: Rc<Vec<String>>,
    /// It starts by itself.
    #[prop_or_default]
    pub at_once: bool,
    pub compared: ComparedProps,
}

/// A run, as it is shown.
pub struct Shown {
    pub measured: Measured,
    /// Empty while the run is under way.
    pub picture: RunPicture,
    /// How far the run is, in thousandths; `None`: it is over.
    pub permille: Option<u64>,
    /// Whether its requests come from a file, so that it cannot be played.
    pub recorded: bool,
}

#[component]
pub fn SideBySide(props: &SideBySideProps) -> Html {
    let ComparedProps { scenario, play } = &props.compared;
    // what was played when the runs began, whatever a person plays next
    let base = use_state(|| Rc::new(scenario.emit(false)));
    let chosen = use_state(|| match props.chosen.is_empty() {
        true => usual(&base),
        false => props.chosen.to_vec(),
    });
    let runs = use_runs::<Shown>();
    let recorded = use_state_eq(|| None::<Rc<Recorded>>);
    let start = {
        let (set, scenario) = (base.setter(), scenario.clone());
        let (runs, chosen, recorded) = (runs.clone(), chosen.clone(), recorded.clone());
        Callback::from(move |()| {
            let base = Rc::new(scenario.emit(false));
            set.set(base.clone());
            let recorded = (*recorded).as_ref();
            runs.start(chosen.iter().map(|text| asked(&base, text, recorded)).collect());
        })
    };
    use_effect_with((), {
        let (start, at_once) = (start.clone(), props.at_once);
        move |()| {
            if at_once {
                start.emit(())
            }
        }
    });
    let choice = html! {
        <Choice chosen={(*chosen).clone()} disabled={runs.is_running()} choose={let set = chosen.setter(); Callback::from(move |new| set.set(new))} />
    };
    let take = {
        let set = recorded.setter();
        Callback::from(move |file| set.set(file))
    };
    let choice = html! { <>{ choice }<FromFile disabled={runs.is_running()} {take} /></> };
    let few = chosen.len() < Candidate::FEWEST;
    html! {
        <>
            <p>{ "The same requests, faults and seed for each strategy, which serves all keys." }</p>
            if props.at_once {
                <details><summary>{ "Other strategies" }</summary>{ choice }</details>
            } else {
                { choice }
            }
            { runs.controls("compare", "Compare", few, start.reform(|_: MouseEvent| ())) }
            <div id="compare-result" aria-live="polite">
                if let Some(found) = runs.get() { { result(found, &base, play, props.at_once) } }
            </div>
        </>
    }
}

/// The results. On a page with other things below, long parts are folded.
fn result(
    found: &Runs<Shown>,
    base: &Rc<Scenario>,
    play: &Callback<Scenario>,
    is_folded: bool,
) -> Html {
    let runs = found.done.clone();
    let long = || {
        html! {
            <>
                <Multiples runs={SameRuns(runs.clone())} base={base.clone()} play={play.clone()} />
                if !runs.iter().any(|run| run.recorded) { <Partings runs={SameRuns(runs.clone())} base={base.clone()} /> }
            </>
        }
    };
    html! {
        <>
            for why in found.refused.iter() { <p class="notice bad">{ why }</p> }
            for run in runs.iter() {
                if let Some(why) = &run.measured.stopped {
                    <p class="notice bad">{ format!("{}: {why}", name(&run.measured.candidate)) }</p>
                }
            }
            if found.so_far.len() >= Candidate::FEWEST || !found.is_over() && !found.so_far.is_empty() {
                <Table runs={SameRuns(found.so_far.clone())} base={base.clone()} play={play.clone()} />
            }
            if found.is_over() && runs.len() >= Candidate::FEWEST {
                if is_folded {
                    <details><summary>{ "Over time, and what sets two of them apart" }</summary>{ long() }</details>
                } else {
                    { long() }
                }
            }
        </>
    }
}

/// The running candidate, and the default ones.
fn usual(base: &Scenario) -> Vec<String> {
    let runs = Candidate::of(base).name();
    let others = USUAL.into_iter().filter(|id| *id != runs);
    std::iter::once(Candidate::OWN).chain(others).map(str::to_owned).collect()
}

fn asked(base: &Rc<Scenario>, text: &str, recorded: Option<&Rc<Recorded>>) -> Asked<Shown> {
    // each was read when it was chosen
    let candidate = Candidate::listed(text, base).unwrap_or_else(|_| Candidate::of(base));
    let scenario = candidate.under(base);
    let is_recorded = recorded.is_some();
    let job = match recorded {
        Some(recorded) => recorded.job(scenario),
        None => Job::new(&scenario, Keep::Picture),
    };
    let (early, read) = (candidate.clone(), candidate.clone());
    Asked {
        name: name(&candidate),
        job: Ok(job),
        bytes: recorded.map(|recorded| recorded.bytes()),
        read: Box::new(move |text| match Kept::read(text, &read)? {
            Kept::Picture(measured, picture) => {
                Some(Shown { measured, picture, permille: None, recorded: is_recorded })
            }
            _ => None,
        }),
        early: Some(Box::new(move |so_far| Shown {
            measured: Measured::early(early.clone(), so_far.values.unwrap_or_default()),
            picture: RunPicture::default(),
            permille: Some(so_far.permille),
            recorded: is_recorded,
        })),
    }
}

#[derive(PartialEq, Properties)]
struct ChoiceProps {
    chosen: Vec<String>,
    disabled: bool,
    choose: Callback<Vec<String>>,
}

/// Built-in strategies, and candidates with parameters.
#[component]
fn Choice(props: &ChoiceProps) -> Html {
    let ChoiceProps { chosen, disabled, choose } = props;
    let wrong = use_state(|| None::<String>);
    let field = use_node_ref();
    let box_of = |text: String, title: String| {
        let (checked, full) = (chosen.contains(&text), chosen.len() == Candidate::MOST);
        let onchange = {
            let (chosen, choose, text) = (chosen.clone(), choose.clone(), text.clone());
            Callback::from(move |_: Event| {
                let mut new = chosen.clone();
                match checked {
                    true => new.retain(|each| *each != text),
                    false => new.push(text.clone()),
                }
                choose.emit(new);
            })
        };
        html! {
            <label class="check" key={text}>
                <input type="checkbox" {checked} disabled={*disabled || full && !checked} {onchange} />
                <span>{ title }</span>
            </label>
        }
    };
    let own = (Candidate::OWN.to_owned(), "As it runs now".to_owned());
    let builtin = catalog::strategies().map(|(id, title)| (id.to_owned(), title.to_owned()));
    let known: Vec<(String, String)> = std::iter::once(own).chain(builtin).collect();
    let further = chosen.iter().filter(|text| known.iter().all(|(id, _)| id != *text));
    let further =
        further.filter_map(|text| Some((text.clone(), name(&Candidate::parse(text).ok()?))));
    let all: Vec<_> = known.iter().cloned().chain(further).collect();
    let onsubmit = {
        let (chosen, choose, wrong) = (chosen.clone(), choose.clone(), wrong.setter());
        let field = field.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(field) = field.cast::<HtmlInputElement>() else { return };
            let text = field.value();
            let text: String = text.split_whitespace().collect();
            let checked = match chosen.contains(&text) {
                true => Err(CandidateError::Twice(text.clone())),
                false => Candidate::check_name(&text),
            };
            wrong.set(checked.as_ref().err().map(ToString::to_string));
            if checked.is_ok() {
                choose.emit(chosen.iter().cloned().chain([text]).collect());
            }
        })
    };
    html! {
        <>
            <fieldset class="candidates">
                <legend>{ format!("{} to {} strategies", Candidate::FEWEST, Candidate::MOST) }</legend>
                for (text, title) in all { { box_of(text, title) } }
            </fieldset>
            <form class="another" {onsubmit}>
                <label class="field inline"><span>{ "One with other parameters" }</span>
                    <input name="another" ref={field} placeholder="cache-aside:TTL=5" autocomplete="off" autocapitalize="off" spellcheck="false" required=true /></label>
                <button class="button small" disabled={*disabled || chosen.len() == Candidate::MOST}>{ "Add" }</button>
                if let Some(why) = &*wrong { <span role="alert" class="wrong">{ why }</span> }
            </form>
        </>
    }
}
