//! Small multiples: ribbons and charts of all runs on one time axis, with one cursor.

use std::rc::Rc;

use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use super::latencies::Latencies;
use super::side::Shown;
use super::table::SameRuns;
use super::{lead, name};
use crate::compare::telling_keys;
use crate::layout::multiples::{MultipleRow, Multiples as Drawn, multiples, values_at};
use crate::layout::{self, Plot, RIBBON_HEIGHT, STATES, ribbon_path};
use crate::scenario::Scenario;
use crate::time::{self, Micros};
use crate::ui::wording;
use crate::view::{Charts, Ribbon};

/// The most keys with ribbons.
const KEYS: usize = 4;

#[derive(PartialEq, Properties)]
pub struct MultiplesProps {
    pub runs: SameRuns,
    pub base: Rc<Scenario>,
    pub play: Callback<Scenario>,
}

#[component]
pub fn Multiples(props: &MultiplesProps) -> Html {
    let runs = &props.runs.0;
    let drawn = use_memo(props.runs.clone(), |runs| {
        let charts: Vec<&Charts> = runs.0.iter().map(|run| &run.picture.charts).collect();
        let pictures: Vec<_> = runs.0.iter().map(|run| &run.picture).collect();
        (multiples(&charts), telling_keys(&pictures, KEYS))
    });
    let (drawn, keys) = &*drawn;
    let cursor_us = use_state_eq(|| 0_u64);
    let end_us = drawn.end_us();
    let oninput = {
        let set = cursor_us.setter();
        Callback::from(move |event: InputEvent| {
            let value = event.target_unchecked_into::<HtmlInputElement>().value();
            set.set(value.parse().unwrap_or(0));
        })
    };
    let point = {
        let set = cursor_us.setter();
        let drawn = drawn.clone();
        Callback::from(move |event: MouseEvent| {
            let Some(target) = event.current_target() else { return };
            let target: Element = wasm_bindgen::JsCast::unchecked_into(target);
            let place = target.get_bounding_client_rect();
            let share = (f64::from(event.client_x()) - place.left()) / place.width().max(1.0);
            set.set(drawn.at_us(share * WIDTH));
        })
    };
    if drawn.rows.is_empty() {
        return Html::default();
    }
    let at_us = *cursor_us;
    let each = |content: &dyn Fn(&Rc<Shown>, usize) -> Html| -> Html {
        runs.iter()
            .enumerate()
            .map(|(at, run)| {
                html! {
                    <figure key={at} onmousemove={point.clone()}>
                        <figcaption>{ name(&run.measured.candidate) }</figcaption>
                        { content(run, at) }
                    </figure>
                }
            })
            .collect()
    };
    html! {
        <>
        <Latencies runs={props.runs.clone()} />
        <section class="compared multiples" aria-labelledby="multiples-title">
            <h3 id="multiples-title">{ "Over time" }</h3>
            <label class="field inline cursor"><span>{ "At" }</span>
                <input type="range" id="compare-cursor" min="0" max={end_us.to_string()} step={(end_us / 500).max(1).to_string()}
                    value={at_us.to_string()} aria-valuetext={time::instant(at_us)} {oninput} />
                <output for="compare-cursor">{ time::instant(at_us) }</output>
            </label>
            <p class="buttons">
                for run in runs.iter().filter(|run| !run.recorded) {
                    <button type="button" class="button small" onclick={lead(&props.base, &run.measured.candidate, Some(at_us), &props.play)}>
                        { format!("{} at {}", name(&run.measured.candidate), time::instant(at_us)) }
                    </button>
                }
            </p>
            for key in keys {
                <h4><code>{ &**key }</code></h4>
                <div class="each">{ each(&|run, _| ribbon(run, key, drawn, at_us)) }</div>
            }
            for row in &drawn.rows {
                <h4>{ row.title }</h4>
                <div class="each" data-chart={row.id}>
                    { each(&|run, at| chart(row, at, &run.picture.charts, drawn, at_us)) }
                </div>
            }
        </section>
        </>
    }
}

