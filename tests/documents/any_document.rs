//! Any document: every field within its range, whether they fit together or not.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use stalemate::page::Panel;
use stalemate::scenario::*;
use stalemate::time::LONGEST_US;

const EXACT: i64 = 1 << 53;

fn time() -> impl Strategy<Value = u64> {
    prop_oneof![0..100u64, 0..=LONGEST_US]
}

fn name() -> impl Strategy<Value = String> {
    "[a-zé\"\\\\ :0-9]{1,12}"
}

/// The name of a message.
fn message() -> impl Strategy<Value = String> {
    any::<u64>().prop_map(|stamp| format!("{stamp:016x}"))
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        any::<bool>().prop_map(Literal::Bool),
        (-EXACT..=EXACT).prop_map(Literal::Int),
        any::<f64>().prop_filter("JSON has no NaN", |it| it.is_finite()).prop_map(Literal::Float),
        ".{0,20}".prop_map(Literal::Text),
    ]
}

fn latency() -> impl Strategy<Value = Latency> {
    prop_oneof![
        time().prop_map(|us| Latency::Constant { us }),
        (time(), time())
            .prop_map(|(a, b)| Latency::Uniform { low_us: a.min(b), high_us: a.max(b) }),
        time().prop_map(|mean_us| Latency::Exponential { mean_us }),
        (time(), 0..=5_000u32)
            .prop_map(|(median_us, sigma_milli)| Latency::Lognormal { median_us, sigma_milli }),
    ]
}

fn link() -> impl Strategy<Value = LinkName> {
    (0..LinkName::ALL.len()).prop_map(|at| LinkName::ALL[at])
}

fn link_settings() -> impl Strategy<Value = LinkSettings> {
    (latency(), 0..=1_000_000u32, 0..=1_000_000u32).prop_map(
        |(latency, loss_ppm, duplicate_ppm)| LinkSettings { latency, loss_ppm, duplicate_ppm },
    )
}

fn client_settings() -> impl Strategy<Value = ClientSettings> {
    (1..LONGEST_US, 0..=20u32, time()).prop_map(|(timeout_us, retries, backoff_us)| {
        ClientSettings { timeout_us, retries, backoff_us }
    })
}

/// One that is like Redis, or one that is like Memcached.
fn cache() -> BoxedStrategy<CacheSettings> {
    prop_oneof![redis(), memcached()].boxed()
}

fn memcached() -> BoxedStrategy<CacheSettings> {
    let placement = select(&[Placement::Consistent, Placement::Modulo][..]);
    let eviction = option::of(Just(Eviction::Noeviction));
    (redis(), placement, eviction)
        .prop_map(|(cache, placement, eviction)| CacheSettings {
            like: Engine::Memcached,
            placement,
            eviction,
            replica: None,
            snapshot_every_us: None,
            ..cache
        })
        .boxed()
}

fn redis() -> BoxedStrategy<CacheSettings> {
    let eviction = option::of(select(&Eviction::ALL[..]));
    let snapshot = option::of(1_000..LONGEST_US);
    let reads = select(&ReadsFrom::ALL[..]);
    let replica = (latency(), option::of(1..LONGEST_US), reads).prop_map(
        |(lag, failover_after_us, reads)| CacheReplicaSettings { lag, failover_after_us, reads },
    );
    let nodes = (1..=8u16, 0..=7u16, select(&Placement::ALL[..]), option::of(replica));
    (nodes, option::of(1..=1_000_000u32), eviction, snapshot, latency(), option::of(latency()))
        .prop_map(|(nodes, capacity, eviction, snapshot_every_us, service, latency)| {
            let (nodes, spare_nodes, placement, replica) = nodes;
            CacheSettings {
                like: Engine::Redis,
                nodes,
                spare_nodes,
                placement,
                replica,
                capacity,
                eviction,
                snapshot_every_us,
                service,
                latency,
            }
        })
        .boxed()
}

