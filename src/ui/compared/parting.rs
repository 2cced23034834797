//! Two runs: where they diverge, and what each key ended as.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::name;
use super::runs::{Asked, use_runs};
use super::table::SameRuns;
use crate::compare::job::{Job, Keep, Kept};
use crate::compare::{Apart, Candidate, Held};
use crate::scenario::Scenario;
use crate::time::{self, Micros};
use crate::ui::wording;

#[derive(PartialEq, Properties)]
pub struct PartingsProps {
    pub runs: SameRuns,
    pub base: Rc<Scenario>,
}

#[component]
pub fn Partings(props: &PartingsProps) -> Html {
    let pair = use_state_eq(|| (0_usize, 1_usize));
    // both are played again, as their histories are not kept
    let found = use_runs::<Apart>();
    let candidates: Vec<Candidate> =
        props.runs.0.iter().map(|run| run.measured.candidate.clone()).collect();
    if candidates.len() < Candidate::FEWEST {
        return Html::default();
    }
    let start = {
        let (base, candidates, found, pair) =
            (props.base.clone(), candidates.clone(), found.clone(), *pair);
        Callback::from(move |_: MouseEvent| {
            let (one, other) = (&candidates[pair.0], &candidates[pair.1]);
            let keep = Keep::Apart(other.under(&base).to_json());
            let candidate = one.clone();
            found.start(vec![Asked {
                name: format!("{}, {}", name(one), name(other)),
                job: Ok(Job::new(&one.under(&base), keep)),
                bytes: None,
                read: Box::new(move |text| match Kept::read(text, &candidate)? {
                    Kept::Apart(apart) => Some(apart),
                    _ => None,
                }),
                early: None,
            }]);
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
                for why in found.get().iter().flat_map(|runs| runs.refused.iter()) { <p class="notice bad">{ why }</p> }
                if let Some(difference) = difference { { drawn(&difference) } }
            </div>
        </section>
    }
}

fn drawn(difference: &Apart) -> Html {
    let line = |line: &Option<(Micros, String)>| match line {
        Some((at_us, text)) => {
            html! { <><span class="quiet">{ time::instant(*at_us) }</span>{ " " }{ text }</> }
        }
        None => html! { "Nothing more happens." },
    };
    let held = |it: &Held| {
        format!("{}: cache {}, database {}", wording::key_state(it.state), it.cache, it.database)
    };
    html! {
        <>
            if let Some([before, one, other]) = &difference.parting {
                if before.is_some() {
                    <p>{ "The same up to: " }{ line(before) }</p>
                }
                <dl class="parted">
                    <dt>{ "Then the first" }</dt><dd>{ line(one) }</dd>
                    <dt>{ "and the second" }</dt><dd>{ line(other) }</dd>
                </dl>
            } else {
                <p>{ "Every event is the same in both." }</p>
            }
            if difference.differ == 0 {
                <p>{ format!("Every key ends the same ({} in all).", difference.of) }</p>
            } else {
                <div class="numbers" tabindex="0" role="region" aria-label="Keys that end differently">
                    <table>
                        <thead><tr><th scope="col">{ "Key" }</th><th scope="col">{ "First" }</th><th scope="col">{ "Second" }</th></tr></thead>
                        <tbody>
                            for (key, one, other) in &difference.keys {
                                <tr key={&**key}><th scope="row"><code>{ &**key }</code></th><td>{ held(one) }</td><td>{ held(other) }</td></tr>
                            }
                        </tbody>
                    </table>
                </div>
                <p class="quiet">{ format!("{} of {} keys end differently.", difference.differ, difference.of) }</p>
            }
        </>
    }
}
