//! The table of the courses, measured, beside what they say.

use std::rc::Rc;

use yew::prelude::*;

use super::runs::use_runs;
use super::{ComparedProps, lead, measure};
use crate::compare::courses::{ASPECTS, Judged, STRATEGIES, Word, judge, reference};
use crate::compare::{Candidate, Measured};
use crate::scenario::Scenario;
use crate::ui::drive::catalog;

#[component]
pub fn Courses(props: &ComparedProps) -> Html {
    let runs = use_runs::<Measured>();
    let start = {
        let runs = runs.clone();
        Callback::from(move |_: MouseEvent| {
            runs.start(STRATEGIES.iter().filter_map(|id| measure(&reference(), id)).collect());
        })
    };
    let table = runs.get().filter(|runs| runs.is_over() && runs.done.len() == STRATEGIES.len());
    let table =
        table.map(|runs| judge(&runs.done.iter().map(|run| (**run).clone()).collect::<Vec<_>>()));
    html! {
        <>
            <p>{ "Five course texts, A to E, compare the same strategies in words. Here each word comes from a run of one workload, \
                  by one rule for each column: sixty requests a second for a hundred keys, six in ten of them reads, an import of rows that \
                  nobody reads, and a crash of the cache." }</p>
            { runs.controls("courses", "Measure the table", false, start) }
            <div id="courses-result" aria-live="polite">
                if let Some(table) = table { { drawn(&table, &props.play) } }
            </div>
        </>
    }
}

fn drawn(table: &[Judged], play: &Callback<Scenario>) -> Html {
    let base = Rc::new(reference());
    html! {
        <>
            <div class="numbers compared-numbers" tabindex="0" role="region" aria-label="What courses say, measured">
                <table>
                    <thead><tr>
                        <th scope="col">{ "Strategy" }</th>
                        for aspect in &ASPECTS { <th scope="col" key={aspect.name}>{ aspect.name }</th> }
                    </tr></thead>
                    <tbody>
                        for row in table {
                            <tr key={row.strategy.clone()} data-strategy={row.strategy.clone()}>
                                <th scope="row">{ catalog::title(&row.strategy) }</th>
                                for (at, word) in row.words.iter().enumerate() {
                                    <td class="text" key={at}>{ cell(&base, &row.strategy, word, play) }</td>
                                }
                            </tr>
                        }
                    </tbody>
                </table>
            </div>
            <p class="quiet">{ "✓ the courses named say the same, ✗ they disagree. A number leads to the moment of the run from which it comes." }</p>
            <details><summary>{ "How a number becomes a word" }</summary>
                <dl class="parted">
                    for aspect in &ASPECTS { <dt>{ aspect.name }</dt><dd>{ aspect.rule }</dd> }
                </dl>
            </details>
        </>
    }
}

fn cell(base: &Rc<Scenario>, strategy: &str, word: &Word, play: &Callback<Scenario>) -> Html {
    let number = word.cell.value.map_or("–".to_owned(), |value| word.unit.words(value));
    let moment = word.cell.moment.as_ref().map(|moment| moment.at_us);
    let candidate = Candidate::parse(strategy).ok();
    let onclick = candidate.map(|candidate| lead(base, &candidate, moment, play));
    html! {
        <>
            <b>{ word.word }</b>{ " " }
            if moment.is_some() {
                <button type="button" class="link" {onclick}>{ number }</button>
            } else {
                <span class="quiet">{ number }</span>
            }
            for (said, agrees) in &word.said {
                <span class={if *agrees { "said" } else { "said other" }}>
                    { if *agrees { "✓ " } else { "✗ " } }
                    if *agrees { { said.by } } else { { format!("{}: {}", said.by, said.word) } }
                </span>
            }
        </>
    }
}
