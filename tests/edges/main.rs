//! What stands around the engine: the command line, the page's files for other
//! sites, and the source itself.
#![cfg(not(target_arch = "wasm32"))]

mod arguments;
mod cli;
mod compare;
mod embedding;
mod expect;
mod guide;
mod tidy;
