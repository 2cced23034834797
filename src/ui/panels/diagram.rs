//! Messages over time: the space-time diagram, the same as a list, and as files.

use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};
use yew::prelude::*;

use super::PageContext;
use crate::layout::diagram::{self as layout, Flying, Plan};
use crate::layout::sketch::sketch;
use crate::layout::{Way, cross};
use crate::page::Panel;
use crate::time::Micros;
use crate::ui::browser::download;
use crate::ui::drive::kinship::Kin;
use crate::ui::drive::picture::Part;
use crate::ui::drive::player::{Command, Export};
use crate::ui::drive::state::Action;
use crate::ui::drive::zoom::{Stretch, Turn};
use crate::ui::pieces::hand::Hand;
use crate::ui::pieces::section::Section;
use crate::ui::wording;
use crate::view::{Arrow, ArrowEnd, Diagram, Tone};

/// Until the panel has been measured.
const WIDTH: i32 = 1_000;
/// While the run goes on, more arrows than this are a sketch.
const CROWD: usize = 40;
/// Narrower, there is room for nothing.
const NARROWEST: i32 = 280;

pub fn view(page: &PageContext<'_>) -> Html {
    let (state, shown) = (page.state, &page.state.shown);
    html! {
        <SpaceTime diagram={shown.diagram.clone()} stretch={shown.stretch} at_us={shown.shown_us(Part::Diagram)}
            moving={state.transport.moving() || state.settling} lit={state.lit.clone()} name={state.opened.preset.clone()}
            command={page.command.clone()} act={page.act.clone()} />
    }
}

#[derive(PartialEq, Properties)]
struct SpaceTimeProps {
    diagram: Rc<Diagram>,
    stretch: Stretch,
    at_us: Micros,
    moving: bool,
    lit: Option<Rc<Kin>>,
    /// What the files are named after.
    name: String,
    command: Callback<Command>,
    act: Callback<Action>,
}

#[component]
fn SpaceTime(props: &SpaceTimeProps) -> Html {
    let frame = use_node_ref();
    let width = use_width(&frame);
    let chosen = use_state_eq(|| None::<u64>);
    let listed = use_state_eq(|| false);
    let Stretch { from_us, to_us, .. } = props.stretch;
    let diagram = &props.diagram;
    let rush = props.moving && diagram.arrows.len() > CROWD;
    let plan = use_memo(
        (diagram.clone(), from_us, to_us, width, rush),
        |(diagram, from_us, to_us, width, rush)| {
            let plan = layout::plan(diagram, *from_us, *to_us, f64::from(*width));
            if *rush { plan } else { plan.label(diagram) }
        },
    );
    let choose = {
        let chosen = chosen.setter();
        Callback::from(move |event: MouseEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let arrow = target.and_then(|target| target.closest("[data-arrow]").ok()?);
            chosen.set(arrow.and_then(|arrow| arrow.get_attribute("data-arrow")?.parse().ok()));
        })
    };
    let toggle = {
        let (listed, now) = (listed.setter(), !*listed);
        Callback::from(move |_: MouseEvent| listed.set(now))
    };
    let found = chosen.and_then(|id| diagram.arrows.iter().find(|arrow| arrow.id == id));
    let left_out = diagram.arrows_left_out + diagram.marks_left_out;
    let (width, height) = (plan.width.to_string(), plan.height.to_string());
    let beside = html! {
        <>
            <span class="quiet" id="diagram-span">{ format!("{} to {}", wording::moment(from_us), wording::moment(to_us)) }</span>
            if left_out > 0 {
                <span class="quiet" id="left-out">{ format!("{left_out} earlier ones are not drawn: too many") }</span>
            }
            <span class="legend" aria-hidden="true">
                <span class="key line-sign"><svg viewBox="0 0 22 8"><path class="shaft" d="M0 4H22" /></svg>{ "request" }</span>
                <span class="key line-sign"><svg viewBox="0 0 22 8"><path class="shaft reply" d="M0 4H22" /></svg>{ "reply" }</span>
                <span class="key failed">{ "failed or lost" }</span>
            </span>
        </>
    };
    html! {
        <Section panel={Panel::Diagram} {beside}>
            <Tools stretch={props.stretch} frame={frame.clone()} name={props.name.clone()}
                command={props.command.clone()} act={props.act.clone()} />
            <div class="space-time" ref={frame}>
                <svg viewBox={format!("0 0 {width} {height}")} {width} {height} role="img" onclick={choose}
                    class={classes!(props.lit.is_some().then_some("some-lit"))}
                    aria-label={layout::in_words(diagram, from_us, to_us)}>
                    <Ground plan={plan.clone()} />
                    if rush { <Sketched plan={plan.clone()} diagram={diagram.clone()} at_us={props.at_us} /> }
                    else { <Drawn plan={plan.clone()} diagram={diagram.clone()} lit={props.lit.clone()} chosen={*chosen} /> }
                    <UnderWay plan={plan.clone()} diagram={diagram.clone()} lit={props.lit.clone()} chosen={*chosen}
                        at_us={props.at_us} {rush} />
                </svg>
            </div>
            <div class="chosen-message" id="chosen-message" tabindex="-1" data-refuge="">
                if let Some(arrow) = found {
                    <span class="tag">{ &arrow.label }</span>{ " " }<code>{ &arrow.text }</code>
                    <span class="quiet">{ course(arrow) }</span>
                    { hand(arrow, &props.command) }
                } else if diagram.arrows.is_empty() && diagram.marks.is_empty() {
                    <span class="empty">{ "No message in this stretch of time." }</span>
                } else {
                    <span class="empty">{ "Choose a message to see its path. A message in flight can be held, delivered, delayed or dropped." }</span>
                }
            </div>
            <button type="button" class="button small quiet" aria-expanded={listed.to_string()} onclick={toggle}>
                { if *listed { "Hide the list" } else { "List messages" } }
            </button>
            if *listed { <List diagram={diagram.clone()} lit={props.lit.clone()} command={props.command.clone()} /> }
        </Section>
    }
}

