//! Announces the latest notable event to screen readers, at a pace that can be followed.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use crate::view::LogLine;

/// The shortest time between two sentences.
const PAUSE_MS: u32 = 1_500;

#[derive(PartialEq, Properties)]
pub struct AnnouncerProps {
    /// The latest line to be announced.
    pub line: Option<Rc<LogLine>>,
    /// The number of lines announced so far, this one included.
    pub count: u64,
}

/// A sentence, with a note if earlier ones were left out.
fn sentence(line: &LogLine, left_out: u64) -> String {
    let (text, end) = (&line.text, if line.text.ends_with('.') { "" } else { "." });
    match left_out {
        0 => text.clone(),
        1 => format!("{text}{end} One more before it."),
        _ => format!("{text}{end} {left_out} more before it."),
    }
}

#[component]
pub fn Announcer(props: &AnnouncerProps) -> Html {
    let said = use_state(String::new);
    let latest = use_mut_ref(|| (None::<Rc<LogLine>>, 0));
    let heard = use_mut_ref(|| 0);
    let timer = use_mut_ref(|| None::<Timeout>);
    {
        let (latest, timer, said) = (latest.clone(), timer.clone(), said.setter());
        use_effect_with((props.line.clone(), props.count), move |(line, count)| {
            *latest.borrow_mut() = (line.clone(), *count);
            let waiting = timer.borrow().is_some();
            if line.is_some() && !waiting {
                let (latest, ended) = (latest.clone(), timer.clone());
                *timer.borrow_mut() = Some(Timeout::new(PAUSE_MS, move || {
                    ended.borrow_mut().take();
                    let (line, count) = &*latest.borrow();
                    let left_out = count.saturating_sub(heard.replace(*count) + 1);
                    let text = line.as_ref().map(|line| sentence(line, left_out));
                    said.set(text.unwrap_or_default());
                }));
            }
        });
    }
    use_effect_with((), move |()| {
        move || {
            timer.borrow_mut().take();
        }
    });
    html! { <p class="unseen" role="status" aria-live="polite">{ said.as_str() }</p> }
}
