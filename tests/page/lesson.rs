//! Lessons, as a learner goes through them: by the keyboard, to the end, and back again.

use std::rc::Rc;

use serde_json::json;
use stalemate::lesson::{Answer, Course, Rehearsal, any_answer, rehearse};
use stalemate::scenario::{Question, preset};

use crate::accessibility;
use crate::page::Page;
use crate::words::{ENTER, TAB, is, use_scenario};
use crate::{NARROW, WIDE};

const DOWN: char = '\u{e015}';

/// A lesson, and what the engine answers to its questions.
pub struct Known {
    pub course: Rc<Course>,
    rehearsal: Rehearsal,
}

impl Known {
    pub fn new(id: &str) -> Known {
        let scenario = preset::find(id).expect("a preset").scenario();
        let course = Rc::new(Course::new(&scenario).expect("a sound lesson"));
        let rehearsal = rehearse(&course, any_answer).expect("it comes to its end");
        Known { course, rehearsal }
    }

    pub fn right(&self, step: usize) -> Answer {
        self.rehearsal.right_answer(step).expect("the step asks something")
    }

    /// An answer that is not right.
    fn wrong(&self, step: usize) -> Answer {
        match self.right(step) {
            Answer::Number(number) => Answer::Number(number + 1_000.0),
            Answer::Choices(right) => {
                let wrong = (0..8).find(|index| !right.contains(index)).expect("one is wrong");
                Answer::Choices(vec![wrong])
            }
        }
    }
}

/// Presses Tab until what a selector names has the focus.
fn tab_to(page: &Page, selector: &str) {
    page.element(selector);
    assert!(tabbed(page, selector, || false), "Tab never came to {selector}");
}

/// The same, until something else makes it needless.
fn tabbed(page: &Page, selector: &str, needless: impl Fn() -> bool) -> bool {
    for _ in 0..120 {
        let there = page.execute(
            "return !!document.activeElement && document.activeElement.matches(arguments[0])",
            json!([selector]),
        );
        if there == json!(true) {
            return true;
        }
        if needless() {
            return false;
        }
        page.press(&TAB.to_string());
    }
    false
}

/// Skips ahead to what the step comes to, unless it is there. It may come at any time, also
/// between a look and a key: then the key takes the focus on from the verdict.
pub fn skip(page: &Page) {
    // A key that comes before the page has got to what was pressed takes the focus elsewhere,
    // where the page leaves it.
    page.until(
        "the focus has gone to what the step does",
        "return !!document.activeElement.closest('.playing, .revealed')",
    );
    let over =
        || page.execute("return !!document.querySelector('.revealed')", json!([])) == json!(true);
    if tabbed(page, "#lesson-skip", over) {
        page.press(&ENTER.to_string());
    }
    page.element(".revealed");
}

pub fn press(page: &Page, selector: &str) {
    tab_to(page, selector);
    page.press(&ENTER.to_string());
}

/// Gives an answer without a mouse, and commits to it.
pub fn answer(page: &Page, question: &Question, answer: &Answer) {
    match answer {
        Answer::Number(number) => {
            tab_to(page, "#lesson-number");
            page.press(&number.to_string());
        }
        Answer::Choices(chosen) if matches!(question, Question::One { .. }) => {
            tab_to(page, ".choice input");
            page.press(" ");
            page.press(&DOWN.to_string().repeat(usize::from(chosen[0])));
        }
        Answer::Choices(chosen) => {
            for index in chosen {
                tab_to(page, &format!(".choice input[value='{index}']"));
                page.press(" ");
            }
        }
    }
    page.execute(
        "window.judged = false;
         document.addEventListener('focusin', (event) => {
             window.judged ||= event.target.matches('.judged');
         });",
        json!([]),
    );
    press(page, "#lesson-commit");
}

fn focused(page: &Page, selector: &str) {
    page.until(
        &format!("{selector} has the focus"),
        &format!("return document.activeElement.matches(\"{selector}\")"),
    );
}

pub fn at_step(page: &Page, step: usize) {
    page.element(&format!(".lesson[data-step='{step}']"));
}

