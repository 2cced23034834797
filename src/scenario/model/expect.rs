//! Expectations: conditions on a run's result, which make a scenario a test.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::Literal;
use super::rule::{Checked, Checker, Decimal, EXACT, FactPath, Nested, Rule, number, rules, text};
use crate::strategy::{Given, GivenVisitor};

/// A condition at the end of a run: `equals`, or `at_least`, `at_most` or both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The value of the report of `run --json`: `writes.lost`, `violations[0].kind`, or the length
    /// of a list, `divergence.length`; or a fact that a lesson can ask about:
    /// `keys.user:1.cache.value`.
    pub path: String,
    /// The value is exactly this; `null` counts as a value.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Plain"))]
    pub equals: Option<Plain>,
    /// The value is a number, and at least this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Amount>,
    /// The value is a number, and at most this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Amount>,
    /// Why, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

rules!(Expectation {
    path: FactPath,
    equals: Nested,
    at_least: Nested,
    at_most: Nested,
    note: text(0, 1_000),
});

/// A written `null` is a value; only a missing field is not given.
fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Plain>, D::Error> {
    Plain::deserialize(from).map(Some)
}

impl Expectation {
    /// The comparison as text: `at least 1 and at most 3`.
    pub fn words(&self) -> String {
        let bounds = [("at least", &self.at_least), ("at most", &self.at_most)];
        let bounds = bounds.iter().filter_map(|(bound, amount)| {
            amount.as_ref().map(|amount| format!("{bound} {}", amount.json()))
        });
        let equals = self.equals.iter().map(|value| value.json().to_string());
        equals.chain(bounds).collect::<Vec<_>>().join(" and ")
    }
}

/// The rule of a whole expectation: the rules of its fields, and exactly one kind of comparison.
pub(super) struct Compares;

const COMPARISONS: &str = "`equals`, or `at_least`, `at_most` or both";

impl Rule<Expectation> for Compares {
    fn check(&self, expectation: &Expectation, at: &mut Checker) {
        Checked::check(expectation, at);
        let Expectation { equals, at_least, at_most, .. } = expectation;
        match (equals, at_least, at_most) {
            (None, None, None) => {
                at.problem(format!("compares with nothing; allowed: {COMPARISONS}"))
            }
            (None, Some(least), Some(most)) if least.number() > most.number() => {
                at.field("at_most", |at| {
                    at.problem(format!(
                        "is {}; allowed: {} (`at_least`) or more",
                        most.json(),
                        least.json()
                    ));
                });
            }
            (None, ..) | (Some(_), None, None) => {}
            _ => at.problem(format!("compares in two ways; allowed: {COMPARISONS}")),
        }
    }

    fn allowed(&self, below: &[&str]) -> Option<String> {
        <Expectation as Checked>::allowed(below)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(&self, schema: &mut Json) {
        schema["oneOf"] = serde_json::json!([
            {"required": ["equals"]},
            {"anyOf": [{"required": ["at_least"]}, {"required": ["at_most"]}]},
        ]);
    }
}

/// A value that a report can have.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Plain {
    Null,
    Value(Literal),
}

/// Parsed by hand, like [`Literal`].
impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Plain, D::Error> {
        from.deserialize_any(GivenVisitor(|given| match given {
            Given::Null => Ok(Plain::Null),
            Given::Literal(value) => Ok(Plain::Value(value)),
            Given::Nested => Err("is not a value; allowed: null, true, false, a number or a text"),
        }))
    }
}

impl Plain {
    /// The value as JSON.
    pub fn json(&self) -> Json {
        match self {
            Plain::Null => Json::Null,
            Plain::Value(Literal::Bool(value)) => (*value).into(),
            Plain::Value(Literal::Int(value)) => (*value).into(),
            Plain::Value(Literal::Float(value)) => (*value).into(),
            Plain::Value(Literal::Text(value)) => value.as_str().into(),
        }
    }
}

impl Checked for Plain {
    fn check(&self, at: &mut Checker) {
        match self {
            Plain::Null => {}
            Plain::Value(value) => Checked::check(value, at),
        }
    }

    fn allowed(below: &[&str]) -> Option<String> {
        below.is_empty().then(|| "null, true, false, a number or a text".to_owned())
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(_schema: &mut Json) {}
}

/// A number, whole or not.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Amount {
    Whole(i64),
    Decimal(f64),
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Amount, D::Error> {
        from.deserialize_any(GivenVisitor(|given| match given {
            Given::Literal(Literal::Int(value)) => Ok(Amount::Whole(value)),
            Given::Literal(Literal::Float(value)) => Ok(Amount::Decimal(value)),
            _ => Err("is not a number"),
        }))
    }
}

/// The numbers that every JSON reader represents exactly.
const AMOUNT: Decimal = Decimal { least: -(EXACT as f64), most: EXACT as f64 };

impl Amount {
    /// The number as a float; exact, because the rule keeps whole ones below 2⁵³.
    pub fn number(self) -> f64 {
        match self {
            Amount::Whole(value) => value as f64,
            Amount::Decimal(value) => value,
        }
    }

    /// The number as JSON, which is also how a person writes it.
    pub fn json(self) -> Json {
        match self {
            Amount::Whole(value) => value.into(),
            Amount::Decimal(value) => value.into(),
        }
    }
}

impl Checked for Amount {
    fn check(&self, at: &mut Checker) {
        match self {
            Amount::Whole(value) => number(-EXACT, EXACT).check(value, at),
            Amount::Decimal(value) => AMOUNT.check(value, at),
        }
    }

    fn allowed(below: &[&str]) -> Option<String> {
        Rule::<f64>::allowed(&AMOUNT, below)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(schema: &mut Json) {
        for form in schema["anyOf"].as_array_mut().into_iter().flatten() {
            Rule::<f64>::describe(&AMOUNT, form);
        }
    }
}

/// One step of a path into a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathStep<'a> {
    /// A field of an object, or the `length` of a list.
    Name(&'a str),
    /// An item of a list, counted from 0.
    Item(usize),
}

/// The steps of a path; `None` if the text is not a path.
pub fn steps(path: &str) -> Option<Vec<PathStep<'_>>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, items) = part.split_at(part.find('[').unwrap_or(part.len()));
        let letter = |it: char| it.is_ascii_alphabetic() || it == '_';
        // keys are names, too: `user:1`, `dark-mode`
        let more = |it: char| letter(it) || it.is_ascii_digit() || matches!(it, ':' | '-');
        if !name.starts_with(letter) || !name.chars().all(more) {
            return None;
        }
        steps.push(PathStep::Name(name));
        let Some(items) = items.strip_prefix('[') else { continue };
        for item in items.strip_suffix(']')?.split("][") {
            let digits = item.chars().all(|it| it.is_ascii_digit()) && item.len() <= 9;
            steps.push(PathStep::Item(item.parse().ok().filter(|_| digits)?));
        }
    }
    Some(steps)
}
