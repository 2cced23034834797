//! The ribbons: one for each key, with its states over the whole run.

use std::rc::Rc;

use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::PageContext;
use crate::layout::{RIBBON_HEIGHT, STATES, bars, next_change, previous_change, ribbon_path};
use crate::page::Panel;
use crate::time::{self, Micros};
use crate::ui::drive::picture::Part;
use crate::ui::drive::player::{Command, RibbonCell};
use crate::ui::drive::scale::{Magnify, Range};
use crate::ui::drive::state::Action;
use crate::ui::pieces::icon;
use crate::ui::pieces::magnify::use_magnify;
use crate::ui::pieces::section::Section;
use crate::ui::wording;
use crate::view::ribbon::{CELLS, Steps};
use crate::view::{KeyState, Ribbon, RibbonSpan};

pub fn view(page: &PageContext<'_>) -> Html {
    let (state, shown) = (page.state, &page.state.shown);
    html! {
        <Ribbons ribbons={shown.ribbons.clone()} steps={shown.ribbon_steps} range={state.journey.range} at_us={shown.shown_us(Part::Ribbons)}
            chosen={state.form.key.clone()} look={page.worst_within.clone()} list={page.intervals.clone()}
            command={page.command.clone()} act={page.act.clone()} />
    }
}

#[derive(PartialEq, Properties)]
struct RibbonsProps {
    ribbons: Rc<Vec<Rc<Ribbon>>>,
    steps: Steps,
    range: Range,
    at_us: Micros,
    /// The key chosen in the form.
    chosen: String,
    look: Callback<RibbonCell, Option<(RibbonSpan, usize)>>,
    list: Callback<String, (Vec<RibbonSpan>, u64)>,
    command: Callback<Command>,
    act: Callback<Action>,
}

