//! The request form: its fields, and the actions that they make.

use crate::decimal;
use crate::scenario::{Literal, What};
use crate::ui::drive::player::OpenedRun;

/// The most requests at once that the form offers.
pub const MOST_TIMES: u32 = 1_000;

/// The fields of the request form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub key: String,
    pub client: String,
    /// The value; empty: a number that no other write has.
    pub value: String,
    pub times: u32,
}

impl Form {
    /// The form for a run that was just opened.
    pub fn of(opened: &OpenedRun) -> Form {
        Form {
            key: opened.keys.first().cloned().unwrap_or_else(|| "user:1".to_owned()),
            client: opened.clients.first().cloned().unwrap_or_else(|| "ann".to_owned()),
            value: String::new(),
            times: 1,
        }
    }

    pub fn set_times(&mut self, times: u32) {
        self.times = times.clamp(1, MOST_TIMES);
    }

    /// The typed value: a number if it can be read as one.
    pub fn literal(&self) -> Option<Literal> {
        let text = self.value.trim();
        if text.is_empty() {
            return None;
        }
        if let Ok(number) = text.parse() {
            return Some(Literal::Int(number));
        }
        match decimal::float(text) {
            Some(number) if number.is_finite() => Some(Literal::Float(number)),
            _ => Some(Literal::Text(text.to_owned())),
        }
    }

    fn client(&self) -> Option<String> {
        let client = self.client.trim();
        (!client.is_empty()).then(|| client.to_owned())
    }

    fn key(&self) -> String {
        self.key.trim().to_owned()
    }

    pub fn read(&self) -> What {
        What::Read { key: self.key(), client: self.client(), times: self.times }
    }

    pub fn write(&self) -> What {
        let (value, client) = (self.literal(), self.client());
        What::Write { key: self.key(), value, client, times: self.times }
    }

    pub fn delete(&self) -> What {
        What::Delete { key: self.key(), client: self.client() }
    }

    /// An increment by the typed number, or by one.
    pub fn increment(&self) -> What {
        let by = self.value.trim().parse().unwrap_or(1);
        What::Increment { key: self.key(), by, client: self.client(), times: self.times }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_the_value_it_reads_as() {
        let mut form = Form::of(&OpenedRun::default());
        let mut typed = |text: &str| {
            form.value = text.to_owned();
            form.literal()
        };
        assert_eq!(typed("  "), None);
        assert_eq!(typed("42"), Some(Literal::Int(42)));
        assert_eq!(typed("1.5"), Some(Literal::Float(1.5)));
        assert_eq!(typed("inf"), Some(Literal::Text("inf".to_owned())));
    }

    #[test]
    fn a_burst_has_bounds() {
        let mut form = Form::of(&OpenedRun::default());
        for (asked, given) in [(0, 1), (7, 7), (9_999, MOST_TIMES)] {
            form.set_times(asked);
            assert_eq!(form.times, given);
        }
    }
}
