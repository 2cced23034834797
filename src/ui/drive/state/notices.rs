//! The messages below the toolbar.

use std::rc::Rc;

/// The most messages shown at a time.
const MOST: usize = 4;

/// A message: what happened, and what a person can do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: u64,
    pub error: bool,
    pub text: String,
}

/// The messages. Errors stay until they are dismissed; a remark replaces the previous one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notices {
    shown: Rc<Vec<Notice>>,
    made: u64,
}

impl Notices {
    pub fn shown(&self) -> &Rc<Vec<Notice>> {
        &self.shown
    }

    pub fn complain(&mut self, text: String) {
        self.add(text, true);
    }

    pub fn remark(&mut self, text: String) {
        self.add(text, false);
    }

    pub fn dismiss(&mut self, id: u64) {
        Rc::make_mut(&mut self.shown).retain(|notice| notice.id != id);
    }

    pub fn clear(&mut self) {
        self.shown = Rc::default();
    }

    fn add(&mut self, text: String, error: bool) {
        let notices = Rc::make_mut(&mut self.shown);
        notices.retain(|notice| notice.error && notice.text != text);
        self.made += 1;
        notices.push(Notice { id: self.made, error, text });
        if notices.len() > MOST {
            notices.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_stay_and_remarks_replace_each_other() {
        let mut notices = Notices::default();
        notices.complain("The cache is down already.".to_owned());
        notices.remark("Restarted with TTL = 10.".to_owned());
        notices.remark("Restarted with TTL = 20.".to_owned());
        let texts: Vec<&str> = notices.shown().iter().map(|notice| notice.text.as_str()).collect();
        assert_eq!(texts, ["The cache is down already.", "Restarted with TTL = 20."]);
        notices.dismiss(notices.shown()[0].id);
        assert_eq!(notices.shown().len(), 1);
    }
}
