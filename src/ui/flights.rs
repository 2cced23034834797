//! Calls in flight: the map, and the same as a list.

use std::rc::Rc;

use yew::prelude::*;

use crate::simulate::snapshot::{FlightView, LinkView, ProcessView};
use crate::time::Micros;
use crate::ui::map::Map;
use crate::ui::words;

/// Flights listed at most.
const LISTED: usize = 8;

#[derive(PartialEq, Properties)]
pub struct FlightsProps {
    pub processes: Rc<Vec<ProcessView>>,
    pub links: Rc<Vec<LinkView>>,
    pub flights: Rc<Vec<FlightView>>,
    pub flights_total: usize,
    pub at_us: Micros,
    pub still: bool,
}

#[component]
pub fn Flights(props: &FlightsProps) -> Html {
    html! {
        <section class="panel flights" aria-labelledby="flights-title">
            <div class="title">
                <h2 id="flights-title">{ "In flight" }</h2>
                <span class="quiet" id="flights-total">{ words::count(props.flights_total as u64, "message") }</span>
                <span class="legend" aria-hidden="true">
                    <span class="key request">{ "request" }</span>
                    <span class="key reply">{ "reply" }</span>
                    <span class="key failed">{ "failed" }</span>
                </span>
            </div>
            <Map processes={props.processes.clone()} links={props.links.clone()} flights={props.flights.clone()}
                at_us={props.at_us} still={props.still} />
            <FlightList flights={props.flights.clone()} total={props.flights_total} />
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct FlightListProps {
    flights: Rc<Vec<FlightView>>,
    total: usize,
}

#[component]
fn FlightList(props: &FlightListProps) -> Html {
    let more = props.total.saturating_sub(LISTED.min(props.flights.len()));
    html! {
        <ul class="flight-list" id="flights" aria-label="Messages in flight">
            if props.flights.is_empty() { <li class="empty">{ "Nothing is in flight." }</li> }
            for flight in props.flights.iter().take(LISTED) {
                <li key={flight.id} class={classes!(flight.failed.then_some("bad"))}>
                    <span class="tag">{ &flight.label }</span>
                    <code>{ &flight.text }</code>
                    <span class="quiet">{ way(flight) }</span>
                </li>
            }
            if more > 0 { <li class="empty">{ format!("… and {more} more") }</li> }
        </ul>
    }
}

/// "app → cache, lands at 11.3 ms"
fn way(flight: &FlightView) -> String {
    let place = if flight.from == flight.to {
        format!("in the {}", words::process(flight.to))
    } else {
        format!("{} → {}", words::process(flight.from), words::process(flight.to))
    };
    match flight.lands_us {
        Some(at) if flight.from == flight.to => format!("{place}, until {}", words::moment(at)),
        Some(at) => format!("{place}, lands at {}", words::moment(at)),
        None => place,
    }
}
