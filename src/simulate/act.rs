//! Actions of the scenario, as transitions of the world.

use super::{ActError, Simulation};
use crate::event::{ConsumerFault, Fault};
use crate::scenario::{Action, Literal, Scenario, What};
use crate::strategy::value::{Datum, Names, Scalar, Symbol};
use crate::vocabulary::{CacheId, ReplicaId};
use crate::world::{Kind, OpId, ProcessId, Request, Source, Transition};

const REPLICA: ProcessId = ProcessId::Replica(ReplicaId::FIRST);

impl Simulation {
    /// Checks an action by the rules for actions in a document.
    pub(super) fn check_action(&self, what: &What) -> Result<(), ActError> {
        let action = Action { at_us: self.clock.now_us, what: what.clone() };
        let alone = Scenario {
            topology: self.scenario.topology.clone(),
            strategies: self.scenario.strategies.clone(),
            workloads: self.scenario.workloads.clone(),
            actions: vec![action],
            ..Scenario::default()
        };
        let mut problems = alone.validate().err().unwrap_or_default();
        problems.retain_mut(|problem| {
            let Some(path) = problem.path.strip_prefix("actions[0]") else { return false };
            problem.path = path.trim_start_matches('.').to_owned();
            true
        });
        if problems.is_empty() { Ok(()) } else { Err(ActError::Invalid(problems)) }
    }

    /// Does an action. `index` is its position in the scenario, from which the stamps of everything
    /// that it causes are derived.
    pub(super) fn carry_out(&mut self, index: u32, what: &What) -> Result<(), ActError> {
        match what {
            What::Read { key, client, times } => {
                self.request(index, Kind::Read, key, &None, client, *times)
            }
            What::Write { key, value, client, times } => {
                self.request(index, Kind::Write, key, value, client, *times)
            }
            What::Delete { key, client } => {
                self.request(index, Kind::Delete, key, &None, client, 1)
            }
            What::Increment { key, by, client, times } => {
                let by = Some(Literal::Int(*by));
                self.request(index, Kind::Increment, key, &by, client, *times)
            }
            What::StartWorkload { workload } => {
                let load = self.load(workload)?;
                self.begin(load);
                Ok(())
            }
            What::StopWorkload { workload } => {
                let load = self.load(workload)?;
                self.end(load);
                Ok(())
            }
            What::RestoreDatabase => self.restore(ProcessId::Database),
            What::RestoreCache { cache } => {
                let cache = cache_of(cache, self.names())?;
                self.restore(cache.into())
            }
            What::RestoreReplica => self.restore(REPLICA),
            _ => match fault_of(index, what, self.world.names_mut())? {
                Some(fault) => self.fault(fault),
                None => match what.handling() {
                    Some((message, how)) => self.handle(message, how),
                    None => Ok(()),
                },
            },
        }
    }

    pub(super) fn fault(&mut self, fault: Fault) -> Result<(), ActError> {
        let done = self.world.apply(Transition::Fault(fault), self.clock.now_us, &mut self.clock);
        done.map_err(ActError::from)
    }

    /// Restarts a process that is down, and resets the speed of a slow one.
    fn restore(&mut self, id: ProcessId) -> Result<(), ActError> {
        match self.world.process(id) {
            Some(process) if !process.up => {
                let slow = process.slow_milli != 1_000;
                self.fault(Fault::Restart(id))?;
                // it may have been slowed while it was down
                if slow { self.fault(self::slow(id, 1_000)) } else { Ok(()) }
            }
            _ => self.fault(slow(id, 1_000)),
        }
    }

    fn request(
        &mut self,
        index: u32,
        kind: Kind,
        key: &str,
        value: &Option<Literal>,
        client: &Option<String>,
        times: u32,
    ) -> Result<(), ActError> {
        let key_text = key;
        let key = self.symbol(key)?;
        let client = match client {
            Some(name) => self.symbol(name)?,
            None => self.nobody,
        };
        let value = value.as_ref().map(|value| self.scalar(value)).transpose()?;
        self.world.setup().serves(kind, key_text)?;
        let value = value.unwrap_or(Scalar::None);
        for nth in 0..times {
            let stamp = Source::Action(index).stamp(u64::from(nth));
            self.start(Request { kind, key, value, client, stamp });
        }
        Ok(())
    }

    pub(super) fn symbol(&mut self, text: &str) -> Result<Symbol, ActError> {
        self.world.names_mut().intern(text).ok_or(ActError::TooManyTexts)
    }

    pub(super) fn scalar(&mut self, value: &Literal) -> Result<Scalar, ActError> {
        value.scalar(self.world.names_mut()).ok_or(ActError::TooManyTexts)
    }

