//! The result of one run of a sweep, as a line of JSON.

use std::fmt;

use serde_json::{Map, Value as Json, json};

use crate::compare::measure::MEASURES;
use crate::scenario::Literal;

/// One run of a sweep: flat JSON, so that a line is a row of a table.
#[derive(Clone, PartialEq, Debug)]
pub struct SweepLine {
    /// The identity of the sweep: a digest of the scenario, the axes and the seeds.
    pub sweep: String,
    /// The number of the run, from 0.
    pub run: u64,
    pub runs: u64,
    pub strategy: String,
    pub seed: u64,
    /// The value of each axis.
    pub set: Vec<(String, Literal)>,
    /// The values of [`MEASURES`], in their order.
    pub values: Vec<Option<u64>>,
    /// Why the run stopped early, if it did.
    pub stopped: Option<String>,
}

/// The version of the line's format.
const FORMAT: u64 = 2;

/// The prefix of an axis's name in a line.
const SET: &str = "set.";

/// Why a text is not a line of a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineError {
    /// It is not JSON: a run may have been interrupted.
    NotJson,
    /// It was written by another version of the program.
    OtherVersion { found: String },
    /// The field is missing or has another type.
    NoField(String),
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LineError::NotJson => f.write_str(
                "is no line of a sweep; was it cut off? Remove it, and do its run again",
            ),
            LineError::OtherVersion { found } => {
                write!(f, "was written by {found}; this is {}", version())
            }
            LineError::NoField(name) => {
                write!(f, "has no `{name}`, or something that cannot be: is it a sweep's?")
            }
        }
    }
}

impl std::error::Error for LineError {}

/// The version that names the list of measures.
fn version() -> String {
    format!("Stalemate {}, format {FORMAT}", env!("CARGO_PKG_VERSION"))
}

impl SweepLine {
    /// The line as JSON, without a line break.
    pub fn to_json(&self) -> String {
        let mut line = Map::new();
        line.insert("version".to_owned(), version().into());
        line.insert("sweep".to_owned(), self.sweep.as_str().into());
        line.insert("run".to_owned(), self.run.into());
        line.insert("runs".to_owned(), self.runs.into());
        line.insert("strategy".to_owned(), self.strategy.as_str().into());
        line.insert("seed".to_owned(), self.seed.into());
        // a line has the same columns whether its run stopped or not
        line.insert("stopped".to_owned(), json!(self.stopped));
        for (name, value) in &self.set {
            line.insert(format!("{SET}{name}"), json!(value));
        }
        for (measure, value) in MEASURES.iter().zip(&self.values) {
            line.insert(measure.name.to_owned(), json!(value));
        }
        Json::Object(line).to_string()
    }

    /// The header of a CSV table of such lines.
    pub fn csv_head(&self) -> String {
        let set = self.set.iter().map(|(name, _)| format!("{SET}{name}"));
        let fixed = ["sweep", "run", "runs", "strategy", "seed", "stopped"].map(str::to_owned);
        let measures = MEASURES.iter().map(|measure| measure.name.to_owned());
        fixed.into_iter().chain(set).chain(measures).collect::<Vec<_>>().join(",")
    }

    /// The line as a row of that table.
    pub fn to_csv(&self) -> String {
        let quoted = |text: &str| match text.contains([',', '"', '\n']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text.to_owned(),
        };
        let stopped = self.stopped.as_deref().unwrap_or_default();
        let numbers = [self.run, self.runs].map(|number| number.to_string());
        let fixed = [self.sweep.clone()].into_iter().chain(numbers);
        let fixed = fixed.chain([quoted(&self.strategy), self.seed.to_string(), quoted(stopped)]);
        let set = self.set.iter().map(|(_, value)| quoted(&value.plain()));
        let number = |value: &Option<u64>| value.map_or(String::new(), |it| it.to_string());
        fixed.chain(set).chain(self.values.iter().map(number)).collect::<Vec<_>>().join(",")
    }

    /// Parses a line.
    ///
    /// # Errors
    /// If the text is not a line, or is of another version.
    pub fn parse(text: &str) -> Result<SweepLine, LineError> {
        let Ok(Json::Object(line)) = serde_json::from_str(text) else {
            return Err(LineError::NotJson);
        };
        let missing = |name: &str| LineError::NoField(name.to_owned());
        let text = |name: &str| line.get(name).and_then(Json::as_str).map(str::to_owned);
        let number = |name: &str| line.get(name).and_then(Json::as_u64);
        let found = text("version").ok_or_else(|| missing("version"))?;
        if found != version() {
            return Err(LineError::OtherVersion { found });
        }
        let set = line.iter().filter_map(|(name, value)| {
            let axis = name.strip_prefix(SET)?.to_owned();
            Some(
                serde_json::from_value(value.clone())
                    .map(|it| (axis, it))
                    .map_err(|_| missing(name)),
            )
        });
        let set: Vec<(String, Literal)> = set.collect::<Result<_, _>>()?;
        let value = |name: &str| match line.get(name) {
            Some(Json::Null) => Ok(None),
            Some(value) => value.as_u64().map(Some).ok_or_else(|| missing(name)),
            None => Err(missing(name)),
        };
        let values: Result<Vec<_>, _> = MEASURES.iter().map(|it| value(it.name)).collect();
        Ok(SweepLine {
            sweep: text("sweep").ok_or_else(|| missing("sweep"))?,
            run: number("run").ok_or_else(|| missing("run"))?,
            runs: number("runs").ok_or_else(|| missing("runs"))?,
            strategy: text("strategy").ok_or_else(|| missing("strategy"))?,
            seed: number("seed").ok_or_else(|| missing("seed"))?,
            set,
            values: values?,
            stopped: text("stopped"),
        })
    }
}
