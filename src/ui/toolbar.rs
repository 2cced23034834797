//! Play, pause, step, reset, how fast, and where time stands.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::time::Micros;
use crate::ui::pace::{Run, SPEEDS};
use crate::ui::player::Command;
use crate::ui::{icon, words};

#[derive(PartialEq, Properties)]
pub struct ToolbarProps {
    pub run: Run,
    pub speed: usize,
    pub skip_idle: bool,
    /// How many times faster it runs now, where it skips.
    pub skipping: Option<u32>,
    pub at_us: Micros,
    pub command: Callback<Command>,
}

#[component]
pub fn Toolbar(props: &ToolbarProps) -> Html {
    let emit = |command: Command| props.command.reform(move |_: MouseEvent| command.clone());
    let moving = props.run != Run::Paused;
    let on_speed = props.command.reform(|event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        Command::Speed(input.value_as_number() as usize)
    });
    let on_skip = props.command.reform(|event: Event| {
        Command::SkipIdle(event.target_unchecked_into::<HtmlInputElement>().checked())
    });
    let status = match (props.run, props.skipping) {
        (Run::Paused, _) => "Paused".to_owned(),
        (Run::GoingTo(at_us), _) => format!("Going to {} …", words::moment(at_us)),
        (Run::Searching, _) => "Searching …".to_owned(),
        (_, Some(times)) => format!("Skipping ×{times}"),
        (Run::UntilQuiet, None) => "Running".to_owned(),
        (Run::Playing, None) => "Playing".to_owned(),
    };
    let us_per_ms = SPEEDS[props.speed];
    html! {
        <section class="toolbar" aria-label="Time">
            <div class="transport">
                <button type="button" id="play" class="button primary play" onclick={emit(Command::Toggle)}>
                    if moving { { icon::pause() }{ "Pause" } } else { { icon::play() }{ "Play" } }
                </button>
                <button type="button" id="step" class="button" onclick={emit(Command::Step)}>
                    { icon::step() }{ "Step" }
                </button>
                <button type="button" id="reset" class="button" onclick={emit(Command::Reset)}>
                    { icon::reset() }{ "Reset" }
                </button>
            </div>
            <p class="clock" id="clock" data-at-us={props.at_us.to_string()}>
                <span class="unseen">{ "Virtual time " }</span>
                <span class="time">{ words::instant(props.at_us) }</span>
                <span class="status" data-run={if moving { "moving" } else { "paused" }}>{ status }</span>
            </p>
            <div class="pace">
                <label class="speed">
                    <span>{ "Speed" }</span>
                    <input type="range" id="speed" min="0" max={(SPEEDS.len() - 1).to_string()} step="1"
                        value={props.speed.to_string()} aria-valuetext={words::speed_spoken(us_per_ms)}
                        oninput={on_speed} />
                    <output for="speed" aria-hidden="true">{ words::speed(us_per_ms) }</output>
                </label>
                <label class="check">
                    <input type="checkbox" id="skip-idle" title="Pass quickly over stretches in which nothing happens" checked={props.skip_idle} onchange={on_skip} />
                    <span>{ "Skip idle" }</span>
                </label>
            </div>
        </section>
    }
}
