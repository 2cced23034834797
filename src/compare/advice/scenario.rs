//! The scenario that shows whether needs are met.

use serde_json::{Value as Json, json};

use super::{Breakage, Needs};
use crate::scenario::Scenario;
use crate::time::{Micros, SECOND_US};

/// A run lasts this long, or longer for [`ENOUGH`] requests of each kind.
const SHORTEST_S: f64 = 40.0;
const LONGEST_S: f64 = 86_400.0;

/// Reads, and writes, from which a run shows something.
const ENOUGH: f64 = 40.0;

/// The most requests of a run that is longer than the shortest.
const MOST_REQUESTS: f64 = 400_000.0;

/// How long a fault lasts.
const BROKEN_US: Micros = 1_500_000;

/// When the burst comes.
const BURST_US: Micros = 5 * SECOND_US;

impl Needs {
    /// The scenario that candidates run: forty seconds of requests, or as many as forty reads and
    /// forty writes take; the burst at 5 s, and the faults for a second and a half after the
    /// [middle](Needs::breaks_us).
    pub fn scenario(&self) -> Scenario {
        let mut each = json!({});
        if self.burst.is_some() {
            each["hot:0"] = 0.into();
        }
        let keys = self.keys.max(1);
        let document = json!({
            "title": "What is needed",
            "duration_us": self.duration_us(),
            "topology": {"cache": match self.capacity {
                Some(capacity) => json!({"capacity": capacity}),
                None => json!({}),
            }},
            "rows": {"each": each, "ranges": [{"prefix": "item:", "count": keys, "value": 0}]},
            "workloads": self.workloads(),
            "actions": self.actions(),
        });
        Scenario::parse(&document.to_string()).expect("it has the document's shape")
    }

    /// When the faults begin: half a second after the middle, between two flushes.
    pub fn breaks_us(&self) -> Micros {
        self.duration_us() / 2 + SECOND_US / 2
    }

    fn duration_us(&self) -> Micros {
        let rates = [self.reads, self.writes].into_iter().filter(|rate| *rate > 0.0);
        let rarer = rates.fold(f64::INFINITY, f64::min);
        let most_s = (MOST_REQUESTS / (self.reads + self.writes)).clamp(SHORTEST_S, LONGEST_S);
        // whole seconds, an even number: flushes come every second
        let seconds = libm::ceil((ENOUGH / rarer).clamp(SHORTEST_S, most_s) / 2.0) * 2.0;
        seconds as Micros * SECOND_US
    }

    /// The requests. The share of reads in a workload is in thousandths: where that is too coarse,
    /// the rarer kind comes with as many of the other, from clients that do both, and the rest of
    /// the other kind by itself.
    fn workloads(&self) -> Json {
        let all = self.reads + self.writes;
        let rarer = self.reads.min(self.writes);
        let permille = if all > 0.0 { (self.reads * 1_000.0 / all).round() } else { 0.0 };
        let is_close = (permille * all / 1_000.0 - self.reads).abs() * 100.0 <= rarer;
        if is_close {
            return json!([self.workload("users", all, permille as u32)]);
        }
        let (rest, permille) = match self.reads > self.writes {
            true => (self.reads - self.writes, 1_000),
            false => (self.writes - self.reads, 0),
        };
        json!([self.workload("users", 2.0 * rarer, 500), self.workload("others", rest, permille),])
    }

    fn workload(&self, name: &str, per_second: f64, read_permille: u32) -> Json {
        json!({
            "name": name,
            "arrivals": {"kind": "poisson", "per_second": per_second.clamp(0.000_001, 1_000_000.0)},
            "keys": {"prefix": "item:", "count": self.keys.max(1)},
            "read_permille": read_permille,
        })
    }

    fn actions(&self) -> Vec<Json> {
        let mut actions = Vec::new();
        if let Some(times) = self.burst {
            actions.push(json!({"at_us": BURST_US, "do": "read", "key": "hot:0", "times": times}));
        }
        let breaks_us = self.breaks_us();
        for fault in &self.faults {
            let both = breaks_and_mends(*fault);
            for (at_us, mut action) in [breaks_us, breaks_us + BROKEN_US].into_iter().zip(both) {
                action["at_us"] = at_us.into();
                actions.push(action);
            }
        }
        actions
    }
}

fn breaks_and_mends(fault: Breakage) -> [Json; 2] {
    match fault {
        Breakage::Cache => [json!({"do": "kill-cache"}), json!({"do": "restart-cache"})],
        Breakage::App => {
            [json!({"do": "crash-app", "app": 0}), json!({"do": "restart-app", "app": 0})]
        }
        Breakage::Worker => [json!({"do": "crash-worker"}), json!({"do": "restart-worker"})],
        Breakage::SlowDatabase => [
            json!({"do": "slow-database", "factor_milli": 100_000}),
            json!({"do": "restore-database"}),
        ],
    }
}
