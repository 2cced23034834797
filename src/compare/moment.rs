//! The moment of a run from which a value comes.

use serde::Serialize;

use super::measure::Measure;
use crate::event::{Event, ReadVerdict, RequestEnd};
use crate::history::{Ledger, Promised, Report, SeriesStep, ViolationKind};
use crate::simulate::Simulation;
use crate::time::Micros;

/// The moment from which a value comes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Moment {
    pub at_us: Micros,
    /// The request, if there is one: "R12".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op: Option<String>,
}

/// Where in a run a value comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin {
    /// The first request whose latency is nearest to the value.
    Request {
        writes: bool,
        failed_too: bool,
    },
    /// The first read or write that failed.
    FirstFailed {
        writes: bool,
    },
    /// The beginning of the longest time for which a key was stale.
    LongestStale,
    /// When the cache first held the most entries.
    MostEntries,
    /// When the most loads of one key were first under way.
    MostLoads,
    /// The first violation of a kind.
    First(ViolationKind),
    FirstOutage,
    /// The beginning of the interval of the series in which this count is highest.
    Step(fn(&SeriesStep) -> u64),
    /// The whole run: its end.
    End,
    /// The program: no moment.
    Program,
}

/// The moments of values, one per measure, in their order. A value of 0 has none, nor has one whose
/// records the history no longer keeps.
pub(super) fn moments(
    measures: &[Measure],
    values: &[Option<u64>],
    run: &Simulation,
    report: &Report,
) -> Vec<Option<Moment>> {
    let ledger = run.history().ledger();
    let mut found = Found::new(measures, values, ledger);
    for (_, record) in run.history().since(0) {
        found.see(record.at_us, record.event);
    }
    let Found { requests, failed, phantom, .. } = found;
    let each = measures.iter().zip(values).zip(requests);
    each.map(|((measure, value), request)| match (value, measure.origin) {
        (None | Some(0), _) | (_, Origin::Program) => None,
        (_, Origin::Request { .. }) => request.map(|(_, moment)| moment),
        (_, Origin::FirstFailed { writes }) => failed[usize::from(writes)].clone(),
        // among the first dirty reads there may be none that turned out to be a phantom
        (_, origin @ Origin::First(ViolationKind::PhantomRead)) => {
            origin.of_run(ledger, report).or_else(|| phantom.clone())
        }
        (_, origin) => origin.of_run(ledger, report),
    })
    .collect()
}

/// When a client first missed its own write.
pub(super) fn own_write_missed(report: &Report) -> Option<Moment> {
    let mut violations = report.violations.iter();
    let first = violations.find(|each| each.breaks.contains(&Promised::ReadYourWrites))?;
    Some(Moment { at_us: first.at_us, op: Some(first.op.clone()) })
}

/// The read that was furthest out of date.
pub(super) fn stalest_read(run: &Simulation) -> Option<Moment> {
    let stalest = run.history().ledger().metrics().stalest_read?;
    Some(Moment { at_us: stalest.at_us, op: Some(stalest.op.label()) })
}

impl Origin {
    fn of_run(self, ledger: &Ledger, report: &Report) -> Option<Moment> {
        let at = |at_us| Moment { at_us, op: None };
        match self {
            Origin::LongestStale => Some(at(ledger.longest_stale(report.at_us).at_us)),
            Origin::MostEntries => Some(at(ledger.metrics().entries.at_us)),
            Origin::MostLoads => Some(at(ledger.metrics().loads_of_one_key.at_us)),
            Origin::First(kind) => {
                let mut violations = report.violations.iter();
                let first = violations.find(|each| each.kind == kind)?;
                Some(Moment { at_us: first.at_us, op: Some(first.op.clone()) })
            }
            Origin::FirstOutage => report.outages.first().map(|each| at(each.from_us)),
            Origin::Step(what) => {
                let series = &report.series;
                let most = series.steps.iter().map(what).max()?;
                let step = series.steps.iter().position(|step| what(step) == most)?;
                Some(at(step as Micros * series.step_us))
            }
            Origin::End => Some(at(report.at_us)),
            Origin::Request { .. } | Origin::FirstFailed { .. } | Origin::Program => None,
        }
    }
}

/// What one pass over all records finds.
struct Found<'a> {
    measures: &'a [Measure],
    values: &'a [Option<u64>],
    /// For each latency measure, the nearest request so far, and its distance.
    requests: Vec<Option<(Micros, Moment)>>,
    /// The first read and the first write that failed.
    failed: [Option<Moment>; 2],
    /// The first read of a value that the database will never hold.
    phantom: Option<Moment>,
    ledger: &'a Ledger,
}

impl<'a> Found<'a> {
    fn new(measures: &'a [Measure], values: &'a [Option<u64>], ledger: &'a Ledger) -> Found<'a> {
        let requests = vec![None; measures.len()];
        Found { measures, values, requests, failed: [None, None], phantom: None, ledger }
    }

    fn see(&mut self, at_us: Micros, event: Event) {
        match event {
            Event::Ended { op, kind, started_us, outcome, .. } => {
                let took_us = at_us - started_us;
                let well = matches!(outcome, RequestEnd::Returned(_));
                if !well {
                    let failed = &mut self.failed[usize::from(kind.writes())];
                    failed.get_or_insert_with(|| Moment { at_us, op: Some(op.label()) });
                }
                let each = self.measures.iter().zip(self.values).zip(&mut self.requests);
                for ((measure, value), nearest) in each {
                    let (Some(value), Origin::Request { writes, failed_too }) =
                        (*value, measure.origin)
                    else {
                        continue;
                    };
                    let far = took_us.abs_diff(value);
                    let nearer = nearest.as_ref().is_none_or(|(best, _)| far < *best);
                    if writes == kind.writes() && (well || failed_too) && nearer {
                        *nearest = Some((far, Moment { at_us, op: Some(op.label()) }));
                    }
                }
            }
            Event::Judged {
                op, value, verdict: ReadVerdict::Dirty | ReadVerdict::Phantom, ..
            } if self.phantom.is_none() && self.ledger.is_phantom(value.origin) => {
                self.phantom = Some(Moment { at_us, op: Some(op.label()) });
            }
            _ => {}
        }
    }
}
