//! The page in the compact layout: the title, the stores, a line of controls and the verdict.

use std::rc::Rc;

use web_sys::HtmlAnchorElement;
use yew::prelude::*;

use super::seek::Seek;
use crate::embed::{self, Options};
use crate::scenario::Scenario;
use crate::simulate::timeline::Stop;
use crate::time::{self, Micros};
use crate::ui::browser::host;
use crate::ui::drive::documents;
use crate::ui::drive::pace::Motion;
use crate::ui::drive::player::{Command, Journey};
use crate::ui::pieces::icon;
use crate::ui::wording;
use crate::view::Problems;

#[derive(PartialEq, Properties)]
pub struct HeadProps {
    pub title: String,
    pub options: Options,
    /// The scenario being played, with all actions; true: it opens at the present instant.
    pub scenario: Callback<bool, Scenario>,
}

/// The title, and the link to the whole page.
#[component]
pub fn Head(props: &HeadProps) -> Html {
    let page = host::page();
    let Options { theme, preset, src, compare, .. } = props.options.clone();
    let whole = Options { theme, compare, ..Options::default() };
    let begins = match host::fragment() {
        Some(link) => embed::address(&page, &whole, link.trim_start_matches('#')),
        None => embed::address(&page, &Options { preset, src, ..whole.clone() }, ""),
    };
    // As it stands when it is left for the whole page, if what writes links is there by then.
    let load = Callback::from(|()| documents::once_there(|_| ()));
    let onclick = {
        let (page, scenario) = (page.clone(), props.scenario.clone());
        Callback::from(move |event: MouseEvent| {
            let leads: HtmlAnchorElement = event.target_unchecked_into();
            let link = documents::get().and_then(|it| (it.link)(&scenario.emit(true)));
            if let Some(link) = link {
                leads.set_href(&embed::address(&page, &whole, &link));
            }
        })
    };
    html! {
        <header class="compact-head">
            { icon::logo() }
            <h1>{ if props.title.is_empty() { "Stalemate" } else { &props.title } }</h1>
            if !page.is_empty() {
                <a href={begins} id="in-full" target="_blank" rel="noopener" {onclick}
                    onpointerenter={load.reform(|_: PointerEvent| ())} onfocus={load.reform(|_: FocusEvent| ())}>{ "Open in full" }</a>
            }
        </header>
    }
}

#[derive(PartialEq, Properties)]
pub struct ControlsProps {
    pub run: Motion,
    pub at_us: Micros,
    pub journey: Journey,
    /// The problems so far, and those known to come.
    pub problems: Rc<Problems>,
    pub known: Rc<Problems>,
    pub command: Callback<Command>,
}

/// The time in one line, and the result so far in another.
#[component]
pub fn Controls(props: &ControlsProps) -> Html {
    let moving = props.run != Motion::Paused;
    let button = |id: &'static str, name: &'static str, command: Command, drawing: Html| {
        html! {
            <button type="button" {id} class="button drawing" aria-label={name} title={name}
                onclick={props.command.reform(move |_: MouseEvent| command.clone())}>{ drawing }</button>
        }
    };
    let toggle = props.command.reform(|_: MouseEvent| Command::Toggle);
    html! {
        <section class="compact-foot" aria-label="Time">
            <div class="controls">
                <button type="button" id="play" class="button primary play" onclick={toggle}>
                    if moving { { icon::pause() }{ "Pause" } } else { { icon::play() }{ "Play" } }
                </button>
                { button("back", "Step back", Command::StepBack, icon::step_back()) }
                { button("step", "Step", Command::Step, icon::step()) }
                { button("reset", "Reset", Command::Reset, icon::reset()) }
                <Seek at_us={props.at_us} journey={props.journey} problems={props.known.clone()} command={props.command.clone()} />
                <p class="clock" id="clock" data-at-us={props.at_us.to_string()}>
                    <span class="unseen">{ "Virtual time " }</span>
                    <span class="time">{ wording::clock(props.at_us) }</span>
                    <span class="status unseen" data-run={if moving { "moving" } else { "paused" }}>{ if moving { "Playing" } else { "Paused" } }</span>
                </p>
            </div>
            <div class="controls">
                { verdict(&props.problems, props.at_us) }
                <button type="button" id="next-problem" class="button small" aria-label="Next problem"
                    onclick={props.command.reform(|_: MouseEvent| Command::Next(Stop::Violation))}>{ "Next problem" }</button>
            </div>
        </section>
    }
}

fn verdict(problems: &Problems, at_us: Micros) -> Html {
    let said = match problems.shown.first() {
        Some(worst) => format!("{}, at {}.", worst.what, time::instant(worst.at_us)),
        None if at_us == 0 => "Press Play to see what happens.".to_owned(),
        None => "No problem so far.".to_owned(),
    };
    html! {
        <div class="verdict" id="verdict" role="status" title={said.clone()}>
            for (kind, times) in &problems.totals {
                <span key={*kind} class={wording::problem_tone(kind)} data-total={*kind}>
                    <span class="pill">{ icon::problem(kind) }{ wording::count(*times, kind) }</span>
                </span>
            }
            <span class="what">{ said }</span>
        </div>
    }
}
