//! A strip of totals.

use std::rc::Rc;

use yew::prelude::*;

use crate::ui::panels::problems;
use crate::ui::wording;
use crate::view::Counters;

#[derive(PartialEq, Properties)]
pub struct CountersProps {
    pub counters: Rc<Counters>,
    pub database_reads_per_second: u64,
    /// How many things went wrong.
    pub problems: u64,
}

#[component]
pub fn CounterStrip(props: &CountersProps) -> Html {
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
        <section class="counters" aria-label="Counters">
            <dl>
                for (id, name, figure, bad) in figures {
                    <div key={id} class={classes!(bad.then_some("bad"))}>
                        <dt>{ name }</dt>
                        <dd data-counter={id}>{ figure }</dd>
                    </div>
                }
            </dl>
            if props.problems > 0 {
                <button type="button" id="see-problems" class="button small" onclick={|_: MouseEvent| problems::show()}>
                    { "See why" }<span class="unseen">{ ": what went wrong" }</span>
                </button>
            }
        </section>
    }
}
