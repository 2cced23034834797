//! `stalemate lesson`: lessons for teachers.

use std::io::Write;
use std::rc::Rc;

use clap::Args;
use serde_json::{Value as Json, json};

use super::complaint::Complaint;
use super::input::NotAllowed;
use super::{Failure, input, write_json};
use crate::embed::{self, Options};
use crate::lesson::{Course, Links, Rehearsal, any_answer, page, rehearse, sections};
use crate::link::{self, LinkError};
use crate::scenario::preset;

/// List the lessons, or print the teacher's page of one.
///
/// The lesson is played to its end, and the page says what the engine answered.
#[derive(Args)]
pub struct Lesson {
    /// A lesson's preset, a file with a lesson, or - for standard input
    scenario: Option<String>,
    /// The playground's address, for a link to the lesson and the code that embeds it
    #[arg(long, value_name = "URL", value_parser = folder, requires = "scenario")]
    base: Option<String>,
    /// Write one JSON document
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
        let document = input::read_lesson(name)?;
        let (course, rehearsal) = rehearsed(&document)?;
        let invitation = match &self.base {
            Some(base) => Some(invitation(base, &document)?),
            None => None,
        };
        let links = invitation.as_ref().map_or(Links::default(), |(open, embed)| Links {
            open: Some(open),
            embed: Some(embed),
        });
        let page = page(&sections(&course, &rehearsal, links));
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

/// The address that opens a lesson and the code that embeds it: by its preset's name, or with a
/// link that holds the whole lesson.
fn invitation(base: &str, document: &input::Document) -> Result<(String, String), Failure> {
    let scenario = &document.scenario;
    let preset = preset::all().find(|preset| preset.scenario() == *scenario);
    let options = Options { preset: preset.map(|it| it.id.to_owned()), ..Options::default() };
    let link = match preset {
        Some(_) => String::new(),
        None => {
            let wrong = |error: LinkError| Complaint::new(&document.file, error.to_string());
            link::encode(scenario, None).map_err(wrong)?.text().to_owned()
        }
    };
    let open = embed::address(base, &options, &link);
    let code = embed::element(base, &options, &link, &scenario.title);
    Ok((open, code))
}

/// Parses the address of a page's folder.
fn folder(text: &str) -> Result<String, NotAllowed> {
    let page = text.split(['?', '#']).next().unwrap_or_default();
    let page = page.strip_suffix("index.html").unwrap_or(page).trim_end_matches('/');
    input::address(page).map(|page| format!("{page}/"))
}

/// Plays a document's lesson to its end.
///
/// # Errors
/// If the document is wrong, a step does not end, or the engine cannot answer a question.
pub fn rehearsed(document: &input::Document) -> Result<(Rc<Course>, Rehearsal), Failure> {
    let wrong = |problems: &[_]| Failure::Wrong(document.complaints(problems));
    let course = Rc::new(Course::new(&document.scenario).map_err(|them| wrong(&them))?);
    let rehearsal = rehearse(&course, any_answer).map_err(|them| wrong(&them))?;
    let problems = rehearsal.problems(&course);
    if problems.is_empty() { Ok((course, rehearsal)) } else { Err(wrong(&problems)) }
}
