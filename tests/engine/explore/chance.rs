//! A scheduler that goes where chance leads it, and a judge that keeps everything: neither
//! knows of the search, and what the search says holds, neither may ever see broken.

use super::{contended, programs, read, search};
use std::sync::Arc;

use serde_json::{Value, json};
use stalemate::event::Event;
use stalemate::explore::{Property, Question, Verdict};
use stalemate::history::{Forecast, History};
use stalemate::simulate::requests;
use stalemate::strategy::value::Names;
use stalemate::world::{
    Clock, Delay, Dice, Message, MessageKey, Passage, Sink, Timer, Transition, World,
};

/// Writes everything into a history.
struct Watch(History);

impl Clock for Watch {
    fn sent(&mut self, _: MessageKey, _: &Message, _: u32) {}
    fn timer(&mut self, _: Timer, _: Delay) {}
}

impl Dice for Watch {
    fn random(&mut self, _: u64) -> u64 {
        0
    }
    fn passage(&mut self, _: &Message) -> Passage {
        Passage::Arrives
    }
}

impl Sink for Watch {
    fn record(&mut self, at_us: u64, events: &[Event], names: &Names) {
        self.0.record(at_us, events, names);
    }
}

/// What a run by chance broke.
#[derive(Default)]
struct Met {
    diverged: bool,
    phantom: bool,
    lost: bool,
    stale: bool,
}

/// One run to its end, in an order of chance.
fn stroll(document: &Value, seed: &mut u64) -> Met {
    let scenario = read(document);
    let mut setup = scenario.resolve().expect("it resolves");
    let requests = requests(&scenario, 4, &mut setup.names).expect("few texts");
    setup.names.freeze();
    let mut watch = Watch(History::new(None, true));
    let mut world = World::new(Arc::new(setup), &mut watch);
    world.plan(requests);
    let mut below = |count: usize| {
        *seed =
            seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*seed >> 33) as usize % count
    };
    for now_us in 1..2_000 {
        let mut enabled = world.enabled();
        enabled.retain(|transition| match transition {
            Transition::Start(_) | Transition::Deliver(_) => true,
            Transition::Fire(timer) => {
                matches!(timer, Timer::Wake { .. } | Timer::Served { .. })
            }
            _ => false,
        });
        if enabled.is_empty() {
            break;
        }
        let next = enabled[below(enabled.len())];
        world.apply(next, now_us, &mut watch).expect("it can happen");
    }
    assert!(world.is_quiet(), "it came to rest");
    let forecast = |_, _| Forecast { until_us: None, words: String::new() };
    let counts = watch.0.report(2_000, &world.caches(), &forecast);
    Met {
        diverged: !counts.divergence.is_empty(),
        phantom: counts.reads.phantom > 0
            || counts.divergence.iter().any(|each| each.state.name() == "phantom"),
        lost: counts.writes.lost + counts.writes.overtaken > 0,
        stale: counts.reads.stale > 0,
    }
}

#[test]
fn what_holds_is_never_broken_by_chance() {
    let (mut seed, mut held, mut broken, mut seen) = (7, 0, 0, 0);
    for program in programs() {
        let mut document = contended(&program);
        // one who reads twice may see what was acknowledged in between
        let again = json!({"at_us": 1, "do": "read", "key": "k", "client": "ann"});
        document["actions"].as_array_mut().expect("a list").push(again);
        let question = Question {
            properties: Property::BUILT_IN.into_iter().collect(),
            ..Question::default()
        };
        let (_, answer) = search(&read(&document), question);
        let mut met = Met::default();
        for _ in 0..120 {
            let one = stroll(&document, &mut seed);
            met.diverged |= one.diverged;
            met.phantom |= one.phantom;
            met.lost |= one.lost;
            met.stale |= one.stale;
        }
        for outcome in &answer.results {
            let met = match outcome.property {
                Property::Converges => met.diverged,
                Property::NoPhantom => met.phantom,
                Property::NoLostWrite => met.lost,
                Property::NoStaleRead => met.stale,
                _ => continue,
            };
            match outcome.verdict {
                Verdict::Holds => {
                    held += 1;
                    assert!(!met, "{} does not hold:\n{program}", outcome.property);
                }
                Verdict::Violated => {
                    broken += 1;
                    seen += u32::from(met);
                }
                Verdict::Unknown => panic!("no answer for\n{program}"),
            }
        }
    }
    assert!(held > 60 && broken > 30, "{held} hold, {broken} are broken");
    // chance finds most of what the search finds, so it would find what the search missed
    assert!(seen * 10 > broken * 8, "chance met {seen} of {broken}");
}