/// The width of the drawing, in pixels, kept up as the window changes.
#[hook]
fn use_width(frame: &NodeRef) -> i32 {
    let width = use_state_eq(|| WIDTH);
    let (setter, frame) = (width.setter(), frame.clone());
    use_effect_with((), move |()| {
        let measure = move || {
            if let Some(frame) = frame.cast::<Element>() {
                setter.set(frame.client_width().max(NARROWEST));
            }
        };
        measure();
        let window = web_sys::window();
        let listener =
            window.map(|window| EventListener::new(&window, "resize", move |_| measure()));
        move || drop(listener)
    });
    *width
}

#[derive(PartialEq, Properties)]
struct ToolsProps {
    stretch: Stretch,
    frame: NodeRef,
    name: String,
    command: Callback<Command>,
    act: Callback<Action>,
}

#[component]
fn Tools(props: &ToolsProps) -> Html {
    let open = use_state_eq(|| false);
    let turn = |turn: Turn| props.command.reform(move |_: MouseEvent| Command::Window(turn));
    let toggle = {
        let (open, now) = (open.setter(), !*open);
        Callback::from(move |_: MouseEvent| open.set(now))
    };
    let onkeydown = {
        let open = open.setter();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                open.set(false);
            }
        })
    };
    let menu = use_node_ref();
    use_effect_with(*open, {
        let (open, menu) = (open.setter(), menu.clone());
        move |shown| {
            let document = web_sys::window().and_then(|window| window.document());
            let outside = move |event: &web_sys::Event| {
                let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
                if menu.get().is_some_and(|menu| !menu.contains(target.as_ref())) {
                    open.set(false);
                }
            };
            // a click elsewhere, or Tab past its end
            let listeners = document.filter(|_| *shown).map(|document| {
                ["pointerdown", "focusin"]
                    .map(|kind| EventListener::new(&document, kind, outside.clone()))
            });
            move || drop(listeners)
        }
    });
    let export = |export: Export| {
        let (open, command) = (open.setter(), props.command.clone());
        Callback::from(move |_: MouseEvent| {
            open.set(false);
            command.emit(Command::Export(export));
        })
    };
    let picture = |pixels: bool| {
        let (open, frame, act) = (open.setter(), props.frame.clone(), props.act.clone());
        let name = format!("stalemate-{}", props.name);
        Callback::from(move |_: MouseEvent| {
            open.set(false);
            if draw(&frame, &name, pixels).is_none() {
                act.emit(Action::Complain("The browser could not make the picture.".to_owned()));
            }
        })
    };
    let Stretch { follows, narrowest, widest, from_us, .. } = props.stretch;
    let button = |text: &'static str, off: bool, onclick: Callback<MouseEvent>| {
        html! { <button type="button" class="button small" disabled={off} {onclick}>{ text }</button> }
    };
    html! {
        <div class="diagram-tools" role="group" aria-label="Stretch of time" {onkeydown}>
            { button("Earlier", from_us == 0, turn(Turn::Earlier)) }
            { button("Later", false, turn(Turn::Later)) }
            { button("Narrower", narrowest, turn(Turn::Narrower)) }
            { button("Wider", widest, turn(Turn::Wider)) }
            <button type="button" class="button small" aria-pressed={follows.to_string()}
                onclick={turn(Turn::Follow)}>{ "Follow now" }</button>
            <div class="menu" ref={menu}>
                <button type="button" class="button small" aria-expanded={open.to_string()} onclick={toggle}>{ "Export" }</button>
                if *open {
                    <div class="menu-items">
                        { button("Diagram as SVG", false, picture(false)) }
                        { button("Diagram as PNG", false, picture(true)) }
                        { button("Run as Mermaid", false, export(Export::Mermaid)) }
                        { button("Events as CSV", false, export(Export::Csv)) }
                        { button("Events as JSON", false, export(Export::Json)) }
                    </div>
                }
            </div>
        </div>
    }
}

