//! What a report can have, as JSON.

use serde_json::Value as Json;

use super::Failure;
use super::complaint::Complaint;
use crate::simulate::example;

/// A report with something in each of its lists.
pub(super) fn report() -> Result<Json, Failure> {
    let wrong = |why: String| Failure::from(Complaint::new("the example of a report", why));
    serde_json::to_value(example().report()).map_err(|why| wrong(why.to_string()))
}
