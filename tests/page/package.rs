//! A lesson in a course system: its package, launched, played to its end, left in the middle and
//! taken up again. The course system is a strict one of our own; with `make scorm`, scorm-again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::lesson::{Known, answer, at_step, go_on, press, skip};
use crate::page::Page;
use crate::site::{Site, dist};

const LESSON: &str = "lesson-cache-aside";
const INNER: [&str; 2] =
    ["return document.getElementById('sco')", "return document.getElementById('playground')"];

/// A number of two or four bytes.
fn number(bytes: &[u8], at: usize, size: usize) -> usize {
    bytes[at..at + size].iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// Unpacks a zip file as its directory says; gives the names.
fn unpack(file: &Path, into: &Path) -> Vec<String> {
    let bytes = fs::read(file).expect("the package");
    let end = bytes.len() - 22;
    assert_eq!(&bytes[end..end + 4], b"PK\x05\x06");
    let (count, mut at) = (number(&bytes, end + 10, 2), number(&bytes, end + 16, 4));
    let mut names = Vec::new();
    for _ in 0..count {
        assert_eq!(&bytes[at..at + 4], b"PK\x01\x02");
        let (method, packed, size) =
            (number(&bytes, at + 10, 2), number(&bytes, at + 20, 4), number(&bytes, at + 24, 4));
        let (name, begins) = (number(&bytes, at + 28, 2), number(&bytes, at + 42, 4));
        let name = String::from_utf8(bytes[at + 46..at + 46 + name].to_vec()).expect("a name");
        let data = begins + 30 + number(&bytes, begins + 26, 2) + number(&bytes, begins + 28, 2);
        let data = &bytes[data..data + packed];
        let content = match method {
            0 => data.to_vec(),
            _ => miniz_oxide::inflate::decompress_to_vec(data).expect("it is whole"),
        };
        assert_eq!(content.len(), size, "{name}");
        let path = into.join(&name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("it is unpacked");
        at += 46 + name.len();
        names.push(name);
    }
    names
}

/// Makes the package of a lesson, and unpacks it where a course system has it.
fn packaged(kind: &str, folder: &str) -> (PathBuf, Vec<String>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("package.zip");
    let done = Command::new(env!("CARGO_BIN_EXE_stalemate"))
        .args(["package", LESSON, kind, file.to_str().expect("a path"), "--dist"])
        .arg(dist())
        .output()
        .expect("it runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let names = unpack(&file, &folder.join("package"));
    (folder, names)
}

/// The page of a course system whose API is these scripts.
fn system(folder: &str, scripts: &[PathBuf]) -> Page {
    let (folder, names) = packaged("--scorm12", folder);
    assert_eq!(names[0], "imsmanifest.xml");
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page/files/lms");
    for name in ["lms.html", "lms.js"] {
        fs::copy(own.join(name), folder.join(name)).expect("it is there");
    }
    let api = scripts.iter().map(|path| fs::read_to_string(path).expect("a script"));
    fs::write(folder.join("api.js"), api.collect::<Vec<_>>().join("\n")).expect("it is written");
    // Every file that the manifest names is in the package, and the other way round.
    let manifest = fs::read_to_string(folder.join("package/imsmanifest.xml")).expect("a manifest");
    let told: Vec<&str> = manifest.split("<file href=\"").skip(1).collect();
    let told: Vec<&str> = told.iter().filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(told, names[1..]);
    Page::open_on(Site::with_door(&folder), "lms.html")
}

fn launch(page: &Page, query: &str) {
    page.go_to(&format!("{}lms.html{query}", page.site()));
}

/// Looks into the playground.
fn enter(page: &Page) {
    page.leave();
    page.look_into(INNER[0]);
    page.enter(INNER[1]);
}

fn record(page: &Page, name: &str) -> Value {
    page.execute("return record()?.[arguments[0]] ?? null", json!([name]))
}

fn records(page: &Page, name: &str, value: &str) {
    page.until(
        &format!("{name} is {value}"),
        &format!("return String(record()?.['{name}'] ?? '') === '{value}'"),
    );
}

/// Begins a lesson, leaves it in its second step, takes it up there, and goes on to its end.
fn is_recorded(page: &Page) {
    let known = Known::new(LESSON);
    launch(page, "");
    enter(page);
    at_step(page, 1);
    let question = known.course.lesson.steps[0].question.as_ref().expect("it asks");
    answer(page, question, &known.right(0));
    skip(page);
    press(page, "#lesson-next");
    at_step(page, 2);
    page.leave();
    records(page, "cmi.core.lesson_location", "2 of 8");
    records(page, "cmi.core.lesson_status", "incomplete");

    launch(page, "?late=1500");
    enter(page);
    at_step(page, 2);
    page.leave();
    records(page, "cmi.core.lesson_status", "incomplete");
    page.screenshot("course-system");
    let kept = record(page, "cmi.suspend_data");
    assert!(kept.as_str().is_some_and(|kept| kept.len() < 4_096), "{kept}");

    enter(page);
    go_on(page, &known, 1, true, |_, _| {});
    page.leave();
    records(page, "cmi.core.lesson_status", "completed");
    records(page, "cmi.core.score.raw", "100");
    assert_eq!(page.execute("return refusals", json!([])), json!([]));

    launch(page, "");
    enter(page);
    page.element(".lesson .score");
    page.leave();
    records(page, "cmi.core.lesson_status", "completed");
    assert_eq!(page.execute("return refusals", json!([])), json!([]));
}

#[test]
fn a_lesson_is_recorded_left_and_taken_up_again_and_asks_no_other_host() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page/files/lms");
    let page = system("lms", &[own.join("strict.js")]);
    is_recorded(&page);
    let elsewhere: Vec<String> =
        page.requests().into_iter().filter(|url| !url.starts_with(&page.site())).collect();
    assert_eq!(elsewhere, [] as [String; 0]);
    // Without a course system it says so, and can be played.
    launch(&page, "?late=never");
    page.look_into(INNER[0]);
    page.shows("#state", "No course system was found here");
    enter(&page);
    at_step(&page, 1);
}

#[test]
#[ignore = "needs scorm-again: `make scorm`"]
fn scorm_again_records_it() {
    let again = std::env::var("SCORM_AGAIN").expect("SCORM_AGAIN names scorm12.min.js");
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page/files/lms");
    is_recorded(&system("lms-again", &[again.into(), own.join("scorm-again.js")]));
}
