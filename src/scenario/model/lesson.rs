//! A lesson: what a learner reads, predicts, does and sees, step by step.
//!
//! No answer stands in it. Which one is right, conditions on the run say once
//! the engine has played.

use serde::{Deserialize, Serialize};

use super::action::Action;
use super::expect::{Compares, Expectation};
use super::rule::{Any, Between, Free, List, NAME, Nested, Prose, Slug, number, rules, text};
use super::{Question, StrategyUse};
use crate::page::Panel;
use crate::scenario::tagged::tagged;
use crate::time::{Micros, SECOND_US};

/// A guided lesson about the run that the scenario begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Its name in what is kept of a learner's way through it.
    pub id: String,
    /// What a learner can do afterwards, in a sentence.
    pub objective: String,
    /// Whom it is for, and what they should know already.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub audience: String,
    /// How long it takes, about.
    #[serde(default = "ten")]
    pub minutes: u32,
    /// What it is about.
    pub group: LessonGroup,
    /// Its place among lessons in the order of difficulty, the easiest first.
    #[serde(default = "first")]
    pub order: u32,
    /// What is done, in order.
    pub steps: Vec<LessonStep>,
}

fn ten() -> u32 {
    10
}

fn first() -> u32 {
    1
}

rules!(Lesson {
    id: Slug,
    objective: text(1, 500),
    audience: text(0, 500),
    minutes: number(1, 120),
    group: Any("a group of lessons"),
    order: number(1, 1_000),
    steps: Between(1, 50, Nested),
});

/// What a lesson is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LessonGroup {
    CacheAside,
    ReadThrough,
    WriteThrough,
    WriteBehind,
    WriteAround,
    Ttl,
    Mixing,
    FixingTheRaces,
    Choose,
    Transactions,
    Tiers,
    EveryOrder,
}

impl Free for LessonGroup {}

/// One step. Where it asks something, its actions are done and the run goes on
/// once the answer is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LessonStep {
    /// What it is headed with.
    pub title: String,
    /// What it says, as Markdown: paragraphs, emphasis, code, lists and links.
    pub text: String,
    /// Where given, the run begins again with this step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restart: Option<Restart>,
    /// What is done, at times counted from where the step begins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// How far the run goes on in this step.
    #[serde(default, skip_serializing_if = "Play::is_usual")]
    pub play: Play,
    /// What to look at.
    #[serde(default, skip_serializing_if = "Watch::is_nothing")]
    pub watch: Watch,
    /// What the learner predicts before the run goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// What the learner brings about with their own hands. The step goes on until
    /// they have, so `actions` and `play` do not go with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
    /// What it says once the run has gone on, as Markdown; `{path}` stands for a
    /// value that was measured.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub after: String,
}

/// The longest text of a step.
pub(super) const PROSE: Prose = Prose { least: 1, most: 4_000, facts: false };

/// … and of what follows it, which may quote facts.
pub(super) const QUOTING: Prose = Prose { least: 0, most: 4_000, facts: true };

/// A constant, since the step has a field of the rule's name.
const TITLE: super::rule::Text = text(1, 100);

rules!(LessonStep {
    title: TITLE,
    text: PROSE,
    restart: Nested,
    actions: List(100, Nested),
    play: Nested,
    watch: Nested,
    question: Nested,
    goal: Nested,
    after: QUOTING,
});

/// A run that begins again: the scenario's, with other strategies.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Restart {
    /// What serves which keys from now on; empty: what the scenario says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strategies: Vec<StrategyUse>,
}

rules!(Restart { strategies: List(16, Nested) });

/// How far a run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "until")]
pub enum Play {
    /// So long.
    Time { for_us: Micros },
    /// Until the step's actions are done and no request, task or message is
    /// under way, but no longer than this.
    Quiet {
        #[serde(default = "minute")]
        most_us: Micros,
    },
    /// Until something goes wrong, but no longer than this. Actions that have not
    /// come by then are not done.
    Problem {
        #[serde(default = "minute")]
        most_us: Micros,
    },
}

/// How long a step waits for silence or for a problem, unless it says otherwise.
const MINUTE_US: Micros = 60 * SECOND_US;

#[cfg(not(target_arch = "wasm32"))]
fn minute() -> Micros {
    MINUTE_US
}

/// A step's own time: an hour at most, so that a page is never long at it.
const STEP: super::rule::Number = super::rule::Number {
    least: 0,
    most: 3_600 * SECOND_US as i64,
    unit: " microseconds (up to one hour)",
};

tagged!(Play by "until" as PlayFields {
    /// How long.
    for_us: Micros = STEP,
    /// The longest that it takes.
    most_us: Micros = STEP,
}
    Time { for_us },
    Quiet { most_us = MINUTE_US },
    Problem { most_us = MINUTE_US },
);

impl Default for Play {
    fn default() -> Play {
        Play::Quiet { most_us: MINUTE_US }
    }
}

impl Play {
    fn is_usual(&self) -> bool {
        *self == Play::default()
    }

    /// The longest that the run goes on.
    pub fn most_us(&self) -> Micros {
        match *self {
            Play::Time { for_us } => for_us,
            Play::Quiet { most_us } | Play::Problem { most_us } => most_us,
        }
    }
}

/// What to look at in the page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// Keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// A part of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub panel: Option<Panel>,
}

rules!(Watch { keys: List(20, NAME), panel: Any("a part of the page") });

impl Watch {
    fn is_nothing(&self) -> bool {
        *self == Watch::default()
    }
}

impl Free for Panel {}

/// What a learner brings about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// What holds of the run once they have: all of it, at one instant.
    pub when: Vec<Expectation>,
    /// A push in the right direction, as Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// One way to do it, at times counted from when it is asked for.
    pub solution: Vec<Action>,
}

rules!(Goal {
    when: CONDITIONS,
    hint: Prose { least: 0, most: 1_000, facts: false },
    solution: Between(1, 100, Nested),
});

/// What is compared, for questions and goals alike.
pub(super) const CONDITIONS: Between<Compares> = Between(1, 8, Compares);
