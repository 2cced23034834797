//! Advice: needs, and the strategies whose runs meet them.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::runs::use_runs;
use super::{ComparedProps, lead, measure, name};
use crate::compare::Measured;
use crate::compare::advice::{Breakage, CANDIDATES, Needs, Ranked, Unmet};
use crate::decimal;
use crate::scenario::Scenario;
use crate::time::{self, MILLISECOND_US, SECOND_US};

/// A number that a person types; an empty field sets no need.
struct Asked {
    id: &'static str,
    label: &'static str,
    unit: &'static str,
    least: f64,
    most: f64,
    get: fn(&Needs) -> Option<f64>,
    set: fn(&mut Needs, Option<f64>),
}

/// All numbers, in the order of the form.
const ASKED: [Asked; 10] = [
    Asked {
        id: "reads",
        label: "Reads",
        unit: "a second",
        least: 0.0,
        most: 1_000.0,
        get: |needs| Some(needs.reads),
        set: |needs, value| needs.reads = value.unwrap_or(0.0),
    },
    Asked {
        id: "writes",
        label: "Writes",
        unit: "a second",
        least: 0.0,
        most: 1_000.0,
        get: |needs| Some(needs.writes),
        set: |needs, value| needs.writes = value.unwrap_or(0.0),
    },
    Asked {
        id: "keys",
        label: "Keys",
        unit: "",
        least: 1.0,
        most: 100_000.0,
        get: |needs| Some(needs.keys.into()),
        set: |needs, value| needs.keys = value.map_or(1, |value| value as u32),
    },
    Asked {
        id: "capacity",
        label: "The cache has room for",
        unit: "entries",
        least: 1.0,
        most: 1_000_000.0,
        get: |needs| needs.capacity.map(f64::from),
        set: |needs, value| needs.capacity = value.map(|value| value as u32),
    },
    Asked {
        id: "stale",
        label: "A value may be stale for",
        unit: "s",
        least: 0.0,
        most: 86_400.0,
        get: |needs| needs.stale_us.map(|us| us as f64 / SECOND_US as f64),
        set: |needs, value| needs.stale_us = value.map(|value| (value * SECOND_US as f64) as u64),
    },
    Asked {
        id: "lost",
        label: "Acknowledged writes that may be lost",
        unit: "",
        least: 0.0,
        most: 1e9,
        get: |needs| needs.lost.map(|lost| lost as f64),
        set: |needs, value| needs.lost = value.map(|value| value as u64),
    },
    Asked {
        id: "burst",
        label: "One load must serve a burst on one cold key of",
        unit: "reads",
        least: 2.0,
        most: 1_000.0,
        get: |needs| needs.burst.map(f64::from),
        set: |needs, value| needs.burst = value.map(|value| value as u32),
    },
    Asked {
        id: "hits",
        label: "The cache answers at least",
        unit: "% of reads",
        least: 0.0,
        most: 100.0,
        get: |needs| needs.hit_percent,
        set: |needs, value| needs.hit_percent = value,
    },
    Asked {
        id: "read-p99",
        label: "99 % of reads within",
        unit: "ms",
        least: 0.1,
        most: 60_000.0,
        get: |needs| needs.read_p99_us.map(|us| us as f64 / MILLISECOND_US as f64),
        set: |needs, value| {
            needs.read_p99_us = value.map(|value| (value * MILLISECOND_US as f64) as u64)
        },
    },
    Asked {
        id: "write-p99",
        label: "99 % of writes within",
        unit: "ms",
        least: 0.1,
        most: 60_000.0,
        get: |needs| needs.write_p99_us.map(|us| us as f64 / MILLISECOND_US as f64),
        set: |needs, value| {
            needs.write_p99_us = value.map(|value| (value * MILLISECOND_US as f64) as u64)
        },
    },
];

/// A tick box.
struct Ticked {
    id: &'static str,
    label: &'static str,
    get: fn(&Needs) -> bool,
    set: fn(&mut Needs, bool),
}

const TICKED: [Ticked; 3] = [
    Ticked {
        id: "own-writes",
        label: "A client that has written reads that write or a newer one",
        get: |needs| needs.own_writes,
        set: |needs, on| needs.own_writes = on,
    },
    Ticked {
        id: "no-pollution",
        label: "Keys that are only written take no room in the cache",
        get: |needs| needs.no_pollution,
        set: |needs, on| needs.no_pollution = on,
    },
    Ticked {
        id: "available",
        label: "No request may fail, even during a fault",
        get: |needs| needs.available,
        set: |needs, on| needs.available = on,
    },
];

/// The effect of ticking a box.
type Change = Rc<dyn Fn(&mut Needs, bool)>;

fn breaks(breakage: Breakage) -> &'static str {
    match breakage {
        Breakage::Cache => "The cache crashes, and comes back empty",
        Breakage::App => "An app server crashes",
        Breakage::Worker => "The background worker crashes",
        Breakage::SlowDatabase => "The database is a hundred times slower",
    }
}

