//! Simulation against theory: what can be worked out in a closed form, and what
//! the engine says.
//!
//! Each row is one prediction, with its derivation where it stands. It is
//! measured in ten runs that differ in their seed alone. Ten independent means
//! give a confidence interval by Student's t with nine degrees of freedom, at
//! 99.9 % so that of some fifty rows a right engine fails in none; the
//! prediction has to lie in it. So that nothing passes by being vague, the
//! interval has to be narrow, too: each row says how narrow.
//!
//! `cargo test --test fidelity` takes runs as short as that allows;
//! `make fidelity` takes long ones and prints the table. Seeds are fixed, so a
//! row that holds today fails only where the engine changes.
//!
//! Times between processes are 0 unless a row says otherwise, so that only what
//! the formula speaks of takes time.
#![cfg(not(target_arch = "wasm32"))]

mod arrivals;
mod chance;
mod eviction;
mod lifetime;
mod network;
mod queueing;
mod row;
mod runs;
mod stampede;
mod writes;

use row::{Length, Row, hold};

/// A subject of the table: a name, and its rows in runs of a length.
type Subject = (&'static str, fn(Length) -> Vec<Row>);

/// Each subject, in the order of the table, and a test of it in short runs.
macro_rules! subjects {
    ($($name:ident: $title:literal, $rows:path);* $(;)?) => {
        const SUBJECTS: &[Subject] = &[$(($title, $rows)),*];

        $(#[test]
        fn $name() {
            hold($title, &$rows(Length::Short));
        })*
    };
}

subjects! {
    lifetimes: "how long an entry lives, and what is read from it", lifetime::rows;
    evictions: "which entry goes", eviction::rows;
    stampedes: "how many load at once", stampede::rows;
    one_connection: "waiting for one connection", queueing::one_connection;
    more_connections: "waiting for one of several", queueing::more_connections;
    other_arrivals: "other arrivals, and clients who give up", arrivals::rows;
    refusals: "refused for want of room", queueing::refusals;
    closed: "users who wait for their answers", queueing::closed;
    laws: "laws that hold for every system", queueing::laws;
    writes_behind: "writes that wait for their flush", writes::rows;
    losses: "messages lost on their way", network::rows;
}

/// `make fidelity`
#[test]
#[ignore = "long runs, to be read; `make fidelity` asks for them"]
fn table() {
    println!("Ten runs each; ± is the 99.9 % confidence interval of their mean.\n");
    for (title, rows) in SUBJECTS {
        hold(title, &rows(Length::Long));
    }
}
