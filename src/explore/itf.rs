//! Ways in the Informal Trace Format, as Apalache and Quint write it: writing and reading.
//!
//! Each state has the contents of the stores, the requests under way, what clients were told, and
//! the number of effects; `mbt::actionTaken` is the choice that led to it. Numbers are `#bigint`s,
//! because JSON does not define their size; a missing value is the variant `None`, as in Quint.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use super::choices::Choice;
use super::model::Model;
use super::question::Property;
use super::recorder::{Micro, Set};
use super::script::Deed;
use super::search::Search;
use super::state::State;
use super::way::{Move, Way};
use crate::event::{Event, Fault, Record, RequestEnd, Saying};
use crate::history::{line, saying};
use crate::identity::{Kind, OpId};
use crate::strategy::value::{Names, Scalar};
use crate::vocabulary::{CacheId, StoreId};
use crate::world::{Body, MessageKey, Timer};

/// The variable with the name of the choice that led to a state.
const ACTION: &str = "mbt::actionTaken";

/// The most states of a trace that can be read.
const LONGEST: usize = 10_000;

/// Why a trace cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItfError {
    /// It is not JSON, or not in this format.
    Format(String),
    /// No choice leads from one state to the next.
    NoSuchStep { index: usize, action: String },
}

/// The states of a way as they are written.
struct Walk<'a> {
    model: &'a Model,
    state: State,
    effects: u64,
    /// What clients were told, by label.
    told: BTreeMap<String, Value>,
}

impl Search {
    /// The way to a violation of a property as a trace; `None`: no way was found.
    pub fn itf(&self, property: Property) -> Option<Value> {
        let way = self.way_to(property)?;
        let model = self.model_of(property);
        let mut walk = Walk::new(model);
        let mut states = vec![walk.observed(0, "init")];
        for (at, Move { choice, .. }) in way.moves.iter().enumerate() {
            let name = walk.name(*choice);
            walk.go(*choice)?;
            states.push(walk.observed(at + 1, &name));
        }
        let vars: Vec<String> = match states.first()? {
            Value::Object(first) => first.keys().filter(|key| *key != "#meta").cloned().collect(),
            _ => Vec::new(),
        };
        Some(json!({
            "#meta": {
                "format": "ITF",
                "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
                "description": format!("{property} is broken after {} effects", way.effects()),
            },
            "params": [],
            "vars": vars,
            "states": states,
        }))
    }

    /// Follows a trace, choice by choice.
    ///
    /// # Errors
    /// Why the trace cannot be followed.
    pub fn follow(&self, trace: &Value) -> Result<Way, ItfError> {
        let wrong = |what: &str| ItfError::Format(what.to_owned());
        let states = trace.get("states").and_then(Value::as_array);
        let states = states.ok_or_else(|| wrong("there is no list of states"))?;
        if states.len() > LONGEST {
            return Err(wrong("there are too many states"));
        }
        let mut walk = Walk::new(&self.model);
        let mut start = Set::default();
        self.model.begin(&mut start);
        let mut moves = Vec::new();
        for (index, wanted) in states.iter().enumerate().skip(1) {
            let action = wanted.get(ACTION).and_then(Value::as_str);
            let action = action.ok_or_else(|| wrong("a state has no mbt::actionTaken"))?;
            let fits = |choice: &Choice| {
                let mut tried = Walk {
                    model: walk.model,
                    state: walk.state.clone(),
                    effects: walk.effects,
                    told: walk.told.clone(),
                };
                walk.name(*choice) == action
                    && tried.go(*choice).is_some()
                    && same(&tried.observed(index, action), wanted)
            };
            let choices = self.model.choices(&walk.state, false);
            let none = || ItfError::NoSuchStep { index, action: action.to_owned() };
            let choice = choices.into_iter().find(fits).ok_or_else(none)?;
            let (effects, micros) = walk.go(choice).ok_or_else(none)?;
            moves.push(Move { choice, effects, micros });
        }
        let names = walk.state.world.names().clone();
        Ok(Way { property: None, start, moves, names })
    }
}

/// Whether two states have the same variables; metadata does not count.
fn same(one: &Value, other: &Value) -> bool {
    let (Value::Object(one), Value::Object(other)) = (one, other) else { return false };
    one.iter().filter(|(key, _)| *key != "#meta").all(|(key, value)| other.get(key) == Some(value))
}