#[component]
fn Ribbons(props: &RibbonsProps) -> Html {
    // What is pointed at, by hand or by the keyboard: a ribbon and a step of it.
    let pointed = use_state_eq(|| None::<(usize, usize)>);
    let current = use_state_eq(|| 0_usize);
    let open = use_state_eq(|| false);
    let toggle = {
        let (open, now) = (open.setter(), !*open);
        Callback::from(move |_: MouseEvent| open.set(now))
    };
    let place = {
        let (pointed, current) = (pointed.setter(), current.setter());
        use_callback((), move |(at, place): (usize, Pointing), ()| match place {
            Pointing::Nowhere => pointed.set(None),
            Pointing::Over(cell) => pointed.set(Some((at, cell))),
            Pointing::On(cell) => {
                current.set(at);
                pointed.set(Some((at, cell)));
            }
        })
    };
    let (ribbons, steps) = (&props.ribbons, props.steps);
    let under = (*pointed).and_then(|(at, cell)| Some((ribbons.get(at)?.clone(), cell)));
    // Asked for again only where the ribbon has changed, not in every frame.
    let looked = use_memo((under, steps), |(under, steps)| {
        let (ribbon, cell) = under.as_ref()?;
        Some((ribbon.key.clone(), props.look.emit(ribbon_cell(ribbon, *cell, *steps))?))
    });
    let last = ribbons.len().saturating_sub(1);
    let present = steps.at(props.at_us).unwrap_or(0);
    let Range { from_us, to_us, whole, narrowest } = props.range;
    let magnify = props.command.reform(Command::Magnify);
    let (onwheel, onkeydown) = use_magnify(magnify.clone());
    let turn = |text: &'static str, name: &'static str, off: bool, how: Magnify| {
        html! {
            <button type="button" class="button small" aria-label={name} title={name} disabled={off}
                onclick={magnify.reform(move |_: MouseEvent| how)}>{ text }</button>
        }
    };
    let beside = html! {
        <>
            <span class="quiet" id="ribbons-span">
                if whole { { "each key over the whole run, with its worst state in each step" } }
                else { { format!("each key from {} to {}", time::instant(from_us), time::instant(to_us)) } }
            </span>
            <span class="group scale" role="group" aria-label="Time shown by ribbons and slider">
                { turn("−", "Show a longer time", whole, Magnify::Wider) }
                { turn("+", "Show a shorter time", narrowest, Magnify::Closer) }
                { turn("All", "Show the whole run", whole, Magnify::Whole) }
            </span>
            <ul class="states" aria-label="States">
                for state in STATES {
                    <li key={wording::key_state_id(state)} class={wording::key_state_id(state)} title={wording::key_state_meaning(state)}>
                        <svg viewBox={format!("0 0 22 {RIBBON_HEIGHT}")} aria-hidden="true">
                            for (top, height) in bars(state) {
                                <rect y={top.to_string()} width="22" height={height.to_string()} />
                            }
                        </svg>
                        { wording::key_state(state) }
                    </li>
                }
            </ul>
        </>
    };
    html! {
        <Section panel={Panel::Ribbons} {beside}>
            if ribbons.is_empty() {
                <p class="empty">{ "No key has been used yet." }</p>
            } else {
                <div class="strips" {onwheel} {onkeydown}>
                    <div class="strips-inner">
                        for (at, ribbon) in ribbons.iter().enumerate() {
                            <Strip key={&*ribbon.key} {at} {last} ribbon={ribbon.clone()} {steps}
                                chosen={*ribbon.key == *props.chosen} stop={at == (*current).min(last)}
                                cell={(*pointed).filter(|(place, _)| *place == at).map(|(_, cell)| cell)}
                                spoken={(*looked).as_ref().filter(|_| (*pointed).is_some_and(|(place, _)| place == at))
                                    .map(|(_, looked)| said(&looked.0, looked.1))}
                                {present} place={place.clone()} look={props.look.clone()}
                                command={props.command.clone()} act={props.act.clone()} />
                        }
                        <Now at_us={props.at_us} {steps} />
                    </div>
                </div>
                <p class="pointed" id="pointed">
                    if let Some((key, (span, others))) = &*looked {
                        <code>{ &**key }</code>{ " " }
                        <span class={wording::key_state_id(span.state)}><span class="pill">{ icon::key_state(span.state) }{ wording::key_state(span.state) }</span></span>
                        { " " }<span>{ said(span, *others) }</span>
                    } else {
                        <span class="quiet">{ "Point at a ribbon, or move along it with the arrow keys. Click or press Enter to go there." }</span>
                    }
                </p>
                <button type="button" class="button small quiet" aria-expanded={open.to_string()} onclick={toggle}>
                    { if *open { "Hide the intervals" } else { "Intervals" } }{ format!(" of {}", props.chosen) }
                </button>
                if *open {
                    <Intervals ribbon={ribbons.iter().find(|ribbon| *ribbon.key == *props.chosen).cloned()}
                        chosen={props.chosen.clone()} list={props.list.clone()} />
                }
            }
        </Section>
    }
}

/// Actions of pointer and keyboard on a ribbon.
enum Pointing {
    Nowhere,
    Over(usize),
    /// The ribbon at this position is focused.
    On(usize),
}

fn ribbon_cell(ribbon: &Ribbon, cell: usize, steps: Steps) -> RibbonCell {
    let from_us = steps.begins_us(cell);
    RibbonCell { key: ribbon.key.clone(), from_us, until_us: from_us + steps.step_us }
}

/// "from 1.2 s until 3 s. R1 set it. Ended by: …"
fn said(span: &RibbonSpan, others: usize) -> String {
    let mut said = format!("from {}", time::instant(span.from_us));
    match span.until_us {
        Some(until_us) => said += &format!(" until {}", time::instant(until_us)),
        None => said += " on",
    }
    if !span.began.is_empty() {
        said += &format!(". Began: {}", span.began);
    }
    if let Some(ended) = &span.ended {
        said += &format!(". Ended: {ended}");
    }
    if others > 0 {
        said +=
            &format!(". This step also has {}", wording::count(others as u64, "other interval"));
    }
    said + "."
}

