//! Checks a text without running it: its errors, or its declarations.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::scenario::Literal;
use crate::strategy::value::Names;
use crate::strategy::{Program, StoreNames, SyntaxError, compile};
use crate::ui::drive::player::ParameterView;
use crate::ui::wording;

/// Values for a program's parameters, by name.
pub type Values = BTreeMap<String, Literal>;

/// A checked text.
#[derive(Debug)]
pub struct Check {
    names: Names,
    program: Option<Program>,
    problems: Rc<[SyntaxError]>,
}

/// The values that fit a program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fitted {
    /// Every parameter of the program with its value.
    pub parameters: Vec<ParameterView>,
    /// The values that differ from the text's own.
    pub values: Values,
    /// What happens to the values that do not fit, in one sentence each.
    pub remarks: Vec<String>,
}

/// Why a parameter cannot have a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    name: String,
    /// Why the value does not fit, and what is allowed.
    reasons: Vec<String>,
}

impl std::fmt::Display for ValueError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.reasons.iter().try_for_each(|reason| write!(f, "{} {reason}.", self.name))
    }
}

impl Check {
    /// Checks a text of a scenario with these stores.
    pub fn of(text: &str, stores: &StoreNames) -> Check {
        let mut names = Names::of(stores.clone());
        let (program, problems) = match compile(text, &mut names) {
            Ok(program) => (Some(program), Vec::new()),
            Err(problems) => (None, problems),
        };
        Check { names, program, problems: problems.into() }
    }

    /// The errors, in the order of lines, at most one per line.
    pub fn problems(&self) -> &Rc<[SyntaxError]> {
        &self.problems
    }

    /// The first comment; `None` if the text has errors.
    pub fn title(&self) -> Option<&str> {
        self.program.as_ref().map(|program| program.title.as_str())
    }

    /// Checks one value.
    ///
    /// # Errors
    /// Why the parameter cannot have it, and what is allowed.
    pub fn try_value(&self, name: &str, value: &Literal) -> Result<(), ValueError> {
        let Some(program) = &self.program else { return Ok(()) };
        let one = Values::from([(name.to_owned(), value.clone())]);
        let bound = program.bind(&one, &mut self.names.clone());
        bound.map(drop).map_err(|errors| ValueError {
            name: name.to_owned(),
            reasons: errors.into_iter().map(|error| error.message).collect(),
        })
    }

    /// The values that fit this program; empty if the text has errors.
    pub fn fit(&self, values: &Values) -> Fitted {
        let Some(program) = &self.program else { return Fitted::default() };
        let mut fitted = Fitted::default();
        let mut taken = Values::new();
        for (name, value) in values {
            let declared = program.parameters.iter().find(|parameter| *parameter.name == **name);
            let words = wording::literal(value);
            let Some(parameter) = declared else {
                let remark =
                    format!("{name} is no longer in the text, so its value {words} was dropped.");
                fitted.remarks.push(remark);
                continue;
            };
            match self.try_value(name, value) {
                Ok(()) => _ = taken.insert(name.clone(), value.clone()),
                Err(why) => {
                    let own = ParameterView::of(parameter, parameter.default, &self.names);
                    let own = wording::literal(&own.value);
                    fitted.remarks.push(format!("{why} The value in the text is used: {own}."));
                }
            }
        }
        let mut names = self.names.clone();
        let Ok(bound) = program.bind(&taken, &mut names) else { return fitted };
        let views = program.parameters.iter().zip(bound);
        fitted.parameters =
            views.map(|(parameter, value)| ParameterView::of(parameter, value, &names)).collect();
        taken.retain(|name, _| {
            fitted.parameters.iter().any(|view| *view.name == **name && view.changed)
        });
        fitted.values = taken;
        fitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: &str = "def read(key):\n    return db.read(key)\n\ndef write(key, value):\n    db.write(key, value)\n";

    fn values(all: &[(&str, Literal)]) -> Values {
        all.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    #[test]
    fn parameters_are_there_as_soon_as_they_are_declared() {
        let text = format!("# Mine: all of it\nTTL = 60  # seconds · 1..90\nNAME = \"a\"\n{REST}");
        let check = Check::of(&text, &StoreNames::default());
        assert_eq!((check.title(), check.problems().len()), (Some("Mine: all of it"), 0));
        let fitted = check.fit(&Values::new());
        let views: Vec<_> =
            fitted.parameters.iter().map(|view| (&*view.name, &*view.text)).collect();
        assert_eq!(views, [("TTL", "seconds"), ("NAME", "")]);
        assert_eq!(fitted.parameters[0].range, Some((1.0, 90.0)));
        assert_eq!((fitted.values, fitted.remarks), (Values::new(), vec![]));
    }

    #[test]
    fn a_value_that_does_not_fit_any_more_is_left_out_and_said_to_be() {
        let text = format!("TTL = 60  # seconds · 10..90\nON = True\n{REST}");
        let set = values(&[
            ("GONE", Literal::Int(3)),
            ("ON", Literal::Bool(false)),
            ("TTL", Literal::Int(5)),
        ]);
        let fitted = Check::of(&text, &StoreNames::default()).fit(&set);
        assert_eq!(fitted.values, values(&[("ON", Literal::Bool(false))]));
        assert_eq!(
            fitted.remarks,
            [
                "GONE is no longer in the text, so its value 3 was dropped.",
                "TTL must be a number from 10 to 90; it is 5. The value in the text is used: 60."
            ]
        );
        assert_eq!(fitted.parameters[0].value, Literal::Int(60));
    }

    #[test]
    fn a_value_that_the_text_has_itself_is_none_to_keep() {
        let text = format!("TTL = 60\n{REST}");
        let fitted =
            Check::of(&text, &StoreNames::default()).fit(&values(&[("TTL", Literal::Int(60))]));
        assert_eq!((fitted.values, fitted.remarks), (Values::new(), vec![]));
    }

    #[test]
    fn all_that_is_wrong_is_found_with_columns_in_characters() {
        let check = Check::of(
            "def read(key):\n    a = \"😀é\"; cash.get(key)\n\ndef write(k, v):\n    x = = 1\n",
            &StoreNames::default(),
        );
        let places: Vec<_> = check.problems().iter().map(|it| (it.line, it.column)).collect();
        assert_eq!(places, [(2, 13), (5, 9)], "{:#?}", check.problems());
        assert_eq!(check.fit(&values(&[("TTL", Literal::Int(1))])), Fitted::default());
    }
}
