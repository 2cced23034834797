//! The violations: how often, what exactly, how each came about, and a link to its moment.

use std::rc::Rc;

use yew::prelude::*;

use super::PageContext;
use crate::page::Panel;
use crate::time::{self, Micros};
use crate::ui::drive::kinship::{Kin, label_of};
use crate::ui::drive::player::Command;
use crate::ui::drive::state::Action;
use crate::ui::pieces::cause::chain;
use crate::ui::pieces::icon;
use crate::ui::pieces::section::Section;
use crate::ui::wording;
use crate::view::{self, ProblemView};

/// The most problems listed before a person asks for all.
const LISTED: usize = 5;

pub fn view(page: &PageContext<'_>) -> Html {
    let (state, shown) = (page.state, &page.state.shown);
    html! {
        <Problems problems={shown.known_problems().clone()} lit={state.lit.clone()}
            foreseen_until_us={shown.foreseen.as_ref().map(|foreseen| foreseen.until_us)}
            ahead_of_us={shown.ahead_of_us()} command={page.command.clone()} act={page.act.clone()} />
    }
}

#[derive(PartialEq, Properties)]
struct ProblemsProps {
    problems: Rc<view::Problems>,
    /// After a jump back: the instant up to which problems are known.
    foreseen_until_us: Option<Micros>,
    /// Problems after this instant are still ahead.
    ahead_of_us: Micros,
    lit: Option<Rc<Kin>>,
    command: Callback<Command>,
    act: Callback<Action>,
}

#[component]
fn Problems(props: &ProblemsProps) -> Html {
    let all = use_state_eq(|| false);
    let show_all = {
        let (all, now) = (all.setter(), !*all);
        Callback::from(move |_: MouseEvent| all.set(now))
    };
    let problems = &props.problems;
    let listed = if *all { usize::MAX } else { LISTED };
    let total: u64 = problems.totals.iter().map(|(_, times)| times).sum();
    let untold = total.saturating_sub(problems.shown.len() as u64);
    let beside = props.foreseen_until_us.map(|until_us| {
        let known = format!("up to {}, from where you jumped back", time::instant(until_us));
        html! { <span class="quiet">{ known }</span> }
    });
    html! {
        <Section panel={Panel::Problems} {beside}>
            if problems.totals.is_empty() {
                <p class="empty">{ "No problems so far." }</p>
            } else {
                <ul class="totals" aria-label="How often">
                    for (kind, times) in &problems.totals {
                        <li key={*kind} class={wording::problem_tone(kind)} data-total={*kind}>
                            <span class="pill">{ icon::problem(kind) }{ wording::count(*times, kind) }</span>
                        </li>
                    }
                </ul>
                <ol class="problem-list">
                    for (at, problem) in problems.shown.iter().take(listed).enumerate() {
                        { told(props, problem, at == 0) }
                    }
                </ol>
                <p class="more">
                    if problems.shown.len() > LISTED {
                        <button type="button" class="button small" aria-expanded={(*all).to_string()} onclick={show_all}>
                            { if *all { "Show fewer".to_owned() } else { format!("Show all {}", problems.shown.len()) } }
                        </button>
                    }
                    if untold > 0 { <span class="empty">{ format!("{untold} more are counted, not listed.") }</span> }
                </p>
            }
        </Section>
    }
}

/// A problem. The cause of the first one is shown at once.
fn told(props: &ProblemsProps, problem: &ProblemView, first: bool) -> Html {
    let jump = {
        let (command, act) = (props.command.clone(), props.act.clone());
        let (key, at_us) = (problem.key.clone(), problem.at_us);
        Callback::from(move |_: MouseEvent| {
            act.emit(Action::Visit(key.to_string()));
            command.emit(Command::Seek(at_us));
        })
    };
    let when = time::instant(problem.at_us);
    let label = label_of(&problem.what);
    let lit = props.lit.as_ref().is_some_and(|kin| kin.holds(label, Some(&*problem.key)));
    html! {
        <li key={problem.id} class={classes!("problem", wording::problem_tone(problem.kind), lit.then_some("lit"))}
            data-of={label.to_owned()} data-about={problem.key.to_string()} data-kind={problem.kind}
            data-at-us={problem.at_us.to_string()}>
            <div class="problem-head">
                <span class="kind">{ icon::problem(problem.kind) }<span>{ problem.kind }</span></span>
                <code>{ &*problem.key }</code>
                <span class="quiet">{ format!("at {when}") }{ if problem.at_us > props.ahead_of_us { " · still ahead" } else { "" } }</span>
            </div>
            <button type="button" class="button small jump" onclick={jump}>
                { "Jump to it" }
                <span class="unseen">{ format!(": {} of {}, {when}", problem.kind, problem.key) }</span>
            </button>
            <p>{ &problem.what }</p>
            if !problem.cause.is_empty() {
                <details class="why" open={first}>
                    <summary>{ "What led to it" }</summary>
                    { chain(&problem.cause) }
                </details>
            }
        </li>
    }
}
