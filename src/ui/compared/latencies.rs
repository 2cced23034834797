//! How latencies are spread, run beside run.

use std::rc::Rc;

use yew::prelude::*;

use super::name;
use super::side::Shown;
use super::table::SameRuns;
use crate::layout::distribution::bars;

#[derive(PartialEq, Properties)]
pub struct LatenciesProps {
    pub runs: SameRuns,
}

/// Bars of reads and of writes, for each run, on one axis of latencies: drawn once for the runs,
/// wherever the cursor of the charts is.
#[component]
pub fn Latencies(props: &LatenciesProps) -> Html {
    let runs = &props.runs.0;
    let rows = ["Reads", "Writes"].into_iter().enumerate();
    let rows: Vec<Html> = rows.filter_map(|(kind, title)| row(runs, kind, title)).collect();
    if rows.is_empty() {
        return Html::default();
    }
    html! {
        <section class="compared multiples" aria-labelledby="latencies-title">
            <h3 id="latencies-title">{ "How long requests take" }</h3>
            <p class="quiet">{ "Each bar is a quarter of a doubling wide, and as high as its share of the requests that ended well." }</p>
            { rows }
        </section>
    }
}

fn row(runs: &[Rc<Shown>], kind: usize, title: &'static str) -> Option<Html> {
    let all: Vec<_> = runs.iter().map(|run| &run.picture.latencies[kind]).collect();
    let drawn = bars(&all)?;
    let each = runs.iter().zip(&drawn.paths).enumerate().map(|(at, (run, path))| {
        let said = ["p50", "p99", "max"].map(|share| {
            let us = run.measured.facts.number(&format!("latency_us.{}.{share}", ["read", "write"][kind]));
            format!("{share} {}", us.map_or("–".to_owned(), crate::time::duration))
        });
        let said = said.join(" · ");
        html! {
            <figure key={at}>
                <figcaption>{ name(&run.measured.candidate) }</figcaption>
                <svg class="plot" viewBox={format!("0 0 {} {}", drawn.width, drawn.height)} role="img" aria-label={format!("{title}: {said}")}>
                    <path class="grid" d={format!("M0 {:.1}H{:.1}", drawn.bottom, drawn.width)} />
                    <path class="bars" d={path.clone()} />
                    for (at, mark) in drawn.across.iter().enumerate() {
                        <text key={at} x={format!("{:.1}", mark.at)} y={format!("{:.1}", drawn.height - 4.0)}>{ &mark.text }</text>
                    }
                </svg>
                <p class="quiet">{ said }</p>
            </figure>
        }
    });
    Some(html! {
        <div key={kind} data-chart={title}>
            <h4>{ title }</h4>
            <div class="each">{ each.collect::<Html>() }</div>
        </div>
    })
}
