//! Which one for me? The same run under several strategies, and what each came to.

use std::collections::BTreeMap;
use std::rc::Rc;

use yew::prelude::*;

use crate::compare::{Candidate, FEWEST, MOST, Measured, Row, Run, rows};
use crate::scenario::Scenario;
use crate::time;
use crate::ui::browser::frames::clock;
use crate::ui::browser::work::IdleWork;
use crate::ui::dialogs::DialogContext;
use crate::ui::dialogs::frame::{DialogFrame, ScenarioDialogProps};
use crate::ui::drive::catalog;
use crate::ui::drive::player::Command;
use crate::ui::drive::state::{Action, Dialog};

/// Events between two looks at the clock.
const EVENTS: u32 = 500;
/// Real milliseconds between two reports.
const REPORT_MS: f64 = 200.0;
/// What is compared with what runs, where nobody chooses.
const USUAL: [&str; 5] =
    ["cache-aside", "read-through", "write-through", "write-behind", "write-around"];

pub fn view(context: &DialogContext<'_>) -> Html {
    html! { <Compare ..ScenarioDialogProps::of(context, Dialog::Compare) /> }
}

#[component]
fn Compare(props: &ScenarioDialogProps) -> Html {
    html! {
        <DialogFrame dialog={Dialog::Compare} open={props.open} name="comparison" title="Which strategy, for this?" act={props.act.clone()}>
            <Content ..props.clone() />
        </DialogFrame>
    }
}

/// How far a comparison has come.
#[derive(Clone)]
enum Stage {
    Idle,
    At {
        /// How many runs are over.
        over: usize,
        of: usize,
        /// Thousandths of the run under way.
        permille: u64,
    },
    Done(Rc<Found>),
}

/// What a comparison came to.
struct Found {
    scenario: Scenario,
    runs: Vec<Measured>,
    rows: Vec<Row>,
    /// Strategies that cannot run here, and why.
    refused: Vec<String>,
}

#[component]
fn Content(props: &ScenarioDialogProps) -> Html {
    let own = use_memo((), |()| Candidate::of(&props.scenario.emit(false)));
    let chosen = use_state(|| usual(&own));
    let stage = use_state(|| Stage::Idle);
    let work = use_mut_ref(|| None::<IdleWork>);
    let start = {
        let (own, chosen, stage) = (own.clone(), chosen.clone(), stage.setter());
        let (scenario, work) = (props.scenario.clone(), work.clone());
        Callback::from(move |_: MouseEvent| {
            let candidates = chosen.iter().map(|id| candidate(id, &own)).collect();
            *work.borrow_mut() = Some(compare(scenario.emit(false), candidates, stage.clone()));
        })
    };
    let stop = {
        let (stage, work) = (stage.setter(), work.clone());
        Callback::from(move |_: MouseEvent| {
            *work.borrow_mut() = None;
            stage.set(Stage::Idle);
        })
    };
    let is_running = matches!(*stage, Stage::At { .. });
    let choice = |(id, title): (&'static str, &'static str)| {
        let (checked, full) = (chosen.contains(&id), chosen.len() == MOST);
        let onchange = {
            let chosen = chosen.clone();
            Callback::from(move |_: Event| {
                let mut new = (*chosen).clone();
                match checked {
                    true => new.retain(|each| *each != id),
                    false => new.push(id),
                }
                chosen.set(new);
            })
        };
        html! {
            <label class="check" key={id}>
                <input type="checkbox" {checked} disabled={is_running || full && !checked} {onchange} />
                <span>{ title }</span>
            </label>
        }
    };
    let all = std::iter::once((OWN, "As it runs now")).chain(catalog::strategies());
    html! {
        <>
            <p>{ "The same requests, faults and seed for each strategy, which serves all keys." }</p>
            <fieldset class="candidates">
                <legend>{ format!("{FEWEST} to {MOST} strategies") }</legend>
                { for all.map(choice) }
            </fieldset>
            <p class="buttons">
                if is_running {
                    <button type="button" class="button" id="compare-stop" onclick={stop}>{ "Stop" }</button>
                } else {
                    <button type="button" class="button primary" id="compare-start" disabled={chosen.len() < FEWEST}
                        onclick={start}>{ "Compare" }</button>
                }
            </p>
            <div id="compare-result" aria-live="polite">
                { match &*stage {
                    Stage::Idle => Html::default(),
                    Stage::At { over, of, permille } => html! {
                        <p class="quiet" aria-live="off">{ format!("Run {} of {of}: {} %", over + 1, permille / 10) }</p>
                    },
                    Stage::Done(found) => table(found, props),
                } }
            </div>
        </>
    }
}

/// Stands for what runs now.
const OWN: &str = "";

/// What runs, and the usual ones besides.
fn usual(own: &Candidate) -> Vec<&'static str> {
    let runs = own.name();
    std::iter::once(OWN).chain(USUAL.into_iter().filter(|id| *id != runs)).collect()
}

