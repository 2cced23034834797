//! Any scenario, and any action: for properties.

use proptest::prelude::*;
use serde_json::{Value, json};

pub const STRATEGIES: &[&str] = &[
    "no-cache",
    "cache-aside",
    "cache-aside-update",
    "cache-aside-ignore",
    "read-through",
    "write-through",
    "write-through-cache-first",
    "write-behind",
    "write-behind-app",
    "write-behind-durable",
    "write-behind-in-order",
    "write-behind-retry-at-back",
    "write-behind-pop-first",
    "write-around",
    "refresh-ahead",
    "stale-while-revalidate",
    "single-flight",
    "leases",
    "versioned-set",
    "delayed-double-delete",
    "ttl-jitter",
    "probabilistic-early-expiration",
    "write-through-cache-aside",
    "change-data-capture",
];

pub fn action() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec!["a", "b", "c"]);
    let app = 0..2u16;
    let link = prop::sample::select(vec![
        "client-app",
        "app-cache",
        "app-database",
        "cache-database",
        "cache-worker",
        "worker-database",
        "database-replica",
    ]);
    let how = prop::sample::select(vec!["error", "lost-request", "lost-reply"]);
    let store = prop::sample::select(vec!["cache", "database", "queue"]);
    let plain = prop::sample::select(vec![
        "kill-cache",
        "restart-cache",
        "flush-cache",
        "stop-database",
        "restore-database",
        "stop-replica",
        "restore-replica",
        "crash-worker",
        "restart-worker",
    ]);
    prop_oneof![
        4 => key.clone().prop_map(|key| json!({"do": "read", "key": key})),
        4 => key.clone().prop_map(|key| json!({"do": "write", "key": key})),
        2 => key.clone().prop_map(|key| json!({"do": "delete", "key": key})),
        1 => key.clone().prop_map(|key| json!({"do": "outside-write", "key": key})),
        1 => key.clone().prop_map(|key| json!({"do": "outside-delete", "key": key})),
        1 => key.clone().prop_map(|key| json!({"do": "evict", "key": key})),
        1 => key.prop_map(|key| json!({"do": "expire", "key": key})),
        3 => plain.prop_map(|what| json!({"do": what})),
        1 => app.clone().prop_map(|app| json!({"do": "crash-app", "app": app})),
        1 => app.prop_map(|app| json!({"do": "restart-app", "app": app})),
        1 => link.clone().prop_map(|link| json!({"do": "cut", "link": link})),
        1 => link.prop_map(|link| json!({"do": "heal", "link": link})),
        1 => (1_000..1_000_000u32).prop_map(|f| json!({"do": "slow-database", "factor_milli": f})),
        1 => (store, how).prop_map(|(store, how)| json!({"do": "fail-next", "store": store, "how": how})),
    ]
}

/// What mends everything, at 5 s.
fn mended() -> Vec<Value> {
    let mut all = Vec::new();
    for what in ["restore-cache", "restore-database", "restore-replica", "restart-worker"] {
        all.push(json!({"at_us": 5_000_000, "do": what}));
    }
    for app in 0..2 {
        all.push(json!({"at_us": 5_000_000, "do": "restart-app", "app": app}));
    }
    for link in stalemate::scenario::LinkName::ALL {
        all.push(json!({"at_us": 5_000_000, "do": "heal", "link": link}));
    }
    all
}

prop_compose! {
    pub fn any_scenario()(
        strategy in prop::sample::select(STRATEGIES),
        mut actions in prop::collection::vec((0..5_000_000u64, action()), 1..40),
        seed in 0..1_000u64,
        spread in prop::bool::ANY,
        loss in prop_oneof![3 => Just(0u32), 1 => Just(50_000u32)],
        retries in 0..3u32,
        connections in 1..4u32,
        capacity in prop_oneof![Just(Value::Null), Just(json!(2))],
        eviction in prop::sample::select(vec!["allkeys-lru", "allkeys-random", "volatile-ttl"]),
        snapshot in prop_oneof![Just(Value::Null), Just(json!(700_000))],
        service in prop_oneof![2 => Just(0u64), 1 => Just(300)],
    ) -> Value {
        actions.sort_by_key(|(at_us, _)| *at_us);
        let actions = actions.into_iter().map(|(at_us, mut action)| {
            action["at_us"] = json!(at_us);
            action
        });
        let latency = match spread {
            true => json!({"kind": "exponential", "mean_us": 400}),
            false => json!({"kind": "constant", "us": 250}),
        };
        json!({
            "version": 1,
            "seed": seed,
            "duration_us": 200_000_000,
            "strategies": [{"strategy": strategy}],
            "rows": {"each": {"a": 0, "b": 0}},
            "actions": actions.chain(mended()).collect::<Vec<_>>(),
            "topology": {
                "replica": {},
                "cache": {
                    "capacity": capacity,
                    "eviction": eviction,
                    "snapshot_every_us": snapshot,
                    "service": {"kind": "constant", "us": service},
                },
                "database": {"connections": connections},
                "clients": {"retries": retries, "timeout_us": 2_000_000},
                "network": {"default": {"latency": latency, "loss_ppm": loss}},
            },
        })
    }
}
