//! Calls in flight: the map, and the same as a list.

mod map;

use std::rc::Rc;

use yew::prelude::*;

use super::PageContext;
use crate::page::Panel;
use crate::scenario::What;
use crate::time::{self, Micros};
use crate::ui::drive::kinship::Kin;
use crate::ui::drive::picture::Part;
use crate::ui::drive::player::Command;
use crate::ui::pieces::hand::{Hand, keep_focus};
use crate::ui::pieces::icon;
use crate::ui::pieces::section::Section;
use crate::ui::wording;
use crate::view::{FlightView, LinkView, ProcessView};
use crate::vocabulary::Handling;
use map::Map;

/// The most flights listed.
const LISTED: usize = 8;

pub fn view(page: &PageContext<'_>) -> Html {
    let (state, shown) = (page.state, &page.state.shown);
    html! {
        <Flights processes={shown.processes.clone()} links={shown.links.clone()} flights={shown.flights.clone()}
            flights_total={shown.flights_total} at_us={shown.shown_us(Part::Flights)} still={page.still}
            lit={state.lit.clone()} command={page.command.clone()} />
    }
}

#[derive(PartialEq, Properties)]
struct FlightsProps {
    processes: Rc<Vec<ProcessView>>,
    links: Rc<Vec<LinkView>>,
    flights: Rc<Vec<FlightView>>,
    flights_total: usize,
    at_us: Micros,
    still: bool,
    lit: Option<Rc<Kin>>,
    command: Callback<Command>,
}

#[component]
fn Flights(props: &FlightsProps) -> Html {
    let beside = html! {
        <>
            <span class="quiet" id="flights-total">{ wording::count(props.flights_total as u64, "message") }</span>
            <span class="legend" aria-hidden="true">
                <span class="key request">{ "request" }</span>
                <span class="key reply">{ "reply" }</span>
                <span class="key failed">{ "failed" }</span>
            </span>
        </>
    };
    html! {
        <Section panel={Panel::Flights} {beside}>
            <Map processes={props.processes.clone()} links={props.links.clone()} flights={props.flights.clone()}
                at_us={props.at_us} still={props.still} />
            <FlightList flights={props.flights.clone()} total={props.flights_total}
                lit={props.lit.clone()} command={props.command.clone()} />
        </Section>
    }
}

#[derive(PartialEq, Properties)]
struct FlightListProps {
    flights: Rc<Vec<FlightView>>,
    total: usize,
    lit: Option<Rc<Kin>>,
    command: Callback<Command>,
}

#[component]
fn FlightList(props: &FlightListProps) -> Html {
    let open = use_state_eq(|| None::<u64>);
    let more = props.total.saturating_sub(LISTED.min(props.flights.len()));
    // What a person holds is what the person will come back to.
    let (held, free): (Vec<_>, Vec<_>) = props.flights.iter().partition(|flight| flight.held);
    html! {
        <ul class="flight-list" id="flights" aria-label="Messages in flight" tabindex="-1" data-refuge="">
            if props.flights.is_empty() { <li key="none" class="empty">{ "Nothing is in flight." }</li> }
            for flight in held.into_iter().chain(free).take(LISTED) {
                { listed(props, flight, &open) }
            }
            if more > 0 { <li key="more" class="empty">{ format!("… and {more} more") }</li> }
        </ul>
    }
}

fn listed(
    props: &FlightListProps,
    flight: &FlightView,
    open: &UseStateHandle<Option<u64>>,
) -> Html {
    let lit = props.lit.as_ref().is_some_and(|kin| kin.holds(&flight.label, None));
    let class = classes!(flight.failed.then_some("bad"), lit.then_some("lit"));
    let said = html! { <><span class="tag">{ &flight.label }</span>{ " " }<code>{ &flight.text }</code></> };
    let chosen = **open == Some(flight.id);
    let toggle = {
        let (open, now) = (open.setter(), (!chosen).then_some(flight.id));
        Callback::from(move |_: MouseEvent| open.set(now))
    };
    html! {
        <li key={flight.id} {class} data-of={flight.label.clone()}>
            if let Some(message) = &flight.message {
                <button type="button" class="flight-button" aria-expanded={chosen.to_string()} onclick={toggle}
                    title="Hold, deliver, delay or drop it">{ said }</button>
                <span class="quiet">{ way(flight) }</span>
                if flight.held { <span class="held-sign">{ icon::pause() }{ "held" }</span> }
                if !chosen { { hold(props, flight, message) } }
                if chosen {
                    <Hand message={message.clone()} name={format!("{} {}", flight.label, flight.text)} held={flight.held}
                        command={props.command.clone()} />
                }
            } else {
                { said }
                <span class="quiet">{ way(flight) }</span>
            }
        </li>
    }
}

/// The first action on a message, as a button; the rest is shown on request.
fn hold(props: &FlightListProps, flight: &FlightView, message: &str) -> Html {
    let [how, ..] = Handling::offered(flight.held);
    let what = What::handle(message.to_owned(), how);
    let onclick = props.command.reform(move |event: MouseEvent| {
        keep_focus(&event);
        Command::Do(what.clone())
    });
    html! {
        <button type="button" class="button small quiet grip" {onclick}>
            { how.button() }<span class="unseen">{ format!(" {} {}", flight.label, flight.text) }</span>
        </button>
    }
}

/// The path and landing: "app → cache, lands at 11.3 ms"
fn way(flight: &FlightView) -> String {
    let place = if flight.from == flight.to {
        format!("in the {}", flight.to.name())
    } else {
        format!("{} → {}", flight.from.name(), flight.to.name())
    };
    match flight.lands_us {
        Some(at) if flight.from == flight.to => format!("{place}, until {}", time::instant(at)),
        Some(at) => format!("{place}, lands at {}", time::instant(at)),
        None => place,
    }
}
