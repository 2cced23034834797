//! The drawing of the diagram: lanes and times, finished messages, and messages under way.

use std::rc::Rc;

use yew::prelude::*;

use super::course::course;
use crate::layout::diagram::{self as layout, Flying, Plan};
use crate::layout::sketch::sketch;
use crate::layout::{Way, cross};
use crate::scenario::What;
use crate::time::Micros;
use crate::ui::drive::kinship::Kin;
use crate::ui::drive::player::Command;
use crate::view::{Arrow, ArrowEnd, Diagram, Mark, Tone};
use crate::vocabulary::Handling;

#[derive(PartialEq, Properties)]
pub struct GroundProps {
    pub plan: Rc<Plan>,
}

/// The lanes and the times.
#[component]
pub fn Ground(props: &GroundProps) -> Html {
    let Plan { span, lanes, times, height, .. } = &*props.plan;
    let bottom = lanes.last().map_or(0.0, |(y, _)| *y);
    let upright = times.iter().map(|(x, _)| format!("M{x:.1} 6V{:.1}", bottom + 12.0));
    html! {
        <g class="ground">
            <path class="grid" d={upright.collect::<String>()} />
            for (x, text) in times {
                <text key={text.clone()} class="time" x={one(*x)} y={one(height - 8.0)} text-anchor={
                    if *x > span.right - 24.0 { "end" } else if *x < span.left + 16.0 { "start" } else { "middle" }
                }>{ text }</text>
            }
            for (y, name) in lanes {
                <g key={name.clone()}>
                    <path class="lane" d={format!("M{:.1} {y:.1}H{:.1}", span.left, span.right)} />
                    <text class="lane-name" x={one(span.left - 10.0)} y={one(y + 4.0)} text-anchor="end">{ name }</text>
                </g>
            }
        </g>
    }
}

#[derive(PartialEq, Properties)]
pub struct DrawnProps {
    pub plan: Rc<Plan>,
    pub diagram: Rc<Diagram>,
    pub lit: Option<Rc<Kin>>,
    pub chosen: Option<u64>,
}

#[derive(PartialEq, Properties)]
pub struct SketchedProps {
    pub plan: Rc<Plan>,
    pub diagram: Rc<Diagram>,
    pub at_us: Micros,
}

/// The sketch in a rush: nothing in it can be pointed at.
#[component]
pub fn Sketched(props: &SketchedProps) -> Html {
    let drawn = sketch(&props.plan, &props.diagram, props.at_us);
    html! {
        <g class="way sketch">
            <path class="shaft" d={drawn.requests} />
            <path class="shaft reply" d={drawn.replies} />
            <path class="head" d={drawn.heads} />
            <path class="cross" d={drawn.crosses} />
            <path class="marks" d={drawn.marks} />
            <path class="tip" d={drawn.tips} />
        </g>
    }
}

/// Messages that landed or were lost, and changes.
#[component]
pub fn Drawn(props: &DrawnProps) -> Html {
    let lit = |label: &str, key: Option<&str>| {
        props.lit.as_ref().is_some_and(|kin| kin.holds(label, key)).then_some("lit")
    };
    let Plan { arrows, marks, labels, .. } = &*props.plan;
    html! {
        <>
            for (at, way) in arrows {
                { drawn(&props.diagram.arrows[*at], way, props) }
            }
            for (at, x, y) in marks {
                { marked(&props.diagram.marks[*at], *x, *y, lit(&props.diagram.marks[*at].label, props.diagram.marks[*at].key.as_deref())) }
            }
            for (at, label) in labels.iter().enumerate() {
                <text key={at} class={classes!("said", lit(&label.of, None))} x={one(label.x)} y={one(label.y)}
                    text-anchor={label.before.then_some("end")}>{ &label.text }</text>
            }
        </>
    }
}

fn drawn(arrow: &Arrow, way: &Way, props: &DrawnProps) -> Html {
    let lost = matches!(arrow.end, ArrowEnd::Dropped(_));
    html! {
        <g key={arrow.seq.unwrap_or(arrow.id)} class={look(arrow, &props.lit, props.chosen)} data-of={arrow.label.clone()}
            data-about={arrow.key.as_deref().map(str::to_owned)} data-arrow={arrow.id.to_string()}>
            <title>{ format!("{} {}: {}", arrow.label, arrow.text, course(arrow)) }</title>
            <path class="hit" d={way.line()} />
            <path class={shaft(arrow)} d={way.line()} />
            if lost { <path class="cross" d={cross(way.to)} /> }
            else {
                if way.ends { <path class="head" d={way.head()} /> }
                if arrow.failed { <path class="cross" d={cross(way.middle())} /> }
            }
        </g>
    }
}

fn marked(mark: &Mark, x: f64, y: f64, lit: Option<&'static str>) -> Html {
    let (tone, shape) = match mark.tone {
        Tone::Plain => ("plain", "M-3.5-3.5h7v7h-7z"),
        Tone::Good => ("good", "M-4.5 0-1 3.5 5-4"),
        Tone::Notice => ("notice-line", "M0-5 5 0 0 5-5 0z"),
        Tone::Bad => ("bad", "M-4-4 4 4M4-4-4 4"),
        Tone::Action => ("action", "M-3-5 5 0-3 5z"),
    };
    html! {
        <g key={format!("mark {}", mark.seq)} class={classes!("change", tone, lit)} data-of={mark.label.clone()}
            data-about={mark.key.as_deref().map(str::to_owned)} transform={format!("translate({x:.1} {y:.1})")}>
            <title>{ &mark.text }</title>
            <path d={shape} />
        </g>
    }
}