fn topology() -> impl Strategy<Value = Topology> {
    let apps = (1..=16u16, 1..=1_000_000u32, 0..=1_000_000u32)
        .prop_map(|(count, max_in_progress, backlog)| Apps { count, max_in_progress, backlog });
    let names = select(&["near", "far", "l1"][..]).prop_map(str::to_owned);
    let tracking = option::of(select(&Tracking::ALL[..]));
    let local = (option::of(1..=1_000_000u32), select(&Eviction::ALL[..]), tracking)
        .prop_map(|(capacity, eviction, tracking)| LocalSettings { capacity, eviction, tracking });
    let caches = (cache(), btree_map(names, cache(), 0..3), option::of(local)).boxed();
    let constraints =
        vec((name(), name()).prop_map(|(child, parent)| Constraint { child, parent }), 0..3);
    let bound = || option::of(1..LONGEST_US);
    let bounds = (bound(), bound(), bound());
    let database = (1..=10_000u32, bounds, latency(), latency(), constraints).prop_map(
        |(connections, (pool_wait_us, statement_timeout_us, idle), read, write, constraints)| {
            DatabaseSettings {
                idle_in_transaction_timeout_us: idle,
                connections,
                pool_wait_us,
                statement_timeout_us,
                read,
                write,
                constraints,
            }
        },
    );
    let replica = (latency(), latency()).prop_map(|(lag, read)| ReplicaSettings { lag, read });
    let network =
        (link_settings(), btree_map(link(), link_settings(), 0..3), 1..LONGEST_US, 1..LONGEST_US)
            .prop_map(|(default, links, cache_timeout_us, database_timeout_us)| NetworkSettings {
                default,
                links,
                cache_timeout_us,
                database_timeout_us,
            });
    let overrides = btree_map(name(), client_settings(), 0..3);
    (apps, caches, database, option::of(replica), network, client_settings(), overrides).prop_map(
        |(apps, caches, database, replica, network, clients, client_overrides)| {
            let (cache, caches, mut local): (_, BTreeMap<String, CacheSettings>, _) = caches;
            if [&cache].into_iter().chain(caches.values()).any(|it| it.like == Engine::Memcached) {
                // it tells nobody of changes
                local = local.map(|local: LocalSettings| LocalSettings { tracking: None, ..local });
            }
            Topology {
                apps,
                cache,
                caches,
                local,
                database,
                replica,
                network,
                clients,
                client_overrides,
            }
        },
    )
}

fn points(rates: Vec<(u64, f64)>) -> Vec<RatePoint> {
    let point = |(at_us, per_second)| RatePoint { at_us, per_second };
    rates.into_iter().map(point).collect()
}

fn workload() -> impl Strategy<Value = Workload> {
    let arrivals = prop_oneof![
        (0.000_001..=1_000_000f64).prop_map(|per_second| Arrivals::Poisson { per_second }),
        (1..LONGEST_US).prop_map(|every_us| Arrivals::Fixed { every_us }),
        (1..=10_000u32, latency()).prop_map(|(users, think)| Arrivals::Closed { users, think }),
        vec((1..LONGEST_US, 0.0..=1_000_000f64), 1..4)
            .prop_map(|rates| { Arrivals::Ramps { points: points(rates) } }),
        vec((1..LONGEST_US, 0.0..=1_000_000f64), 1..4)
            .prop_map(|rates| { Arrivals::Steps { points: points(rates) } }),
        (0.000_001..=1_000_000f64, 0..=1_000u32, 1..LONGEST_US).prop_map(
            |(per_second, swing_permille, period_us)| {
                Arrivals::Wave { per_second, swing_permille, period_us }
            }
        ),
    ];
    let keys = ("[a-z:]{0,5}", 1..=1_000_000u32, 0..=10_000u32)
        .prop_map(|(prefix, count, zipf_milli)| Keys { prefix, count, zipf_milli });
    let times = (option::of(time()), option::of(time()), option::of(1..=EXACT as u64));
    (name(), times, arrivals, keys, 0..=1_000u32, any::<bool>()).prop_map(
        |(name, (start_us, stop_us, most_requests), arrivals, keys, read_permille, increments)| {
            Workload {
                name,
                start_us,
                stop_us,
                most_requests,
                arrivals,
                keys,
                read_permille,
                increments,
            }
        },
    )
}

