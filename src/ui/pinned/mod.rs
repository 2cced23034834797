//! What stays in sight while the page scrolls: time controls and messages.

pub mod compact;
pub mod notices;
pub mod seek;
pub mod toolbar;
pub mod welcome;
