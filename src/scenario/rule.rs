//! The rules of fields: the check, the published schema and the error message all come from the
//! same rule.
//!
//! This is not a validation library, because a message here gives the path, the value and the
//! allowed range, and the schema needs the ranges as data. The libraries that we examined keep the
//! bounds inside generated code.

mod shape;

use std::collections::BTreeMap;

pub(super) use shape::{Between, FactPath, Prose, Slug, StoreName};

/// One error in a document.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Problem {
    /// The path: `topology.apps.count`, `actions[3].key`; empty for the whole document.
    pub path: String,
    /// What is wrong, and what is allowed: `is 0; allowed: 1..16`.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = if self.path.is_empty() { "the scenario" } else { &self.path };
        write!(f, "{path}: {}", self.message)
    }
}

/// Walks a document, tracks the path, and collects the problems.
#[derive(Default)]
pub(super) struct Checker {
    path: String,
    pub problems: Vec<Problem>,
}

impl Checker {
    /// Checks the value of a field.
    pub fn field(&mut self, name: &str, check: impl FnOnce(&mut Checker)) {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        check(self);
        self.path.truncate(length);
    }

    /// Checks the item at an index.
    pub fn item(&mut self, index: usize, check: impl FnOnce(&mut Checker)) {
        let length = self.path.len();
        self.path.push_str(&format!("[{index}]"));
        check(self);
        self.path.truncate(length);
    }

    /// Adds a problem at the present path.
    pub fn problem(&mut self, message: impl Into<String>) {
        self.problems.push(Problem { path: self.path.clone(), message: message.into() });
    }
}

/// A part of the document with rules for its fields.
pub(super) trait Checked {
    fn check(&self, at: &mut Checker);

    /// What is allowed at a path below this type, as text.
    fn allowed(below: &[&str]) -> Option<String>;

    /// Writes the rules into this type's schema.
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(schema: &mut serde_json::Value);
}

/// A rule: what a field of type `T` may hold.
pub(super) trait Rule<T> {
    fn check(&self, value: &T, at: &mut Checker);

    fn allowed(&self, below: &[&str]) -> Option<String>;

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(&self, _schema: &mut serde_json::Value) {}

    /// Whether the field is written even if its value is the default.
    fn always_written(&self) -> bool {
        false
    }
}

/// An optional field follows the rule if it is present.
impl<T, R: Rule<T>> Rule<Option<T>> for R {
    fn check(&self, value: &Option<T>, at: &mut Checker) {
        if let Some(value) = value {
            self.check(value, at);
        }
    }

    fn allowed(&self, below: &[&str]) -> Option<String> {
        Rule::<T>::allowed(self, below)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(&self, schema: &mut serde_json::Value) {
        Rule::<T>::describe(self, schema);
    }
}

/// A whole number from `least` to `most`, inclusive.
#[derive(Clone, Copy)]
pub(super) struct Number {
    pub least: i64,
    pub most: i64,
    pub unit: &'static str,
}

pub(super) const fn number(least: i64, most: i64) -> Number {
    Number { least, most, unit: "" }
}

/// The largest whole number that every JSON reader represents exactly.
pub(super) const EXACT: i64 = 1 << 53;

/// An instant or a duration.
pub(super) const TIME: Number = time(0);

/// A duration of at least `least` microseconds.
pub(super) const fn time(least: i64) -> Number {
    Number { least, most: crate::time::LONGEST_US as i64, unit: " microseconds (up to one year)" }
}

/// A whole-number type of the document.
pub(super) trait Whole: Copy + std::fmt::Display {
    /// Saturates: a number that does not fit is outside every range.
    fn whole(self) -> i64;
}

macro_rules! whole {
    ($($Type:ty),*) => {
        $(impl Whole for $Type {
            fn whole(self) -> i64 {
                i64::try_from(self).unwrap_or(i64::MAX)
            }
        })*
    };
}
whole!(u16, u32, u64, i64);

impl Number {
    fn words(&self) -> String {
        if self.least == self.most {
            return self.least.to_string();
        }
        format!("{}..{}{}", self.least, self.most, self.unit)
    }
}

impl<T: Whole> Rule<T> for Number {
    fn check(&self, value: &T, at: &mut Checker) {
        let whole = value.whole();
        if whole < self.least || whole > self.most {
            at.problem(format!("is {value}; allowed: {}", self.words()));
        }
    }

