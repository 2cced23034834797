//! The only code of the page that uses the browser.

pub mod alarm;
pub mod chunk;
pub mod dom;
pub mod download;
pub mod frames;
pub mod host;
pub mod source;
pub mod storage;
pub mod theme;
pub mod visit;
pub mod work;
pub mod workers;