#[derive(PartialEq, Properties)]
struct StripProps {
    at: usize,
    last: usize,
    ribbon: Rc<Ribbon>,
    steps: Steps,
    chosen: bool,
    /// Whether the Tab key stops here.
    stop: bool,
    /// The step pointed at, if any.
    cell: Option<usize>,
    spoken: Option<String>,
    /// The step of the present.
    present: usize,
    place: Callback<(usize, Pointing)>,
    look: Callback<RibbonCell, Option<(RibbonSpan, usize)>>,
    command: Callback<Command>,
    act: Callback<Action>,
}

#[component]
fn Strip(props: &StripProps) -> Html {
    let ribbon = &props.ribbon;
    let (at, steps) = (props.at, props.steps);
    let known = ribbon.cells.len().saturating_sub(1);
    let here = props.cell.unwrap_or(props.present).min(known);
    let state = ribbon.cells.get(here).copied().unwrap_or_default();
    // Where a state begins within the step, there; else where the step does.
    let go = {
        let (ribbon, look, command) = (ribbon.clone(), props.look.clone(), props.command.clone());
        let act = props.act.clone();
        move |cell: usize| {
            let under = ribbon_cell(&ribbon, cell, steps);
            let from_us = under.from_us;
            let began_us = look.emit(under).map_or(0, |(span, _)| span.from_us);
            act.emit(Action::Key(ribbon.key.to_string()));
            command.emit(Command::SeekTo(began_us.max(from_us)));
        }
    };
    let under = move |event: &MouseEvent| {
        let bar: Element = event.target_unchecked_into();
        let bar = bar.closest(".bar").ok().flatten()?;
        let frame = bar.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - frame.left()) / frame.width().max(1.0);
        let cell = (share.clamp(0.0, 0.9999) * CELLS as f64) as usize;
        (cell <= known).then_some(cell)
    };
    let place = &props.place;
    let onmousemove = place.reform(move |event: MouseEvent| {
        (at, under(&event).map_or(Pointing::Nowhere, Pointing::Over))
    });
    let onmouseleave = place.reform(move |_: MouseEvent| (at, Pointing::Nowhere));
    let onfocus = place.reform(move |_: FocusEvent| (at, Pointing::On(here)));
    let onblur = place.reform(move |_: FocusEvent| (at, Pointing::Nowhere));
    let onclick = {
        let go = go.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(cell) = under(&event) {
                go(cell);
            }
        })
    };
    let onkeydown = {
        let (ribbon, place, last) = (ribbon.clone(), place.clone(), props.last);
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            let cell = match event.key().as_str() {
                "ArrowRight" => next_change(&ribbon.cells, here),
                "ArrowLeft" => previous_change(&ribbon.cells, here),
                "Home" => 0,
                "End" => known,
                "Enter" => {
                    go(here);
                    here
                }
                "ArrowDown" | "ArrowUp" => {
                    let down = event.key() == "ArrowDown";
                    let next = if down { (at + 1).min(last) } else { at.saturating_sub(1) };
                    event.prevent_default();
                    place.emit((next, Pointing::On(here)));
                    return focus(&event, next);
                }
                _ => return,
            };
            event.prevent_default();
            place.emit((at, Pointing::On(cell)));
        })
    };
    let spoken = match &props.spoken {
        Some(spoken) => format!("{} {spoken}", wording::key_state(state)),
        None => wording::key_state(state).to_owned(),
    };
    html! {
        <div class={classes!("strip", props.chosen.then_some("chosen"))} data-ribbon={ribbon.key.to_string()}>
            <code class="name">{ &*ribbon.key }</code>
            <div class="bar" role="slider" tabindex={if props.stop { "0" } else { "-1" }} data-strip={at.to_string()}
                aria-label={format!("{} over time", ribbon.key)} aria-valuemin="0" aria-valuemax={known.to_string()}
                aria-valuenow={here.to_string()} aria-valuetext={spoken}
                {onmousemove} {onmouseleave} {onfocus} {onblur} {onclick} {onkeydown}>
                <Cells ribbon={ribbon.clone()} />
                if let Some(cell) = props.cell {
                    <svg class="pointer" viewBox={format!("0 0 {CELLS} {RIBBON_HEIGHT}")} preserveAspectRatio="none" aria-hidden="true">
                        <rect x={cell.to_string()} y="0" width="1" height={RIBBON_HEIGHT.to_string()} />
                    </svg>
                }
            </div>
        </div>
    }
}

