//! `stalemate lesson`: what to teach with.

use std::io::Write;
use std::rc::Rc;

use clap::Args;
use serde_json::{Value as Json, json};

use super::{Failure, input, write_json};
use crate::lesson::{Course, Links, Rehearsal, any_answer, page, rehearse};
use crate::scenario::preset;

/// List the lessons, or print the teacher's page of one.
///
/// The lesson is played to its end, and the page says what the engine answered.
#[derive(Args)]
pub struct Lesson {
    /// A lesson's preset, a file with a lesson, or - for standard input
    scenario: Option<String>,
    /// One JSON document
    #[arg(long)]
    pub json: bool,
}

impl Lesson {
    pub fn run(&self, out: &mut impl Write) -> Result<(), Failure> {
        match &self.scenario {
            Some(name) => self.page(name, out),
            None => self.list(out),
        }
    }

    fn page(&self, name: &str, out: &mut impl Write) -> Result<(), Failure> {
        let document = input::read(name)?;
        let (course, rehearsal) = rehearsed(&document)?;
        let page = page(&course, &rehearsal, Links::default());
        if !self.json {
            return Ok(out.write_all(page.as_bytes())?);
        }
        let lesson = &course.lesson;
        let steps: Vec<Json> = lesson
            .steps
            .iter()
            .zip(&rehearsal.steps)
            .map(|(step, played)| json!({"title": step.title, "reveal": played.reveal}))
            .collect();
        write_json(
            out,
            &json!({
                "id": lesson.id,
                "title": document.scenario.title,
                "objective": lesson.objective,
                "audience": lesson.audience,
                "minutes": lesson.minutes,
                "group": lesson.group,
                "order": lesson.order,
                "steps": steps,
                "page": page,
            }),
        )?;
        Ok(())
    }

    fn list(&self, out: &mut impl Write) -> Result<(), Failure> {
        let lessons = preset::all().filter_map(|preset| {
            let scenario = preset.scenario();
            scenario.lesson.map(|lesson| (preset.id, scenario.title, lesson))
        });
        let mut lessons: Vec<_> = lessons.collect();
        lessons.sort_by_key(|(_, _, lesson)| lesson.order);
        if self.json {
            let lessons = lessons.iter().map(|(id, title, lesson)| {
                json!({
                    "id": id,
                    "title": title,
                    "objective": lesson.objective,
                    "minutes": lesson.minutes,
                    "group": lesson.group,
                    "order": lesson.order,
                })
            });
            return Ok(write_json(out, &lessons.collect::<Vec<_>>())?);
        }
        for (id, title, lesson) in lessons {
            writeln!(out, "{id:32}{title} ({} minutes)", lesson.minutes)?;
        }
        Ok(())
    }
}

/// A document's lesson, played to its end.
///
/// # Errors
/// What is wrong with it: what stands in it, a step that does not end, a
/// question to which the engine has no answer.
pub fn rehearsed(document: &input::Document) -> Result<(Rc<Course>, Rehearsal), Failure> {
    let wrong = |problems: &[_]| Failure::Wrong(document.complaints(problems));
    let course = Rc::new(Course::new(&document.scenario).map_err(|them| wrong(&them))?);
    let rehearsal = rehearse(&course, any_answer).map_err(|them| wrong(&them))?;
    let problems = rehearsal.problems(&course);
    if problems.is_empty() { Ok((course, rehearsal)) } else { Err(wrong(&problems)) }
}
