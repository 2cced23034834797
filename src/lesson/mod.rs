//! Lessons: predict, then see.
//!
//! A lesson is data in a scenario ([`scenario::Lesson`](crate::scenario::Lesson)). A [`Course`] is
//! a checked lesson; a [`Guide`] leads a learner through it, over a
//! [`Timeline`](crate::simulate::timeline::Timeline) that the page shows. At a question the run
//! waits for the answer; then the engine continues, and its result says which answer is right. No
//! answer key is stored anywhere.
//!
//! # What conditions can name
//!
//! Everything in a run's report, and these facts. A scenario's `expect` can name the same, except
//! for `step`:
//!
//! | path | what it is |
//! | --- | --- |
//! | `keys.<key>.state` | cold, in sync, stale, ahead or phantom |
//! | `keys.<key>.cache.value`, `.version`, `.set_us`, `.expires_us` | what the cache holds of the key; `null`: nothing |
//! | `keys.<key>.database.value`, `.version`, `.committed_us` | what the database holds of it |
//! | `keys.<key>.queued` | its writes that wait in queues |
//! | `clients.<name>.read.…`, `clients.<name>.write.…` | a client's latest read, and its latest request that changes something |
//! | `requests.<label>.…` | a request by the label in the log: `requests.R3.value` |
//! | `queues[0].depth`, `.dead_letters`, `.name`, `.place` | the queues, in the order of the strategies |
//! | `step.reads.…`, `step.writes.…`, `step.database.…`, `step.cache.…`, `step.queue.…` | the report's totals, of this step alone |
//! | `step.took_us.read.max`, `.min`, `step.took_us.write.…` | the slowest and the fastest request that ended well in this step |
//! | `step.violations` | what went wrong in this step |
//!
//! A request has these fields: `.value` (read or written), `.key`, `.client`, `.ended`, `.failed`,
//! `.hit` (it was answered without the database), `.verdict` (of a read: fresh, stale, dirty,
//! phantom or failed), `.stale_us` and `.versions_behind` (of a stale one), `.fate` (of a write:
//! committed, pending, cache only, lost or not acknowledged), `.started_us`, `.ended_us` and
//! `.took_us`. A request that was never made has `null` in all of them.

mod course;
mod error;
mod facts;
mod guide;
mod progress;
mod rehearse;
mod reveal;
mod statement;
mod teacher;

pub use course::{Course, Words};
pub use error::{AnswerError, ProgressError, StepError};
pub use facts::{Facts, Since, example_of_facts, judge};
pub use guide::{Guide, Played};
pub use progress::{Answer, Given, Progress, VERSION};
pub use rehearse::{Rehearsal, Rehearsed, any_answer, rehearse};
pub use reveal::{Chosen, Measured, Reveal};
pub use statement::{
    Attribution, AttributionError, BASE, Stamp, XapiStatement, answered, completed,
};
pub use teacher::{Links, Section, page, sections};
