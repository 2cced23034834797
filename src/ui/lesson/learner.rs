//! A learner's progress: stored in the browser, and reported to the host.

use std::rc::Rc;

use serde_json::Value as Json;
use yew::prelude::*;

use crate::embed::Outbound;
use crate::lesson::{self, Course, Progress, Stamp, XapiStatement};
use crate::ui::browser::host::HostPage;
use crate::ui::browser::storage;
use crate::ui::drive::embedded::tell;
use crate::ui::drive::player::learning::{Learn, LessonView, Stage};
use crate::ui::drive::player::{Command, CommandError};
use crate::ui::drive::state::Action;

fn stored_as(lesson: &str) -> String {
    format!("stalemate.lesson.{lesson}")
}

/// A learner's stored progress; `None` if there is none, or it cannot be read.
pub fn recall(lesson: &str) -> Option<Progress> {
    Progress::parse(&storage::recall(&stored_as(lesson))?).ok()
}

/// An opening of a lesson. Equal if it is the same one.
#[derive(Clone)]
struct OpenLesson(Rc<Course>);

impl PartialEq for OpenLesson {
    fn eq(&self, other: &OpenLesson) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Restores stored progress when a lesson is opened, and stores changes.
#[hook]
pub fn use_progress(lesson: &Rc<LessonView>, command: &Callback<Command>, act: &Callback<Action>) {
    let opened = OpenLesson(lesson.course.clone());
    use_effect_with(opened.clone(), {
        let (command, act) = (command.clone(), act.clone());
        move |OpenLesson(course)| {
            let name = stored_as(&course.lesson.id);
            match storage::recall(&name).map(|text| Progress::parse(&text)) {
                Some(Ok(progress)) => command.emit(Command::Learn(Learn::Resume(progress.into()))),
                Some(Err(why)) => {
                    act.emit(Action::Complain(CommandError::Progress(why).to_string()));
                }
                None => {}
            }
        }
    });
    // The turn of an opened lesson is its first: what is kept is not taken up yet.
    let progress = (lesson.turns, lesson.progress.clone());
    use_effect_with((opened, progress), |(_, (turns, progress))| {
        let name = stored_as(&progress.lesson);
        let blank = progress.step == 0 && progress.answers.is_empty() && !progress.done;
        match blank {
            false => storage::remember(&name, &progress.to_json()),
            true if *turns > 0 => storage::forget(&name),
            true => {}
        }
    });
}

/// Reports first answers and completed lessons to the host.
#[hook]
pub fn use_statements(host: &Option<HostPage>, lesson: &Rc<LessonView>) {
    let completed = use_mut_ref(|| None::<OpenLesson>);
    use_effect_with((host.clone(), lesson.clone()), move |(host, lesson)| {
        let Some(host) = host else { return };
        if lesson.stage != Stage::Over {
            return;
        }
        let course = &lesson.course;
        let attribution = host.attribution.borrow();
        let question = lesson.step().question.as_ref().map(|question| question.id());
        let given = question.and_then(|id| Some((id, lesson.progress.answers.get(id)?)));
        if let Some((id, given)) = given.filter(|(_, given)| given.tries == 1)
            && let Some(statement) = {
                let took_ms = lesson.answer_ms.max(0.0) as u64;
                lesson::answered(course, id, given, took_ms, &attribution, stamp())
            }
        {
            tell(host, Outbound::Answer { statement: json(&statement) });
        }
        let opened = Some(OpenLesson(course.clone()));
        if lesson.is_last() && *completed.borrow() != opened {
            *completed.borrow_mut() = opened;
            let took_ms = lesson.lesson_ms.max(0.0) as u64;
            let progress = &lesson.progress;
            let statement = lesson::completed(course, progress, took_ms, &attribution, stamp());
            tell(host, Outbound::Complete { statement: json(&statement) });
        }
    });
}

/// A statement's id, and the time.
fn stamp() -> Stamp {
    let random = std::array::from_fn(|_| (js_sys::Math::random() * 256.0) as u8);
    Stamp::new(random, String::from(js_sys::Date::new_0().to_iso_string()))
}

fn json(statement: &XapiStatement) -> Json {
    // plain data is always JSON
    serde_json::to_value(statement).unwrap_or_default()
}
