//! The scheduler of real servers: does the model behave like a real Redis, Memcached and PostgreSQL?
//!
//! A run is played in real time, and a real Redis (or Valkey), a real Memcached and a real PostgreSQL
//! do what its stores do.
//!
//! **What is real.** The servers, their processes, their memory and their disk; the client
//! libraries; the bytes of each request and reply on a socket; the order in which they reach the
//! servers; time, and with it every TTL. A program gets the servers' answers. A server that was
//! started for the run is killed and restarted when the scenario says so.
//!
//! **What is not.** App servers, worker and clients are those of the model, in this one process,
//! and so are queues, locks, waiting for leases, the app servers' own caches, channels and
//! replicas of the database. The scenario decides how long a message takes, and whether it arrives: the proxy
//! between client and server (`line.rs`) holds each request and each reply until the world delivers
//! it. So a server works on one thing at a time, except for statements that wait for a row; a race
//! is replayed message by message, not waited for.
//!
//! **What is compared.** The model's stores work as usual beside the servers: the judge reads them
//! to know which write made a value, which a server cannot say. Each answer is compared with the
//! model's when its client gets it, and the final contents are compared as well; each
//! [`Difference`] is a finding. After a difference, the program continues with the server's answer.
//!
//! - `run.rs`: plays a run; `carry.rs`: calls, `settle.rs`: answers, `fault.rs`: crashes
//! - `nodes.rs`, `replication.rs`: nodes of a cache, and their replicas; `tracking.rs`: readers that
//!   a cache notifies
//! - `room.rs`: several runs at the same time
//! - `line.rs`, `frame.rs`, `client.rs`: a connection through the proxy; `wire.rs`: one that brings
//!   what nobody has asked for
//! - `cache.rs`, `memcached.rs`, `database.rs`: calls as commands and statements, `value.rs`: their
//!   values; `foreign_key.rs`: what the rows' table checks
//! - `servers.rs`, `private.rs`, `address.rs`: the servers
//! - `measure.rs`: how long the servers take here
//! - `agree.rs`, `outcome.rs`: the comparison, and its results

mod address;
mod agree;
mod cache;
mod carry;
mod client;
mod contents;
mod database;
mod error;
mod exchange;
mod fault;
mod foreign_key;
mod frame;
mod line;
mod measure;
mod memcached;
mod nodes;
mod outcome;
mod private;
mod replication;
mod room;
mod run;
mod servers;
mod settle;
mod tracking;
mod value;
mod wire;

pub use error::LiveError;
pub use measure::{Measured, Times, measure};
pub use outcome::{Difference, Outcome};
pub use room::Room;
pub use run::{Options, play};
pub use servers::Servers;
