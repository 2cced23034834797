//! Scenarios that come with the playground.