fn what() -> impl Strategy<Value = What> {
    let client = || option::of(name());
    let times = || 1..=10_000u32;
    let app = || 0..=15u16;
    let store = prop_oneof![
        Just(Store::Cache),
        Just(Store::Database),
        Just(Store::Replica),
        Just(Store::Queue)
    ];
    let how =
        prop_oneof![Just(Failure::Error), Just(Failure::LostRequest), Just(Failure::LostReply)];
    let plain = prop_oneof![
        Just(What::KillCache { cache: None }),
        Just(What::RestartCache { cache: None }),
        Just(What::FlushCache { cache: None }),
        Just(What::StopDatabase),
        Just(What::RestoreDatabase),
        Just(What::RestoreCache { cache: None }),
        Just(What::StopReplica),
        Just(What::RestoreReplica),
        Just(What::CrashWorker),
        Just(What::RestartWorker),
    ];
    let requests = prop_oneof![
        (name(), client(), times()).prop_map(|(key, client, times)| What::Read {
            key,
            client,
            times
        }),
        (name(), option::of(literal()), client(), times())
            .prop_map(|(key, value, client, times)| What::Write { key, value, client, times }),
        (name(), client()).prop_map(|(key, client)| What::Delete { key, client }),
        (name(), -EXACT..=EXACT, client(), times())
            .prop_map(|(key, by, client, times)| What::Increment { key, by, client, times }),
        (name(), option::of(literal())).prop_map(|(key, value)| What::OutsideWrite { key, value }),
        name().prop_map(|key| What::OutsideDelete { key }),
    ];
    prop_oneof![
        plain,
        requests,
        name().prop_map(|key| What::Evict { key, cache: None }),
        name().prop_map(|key| What::Expire { key, cache: None }),
        (0..3u8, name(), option::of(0..16u16)).prop_map(|(what, consumer, app)| match what {
            0 => What::StopConsumer { consumer, app },
            1 => What::KillConsumer { consumer, app },
            _ => What::StartConsumer { consumer, app },
        }),
        (name(), option::of(0..16u16))
            .prop_map(|(queue, app)| What::ReplayDeadLetters { queue, app }),
        (0..3u8, name()).prop_map(|(what, cache)| match what {
            0 => What::AddNode { cache },
            1 => What::RemoveNode { cache },
            _ => What::Failover { cache },
        }),
        (1..=1_000_000u32).prop_map(|factor_milli| What::SlowDatabase { factor_milli }),
        (1..=1_000_000u32).prop_map(|factor_milli| What::SlowCache { factor_milli, cache: None }),
        (store, option::of("[a-z_]{1,10}"), how, times()).prop_map(|(store, call, how, times)| {
            What::FailNext { store, cache: None, call, how, times }
        }),
        (link(), option::of(app())).prop_map(|(link, app)| What::Cut { link, app }),
        (link(), option::of(app())).prop_map(|(link, app)| What::Heal { link, app }),
        app().prop_map(|app| What::CrashApp { app }),
        app().prop_map(|app| What::RestartApp { app }),
        (0..5u8, message(), time()).prop_map(|(how, message, by_us)| match how {
            0 => What::Hold { message },
            1 => What::Release { message },
            2 => What::Deliver { message },
            3 => What::Drop { message },
            _ => What::Delay { message, by_us: by_us.max(1) },
        }),
        name().prop_map(|workload| What::StartWorkload { workload }),
        name().prop_map(|workload| What::StopWorkload { workload }),
    ]
}

fn expectation() -> impl Strategy<Value = Expectation> {
    let amount = || {
        option::of(prop_oneof![
            (-EXACT..=EXACT).prop_map(Amount::Whole),
            (-1e15..1e15).prop_map(Amount::Decimal),
        ])
    };
    let plain = prop_oneof![Just(Plain::Null), literal().prop_map(Plain::Value)];
    let path = "[a-z_]{1,9}(\\[[0-9]{1,4}\\])?(\\.[a-z_]{1,9}){0,3}";
    let compares = prop_oneof![
        plain.prop_map(|equals| (Some(equals), None, None)),
        (amount(), amount())
            .prop_filter("one is given", |(least, most)| least.or(*most).is_some())
            .prop_map(|(least, most)| (None, least, most)),
    ];
    (path, compares, ".{0,20}").prop_map(|(path, (equals, at_least, at_most), note)| Expectation {
        path,
        equals,
        at_least,
        at_most,
        note,
    })
}

fn prose() -> impl Strategy<Value = String> {
    "[A-Za-z][A-Za-z ,.]{0,30}"
}

fn question() -> impl Strategy<Value = Question> {
    let choice = || {
        (prose(), vec(expectation(), 1..3), prose()).prop_map(|(text, when, note)| Choice {
            text,
            when,
            note,
        })
    };
    let words = || ("[a-z0-9-]{1,8}", prose(), prose());
    let unit = prop_oneof![Just(Unit::Count), Just(Unit::Us), Just(Unit::Ms), Just(Unit::S)];
    let number = ("[a-z_]{1,9}(\\.[a-z][a-z0-9:-]{0,9}){0,3}", unit, 0.0..1e15);
    let guess = (-1e15..1e15, prose()).prop_map(|(value, note)| Guess { value, note });
    let guesses = vec(guess, 0..3);
    prop_oneof![
        (words(), vec(choice(), 2..4)).prop_map(|((id, prompt, explanation), choices)| {
            Question::One { id, prompt, choices, explanation }
        }),
        (words(), vec(choice(), 2..4)).prop_map(|((id, prompt, explanation), choices)| {
            Question::All { id, prompt, choices, explanation }
        }),
        (words(), number, guesses).prop_map(|((id, prompt, explanation), number, guesses)| {
            let (path, unit, within) = number;
            Question::Number { id, prompt, path, unit, within, guesses, explanation }
        }),
    ]
}

