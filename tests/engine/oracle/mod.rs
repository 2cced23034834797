//! A second judge, slow and simple, that sees what clients and stores saw: values and
//! times, and neither who made a value nor what of.
//!
//! Where several writes may have made a value it tries them all (`search.rs`): a verdict
//! must be one of those that some way explains; where all ways agree, it must be that
//! one. Of registers it tries every order of the operations. Of counters it adds up:
//! where nothing is said to be lost, overwritten, applied twice, given up or under way, a
//! row is what it was and all acknowledged increments. `make oracle` plays 100,000
//! scenarios (`scenarios.rs`).

mod scenarios;
mod search;
mod seen;

use std::collections::{BTreeMap, BTreeSet};

use stalemate::event::ReadVerdict;
use stalemate::history::ViolationKind;
use stalemate::simulate::Simulation;
use stalemate::strategy::value::Scalar;
use stalemate::world::Kind;

use crate::support::{log, run};
pub use scenarios::{Design, scenario};
use search::{Source, Told, Way};
use seen::{Seen, Sight};

type Counts = BTreeMap<&'static str, u64>;

/// Whether some order of a register's operations explains them.
fn is_explained(all: &[Seen], initial: Scalar) -> bool {
    fn go(
        all: &[Seen],
        done: u32,
        holds: usize,
        initial: Scalar,
        dead: &mut BTreeSet<(u32, usize)>,
    ) -> bool {
        let left = || (0..all.len()).filter(|at| done & (1 << at) == 0);
        let Some(first_end) = left().filter_map(|at| all[at].end).min() else { return true };
        if !dead.insert((done, holds)) {
            return false;
        }
        let value = match holds {
            0 => initial,
            at if all[at - 1].kind == Kind::Delete => Scalar::None,
            at => all[at - 1].value,
        };
        left().filter(|at| all[*at].start <= first_end).any(|at| match all[at].kind {
            Kind::Read => {
                all[at].end.is_some() && all[at].value == value && {
                    go(all, done | 1 << at, holds, initial, dead)
                }
            }
            _ => go(all, done | 1 << at, at + 1, initial, dead),
        })
    }
    go(all, 0, 0, initial, &mut BTreeSet::new())
}

/// Each way in which what a read returned may have come about.
fn ways(run: &Simulation, sight: &Sight, read: &Seen) -> Vec<Way> {
    let name = run.names().text(read.key);
    if &*name != "sum" {
        let sources = sight.sources(read.key, read.value, read);
        return sources.into_iter().map(|source| vec![source]).collect();
    }
    let Scalar::Int(sum) = read.value else { return Vec::new() };
    let find = |name| run.names().find(name).expect("a row");
    let (a, b) = (find("a"), find("b"));
    let of = |key| -> Vec<(Source, i64)> {
        let mut values = vec![sight.initial(key)];
        values.extend(sight.on(key).filter(|seen| seen.kind == Kind::Write).map(|seen| seen.value));
        let numbers: BTreeSet<i64> = values
            .into_iter()
            .filter_map(|value| if let Scalar::Int(number) = value { Some(number) } else { None })
            .collect();
        let of_value = |number: i64| -> Vec<(Source, i64)> {
            let sources = sight.sources(key, Scalar::Int(number), read);
            sources.into_iter().map(|source| (source, number)).collect()
        };
        numbers.into_iter().flat_map(of_value).collect()
    };
    let (of_a, of_b) = (of(a), of(b));
    let pairs = of_a.iter().flat_map(|one| of_b.iter().map(move |other| (one, other)));
    let fitting = pairs.filter(|(one, other)| one.1 + other.1 == sum);
    fitting.map(|(one, other)| vec![one.0, other.0]).collect()
}

