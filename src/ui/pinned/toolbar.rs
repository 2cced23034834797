//! The toolbar: play, pause, step, jumps, speed, and the present instant.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::seek::Seek;
use crate::simulate::timeline::Stop;
use crate::time::{self, Micros};
use crate::ui::drive::pace::{Motion, SPEEDS};
use crate::ui::drive::player::{Command, Journey};
use crate::ui::drive::scale::Magnify;
use crate::ui::pieces::icon;
use crate::ui::wording;
use crate::view::Problems;

#[derive(PartialEq, Properties)]
pub struct ToolbarProps {
    pub run: Motion,
    pub speed: usize,
    pub skip_idle: bool,
    /// How many times faster than its speed it runs now, if it skips.
    pub skipping: Option<u32>,
    pub at_us: Micros,
    pub journey: Journey,
    /// The known problems.
    pub problems: Rc<Problems>,
    /// Whether there was a violation up to now.
    pub trouble: bool,
    /// Whether it pauses at a violation.
    pub halts: bool,
    pub command: Callback<Command>,
}

#[component]
pub fn Toolbar(props: &ToolbarProps) -> Html {
    let emit = |command: Command| props.command.reform(move |_: MouseEvent| command.clone());
    let moving = props.run != Motion::Paused;
    let on_speed = props.command.reform(|event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        Command::Speed(input.value_as_number() as usize)
    });
    let on_skip = props.command.reform(|event: Event| {
        Command::SkipIdle(event.target_unchecked_into::<HtmlInputElement>().checked())
    });
    let on_halts = props.command.reform(|event: Event| {
        Command::Halts(event.target_unchecked_into::<HtmlInputElement>().checked())
    });
    let status = match (props.run, props.skipping) {
        (Motion::Paused, _) => "Paused".to_owned(),
        (Motion::GoingTo(at_us), _) => format!("Going to {} …", time::instant(at_us)),
        (Motion::Searching, _) => "Searching …".to_owned(),
        (_, Some(times)) => format!("Skipping ×{times}"),
        (Motion::UntilQuiet, None) => "Running".to_owned(),
        (Motion::Playing, None) => "Playing".to_owned(),
    };
    let start = (props.at_us == 0).then_some("this is the start");
    let us_per_ms = SPEEDS[props.speed];
    html! {
        <section class="toolbar" aria-label="Time">
            <div class="transport">
                <button type="button" id="play" class="button primary play" onclick={emit(Command::Toggle)}>
                    if moving { { icon::pause() }{ "Pause" } } else { { icon::play() }{ "Play" } }
                </button>
                { small(props, Command::StepBack, "back", "Step back", start, icon::step_back()) }
                <button type="button" id="step" class="button" onclick={emit(Command::Step)}>
                    { icon::step() }<span class="word">{ "Step" }</span>
                </button>
                <button type="button" id="reset" class="button" onclick={emit(Command::Reset)}>
                    { icon::reset() }<span class="word">{ "Reset" }</span>
                </button>
                <span class="group" role="group" aria-label="What you did">
                    { small(props, Command::Undo, "undo", "Undo", (!props.journey.can_undo).then_some("you have not done anything yet"), icon::undo()) }
                    { small(props, Command::Redo, "redo", "Redo", (!props.journey.can_redo).then_some("nothing was undone"), icon::redo()) }
                </span>
            </div>
            <p class="clock" id="clock" data-at-us={props.at_us.to_string()}>
                <span class="unseen">{ "Virtual time " }</span>
                <span class="time">{ wording::clock(props.at_us) }</span>
                <span class="status" data-run={if moving { "moving" } else { "paused" }}>{ status }</span>
            </p>
            <div class="journey">
                <span class="group" role="group" aria-label="Requests">
                    { small(props, Command::Previous(Stop::Request), "previous-request", "Previous request", start, icon::before()) }
                    <span class="word quiet" aria-hidden="true">{ "Request" }</span>
                    { small(props, Command::Next(Stop::Request), "next-request", "Next request", None, icon::after()) }
                </span>
                <Seek at_us={props.at_us} journey={props.journey} problems={props.problems.clone()} command={props.command.clone()} />
                <span class="group scale" role="group" aria-label="Time shown by the slider">
                    { small(props, Command::Magnify(Magnify::Wider), "wider", "Show a longer time on the slider",
                        props.journey.range.whole.then_some("this is the whole run"), html! { "−" }) }
                    { small(props, Command::Magnify(Magnify::Closer), "closer", "Show a shorter time on the slider",
                        props.journey.range.narrowest.then_some("this is the shortest"), html! { "+" }) }
                </span>
                <span class="group" role="group" aria-label="Problems">
                    { small(props, Command::Previous(Stop::Violation), "previous-problem", "Previous problem",
                        (!props.trouble).then_some("no problem up to here"), icon::before()) }
                    <span class="word quiet" aria-hidden="true">{ "Problem" }</span>
                    { small(props, Command::Next(Stop::Violation), "next-problem", "Next problem", None, icon::after()) }
                </span>
            </div>
            if let Some(begins_us) = props.journey.memory.begins_us {
                <p class="past" id="past">{ wording::past(begins_us, props.journey.memory.budget) }</p>
            }
            <div class="pace">
                <label class="speed">
                    <span>{ "Speed" }</span>
                    <input type="range" id="speed" min="0" max={(SPEEDS.len() - 1).to_string()} step="1"
                        value={props.speed.to_string()} aria-valuetext={wording::speed_spoken(us_per_ms)}
                        oninput={on_speed} />
                    <output for="speed" aria-hidden="true">{ wording::speed(us_per_ms) }</output>
                </label>
                <label class="check">
                    <input type="checkbox" id="skip-idle" title="Skip quickly over idle time" checked={props.skip_idle} onchange={on_skip} />
                    <span>{ "Skip idle" }</span>
                </label>
                <label class="check">
                    <input type="checkbox" id="halts" title="Pause when something goes wrong" checked={props.halts} onchange={on_halts} />
                    <span>{ "Pause at problems" }</span>
                </label>
            </div>
        </section>
    }
}

/// A button with an icon. If it cannot do anything, it says why and keeps the focus, so that
/// stepping back to the start does not lose it.
fn small(
    props: &ToolbarProps,
    command: Command,
    id: &'static str,
    name: &'static str,
    why_not: Option<&'static str>,
    drawing: Html,
) -> Html {
    let title = why_not.map_or_else(|| name.to_owned(), |why| format!("{name}: {why}"));
    html! {
        <button type="button" {id} class="button drawing" aria-label={name} {title}
            aria-disabled={why_not.map(|_| "true")}
            onclick={props.command.reform(move |_: MouseEvent| command.clone())}>{ drawing }</button>
    }
}
