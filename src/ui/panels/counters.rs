//! The row of totals.

use std::rc::Rc;

use yew::prelude::*;

use super::PageContext;
use crate::page::Panel;
use crate::ui::browser::dom;
use crate::ui::wording;
use crate::view::Counters;

pub fn view(page: &PageContext<'_>) -> Html {
    let shown = &page.state.shown;
    html! {
        <CounterStrip counters={shown.counters.clone()}
            database_reads_per_second={page.state.database_reads_per_second()}
            problems={shown.known_problems().totals.iter().map(|(_, times)| times).sum::<u64>()} />
    }
}

#[derive(PartialEq, Properties)]
struct CountersProps {
    counters: Rc<Counters>,
    database_reads_per_second: u64,
    /// The number of violations.
    problems: u64,
}

#[component]
fn CounterStrip(props: &CountersProps) -> Html {
    let counters = &props.counters;
    let lookups = counters.hits + counters.misses;
    let figures = [
        ("hits", "Hits", counters.hits.to_string(), false),
        ("misses", "Misses", counters.misses.to_string(), false),
        ("hit-ratio", "Hit ratio", wording::share(counters.hits, lookups), false),
        ("stale-reads", "Stale reads", counters.stale_reads.to_string(), counters.stale_reads > 0),
        ("lost-writes", "Lost writes", counters.lost_writes.to_string(), counters.lost_writes > 0),
        ("failed", "Failed", counters.failed.to_string(), counters.failed > 0),
        ("database-reads", "DB reads", counters.database_reads.to_string(), false),
        ("database-rate", "DB reads/s", props.database_reads_per_second.to_string(), false),
        ("database-writes", "DB writes", counters.database_writes.to_string(), false),
    ];
    html! {
        <section class="counters" data-panel={Panel::Counters.id()} aria-label={Panel::Counters.heading()}>
            <dl>
                for (id, name, figure, bad) in figures {
                    <div key={id} class={classes!(bad.then_some("bad"))}>
                        <dt>{ name }</dt>
                        <dd data-counter={id}>{ figure }</dd>
                    </div>
                }
            </dl>
            if props.problems > 0 {
                <button type="button" id="see-problems" class="button small" onclick={|_: MouseEvent| dom::show(Panel::Problems)}>
                    { "See why" }<span class="unseen">{ ": what went wrong" }</span>
                </button>
            }
        </section>
    }
}
