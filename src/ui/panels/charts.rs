//! Metrics over time: small charts, and their numbers as tables.

use std::rc::Rc;

use yew::prelude::*;

use super::PageContext;
use crate::layout::{self, Plot, Tick};
use crate::page::Panel;
use crate::time::Micros;
use crate::ui::pieces::section::Section;
use crate::view::{Chart, Line};

pub fn view(page: &PageContext<'_>) -> Html {
    let shown = &page.state.shown;
    html! { <Charts charts={shown.charts.clone()} step_us={shown.step_us} /> }
}

#[derive(PartialEq, Properties)]
struct ChartsProps {
    charts: Rc<Vec<Rc<Chart>>>,
    step_us: Micros,
}

#[component]
fn Charts(props: &ChartsProps) -> Html {
    let blank: Vec<String> = props
        .charts
        .iter()
        .filter(|chart| layout::blank(chart))
        .map(|chart| chart.title.to_lowercase())
        .collect();
    let beside = (props.step_us > 0).then(|| {
        html! { <span class="quiet">{ format!("in steps of {}", layout::instant(props.step_us)) }</span> }
    });
    html! {
        <Section panel={Panel::Charts} {beside}>
            <div class="chart-grid">
                for chart in props.charts.iter().filter(|chart| !layout::blank(chart)) {
                    <OneChart key={chart.id} chart={chart.clone()} step_us={props.step_us} />
                }
            </div>
            if !blank.is_empty() {
                <p class="empty" id="blank-charts">{ format!("Nothing to show yet: {}.", blank.join(", ")) }</p>
            } else if props.charts.is_empty() {
                <p class="empty">{ "Nothing to show yet." }</p>
            }
        </Section>
    }
}

#[derive(PartialEq, Properties)]
struct OneChartProps {
    chart: Rc<Chart>,
    step_us: Micros,
}

#[component]
fn OneChart(props: &OneChartProps) -> Html {
    let chart = &props.chart;
    let open = use_state_eq(|| false);
    let toggle = {
        let (open, now) = (open.setter(), !*open);
        Callback::from(move |_: MouseEvent| open.set(now))
    };
    let drawn = layout::plot(chart, props.step_us);
    html! {
        <figure class="chart" data-chart={chart.id}>
            <figcaption><h3>{ chart.title }</h3></figcaption>
            { draw(&drawn, layout::gist(chart, props.step_us)) }
            <div class="chart-foot">
                { figures(chart) }
                <button type="button" class="button small quiet" aria-expanded={open.to_string()} onclick={toggle}>
                    { if *open { "Hide numbers" } else { "Numbers" } }
                    <span class="unseen">{ format!(" of {}", chart.title.to_lowercase()) }</span>
                </button>
            </div>
            if *open { { table(chart, props.step_us) } }
        </figure>
    }
}

/// The latest number of each line, and that of the whole run.
fn figures(chart: &Chart) -> Html {
    let said = |number: Option<u64>| number.map(|number| layout::figure(chart.unit, number));
    let latest = |line: &Line| line.values.iter().flatten().next_back().copied();
    html! {
        <ul class="figures">
            for (at, line) in chart.lines.iter().enumerate() {
                <li key={line.name}>
                    if chart.lines.len() > 1 {
                        <svg class="sample" viewBox="0 0 22 6" aria-hidden="true">
                            <path class={format!("series series-{at}")} d="M0 3H22" />
                        </svg>
                        <span>{ line.name }</span>
                    }
                    <b>{ said(latest(line)).unwrap_or_else(|| "–".to_owned()) }</b>
                    if let Some(overall) = said(line.overall) {
                        <span class="quiet">{ format!("overall {overall}") }</span>
                    }
                </li>
            }
        </ul>
    }
}

fn draw(drawn: &Plot, gist: String) -> Html {
    let Plot { width, height, left, right, top, bottom, .. } = *drawn;
    let text = |x: f64, y: f64, anchor: &'static str, text: &str| {
        html! { <text x={one(x)} y={one(y)} text-anchor={anchor}>{ text }</text> }
    };
    let last = drawn.times.len().saturating_sub(1);
    let time = |(at, mark): (usize, &Tick)| {
        let anchor = match at {
            0 => "start",
            // There is no room beyond it.
            _ if at == last => "end",
            _ => "middle",
        };
        text(mark.at, height - 4.0, anchor, &mark.text)
    };
    let upright = drawn.times.iter().map(|mark| format!("M{:.1} {top:.1}V{bottom:.1}", mark.at));
    let level = drawn.values.iter().map(|mark| format!("M{left:.1} {:.1}H{right:.1}", mark.at));
    html! {
        <svg class="plot" viewBox={format!("0 0 {width} {height}")} role="img" aria-label={gist}>
            <path class="grid" d={upright.chain(level).collect::<String>()} />
            { for drawn.times.iter().enumerate().map(time) }
            { for drawn.values.iter().map(|mark| text(left - 4.0, mark.at + 4.0, "end", &mark.text)) }
            for (at, path) in drawn.paths.iter().enumerate() {
                <path class={format!("series series-{at}")} d={path.clone()} />
            }
            for (line, mark) in &drawn.labels {
                <g class={format!("label label-{line}")}>{ text(drawn.labels_from, mark.at + 4.0, "start", &mark.text) }</g>
            }
        </svg>
    }
}

fn one(place: f64) -> String {
    format!("{place:.1}")
}

fn table(chart: &Chart, step_us: Micros) -> Html {
    let steps = chart.lines.iter().map(|line| line.values.len()).max().unwrap_or(0);
    let cell = |line: &Line, at: usize| match line.values.get(at).copied().flatten() {
        Some(number) => layout::figure(chart.unit, number),
        None => "–".to_owned(),
    };
    html! {
        <div class="numbers" role="region" tabindex="0" aria-label={format!("Numbers of {}", chart.title.to_lowercase())}>
            <table>
                <caption>{ format!("{}, in steps of {}", chart.title, layout::instant(step_us)) }</caption>
                <thead><tr>
                    <th scope="col">{ "From" }</th>
                    for line in &chart.lines { <th key={line.name} scope="col">{ line.name }</th> }
                </tr></thead>
                <tbody>
                    for at in 0..steps {
                        <tr key={at}>
                            <th scope="row">{ layout::beginning(at as u64, step_us) }</th>
                            for line in &chart.lines { <td key={line.name}>{ cell(line, at) }</td> }
                        </tr>
                    }
                </tbody>
            </table>
        </div>
    }
}