impl<'a> Walk<'a> {
    fn new(model: &'a Model) -> Walk<'a> {
        Walk { model, state: model.first(), effects: 0, told: BTreeMap::new() }
    }

    fn go(&mut self, choice: Choice) -> Option<(u16, Vec<Micro>)> {
        let mut path = Some(Vec::new());
        let taken = self.model.walk(&self.state, choice, &mut path)?;
        let micros = path.unwrap_or_default();
        let names = taken.state.world.names();
        for event in micros.iter().flat_map(|micro| &micro.notes.events) {
            if let Event::Ended { op, kind, outcome, .. } = event {
                let told = match outcome {
                    RequestEnd::Returned(value) if *kind == Kind::Read => {
                        plain(value.scalar, names)
                    }
                    RequestEnd::Returned(_) => json!("acknowledged"),
                    RequestEnd::Failed { .. } => json!("failed"),
                    RequestEnd::TimedOut => json!("no answer"),
                };
                self.told.insert(op.label(), told);
            }
        }
        self.effects += u64::from(taken.effects);
        self.state = taken.state;
        Some((taken.effects, micros))
    }

    fn observed(&self, index: usize, action: &str) -> Value {
        let world = &self.state.world;
        let names = world.names();
        let pair = |key, value| json!([&*names.text(key), plain(value, names)]);
        let held = |cache: CacheId| {
            let entries = world.cache(cache).entries();
            let pairs: Vec<Value> =
                entries.map(|(key, entry)| pair(key, entry.value.scalar)).collect();
            json!({"#map": pairs})
        };
        let rows = world.database().rows();
        let rows: Vec<Value> = rows.map(|(key, row)| pair(key, row.value.scalar)).collect();
        let mut open: Vec<String> =
            world.operations().map(|(_, operation)| operation.id.label()).collect();
        open.sort_unstable();
        let told: Vec<Value> = self.told.iter().map(|(label, told)| json!([label, told])).collect();
        let mut state = serde_json::Map::new();
        state.insert("#meta".to_owned(), json!({"index": index}));
        state.insert(ACTION.to_owned(), json!(action));
        state.insert("effects".to_owned(), number(self.effects));
        state.insert("database".to_owned(), json!({"#map": rows}));
        for cache in world.caches().ids() {
            let name = names.stores().title(StoreId::Cache(cache)).to_string();
            state.insert(name, held(cache));
        }
        state.insert("under way".to_owned(), json!({"#set": open}));
        state.insert("told".to_owned(), json!({"#map": told}));
        Value::Object(state)
    }

    /// The name of a choice.
    fn name(&self, choice: Choice) -> String {
        let deed = |at: usize| match self.model.script.deeds[at].1 {
            Deed::Fault(fault) | Deed::Fail(fault) => self.fault(fault),
            Deed::Lose(_) => "a message is lost".to_owned(),
            Deed::Duplicate(_) => "a message is doubled".to_owned(),
        };
        match choice {
            Choice::Start(request) => {
                let requests = &self.model.script.requests;
                let at = requests.iter().position(|each| each.stamp == request.stamp);
                format!("{}{} begins", request.kind.letter(), at.unwrap_or_default() + 1)
            }
            Choice::Deliver(key) => self.message(key),
            Choice::Deed(at) => deed(at),
            Choice::FailDeed(_, key) | Choice::Fail(key) => format!("{} fails", self.message(key)),
            Choice::Lose(key) => format!("{} is lost", self.message(key)),
            Choice::Duplicate(key) => format!("{} is doubled", self.message(key)),
            Choice::Fire(timer) => timer_name(timer).to_owned(),
            Choice::Timeout(timer) => format!("{}, too early", timer_name(timer)),
            Choice::Fault(fault) => self.fault(fault),
        }
    }

    fn message(&self, key: MessageKey) -> String {
        let world = &self.state.world;
        let Some(message) = world.message(key) else { return "a message".to_owned() };
        let who =
            if message.op == OpId::NOBODY { "background".to_owned() } else { message.op.label() };
        let what = match &message.body {
            Body::Call { call, .. } => saying(Saying::of(call), world.names()),
            Body::Forget { .. } => saying(message.saying(), world.names()),
            Body::Reply { .. } => "gets a reply".to_owned(),
            Body::Ask { .. } => "reaches its server".to_owned(),
            Body::Answer { .. } => "is told".to_owned(),
        };
        format!("{who} {what}")
    }

    fn fault(&self, fault: Fault) -> String {
        let record = Record { at_us: 0, event: Event::Fault(fault) };
        line(&record, self.state.world.names()).map(|(_, text)| text).unwrap_or_default()
    }
}

fn timer_name(timer: Timer) -> &'static str {
    match timer {
        Timer::CallTimeout { .. } => "a call times out",
        Timer::Wake { .. } => "a task wakes",
        Timer::ClientTimeout { .. } => "a client gives up",
        Timer::Retry { .. } => "a client tries again",
        Timer::Served { .. } => "a store is done",
        Timer::NoConnection { .. } => "no connection is free in time",
        Timer::Canceled { .. } => "a statement is canceled",
        Timer::Idle { .. } => "an idle transaction is ended",
        Timer::Loop { .. } => "a loop takes its turn",
        Timer::Expiry { .. } => "something expires",
        Timer::Redelivery { .. } => "an item comes back",
        Timer::Replication { .. } => "a change reaches the replica",
        Timer::Following { .. } => "a change reaches a cache's replica",
        Timer::Failover { .. } => "a cache's replica takes its primary's place",
        Timer::Snapshot { .. } => "a cache saves a snapshot",
    }
}

fn number(value: u64) -> Value {
    json!({"#bigint": value.to_string()})
}

fn plain(scalar: Scalar, names: &Names) -> Value {
    match scalar {
        Scalar::None => json!({"tag": "None", "value": {"#tup": []}}),
        Scalar::Bool(value) => json!(value),
        Scalar::Int(value) => json!({"#bigint": value.to_string()}),
        Scalar::Float(_) | Scalar::Text(_) | Scalar::Dictionary(_) => json!(scalar.display(names)),
    }
}

impl fmt::Display for ItfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ItfError::Format(what) => write!(f, "this is no trace in the ITF format: {what}"),
            ItfError::NoSuchStep { index, action } => {
                write!(f, "state {index} of the trace: {action:?} does not lead there")
            }
        }
    }
}