#[component]
pub fn Advice(props: &ComparedProps) -> Html {
    let needs = use_state(Needs::default);
    let runs = use_runs::<Measured>();
    // what the runs are for, whatever a person types meanwhile
    let of = use_state(|| Rc::new(Needs::default()));
    let start = {
        let (runs, set, needs) = (runs.clone(), of.setter(), Rc::new((*needs).clone()));
        Callback::from(move |_: MouseEvent| {
            set.set(needs.clone());
            let scenario = needs.scenario();
            runs.start(CANDIDATES.iter().filter_map(|id| measure(&scenario, id)).collect());
        })
    };
    let number = |asked: &'static Asked| {
        let value = (asked.get)(&needs).map_or(String::new(), |value| value.to_string());
        let onchange = {
            let needs = needs.clone();
            Callback::from(move |event: Event| {
                let text = event.target_unchecked_into::<HtmlInputElement>().value();
                let typed = decimal::float(text.trim()).filter(|it| it.is_finite());
                let mut new = (*needs).clone();
                (asked.set)(&mut new, typed.map(|it| it.clamp(asked.least, asked.most)));
                needs.set(new);
            })
        };
        html! {
            <label class="need" key={asked.id}>
                <span>{ asked.label }</span>
                <input type="number" id={format!("need-{}", asked.id)} min={asked.least.to_string()} max={asked.most.to_string()} step="any"
                    {value} placeholder="any" disabled={runs.is_running()} {onchange} />
                <span class="quiet">{ asked.unit }</span>
            </label>
        }
    };
    let tick = |id: String, label: &'static str, checked: bool, set: Change| {
        let onchange = {
            let needs = needs.clone();
            Callback::from(move |event: Event| {
                let mut new = (*needs).clone();
                set(&mut new, event.target_unchecked_into::<HtmlInputElement>().checked());
                needs.set(new);
            })
        };
        html! {
            <label class="check" key={id.clone()}>
                <input type="checkbox" {id} {checked} disabled={runs.is_running()} {onchange} /><span>{ label }</span>
            </label>
        }
    };
    html! {
        <>
            <p>{ "State what your application needs. Eight strategies run for forty seconds under these requests, or longer if they are rare; faults last for a second and a half after the middle." }</p>
            <div class="needs">
                <fieldset><legend>{ "Requests and needs" }</legend>
                    { for ASKED.iter().map(number) }
                </fieldset>
                <div>
                    <fieldset><legend>{ "Also" }</legend>
                        for each in &TICKED { { tick(format!("need-{}", each.id), each.label, (each.get)(&needs), Rc::new(each.set)) } }
                    </fieldset>
                    <fieldset><legend>{ "Faults" }</legend>
                        for each in Breakage::ALL {
                            { tick(format!("break-{}", each.name()), breaks(each), needs.faults.contains(&each), Rc::new(move |needs: &mut Needs, on| {
                                needs.faults.retain(|fault| *fault != each);
                                if on { needs.faults.push(each); }
                            })) }
                        }
                    </fieldset>
                </div>
            </div>
            { runs.controls("advice", "Advise me", false, start) }
            <div id="advice-result" aria-live="polite">
                if let Some(found) = runs.get().filter(|runs| runs.is_over()) {
                    for why in found.refused.iter() { <p class="notice bad">{ why }</p> }
                    { ranked(&of, &found.done, &props.play) }
                }
            </div>
        </>
    }
}

fn ranked(needs: &Needs, runs: &[Rc<Measured>], play: &Callback<Scenario>) -> Html {
    if runs.is_empty() {
        return Html::default();
    }
    let runs: Vec<Measured> = runs.iter().map(|run| (**run).clone()).collect();
    let base = Rc::new(needs.scenario());
    let ranked = needs.rank(&runs);
    let none = ranked.iter().all(|each| !each.unmet.is_empty());
    html! {
        <>
            if none { <p class="notice bad">{ "None of them meets all needs. The first comes closest." }</p> }
            <ol class="ranked">
                for each in &ranked {
                    <li key={each.candidate.name()} class={if each.unmet.is_empty() { "good" } else { "bad" }} data-strategy={each.candidate.strategy.clone()}>
                        <p>
                            <button type="button" class="button small" title="Play this run" onclick={lead(&base, &each.candidate, None, play)}>{ name(&each.candidate) }</button>
                            { if each.unmet.is_empty() { " ✓ meets all needs" } else { " ✗" } }
                            <span class="quiet">{ format!(" {} statements of the database for 100 requests", each.statements_ppm / 10_000) }</span>
                        </p>
                        if !each.unmet.is_empty() {
                            <ul>for unmet in &each.unmet { <li>{ lost(unmet, &base, each, play) }</li> }</ul>
                        }
                    </li>
                }
            </ol>
        </>
    }
}

fn lost(unmet: &Unmet, base: &Rc<Scenario>, of: &Ranked, play: &Callback<Scenario>) -> Html {
    html! {
        <>
            { format!("not met: {unmet}") }
            if let Some(moment) = &unmet.moment {
                { " " }
                <button type="button" class="link" onclick={lead(base, &of.candidate, Some(moment.at_us), play)}>
                    { format!("see it at {}", time::instant(moment.at_us)) }
                </button>
            }
        </>
    }
}