    fn allowed(&self, below: &[&str]) -> Option<String> {
        below.is_empty().then(|| self.words())
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(&self, schema: &mut serde_json::Value) {
        schema["minimum"] = self.least.into();
        schema["maximum"] = self.most.into();
    }
}

/// A number, whole or not.
pub(super) struct Decimal {
    pub least: f64,
    pub most: f64,
}

impl Rule<f64> for Decimal {
    fn check(&self, value: &f64, at: &mut Checker) {
        if !(self.least..=self.most).contains(value) {
            at.problem(format!("is {value}; allowed: {}..{}", self.least, self.most));
        }
    }

    fn allowed(&self, below: &[&str]) -> Option<String> {
        below.is_empty().then(|| format!("{}..{}", self.least, self.most))
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(&self, schema: &mut serde_json::Value) {
        schema["minimum"] = self.least.into();
        schema["maximum"] = self.most.into();
    }
}

/// A text with bounds on its length, in characters.
#[derive(Clone, Copy)]
pub(super) struct Text {
    pub least: usize,
    pub most: usize,
}

pub(super) const fn text(least: usize, most: usize) -> Text {
    Text { least, most }
}

/// This many hexadecimal digits, in lower case.
#[derive(Clone, Copy)]
pub(super) struct Hex(pub usize);

impl Hex {
    fn words(&self) -> String {
        format!("{} hexadecimal digits, in lower case", self.0)
    }
}

impl Rule<String> for Hex {
    fn check(&self, value: &String, at: &mut Checker) {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if value.len() != self.0 || !value.bytes().all(is_digit) {
            at.problem(format!("is {value:?}; allowed: {}", self.words()));
        }
    }

    fn allowed(&self, below: &[&str]) -> Option<String> {
        below.is_empty().then(|| self.words())
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(&self, schema: &mut serde_json::Value) {
        schema["minLength"] = self.0.into();
        schema["maxLength"] = self.0.into();
        schema["pattern"] = "^[0-9a-f]*$".into();
    }
}

/// A key, or the name of a client or a workload.
pub(super) const NAME: Text = text(1, 200);

/// A prefix of keys; empty: all keys.
pub(super) const PREFIX: Text = text(0, 100);

impl Text {
    fn words(&self) -> String {
        let from = if self.least == 0 { "up to".to_owned() } else { format!("{} to", self.least) };
        format!("a text of {from} {} characters", self.most)
    }
}

impl Rule<String> for Text {
    fn check(&self, value: &String, at: &mut Checker) {
        let length = value.chars().count();
        if length == 0 && self.least > 0 {
            at.problem(format!("is empty; allowed: {}", self.words()));
        } else if length > self.most {
            at.problem(format!("has {length} characters; allowed: {}", self.words()));
        }
    }

    fn allowed(&self, below: &[&str]) -> Option<String> {
        below.is_empty().then(|| self.words())
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(&self, schema: &mut serde_json::Value) {
        if self.least > 0 {
            schema["minLength"] = self.least.into();
        }
        schema["maxLength"] = self.most.into();
    }
}

/// A part with its own rules.
pub(super) struct Nested;

impl<T: Checked> Rule<T> for Nested {
    fn check(&self, value: &T, at: &mut Checker) {
        value.check(at);
    }

