//! The queues: the number of items in each, and the next items.

use std::rc::Rc;

use yew::prelude::*;

use super::PageContext;
use crate::page::Panel;
use crate::scenario::What;
use crate::time;
use crate::ui::drive::player::Command;
use crate::ui::pieces::icon;
use crate::ui::pieces::section::Section;
use crate::ui::wording;
use crate::view::{ConsumerView, QueueView};

pub fn view(page: &PageContext<'_>) -> Html {
    html! {
        <Queues queues={page.state.shown.queues.clone()} command={page.command.clone()} />
    }
}

#[derive(PartialEq, Properties)]
struct QueuesProps {
    queues: Rc<Vec<QueueView>>,
    command: Callback<Command>,
}

#[component]
fn Queues(props: &QueuesProps) -> Html {
    if props.queues.is_empty() {
        return html! {};
    }
    html! {
        <Section panel={Panel::Queues}>
            for queue in props.queues.iter() {
                <div class="queue" key={format!("{}@{}", queue.name, queue.place)}
                    data-queue={queue.name.to_string()} data-depth={queue.depth.to_string()}>
                    <p>
                        <code>{ &*queue.name }</code>
                        { format!(" on {}, {}", queue.place, if queue.durable { "durable" } else { "in memory" }) }
                        <span class="quiet">{ about(queue) }</span>
                        <br /><span class="quiet rules">{ queue.rules.join(" · ") }</span>
                    </p>
                    <ol aria-label={format!("Next in {}", queue.name)}>
                        for (at, item) in queue.head.iter().enumerate() {
                            <li key={at}><code>{ item }</code></li>
                        }
                        if queue.depth > queue.head.len() {
                            <li class="empty">{ format!("+{}", queue.depth - queue.head.len()) }</li>
                        }
                    </ol>
                    <ul class="plain-list consumers" aria-label={format!("Who takes from {}", queue.name)}>
                        for consumer in queue.consumers.iter() {
                            { taking(consumer, &props.command) }
                        }
                    </ul>
                    if queue.dead_letters > 0 {
                        { act("Replay dead letters", &format!("of {}", queue.name), What::ReplayDeadLetters {
                            queue: queue.name.to_string(),
                            app: queue.app,
                        }, &props.command) }
                    }
                </div>
            }
        </Section>
    }
}

/// A consumer, with its actions.
fn taking(consumer: &ConsumerView, command: &Callback<Command>) -> Html {
    let ConsumerView { name, place, app, busy, stopped } = consumer;
    let of = format!("{name} on {place}");
    let state = match (busy, stopped) {
        (true, false) => "at work",
        (false, false) => "waits for its turn",
        (true, true) => "ends what it has in hand",
        (false, true) => "takes no more",
    };
    let (consumer, app) = (name.to_string(), *app);
    html! {
        <li key={of.clone()} class={classes!(stopped.then_some("bad"))} data-consumer={of.clone()}
            data-stopped={stopped.to_string()}>
            { icon::status(!*stopped, false) }
            <span><code>{ &**name }</code>{ format!(" on {place}") } <span class="quiet">{ format!(" · {state}") }</span></span>
            <span class="buttons">
                if *stopped {
                    { act("Start", &of, What::StartConsumer { consumer: consumer.clone(), app }, command) }
                } else {
                    { act("Stop", &of, What::StopConsumer { consumer: consumer.clone(), app }, command) }
                }
                if !*stopped || *busy {
                    { act("Kill", &of, What::KillConsumer { consumer, app }, command) }
                }
            </span>
        </li>
    }
}

/// A button, and what it is for where it cannot be seen.
fn act(label: &'static str, of: &str, what: What, command: &Callback<Command>) -> Html {
    html! {
        <button type="button" class="button small"
            onclick={command.reform(move |_: MouseEvent| Command::Do(what.clone()))}>
            { label }<span class="unseen">{ format!(" {of}") }</span>
        </button>
    }
}

fn about(queue: &QueueView) -> String {
    let mut text = match queue.limit {
        Some(limit) => format!(" · {} of {limit}", queue.depth),
        None => format!(" · {}", wording::count(queue.depth as u64, "item")),
    };
    if let Some(at) = queue.oldest_us {
        text += &format!(" · oldest from {}", time::instant(at));
    }
    if queue.dead_letters > 0 {
        text += &format!(" · {}", wording::count(queue.dead_letters as u64, "dead letter"));
    }
    text
}