/// The width of every drawing.
const WIDTH: f64 = layout::CHART_WIDTH;

fn cursor(drawn: &Drawn, at_us: Micros, height: f64) -> Html {
    html! { <path class="cursor" d={format!("M{:.1} 0V{height:.1}", drawn.x(at_us))} /> }
}

fn ribbon(run: &Rc<Shown>, key: &str, drawn: &Drawn, at_us: Micros) -> Html {
    let picture = &run.picture;
    let known = picture.ribbons.iter().find(|ribbon| &*ribbon.key == key);
    let (left, right) = drawn.edges();
    let steps = picture.steps;
    // a step of the ribbon, in the drawing's units
    let wide = (right - left) * steps.step_us as f64 / drawn.end_us().max(1) as f64;
    let state = |ribbon: &Ribbon| steps.at(at_us).and_then(|at| ribbon.cells.get(at).copied());
    let here = known.and_then(state);
    let said = here.map_or("not there", wording::key_state);
    html! {
        <>
            <svg class="plot" viewBox={format!("0 0 {WIDTH} {RIBBON_HEIGHT}")} role="img" aria-label={format!("{key}, at {}: {said}", time::instant(at_us))}>
                if let Some(ribbon) = known {
                    <g class="cells" transform={format!("translate({left:.1} 0) scale({wide:.5} 1)")}>
                        for state in STATES {
                            <path key={wording::key_state_id(state)} class={wording::key_state_id(state)} d={ribbon_path(&ribbon.cells, state)} />
                        }
                    </g>
                }
                { cursor(drawn, at_us, f64::from(RIBBON_HEIGHT)) }
            </svg>
            <p class="quiet">{ said }</p>
        </>
    }
}

fn chart(row: &MultipleRow, at: usize, charts: &Charts, drawn: &Drawn, at_us: Micros) -> Html {
    let Some(plot) = row.plots.get(at) else { return Html::default() };
    let Plot { width, height, top, bottom, left, right, .. } = *plot;
    let here = charts.charts.iter().find(|chart| chart.id == row.id);
    let names = here.into_iter().flat_map(|chart| &chart.lines).map(|line| line.name);
    let values = values_at(charts, row.id, at_us);
    let one = values.len() == 1;
    let said = names.zip(values).map(|(name, value)| {
        let value = value.map_or("–".to_owned(), |value| layout::figure(row.unit, value));
        if one { value } else { format!("{name} {value}") }
    });
    let said = said.collect::<Vec<_>>().join(", ");
    let upright = plot.times.iter().map(|mark| format!("M{:.1} {top:.1}V{bottom:.1}", mark.at));
    let level = plot.values.iter().map(|mark| format!("M{left:.1} {:.1}H{right:.1}", mark.at));
    html! {
        <>
            <svg class="plot" viewBox={format!("0 0 {width} {height}")} role="img" aria-label={format!("{}: {said}", row.title)}>
                <path class="grid" d={upright.chain(level).collect::<String>()} />
                for (at, mark) in plot.times.iter().enumerate() {
                    <text x={format!("{:.1}", mark.at)} y={format!("{:.1}", height - 4.0)} text-anchor={anchor(at, plot.times.len())}>{ &mark.text }</text>
                }
                for mark in &plot.values {
                    <text x={format!("{:.1}", left - 4.0)} y={format!("{:.1}", mark.at + 4.0)} text-anchor="end">{ &mark.text }</text>
                }
                for (line, path) in plot.paths.iter().enumerate() {
                    <path key={line} class={format!("series series-{line}")} d={path.clone()} />
                }
                { cursor(drawn, at_us, bottom) }
            </svg>
            <p class="quiet">{ said }</p>
        </>
    }
}

/// The alignment of a tick's text: there is no room beyond the first and the last tick.
fn anchor(at: usize, of: usize) -> &'static str {
    match at {
        0 => "start",
        at if at + 1 == of => "end",
        _ => "middle",
    }
}
