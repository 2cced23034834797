//! `stalemate package`: packages a lesson for a course system, with the playground in it.

mod zip;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use form_urlencoded::byte_serialize;

use super::complaint::Complaint;
use super::lesson::rehearsed;
use super::{Failure, input};
use crate::lesson::{Answer, BASE, Course, Given, Progress};
use crate::link::{self, LinkError};
use crate::scenario::{Question, preset};
use zip::Zip;

/// Package a lesson for a course system that records progress, completion and score.
///
/// The package contains the playground: it sends no request to another host and works without a
/// network.
#[derive(Args)]
#[command(after_help = "\
Examples:
  stalemate package lesson-ttl --scorm12 ttl.zip
  stalemate package mine.json --scorm12 mine.zip --cmi5 mine-cmi5.zip")]
#[group(required = true, multiple = true, args = ["scorm12", "cmi5"])]
pub struct Package {
    /// A lesson's preset, a file with a lesson, or - for standard input
    lesson: String,
    /// Write a SCORM 1.2 package
    #[arg(long, value_name = "FILE.zip")]
    scorm12: Option<PathBuf>,
    /// Write a cmi5 package
    #[arg(long, value_name = "FILE.zip")]
    cmi5: Option<PathBuf>,
    /// The folder of the built page
    #[arg(long, value_name = "FOLDER", default_value = "dist")]
    dist: PathBuf,
}

/// The space that SCORM 1.2 has for a learner's progress, in characters.
const SUSPEND_DATA: usize = 4_096;

/// The differences between the kinds of package: their descriptions and their scripts.
#[derive(Clone, Copy)]
enum Standard {
    Scorm12,
    Cmi5,
}

/// The content of a package: the lesson, and the files of the page.
struct Content {
    id: String,
    title: String,
    objective: String,
    /// The query that opens the scenario in the playground.
    query: String,
    files: Vec<(String, Vec<u8>)>,
}

impl Package {
    pub fn run(&self, out: &mut impl Write) -> Result<(), Failure> {
        let document = input::read_lesson(&self.lesson)?;
        let (course, _) = rehearsed(&document)?;
        let longest = longest_progress(&course).to_json().len();
        if self.scorm12.is_some() && longest > SUSPEND_DATA {
            let why = format!(
                "a learner's progress may take {longest} characters; \
                 SCORM 1.2 has room for {SUSPEND_DATA}: ask fewer questions, or offer fewer choices"
            );
            return Err(Complaint::new(&document.file, why).into());
        }
        let content = Content {
            id: course.lesson.id.clone(),
            title: course.title().to_owned(),
            objective: course.lesson.objective.clone(),
            query: query(&document)?,
            files: self.page()?,
        };
        let packages = [(&self.scorm12, Standard::Scorm12), (&self.cmi5, Standard::Cmi5)];
        for (path, standard) in packages {
            let Some(path) = path else { continue };
            let failed =
                |error: io::Error| Complaint::new(path.display().to_string(), error.to_string());
            let file = File::create(path).map_err(failed)?;
            content.write(standard, BufWriter::new(file)).map_err(failed)?;
            writeln!(out, "{}", path.display())?;
        }
        Ok(())
    }

    /// The files of the built page by name. Files for offline visits and pages for authors are left
    /// out, because a package does not need them.
    fn page(&self) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let folder = self.dist.display();
        let missing = |error: io::Error| {
            let why = format!("no built page is there ({error}); `make build` makes one in dist/");
            Complaint::new(folder.to_string(), why)
        };
        let index = fs::read(self.dist.join("index.html")).map_err(missing)?;
        let mut files = vec![("index.html".to_owned(), index)];
        let mut paths: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(&self.dist).map_err(missing)? {
            paths.push(entry.map_err(missing)?.path());
        }
        paths.sort();
        for path in paths.iter().filter(|path| is_needed(path)) {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            files.push((name.to_owned(), fs::read(path).map_err(missing)?));
        }
        Ok(files)
    }
}

fn is_needed(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let for_authors =
        ["index.html", "worker.js", "oembed.json"].contains(&name) || name.starts_with("embed");
    path.is_file() && !for_authors
}

