//! The states of a small search as a graph.

use std::rc::Rc;

use yew::prelude::*;

use super::promised;
use crate::explore::job::Found;
use crate::explore::{Graph, GraphState};
use crate::layout::states::states;
use crate::ui::wording;

/// The longest text at an edge.
const LONGEST: usize = 26;

#[derive(PartialEq, Properties)]
pub struct StatesProps {
    pub found: Rc<Found>,
}

/// The graph: at first of what the stores hold, then of every state.
#[component]
pub fn States(props: &StatesProps) -> Html {
    let is_whole = use_state_eq(|| false);
    let chosen = use_state_eq(|| 0_u16);
    let shown = use_memo((props.found.clone(), *is_whole), |(found, is_whole)| {
        let graph = found.graph.clone()?;
        let (graph, counts) = match is_whole {
            true => {
                let counts = vec![1; graph.states.len()];
                (graph, counts)
            }
            false => graph.collapsed(),
        };
        let edges: Vec<_> = graph.edges.iter().map(|edge| (edge.from, edge.to)).collect();
        let drawn = states(graph.states.len(), &edges);
        Some((graph, counts, drawn))
    });
    let Some((graph, counts, drawn)) = &*shown else { return Html::default() };
    let fold = {
        let (is_whole, chosen) = (is_whole.clone(), chosen.setter());
        Callback::from(move |_: MouseEvent| {
            chosen.set(0);
            is_whole.set(!*is_whole);
        })
    };
    let choose = |at: u16| {
        let set = chosen.setter();
        Callback::from(move |_: MouseEvent| set.set(at))
    };
    let (width, height) = (drawn.width + 8.0, drawn.height + 8.0);
    let edge = |(at, edge): (usize, &crate::explore::GraphEdge)| {
        let [(x, y), (to_x, to_y)] = [edge.from, edge.to].map(|at| drawn.places[usize::from(at)]);
        // back to an earlier column, or along one: around what lies between
        let bow = if to_x > x { 0.0 } else { 22.0 };
        let half = (to_x - x) / 2.0;
        let path = format!(
            "M{x:.0} {y:.0}C{:.0} {:.0} {:.0} {:.0} {to_x:.0} {to_y:.0}",
            x + half + bow,
            y - bow,
            to_x - half + bow,
            to_y - bow
        );
        let changes = !edge.changed(&graph.states).is_empty();
        html! { <path key={at} class={if changes { "step changes" } else { "step" }} d={path} /> }
    };
    // above all steps: those that are drawn later would cross it
    let label = |at: &usize| {
        let edge = &graph.edges[*at];
        let (x, y) = drawn.places[usize::from(edge.to)];
        let changed = edge.changed(&graph.states).join(", ");
        (!changed.is_empty()).then(|| html! { <text key={*at} x={format!("{:.0}", x - 9.0)} y={format!("{:.0}", y - 5.0)} text-anchor="end">{ short(&changed) }</text> })
    };
    let state = |(at, state): (usize, &GraphState)| {
        let (x, y) = drawn.places[at];
        let is_broken = !state.broken.is_empty();
        let class = classes!(
            "state",
            is_broken.then_some("bad"),
            (at == usize::from(*chosen)).then_some("chosen")
        );
        // broken ones differ in more than colour
        let path = match is_broken {
            true => format!("M{x:.0} {:.0}l7 7l-7 7l-7 -7z", y - 7.0),
            false => format!("M{:.0} {y:.0}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0", x - 5.0),
        };
        html! { <path key={at} {class} d={path} onclick={choose(at as u16)} /> }
    };
    let all = props.found.graph.as_ref().map_or(0, |graph| graph.states.len());
    html! {
        <details class="state-graph">
            <summary>{ format!("The {} as a graph", wording::count(all as u64, "state")) }</summary>
            <p class="buttons">
                <button type="button" class="button small" id="states-fold" aria-pressed={is_whole.to_string()} onclick={fold}>{ "Every state by itself" }</button>
                <span class="quiet">{ if *is_whole { "Thick steps change a store. ◆ breaks a property." } else { "States whose stores hold the same are one. ◆ breaks a property." } }</span>
            </p>
            <div class="numbers" tabindex="0" role="region" aria-label="The states as a graph">
                <svg width={format!("{width:.0}")} height={format!("{height:.0}")} viewBox={format!("0 -4 {width:.0} {height:.0}")} role="img"
                    aria-label={format!("{} and {}, from left to right; the list below leads through them.", wording::count(graph.states.len() as u64, "state"), wording::count(graph.edges.len() as u64, "step"))}>
                    <g>{ for graph.edges.iter().enumerate().map(edge) }</g>
                    <g>{ for drawn.first.iter().filter_map(label) }</g>
                    { for graph.states.iter().enumerate().map(state) }
                </svg>
            </div>
            { told(graph, counts, *chosen, &choose) }
        </details>
    }
}

/// A state, and the steps that lead from it.
fn told(
    graph: &Graph,
    counts: &[usize],
    chosen: u16,
    choose: &dyn Fn(u16) -> Callback<MouseEvent>,
) -> Html {
    let at = usize::from(chosen);
    let Some(state) = graph.states.get(at) else { return Html::default() };
    let held: Vec<String> =
        state.held.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let stands_for = counts.get(at).filter(|count| **count > 1);
    let stands_for = stands_for.map(|count| format!(", which stands for {count}"));
    html! {
        <div aria-live="polite">
            <p><b>{ format!("State {} of {}", at + 1, graph.states.len()) }</b>{ stands_for }{ ": " }{ held.join(", ") }{ "." }</p>
            for property in &state.broken { <p class="notice bad">{ "Not kept: " }{ promised(*property) }</p> }
            <ul class="steps">
                for edge in graph.edges.iter().filter(|edge| edge.from == chosen) {
                    <li>
                        <button type="button" class="link" onclick={choose(edge.to)}>{ format!("to state {}", edge.to + 1) }</button>
                        { ": " }{ edge.what.join("; ") }
                        { for edge.changed(&graph.states).iter().map(|changed| html! { <>{ " → " }<b>{ changed.clone() }</b></> }) }
                    </li>
                }
            </ul>
            if chosen != 0 { <p><button type="button" class="link" onclick={choose(0)}>{ "Back to the beginning" }</button></p> }
        </div>
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
