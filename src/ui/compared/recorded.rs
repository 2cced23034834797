//! Recorded requests from a file, which stays on this machine.

use std::collections::BTreeSet;
use std::rc::Rc;

use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlInputElement;
use yew::platform::spawn_local;
use yew::prelude::*;

use crate::compare::job::{Job, Keep, TraceOf};
use crate::scenario::Scenario;
use crate::simulate::trace::requests_in;
use crate::time::{Micros, SECOND_US};
use crate::ui::browser::work::IdleWork;

/// The largest file, in bytes.
const LARGEST: f64 = 134_217_728.0;
/// The budget for the records of one run, in bytes.
const BUDGET: u64 = 16 << 20;
/// Requests read between two checks of the clock.
const PORTION: usize = 500;

/// A file that was read and checked.
pub struct Recorded {
    name: String,
    bytes: Rc<[u8]>,
    keys: BTreeSet<String>,
    count: u64,
    last_us: Micros,
}

impl Recorded {
    /// A run with the requests of the file, whose bytes go beside it.
    pub fn job(&self, scenario: Scenario) -> Job {
        let scenario = Scenario { duration_us: self.last_us + SECOND_US, ..scenario };
        let keys = self.keys.iter().cloned().collect();
        Job::new(&scenario, Keep::Picture).with_trace(TraceOf {
            name: self.name.clone(),
            keys,
            budget: BUDGET,
        })
    }

    pub fn bytes(&self) -> Rc<[u8]> {
        self.bytes.clone()
    }
}

/// The progress of reading a file.
#[derive(Clone)]
enum Reading {
    Nothing,
    At(u64),
    Done(u64, usize),
    Wrong(String),
}

#[derive(PartialEq, Properties)]
pub struct FromFileProps {
    pub disabled: bool,
    /// Receives the file; `None` if it is wrong, or while it is read.
    pub take: Callback<Option<Rc<Recorded>>>,
}

/// Equal if it is the same reading of a file.
impl PartialEq for Recorded {
    fn eq(&self, other: &Recorded) -> bool {
        Rc::ptr_eq(&self.bytes, &other.bytes)
    }
}

#[component]
pub fn FromFile(props: &FromFileProps) -> Html {
    let reading = use_state(|| Reading::Nothing);
    let work = use_mut_ref(|| None::<IdleWork>);
    let onchange = {
        let (set, take) = (reading.setter(), props.take.clone());
        Callback::from(move |event: Event| {
            *work.borrow_mut() = None;
            take.emit(None);
            let input: HtmlInputElement = event.target_unchecked_into();
            let Some(file) = input.files().and_then(|files| files.get(0)) else {
                return set.set(Reading::Nothing);
            };
            if file.size() > LARGEST {
                let why = format!("has {} bytes; allowed: up to {LARGEST}", file.size());
                return set.set(Reading::Wrong(why));
            }
            set.set(Reading::At(0));
            let (set, take, work) = (set.clone(), take.clone(), work.clone());
            spawn_local(async move {
                let Ok(buffer) = JsFuture::from(file.array_buffer()).await else {
                    return set.set(Reading::Wrong("the browser could not read it".to_owned()));
                };
                let bytes = js_sys::Uint8Array::new(&buffer).to_vec().into();
                *work.borrow_mut() = Some(check(file.name(), bytes, set, take));
            });
        })
    };
    html! {
        <p class="choices">
            <label class="field inline"><span>{ "Requests from a file" }</span>
                <input type="file" id="compare-trace" accept=".csv,.oracleGeneral,.bin,text/csv" disabled={props.disabled} {onchange} /></label>
            <span class="quiet" role="status">
                { match &*reading {
                    Reading::Nothing => "a CSV of time,client,operation,key, or libCacheSim's .oracleGeneral; it stays on this machine".to_owned(),
                    Reading::At(count) => format!("{count} requests so far …"),
                    Reading::Done(count, keys) => format!("{count} requests for {keys} keys, instead of the scenario's workloads"),
                    Reading::Wrong(why) => format!("This file cannot be used: {why}."),
                } }
            </span>
        </p>
    }
}

/// Reads and checks a file, to collect its keys.
fn check(
    name: String,
    bytes: Rc<[u8]>,
    set: UseStateSetter<Reading>,
    take: Callback<Option<Rc<Recorded>>>,
) -> IdleWork {
    let mut requests = requests_in(&name, bytes.clone());
    let mut found = Some(Recorded { name, bytes, keys: BTreeSet::new(), count: 0, last_us: 0 });
    IdleWork::start(move || {
        let Some(file) = &mut found else { return true };
        let before = file.count;
        let portion = requests.as_mut().map_err(|error| error.clone()).and_then(|requests| {
            for request in requests.by_ref().take(PORTION) {
                let request = request?;
                file.count += 1;
                file.last_us = request.at_us;
                if !file.keys.contains(&request.key) {
                    file.keys.insert(request.key);
                }
            }
            Ok(())
        });
        if let Err(why) = portion {
            set.set(Reading::Wrong(why.to_string()));
            return true;
        }
        if file.count == before + PORTION as u64 {
            set.set(Reading::At(file.count));
            return false;
        }
        if file.count == 0 {
            set.set(Reading::Wrong("there is no request in it".to_owned()));
            return true;
        }
        set.set(Reading::Done(file.count, file.keys.len()));
        take.emit(found.take().map(Rc::new));
        true
    })
}
