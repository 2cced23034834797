//! Parts of a walk: arithmetic, comparisons, texts, and the stop before a call with its name.

use std::collections::BTreeSet;

use super::TlaError;
use super::text::identifier;
use super::walk::{At, Called, Known, Label, Tree, Walk};
use crate::strategy::syntax::ast::{Binary, Comparison};
use crate::strategy::value::Scalar;

impl Walk<'_> {
    pub(super) fn is_none(&self, value: Known) -> Known {
        match value {
            Known::Is(scalar) => Known::Is(Scalar::Bool(scalar == Scalar::None)),
            Known::If(_) | Known::Unset => Known::Is(Scalar::Bool(false)),
            Known::By(expression) if expression.starts_with("Bool(") => {
                Known::Is(Scalar::Bool(false))
            }
            Known::By(expression) => Known::If(format!("IsNone({expression})")),
        }
    }

    pub(super) fn compare(
        &self,
        comparison: Comparison,
        left: &Known,
        right: &Known,
        line: u32,
    ) -> Result<Known, TlaError> {
        let (one, other) = (self.expression(left)?, self.expression(right)?);
        Ok(Known::If(match comparison {
            Comparison::Equal | Comparison::Is => format!("Same({one}, {other})"),
            Comparison::NotEqual | Comparison::IsNot => format!("~Same({one}, {other})"),
            Comparison::Less => format!("Below({one}, {other})"),
            Comparison::LessEqual => format!("~Below({other}, {one})"),
            Comparison::Greater => format!("Below({other}, {one})"),
            Comparison::GreaterEqual => format!("~Below({one}, {other})"),
            Comparison::In | Comparison::NotIn => return self.refuse(line, "`in`"),
        }))
    }

    /// A number with a sign before it.
    pub(super) fn signed(&self, is_minus: bool, of: &Known) -> Result<Known, TlaError> {
        Ok(match of {
            Known::Is(Scalar::Int(number)) if is_minus => {
                Known::Is(Scalar::Int(number.wrapping_neg()))
            }
            Known::Is(_) if !is_minus => of.clone(),
            _ => {
                let sign = if is_minus { "Negative" } else { "Positive" };
                Known::By(format!("{sign}({})", self.expression(of)?))
            }
        })
    }

    /// An arithmetic operation, or the concatenation of two texts.
    pub(super) fn compute(
        &self,
        binary: Binary,
        one: &Known,
        other: &Known,
        line: u32,
    ) -> Result<Known, TlaError> {
        if let (Known::Is(Scalar::Int(one)), Known::Is(Scalar::Int(other))) = (one, other) {
            let known = match binary {
                Binary::Add => one.checked_add(*other),
                Binary::Subtract => one.checked_sub(*other),
                Binary::Multiply => one.checked_mul(*other),
                _ => None,
            };
            if let Some(known) = known {
                return Ok(Known::Is(Scalar::Int(known)));
            }
        }
        let operator = match binary {
            Binary::Add => "Sum",
            Binary::Subtract => "Difference",
            Binary::Multiply => "Product",
            Binary::FloorDivide => "Quotient",
            Binary::Modulo => "Remainder",
            Binary::Divide | Binary::Power => return self.refuse(line, "this arithmetic"),
        };
        Ok(Known::By(format!(
            "{operator}(me, {}, {})",
            self.expression(one)?,
            self.expression(other)?
        )))
    }

    /// Concatenates values as texts.
    pub(super) fn join(&self, parts: &[Known], line: u32) -> Result<Known, TlaError> {
        let parts: Result<Vec<String>, _> =
            parts.iter().map(|part| self.expression(part)).collect();
        let parts = parts?;
        let Some((first, rest)) = parts.split_first() else {
            return self.refuse(line, "an empty text");
        };
        let glued =
            rest.iter().fold(first.clone(), |glued, part| format!("Glue(me, {glued}, {part})"));
        Ok(Known::By(glued))
    }

    /// Stops before a call.
    pub(super) fn stop(
        &mut self,
        mut at: At,
        called: Called,
        arguments: usize,
        line: u32,
    ) -> Result<Tree, TlaError> {
        let given = at.stack.split_off(at.stack.len() - arguments);
        let layout = self.layout(&at);
        let label = match self.known.get(&at.frames) {
            Some(label) => *label,
            None => {
                let name = self.name(&at, called, line);
                self.known.insert(at.frames.clone(), self.labels.len());
                let (frames, layout) = (at.frames.clone(), layout.clone());
                let unset = BTreeSet::new();
                self.labels.push(Label { name, called, arguments, line, frames, layout, unset });
                self.labels.len() - 1
            }
        };
        for (nth, value) in at.stack.iter().enumerate() {
            let may_be_unset = match value {
                Known::Unset => true,
                Known::By(variable) => self.unset.contains(variable),
                _ => false,
            };
            self.again |= may_be_unset && self.labels[label].unset.insert(nth);
        }
        let mut fields = Vec::new();
        for (name, value) in layout.iter().zip(&at.stack) {
            fields.push((name.clone(), self.expression(value)?));
        }
        for (nth, value) in given.iter().enumerate() {
            fields.push((format!("arg{}", nth + 1), self.expression(value)?));
        }
        Ok(Tree::Call(label, fields))
    }

    /// The name of each place on the stack: the variable's name, with the names of the functions
    /// that were called before it.
    fn layout(&self, at: &At) -> Vec<String> {
        let mut layout: Vec<String> = Vec::new();
        for (depth, frame) in at.frames.iter().enumerate() {
            let function = &self.program.functions[usize::from(frame.function)];
            let prefix = match depth {
                0 => String::new(),
                _ => format!("{}_", identifier(&function.name)),
            };
            let end = at.frames.get(depth + 1).map_or(at.stack.len(), |next| next.base);
            for nth in 0..end - frame.base {
                let name = match function.variables.get(nth) {
                    Some(name) => identifier(name),
                    None => format!("tmp{nth}"),
                };
                layout.push(format!("{prefix}{name}"));
            }
        }
        let mut taken = BTreeSet::new();
        for name in &mut layout {
            while !taken.insert(name.clone()) {
                name.push('_');
            }
        }
        layout
    }

    /// The name of a call: the functions under way, the command and the line.
    fn name(&self, at: &At, called: Called, line: u32) -> String {
        let functions = at
            .frames
            .iter()
            .map(|frame| identifier(&self.program.functions[usize::from(frame.function)].name));
        let what = match called {
            Called::Store { command, .. } => identifier(command.call()),
            Called::Publish(_) => "publish".to_owned(),
            Called::Sleep => "sleep".to_owned(),
            Called::Lock => "lock".to_owned(),
            Called::Unlock => "unlock".to_owned(),
            Called::Spawn(_) => "spawn".to_owned(),
        };
        let functions: Vec<String> = functions.collect();
        let mut name = format!("{}{}_{what}_{line}", self.prefix, functions.join("_"));
        let is_taken = |name: &str| self.labels.iter().any(|label| label.name == name);
        while is_taken(&name) {
            name.push('x');
        }
        name
    }
}
