//! A lesson's page for teachers, as Markdown: the questions, the engine's answers, and the common
//! wrong answers.

use std::fmt::Write;

use super::course::{Course, Words};
use super::rehearse::{Rehearsal, Rehearsed};
use crate::markdown::{Block, escaped, markdown};
use crate::scenario::{LessonStep, Question};
use crate::time::duration;

/// How a class opens the lesson, if that is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Links<'a> {
    /// A link that opens the lesson.
    pub open: Option<&'a str>,
    /// The code that embeds it in a course page.
    pub embed: Option<&'a str>,
}

/// A section of the page: the first is about the lesson, the others about its steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Plain text.
    pub heading: String,
    /// Markdown, of the subset that [`markdown`](crate::markdown) reads.
    pub text: String,
}

/// The page of a rehearsed lesson, from its sections.
pub fn page(sections: &[Section]) -> String {
    let mut page = String::new();
    for (number, section) in sections.iter().enumerate() {
        let heading = escaped(&section.heading);
        // a text takes what is written to it
        let _ = match number {
            0 => write!(page, "# {heading}\n\n{}\n", section.text),
            _ => write!(page, "\n## {number}. {heading}\n\n{}\n", section.text),
        };
    }
    page
}

/// The sections of that page.
pub fn sections(course: &Course, rehearsal: &Rehearsal, links: Links<'_>) -> Vec<Section> {
    let section = |heading: &str, text: String| Section {
        heading: heading.to_owned(),
        text: text.trim_end().to_owned(),
    };
    let mut sections = vec![section(course.title(), about(course, links))];
    for (index, (step, played)) in course.lesson.steps.iter().zip(&rehearsal.steps).enumerate() {
        let mut text = String::new();
        paragraphs(&mut text, &course.words[index].text);
        tell_step(&mut text, course, index, step, played);
        sections.push(section(&step.title, text));
    }
    sections
}

fn about(course: &Course, links: Links<'_>) -> String {
    let lesson = &course.lesson;
    let mut page = String::new();
    let _ = write!(page, "**Objective.** {}\n\n", escaped(&lesson.objective));
    if !lesson.audience.is_empty() {
        let _ = write!(page, "**For whom.** {}\n\n", escaped(&lesson.audience));
    }
    let _ = write!(
        page,
        "**Time.** About {}: {}, {}.\n\n",
        many(lesson.minutes as usize, "minute"),
        many(lesson.steps.len(), "step"),
        many(course.questions().len(), "question"),
    );
    if let Some(link) = links.open {
        let is_safe = link.starts_with("https://");
        let link = if is_safe { format!("<{link}>") } else { format!("`{link}`") };
        let _ = write!(page, "**Open it.** {link}\n\n");
    }
    if let Some(code) = links.embed {
        let _ = write!(page, "**Embed it.**\n\n{}\n\n", markdown(&[Block::Code(code.to_owned())]));
    }
    page.push_str(
        "At each question, let everyone commit to an answer before the run continues. The \
         engine says which answer is right.\n",
    );
    page
}

fn tell_step(
    page: &mut String,
    course: &Course,
    index: usize,
    step: &LessonStep,
    played: &Rehearsed,
) {
    let words = &course.words[index];
    if let Some(question) = &step.question {
        let _ = write!(page, "**Ask the class.** ");
        paragraphs(page, &words.prompt);
        for (number, choice) in words.choices.iter().enumerate() {
            let right = played.reveal.choices.get(number).is_some_and(|choice| choice.right);
            let _ =
                writeln!(page, "- {}{}", markdown(choice), if right { " — **right**" } else { "" });
        }
        if !words.choices.is_empty() {
            page.push('\n');
        }
        if let (Question::Number { within, unit, .. }, Some(measured)) =
            (question, &played.reveal.measured)
        {
            let _ = write!(page, "The engine measures {}", measured.words);
            if *within > 0.0 {
                let near = format!("{within} {}", unit.sign());
                let _ = write!(page, "; within {} of it counts as right", near.trim_end());
            }
            page.push_str(".\n\n");
        }
    }
    if step.goal.is_some() {
        page.push_str("**Let the class do it.** ");
        if !words.hint.is_empty() {
            let _ = write!(page, "If they are stuck: {}", markdown(&words.hint));
        }
        page.push_str("\n\n");
    }
    if !played.done.is_empty() {
        let title = if step.goal.is_some() { "One way" } else { "Actions" };
        let _ = write!(page, "**{title}.**\n\n");
        for (at_us, what) in &played.done {
            let _ = writeln!(page, "- {}: {}", duration(*at_us), escaped(what));
        }
        page.push('\n');
    }
    if !played.reveal.explanation.is_empty() {
        page.push_str("**What it shows.** ");
        paragraphs(page, &played.reveal.explanation);
    }
    paragraphs(page, &played.reveal.after);
    wrong_answers(page, step, words, played);
}

fn many(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// The notes on choices that the engine found wrong, and on guesses.
fn wrong_answers(page: &mut String, step: &LessonStep, words: &Words, played: &Rehearsed) {
    let choices = words.choices.iter().zip(&words.notes).zip(&played.reveal.choices);
    let wrong = choices.filter(|((_, note), choice)| !choice.right && !note.is_empty());
    let wrong = wrong.map(|((choice, note), _)| (markdown(choice), note));
    let numbers = step.question.iter().filter_map(|question| match question {
        Question::Number { unit, guesses, .. } => Some((unit, guesses)),
        _ => None,
    });
    let guesses = numbers.flat_map(|(unit, guesses)| {
        guesses.iter().zip(&words.notes).map(move |(guess, note)| {
            (format!("{} {}", guess.value, unit.sign()).trim_end().to_owned(), note)
        })
    });
    let mut wrong = wrong.chain(guesses).peekable();
    if wrong.peek().is_some() {
        page.push_str("**Common wrong answers.**\n\n");
        for (answer, note) in wrong {
            let note = markdown(note).replace("\n\n", " ");
            let _ = writeln!(page, "- *{}* — {note}", answer.trim_end_matches('.'));
        }
        page.push('\n');
    }
}

fn paragraphs(page: &mut String, blocks: &[Block]) {
    if !blocks.is_empty() {
        page.push_str(&markdown(blocks));
        page.push_str("\n\n");
    }
}
