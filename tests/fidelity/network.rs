//! Messages that are lost, and tried again.

use serde_json::json;

use crate::row::{Length, Row, several};
use crate::runs::*;

/// Each message is lost with probability p, so a try succeeds with q = (1 − p)²
/// and a request takes a geometric number of them, up to the limit of 20
/// retries. Of each try the request arrives with 1 − p and asks the database.
pub fn rows(length: Length) -> Vec<Row> {
    let (rate, loss, most) = (50.0, 0.1, 20);
    let mut topology = at_once();
    topology["network"]["links"] = json!({
        "client-app": {"latency": constant(0), "loss_ppm": (loss * 1e6) as u32},
    });
    topology["clients"] = json!({"timeout_us": 10_000, "retries": most, "backoff_us": 0});
    let load = json!([poisson("readers", rate, 1_000)]);
    let seconds = length.pick(60.0, 2_000.0);
    let scenario = scenario(json!({"strategy": "no-cache"}), topology, load, seconds);
    let fails: f64 = 1.0 - (1.0 - loss) * (1.0 - loss);
    let retries: f64 = (1..=most).map(|k| fails.powi(k)).sum();
    let [retried, asked] = several(|seed| {
        let mut retried = 0;
        let run = watch(&scenario, seed, |record| {
            retried += u32::from(matches!(record.event, stalemate::event::Event::Retried { .. }));
        });
        let report = run.report();
        let each = |count: f64| count / report.reads.total as f64;
        [each(f64::from(retried)), each(report.database.reads as f64)]
    });
    vec![
        Row::new(
            "retries of a request, 10 % of messages lost",
            "(1 − q)/q, q = (1 − p)²",
            "geometric",
            retries,
            retried,
        ),
        Row::new(
            "database reads of a request, likewise",
            "(1 − p)/q = 1/(1 − p)",
            "geometric",
            (1.0 + retries) * (1.0 - loss),
            asked,
        ),
    ]
}
