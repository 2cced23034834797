//! The space-time diagram of messages, the same as a list, and as files.

mod course;
mod drawing;
mod list;
mod tools;

use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use self::course::{course, hand};
use self::drawing::{Drawn, Ground, Sketched, UnderWay};
use self::list::List;
use self::tools::Tools;
use super::PageContext;
use crate::layout::diagram as layout;
use crate::page::Panel;
use crate::time::{self, Micros};
use crate::ui::drive::kinship::Kin;
use crate::ui::drive::picture::Part;
use crate::ui::drive::player::Command;
use crate::ui::drive::scale::Magnify;
use crate::ui::drive::state::Action;
use crate::ui::drive::zoom::{Stretch, Turn};
use crate::ui::pieces::magnify::use_magnify;
use crate::ui::pieces::section::Section;
use crate::view::Diagram;

/// The width until the panel is measured, in pixels.
const WIDTH: i32 = 1_000;
/// More arrows than this are drawn as a sketch while the run plays.
const CROWD: usize = 40;
/// The least width, in pixels.
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
    /// The base of the files' names.
    name: String,
    command: Callback<Command>,
    act: Callback<Action>,
}

#[component]
fn SpaceTime(props: &SpaceTimeProps) -> Html {
    let frame = use_node_ref();
    let measured = use_width(&frame);
    let width = measured.unwrap_or(WIDTH);
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
            <span class="quiet" id="diagram-span">{ format!("{} to {}", time::instant(from_us), time::instant(to_us)) }</span>
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
    let (onwheel, onkeydown) = use_magnify(props.command.reform(|how| {
        Command::Window(match how {
            Magnify::Closer => Turn::Narrower,
            Magnify::Wider | Magnify::Whole => Turn::Wider,
        })
    }));
    html! {
        <Section panel={Panel::Diagram} {beside}>
            <Tools keys={onkeydown} stretch={props.stretch} frame={frame.clone()} name={props.name.clone()}
                command={props.command.clone()} act={props.act.clone()} />
            <div class="space-time" ref={frame} data-unmeasured={measured.is_none().then_some("true")} {onwheel}>
                <svg viewBox={format!("0 0 {width} {height}")} {width} {height} role="img" onclick={choose}
                    class={classes!(props.lit.is_some().then_some("some-lit"))}
                    aria-label={layout::in_words(diagram, from_us, to_us)}>
                    <Ground plan={plan.clone()} />
                    if rush { <Sketched plan={plan.clone()} diagram={diagram.clone()} at_us={props.at_us} /> }
                    else { <Drawn plan={plan.clone()} diagram={diagram.clone()} lit={props.lit.clone()} chosen={*chosen} /> }
                    <UnderWay plan={plan.clone()} diagram={diagram.clone()} lit={props.lit.clone()} chosen={*chosen}
                        at_us={props.at_us} {rush} command={props.command.clone()} />
                </svg>
            </div>
            <div class="chosen-message" id="chosen-message" tabindex="-1" data-refuge="">
                if let Some(arrow) = found {
                    <span class="tag">{ &arrow.label }</span>{ " " }<code>{ &arrow.text }</code>
                    <span class="quiet">{ course(arrow) }</span>
                    { hand(arrow, &props.command) }
                } else if diagram.arrows.is_empty() && diagram.marks.is_empty() {
                    <span class="empty">{ "No message in this time range." }</span>
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

/// The width of the drawing, in pixels, updated with the window; `None`: it was just added.
#[hook]
fn use_width(frame: &NodeRef) -> Option<i32> {
    let width = use_state_eq(|| None);
    let (setter, frame) = (width.setter(), frame.clone());
    use_effect_with((), move |()| {
        let measure = move || {
            if let Some(frame) = frame.cast::<Element>() {
                setter.set(Some(frame.client_width().max(NARROWEST)));
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
