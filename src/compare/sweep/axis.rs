//! The axes of a sweep, and their values.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Value as Json, json};

use crate::decimal;
use crate::scenario::{Arrivals, Literal, PathStep, Problem, Scenario, nearest, steps};
use crate::strategy::value::Names;
use crate::strategy::{builtin, compile};

/// A parameter of a strategy or a setting of the scenario that a sweep varies.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// A parameter's name, `capacity`, `servers`, `connections` or `rate`, or a path into the document.
    pub name: String,
    pub values: Vec<Literal>,
}

/// Settings with a short name: the name, and the path in the document.
const SETTINGS: [(&str, &str); 4] = [
    ("capacity", "topology.cache.capacity"),
    ("servers", "topology.apps.count"),
    ("connections", "topology.database.connections"),
    // of every open workload at a steady rate, or of its mean
    ("rate", ""),
];

/// The most values of one axis.
pub const MOST_VALUES: usize = 10_000;

/// Why a text is not an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AxisError {
    /// It is not `NAME=VALUES`.
    NoValues,
    /// The range is empty or has no step.
    NoRange(String),
    TooMany,
    /// A value is there twice: its runs would count as those of other seeds.
    Twice(String),
    /// No parameter, setting or field has this name.
    Unknown {
        name: String,
        known: Vec<String>,
    },
}

impl fmt::Display for AxisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AxisError::NoValues => f.write_str(
                "allowed: NAME=VALUES, such as TTL=1..60, TTL=5..60/5, capacity=10..1000*2 or \
                 TTL=1,5,20",
            ),
            AxisError::NoRange(range) => write!(
                f,
                "`{range}` is no range; allowed: LOW..HIGH, with /STEP (more than 0) or \
                 *FACTOR (more than 1, from a LOW of more than 0)"
            ),
            AxisError::Twice(value) => write!(f, "{value} is there twice"),
            AxisError::TooMany => write!(f, "has too many values; allowed: up to {MOST_VALUES}"),
            AxisError::Unknown { name, known } => {
                write!(f, "nothing here is called {name}; ")?;
                match nearest(name, known.iter().map(String::as_str)) {
                    Some(near) => write!(f, "did you mean {near}?"),
                    None => write!(
                        f,
                        "there are {}, and paths such as topology.database.connections",
                        known.join(", ")
                    ),
                }
            }
        }
    }
}

impl std::error::Error for AxisError {}

impl Axis {
    /// Parses `TTL=1..60` for a scenario that has a parameter or setting of this name.
    ///
    /// # Errors
    /// If the text is not an axis, or the scenario has nothing of this name.
    pub fn parse(text: &str, scenario: &Scenario) -> Result<Axis, AxisError> {
        let (name, values) = text.split_once('=').ok_or(AxisError::NoValues)?;
        let (name, values) = (name.trim(), values.trim());
        if name.is_empty() || values.is_empty() {
            return Err(AxisError::NoValues);
        }
        let is_path = name.contains('.') && steps(name).is_some();
        let known = axis_names(scenario);
        if !is_path && !known.iter().any(|each| each == name) {
            return Err(AxisError::Unknown { name: name.to_owned(), known });
        }
        let values: Vec<Literal> = match values.contains("..") {
            true => range(values)?,
            false => values.split(',').map(|each| Literal::read(each.trim())).collect(),
        };
        let mut seen = BTreeSet::new();
        match values.iter().map(Literal::plain).find(|value| !seen.insert(value.clone())) {
            _ if values.len() > MOST_VALUES => Err(AxisError::TooMany),
            Some(value) => Err(AxisError::Twice(value)),
            None => Ok(Axis { name: name.to_owned(), values }),
        }
    }

    /// The scenario with this value.
    ///
    /// # Errors
    /// If the document has no such field, or the field cannot have such a value. Ranges are checked
    /// later, with the whole scenario.
    pub(super) fn set(&self, mut scenario: Scenario, value: &Literal) -> Result<Scenario, Problem> {
        let problem = |message: String| Problem { path: self.name.clone(), message };
        if self.name == "rate" {
            let rate = value.number().filter(|rate| *rate > 0.0);
            let rate = rate.ok_or_else(|| {
                problem(format!("is {}; allowed: requests a second, more than 0", value.plain()))
            })?;
            let mut any = false;
            for workload in &mut scenario.workloads {
                any |= set_rate(&mut workload.arrivals, rate);
            }
            return match any {
                true => Ok(scenario),
                false => Err(problem(
                    "changes nothing: no workload has a rate of its own; allowed: with arrivals \
                     of kind poisson, fixed or wave"
                        .to_owned(),
                )),
            };
        }
        if parameters(&scenario).contains(&self.name) {
            for each in &mut scenario.strategies {
                let source = builtin::find(&each.strategy).map(|builtin| builtin.source);
                let source = each.source.as_deref().or(source).unwrap_or_default();
                if declared(source).contains(&self.name) {
                    each.parameters.insert(self.name.clone(), value.clone());
                }
            }
            return Ok(scenario);
        }
        let setting = SETTINGS.iter().find(|(name, _)| *name == self.name);
        let path = setting.map_or(self.name.as_str(), |(_, path)| path);
        let mut document = serde_json::to_value(&scenario).map_err(|it| problem(it.to_string()))?;
        put(&mut document, &steps(path).unwrap_or_default(), json!(value)).map_err(problem)?;
        Scenario::parse(&document.to_string())
            .map_err(|error| problem(format!("{}: {}", error.path, error.message)))
    }
}