fn step() -> impl Strategy<Value = LessonStep> {
    let us = || 0..=3_600_000_000u64;
    let play = prop_oneof![
        us().prop_map(|for_us| Play::Time { for_us }),
        us().prop_map(|most_us| Play::Quiet { most_us }),
        us().prop_map(|most_us| Play::Problem { most_us }),
    ];
    let action = || (time(), what()).prop_map(|(at_us, what)| Action { at_us, what });
    let goal = (vec(expectation(), 1..3), prose(), vec(action(), 1..3))
        .prop_map(|(when, hint, solution)| Goal { when, hint, solution });
    let panel = prop_oneof![Just(Panel::Stores), Just(Panel::Ribbons), Just(Panel::Log)];
    let watch =
        (vec(name(), 0..3), option::of(panel)).prop_map(|(keys, panel)| Watch { keys, panel });
    let restart = option::of(Just(Restart::default()));
    (
        (prose(), prose(), prose(), restart),
        (vec(action(), 0..3), play, watch, option::of(question()), option::of(goal)),
    )
        .prop_map(|((title, text, after, restart), (actions, play, watch, question, goal))| {
            LessonStep { title, text, restart, actions, play, watch, question, goal, after }
        })
}

fn lesson() -> impl Strategy<Value = Lesson> {
    let group = prop_oneof![Just(LessonGroup::Ttl), Just(LessonGroup::FixingTheRaces)];
    let numbers = (1..=120u32, 1..=1_000u32);
    ("[a-z0-9-]{1,8}", prose(), ".{0,20}", numbers, group, vec(step(), 1..3)).prop_map(
        |(id, objective, audience, (minutes, order), group, steps)| Lesson {
            id,
            objective,
            audience,
            minutes,
            group,
            order,
            steps,
        },
    )
}

/// A document with any value in any field.
pub fn any_document() -> impl Strategy<Value = Scenario> {
    let truth = prop_oneof![Just(Truth::Database), Just(Truth::Cache)];
    let declared = (any::<bool>(), truth);
    let parameters = btree_map(name(), literal(), 0..3);
    let strategy = (name(), name(), option::of(".{1,40}"), parameters, declared).prop_map(
        |(prefix, strategy, source, parameters, (derived, truth))| StrategyUse {
            prefix,
            strategy,
            source,
            parameters,
            derived,
            truth,
        },
    );
    let range = (name(), 1..=1_000u32, literal()).prop_map(|(prefix, count, value)| RowRange {
        prefix,
        count,
        value,
    });
    let rows = (btree_map(name(), literal(), 0..4), vec(range, 0..3))
        .prop_map(|(each, ranges)| Rows { each, ranges });
    let entry = (name(), option::of(1..LONGEST_US), option::of(name()))
        .prop_map(|(key, ttl_us, cache)| InitialEntry { key, ttl_us, cache });
    let action = (time(), what()).prop_map(|(at_us, what)| Action { at_us, what });
    let limits = (1..=1_000_000_000u32, 1..=EXACT as u64, 1..=1_000_000u32, 1..=EXACT as u64)
        .prop_map(|(task_steps, total_steps, tasks, events)| LimitSettings {
            task_steps,
            total_steps,
            tasks,
            events,
        });
    let compared = subsequence(vec!["own", "leases", "cache-aside:TTL=5"], 2..4);
    let compared = prop_oneof![Just(Vec::new()), compared];
    let view =
        (option::of(time()), 1..=1_000_000u32, vec(name(), 0..3), vec(name(), 0..3), compared)
            .prop_map(|(at_us, speed_us_per_ms, keys, clients, compare)| ViewSettings {
                at_us,
                speed_us_per_ms,
                keys,
                clients,
                compare: compare.into_iter().map(str::to_owned).collect(),
            });
    let head = (".{0,40}", ".{0,80}", 0..=EXACT as u64, 1..LONGEST_US);
    let keep = option::of(1..=100_000_000u32);
    (
        (head, topology(), vec(strategy, 1..3), rows, vec(entry, 0..3)),
        (
            (vec(workload(), 0..3), vec(action, 0..6), vec(expectation(), 0..3)),
            (keep, limits, view, option::of(lesson())),
        ),
    )
        .prop_map(|((head, topology, strategies, rows, entries), rest)| {
            let (title, notes, seed, duration_us) = head;
            let ((workloads, actions, expect), (keep, limits, view, lesson)) = rest;
            Scenario {
                schema: if seed % 5 == 0 {
                    "scenario.schema.json".to_owned()
                } else {
                    String::new()
                },
                version: VERSION,
                title,
                notes,
                seed,
                duration_us,
                topology,
                strategies,
                rows,
                entries,
                workloads,
                actions,
                expect,
                history: HistorySettings { keep, verdicts: true },
                limits,
                view,
                lesson,
            }
        })
}
