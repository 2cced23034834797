//! A draft: a text that a person edits, beside the one that runs.
//!
//! No text is lost: a text with errors stays, and a replaced one can be restored.

use std::rc::Rc;
use std::sync::Arc;

use super::blocks::Blocks;
use super::check::{Check, Fitted, ValueError, Values};
use super::text;
use crate::scenario::{Literal, StrategyUse};
use crate::strategy::builtin::{self, Builtin};
use crate::strategy::{StoreNames, SyntaxError};
use crate::ui::drive::player::ProgramView;

/// The status of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftStatus {
    /// It is the text that runs.
    Runs,
    /// It has no errors and could run.
    Unrun,
    /// It has this many errors.
    Wrong(usize),
}

/// A text, with values for its parameters.
#[derive(Clone, Debug, PartialEq)]
struct Edition {
    text: Arc<str>,
    values: Values,
}

impl Edition {
    fn same(&self, other: &Edition) -> bool {
        text::same(&self.text, &other.text) && self.values == other.values
    }

    /// Takes over values that were set or removed elsewhere.
    fn follow(&mut self, before: &Values, now: &Values) {
        for name in before.keys().chain(now.keys()) {
            match now.get(name) {
                same if same == before.get(name) => {}
                Some(value) => _ = self.values.insert(name.clone(), value.clone()),
                None => _ = self.values.remove(name),
            }
        }
    }
}

#[derive(Clone, Debug)]
pub struct Draft {
    /// The edition that runs.
    base: Edition,
    /// The strategy from which the text was made.
    origin: Option<&'static Builtin>,
    /// The stores that it can call.
    stores: StoreNames,
    now: Edition,
    blocks: Blocks,
    /// The result of the last check, and of the last one without errors.
    check: Rc<Check>,
    good: Rc<Check>,
    looked_at: Arc<str>,
    /// The edition that another text has replaced.
    aside: Option<Edition>,
    /// How often the text was replaced: then the text area must be updated.
    replaced: u32,
}

impl Draft {
    /// A draft of the text that runs.
    pub fn of(program: &ProgramView) -> Draft {
        let base = running(program);
        let check = Rc::new(Check::of(&base.text, &program.stores));
        Draft {
            origin: builtin::find(&program.origin),
            stores: program.stores.clone(),
            blocks: Blocks::of(&base.text),
            now: base.clone(),
            good: check.clone(),
            check,
            looked_at: base.text.clone(),
            aside: None,
            replaced: 0,
            base,
        }
    }

    /// Another strategy runs now: a text that has not run is put aside. Or the same one runs with
    /// other values, which the draft takes over.
    pub fn follow(&mut self, program: &ProgramView) {
        let base = running(program);
        self.origin = builtin::find(&program.origin);
        if self.stores != program.stores {
            self.stores = program.stores.clone();
            // other names are known: the text is looked at again
            self.looked_at = Arc::from("");
        }
        if base == self.base {
            return;
        }
        let touched = !self.now.same(&self.base);
        let before = std::mem::replace(&mut self.base, base.clone());
        if self.now.same(&base) {
            return;
        }
        if text::same(&before.text, &base.text) {
            return self.now.follow(&before.values, &base.values);
        }
        let aside = self.aside.take().filter(|_| !touched);
        self.replace(base);
        // What was not touched is not worth keeping; what was put aside before is.
        if !touched {
            self.aside = aside;
        }
    }

    pub fn text(&self) -> &Arc<str> {
        &self.now.text
    }

    /// The text that runs.
    pub fn running(&self) -> &Arc<str> {
        &self.base.text
    }