fn candidate(id: &str, own: &Candidate) -> Candidate {
    match id {
        OWN => own.clone(),
        id => Candidate { strategy: id.to_owned(), source: None, parameters: BTreeMap::new() },
    }
}

/// Runs one candidate after another, in portions between frames.
fn compare(
    scenario: Scenario,
    candidates: Vec<Candidate>,
    stage: UseStateSetter<Stage>,
) -> IdleWork {
    let of = candidates.len();
    let (mut waiting, mut refused) = (candidates.into_iter(), Vec::new());
    let (mut run, mut over) = (None::<Run>, Vec::<Measured>::new());
    let mut told = 0.0;
    stage.set(Stage::At { over: 0, of, permille: 0 });
    IdleWork::start(move || {
        let Some(under_way) = &mut run else {
            let Some(next) = waiting.next() else {
                let (runs, refused) = (std::mem::take(&mut over), std::mem::take(&mut refused));
                let rows = rows(&runs);
                stage.set(Stage::Done(Rc::new(Found {
                    scenario: scenario.clone(),
                    runs,
                    rows,
                    refused,
                })));
                return true;
            };
            match Run::new(&scenario, &next) {
                Ok(begun) => run = Some(begun),
                Err(problems) => refused.push(format!("{}: {}", name(&next), problems[0])),
            }
            return false;
        };
        if under_way.advance(EVENTS) {
            over.push(under_way.measured());
            run = None;
        } else if clock() - told > REPORT_MS {
            told = clock();
            let (now_us, until_us) = under_way.progress();
            let permille = now_us.saturating_mul(1_000) / until_us.max(1);
            stage.set(Stage::At { over: over.len(), of, permille });
        }
        false
    })
}

fn name(candidate: &Candidate) -> String {
    let title = match candidate.source {
        Some(_) => "Your own",
        None => catalog::title(&candidate.strategy),
    };
    match candidate.name().split_once(':') {
        Some((_, parameters)) => format!("{title}, {parameters}"),
        None => title.to_owned(),
    }
}

/// What leads into a run, at a moment of it.
fn play(
    found: &Rc<Found>,
    at: usize,
    at_us: Option<u64>,
    props: &ScenarioDialogProps,
) -> Callback<MouseEvent> {
    let (found, command, act) = (found.clone(), props.command.clone(), props.act.clone());
    Callback::from(move |_: MouseEvent| {
        let mut scenario = found.runs[at].candidate.under(&found.scenario);
        scenario.view.at_us = at_us;
        act.emit(Action::Close(Dialog::Compare));
        command.emit(Command::Open(Box::new(scenario)));
    })
}

fn table(found: &Rc<Found>, props: &ScenarioDialogProps) -> Html {
    let differs = |row: &&Row| !row.best.is_empty();
    let (rows, alike): (Vec<&Row>, Vec<&Row>) = found.rows.iter().partition(differs);
    let alike = alike.iter().map(|row| row.measure.heading).collect::<Vec<_>>().join(", ");
    html! {
        <>
            for why in &found.refused { <p class="notice bad">{ why }</p> }
            for run in &found.runs {
                if let Some(why) = &run.stopped { <p class="notice bad">{ format!("{}: {why}", name(&run.candidate)) }</p> }
            }
            <div class="numbers compared" tabindex="0" role="region" aria-label="Strategies side by side">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ "Measured" }</th>
                            for (at, run) in found.runs.iter().enumerate() {
                                <th scope="col" key={at}>
                                    <button type="button" class="button small" title="Play this run" onclick={play(found, at, None, props)}>
                                        { name(&run.candidate) }
                                    </button>
                                </th>
                            }
                        </tr>
                    </thead>
                    <tbody>
                        for row in rows {
                            <tr key={row.measure.name} data-measure={row.measure.name}>
                                <th scope="row">{ row.measure.heading }</th>
                                for at in 0..row.cells.len() { { cell(found, row, at, props) } }
                            </tr>
                        }
                    </tbody>
                </table>
            </div>
            <p class="quiet">{ "▲ best, ▼ worst. A value leads to the moment of the run that made it." }</p>
            if !alike.is_empty() { <p class="quiet">{ format!("The same for all: {alike}.") }</p> }
        </>
    }
}

fn cell(found: &Rc<Found>, row: &Row, at: usize, props: &ScenarioDialogProps) -> Html {
    let (class, mark) = match (row.best.contains(&at), row.worst.contains(&at)) {
        (true, _) => ("best", " ▲"),
        (_, true) => ("worst", " ▼"),
        _ => ("", ""),
    };
    let value = &row.cells[at];
    let text = value.value.map_or("–".to_owned(), |number| row.measure.unit.words(number));
    html! {
        <td key={at} {class}>
            if let Some(moment) = &value.moment {
                <button type="button" class="link" title={format!("Go to {} in this run", time::instant(moment.at_us))}
                    onclick={play(found, at, Some(moment.at_us), props)}>{ text }{ mark }</button>
            } else {
                { text }{ mark }
            }
        </td>
    }
}