/// What of a read must be, and may be.
fn compare_read(
    run: &Simulation,
    sight: &Sight,
    at: usize,
    count: &mut impl FnMut(&'static str, bool),
) -> Result<(), String> {
    let (op, read) = sight.operations[at];
    let Some(verdict) = read.verdict else { return Ok(()) };
    let ways = ways(run, sight, &read);
    let is = |may: &[Told], is: bool| match (may.contains(&Some(true)), may.contains(&Some(false)))
    {
        _ if may.contains(&None) => None,
        (true, true) => None,
        (yes, _) => Some(yes == is),
    };
    let label = op.label();
    if ways.is_empty() {
        let unexplained = !matches!(verdict, ReadVerdict::Fresh | ReadVerdict::Stale { .. });
        count("reads that nothing explains", true);
        return unexplained.then_some(()).ok_or(format!("{label}: nothing explains {verdict:?}"));
    }
    let ahead: Vec<Told> = ways.iter().map(|way| sight.is_ahead(way, &read)).collect();
    let stale: Vec<Told> = ways.iter().map(|way| sight.is_stale(way, &read)).collect();
    let is_ahead = matches!(verdict, ReadVerdict::Dirty | ReadVerdict::Phantom);
    let is_stale = matches!(verdict, ReadVerdict::Stale { .. });
    // of nothing, that which explains most
    let forgiven = read.value == Scalar::None && stale.contains(&Some(false));
    if let Some(right) = is(&ahead, is_ahead) {
        count("reads told: ahead or not", true);
        if !right && !(read.value == Scalar::None) {
            return Err(format!("{label}: {verdict:?}, and ahead: {ahead:?}"));
        }
    }
    if forgiven && is_stale {
        return Err(format!("{label}: {verdict:?}, and nothing may be new"));
    }
    if let Some(right) = is(&stale, is_stale)
        && !is_ahead
        && !forgiven
    {
        count("reads told: stale or not", true);
        if !right {
            return Err(format!("{label}: {verdict:?}, and stale: {stale:?}"));
        }
        if let (ReadVerdict::Stale { for_us, .. }, [way]) = (verdict, &ways[..])
            && way.len() == 1
        {
            let since_us = sight.stale_since(way, &read);
            count("reads told: for how long", since_us.is_some());
            if since_us.is_some_and(|since_us| since_us + for_us != read.start_us) {
                return Err(format!("{label}: stale for {for_us}, and it is since {since_us:?}"));
            }
        }
    }
    let own = sight.misses_own(&ways, &read);
    if let Some(own) = own {
        count("reads told: own writes", true);
        if own != sight.not_own.contains(&op) {
            return Err(format!("{label}: own writes missed: {own}"));
        }
    }
    let mut back = Some(false);
    for (_, earlier) in &sight.operations {
        let is_earlier =
            earlier.kind == Kind::Read && earlier.client == read.client && earlier.is_before(&read);
        if is_earlier && back != Some(true) {
            let before = self::ways(run, sight, earlier);
            back = match (sight.goes_back(&before, &ways, &read), back) {
                (Some(true), _) => Some(true),
                (None, _) | (_, None) => None,
                _ => Some(false),
            };
        }
    }
    if let Some(back) = back {
        count("reads told: going back", true);
        if back != sight.not_monotonic.contains(&op) {
            return Err(format!("{label}: goes back: {back}"));
        }
    }
    Ok(())
}

/// Which acknowledged writes must be lost, and which cannot be.
fn compare_losses(
    run: &Simulation,
    sight: &Sight,
    count: &mut impl FnMut(&'static str, bool),
) -> Result<(), String> {
    let violations = run.history().ledger().violations();
    let is_gone = |kind| matches!(kind, ViolationKind::LostWrite | ViolationKind::GivenUp);
    for (op, write) in &sight.operations {
        let Some(end) = write.end.filter(|_| write.kind == Kind::Write) else { continue };
        if write.client.is_none() {
            continue;
        }
        let lost = violations.iter().any(|each| each.op == *op && is_gone(each.kind));
        let states = sight.rows.get(&write.key).map_or(&[][..], |states| &states[..]);
        let has_come = |of: &Seen| {
            let value = if of.kind == Kind::Delete { Scalar::None } else { of.value };
            states.iter().any(|state| state.at >= of.start && state.value == value)
        };
        let alike = sight
            .on(write.key)
            .filter(|seen| seen.kind == Kind::Write && seen.value == write.value);
        let is_alone = alike.count() == 1;
        if has_come(write) && is_alone {
            count("writes told: there", true);
            if lost {
                return Err(format!("{} is lost, and the row held it", op.label()));
            }
            continue;
        }
        let later = sight.on(write.key).filter(|seen| {
            seen.kind != Kind::Read && seen.start != write.start && !seen.is_before(write)
        });
        let is_covered = later.into_iter().any(|seen| seen.kind == Kind::Delete || has_come(seen));
        let cached = run.world().caches().values().any(|cache| {
            cache.peek(write.key).is_some_and(|entry| entry.value.scalar == write.value)
        });
        if is_alone && !is_covered && !cached && end > write.start {
            count("writes told: lost", true);
            if !lost {
                return Err(format!("{} is not lost, and is nowhere", op.label()));
            }
        }
    }
    Ok(())
}

/// Of a counter: whether its sum is right where nothing is said to be wrong, and whether
/// the reads of it are fresh.
fn compare_sum(
    run: &Simulation,
    sight: &Sight,
    count: &mut impl FnMut(&'static str, bool),
) -> Result<(), String> {
    let report = run.report();
    let writes = &report.writes;
    let key = run.names().find("k").expect("it is used");
    let bad = writes.lost + writes.lost_update + writes.applied_twice + writes.given_up;
    let added = sight.on(key).filter(|seen| seen.kind == Kind::Increment);
    let added = added.filter_map(|seen| match seen.value {
        Scalar::Int(by) => Some(by),
        _ => None,
    });
    let added: i64 = added.sum();
    let row = run.world().database().read(key).map(|row| row.value.scalar);
    let is_right = row == Some(Scalar::Int(5 + added));
    count("counter is wrong", !is_right);
    // one too few and one too many may come to the same
    let cancels = writes.applied_twice > 0 && writes.applied_twice < bad;
    // what only the cache has is neither lost nor in the row
    let settled = writes.committed + writes.lost + writes.given_up;
    let has_entry = run.world().caches().values().any(|cache| cache.peek(key).is_some());
    let is_kept = writes.acknowledged > settled && has_entry;
    count("counter is in the cache alone", is_kept);
    if writes.failed + writes.pending == 0 && is_right != (bad == 0) && !cancels && !is_kept {
        return Err(format!("{row:?}, {added} added: {writes:?}"));
    }
    let states = &sight.rows[&key];
    for (op, read) in sight.operations.iter().filter(|(_, seen)| seen.kind == Kind::Read) {
        let (Some(verdict), Some(end)) = (read.verdict, read.end) else { continue };
        let is_it = |at: &usize| states[*at].value == read.value && states[*at].at < end;
        let held: Vec<usize> = (0..states.len()).filter(is_it).collect();
        if held.is_empty() {
            count("reads told: ahead or not", true);
            if matches!(verdict, ReadVerdict::Fresh | ReadVerdict::Stale { .. }) {
                return Err(format!("{}: {verdict:?}, and the row never held it", op.label()));
            }
            continue;
        }
        // the last of them is as new as it can be; what came after it, may it have been
        // acknowledged?
        let newest = held[held.len() - 1];
        let may_be_acked = |state: &seen::State| {
            sight.on(key).any(|seen| {
                seen.kind == Kind::Increment && seen.start < state.at && seen.is_before(read)
            })
        };
        let is_stale = matches!(verdict, ReadVerdict::Stale { .. });
        let unseen = sight.on(key).any(|seen| {
            // acknowledged, and perhaps in no version at all
            seen.kind == Kind::Increment && seen.is_before(read) && bad > 0
        });
        if !unseen && !states[newest + 1..].iter().any(may_be_acked) {
            count("reads told: stale or not", true);
            if is_stale {
                return Err(format!("{}: stale, and nothing is newer", op.label()));
            }
        }
        let must_be_acked = |state: &seen::State| {
            let makers = sight.on(key).filter(|seen| {
                // it was under way, or may have been for longer than its client waited
                let is_over = seen.end.is_some_and(|end| end < state.at);
                seen.kind == Kind::Increment && seen.start < state.at && !is_over
            });
            let (mut makers, mut any) = (makers.peekable(), false);
            any |= makers.peek().is_some();
            any && makers.all(|seen| seen.is_before(read))
        };
        if bad == 0 && writes.failed == 0 && states[newest + 1..].iter().any(must_be_acked) {
            count("reads told: stale or not", true);
            if !is_stale {
                return Err(format!("{}: {verdict:?}, and something is newer", op.label()));
            }
        }
    }
    Ok(())
}

/// Plays scenarios of these seeds; how many had each verdict.
fn compare(seeds: std::ops::Range<u64>) -> Counts {
    let mut counts = Counts::new();
    let mut wrong = Vec::new();
    let first = seeds.start;
    for seed in seeds {
        let (document, design) = scenario(seed);
        let run = run(&document);
        let report = run.report();
        let (reads, writes) = (&report.reads, &report.writes);
        let mut count = |name, is: bool| *counts.entry(name).or_default() += u64::from(is);
        count("scenarios", true);
        count(design.name(), true);
        count("stale", reads.stale > 0);
        count("dirty", reads.dirty > 0);
        count("phantom", reads.phantom > 0);
        count("foreign", reads.foreign > 0);
        count("unfounded", reads.unfounded > 0);
        count("lost", writes.lost > 0);
        count("given up", writes.given_up > 0);
        count("overtaken", writes.overtaken > 0);
        count("lost update", writes.lost_update > 0);
        count("applied twice", writes.applied_twice > 0);
        count("not linearizable", report.linearizability.violated > 0);
        count("own write not read", report.sessions.read_your_writes > 0);
        count("non-monotonic read", report.sessions.monotonic_reads > 0);
        count("clean", report.violations.is_empty());
        let sight = Sight::of(&run);
        let mut findings = Vec::new();
        if design == Design::Counter {
            findings.extend(compare_sum(&run, &sight, &mut count).err());
        } else {
            for at in 0..sight.operations.len() {
                findings.extend(compare_read(&run, &sight, at, &mut count).err());
            }
            if run.is_quiet() && writes.pending == 0 {
                findings.extend(compare_losses(&run, &sight, &mut count).err());
            }
        }
        if design != Design::Counter && design != Design::Derived {
            let key = run.names().find("k").expect("it is used");
            let on: Vec<Seen> = sight.on(key).copied().collect();
            if on.len() <= 20 {
                count("keys told: linearizable or not", true);
                let explained = is_explained(&on, sight.initial(key));
                if explained == (report.linearizability.violated > 0) {
                    findings.push(format!("an order explains it: {explained}"));
                }
            }
        }
        if !findings.is_empty() {
            let findings = findings.join("\n");
            wrong.push(format!("seed {seed}\n{findings}\n{document}\n{}", log(&run)));
        }
        if (seed - first) % 10_000 == 9_999 {
            println!("{} scenarios, {} disagreements", seed - first + 1, wrong.len());
        }
    }
    print(&counts);
    let few: Vec<&str> = wrong.iter().take(8).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} disagree:\n{}", wrong.len(), few.join("\n"));
    counts
}

fn print(counts: &BTreeMap<&'static str, u64>) {
    for (name, count) in counts {
        println!("{count:>9} {name}");
    }
}

#[test]
fn the_fast_judge_agrees_with_a_slow_one() {
    let counts = compare(0..2_000);
    for verdict in [
        "stale",
        "dirty",
        "phantom",
        "lost",
        "lost update",
        "applied twice",
        "not linearizable",
        "own write not read",
        "non-monotonic read",
        "clean",
        "reads told: going back",
        "writes told: there",
    ] {
        assert!(counts[verdict] > 0, "no scenario was {verdict}");
    }
}

/// `make oracle`
#[test]
#[ignore = "it takes minutes"]
fn the_fast_judge_agrees_with_a_slow_one_in_many_scenarios() {
    compare(1_000_000..1_100_000);
}
