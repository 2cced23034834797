//! The presets and the built-in strategies.

use serde::Serialize;

use super::{Error, ErrorCode};
use crate::scenario::preset::{self, Preset};
use crate::scenario::{Scenario, nearest};
use crate::strategy::builtin::{self, Builtin};
use crate::strategy::value::Names;
use crate::strategy::{PlainValue, compile};

/// A preset, without its document.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct PresetInfo {
    pub id: &'static str,
    pub title: String,
    /// What the preset shows, as Markdown.
    pub notes: String,
    /// The ids of its strategies.
    pub strategies: Vec<String>,
}

/// A built-in strategy.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct StrategyInfo {
    pub id: &'static str,
    pub title: &'static str,
    /// What the strategy does.
    pub sentence: &'static str,
    pub parameters: Vec<ParameterInfo>,
    /// The program.
    pub source: &'static str,
}

/// A parameter of a strategy.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ParameterInfo {
    pub name: String,
    pub default: PlainValue,
    /// `null`: no lower bound.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// What the parameter means.
    pub text: String,
}

/// Every preset, in the order of the course.
pub fn presets() -> impl Iterator<Item = PresetInfo> {
    preset::all().map(|preset| PresetInfo::of(&preset))
}

/// A preset's scenario.
///
/// # Errors
/// [`ErrorCode::Preset`]: there is no preset with this id.
pub fn preset(id: &str) -> Result<Scenario, Error> {
    let found = preset::find(id).map(|preset| preset.scenario());
    found.ok_or_else(|| {
        let ids = preset::all().map(|each| each.id);
        let said = no_such("preset", id, ids, "presets()");
        Error::new(ErrorCode::Preset, format!("{}: {said}", super::argument::shortened(id)))
    })
}

/// Every built-in strategy, in the order of the page.
pub fn strategies() -> impl Iterator<Item = StrategyInfo> {
    builtin::all().iter().map(StrategyInfo::of)
}

/// An error that no item has this id, with the nearest id or where to find the list.
pub fn no_such(
    kind: &str,
    id: &str,
    known: impl IntoIterator<Item = &'static str>,
    lists: &str,
) -> String {
    match nearest(id, known) {
        Some(near) => format!("there is no such {kind}; did you mean {near}?"),
        None => format!("there is no such {kind}; `{lists}` lists them"),
    }
}

impl PresetInfo {
    /// A preset, from its document.
    pub fn of(preset: &Preset) -> PresetInfo {
        let Scenario { title, notes, strategies, .. } = preset.scenario();
        let strategies = strategies.into_iter().map(|each| each.strategy).collect();
        PresetInfo { id: preset.id, title, notes, strategies }
    }
}

impl StrategyInfo {
    /// A strategy, from its program.
    pub fn of(builtin: &Builtin) -> StrategyInfo {
        let mut names = Names::default();
        let program = compile(builtin.source, &mut names);
        let parameters = program.map(|program| program.parameters).unwrap_or_default();
        let parameter = |each: crate::strategy::Parameter| ParameterInfo {
            name: each.name.to_string(),
            default: each.default.plain(&names),
            low: each.low,
            high: each.high,
            text: each.text,
        };
        StrategyInfo {
            id: builtin.id,
            title: builtin.title,
            sentence: builtin.sentence,
            parameters: parameters.into_iter().map(parameter).collect(),
            source: builtin.source,
        }
    }
}