    pub fn origin(&self) -> Option<&'static Builtin> {
        self.origin
    }

    pub fn blocks(&self) -> &Blocks {
        &self.blocks
    }

    pub fn replaced(&self) -> u32 {
        self.replaced
    }

    /// A person has typed. Errors are found by the next check.
    pub fn type_in(&mut self, text: &str) {
        if *text != *self.now.text {
            self.now.text = text.into();
            self.blocks.update(text);
        }
    }

    /// Checks the text, if it has changed.
    pub fn look(&mut self) {
        if Arc::ptr_eq(&self.looked_at, &self.now.text) {
            return;
        }
        self.check = Rc::new(Check::of(&self.now.text, &self.stores));
        if self.check.problems().is_empty() {
            self.good = self.check.clone();
        }
        self.looked_at = self.now.text.clone();
    }

    /// The errors of the last check.
    pub fn problems(&self) -> &Rc<[SyntaxError]> {
        self.check.problems()
    }

    /// The text of the last check.
    pub fn looked_at(&self) -> &Arc<str> {
        &self.looked_at
    }

    /// The title: the first comment up to the colon, as of the last check without errors.
    pub fn title(&self) -> &str {
        let title = self.good.title().unwrap_or_default();
        title.split_once(": ").map_or(title, |(title, _)| title)
    }

    pub fn standing(&self) -> DraftStatus {
        match self.problems().len() {
            0 if self.now.same(&self.base) => DraftStatus::Runs,
            0 => DraftStatus::Unrun,
            number => DraftStatus::Wrong(number),
        }
    }

    /// The parameters of the text or, if it has errors, of the last check without any.
    pub fn fitted(&self) -> Fitted {
        self.good.fit(&self.now.values)
    }

    /// Sets a parameter.
    ///
    /// # Errors
    /// Why the parameter cannot have this value.
    pub fn set(&mut self, name: &str, value: Literal) -> Result<(), ValueError> {
        self.good.try_value(name, &value)?;
        self.now.values.insert(name.to_owned(), value);
        // One that the text has itself is none that is set.
        if !self.fitted().values.contains_key(name) {
            self.now.values.remove(name);
        }
        Ok(())
    }

    /// Whether the text differs from the strategy from which it was made.
    pub fn differs_from_origin(&self) -> bool {
        self.origin.is_some_and(|origin| !text::same(&self.now.text, origin.source))
    }

    /// Replaces the text by the strategy from which it was made.
    pub fn to_origin(&mut self) {
        if let Some(origin) = self.origin {
            let text = text::plain(origin.source).into();
            self.replace(Edition { text, values: Values::new() });
        }
    }

    /// Whether an edition was put aside that differs from the text shown.
    pub fn has_aside(&self) -> bool {
        self.aside.as_ref().is_some_and(|aside| !aside.same(&self.now))
    }

    /// Exchanges the text with the one put aside.
    pub fn bring_back(&mut self) {
        if let Some(aside) = self.aside.take() {
            self.replace(aside);
        }
    }

    fn replace(&mut self, version: Edition) {
        let old = std::mem::replace(&mut self.now, version);
        self.aside = Some(old);
        self.blocks.update(&self.now.text);
        self.look();
        self.replaced += 1;
    }

    /// The strategy to run, and what happens to values that do not fit. A text that equals a
    /// built-in strategy's counts as that strategy.
    ///
    /// # Errors
    /// The errors of the text.
    pub fn to_run(&mut self) -> Result<(StrategyUse, Vec<String>), &SyntaxError> {
        self.look();
        if let Some(problem) = self.check.problems().first() {
            return Err(problem);
        }
        let fitted = self.fitted();
        self.now.values.clone_from(&fitted.values);
        let same = |builtin: &&Builtin| text::same(builtin.source, &self.now.text);
        let known = builtin::all().iter().find(same);
        let origin = known.or(self.origin).map(|builtin| builtin.id.to_owned());
        let used = StrategyUse {
            prefix: String::new(),
            strategy: origin.unwrap_or_default(),
            source: known.is_none().then(|| self.now.text.to_string()),
            parameters: fitted.values,
            ..StrategyUse::default()
        };
        Ok((used, fitted.remarks))
    }
}

fn running(program: &ProgramView) -> Edition {
    let set = program.parameters.iter().filter(|parameter| parameter.changed);
    let values = set.map(|parameter| (parameter.name.to_string(), parameter.value.clone()));
    Edition { text: text::plain(&program.source).into(), values: values.collect() }
}

#[cfg(test)]
mod tests;