#[derive(PartialEq, Properties)]
pub struct UnderWayProps {
    pub plan: Rc<Plan>,
    pub diagram: Rc<Diagram>,
    pub lit: Option<Rc<Kin>>,
    pub chosen: Option<u64>,
    pub at_us: Micros,
    /// Messages that nobody holds are in the sketch.
    pub rush: bool,
    pub command: Callback<Command>,
}

/// The present, with the messages under way: a moving overlay of its own.
#[component]
pub fn UnderWay(props: &UnderWayProps) -> Html {
    let Plan { span, lanes, .. } = &*props.plan;
    let bottom = lanes.last().map_or(0.0, |(y, _)| *y);
    let now = span.holds(props.at_us).then(|| span.x(props.at_us));
    let mut flying = layout::flying(&props.diagram, span, props.at_us);
    if props.rush {
        flying.retain(|flying| props.diagram.arrows[flying.at].end == ArrowEnd::Held);
    }
    html! {
        <g class="overlay">
            if let Some(x) = now {
                <path class="now" d={format!("M{x:.1} 2V{:.1}", bottom + 14.0)} />
            }
            for flying in &flying {
                { under_way(&props.diagram.arrows[flying.at], flying, props) }
            }
            if !props.rush && flying.len() <= layout::GRIPS {
                for flying in &flying {
                    { grip(&props.diagram.arrows[flying.at], flying, props) }
                }
            }
        </g>
    }
}

fn under_way(arrow: &Arrow, flying: &Flying, props: &UnderWayProps) -> Html {
    let (x, y) = flying.done.to;
    let held = arrow.end == ArrowEnd::Held;
    let before = x > props.plan.span.right - 110.0;
    html! {
        <g key={arrow.id} class={classes!("flying", look(arrow, &props.lit, props.chosen))} data-of={arrow.label.clone()}
            data-about={arrow.key.as_deref().map(str::to_owned)} data-arrow={arrow.id.to_string()}>
            <title>{ format!("{} {}: {}", arrow.label, arrow.text, course(arrow)) }</title>
            <path class="hit" d={flying.done.line()} />
            <path class={shaft(arrow)} d={flying.done.line()} />
            if let Some(rest) = &flying.rest { <path class="rest" d={rest.line()} /> }
            if flying.done.ends {
                <g transform={format!("translate({x:.1} {y:.1})")}>
                    if held { <circle class="holding" r="8" /><path class="pause" d="M-2.5-3.5v7M2.5-3.5v7" /> }
                    else { <circle class="tip" r="4" /> }
                    <circle class="hit" r="12" />
                </g>
            }
            if let Some(label_y) = flying.label_y {
                <text class="said" x={one(if before { x - 12.0 } else { x + 12.0 })} y={one(label_y)}
                    text-anchor={before.then_some("end")}>{ layout::said(arrow) }{ if held { " held" } else { "" } }</text>
            }
        </g>
    }
}

/// Holds or releases a message where it is drawn, by pointer. The buttons below the drawing and in
/// the list of messages in flight do the same.
fn grip(arrow: &Arrow, flying: &Flying, props: &UnderWayProps) -> Html {
    let (Some(message), Some(label_y), true) = (&arrow.message, flying.label_y, flying.done.ends)
    else {
        return html! {};
    };
    let [how, ..] = Handling::offered(arrow.end == ArrowEnd::Held);
    let (x, width) = (flying.done.to.0, if how == Handling::Hold { 40.0 } else { 60.0 });
    let room = x - 14.0 - width >= props.plan.span.left;
    let left = if room { x - 14.0 - width } else { x + 124.0 };
    let what = What::handle(message.clone(), how);
    let onclick = props.command.reform(move |event: MouseEvent| {
        event.stop_propagation();
        Command::Do(what.clone())
    });
    html! {
        <g key={format!("grip {}", arrow.id)} class="grip" data-grip={arrow.label.clone()} {onclick}
            transform={format!("translate({left:.1} {:.1})", label_y - 12.0)}>
            <title>{ format!("{} {} {}", how.button(), arrow.label, arrow.text) }</title>
            <rect width={one(width)} height="17" rx="4" />
            <text x={one(width / 2.0)} y="12.5" text-anchor="middle">{ how.button() }</text>
        </g>
    }
}

fn look(arrow: &Arrow, lit: &Option<Rc<Kin>>, chosen: Option<u64>) -> Classes {
    let lit = lit.as_ref().is_some_and(|kin| kin.holds(&arrow.label, arrow.key.as_deref()));
    let failed = arrow.failed || matches!(arrow.end, ArrowEnd::Dropped(_));
    let chosen = chosen == Some(arrow.id);
    classes!(
        "way",
        failed.then_some("failed"),
        lit.then_some("lit"),
        chosen.then_some("chosen-way")
    )
}

fn shaft(arrow: &Arrow) -> Classes {
    classes!("shaft", arrow.reply.then_some("reply"))
}

fn one(place: f64) -> String {
    format!("{place:.1}")
}
