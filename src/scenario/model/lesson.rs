//! Lessons: what a learner reads, predicts, does and sees, step by step.
//!
//! A lesson contains no answers. Conditions on the run decide which choice is right, once the
//! engine has played.

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
    /// The name under which a learner's progress is stored.
    pub id: String,
    /// What a learner can do after the lesson, in a sentence.
    pub objective: String,
    /// The audience, and what they should already know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub audience: String,
    /// The approximate duration.
    #[serde(default = "ten")]
    pub minutes: u32,
    /// The subject.
    pub group: LessonGroup,
    /// The position in the order of difficulty, from the easiest.
    #[serde(default = "first")]
    pub order: u32,
    /// The steps, in order.
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

/// The subject of a lesson.
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
    Nodes,
}

impl Free for LessonGroup {}

/// One step. If it asks a question, its actions are done and the run continues after the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LessonStep {
    /// The heading.
    pub title: String,
    /// The text, as Markdown: paragraphs, emphasis, code, lists and links.
    pub text: String,
    /// If present, the run restarts with this step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restart: Option<Restart>,
    /// The actions, at times counted from the beginning of the step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// How far the run continues in this step.
    #[serde(default, skip_serializing_if = "Play::is_usual")]
    pub play: Play,
    /// What the page highlights.
    #[serde(default, skip_serializing_if = "Watch::is_nothing")]
    pub watch: Watch,
    /// A question that the learner answers before the run continues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// A goal that the learner reaches by their own actions. The step ends when they have, so it
    /// cannot have `actions` or `play`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
    /// The text after the run has continued, as Markdown; `{path}` stands for a measured value.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub after: String,
}

/// The rule of a step's text.
pub(super) const PROSE: Prose = Prose { least: 1, most: 4_000, facts: false };

/// The rule of the text after it, which may quote facts.
pub(super) const QUOTING: Prose = Prose { least: 0, most: 4_000, facts: true };

/// A constant, because the step has a field of the rule's name.
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

/// A restart of the scenario's run, with other strategies.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Restart {
    /// The strategies from now on; empty: those of the scenario.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strategies: Vec<StrategyUse>,
}

rules!(Restart { strategies: List(16, Nested) });

/// How far a run continues.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "until")]
pub enum Play {
    /// For this long.
    Time { for_us: Micros },
    /// Until the step's actions are done and no request, task or message is under way, but at most
    /// this long.
    Quiet {
        #[serde(default = "minute")]
        most_us: Micros,
    },
    /// Until there is a violation, but at most this long. Later actions are not done.
    Problem {
        #[serde(default = "minute")]
        most_us: Micros,
    },
}

/// The default of the longest time that a step waits for quiet or for a violation.
const MINUTE_US: Micros = 60 * SECOND_US;

#[cfg(not(target_arch = "wasm32"))]
fn minute() -> Micros {
    MINUTE_US
}

/// A step's own time: at most an hour, which the page computes quickly.
const STEP: super::rule::Number = super::rule::Number {
    least: 0,
    most: 3_600 * SECOND_US as i64,
    unit: " microseconds (up to one hour)",
};

tagged!(Play by "until" as PlayFields {
    /// The duration.
    for_us: Micros = STEP,
    /// The longest duration.
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

    /// The longest time that the run continues.
    pub fn most_us(&self) -> Micros {
        match *self {
            Play::Time { for_us } => for_us,
            Play::Quiet { most_us } | Play::Problem { most_us } => most_us,
        }
    }
}

/// What the page highlights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// The keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// A panel of the page.
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

/// A goal of the learner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// The conditions on the run that must all hold at one instant.
    pub when: Vec<Expectation>,
    /// A hint, as Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// One solution, at times counted from when the learner asks for it.
    pub solution: Vec<Action>,
}

rules!(Goal {
    when: CONDITIONS,
    hint: Prose { least: 0, most: 1_000, facts: false },
    solution: Between(1, 100, Nested),
});

/// The rule of the conditions of questions and goals.
pub(super) const CONDITIONS: Between<Compares> = Between(1, 8, Compares);