/// Sets the rate of an open loop. Returns whether it has one rate.
fn set_rate(arrivals: &mut Arrivals, rate: f64) -> bool {
    match arrivals {
        Arrivals::Poisson { per_second } | Arrivals::Wave { per_second, .. } => {
            *per_second = rate;
        }
        Arrivals::Fixed { every_us } => *every_us = (1e6 / rate).round() as u64,
        // these say at which instant it is what
        Arrivals::Steps { .. } | Arrivals::Ramps { .. } | Arrivals::Closed { .. } => return false,
    }
    true
}

/// All names that can be varied without a path: parameters, then settings.
pub fn axis_names(scenario: &Scenario) -> Vec<String> {
    let mut names = parameters(scenario);
    names.extend(SETTINGS.iter().map(|(name, _)| (*name).to_owned()));
    names
}

/// The parameters of all strategies of a scenario, without duplicates.
fn parameters(scenario: &Scenario) -> Vec<String> {
    let mut all = Vec::new();
    for each in &scenario.strategies {
        let source = builtin::find(&each.strategy).map(|builtin| builtin.source);
        for name in declared(each.source.as_deref().or(source).unwrap_or_default()) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
    }
    all
}

/// The parameters of a program; errors in it are reported when it runs.
fn declared(source: &str) -> Vec<String> {
    let program = compile(source, &mut Names::default());
    let parameters = program.map(|program| program.parameters).unwrap_or_default();
    parameters.iter().map(|parameter| parameter.name.to_string()).collect()
}

/// Puts a value at a path; missing objects of the document are created.
fn put(document: &mut Json, path: &[PathStep<'_>], value: Json) -> Result<(), String> {
    let mut here = document;
    for (at, step) in path.iter().enumerate() {
        if here.is_null() {
            let is_last = at + 1 == path.len();
            *here = match step {
                // a time that the document leaves out becomes a distribution of this kind
                PathStep::Name("us") if is_last => json!({"kind": "constant"}),
                PathStep::Name("mean_us") if is_last => json!({"kind": "exponential"}),
                _ => json!({}),
            };
        }
        here = match (step, here) {
            (PathStep::Name(name), Json::Object(fields)) => {
                fields.entry(*name).or_insert(Json::Null)
            }
            (PathStep::Item(item), Json::Array(items)) => {
                let count = items.len();
                items.get_mut(*item).ok_or_else(|| format!("there are {count} of these"))?
            }
            (PathStep::Name(name), _) => return Err(format!("nothing has a field `{name}` there")),
            (PathStep::Item(item), _) => return Err(format!("there is no list for `[{item}]`")),
        };
    }
    *here = value;
    Ok(())
}

/// The values of `1..60`, `5..60/5`, `10..1000*2`.
fn range(text: &str) -> Result<Vec<Literal>, AxisError> {
    let wrong = || AxisError::NoRange(text.to_owned());
    let number = |text: &str| decimal::float(text.trim()).filter(|it| it.is_finite());
    let (low, rest) = text.split_once("..").ok_or_else(wrong)?;
    let (high, step, factor) = match (rest.split_once('/'), rest.split_once('*')) {
        (Some((high, step)), None) => (high, number(step).ok_or_else(wrong)?, 1.0),
        (None, Some((high, factor))) => (high, 0.0, number(factor).ok_or_else(wrong)?),
        _ => (rest, 1.0, 1.0),
    };
    let (low, high) = (number(low).ok_or_else(wrong)?, number(high).ok_or_else(wrong)?);
    let goes_on = step > 0.0 || factor > 1.0 && low > 0.0;
    if low > high || !goes_on {
        return Err(wrong());
    }
    let mut values = Vec::new();
    for nth in 0..=MOST_VALUES as i32 {
        let value = match step > 0.0 {
            true => low + step * f64::from(nth),
            false => low * libm::pow(factor, f64::from(nth)),
        };
        if value > high * (1.0 + 1e-12) {
            return Ok(values);
        }
        // 0.1 + 0.2 is 0.3
        let value = libm::round(value * 1e9) / 1e9;
        values.push(match value == libm::trunc(value) && value.abs() < 9e15 {
            true => Literal::Int(value as i64),
            false => Literal::Float(value),
        });
    }
    Err(AxisError::TooMany)
}