    fn load(&self, name: &str) -> Result<u32, ActError> {
        let names = self.names();
        let found = self.loads.iter().position(|load| *names.text(load.name()) == *name);
        found.map(|index| index as u32).ok_or_else(|| ActError::NoWorkload(name.to_owned()))
    }
}

/// The cache that an action concerns.
fn cache_of(name: &Option<String>, names: &Names) -> Result<CacheId, ActError> {
    let known = names.stores().cache(name.as_deref());
    known.ok_or_else(|| ActError::NoCache(name.clone().unwrap_or_default()))
}

fn node_of(name: &str, names: &Names) -> Result<CacheId, ActError> {
    let known = names.stores().cache(Some(name));
    known.ok_or_else(|| ActError::NoCache(name.to_owned()))
}

/// The fault of an action, given with its position in the scenario; `None`: it is a request,
/// concerns a message, or depends on what is down.
///
/// # Errors
/// If it needs more texts than a run may know, or there is no such cache.
pub(crate) fn fault_of(
    index: u32,
    what: &What,
    names: &mut Names,
) -> Result<Option<Fault>, ActError> {
    let symbol = |text: &str, names: &mut Names| names.intern(text).ok_or(ActError::TooManyTexts);
    Ok(Some(match what {
        What::KillCache { cache } => Fault::Kill(cache_of(cache, names)?.into()),
        What::RestartCache { cache } => Fault::Restart(cache_of(cache, names)?.into()),
        What::FlushCache { cache } => Fault::Flush(cache_of(cache, names)?),
        What::Evict { key, cache } => Fault::Evict(cache_of(cache, names)?, symbol(key, names)?),
        What::Expire { key, cache } => Fault::Expire(cache_of(cache, names)?, symbol(key, names)?),
        What::SlowDatabase { factor_milli } => slow(ProcessId::Database, *factor_milli),
        What::SlowCache { factor_milli, cache } => {
            slow(cache_of(cache, names)?.into(), *factor_milli)
        }
        What::AddNode { cache } => Fault::Join(node_of(cache, names)?),
        What::RemoveNode { cache } => Fault::Leave(node_of(cache, names)?),
        What::Failover { cache } => Fault::Failover(node_of(cache, names)?),
        What::StopDatabase => Fault::Kill(ProcessId::Database),
        What::StopReplica => Fault::Kill(REPLICA),
        What::FailNext { store, cache, call, how, times } => {
            let nth = cache_of(cache, names)?.0;
            let call = call.as_deref().map(|call| symbol(call, names)).transpose()?;
            Fault::FailNext { store: *store, nth, call, how: *how, times: *times }
        }
        What::Cut { link, app } => Fault::Cut { link: *link, app: *app },
        What::Heal { link, app } => Fault::Heal { link: *link, app: *app },
        What::CrashApp { app } => Fault::Kill(ProcessId::App(*app)),
        What::RestartApp { app } => Fault::Restart(ProcessId::App(*app)),
        What::CrashWorker => Fault::Kill(ProcessId::Worker),
        What::RestartWorker => Fault::Restart(ProcessId::Worker),
        What::StopConsumer { consumer, app } => {
            consumed(symbol(consumer, names)?, *app, ConsumerFault::Stop)
        }
        What::KillConsumer { consumer, app } => {
            consumed(symbol(consumer, names)?, *app, ConsumerFault::Kill)
        }
        What::StartConsumer { consumer, app } => {
            consumed(symbol(consumer, names)?, *app, ConsumerFault::Start)
        }
        What::ReplayDeadLetters { queue, app } => {
            Fault::Replay { queue: symbol(queue, names)?, app: *app }
        }
        What::OutsideWrite { key, value } => {
            let (op, by) = (OpId::NOBODY, Source::Action(index).stamp(0));
            let key = symbol(key, names)?;
            let value = match value {
                Some(value) => value.scalar(names).ok_or(ActError::TooManyTexts)?,
                None => Scalar::None,
            };
            Fault::OutsideWrite { op, key, value: Datum::computed(value), by }
        }
        What::OutsideDelete { key } => {
            let (op, by) = (OpId::NOBODY, Source::Action(index).stamp(0));
            Fault::OutsideDelete { op, key: symbol(key, names)?, by }
        }
        _ => return Ok(None),
    }))
}

fn consumed(name: Symbol, app: Option<u16>, how: ConsumerFault) -> Fault {
    Fault::Consumer { name, app, how }
}

fn slow(process: ProcessId, factor_milli: u32) -> Fault {
    Fault::Slow { process, factor_milli }
}
