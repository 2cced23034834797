//! Two runs: where they diverge, and what each key ended as.

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::name;
use super::runs::{Job, use_runs};
use super::table::SameRuns;
use crate::compare::{Candidate, Difference, Holdings, Run};
use crate::scenario::Scenario;
use crate::simulate::Simulation;
use crate::time;
use crate::ui::wording;
use crate::view::LogLine;

/// The most keys listed.
const KEYS: usize = 30;

#[derive(PartialEq, Properties)]
pub struct PartingsProps {
    pub runs: SameRuns,
    pub base: Rc<Scenario>,
}

#[component]
pub fn Partings(props: &PartingsProps) -> Html {
    let pair = use_state_eq(|| (0_usize, 1_usize));
    // both are played again, as their histories are not kept
    let found = use_runs::<Option<Difference>>();
    let candidates: Vec<Candidate> =
        props.runs.0.iter().map(|run| run.measured.candidate.clone()).collect();
    if candidates.len() < Candidate::FEWEST {
        return Html::default();
    }
    let start = {
        let (base, candidates, found, pair) =
            (props.base.clone(), candidates.clone(), found.clone(), *pair);
        Callback::from(move |_: MouseEvent| {
            let first = Rc::new(RefCell::new(None::<Simulation>));
            let job = |at: usize| {
                let (base, candidate, first) =
                    (base.clone(), candidates[at].clone(), first.clone());
                Job {
                    name: name(&candidate),
                    begin: Box::new(move || Run::new(&base, &candidate)),
                    end: Box::new(move |run: &Run| match first.take() {
                        Some(one) => Some(Difference::of(&one, run.simulation())),
                        None => {
                            first.replace(Some(run.simulation().clone()));
                            None
                        }
                    }),
                }
            };
            found.start(vec![job(pair.0), job(pair.1)]);
        })
    };
    let choice = |label: &'static str, id: &'static str, chosen: usize, set: Callback<usize>| {
        let onchange = Callback::from(move |event: Event| {
            set.emit(
                event.target_unchecked_into::<HtmlSelectElement>().selected_index().max(0) as usize
            );
        });
        html! {
            <label class="field inline"><span>{ label }</span>
                <select {id} {onchange}>
                    for (at, candidate) in candidates.iter().enumerate() {
                        <option key={at} selected={at == chosen}>{ name(candidate) }</option>
                    }
                </select>
            </label>
        }
    };
    let set_one = {
        let pair = pair.clone();
        Callback::from(move |at| pair.set((at, pair.1)))
    };
    let set_other = {
        let pair = pair.clone();
        Callback::from(move |at| pair.set((pair.0, at)))
    };
    let difference = found.get().and_then(|runs| runs.done.last().cloned());
    html! {
        <section class="parting" aria-labelledby="parting-title">
            <h3 id="parting-title">{ "What sets two of them apart" }</h3>
            <p class="choices">
                { choice("Between", "parting-one", pair.0, set_one) }
                { choice("and", "parting-other", pair.1, set_other) }
            </p>
            { found.controls("parting", "Show", pair.0 == pair.1, start) }
            <div id="parting-result" aria-live="polite">
                if let Some(difference) = difference {
                    if let Some(difference) = &*difference { { drawn(difference) } }
                }
            </div>
        </section>
    }
}

fn drawn(difference: &Difference) -> Html {
    let line = |line: &Option<LogLine>| match line {
        Some(line) => {
            html! { <><span class="quiet">{ time::instant(line.at_us) }</span>{ " " }{ &line.text }</> }
        }
        None => html! { "Nothing more happens." },
    };
    let differ: Vec<_> = difference.keys.iter().filter(|key| key.differs()).collect();
    let held = |it: &Holdings| {
        format!("{}: cache {}, database {}", wording::key_state(it.state), it.cache, it.database)
    };
    html! {
        <>
            if let Some(parting) = &difference.parting {
                if let Some(before) = &parting.before {
                    <p>{ "The same up to: " }{ line(&Some(before.clone())) }</p>
                }
                <dl class="parted">
                    <dt>{ "Then the first" }</dt><dd>{ line(&parting.one) }</dd>
                    <dt>{ "and the second" }</dt><dd>{ line(&parting.other) }</dd>
                </dl>
            } else {
                <p>{ "Every event is the same in both." }</p>
            }
            if differ.is_empty() {
                <p>{ format!("Every key ends the same ({} in all).", difference.keys.len()) }</p>
            } else {
                <div class="numbers" tabindex="0" role="region" aria-label="Keys that end differently">
                    <table>
                        <thead><tr><th scope="col">{ "Key" }</th><th scope="col">{ "First" }</th><th scope="col">{ "Second" }</th></tr></thead>
                        <tbody>
                            for key in differ.iter().take(KEYS) {
                                <tr key={&*key.key}><th scope="row"><code>{ &*key.key }</code></th><td>{ held(&key.one) }</td><td>{ held(&key.other) }</td></tr>
                            }
                        </tbody>
                    </table>
                </div>
                <p class="quiet">{ format!("{} of {} keys end differently.", differ.len(), difference.keys.len()) }</p>
            }
        </>
    }
}
