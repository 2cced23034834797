//! The map of the system: processes, links, and messages in flight.

use std::rc::Rc;

use yew::prelude::*;

use crate::layout::map::{self as places, BOX, Dot, WIDTH};
use crate::layout::way::disc;
use crate::time::Micros;
use crate::ui::wording;
use crate::view::{FlightView, LinkView, ProcessView};
use crate::vocabulary::Role;

/// The most dots drawn; the list below gives their number.
const DOTS: usize = 150;

/// The most dots with names; beyond that, only held ones have names.
const NAMED: usize = 24;

#[derive(PartialEq, Properties)]
pub struct MapProps {
    pub processes: Rc<Vec<ProcessView>>,
    pub links: Rc<Vec<LinkView>>,
    pub flights: Rc<Vec<FlightView>>,
    pub at_us: Micros,
    /// No movement: each message is in the middle of its link.
    pub still: bool,
}

#[component]
pub fn Map(props: &MapProps) -> Html {
    let mut kinds: Vec<Role> = props.processes.iter().map(|process| process.kind).collect();
    kinds.push(Role::Client);
    let height = places::height(&kinds);
    let links = props.links.iter().map(|link| (link.name, link.cut));
    let roads = places::roads(&kinds, links, &props.flights);
    let mut dots: Vec<Dot> = places::dots(&props.flights, props.at_us, props.still);
    dots.truncate(DOTS);
    // Of a crowd nobody reads the names, and to outline them is most of the drawing's work.
    let named = dots.len() <= NAMED;
    let (crowd, dots): (Vec<Dot>, Vec<Dot>) =
        dots.into_iter().partition(|dot| !named && is_alike(dot));
    let boxes = [Role::Client, Role::App, Role::Cache, Role::Database, Role::Worker, Role::Replica];
    html! {
        <svg class="map" viewBox={format!("0 0 {WIDTH} {height}")} role="img"
            aria-label="Map: client, app, cache and database, and the messages between them; listed below">
            for (link, cut) in roads {
                <g key={format!("{link:?}")} class={classes!("road", cut.then_some("cut"))}>{ road(link, cut) }</g>
            }
            for kind in boxes.into_iter().filter(|kind| kinds.contains(kind)) {
                <Place key={kind.name()} {kind}
                    up={all_up(&props.processes, kind)} about={about(&props.processes, kind)} />
            }
            { crowded(&crowd) }
            for dot in dots {
                <g class={classes!("dot", dot.reply.then_some("reply"), dot.failed.then_some("failed"),
                    dot.in_service.then_some("service"))}
                    transform={format!("translate({:.1} {:.1})", dot.x, dot.y)}>{ mark(&dot, named) }</g>
            }
        </svg>
    }
}

/// Whether it looks like every other request or reply in flight.
fn is_alike(dot: &Dot) -> bool {
    !dot.in_service && !dot.held && !dot.failed
}

/// The dots without names; all of a kind are one path.
fn crowded(dots: &[Dot]) -> Html {
    let path = |reply: bool| -> String {
        dots.iter().filter(|dot| dot.reply == reply).map(|dot| disc((dot.x, dot.y), 5.5)).collect()
    };
    html! {
        <>
            <path class="crowd" d={path(false)} />
            <path class="crowd reply" d={path(true)} />
        </>
    }
}

fn road(link: crate::scenario::LinkName, cut: bool) -> Html {
    let (one, other) = link.ends();
    let ((x1, y1), (x2, y2)) = places::road(one, other);
    let (x, y) = ((x1 + x2) / 2.0, (y1 + y2) / 2.0);
    html! {
        <>
            <line x1={x1.to_string()} y1={y1.to_string()} x2={x2.to_string()} y2={y2.to_string()} />
            if cut {
                <g transform={format!("translate({x:.1} {y:.1})")}>
                    <circle r="11" />
                    <path d="M-4.5-4.5l9 9M4.5-4.5l-9 9" />
                    <text y="25">{ "cut" }</text>
                </g>
            }
        </>
    }
}

/// The symbol: a disc for a request, a ring for a reply, a cross for a failure, a bar for work at a
/// store.
fn mark(dot: &Dot, named: bool) -> Html {
    if dot.in_service {
        let done = dot.progress.unwrap_or(0.0) * 34.0;
        return html! {
            <>
                <rect y="-4" width="34" height="8" rx="2" class="whole" />
                <rect y="-4" width={format!("{done:.1}")} height="8" rx="2" class="part" />
                <text x="40" y="4" class="beside">{ &dot.label }{ " " }<tspan class="what">{ &dot.what }</tspan></text>
            </>
        };
    }
    html! {
        <>
            if dot.failed { <path d="M-5-5l10 10M5-5l-10 10" /> } else { <circle r="5.5" /> }
            if dot.held { <path class="held" d="M9.5-4.5v9M14-4.5v9" /> }
            if named || dot.held { <text y="-11">{ &dot.label }{ " " }<tspan class="what">{ &dot.what }</tspan></text> }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct PlaceProps {
    kind: Role,
    up: bool,
    about: String,
}

#[component]
fn Place(props: &PlaceProps) -> Html {
    let (x, y) = places::middle(props.kind);
    let class = classes!("place", props.kind.name(), (!props.up).then_some("down"));
    html! {
        <g {class} transform={format!("translate({x} {y})")}>
            <rect x={(-BOX.0 / 2.0).to_string()} y={(-BOX.1 / 2.0).to_string()}
                width={BOX.0.to_string()} height={BOX.1.to_string()} rx="9" />
            <text y="-3" class="name">{ props.kind.name() }</text>
            <text y="15" class="about">{ &props.about }</text>
        </g>
    }
}

fn all_up(processes: &[ProcessView], kind: Role) -> bool {
    let mut those = processes.iter().filter(|process| process.kind == kind).peekable();
    those.peek().is_none() || those.any(|process| process.up)
}

/// The short text under the name of a box.
fn about(processes: &[ProcessView], kind: Role) -> String {
    let those: Vec<&ProcessView> =
        processes.iter().filter(|process| process.kind == kind).collect();
    let up = those.iter().filter(|process| process.up).count();
    match (kind, those.as_slice()) {
        (Role::Client, [one]) if one.busy > 0 => format!("{} waiting", one.busy),
        (Role::App | Role::Cache, [_, _, ..]) => format!("{up} of {} up", those.len()),
        (_, [one]) if !one.up => "down".to_owned(),
        (_, [one]) if one.slow_milli != 1_000 => format!("slow ×{}", one.slow_milli / 1_000),
        (_, [one]) => wording::busy(one),
        _ => String::new(),
    }
}
