//! The time slider: the present, the known part of the run, and its violations.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::time::{self, Micros};
use crate::ui::browser::frames::NextFrame;
use crate::ui::drive::player::{Command, Journey};
use crate::ui::drive::scale::Range;
use crate::ui::pieces::magnify::use_magnify;
use crate::ui::wording;
use crate::view::Problems;

#[derive(PartialEq, Properties)]
pub struct SeekProps {
    pub at_us: Micros,
    pub journey: Journey,
    pub problems: Rc<Problems>,
    pub command: Callback<Command>,
}

/// The destination while a person drags.
#[derive(Clone, Default)]
struct Wanted {
    /// Whether a request waits for the next frame.
    waits: Rc<Cell<bool>>,
    last: Rc<Cell<Option<Micros>>>,
}

#[component]
pub fn Seek(props: &SeekProps) -> Html {
    let Journey { furthest_us, range, .. } = props.journey;
    let Range { from_us, to_us, whole, .. } = range;
    // Dragging asks for more instants than can be drawn: the first in a frame is shown at
    // once, the last in the next frame.
    let wanted = use_mut_ref(Wanted::default);
    let frame = use_mut_ref(|| None::<NextFrame>);
    let oninput = {
        let command = props.command.clone();
        let wanted = wanted.borrow().clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let at_us = input.value_as_number().max(0.0) as Micros;
            if wanted.waits.get() {
                return wanted.last.set(Some(at_us));
            }
            wanted.waits.set(true);
            let (later, wanted) = (command.clone(), wanted.clone());
            *frame.borrow_mut() = Some(NextFrame::ask(move || {
                wanted.waits.set(false);
                if let Some(at_us) = wanted.last.take() {
                    later.emit(Command::SeekTo(at_us));
                }
            }));
            command.emit(Command::SeekTo(at_us));
        })
    };
    let known = match furthest_us < to_us {
        true => format!(", known up to {}", time::instant(furthest_us)),
        false => String::new(),
    };
    let shown = match whole {
        true => time::instant(to_us),
        false => format!("{} to {}", time::instant(from_us), time::instant(to_us)),
    };
    let spoken = format!("{} of {shown}{known}", time::instant(props.at_us));
    let (onwheel, onkeydown) = use_magnify(props.command.reform(Command::Magnify));
    html! {
        <div class="seek" {onwheel} {onkeydown}>
            <Track {furthest_us} {range} problems={props.problems.clone()} />
            <input type="range" id="seek" aria-label="Time" title={format!("Go to an instant of {shown}. Zoom in and out: + and -")}
                min={from_us.to_string()} max={to_us.to_string()} step="any"
                value={props.at_us.to_string()} aria-valuetext={spoken} {oninput} />
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct TrackProps {
    furthest_us: Micros,
    range: Range,
    problems: Rc<Problems>,
}

/// The background of the slider. The problems panel says the same as text.
#[component]
fn Track(props: &TrackProps) -> Html {
    let Range { from_us, to_us, .. } = props.range;
    let long_us = to_us.saturating_sub(from_us).max(1) as f64;
    let percent = |us: Micros| {
        let share = us.saturating_sub(from_us) as f64 / long_us;
        format!("{:.2}%", 100.0 * share.min(1.0))
    };
    let shown = |us: Micros| (from_us..=to_us).contains(&us);
    html! {
        <svg class="track" aria-hidden="true" focusable="false">
            <rect class="unknown" y="8" width="100%" height="6" rx="3" />
            <rect class="known" y="8" width={percent(props.furthest_us)} height="6" rx="3" />
            for problem in props.problems.shown.iter().filter(|problem| shown(problem.at_us)) {
                <svg key={problem.id} x={percent(problem.at_us)} overflow="visible">
                    <path class={wording::problem_tone(problem.kind)} d="M0 15l4 7h-8z" />
                </svg>
            }
        </svg>
    }
}
