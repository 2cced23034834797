//! A scenario as a search sees it: requests, and deeds.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::check::{Check, CheckError};
use super::judge::MOST_OPERATIONS;
use super::model::apps_are_alike;
use super::question::{Property, Question};
use crate::event::Fault;
use crate::history::Declared;
use crate::identity::{ProcessId, Stamp, message_stamp};
use crate::scenario::{Problem, Scenario, What};
use crate::simulate::{declared, fault_of, requests};
use crate::strategy::value::{Names, Symbol};
use crate::vocabulary::ReplicaId;
use crate::world::{Request, Setup};

/// Something that the scenario does besides requests: at any moment of a search, once.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Deed {
    Fault(Fault),
    /// The next matching call fails.
    Fail(Fault),
    Lose(Stamp),
    Duplicate(Stamp),
}

/// A scenario, split into requests and deeds.
#[derive(Clone)]
pub struct Script {
    pub setup: Arc<Setup>,
    pub requests: Vec<Request>,
    /// Deeds, each with the position of its action.
    pub deeds: Vec<(u32, Deed)>,
    /// Deeds that are left out, a bit for each.
    pub left_out: u64,
    /// The keys that are judged, in the order of their symbols.
    pub keys: Vec<Symbol>,
    /// What the scenario declares about the keys of each strategy.
    declared: Vec<Declared>,
    /// The expression that must be true in the end.
    pub check: Option<Check>,
    /// Whether the network loses messages at random; it duplicates some.
    pub loses: bool,
    pub doubles: bool,
}

/// The most deeds of one search: a mask has one bit for each.
const MOST_DEEDS: usize = 64;

/// Why a scenario can't be searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExploreError {
    /// It cannot run either.
    Invalid(Vec<Problem>),
    /// It has no request and no deed.
    NothingToDo,
    /// More requests and outside writes than a search can tell apart.
    TooManyRequests { found: usize },
    /// More deeds than a search can tell apart.
    TooManyDeeds { found: usize },
    /// No property is asked for.
    NoProperty,
    /// The user's expression is not a property.
    Check(CheckError),
}

impl Script {
    /// Splits a scenario into requests and deeds.
    ///
    /// # Errors
    /// Why the scenario can't be searched.
    pub fn new(scenario: &Scenario, question: &Question) -> Result<Script, ExploreError> {
        if question.properties.is_empty() {
            return Err(ExploreError::NoProperty);
        }
        let mut setup = scenario.resolve().map_err(ExploreError::Invalid)?;
        let texts = || {
            let message = "has more texts than one run may know".to_owned();
            ExploreError::Invalid(vec![Problem { path: "actions".to_owned(), message }])
        };
        let requests = requests(scenario, question.requests, &mut setup.names).ok_or_else(texts)?;
        let mut deeds: Vec<(u32, Deed)> = Vec::new();
        for (index, action) in (0..).zip(&scenario.actions) {
            // what is up is only made as quick as usual by it
            let restart = |process| {
                let kill = Deed::Fault(Fault::Kill(process));
                let deed = Deed::Fault(Fault::Restart(process));
                deeds.iter().any(|(_, earlier)| *earlier == kill).then_some(deed)
            };
            let deed = match &action.what {
                What::RestoreCache { cache } => {
                    let cache = setup.names.stores().cache(cache.as_deref());
                    cache.and_then(|cache| restart(ProcessId::Cache(cache)))
                }
                What::RestoreDatabase => restart(ProcessId::Database),
                What::RestoreReplica => restart(ProcessId::Replica(ReplicaId::FIRST)),
                What::Drop { message } => message_stamp(message).map(Deed::Lose),
                What::Duplicate { message } => message_stamp(message).map(Deed::Duplicate),
                what => match fault_of(index, what, &mut setup.names).map_err(|_| texts())? {
                    // how slow something is says nothing where there is no time
                    Some(Fault::Slow { .. }) | None => None,
                    Some(fault @ Fault::FailNext { .. }) => Some(Deed::Fail(fault)),
                    Some(fault) => Some(Deed::Fault(fault)),
                },
            };
            deeds.extend(deed.map(|deed| (index, deed)));
        }
        let written = deeds.iter().filter_map(|(_, deed)| match deed {
            Deed::Fault(Fault::OutsideWrite { key, .. } | Fault::OutsideDelete { key, .. }) => {
                Some(*key)
            }
            _ => None,
        });
        let mut keys: Vec<Symbol> = requests.iter().map(|request| request.key).collect();
        keys.extend(written);
        let operations = keys.len();
        keys.extend(setup.rows.iter().map(|(key, _)| *key));
        keys.sort_unstable();
        keys.dedup();
        if requests.is_empty() && deeds.is_empty() {
            return Err(ExploreError::NothingToDo);
        }
        if operations > MOST_OPERATIONS {
            return Err(ExploreError::TooManyRequests { found: operations });
        }
        if deeds.len() > MOST_DEEDS {
            return Err(ExploreError::TooManyDeeds { found: deeds.len() });
        }
        let check = match (&question.check, question.properties.has(Property::Check)) {
            (Some(check), true) => Some(Check::new(check, &requests, &mut setup.names)),
            (None, true) => return Err(ExploreError::NoProperty),
            _ => None,
        };
        let check = check.transpose().map_err(ExploreError::Check)?;
        let breaks_apps = question.budgets.crashes > 0
            || deeds.iter().any(|(_, deed)| {
                matches!(
                    deed,
                    Deed::Fault(Fault::Kill(ProcessId::App(_)) | Fault::Restart(ProcessId::App(_)))
                        | Deed::Fault(Fault::Cut { .. } | Fault::Heal { .. })
                )
            });
        if question.atomic && !breaks_apps && setup.local.is_none() && apps_are_alike(&setup) {
            setup.apps = 1;
        }
        if question.atomic {
            lift_limits(&mut setup, keys.len());
        }
        setup.names.freeze();
        let network = &scenario.topology.network;
        let links = || network.links.values().chain([&network.default]);
        let loses = links().any(|link| link.loss_ppm > 0);
        let doubles = links().any(|link| link.duplicate_ppm > 0);
        Ok(Script {
            setup: Arc::new(setup),
            requests,
            deeds,
            left_out: 0,
            keys,
            declared: scenario.strategies.iter().map(declared).collect(),
            check,
            loses,
            doubles,
        })
    }
}

