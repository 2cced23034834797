//! The one door through which the page meets the engine.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::scenario::{Literal, Scenario, preset};
use crate::strategy::value::{Names, Real, Scalar};
use crate::strategy::{Parameter, builtin};
use crate::ui::drive::player::{Opened, ParameterView, ProgramView};

pub use crate::simulate::{Advance, Simulation};

/// A preset as the page offers it.
pub struct PresetName {
    pub id: &'static str,
    pub title: String,
}

/// Every preset, by what they are about, in their order.
pub fn presets() -> &'static [(&'static str, Vec<PresetName>)] {
    static NAMES: OnceLock<Vec<(&'static str, Vec<PresetName>)>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let name =
            |preset: &preset::Preset| PresetName { id: preset.id, title: preset.scenario().title };
        let names = |group: &preset::Group| group.presets.iter().map(name).collect();
        preset::GROUPS.iter().map(|group| (group.title, names(group))).collect()
    })
}

/// A lesson as the page lists it.
#[derive(PartialEq)]
pub struct LessonName {
    pub preset: &'static str,
    /// The lesson's own name, by which a learner's progress is kept.
    pub id: String,
    pub title: String,
    pub minutes: u32,
    pub steps: usize,
    order: u32,
}

/// Every lesson that comes along, the easiest first.
pub fn lessons() -> &'static [LessonName] {
    static NAMES: OnceLock<Vec<LessonName>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let of = |preset: preset::Preset| {
            let scenario = preset.scenario();
            let lesson = scenario.lesson?;
            Some(LessonName {
                preset: preset.id,
                id: lesson.id,
                title: lesson_title(&scenario.title),
                minutes: lesson.minutes,
                steps: lesson.steps.len(),
                order: lesson.order,
            })
        };
        let named = preset::all().filter(|preset| preset.id.starts_with("lesson-"));
        let mut names: Vec<LessonName> = named.filter_map(of).collect();
        names.sort_by_key(|name| name.order);
        names
    })
}

/// A lesson's title, without the word that says that it is one.
pub fn lesson_title(title: &str) -> String {
    capitalised(title.trim_start_matches("Lesson: "))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// The preset that the page opens with.
pub const FIRST: &str = "cache-aside";

/// A preset's scenario.
pub fn preset(id: &str) -> Option<Scenario> {
    preset::find(id).map(|preset| preset.scenario())
}

/// Id and title of every built-in strategy, in their order.
pub fn strategies() -> impl Iterator<Item = (&'static str, &'static str)> {
    builtin::all().iter().map(|builtin| (builtin.id, builtin.title))
}

/// A built-in strategy's title, or its id where there is none.
pub fn title(id: &str) -> &str {
    strategies().find(|(known, _)| *known == id).map_or(id, |(_, title)| title)
}

/// A value as Python would print it.
pub fn literal(value: &Literal) -> String {
    match value {
        Literal::Text(text) => format!("{text:?}"),
        number => number.words(),
    }
}

/// What the page needs to know of a run at its start.
pub fn opened(preset: &str, scenario: &Scenario, simulation: &Simulation) -> Opened {
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
            parameters: bound
                .map(|(parameter, value)| parameter_view(parameter, *value, simulation.names()))
                .collect(),
            deletes: program.delete.is_some(),
            increments: program.increment.is_some(),
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
        promise: None,
    }
}

/// A parameter, and the value that it has.
pub fn parameter_view(parameter: &Parameter, value: Scalar, names: &Names) -> ParameterView {
    ParameterView {
        name: parameter.name.clone(),
        text: parameter.text.as_str().into(),
        value: as_literal(value, names),
        range: parameter.low.zip(parameter.high),
        line: parameter.line,
        changed: value != parameter.default,
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

fn as_literal(value: Scalar, names: &Names) -> Literal {
    match value {
        Scalar::Bool(value) => Literal::Bool(value),
        Scalar::Int(value) => Literal::Int(value),
        Scalar::Float(Real(value)) => Literal::Float(value),
        Scalar::None => Literal::Text(String::new()),
        Scalar::Text(symbol) => Literal::Text(names.text(symbol).to_string()),
    }
}
