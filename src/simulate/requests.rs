//! The requests of clients, without instants.

use super::load::WorkloadRun;
use crate::scenario::{Literal, Scenario, What};
use crate::strategy::value::{Names, Scalar};
use crate::world::{Kind, Request, Source};

/// The requests of a scenario, for a scheduler that orders them itself: those of its actions, and
/// the first `most` of each workload. Each client's requests are in order. `None`: they need more
/// texts than a run may know.
///
/// Stamps, and with them the names of messages, are those of a simulation.
pub fn requests(scenario: &Scenario, most: u32, names: &mut Names) -> Option<Vec<Request>> {
    let nobody = names.intern("client")?;
    let mut requests = Vec::new();
    // a client's requests come in the order of time, not of the list
    let mut actions: Vec<_> = (0..).zip(&scenario.actions).collect();
    actions.sort_by_key(|(_, action)| action.at_us);
    for (index, action) in actions {
        let (kind, key, value, client, times) = match &action.what {
            What::Read { key, client, times } => (Kind::Read, key, None, client, *times),
            What::Write { key, value, client, times } => {
                (Kind::Write, key, value.clone(), client, *times)
            }
            What::Delete { key, client } => (Kind::Delete, key, None, client, 1),
            What::Increment { key, by, client, times } => {
                (Kind::Increment, key, Some(Literal::Int(*by)), client, *times)
            }
            _ => continue,
        };
        let key = names.intern(key)?;
        let client = match client {
            Some(client) => names.intern(client)?,
            None => nobody,
        };
        let value = match value {
            Some(value) => value.scalar(names)?,
            None => Scalar::None,
        };
        let each = |nth| {
            let stamp = Source::Action(index).stamp(nth);
            Request { kind, key, value, client, stamp }
        };
        requests.extend((0..u64::from(times)).map(each));
    }
    for (index, workload) in (0..).zip(&scenario.workloads) {
        let mut load = WorkloadRun::new(index, workload, names)?;
        let users = load.users().unwrap_or(1).max(1);
        let most =
            workload.most_requests.map_or(most, |own| most.min(u32::try_from(own).unwrap_or(most)));
        requests.extend((0..most).map(|nth| load.request(scenario.seed, nth % users)));
    }
    Some(requests)
}
