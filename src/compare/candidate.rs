//! What is compared: a strategy with its parameters.

use std::collections::BTreeMap;
use std::fmt;

use crate::scenario::{Literal, Scenario, StrategyUse, nearest};
use crate::strategy::builtin;

/// A strategy with its parameters, which serves all keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// A built-in strategy's id, or what a program of one's own is called.
    pub strategy: String,
    /// The program of one's own.
    pub source: Option<String>,
    pub parameters: BTreeMap<String, Literal>,
}

/// Why a text names no candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CandidateError {
    /// There is no such built-in strategy.
    Unknown(String),
    /// Behind the colon something is not `NAME=VALUE`.
    NoParameter(String),
}

impl fmt::Display for CandidateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CandidateError::Unknown(name) => {
                let ids = || builtin::all().iter().map(|each| each.id);
                write!(f, "there is no built-in strategy {name}; ")?;
                match nearest(name, ids()) {
                    Some(id) => write!(f, "did you mean {id}?"),
                    None => write!(f, "there are {}", ids().collect::<Vec<_>>().join(", ")),
                }
            }
            CandidateError::NoParameter(text) => {
                write!(f, "`{text}` is no parameter; allowed: NAME=VALUE, such as TTL=5")
            }
        }
    }
}

impl std::error::Error for CandidateError {}

impl Candidate {
    /// Reads `cache-aside` or `cache-aside:TTL=5,JITTER=1`. What ends in `.py` is a program
    /// of one's own: its text is left to the caller.
    ///
    /// # Errors
    /// Where there is no such built-in strategy, or a parameter is not `NAME=VALUE`. Whether
    /// the strategy has the parameter is checked by [`Run::new`](super::Run::new).
    pub fn parse(text: &str) -> Result<Candidate, CandidateError> {
        let (name, rest) = text.split_once(':').unwrap_or((text, ""));
        if builtin::find(name).is_none() && !Candidate::names_a_program(name) {
            return Err(CandidateError::Unknown(name.to_owned()));
        }
        let mut parameters = BTreeMap::new();
        for each in rest.split(',').filter(|each| !each.is_empty()) {
            let (name, value) =
                each.split_once('=').ok_or_else(|| CandidateError::NoParameter(each.to_owned()))?;
            parameters.insert(name.to_owned(), Literal::read(value));
        }
        Ok(Candidate { strategy: name.to_owned(), source: None, parameters })
    }

    /// The strategy of a scenario that serves all other keys.
    pub fn of(scenario: &Scenario) -> Candidate {
        let usual = scenario.strategies.iter().find(|each| each.prefix.is_empty());
        let StrategyUse { strategy, source, parameters, .. } = usual.cloned().unwrap_or_default();
        Candidate { strategy, source, parameters }
    }

    /// The texts of several candidates, with commas between them: `a:TTL=5,JITTER=1,b` is two.
    pub fn split(list: &str) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        for piece in list.split(',').map(str::trim).filter(|piece| !piece.is_empty()) {
            let goes_on = piece.contains('=') && !piece.contains(':');
            match texts.last_mut().filter(|_| goes_on) {
                Some(last) => *last = format!("{last},{piece}"),
                None => texts.push(piece.to_owned()),
            }
        }
        texts
    }

    /// Whether a name is that of a file with a program.
    pub fn names_a_program(name: &str) -> bool {
        name.ends_with(".py")
    }

    /// The strategy, and the parameters that are not its own: `cache-aside:TTL=5`.
    pub fn name(&self) -> String {
        let mut name = self.strategy.clone();
        for (index, (parameter, value)) in self.parameters.iter().enumerate() {
            name += &format!("{}{parameter}={}", if index == 0 { ':' } else { ',' }, value.plain());
        }
        name
    }

    /// The program's text; empty where there is none.
    pub fn text(&self) -> &str {
        let builtin = || builtin::find(&self.strategy).map(|builtin| builtin.source);
        self.source.as_deref().or_else(builtin).unwrap_or_default()
    }

    /// A scenario with this strategy for all keys: the same topology, rows, workloads, actions
    /// and seed. What the scenario expects, and its lesson, are of another run.
    pub fn under(&self, scenario: &Scenario) -> Scenario {
        let usual = scenario.strategies.iter().find(|each| each.prefix.is_empty());
        let usual = usual.cloned().unwrap_or_default();
        let strategy = match self.source {
            Some(_) => usual.strategy,
            None => self.strategy.clone(),
        };
        let own = StrategyUse {
            prefix: String::new(),
            strategy,
            source: self.source.clone(),
            parameters: self.parameters.clone(),
            ..usual
        };
        Scenario { strategies: vec![own], expect: Vec::new(), lesson: None, ..scenario.clone() }
    }
}
