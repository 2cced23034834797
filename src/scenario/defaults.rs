//! What a scenario has where it says nothing: a small service of real size.

use super::model::*;
use crate::time::{MILLISECOND_US, SECOND_US};

impl Default for Scenario {
    fn default() -> Scenario {
        Scenario {
            version: VERSION,
            title: String::new(),
            notes: String::new(),
            seed: 1,
            duration_us: 60 * SECOND_US,
            topology: Topology::default(),
            strategies: vec![StrategyUse::default()],
            rows: Rows::default(),
            entries: Vec::new(),
            workloads: Vec::new(),
            actions: Vec::new(),
            history: HistorySettings::default(),
            limits: Limits::default(),
            view: View::default(),
        }
    }
}

impl Default for StrategyUse {
    fn default() -> StrategyUse {
        StrategyUse {
            prefix: String::new(),
            strategy: "cache-aside".to_owned(),
            source: None,
            parameters: Default::default(),
        }
    }
}

impl Default for Apps {
    fn default() -> Apps {
        Apps { count: 2, max_in_progress: 1_000, backlog: 1_000 }
    }
}

impl Default for CacheSettings {
    fn default() -> CacheSettings {
        CacheSettings {
            capacity: None,
            eviction: Eviction::default(),
            snapshot_every_us: None,
            service: Latency::Constant { us: 0 },
        }
    }
}

impl Default for DatabaseSettings {
    fn default() -> DatabaseSettings {
        DatabaseSettings {
            connections: 20,
            read: Latency::Constant { us: 9_500 },
            write: Latency::Constant { us: 9_500 },
            constraints: Vec::new(),
        }
    }
}

impl Default for ReplicaSettings {
    fn default() -> ReplicaSettings {
        ReplicaSettings {
            lag: Latency::Constant { us: 100 * MILLISECOND_US },
            read: Latency::Constant { us: 9_500 },
        }
    }
}

impl Default for Network {
    fn default() -> Network {
        Network {
            default: LinkSettings::default(),
            links: Default::default(),
            cache_timeout_us: SECOND_US,
            database_timeout_us: 5 * SECOND_US,
        }
    }
}

impl Default for LinkSettings {
    fn default() -> LinkSettings {
        LinkSettings { latency: Latency::Constant { us: 250 }, loss_ppm: 0 }
    }
}

impl Default for ClientSettings {
    fn default() -> ClientSettings {
        ClientSettings { timeout_us: 10 * SECOND_US, retries: 0, backoff_us: 100 * MILLISECOND_US }
    }
}

impl Default for Workload {
    fn default() -> Workload {
        Workload {
            name: "users".to_owned(),
            start_us: 0,
            stop_us: None,
            most_requests: None,
            arrivals: Arrivals::Poisson { per_second: 20.0 },
            keys: Keys::default(),
            read_permille: 900,
            increments: false,
        }
    }
}

impl Default for Keys {
    fn default() -> Keys {
        Keys { prefix: "item:".to_owned(), count: 10, zipf_milli: 990 }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            task_steps: 1_000_000,
            total_steps: 10_000_000_000,
            tasks: 100_000,
            events: 1_000_000_000,
        }
    }
}

impl Default for View {
    fn default() -> View {
        View { speed_us_per_ms: 10, keys: Vec::new(), clients: Vec::new() }
    }
}
