//! Candidates of a comparison: strategies with parameters.

use std::collections::BTreeMap;
use std::fmt;

use super::{Literal, Scenario, StrategyUse, nearest};
use crate::strategy::builtin;

/// A strategy with parameters, which serves all keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// A built-in strategy's id, or the name of a program that is not built in.
    pub strategy: String,
    /// The text of a program that is not built in.
    pub source: Option<String>,
    pub parameters: BTreeMap<String, Literal>,
}

/// Why a text does not name a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CandidateError {
    /// There is no such built-in strategy.
    Unknown(String),
    /// The text after the colon is not `NAME=VALUE`.
    NoParameter(String),
    /// A file is not possible here.
    NoFile(String),
    /// There are too few candidates, or too many.
    Number(usize),
    Twice(String),
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
            CandidateError::NoFile(name) => {
                write!(f, "{name} is a file; allowed: a built-in strategy, or {}", Candidate::OWN)
            }
            CandidateError::Number(number) => {
                let noun = if *number == 1 { "strategy" } else { "strategies" };
                let (fewest, most) = (Candidate::FEWEST, Candidate::MOST);
                write!(f, "has {number} {noun}; allowed: {fewest} to {most}")
            }
            CandidateError::Twice(text) => write!(f, "{text} is here twice"),
        }
    }
}

impl std::error::Error for CandidateError {}

impl Candidate {
    /// The fewest candidates of a comparison.
    pub const FEWEST: usize = 2;

    /// The most candidates of a comparison.
    pub const MOST: usize = 8;

    /// The name, in a list of candidates, of the strategy that serves the scenario as it is.
    pub const OWN: &str = "own";

    /// Parses `cache-aside` or `cache-aside:TTL=5,JITTER=1`. A name that ends in `.py` is a program
    /// that is not built in: the caller supplies its text.
    ///
    /// # Errors
    /// If there is no such built-in strategy, or a parameter is not `NAME=VALUE`. Whether the
    /// strategy has the parameter is checked when it runs.
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

    /// Checks the number of candidates of a comparison, and that each occurs only once.
    ///
    /// # Errors
    /// What is wrong, with the position of the candidate if it is about one.
    pub fn check_list(texts: &[String]) -> Result<(), (Option<usize>, CandidateError)> {
        if !(Candidate::FEWEST..=Candidate::MOST).contains(&texts.len()) {
            return Err((None, CandidateError::Number(texts.len())));
        }
        let twice = (0..texts.len()).find(|at| texts[..*at].contains(&texts[*at]));
        twice.map_or(Ok(()), |at| Err((Some(at), CandidateError::Twice(texts[at].clone()))))
    }

    /// Checks a candidate that a document or an address names: [`OWN`](Candidate::OWN), or a
    /// built-in strategy. Whether the strategy has the parameters is checked when it runs.
    ///
    /// # Errors
    /// If it is neither.
    pub fn check_name(text: &str) -> Result<(), CandidateError> {
        if text == Candidate::OWN {
            return Ok(());
        }
        let candidate = Candidate::parse(text)?;
        match Candidate::names_a_program(&candidate.strategy) {
            true => Err(CandidateError::NoFile(candidate.strategy)),
            false => Ok(()),
        }
    }

    /// Checks all candidates of a comparison.
    ///
    /// # Errors
    /// See [`check_list`](Candidate::check_list) and [`check_name`](Candidate::check_name); with
    /// the position of the candidate if it is about one.
    pub fn check_names(texts: &[String]) -> Result<(), (Option<usize>, CandidateError)> {
        Candidate::check_list(texts)?;
        let wrong = |(at, text): (usize, &String)| {
            Candidate::check_name(text).err().map(|why| (Some(at), why))
        };
        texts.iter().enumerate().find_map(wrong).map_or(Ok(()), Err)
    }

    /// Parses a text as [`parse`](Candidate::parse) does, or [`OWN`](Candidate::OWN).
    ///
    /// # Errors
    /// See [`parse`](Candidate::parse).
    pub fn listed(text: &str, scenario: &Scenario) -> Result<Candidate, CandidateError> {
        match text {
            Candidate::OWN => Ok(Candidate::of(scenario)),
            text => Candidate::parse(text),
        }
    }

    /// The strategy of the keys that no other strategy of the scenario serves.
    pub fn of(scenario: &Scenario) -> Candidate {
        let usual = scenario.strategies.iter().find(|each| each.prefix.is_empty());
        let StrategyUse { strategy, source, parameters, .. } = usual.cloned().unwrap_or_default();
        Candidate { strategy, source, parameters }
    }

    /// Splits a list of candidates at its commas: `a:TTL=5,JITTER=1,b` is two.
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

    /// Whether a name is that of a program's file.
    pub fn names_a_program(name: &str) -> bool {
        name.ends_with(".py")
    }

    /// The strategy, with the parameters that differ from its defaults: `cache-aside:TTL=5`.
    pub fn name(&self) -> String {
        let mut name = self.strategy.clone();
        for (index, (parameter, value)) in self.parameters.iter().enumerate() {
            name += &format!("{}{parameter}={}", if index == 0 { ':' } else { ',' }, value.plain());
        }
        name
    }

    /// The program's text; empty if there is none.
    pub fn text(&self) -> &str {
        let builtin = || builtin::find(&self.strategy).map(|builtin| builtin.source);
        self.source.as_deref().or_else(builtin).unwrap_or_default()
    }

    /// The candidate as the strategy of all keys of a scenario.
    pub(super) fn serving(&self, scenario: &Scenario) -> StrategyUse {
        let usual = scenario.strategies.iter().find(|each| each.prefix.is_empty());
        let usual = usual.cloned().unwrap_or_default();
        let strategy = match self.source {
            Some(_) => usual.strategy,
            None => self.strategy.clone(),
        };
        StrategyUse {
            prefix: String::new(),
            strategy,
            source: self.source.clone(),
            parameters: self.parameters.clone(),
            ..usual
        }
    }

    /// A scenario with this strategy for all keys: the same topology, rows, workloads, actions and
    /// seed, without expectations, comparison and lesson, which belong to another run.
    pub fn under(&self, scenario: &Scenario) -> Scenario {
        let own = self.serving(scenario);
        let mut scenario = scenario.clone();
        scenario.view.compare.clear();
        Scenario { strategies: vec![own], expect: Vec::new(), lesson: None, ..scenario }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_candidates_is_checked() {
        let check = |list: &str| {
            Candidate::check_names(&Candidate::split(list))
                .map_err(|(at, why)| (at, why.to_string()))
        };
        assert_eq!(check("own,cache-aside:TTL=5,JITTER=1,leases"), Ok(()));
        let cases = [
            ("own", None, "has 1 strategy; allowed: 2 to 8"),
            ("own,lease", Some(1), "there is no built-in strategy lease; did you mean leases?"),
            (
                "own,leases:TTL",
                Some(1),
                "`TTL` is no parameter; allowed: NAME=VALUE, such as TTL=5",
            ),
            ("mine.py,own", Some(0), "mine.py is a file; allowed: a built-in strategy, or own"),
            ("leases,own,own", Some(2), "own is here twice"),
        ];
        for (list, at, why) in cases {
            assert_eq!(check(list), Err((at, why.to_owned())), "{list}");
        }
    }
}
