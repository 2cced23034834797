//! Questions: predict, then see. The engine knows the answer, not the document.

use serde::{Deserialize, Serialize};

use super::expect::Expectation;
use super::lesson::{CONDITIONS, PROSE, QUOTING};
use super::rule::{Any, Between, Decimal, EXACT, FactPath, Free, List, Nested, Prose, Slug, rules};
use crate::scenario::tagged::tagged;

/// Something to predict.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "ask")]
pub enum Question {
    /// One of several is right.
    One { id: String, prompt: String, choices: Vec<Choice>, explanation: String },
    /// All that apply, and no other, are right.
    All { id: String, prompt: String, choices: Vec<Choice>, explanation: String },
    /// A number is right if it is near enough to what is measured.
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
    /// Its name in what is kept of a learner's answers; no other has it in this lesson.
    id: String = Slug,
    /// What is asked, as Markdown.
    prompt: String = PROSE,
    /// What there is to choose from.
    choices: Vec<Choice> = Between(2, 8, Nested),
    /// The fact that is asked for: a number.
    path: String = FactPath,
    /// What the number is given in; a fact that is a time is in microseconds.
    unit: Unit = Any("a unit"),
    /// How far off, in this unit, is still right.
    within: f64 = Decimal { least: 0.0, most: EXACT as f64 },
    /// Wrong answers that are common, each with why.
    guesses: Vec<Guess> = List(8, Nested),
    /// What is said afterwards, as Markdown; `{path}` stands for a value that
    /// was measured.
    explanation: String = QUOTING,
}
    One { id, prompt, choices, explanation },
    All { id, prompt, choices, explanation },
    Number {
        id, prompt, path, unit = Unit::default(), within = 0.0, guesses = Vec::new(), explanation
    },
);

impl Question {
    /// Its name in answers.
    pub fn id(&self) -> &str {
        let (Question::One { id, .. } | Question::All { id, .. } | Question::Number { id, .. }) =
            self;
        id
    }

    /// What is asked.
    pub fn prompt(&self) -> &str {
        let (Question::One { prompt, .. }
        | Question::All { prompt, .. }
        | Question::Number { prompt, .. }) = self;
        prompt
    }

    /// What is said afterwards.
    pub fn explanation(&self) -> &str {
        let (Question::One { explanation, .. }
        | Question::All { explanation, .. }
        | Question::Number { explanation, .. }) = self;
        explanation
    }

    /// What there is to choose from; nothing where a number is asked for.
    pub fn choices(&self) -> &[Choice] {
        match self {
            Question::One { choices, .. } | Question::All { choices, .. } => choices,
            Question::Number { .. } => &[],
        }
    }

    /// Numbers that are commonly taken for the answer; nothing where none is
    /// asked for.
    pub fn guesses(&self) -> &[Guess] {
        match self {
            Question::Number { guesses, .. } => guesses,
            Question::One { .. } | Question::All { .. } => &[],
        }
    }
}

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What it says, as Markdown.
    pub text: String,
    /// It is right if all of this holds once the run has gone on: comparisons of
    /// values of the report, or of facts such as `keys.user:1.cache.value`.
    pub when: Vec<Expectation>,
    /// Why somebody chooses it, and what to say to them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

rules!(Choice {
    text: Prose { least: 1, most: 500, facts: false },
    when: CONDITIONS,
    note: Prose { least: 0, most: 1_000, facts: false },
});

/// A number that is commonly taken for the answer, and is not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Guess {
    /// In the question's unit. An answer that is as near to it as the right one
    /// has to be to what is measured is this one.
    pub value: f64,
    /// Why somebody thinks so, and what to say to them, as Markdown.
    pub note: String,
}

rules!(Guess {
    value: Decimal { least: -(EXACT as f64), most: EXACT as f64 },
    note: Prose { least: 1, most: 1_000, facts: false },
});

/// What a number is given in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// So many.
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
    /// How many of the fact's own units it has.
    pub fn size(self) -> f64 {
        match self {
            Unit::Count | Unit::Us => 1.0,
            Unit::Ms => 1_000.0,
            Unit::S => 1_000_000.0,
        }
    }

    /// What stands behind a number; nothing behind a count.
    pub fn sign(self) -> &'static str {
        match self {
            Unit::Count => "",
            Unit::Us => "µs",
            Unit::Ms => "ms",
            Unit::S => "s",
        }
    }
}
