//! The results of the runs: a row for each measure.

use std::rc::Rc;

use yew::prelude::*;

use super::side::Shown;
use super::{lead, name};
use crate::compare::{Measured, Row, rows};
use crate::scenario::Scenario;
use crate::time;

#[derive(PartialEq, Properties)]
pub struct TableProps {
    pub runs: SameRuns,
    pub base: Rc<Scenario>,
    pub play: Callback<Scenario>,
}

/// Finished runs. Equal if they are the same ones.
#[derive(Clone)]
pub struct SameRuns(pub Rc<Vec<Rc<Shown>>>);

impl PartialEq for SameRuns {
    fn eq(&self, other: &SameRuns) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[component]
pub fn Table(props: &TableProps) -> Html {
    let runs = &*props.runs.0;
    let rows = use_memo(props.runs.clone(), |runs| {
        rows(&runs.0.iter().map(|run| run.measured.clone()).collect::<Vec<Measured>>())
    });
    // runs that are not over are not alike, and none is the best
    let is_open = runs.iter().any(|run| run.permille.is_some());
    let differs = |row: &&Row| !row.best.is_empty();
    let (rows, alike): (Vec<&Row>, Vec<&Row>) =
        rows.iter().partition(|row| is_open || differs(row));
    let alike = alike.iter().map(|row| row.measure.heading).collect::<Vec<_>>().join(" · ");
    html! {
        <>
            <div class="numbers compared-numbers" tabindex="0" role="region" aria-label="Strategies side by side">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ "Measured" }</th>
                            for (at, run) in runs.iter().enumerate() {
                                <th scope="col" key={at}>
                                    if run.recorded || run.permille.is_some() {
                                        { name(&run.measured.candidate) }
                                        if let Some(permille) = run.permille { <span class="quiet">{ format!(" {} %", permille / 10) }</span> }
                                    } else {
                                        <button type="button" class="button small" title="Play this run" onclick={lead(&props.base, &run.measured.candidate, None, &props.play)}>
                                            { name(&run.measured.candidate) }
                                        </button>
                                    }
                                </th>
                            }
                        </tr>
                    </thead>
                    <tbody>
                        for row in rows {
                            <tr key={row.measure.name} data-measure={row.measure.name}>
                                <th scope="row">{ row.measure.heading }</th>
                                for at in 0..row.cells.len() { { cell(row, at, is_open, props) } }
                            </tr>
                        }
                    </tbody>
                </table>
            </div>
            <p class="quiet">{ if is_open { "Not all runs are over. " } else { "" } }{ "▲ best, ▼ worst. A value leads to the moment of the run from which it comes." }</p>
            if !alike.is_empty() {
                <details class="quiet"><summary>{ "The same for all" }</summary>{ format!("{alike}.") }</details>
            }
        </>
    }
}

fn cell(row: &Row, at: usize, is_open: bool, props: &TableProps) -> Html {
    let marked = |those: &[usize]| !is_open && those.contains(&at);
    let (class, mark) = match (marked(&row.best), marked(&row.worst)) {
        (true, _) => ("best", " ▲"),
        (_, true) => ("worst", " ▼"),
        _ => ("", ""),
    };
    let value = &row.cells[at];
    let text = value.value.map_or("–".to_owned(), |number| row.measure.unit.words(number));
    html! {
        <td key={at} {class}>
            if let Some(moment) = value.moment.as_ref().filter(|_| !props.runs.0[at].recorded) {
                <button type="button" class="link" title={format!("Go to {} in this run", time::instant(moment.at_us))}
                    onclick={lead(&props.base, &props.runs.0[at].measured.candidate, Some(moment.at_us), &props.play)}>{ text }{ mark }</button>
            } else {
                { text }{ mark }
            }
        </td>
    }
}