impl Content {
    fn write(&self, standard: Standard, out: impl Write) -> io::Result<()> {
        let files: Vec<String> =
            self.files.iter().map(|(name, _)| format!("playground/{name}")).collect();
        let (manifest, about, record) = match standard {
            Standard::Scorm12 => {
                ("imsmanifest.xml", self.scorm12(&files), include_str!("package/scorm12.js"))
            }
            Standard::Cmi5 => ("cmi5.xml", self.cmi5(), include_str!("package/cmi5.js")),
        };
        let page = include_str!("package/lesson.html")
            .replace("{title}", &escaped(&self.title))
            .replace("{query}", &escaped(&self.query));
        let mut zip = Zip::new(out);
        // The manifest comes first: some course systems look no further.
        for (name, text) in [
            (manifest, &*about),
            ("index.html", &page),
            ("lesson.css", include_str!("package/lesson.css")),
            ("lesson.js", include_str!("package/lesson.js")),
            ("record.js", record),
        ] {
            zip.add(name, text.as_bytes())?;
        }
        for (name, (_, bytes)) in files.iter().zip(&self.files) {
            zip.add(name, bytes)?;
        }
        zip.finish()
    }

    fn scorm12(&self, files: &[String]) -> String {
        let own = ["index.html", "lesson.css", "lesson.js", "record.js"].map(str::to_owned);
        let files: String = own
            .iter()
            .chain(files)
            .map(|name| format!("      <file href=\"{}\"/>\n", escaped(name)))
            .collect();
        let (id, title) = (escaped(&self.id), escaped(&self.title));
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="stalemate-{id}" version="1.0"
    xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>1.2</schemaversion>
  </metadata>
  <organizations default="course">
    <organization identifier="course">
      <title>{title}</title>
      <item identifier="lesson" identifierref="playground">
        <title>{title}</title>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="playground" type="webcontent" adlcp:scormtype="sco" href="index.html">
{files}    </resource>
  </resources>
</manifest>
"#
        )
    }

    fn cmi5(&self) -> String {
        let (id, title) = (escaped(&self.id), escaped(&self.title));
        let objective = escaped(&self.objective);
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
  <course id="{BASE}{id}/course">
    <title><langstring lang="en">{title}</langstring></title>
    <description><langstring lang="en">{objective}</langstring></description>
  </course>
  <au id="{BASE}{id}" moveOn="Completed">
    <title><langstring lang="en">{title}</langstring></title>
    <description><langstring lang="en">{objective}</langstring></description>
    <url>index.html</url>
  </au>
</courseStructure>
"#
        )
    }
}

/// The query that opens the scenario in the playground, after `?embed=1`.
fn query(document: &input::Document) -> Result<String, Failure> {
    let scenario = &document.scenario;
    if let Some(preset) = preset::all().find(|preset| preset.scenario() == *scenario) {
        return Ok(format!("&preset={}", byte_serialize(preset.id.as_bytes()).collect::<String>()));
    }
    let wrong = |error: LinkError| Complaint::new(&document.file, error.to_string());
    Ok(format!("#{}", link::encode(scenario, None).map_err(wrong)?.text()))
}

/// The progress of a learner who has answered every question, in the most characters that it can
/// take.
fn longest_progress(course: &Course) -> Progress {
    let asked = course.lesson.steps.iter().enumerate();
    let answers = asked.filter_map(|(at, step)| {
        let question = step.question.as_ref()?;
        let choices = course.words(at)?.choices.len() as u16;
        let answer = match question {
            Question::Number { .. } => Answer::Number(-f64::MAX),
            Question::One { .. } => Answer::Choices(vec![choices]),
            Question::All { .. } => Answer::Choices((0..choices).collect()),
        };
        let given = Given { answer, right: false, tries: 999 };
        Some((question.id().to_owned(), given))
    });
    Progress {
        version: crate::lesson::VERSION,
        lesson: course.lesson.id.clone(),
        step: course.lesson.steps.len() as u32,
        answers: answers.collect(),
        done: true,
    }
}

/// A text escaped for XML and HTML, within quotes too.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    #[test]
    fn the_progress_of_every_lesson_fits_into_what_scorm_keeps() {
        for preset in preset::all() {
            let scenario = preset.scenario();
            if scenario.lesson.is_none() {
                continue;
            }
            let course = Rc::new(Course::new(&scenario).expect("a lesson"));
            let longest = longest_progress(&course).to_json();
            assert!(longest.len() <= SUSPEND_DATA, "{}: {}", preset.id, longest.len());
            // and it is one that the page reads
            assert!(Progress::parse(&longest).is_ok(), "{longest}");
        }
    }
}
