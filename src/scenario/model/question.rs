//! Questions: predict, then see. The engine knows the answer; the document does not.

use serde::{Deserialize, Serialize};

use super::expect::Expectation;
use super::lesson::{CONDITIONS, PROSE, QUOTING};
use super::rule::{Any, Between, Decimal, EXACT, FactPath, Free, List, Nested, Prose, Slug, rules};
use crate::scenario::tagged::tagged;

/// A question.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "ask")]
pub enum Question {
    /// Exactly one choice is right.
    One { id: String, prompt: String, choices: Vec<Choice>, explanation: String },
    /// The right answer is every choice that applies, and no other.
    All { id: String, prompt: String, choices: Vec<Choice>, explanation: String },
    /// A number is right if it is close enough to the measured value.
    Number {
        id: String,
        prompt: String,
        path: String,
        #[serde(default)]
        unit: Unit,
        #[serde(default)]
        within: f64,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        guesses: Vec<Guess>,
        explanation: String,
    },
}

tagged!(Question by "ask" as QuestionFields {
    /// The question's id in stored answers; unique within the lesson.
    id: String = Slug,
    /// The question, as Markdown.
    prompt: String = PROSE,
    /// The choices.
    choices: Vec<Choice> = Between(2, 8, Nested),
    /// The path of the fact asked for: a number.
    path: String = FactPath,
    /// The unit of the answer; a fact that is a time is in microseconds.
    unit: Unit = Any("a unit"),
    /// The tolerance, in this unit.
    within: f64 = Decimal { least: 0.0, most: EXACT as f64 },
    /// Common wrong answers, each with an explanation.
    guesses: Vec<Guess> = List(8, Nested),
    /// The explanation after the answer, as Markdown; `{path}` stands for a measured value.
    explanation: String = QUOTING,
}
    One { id, prompt, choices, explanation },
    All { id, prompt, choices, explanation },
    Number {
        id, prompt, path, unit = Unit::default(), within = 0.0, guesses = Vec::new(), explanation
    },
);

impl Question {
    /// The question's id.
    pub fn id(&self) -> &str {
        let (Question::One { id, .. } | Question::All { id, .. } | Question::Number { id, .. }) =
            self;
        id
    }

    /// The question's text.
    pub fn prompt(&self) -> &str {
        let (Question::One { prompt, .. }
        | Question::All { prompt, .. }
        | Question::Number { prompt, .. }) = self;
        prompt
    }

    /// The explanation after the answer.
    pub fn explanation(&self) -> &str {
        let (Question::One { explanation, .. }
        | Question::All { explanation, .. }
        | Question::Number { explanation, .. }) = self;
        explanation
    }

    /// The choices; empty if a number is asked for.
    pub fn choices(&self) -> &[Choice] {
        match self {
            Question::One { choices, .. } | Question::All { choices, .. } => choices,
            Question::Number { .. } => &[],
        }
    }

    /// Common wrong numbers; empty unless a number is asked for.
    pub fn guesses(&self) -> &[Guess] {
        match self {
            Question::Number { guesses, .. } => guesses,
            Question::One { .. } | Question::All { .. } => &[],
        }
    }
}

/// A choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The choice's text, as Markdown.
    pub text: String,
    /// The choice is right if all of these conditions hold after the run has continued. They
    /// compare values of the report, or facts such as `keys.user:1.cache.value`.
    pub when: Vec<Expectation>,
    /// A note to learners who choose it: why one might, and why it is wrong.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

rules!(Choice {
    text: Prose { least: 1, most: 500, facts: false },
    when: CONDITIONS,
    note: Prose { least: 0, most: 1_000, facts: false },
});

/// A common wrong number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Guess {
    /// The number, in the question's unit. An answer within the question's tolerance of it counts
    /// as this guess.
    pub value: f64,
    /// A note to learners who give it, as Markdown: why one might, and why it is wrong.
    pub note: String,
}

rules!(Guess {
    value: Decimal { least: -(EXACT as f64), most: EXACT as f64 },
    note: Prose { least: 1, most: 1_000, facts: false },
});

/// The unit of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// A count.
    #[default]
    Count,
    /// Microseconds.
    Us,
    /// Milliseconds.
    Ms,
    /// Seconds.
    S,
}

impl Free for Unit {}

impl Unit {
    /// The size of the unit, in the fact's own units.
    pub fn size(self) -> f64 {
        match self {
            Unit::Count | Unit::Us => 1.0,
            Unit::Ms => 1_000.0,
            Unit::S => 1_000_000.0,
        }
    }

    /// The text after a number; empty for a count.
    pub fn sign(self) -> &'static str {
        match self {
            Unit::Count => "",
            Unit::Us => "µs",
            Unit::Ms => "ms",
            Unit::S => "s",
        }
    }
}
