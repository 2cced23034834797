//! Whether a run of a scenario breaks the property that a way breaks.

use super::question::Property;
use super::way::Way;
use crate::event::{Event, RequestEnd};
use crate::history::{KeyState, Report};
use crate::identity::Kind;
use crate::scenario::{Amount, Expectation, Scenario};
use crate::simulate::{Advance, Simulation};
use crate::strategy::value::Names;

/// The most steps of a run that plays a way.
pub const MOST_STEPS: u32 = 1_000_000;

/// The kind of violation in a report that shows the property broken; `None`: no report shows it.
fn telling(property: Property) -> Option<&'static str> {
    match property {
        Property::Converges => Some("divergence.length"),
        Property::NoStaleRead => Some("reads.stale"),
        _ => None,
    }
}

/// What the scenario expects of its run.
pub fn expected(property: Property) -> Vec<Expectation> {
    let path = telling(property).map(str::to_owned);
    let expectation = |path| Expectation {
        path,
        equals: None,
        at_least: Some(Amount::Whole(1)),
        at_most: None,
        note: property.name().to_owned(),
    };
    path.map(expectation).into_iter().collect()
}

/// Whether a run of the scenario breaks the property.
pub fn goes_wrong(scenario: &Scenario, way: &Way) -> bool {
    let Ok(mut run) = Simulation::new(scenario) else { return false };
    if run.advance(scenario.duration_us, MOST_STEPS) != Advance::Reached {
        return false;
    }
    run.undone().len() == 0 && breaks(way, &run.report(), &run)
}

fn breaks(way: &Way, report: &Report, run: &Simulation) -> bool {
    let phantom = || report.divergence.iter().any(|each| each.state == KeyState::Phantom);
    match way.property {
        None => false,
        Some(Property::Converges) => !report.divergence.is_empty(),
        Some(Property::NoPhantom) => report.reads.phantom > 0 || phantom(),
        Some(Property::NoLostWrite) if lost(report) > 0 => true,
        // sums: the same statements, in the same order
        Some(Property::NoLostWrite | Property::NoDoubleWrite) => same_commits(way, run),
        Some(Property::NoStaleRead) => report.reads.stale > 0,
        Some(Property::ReadYourWrites) => report.sessions.read_your_writes > 0,
        Some(Property::MonotonicReads) => report.sessions.monotonic_reads > 0,
        // what a report does not say: the same statements, and the same told to each client
        Some(Property::Linearizable | Property::Recovers | Property::Check) => {
            same_commits(way, run)
                && endings(on_the_way(way), &way.names)
                    == endings(of_a_run(run), run.world().names())
        }
    }
}

/// The writes that are nowhere, or that others have overwritten.
fn lost(report: &Report) -> u64 {
    report.writes.lost + report.writes.overtaken + report.writes.lost_update
}

fn on_the_way(way: &Way) -> impl Iterator<Item = &Event> {
    let micros = way.moves.iter().flat_map(|each| &each.micros);
    micros.flat_map(|micro| &micro.notes.events)
}

fn of_a_run(run: &Simulation) -> impl Iterator<Item = &Event> {
    run.history().since(0).map(|(_, record)| &record.event)
}

/// Whether a run commits what the way does, in the same order.
fn same_commits(way: &Way, run: &Simulation) -> bool {
    let names = run.world().names();
    commits(on_the_way(way), &way.names).eq(commits(of_a_run(run), names))
}

/// The commits, in order, as texts: a text has another symbol in each run.
fn commits<'e>(
    events: impl Iterator<Item = &'e Event>,
    names: &Names,
) -> impl Iterator<Item = (String, i64, String)> {
    events.filter_map(|event| match event {
        Event::Committed { commit, .. } => {
            let value = commit.value.scalar.display(names);
            Some((names.text(commit.key).to_string(), commit.version, value))
        }
        _ => None,
    })
}

/// What clients were told, in no order.
fn endings<'e>(events: impl Iterator<Item = &'e Event>, names: &Names) -> Vec<String> {
    let ended = events.filter_map(|event| match event {
        Event::Ended { kind, key, client, outcome, .. } => {
            let told = match outcome {
                RequestEnd::Returned(value) if *kind == Kind::Read => value.scalar.display(names),
                RequestEnd::Returned(_) => "done".to_owned(),
                RequestEnd::Failed { .. } => "failed".to_owned(),
                RequestEnd::TimedOut => "no answer".to_owned(),
            };
            Some(format!("{} {} {kind:?} {told}", names.text(*client), names.text(*key)))
        }
        _ => None,
    });
    let mut all: Vec<String> = ended.collect();
    all.sort_unstable();
    all
}
