//! A run at its start, as the page shows it.

use std::rc::Rc;
use std::sync::Arc;

use crate::link;
use crate::order;
use crate::scenario::{Literal, Scenario, Setting};
use crate::simulate::Simulation;
use crate::strategy::value::{Names, Real, Scalar};
use crate::strategy::{Parameter, StoreNames, route};

/// The data that do not change while a run plays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OpenedRun {
    /// The preset's id.
    pub preset: String,
    pub title: String,
    pub notes: String,
    pub programs: Vec<Rc<ProgramView>>,
    pub keys: Vec<String>,
    pub clients: Vec<String>,
    /// Strategies to compare.
    pub compare: Vec<String>,
    pub apps: u16,
    pub settings: Rc<Vec<Setting>>,
    /// Whether there is a strategy of the person's own, which serves or served before.
    pub has_own: bool,
    /// The outcome that its link promises.
    pub promise: Option<Promise>,
}

/// The outcome of the run when the link was made.
#[derive(Clone, Debug)]
pub struct Promise {
    pub scenario: Rc<Scenario>,
    pub outcome: link::Outcome,
}

/// Equal if they are of the same link.
impl PartialEq for Promise {
    fn eq(&self, other: &Promise) -> bool {
        Rc::ptr_eq(&self.scenario, &other.scenario)
    }
}

impl OpenedRun {
    /// What the page needs to know of a run at its start.
    pub fn of(preset: &str, scenario: &Scenario, simulation: &Simulation) -> OpenedRun {
        let programs = simulation.programs().iter().zip(&scenario.strategies);
        let programs = programs.map(|(deployed, used)| {
            let program = &deployed.program;
            let bound = program.parameters.iter().zip(&deployed.parameters);
            ProgramView {
                prefix: deployed.prefix.clone(),
                id: if used.source.is_some() { String::new() } else { used.strategy.clone() },
                origin: used.strategy.clone(),
                title: deployed.title.clone(),
                source: program.source.clone(),
                stores: simulation.names().stores().clone(),
                parameters: bound
                    .map(|(parameter, value)| {
                        ParameterView::of(parameter, *value, simulation.names())
                    })
                    .collect(),
                deletes: program.delete.is_some(),
                increments: program.increment.is_some(),
            }
            .into()
        });
        OpenedRun {
            preset: preset.to_owned(),
            title: scenario.title.clone(),
            notes: scenario.notes.clone(),
            programs: programs.collect(),
            keys: keys(scenario),
            clients: clients(scenario),
            compare: scenario.view.compare.clone(),
            apps: scenario.topology.apps.count,
            settings: scenario.settings().into(),
            has_own: false,
            promise: None,
        }
    }

    /// The strategy of a key: that with the longest prefix.
    pub fn program_of(&self, key: &str) -> Option<&Rc<ProgramView>> {
        let prefixes = self.programs.iter().map(|program| program.prefix.as_str());
        route(key, prefixes).and_then(|at| self.programs.get(at))
    }
}

/// A strategy as the page shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgramView {
    /// The prefix of its keys; empty: all other keys.
    pub prefix: String,
    /// The built-in strategy's id; empty for a person's own text.
    pub id: String,
    /// The built-in strategy from which a person's own text was made.
    pub origin: String,
    pub title: String,
    pub source: Arc<str>,
    /// The stores that it can call.
    pub stores: StoreNames,
    pub parameters: Vec<ParameterView>,
    pub deletes: bool,
    pub increments: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ParameterView {
    pub name: Arc<str>,
    pub text: Arc<str>,
    pub value: Literal,
    pub range: Option<(f64, f64)>,
    /// The line of the code that declares it, from 1.
    pub line: u32,
    /// Whether this run uses a value that differs from the code's.
    pub changed: bool,
}

impl ParameterView {
    /// A parameter with its value.
    pub fn of(parameter: &Parameter, value: Scalar, names: &Names) -> ParameterView {
        ParameterView {
            name: parameter.name.clone(),
            text: parameter.text.as_str().into(),
            value: as_literal(value, names),
            range: parameter.low.zip(parameter.high),
            line: parameter.line,
            changed: value != parameter.default,
        }
    }
}

/// The most keys offered of one range.
const OF_A_RANGE: u32 = 10;

/// The keys that the form offers: those that the scenario names, or else its rows.
fn keys(scenario: &Scenario) -> Vec<String> {
    if !scenario.view.keys.is_empty() {
        return scenario.view.keys.clone();
    }
    let ranges = scenario.rows.ranges.iter().flat_map(|range| {
        (0..range.count.min(OF_A_RANGE)).map(|number| format!("{}{number}", range.prefix))
    });
    let mut keys: Vec<String> = scenario.rows.each.keys().cloned().chain(ranges).collect();
    order::by(&mut keys, Ord::cmp);
    keys.dedup();
    match keys.is_empty() {
        true => vec!["user:1".to_owned()],
        false => keys,
    }
}

fn clients(scenario: &Scenario) -> Vec<String> {
    match scenario.view.clients.is_empty() {
        true => ["ann", "ben", "eve"].map(str::to_owned).into(),
        false => scenario.view.clients.clone(),
    }
}

fn as_literal(value: Scalar, names: &Names) -> Literal {
    match value {
        Scalar::Bool(value) => Literal::Bool(value),
        Scalar::Int(value) => Literal::Int(value),
        Scalar::Float(Real(value)) => Literal::Float(value),
        Scalar::None => Literal::Text(String::new()),
        Scalar::Text(symbol) | Scalar::Dictionary(symbol) => {
            Literal::Text(names.text(symbol).to_string())
        }
    }
}
