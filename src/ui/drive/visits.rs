//! Keeps what a person does, so that reloading and going back do not lose it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use crate::scenario::{FIRST, Scenario};
use crate::ui::browser::host;
use crate::ui::browser::visit;
use crate::ui::drive::documents;
use crate::ui::drive::player::Command;
use crate::ui::drive::state::Action;

/// How long nothing must happen before work is stored. A page that is left cannot store anything:
/// by then, the browser has closed its entry of the history.
const PAUSE_MS: u32 = 200;

/// What a person did with what the address names.
pub struct Visit {
    /// The run with all actions; `None` if it is stored elsewhere, as for a lesson.
    work: Callback<(), Option<Scenario>>,
    act: Callback<Action>,
    /// Whether something was changed since the address was opened.
    has_work: Cell<bool>,
    /// Whether the browser has refused once, which was reported.
    is_refused: Cell<bool>,
    soon: RefCell<Option<Timeout>>,
    /// The query and the link of the address.
    asked: RefCell<(String, Option<String>)>,
}

/// What a command means for the visit.
pub enum Consequence {
    /// Another preset replaces the run.
    Goes(String),
    Changes,
    Nothing,
}

impl Visit {
    /// Before a command is carried out: what was done so far stays with the present address.
    pub fn before(&self, command: &Command) -> Consequence {
        match command {
            Command::Preset(id) => {
                self.save();
                Consequence::Goes(id.clone())
            }
            command if command.changes() => Consequence::Changes,
            _ => Consequence::Nothing,
        }
    }

    /// After it was carried out.
    pub fn after(self: &Rc<Visit>, consequence: Consequence) {
        match consequence {
            Consequence::Goes(id) => {
                // What is refused is the address; the preset is there all the same.
                let _ = visit::push(&id);
                self.turn();
            }
            Consequence::Changes => {
                self.has_work.set(true);
                self.save_soon();
            }
            Consequence::Nothing => self.save_soon(),
        }
    }

    fn save_soon(self: &Rc<Visit>) {
        if self.has_work.get() {
            let visit = Rc::downgrade(self);
            let save = move || {
                documents::once_there(move |_| {
                    visit.upgrade().into_iter().for_each(|visit| visit.save());
                });
            };
            *self.soon.borrow_mut() = Some(Timeout::new(PAUSE_MS, save));
        }
    }

    fn save(&self) {
        *self.soon.borrow_mut() = None;
        if !self.has_work.get() {
            return;
        }
        let Some(work) = self.work.emit(()) else { return };
        let written = match documents::get() {
            Some(documents) => (documents.whole)(&work),
            None => Err("a part of this page could not be loaded".to_owned()),
        };
        let kept = written
            .and_then(|link| visit::keep(&link).map_err(|_| "the browser refuses it".to_owned()));
        if let Err(why) = kept
            && !self.is_refused.replace(true)
        {
            let said = format!("What you do here is lost when the page is reloaded: {why}.");
            self.act.emit(Action::Complain(said));
        }
    }

    /// Takes over the present address. Returns whether it asks for something else.
    fn turn(&self) -> bool {
        let now = (visit::query(), host::fragment());
        self.has_work.set(false);
        *self.soon.borrow_mut() = None;
        self.asked.replace(now.clone()) != now
    }
}

/// Follows a visit: its title, going back and forward, and what to store: nothing if the page is an
/// embed or read-only.
#[hook]
pub fn use_visit(
    is_own: bool,
    title: &str,
    moves: bool,
    work: Callback<(), Option<Scenario>>,
    open: Callback<Command>,
    act: Callback<Action>,
) -> Option<Rc<Visit>> {
    let visit = use_memo((), move |()| Visit {
        work,
        act,
        has_work: Cell::new(false),
        is_refused: Cell::new(false),
        soon: RefCell::new(None),
        asked: RefCell::new((visit::query(), host::fragment())),
    });
    use_effect_with(title.to_owned(), |title| visit::entitle(title));
    use_effect_with(moves, {
        let visit = visit.clone();
        move |_| visit.save_soon()
    });
    use_effect_with((), {
        let visit = visit.clone();
        move |()| {
            let turn = visit::on_turn(move || {
                if visit.turn() {
                    match asked() {
                        Some(command) => open.emit(command),
                        None => visit::reload(),
                    }
                }
            });
            move || drop(turn)
        }
    });
    is_own.then_some(visit)
}

/// The command that opens what the address asks for; `None`: a scenario from elsewhere, which the
/// page loads when it starts.
fn asked() -> Option<Command> {
    if let Some(link) = visit::kept().or_else(host::fragment) {
        return Some(Command::Link(link));
    }
    let options = host::options().0;
    let preset = || options.preset.unwrap_or_else(|| FIRST.to_owned());
    options.src.is_none().then(|| Command::Preset(preset()))
}
