//! What is kept of a learner, and what is said of them: nothing personal.

use serde_json::json;
use stalemate::lesson::{
    Answer, Attribution, Guide, Progress, Stamp, answered, completed, rehearse,
};

use super::*;

fn progress() -> Progress {
    let course = course(&scenario(&small()));
    let answer = |question: &Question| match question {
        Question::Number { .. } => Answer::Number(11.25),
        _ => Answer::Choices(vec![1]),
    };
    rehearse(&course, answer).unwrap().progress
}

#[test]
fn progress_is_small_and_survives_being_kept() {
    let kept = progress().to_json();
    assert_eq!(
        kept,
        r#"{"version":1,"lesson":"small","step":2,"answers":{"slow":{"answer":{"number":11.25},"right":true,"tries":1},"where":{"answer":{"choices":[1]},"right":false,"tries":1}},"done":true}"#
    );
    assert_eq!(Progress::parse(&kept), Ok(progress()));
    assert_eq!(progress().right(), 1);
    let course = course(&scenario(&small()));
    let (guide, _) = Guide::resume(&course, progress()).unwrap();
    assert_eq!(guide.progress(), &progress());
}

#[test]
fn progress_that_cannot_be_read_is_refused_with_a_reason() {
    let refused = |text: &str, why: &str| {
        let error = Progress::parse(text).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    };
    refused(
        r#"{"version":2,"lesson":5,"new":[]}"#,
        "its version is 2, of a later Stalemate; this one reads 1",
    );
    refused(
        r#"{"version":0,"lesson":"small","step":0}"#,
        "its version is 0; this Stalemate reads 1",
    );
    refused("", "is not a learner's progress");
    refused("[]", "is not a learner's progress");
    refused(r#"{"version":1,"lesson":"small","step":-1}"#, "is not a learner's progress");
    refused(r#"{"version":1,"lesson":"small","step":0,"name":"Ann"}"#, "unknown field `name`");
    refused(&" ".repeat(100_000), "has 100000 bytes; allowed: up to 65536");
    refused(&format!(r#"{{"version":1,"lesson":{}"#, "[".repeat(10_000)), "is not a learner's");
}

#[test]
fn progress_of_another_lesson_is_refused() {
    let course = course(&scenario(&small()));
    let refused = |change: fn(&mut Progress), why: &str| {
        let mut progress = progress();
        change(&mut progress);
        match Guide::resume(&course, progress) {
            Err(error) => assert_eq!(error.to_string(), why),
            Ok(_) => panic!("taken, instead of: {why}"),
        }
    };
    refused(|it| it.lesson = "big".to_owned(), "it is of the lesson big; this one is small");
    refused(|it| it.step = 3, "its step is 3; allowed: 0..2");
    refused(|it| it.version = 7, "its version is 7, of a later Stalemate; this one reads 1");
    refused(
        |it| {
            let given = it.answers["where"].clone();
            it.answers.insert("other".to_owned(), given);
        },
        "it answers a question other, which the lesson does not ask",
    );
    refused(
        |it| it.answers.get_mut("where").unwrap().answer = Answer::Choices(vec![9]),
        "answers.where: chooses [9]; allowed: of 0..1, in order",
    );
}

#[test]
fn statements_say_what_was_done_and_not_by_whom() {
    let course = course(&scenario(&small()));
    let progress = progress();
    let stamp = |number| Stamp::new([number; 16], "2026-11-29T10:00:00.000Z".to_owned());
    let nobody = Attribution::default();
    let learner = Attribution::read(&json!({
        "actor": {"account": {"homePage": "https://lms.example", "name": "4711"}},
        "base": "https://course.example/",
        "registration": "5b2c1d6e-0f3a-4c8d-9e21-7a6b5c4d3e2f",
    }));
    let learner = learner.expect("all of it is right");
    let answered = |question: &str, took_ms, attribution, number| {
        let given = &progress.answers[if question == "nothing" { "slow" } else { question }];
        answered(&course, question, given, took_ms, attribution, stamp(number))
    };
    let statements = [
        answered("where", 12_345, &nobody, 1).unwrap(),
        answered("slow", 900, &learner, 2).unwrap(),
        completed(&course, &progress, 83_000, &nobody, stamp(255)),
    ];
    let text = serde_json::to_string_pretty(&statements).unwrap();
    let again: Vec<stalemate::lesson::XapiStatement> = serde_json::from_str(&text).unwrap();
    assert_eq!(again, statements);
    insta::with_settings!({omit_expression => true, snapshot_path => "../snapshots/lessons", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("statements", text);
    });
    assert_eq!(answered("nothing", 0, &nobody, 3), None);
}
