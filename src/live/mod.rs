//! The scheduler of real servers: does the model tell the truth?
//!
//! A run is played by the clock on the wall, and what a store does in it is done by a real
//! Redis (or Valkey) and a real PostgreSQL.
//!
//! **What is real.** The servers, their processes, their memory and their disk; the client
//! libraries; the bytes of each request and reply on a socket; the order in which they get to
//! the servers; time, and with it every TTL. A program is given what the server has answered.
//! A server that was started for the run is killed and started again where the scenario says
//! so. **What is not.** App servers, worker and clients are those of the model, in this one
//! process, and so are queues, locks, leases' waiting, an app server's own cache, channels and
//! replicas. How long a message is on its way, and whether it gets there, is the scenario's
//! doing: the proxy between client and server (`line.rs`) keeps each request and each reply
//! until the world delivers it. So a server works on one thing at a time, but for statements
//! that wait for a row; a race is replayed message by message, not waited for.
//!
//! **What is compared.** The model's stores do the same as ever beside the servers: the judge
//! reads them, and knows from them which write made a value, which a server cannot say. Each
//! answer is compared with the model's as its client gets it, and at the end all contents
//! are; a [`Difference`] is a finding. From then on the program goes its way with the
//! server's answer.
//!
//! - `run.rs`: plays a run; `carry.rs`: calls, `settle.rs`: answers, `fault.rs`: crashes
//! - `room.rs`: several runs at the same time
//! - `line.rs`, `frame.rs`, `client.rs`: a connection through the proxy
//! - `cache.rs`, `database.rs`: calls as commands and statements, `value.rs`: their values
//! - `servers.rs`, `private.rs`, `address.rs`: the servers
//! - `agree.rs`, `outcome.rs`: what is compared, and what came of it

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
mod frame;
mod line;
mod outcome;
mod private;
mod room;
mod run;
mod servers;
mod settle;
mod value;

pub use error::LiveError;
pub use outcome::{Difference, Outcome};
pub use room::Room;
pub use run::{Options, play};
pub use servers::Servers;