/// No barrier, and nothing wider than the window, in both widths and themes.
fn check(page: &Page, state: &str) {
    for ((width, height), theme) in
        [(WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark")]
    {
        page.resize(width, height);
        page.prefer("prefers-color-scheme", theme);
        page.until(
            &format!("nothing is wider than the window, {width} wide, {state}"),
            "return document.documentElement.scrollWidth <= window.innerWidth",
        );
        let violations = accessibility::violations(page);
        assert!(violations.is_empty(), "{state}, {width} wide, {theme}: {violations:#?}");
    }
    page.resize(WIDE.0, WIDE.1);
    page.prefer("prefers-color-scheme", "light");
}

/// Goes through a lesson to its end by the keyboard alone.
fn go_through(page: &Page, known: &Known, right: bool, look: impl Fn(&Page, &str)) {
    go_on(page, known, 0, right, look);
}

/// The same from a step on, of which the answers before it were all right or all wrong.
pub fn go_on(page: &Page, known: &Known, from: usize, right: bool, look: impl Fn(&Page, &str)) {
    let steps = &known.course.lesson.steps;
    for (index, step) in steps.iter().enumerate().skip(from) {
        at_step(page, index + 1);
        page.shows("#lesson-step", &step.title);
        if let Some(key) = step.watch.keys.first() {
            page.until(
                "the key to watch is chosen",
                &format!("return document.getElementById('key').value === '{key}'"),
            );
        }
        if let Some(question) = &step.question {
            let given = if right { known.right(index) } else { known.wrong(index) };
            // nothing that tells the answer is in the page before it is given
            page.lacks(".revealed");
            page.lacks("[data-right]");
            let told = page.texts(".lesson").join(" ");
            for note in known.course.words(index).expect("its words").notes.iter().flatten() {
                let note = stalemate::markdown::plain(std::slice::from_ref(note));
                assert!(!told.contains(&note), "{note}");
            }
            if index < 2 {
                look(page, "a question");
            }
            answer(page, question, &given);
            skip(page);
            page.element(&format!(".revealed[data-right='{right}']"));
            page.until("the verdict has had the focus", "return window.judged");
            page.shows("#lesson-said", if right { "Right." } else { "Not quite." });
            if index < 2 {
                look(page, "a reveal");
            }
        } else if let Some(goal) = &step.goal {
            look(page, "a goal");
            if !goal.hint.is_empty() {
                press(page, "#lesson-hint");
                page.element(".hint");
            }
            press(page, "#lesson-show");
            skip(page);
            page.shows("#lesson-said", "The goal is reached.");
        } else if index + 1 < steps.len() {
            press(page, "#lesson-play");
            skip(page);
            focused(page, ".revealed *");
        }
        if index + 1 < steps.len() {
            press(page, "#lesson-next");
            focused(page, "#lesson-step");
        }
    }
    let all = known.course.questions().len();
    let score = if right { all } else { 0 };
    page.shows(".score", &format!("{score} of {all} questions right at the first answer."));
    page.shows(".end", &known.course.lesson.objective);
    look(page, "the end");
}

#[test]
fn two_lessons_are_gone_through_by_the_keyboard_and_known_to_be_done() {
    let page = Page::open("");
    press(&page, "#lessons");
    page.shows("[data-lesson='cache-aside'] ~ .state", "Not started");
    check(&page, "the list of lessons");
    press(&page, "[data-lesson='cache-aside']");
    go_through(&page, &Known::new("lesson-cache-aside"), true, check);
    press(&page, "#lesson-following");
    go_through(&page, &Known::new("lesson-read-through"), false, |_, _| {});
    press(&page, ".end [aria-haspopup]");
    page.shows("[data-lesson='cache-aside'] ~ .state", "Done");
    page.shows("[data-lesson='read-through'] ~ .state", "Done");
    page.shows("[data-lesson='ttl'] ~ .state", "Not started");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn a_reload_goes_on_where_it_was_left_until_it_is_started_over() {
    let page = Page::open("?preset=lesson-cache-aside");
    let known = Known::new("lesson-cache-aside");
    for index in 0..3 {
        at_step(&page, index + 1);
        let question = known.course.lesson.steps[index].question.as_ref().expect("it asks");
        answer(&page, question, &known.right(index));
        skip(&page);
        page.until("the verdict has had the focus", "return window.judged");
        press(&page, "#lesson-next");
    }
    at_step(&page, 4);
    page.reload();
    at_step(&page, 4);
    page.shows("[data-key='user:1']", "Carla");

    // The goal is reached with one's own hands, and what a lesson does is not taken back.
    page.click("button", "Read");
    page.shows("#lesson-said", "The goal is reached.");
    is(&page, "user:1", "In sync");
    page.until(
        "there is nothing to take back",
        "return document.getElementById('undo').getAttribute('aria-disabled') === 'true'",
    );

    // Back, and over.
    press(&page, "#lesson-back");
    at_step(&page, 3);
    page.shows(".ask", "You answered this before");
    use_scenario(&page, "Empty: nothing happens until you do it");
    page.lacks(".lesson");
    use_scenario(&page, "Lesson: cache-aside, step by step");
    at_step(&page, 3);
    page.click("button", "Lessons");
    page.shows("[data-lesson='cache-aside'] ~ .state", "At step 3 of 8");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn an_embedded_lesson_keeps_nothing_and_tells_its_host() {
    let page = Page::open("?embed=1&preset=lesson-read-through");
    let known = Known::new("lesson-read-through");
    go_through(&page, &known, true, |_, _| {});
    let kept = page.execute("return localStorage.length", json!([]));
    assert_eq!(kept, json!(0));

    page.go_to(&format!("{}files/lesson-host.html", page.site()));
    let heard =
        |kind: &str| format!("return window.heard.filter((each) => each.type === '{kind}')");
    page.until("the lesson is there", "return window.heard.some((each) => each.type === 'ready')");
    // Into the frame, and through the first two steps.
    page.press(&TAB.to_string());
    let inside = |script: &str| {
        page.execute(
            &format!("const inner = document.querySelector('iframe').contentDocument; {script}"),
            json!([]),
        )
    };
    let click = |selector: &str| {
        page.until(
            selector,
            &format!("return !!document.querySelector('iframe').contentDocument.querySelector(\"{selector}\")"),
        );
        inside(&format!("inner.querySelector(\"{selector}\").click()"));
    };
    // What a step does may be over before it is skipped.
    let skip = || {
        page.until(
            "the step is over",
            "const inner = document.querySelector('iframe').contentDocument;
             inner.querySelector('#lesson-skip')?.click();
             return inner.querySelector('.revealed') !== null",
        );
    };
    click("#lesson-play");
    skip();
    click("#lesson-next");
    click(".choice input[value='0']");
    click("#lesson-commit:not(:disabled)");
    skip();
    page.until(
        "the host hears of it",
        "return window.heard.some((each) => each.type === 'answer')",
    );
    let answers = page.execute(&heard("answer"), json!([]));
    let statement = &answers[0]["statement"];
    assert_eq!(statement["verb"]["display"]["en"], "answered");
    assert_eq!(statement["result"]["response"], "0");
    assert_eq!(statement["result"]["success"], json!(known.right(1) == Answer::Choices(vec![0])));
    assert_eq!(page.execute(&heard("complete"), json!([])), json!([]));
}

#[test]
fn a_common_wrong_number_is_answered_with_what_one_may_have_thought() {
    let page = Page::open("?preset=lesson-ttl");
    answer_number(&page, "3");
    page.shows(".revealed .note", "After 5 s it has been gone for three.");
    assert_eq!(accessibility::violations(&page), [] as [String; 0]);
    page.click("button", "Start this step again");
    answer_number(&page, "2");
    page.shows(".revealed", "Not quite");
    assert_eq!(page.texts(".revealed .note"), [] as [String; 0]);
}

fn answer_number(page: &Page, number: &str) {
    page.lacks(".revealed");
    page.element("#lesson-number").fill(number);
    page.element("#lesson-commit").click();
    skip(page);
}

#[test]
fn the_teachers_page_is_read_copied_and_printed_from_the_list_of_lessons() {
    let page = Page::open("");
    press(&page, "#lessons");
    press(&page, "[data-teacher='lesson-ttl']");
    page.shows("#lessons-title", "For teachers: TTL");
    focused(&page, "#lessons-title");
    page.shows(".teacher", "Choose a TTL from how often a key is read");
    page.shows(".teacher h3", "1. Too short");
    page.shows(".teacher", "The engine measures 0.");
    check(&page, "the teacher's page");
    page.resize(NARROW.0, NARROW.1);
    let fits =
        "const it = document.querySelector('.teacher'); return it.scrollWidth <= it.clientWidth";
    page.until("it is as narrow as the window", fits);
    page.resize(WIDE.0, WIDE.1);
    let text = page.execute("return document.getElementById('teacher-markdown').value", json!([]));
    let text = text.as_str().expect("a text");
    let open = format!("**Open it.** `{}?preset=lesson-ttl`\n", page.site());
    for part in ["# Lesson: TTL", &open, "<stale-mate preset=\"lesson-ttl\"", "## 8. What to take"]
    {
        assert!(text.contains(part), "no {part} in {text}");
    }
    page.execute("window.print = () => { window.printed = true; }", json!([]));
    press(&page, "#teacher-print");
    page.until("it is printed", "return window.printed === true");
    page.on_paper(900);
    page.until(
        "all of it is on paper, and nothing else",
        "const page = document.querySelector('.teacher');
         const last = [...page.querySelectorAll('section')].at(-1);
         return !document.querySelector('main').checkVisibility()
             && !document.querySelector('.taken').checkVisibility()
             && last.checkVisibility() && page.scrollHeight <= page.clientHeight",
    );
    page.prefer("prefers-color-scheme", "light");
    page.resize(WIDE.0, WIDE.1);
    press(&page, ".teacher .buttons:last-child button");
    page.shows("#lessons-title", "Lessons");
    focused(&page, "[data-teacher='lesson-ttl']");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn a_hidden_lesson_leaves_a_scenario_to_be_played() {
    let page = Page::open("?embed=1&preset=lesson-cache-aside&hide=lesson");
    page.element("[data-key='user:1']");
    page.lacks(".lesson");
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    assert_eq!(page.texts("#notices .notice"), [] as [String; 0]);
    assert_eq!(page.complaints(), [] as [String; 0]);
}

/// For looking at, not a test: `make screenshot`.
#[test]
#[ignore = "makes pictures; `make screenshot` asks for it"]
fn pictures_of_a_lesson() {
    let page = Page::open("?preset=lesson-cache-aside");
    let shown = std::cell::RefCell::new(std::collections::BTreeSet::new());
    go_through(&page, &Known::new("lesson-cache-aside"), true, |page, state| {
        if !shown.borrow_mut().insert(state.to_owned()) {
            return;
        }
        for (shape, (width, height)) in [("wide", WIDE), ("narrow", NARROW)] {
            page.resize(width, height);
            for theme in ["light", "dark"] {
                page.prefer("prefers-color-scheme", theme);
                page.screenshot(&format!("lesson-{}-{shape}-{theme}", state.replace(' ', "-")));
            }
        }
        page.resize(WIDE.0, WIDE.1);
    });
    page.click("button", "All lessons");
    page.screenshot("lesson-list");
}

/// For looking at, not a test: `make screenshot`.
#[test]
#[ignore = "makes pictures; `make screenshot` asks for it"]
fn pictures_for_teachers() {
    let page = Page::open("");
    press(&page, "#lessons");
    for (shape, (width, height), theme) in [("wide", WIDE, "light"), ("narrow", NARROW, "dark")] {
        page.resize(width, height);
        page.prefer("prefers-color-scheme", theme);
        page.screenshot(&format!("lesson-list-{shape}-{theme}"));
        press(&page, "[data-teacher='lesson-ttl']");
        page.element("#teacher-markdown");
        page.screenshot(&format!("lesson-teacher-{shape}-{theme}"));
        page.click("button", "All lessons");
    }
}
