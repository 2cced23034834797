//! Reads and writes documents: presets, links, scenarios as text.
//!
//! On the page this code, with the texts of all presets, is a chunk of its own. What the page opens
//! with is a value ([`first()`](crate::scenario::first())); the chunk comes when something else is
//! opened, or when what a person did is to be kept.

use std::cell::Cell;

use super::catalog;
use super::player::learning::Lead;
use super::player::{Command, CommandError, Export, File, Player, Promise};
use crate::embed::{self, Inbound, MessageError, Outbound};
use crate::link::{self, LinkError};
use crate::scenario::Scenario;

/// The functions of the chunk. The first chunk has to call them through this table: what it calls
/// by name becomes a part of it.
#[derive(Clone, Copy)]
pub struct Documents {
    /// The scenario of the preset with this id.
    pub preset: fn(&str) -> Option<Scenario>,
    /// What a link opens, or why it does not.
    pub linked: fn(&str) -> Result<Linked, String>,
    /// The shortest link to a scenario.
    pub link: fn(&Scenario) -> Option<String>,
    /// The link that holds the whole scenario, or why there is none.
    pub whole: fn(&Scenario) -> Result<String, String>,
    /// The lessons.
    pub lead: Lead,
    /// A scenario as JSON.
    pub json: fn(&Scenario) -> String,
    /// Compares the run of a link with its promise, a portion at a call: `None` while it goes on.
    pub rerun: fn(&Promise) -> Option<Rerunning>,
    /// The run as a file.
    pub export: fn(&Player, Export) -> Result<File, CommandError>,
    /// A message to the host as JSON, in each form in which it is posted.
    pub posted: fn(&Outbound) -> Vec<String>,
    /// A message of the host, from JSON; `None`: it belongs to another script.
    pub message: fn(&str) -> Option<Result<Inbound, String>>,
}

/// Replays a portion; returns the result of the comparison.
pub type Rerunning = Box<dyn FnMut() -> Option<Result<(), String>>>;

/// The events of a portion.
const PORTION: u32 = 1_000;

/// The content of a link.
pub struct Linked {
    pub scenario: Scenario,
    /// The preset, if the link opens exactly that; else empty.
    pub preset: String,
    /// The outcome that the link promises.
    pub promise: Option<Promise>,
    /// What a person should know of it.
    pub remark: Option<String>,
}

const ALL: Documents = Documents {
    preset: catalog::preset,
    linked,
    link: |scenario| Some(link::encode(scenario, None).ok()?.text().to_owned()),
    whole: |scenario| match link::encode_whole(scenario, None) {
        Ok(link) => Ok(link.text().to_owned()),
        Err(why) => Err(why.to_string()),
    },
    lead: Lead::ALL,
    json: Scenario::to_json,
    rerun,
    export: Player::export,
    posted: embed::posted,
    message: |text| Some(message(text)?.map_err(|why| why.to_string())),
};

fn linked(link: &str) -> Result<Linked, String> {
    let (scenario, outcome, preset, remark) = match link::decode(link) {
        Ok(opened) => (opened.scenario, opened.outcome, opened.preset, None),
        Err(LinkError::PresetChanged { id, now: Some(scenario) }) => {
            let now = Some(scenario.clone());
            let said = LinkError::PresetChanged { id: id.clone(), now }.to_string();
            (*scenario, None, Some(id), Some(said))
        }
        Err(why) => return Err(why.to_string()),
    };
    let untouched = preset.and_then(|id| published(id, &scenario));
    let (preset, scenario) = untouched.unwrap_or((String::new(), scenario));
    let promise = outcome.map(|outcome| Promise { scenario: scenario.clone().into(), outcome });
    Ok(Linked { scenario, preset, promise, remark })
}

/// The preset of this id, if a link holds exactly that. Links leave out a preset's expectations.
fn published(id: String, linked: &Scenario) -> Option<(String, Scenario)> {
    let preset = catalog::preset(&id)?;
    let known = Scenario { expect: Vec::new(), ..preset.clone() };
    (known == *linked).then_some((id, preset))
}

fn rerun(promise: &Promise) -> Option<Rerunning> {
    let mut rerun = link::Rerun::new(&promise.scenario).ok()?;
    let outcome = promise.outcome;
    Some(Box::new(move || {
        let here = rerun.advance(PORTION)?;
        Some(rerun.compare(outcome, here).map_err(|why| why.to_string()))
    }))
}

fn message(text: &str) -> Option<Result<Inbound, MessageError>> {
    match serde_json::from_str(text) {
        Ok(message) => embed::inbound(&message),
        Err(_) => Some(Err(MessageError::NotPlain)),
    }
}

#[cfg(not(all(target_arch = "wasm32", feature = "chunks")))]
mod chunk {
    use super::{ALL, Documents};

    /// The documents' code.
    pub fn get() -> Option<&'static Documents> {
        static THERE: Documents = ALL;
        Some(&THERE)
    }

    /// Calls `then` with whether the documents' code is there.
    pub fn once_there(then: impl FnOnce(bool) + 'static) {
        then(true);
    }
}

#[cfg(all(target_arch = "wasm32", feature = "chunks"))]
mod chunk {
    use std::cell::RefCell;
    use std::sync::OnceLock;

    use yew::platform::spawn_local;

    use super::{ALL, Documents};
    use crate::ui::browser::chunk::chunks;

    static THERE: OnceLock<Documents> = OnceLock::new();

    type Waiting = Box<dyn FnOnce(bool)>;

    /// The most that wait at a time; what comes after them is told that the code is not there.
    const MOST_WAITING: usize = 1_000;

    thread_local! {
        /// Those who wait for the code, in the order in which they came.
        static WAITING: RefCell<Vec<Waiting>> = const { RefCell::new(Vec::new()) };
    }

    struct Whole;

    chunks! { Whole => Documents:
        Whole => the_documents ALL, in documents;
    }

    /// The documents' code; `None`: it is not loaded.
    pub fn get() -> Option<&'static Documents> {
        THERE.get()
    }

    /// Calls `then` with whether the documents' code is there: at once, or after it was loaded. What
    /// could not be loaded is fetched again on the next call.
    pub fn once_there(then: impl FnOnce(bool) + 'static) {
        if get().is_some() {
            return then(true);
        }
        let waiting = WAITING.with_borrow(Vec::len);
        if waiting >= MOST_WAITING {
            return then(false);
        }
        WAITING.with_borrow_mut(|all| all.push(Box::new(then)));
        if waiting == 0 {
            spawn_local(async {
                let loaded = load(Whole).await;
                if let Ok(documents) = loaded {
                    THERE.get_or_init(|| documents);
                }
                for then in WAITING.take() {
                    then(get().is_some());
                }
            });
        }
    }
}

pub use chunk::{get, once_there};

thread_local! {
    /// How many commands wait for the documents' code.
    static WAITING: Cell<u32> = const { Cell::new(0) };
}

/// Carries out a command: at once, or after the documents' code was loaded, if this command needs it
/// or an earlier one waits for it. Returns whether it waits.
pub fn in_turn(command: &Command, go: impl FnOnce() + 'static) -> bool {
    let waits = is_awaited(command) || get().is_none() && WAITING.get() > 0;
    if !waits {
        go();
        return false;
    }
    WAITING.set(WAITING.get() + 1);
    once_there(|_| {
        WAITING.set(WAITING.get() - 1);
        go();
    });
    true
}

/// Whether the documents' code is not there although this command needs it.
pub fn is_awaited(command: &Command) -> bool {
    command.reads() && get().is_none()
}