impl Script {
    /// Whether the scenario declares something about the keys of a strategy.
    pub fn declares(&self) -> bool {
        self.declared.iter().any(|each| *each != Declared::default())
    }

    /// What the scenario declares about a key, by the strategy that serves it.
    pub fn declared_of(&self, key: Symbol, names: &Names) -> Declared {
        if !self.declares() {
            return Declared::default();
        }
        let at = usize::from(self.setup.route(&names.text(key)));
        self.declared.get(at).copied().unwrap_or_default()
    }

    /// The deeds that know a message by its stamp, a bit for each.
    pub fn by_stamp(&self) -> u64 {
        let deeds = self.deeds.iter().enumerate();
        let by_stamp =
            deeds.filter(|(_, (_, deed))| matches!(deed, Deed::Lose(_) | Deed::Duplicate(_)));
        by_stamp.fold(0, |all, (at, _)| all | 1 << at)
    }

    /// Makes these texts known from the start.
    pub fn know(&mut self, texts: &BTreeSet<Arc<str>>) {
        // no world has it any more
        let Some(setup) = Arc::get_mut(&mut self.setup).filter(|_| !texts.is_empty()) else {
            return;
        };
        for text in texts {
            // one too many is learned by whoever comes across it
            setup.names.intern(text);
        }
        setup.names.freeze();
    }
}

/// Lifts the capacity of caches that have room for every possible key: then the order of use does
/// not matter.
fn lift_limits(setup: &mut Setup, keys: usize) {
    let programs = || setup.strategies.iter().map(|deployed| &deployed.program);
    if programs().any(|program| program.makes_texts()) {
        return;
    }
    let most = programs().fold(keys, |most, program| most + program.constants.len());
    for cache in setup.caches.ids() {
        let has_room = |capacity| capacity as usize >= most;
        if setup.caches[cache].capacity.is_some_and(has_room) {
            setup.caches[cache].capacity = None;
        }
    }
}

impl fmt::Display for ExploreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExploreError::Invalid(problems) => {
                let problems: Vec<String> = problems.iter().map(Problem::to_string).collect();
                f.write_str(&problems.join("\n"))
            }
            ExploreError::NothingToDo => {
                f.write_str("nothing happens in this scenario: it has no request and no fault")
            }
            ExploreError::TooManyRequests { found } => write!(
                f,
                "{found} requests and writes from outside are more than a search can tell \
                 apart; allowed: up to {MOST_OPERATIONS}"
            ),
            ExploreError::TooManyDeeds { found } => write!(
                f,
                "{found} faults are more than a search can tell apart; allowed: up to {MOST_DEEDS}"
            ),
            ExploreError::NoProperty => f.write_str("no property is asked for"),
            ExploreError::Check(error) => error.fmt(f),
        }
    }
}
