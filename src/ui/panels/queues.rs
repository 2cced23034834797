//! The write buffers: how much is in each, and what comes out next.

use std::rc::Rc;

use yew::prelude::*;

use super::PageContext;
use crate::page::Panel;
use crate::time;
use crate::ui::pieces::section::Section;
use crate::ui::wording;
use crate::view::QueueView;

pub fn view(page: &PageContext<'_>) -> Html {
    html! { <Queues queues={page.state.shown.queues.clone()} /> }
}

#[derive(PartialEq, Properties)]
struct QueuesProps {
    queues: Rc<Vec<QueueView>>,
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
                </div>
            }
        </Section>
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