/// Hands the drawing over as a file.
fn draw(frame: &NodeRef, name: &str, pixels: bool) -> Option<()> {
    let drawing = frame.cast::<Element>()?.query_selector("svg").ok()??;
    if pixels {
        return download::save_picture(&drawing, format!("{name}.png")).ok();
    }
    let text = download::svg(&drawing).ok()?;
    download::save(&format!("{name}.svg"), "image/svg+xml", &text).ok()
}

#[derive(PartialEq, Properties)]
struct GroundProps {
    plan: Rc<Plan>,
}

/// The lanes and the times.
#[component]
fn Ground(props: &GroundProps) -> Html {
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
struct DrawnProps {
    plan: Rc<Plan>,
    diagram: Rc<Diagram>,
    lit: Option<Rc<Kin>>,
    chosen: Option<u64>,
}

#[derive(PartialEq, Properties)]
struct SketchedProps {
    plan: Rc<Plan>,
    diagram: Rc<Diagram>,
    at_us: Micros,
}

/// The same in a rush: nothing to point at.
#[component]
fn Sketched(props: &SketchedProps) -> Html {
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

/// What has landed, was lost, or changed.
#[component]
fn Drawn(props: &DrawnProps) -> Html {
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

fn marked(mark: &crate::view::Mark, x: f64, y: f64, lit: Option<&'static str>) -> Html {
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
struct UnderWayProps {
    plan: Rc<Plan>,
    diagram: Rc<Diagram>,
    lit: Option<Rc<Kin>>,
    chosen: Option<u64>,
    at_us: Micros,
    /// What nobody holds is in the sketch.
    rush: bool,
}

/// The present, and what is under way in it: an overlay of its own, which moves.
#[component]
fn UnderWay(props: &UnderWayProps) -> Html {
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
            for flying in flying {
                { under_way(&props.diagram.arrows[flying.at], &flying, props) }
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

/// "app 1 → cache, sent 0.3 ms, landed at 0.5 ms"
fn course(arrow: &Arrow) -> String {
    let way = format!(
        "{} → {}, sent at {}",
        arrow.from.name(),
        arrow.to.name(),
        wording::moment(arrow.sent_us)
    );
    let at = arrow.ended_us.map(wording::moment).unwrap_or_default();
    match arrow.end {
        ArrowEnd::Landed => format!("{way}, landed at {at}"),
        ArrowEnd::Dropped(why) => format!("{way}, {why}"),
        ArrowEnd::UnderWay if at.is_empty() => format!("{way}, under way"),
        ArrowEnd::UnderWay => format!("{way}, lands at {at}"),
        ArrowEnd::Held => format!("{way}, held"),
    }
}

fn hand(arrow: &Arrow, command: &Callback<Command>) -> Html {
    let Some(message) = &arrow.message else { return html! {} };
    html! {
        <Hand message={message.clone()} name={format!("{} {}", arrow.label, arrow.text)}
            held={arrow.end == ArrowEnd::Held} command={command.clone()} />
    }
}

#[derive(PartialEq, Properties)]
struct ListProps {
    diagram: Rc<Diagram>,
    lit: Option<Rc<Kin>>,
    command: Callback<Command>,
}

/// The same as a table, newest first: what is in flight stands on top.
#[component]
fn List(props: &ListProps) -> Html {
    let row = |arrow: &Arrow| {
        let lit =
            props.lit.as_ref().is_some_and(|kin| kin.holds(&arrow.label, arrow.key.as_deref()));
        let ended = arrow.ended_us.map(wording::moment).unwrap_or_default();
        let end = match arrow.end {
            ArrowEnd::Landed => format!("landed at {ended}"),
            ArrowEnd::Dropped(why) => why.to_owned(),
            ArrowEnd::UnderWay => "under way".to_owned(),
            ArrowEnd::Held => "held".to_owned(),
        };
        html! {
            <tr key={arrow.seq.unwrap_or(arrow.id)} class={classes!(lit.then_some("lit"))} data-of={arrow.label.clone()}
                data-about={arrow.key.as_deref().map(str::to_owned)}>
                <th scope="row">{ &arrow.label }{ " " }<code>{ &arrow.text }</code></th>
                <td>{ arrow.from.name() }{ " → " }{ arrow.to.name() }</td>
                <td>{ wording::moment(arrow.sent_us) }</td>
                <td>{ end }{ if arrow.failed { ", failed" } else { "" } }</td>
                <td>{ hand(arrow, &props.command) }</td>
            </tr>
        }
    };
    html! {
        <div class="numbers message-list" role="region" tabindex="0" aria-label="List of messages" data-refuge="">
            <table>
                <caption>{ "Messages in this stretch of time, newest first" }</caption>
                <thead><tr>
                    <th scope="col">{ "Message" }</th><th scope="col">{ "Path" }</th><th scope="col">{ "Sent" }</th>
                    <th scope="col">{ "End" }</th><th scope="col">{ "Actions" }</th>
                </tr></thead>
                <tbody>{ for props.diagram.arrows.iter().rev().map(row) }</tbody>
            </table>
        </div>
    }
}