    fn allowed(&self, below: &[&str]) -> Option<String> {
        T::allowed(below)
    }
}

/// A type whose every value is allowed: a truth value, or one of a few words.
pub(super) struct Any(pub &'static str);

/// Marks the types for [`Any`].
pub(super) trait Free {}
impl Free for bool {}

impl<T: Free> Rule<T> for Any {
    fn check(&self, _value: &T, _at: &mut Checker) {}

    fn allowed(&self, below: &[&str]) -> Option<String> {
        below.is_empty().then(|| self.0.to_owned())
    }
}

/// A list with a bound on its length, and a rule for its items.
pub(super) struct List<R>(pub usize, pub R);

impl<T, R: Rule<T>> Rule<Vec<T>> for List<R> {
    fn check(&self, value: &Vec<T>, at: &mut Checker) {
        if value.len() > self.0 {
            at.problem(format!("has {} items; allowed: up to {}", value.len(), self.0));
        }
        for (index, item) in value.iter().enumerate().take(self.0) {
            at.item(index, |at| self.1.check(item, at));
        }
    }

    fn allowed(&self, below: &[&str]) -> Option<String> {
        match below {
            [] => Some(format!("a list of up to {} items", self.0)),
            [_index, rest @ ..] => Rule::<T>::allowed(&self.1, rest),
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(&self, schema: &mut serde_json::Value) {
        schema["maxItems"] = self.0.into();
        Rule::<T>::describe(&self.1, &mut schema["items"]);
    }
}

/// A table with a bound on its size, and rules for its names and values.
pub(super) struct Table<K, V>(pub usize, pub K, pub V);

/// The name of a table's entry in a path.
pub(super) trait TableKey {
    fn path(&self) -> String;
}

impl TableKey for String {
    fn path(&self) -> String {
        self.clone()
    }
}

impl<K: Ord + TableKey, V, RK: Rule<K>, RV: Rule<V>> Rule<BTreeMap<K, V>> for Table<RK, RV> {
    fn check(&self, value: &BTreeMap<K, V>, at: &mut Checker) {
        if value.len() > self.0 {
            at.problem(format!("has {} entries; allowed: up to {}", value.len(), self.0));
        }
        for (name, item) in value.iter().take(self.0) {
            at.field(&name.path(), |at| {
                self.1.check(name, at);
                self.2.check(item, at);
            });
        }
    }

    fn allowed(&self, below: &[&str]) -> Option<String> {
        match below {
            [] => Some(format!("a table of up to {} entries", self.0)),
            [_name, rest @ ..] => Rule::<V>::allowed(&self.2, rest),
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(&self, schema: &mut serde_json::Value) {
        schema["maxProperties"] = self.0.into();
        let mut names = serde_json::json!({});
        Rule::<K>::describe(&self.1, &mut names);
        schema["propertyNames"] = names;
    }
}

/// [`Rule::allowed`] for the rule of a field, whose type only the field knows.
pub(super) fn allowed_at<O, T>(
    _field: fn(&O) -> &T,
    rule: &impl Rule<T>,
    below: &[&str],
) -> Option<String> {
    rule.allowed(below)
}

/// [`Rule::describe`] for the rule of a field.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn describe_at<O, T>(
    _field: fn(&O) -> &T,
    rule: &impl Rule<T>,
    schema: &mut serde_json::Value,
) {
    rule.describe(schema);
}

/// [`Rule::always_written`] for the rule of a field.
pub(super) fn always_at<O, T>(_field: fn(&O) -> &T, rule: &impl Rule<T>) -> bool {
    rule.always_written()
}

/// Defines the rules of a struct's fields. `sparse` also implements serialisation that leaves out
/// fields equal to those of `Default`.
macro_rules! rules {
    (sparse $Type:ident { $($field:ident $(as $name:literal)?: $rule:expr),* $(,)? }) => {
        $crate::scenario::rule::rules!($Type { $($field $(as $name)?: $rule),* });

        impl serde::Serialize for $Type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                let usual = <$Type>::default();
                let mut map = serializer.serialize_map(None)?;
                $(
                    if self.$field != usual.$field
                        || $crate::scenario::rule::always_at(|it: &$Type| &it.$field, &$rule)
                    {
                        map.serialize_entry($crate::scenario::rule::name!($field $($name)?), &self.$field)?;
                    }
                )*
                map.end()
            }
        }
    };
    ($Type:ident { $($field:ident $(as $name:literal)?: $rule:expr),* $(,)? }) => {
        impl $crate::scenario::rule::Checked for $Type {
            fn check(&self, at: &mut $crate::scenario::rule::Checker) {
                // Names every field, so that a new one without a rule does not compile.
                let $Type { $($field),* } = self;
                $(at.field($crate::scenario::rule::name!($field $($name)?), |at| {
                    $crate::scenario::rule::Rule::check(&$rule, $field, at)
                });)*
            }

            fn allowed(below: &[&str]) -> Option<String> {
                let Some((field, rest)) = below.split_first() else {
                    return Some("an object".to_owned());
                };
                $(if *field == $crate::scenario::rule::name!($field $($name)?) {
                    return $crate::scenario::rule::allowed_at(|it: &$Type| &it.$field, &$rule, rest);
                })*
                None
            }

            #[cfg(not(target_arch = "wasm32"))]
            fn describe(schema: &mut serde_json::Value) {
                $($crate::scenario::rule::describe_at(
                    |it: &$Type| &it.$field,
                    &$rule,
                    &mut schema["properties"][$crate::scenario::rule::name!($field $($name)?)],
                );)*
            }
        }
    };
}
pub(super) use rules;

/// A field's name in the document, if it differs from the field's.
macro_rules! name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}
pub(super) use name;