/// Focuses another ribbon of the panel.
fn focus(event: &KeyboardEvent, at: usize) {
    let bar: Element = event.target_unchecked_into();
    let panel = bar.closest(".strips").ok().flatten();
    let other = panel
        .and_then(|panel| panel.query_selector(&format!("[data-strip='{at}']")).ok().flatten());
    if let Some(other) = other {
        let other: HtmlElement = wasm_bindgen::JsCast::unchecked_into(other);
        // An element that is there takes the focus.
        let _ = other.focus();
    }
}

#[derive(PartialEq, Properties)]
struct CellsProps {
    ribbon: Rc<Ribbon>,
}

/// One path for each state, redrawn only if the ribbon has changed.
#[component]
fn Cells(props: &CellsProps) -> Html {
    let path = |state: KeyState| {
        let path = ribbon_path(&props.ribbon.cells, state);
        html! { if !path.is_empty() { <path class={wording::key_state_id(state)} d={path} /> } }
    };
    html! {
        <svg class="cells" viewBox={format!("0 0 {CELLS} {RIBBON_HEIGHT}")} preserveAspectRatio="none" aria-hidden="true">
            { for STATES.into_iter().map(path) }
        </svg>
    }
}

#[derive(PartialEq, Properties)]
struct NowProps {
    at_us: Micros,
    steps: Steps,
}

/// A line across all ribbons at the present instant.
#[component]
fn Now(props: &NowProps) -> Html {
    let Steps { from_us, step_us } = props.steps;
    let long_us = step_us * CELLS as Micros;
    let Some(share) = props.at_us.checked_sub(from_us).filter(|past_us| *past_us <= long_us) else {
        return html! {};
    };
    let at = format!("{:.2}%", 100.0 * share as f64 / long_us.max(1) as f64);
    html! {
        <svg class="now" aria-hidden="true" focusable="false">
            <line x1={at.clone()} x2={at} y1="0" y2="100%" />
        </svg>
    }
}

#[derive(PartialEq, Properties)]
struct IntervalsProps {
    /// If the ribbon has changed, the intervals may have as well.
    ribbon: Option<Rc<Ribbon>>,
    chosen: String,
    list: Callback<String, (Vec<RibbonSpan>, u64)>,
}

/// The intervals of a key as a table: the ribbon for screen readers.
#[component]
fn Intervals(props: &IntervalsProps) -> Html {
    let key = &props.chosen;
    let (spans, all) = match props.ribbon {
        Some(_) => props.list.emit(key.clone()),
        None => Default::default(),
    };
    let caption = match all > spans.len() as u64 {
        false => format!("Intervals of {key}"),
        true => format!("The last {} of {all} intervals of {key}", spans.len()),
    };
    html! {
        <div class="numbers" role="region" tabindex="0" aria-label={format!("Intervals of {key}")}>
            <table id="intervals">
                <caption>{ caption }</caption>
                <thead><tr>
                    <th scope="col">{ "From" }</th><th scope="col">{ "Until" }</th><th scope="col">{ "State" }</th>
                    <th scope="col">{ "What began it" }</th>
                </tr></thead>
                <tbody>
                    for (at, span) in spans.iter().enumerate() {
                        <tr key={at}>
                            <th scope="row">{ wording::clock(span.from_us) }</th>
                            <td>{ span.until_us.map_or_else(|| "now".to_owned(), wording::clock) }</td>
                            <td>{ wording::key_state(span.state) }</td>
                            <td class="text">{ &span.began }</td>
                        </tr>
                    }
                </tbody>
            </table>
        </div>
    }
}
