//! The log, with the newest line at the bottom and in view.

use std::collections::VecDeque;
use std::rc::Rc;

use yew::prelude::*;

use super::PageContext;
use crate::page::Panel;
use crate::ui::drive::kinship::{Kin, label_of};
use crate::ui::drive::picture::LOG_LINES;
use crate::ui::pieces::section::Section;
use crate::ui::wording;
use crate::view::{LogLine, Tone};

/// How near to its end the list must be scrolled to follow new lines, in pixels.
const NEAR_END: i32 = 24;

pub fn view(page: &PageContext<'_>) -> Html {
    let state = page.state;
    html! { <Log lines={state.log.lines.clone()} before={state.log.before} lit={state.lit.clone()} /> }
}

#[derive(PartialEq, Properties)]
struct LogProps {
    lines: Rc<VecDeque<Rc<LogLine>>>,
    /// The number of earlier lines.
    before: u64,
    lit: Option<Rc<Kin>>,
}

#[component]
fn Log(props: &LogProps) -> Html {
    let list = use_node_ref();
    // Someone who has scrolled up to read is left there. New lines alone scroll nobody up.
    let at_end = use_mut_ref(|| true);
    let top = use_mut_ref(|| 0);
    {
        let (list, at_end) = (list.clone(), at_end.clone());
        use_effect_with(props.lines.clone(), move |_| {
            if let Some(list) = list.cast::<web_sys::Element>().filter(|_| *at_end.borrow()) {
                list.set_scroll_top(list.scroll_height());
            }
        });
    }
    let onscroll = Callback::from(move |event: Event| {
        let list: web_sys::Element = event.target_unchecked_into();
        let now = list.scroll_top();
        let below = list.scroll_height() - now - list.client_height();
        let went_up = now < top.replace(now);
        let stays = *at_end.borrow() && !went_up;
        *at_end.borrow_mut() = stays || below < NEAR_END;
    });
    html! {
        <Section panel={Panel::Log}>
            // The announcer says what matters, throttled; the list itself stays silent.
            <div class="log-lines" id="log" role="log" aria-live="off" aria-labelledby="log-title" tabindex="0"
                ref={list} {onscroll}>
                if props.lines.is_empty() { <p class="empty">{ "Nothing has happened yet." }</p> }
                // A line that goes makes place for one that comes: its elements are used again.
                for (place, line) in (props.before..).zip(props.lines.iter()) {
                    <LogEntry key={place % LOG_LINES as u64} line={line.clone()} lit={props.lit.as_ref().is_some_and(|kin| kin.told_in(&line.text))} />
                }
            </div>
        </Section>
    }
}

#[derive(PartialEq, Properties)]
struct LogEntryProps {
    line: Rc<LogLine>,
    lit: bool,
}

#[component]
fn LogEntry(props: &LogEntryProps) -> Html {
    let (class, sign) = match props.line.tone {
        Tone::Plain => ("plain", ""),
        Tone::Good => ("good", "✓"),
        Tone::Notice => ("notice-line", "•"),
        Tone::Bad => ("bad", "✗"),
        Tone::Action => ("action", "▸"),
    };
    html! {
        <p class={classes!("log-line", class, props.lit.then_some("lit"))} data-of={label_of(&props.line.text).to_owned()}>
            <span class="at">{ wording::clock(props.line.at_us) }</span>
            <span class="sign" aria-hidden="true">{ sign }</span>
            <span>{ &props.line.text }</span>
        </p>
    }
}
