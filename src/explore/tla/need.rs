//! Conditions under which a program continues: otherwise the strategy has made a mistake, and its
//! task ends.

use super::TlaError;
use super::walk::{Known, Walk};
use crate::strategy::call::Call;
use crate::strategy::syntax::ast::{Binary, Comparison};
use crate::strategy::value::{Datum, Scalar};
use crate::vocabulary::Attribute;
use crate::vocabulary::command::StoreCommand;

/// Whether a condition holds.
pub(super) enum Need {
    Met,
    Unmet,
    /// If this formula does.
    If(String),
}

impl Need {
    fn known(is_met: bool) -> Need {
        if is_met { Need::Met } else { Need::Unmet }
    }
}

impl Walk<'_> {
    /// A variable has a value.
    pub(super) fn needs_value(&self, of: &Known) -> Need {
        match of {
            Known::Unset => Need::Unmet,
            Known::By(variable) if self.unset.contains(variable) => {
                Need::If(format!("{variable}[1] # \"unset\""))
            }
            _ => Need::Met,
        }
    }

    /// A value can be the argument of a command at this position.
    pub(super) fn needs_argument(
        &self,
        command: StoreCommand,
        at: usize,
        value: &Known,
    ) -> Result<Need, TlaError> {
        if let Known::Is(scalar) = value {
            let value = Datum::computed(*scalar).into();
            return Ok(Need::known(Call::check(command, at, &value).is_ok()));
        }
        let Some(argument) = command.arguments().get(at) else { return Ok(Need::Met) };
        Ok(Need::If(format!("Is{:?}({})", argument.kind, self.expression(value)?)))
    }

    /// A value has this attribute.
    pub(super) fn needs_attribute(&self, of: &Known, name: Attribute) -> Result<Need, TlaError> {
        Ok(match of {
            Known::By(of) => Need::If(format!("Has({of}, \"{}\")", name.name())),
            _ => Need::Unmet,
        })
    }

    /// Two values can be ordered, if the operator needs that.
    pub(super) fn needs_order(
        &self,
        comparison: Comparison,
        one: &Known,
        other: &Known,
    ) -> Result<Need, TlaError> {
        use Comparison::{Greater, GreaterEqual, Less, LessEqual};
        if !matches!(comparison, Less | LessEqual | Greater | GreaterEqual) {
            return Ok(Need::Met);
        }
        Ok(Need::If(format!("Ordered({}, {})", self.expression(one)?, self.expression(other)?)))
    }

    /// Two values can be used in arithmetic.
    pub(super) fn needs_numbers(
        &self,
        binary: Binary,
        one: &Known,
        other: &Known,
    ) -> Result<Need, TlaError> {
        let formula = match binary {
            Binary::Add => "Addable",
            Binary::FloorDivide | Binary::Modulo => "Divisible",
            _ => "Countable",
        };
        if let (Known::Is(Scalar::Int(_)), Known::Is(Scalar::Int(other))) = (one, other) {
            return Ok(Need::known(formula != "Divisible" || *other != 0));
        }
        Ok(Need::If(format!("{formula}({}, {})", self.expression(one)?, self.expression(other)?)))
    }

    /// A value is a number.
    pub(super) fn needs_number(&self, value: &Known) -> Result<Need, TlaError> {
        if let Known::Is(scalar) = value {
            return Ok(Need::known(matches!(scalar, Scalar::Int(_) | Scalar::Float(_))));
        }
        Ok(Need::If(format!("IsNumber({})", self.expression(value)?)))
    }

    /// A list has at least this many items.
    pub(super) fn needs_list(&self, of: &Known, least: usize) -> Result<Need, TlaError> {
        Ok(match of {
            Known::By(list) => Need::If(format!("IsList({list}) /\\ Len({list}[2]) >= {least}")),
            _ => Need::Unmet,
        })
    }

    /// A list has exactly this many items.
    pub(super) fn needs_items(&self, of: &Known, count: u16) -> Result<Need, TlaError> {
        Ok(match of {
            Known::By(list) => {
                Need::If(format!("{list}[1] = \"list\" /\\ Len({list}[2]) = {count}"))
            }
            _ => Need::Unmet,
        })
    }

    /// A read returns a plain value.
    pub(super) fn needs_plain(&self, value: &Known) -> Need {
        match value {
            Known::By(value) => Need::If(format!("IsPlain({value})")),
            _ => Need::Met,
        }
    }
}
