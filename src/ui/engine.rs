//! The one door through which the page meets the engine.

use std::collections::BTreeSet;

use crate::scenario::{Literal, Scenario};
use crate::ui::player::{Opened, ParameterView, ProgramView};

#[path = "mock.rs"]
mod mock;

pub use mock::{Advance, Simulation};

pub fn presets() -> &'static [mock::Preset] {
    mock::presets()
}

/// Id and title of every built-in strategy, in their order.
pub fn strategies() -> impl Iterator<Item = (&'static str, &'static str)> {
    mock::all().iter().map(|builtin| (builtin.id, builtin.title))
}

/// A built-in strategy's title, or its id where there is none.
pub fn title(id: &str) -> &str {
    strategies().find(|(known, _)| *known == id).map_or(id, |(_, title)| title)
}

/// A value as Python would print it.
pub fn literal(value: &Literal) -> String {
    match value {
        Literal::Bool(true) => "True".to_owned(),
        Literal::Bool(false) => "False".to_owned(),
        Literal::Int(value) => value.to_string(),
        Literal::Float(value) => format!("{value:?}"),
        Literal::Text(text) => format!("{text:?}"),
    }
}

/// What the page needs to know of a run at its start.
pub fn opened(preset: &str, scenario: &Scenario, simulation: &Simulation) -> Opened {
    let programs = simulation.programs().iter().zip(&scenario.strategies);
    let programs = programs.map(|(deployed, used)| {
        let own = used.source.is_some();
        ProgramView {
            prefix: deployed.prefix.to_string(),
            id: if own { String::new() } else { used.strategy.clone() },
            title: if own { "Your own" } else { title(&used.strategy) }.to_owned(),
            source: deployed.source.clone(),
            parameters: deployed
                .parameters
                .iter()
                .map(|(name, value, low, high, text)| ParameterView {
                    name: (*name).into(),
                    text: (*text).into(),
                    value: Literal::Int(*value),
                    range: Some((*low, *high)),
                })
                .collect(),
            deletes: true,
            increments: deployed.prefix.is_empty(),
        }
        .into()
    });
    Opened {
        preset: preset.to_owned(),
        title: scenario.title.clone(),
        notes: scenario.notes.clone(),
        programs: programs.collect(),
        keys: keys(scenario),
        clients: clients(scenario),
        apps: scenario.topology.apps.count,
    }
}

/// How many keys of one range are offered.
const OF_A_RANGE: u32 = 10;

/// The keys that the form offers: those that the scenario names, else its rows.
fn keys(scenario: &Scenario) -> Vec<String> {
    if !scenario.view.keys.is_empty() {
        return scenario.view.keys.clone();
    }
    let ranges = scenario.rows.ranges.iter().flat_map(|range| {
        (0..range.count.min(OF_A_RANGE)).map(|number| format!("{}{number}", range.prefix))
    });
    let keys: BTreeSet<String> = scenario.rows.each.keys().cloned().chain(ranges).collect();
    match keys.is_empty() {
        true => vec!["user:1".to_owned()],
        false => keys.into_iter().collect(),
    }
}

fn clients(scenario: &Scenario) -> Vec<String> {
    match scenario.view.clients.is_empty() {
        true => ["ann", "ben", "eve"].map(str::to_owned).into(),
        false => scenario.view.clients.clone(),
    }
}
