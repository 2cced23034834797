//! The lessons that come along, as they are played.
//!
//! After a change that is meant, run `INSTA_UPDATE=always cargo test --test documents`
//! and read the difference: it is what learners are told.

use std::collections::BTreeSet;

use stalemate::lesson::{Answer, Links, any_answer, page, rehearse, sections};
use stalemate::scenario::{LessonGroup, Question};

use super::*;

#[test]
fn each_is_played_to_its_end_as_it_was() {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path("../snapshots/lessons");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (_, scenario) in lessons() {
            let (course, rehearsal) = rehearsed(&scenario);
            assert!(rehearsal.progress.done);
            let id = course.lesson.id.clone();
            insta::assert_snapshot!(id, page(&sections(&course, &rehearsal, Links::default())));
        }
    });
}

#[test]
fn each_is_of_a_size_for_a_lesson() {
    for (preset, scenario) in lessons() {
        let (course, _) = rehearsed(&scenario);
        let lesson = &course.lesson;
        assert_eq!(preset.id, format!("lesson-{}", lesson.id));
        assert!((5..=9).contains(&lesson.steps.len()), "{}", preset.id);
        assert!(course.questions().len() >= 3, "{}", preset.id);
        assert!((5..=10).contains(&lesson.minutes), "{}", preset.id);
        assert!(!lesson.audience.is_empty(), "{}", preset.id);
        for step in &lesson.steps {
            assert!(step.text.chars().count() <= 700, "{}: {}", preset.id, step.title);
        }
        let questions = || lesson.steps.iter().filter_map(|it| it.question.as_ref());
        let choices = questions().flat_map(Question::choices).map(|choice| &choice.note);
        let guesses = questions().flat_map(Question::guesses).map(|guess| &guess.note);
        let wrong = choices.chain(guesses).filter(|note| !note.is_empty()).count();
        assert!(wrong >= 2, "{}: hardly a wrong answer is explained", preset.id);
    }
}

#[test]
fn there_is_one_for_each_group_in_order_of_difficulty() {
    let lessons = lessons();
    let groups: BTreeSet<LessonGroup> =
        lessons.iter().filter_map(|(_, it)| Some(it.lesson.as_ref()?.group)).collect();
    assert_eq!(groups.len(), lessons.len());
    let order: Vec<u32> = lessons.iter().map(|(_, it)| it.lesson.as_ref().unwrap().order).collect();
    assert_eq!(order, (1..=lessons.len() as u32).collect::<Vec<_>>());
}

/// What an author promises about a question holds whatever the seed.
#[test]
fn each_question_has_the_same_answer_with_every_seed() {
    for (preset, mut scenario) in lessons() {
        let (first, rehearsal) = rehearsed(&scenario);
        assert_eq!(rehearsal.problems(&first), [], "{}", preset.id);
        let answers = right_answers(&first, &rehearsal);
        for seed in [2, 3, 42, 1_000_003, 1 << 53] {
            scenario.seed = seed;
            let (course, rehearsal) = rehearsed(&scenario);
            assert_eq!(rehearsal.problems(&course), [], "{} with seed {seed}", preset.id);
            let again = right_answers(&course, &rehearsal);
            for ((id, answer), (_, other)) in answers.iter().zip(&again) {
                let (_, question) = course.question(id).unwrap();
                let same = match (question, answer, other) {
                    (Question::Number { within, .. }, Answer::Number(a), Answer::Number(b)) => {
                        (a - b).abs() <= *within
                    }
                    _ => answer == other,
                };
                assert!(same, "{} {id}: {answer:?}, with seed {seed} {other:?}", preset.id);
            }
        }
    }
}

#[test]
fn right_answers_are_judged_right_and_wrong_ones_wrong() {
    for (preset, scenario) in lessons() {
        let (course, first) = rehearsed(&scenario);
        let answers = right_answers(&course, &first);
        let right = |question: &Question| {
            answers.iter().find(|(id, _)| id == question.id()).unwrap().1.clone()
        };
        let learner = rehearse(&course, right).unwrap();
        assert_eq!(learner.progress.right(), answers.len(), "{}", preset.id);
        let learner = rehearse(&course, |it| wrong_answer(it, &right(it))).unwrap();
        assert_eq!(learner.progress.right(), 0, "{}", preset.id);
        assert_eq!(learner.progress.answers.len(), answers.len());
    }
}

/// The answer is what the engine did: under another strategy it is another one.
#[test]
fn another_strategy_makes_another_choice_right() {
    let answer_of = |lesson: &str, question: &str, strategy: &str| {
        let (_, mut scenario) =
            lessons().into_iter().find(|(preset, _)| preset.id == lesson).unwrap();
        let use_it = |uses: &mut Vec<stalemate::scenario::StrategyUse>| {
            for each in uses.iter_mut().filter(|each| each.prefix.is_empty()) {
                each.strategy = strategy.to_owned();
                each.parameters.clear();
            }
        };
        use_it(&mut scenario.strategies);
        for step in &mut scenario.lesson.as_mut().unwrap().steps {
            if let Some(restart) = &mut step.restart {
                use_it(&mut restart.strategies);
            }
            // other strategies need other ways to a goal
            step.goal = None;
        }
        let (course, rehearsal) = rehearsed(&scenario);
        rehearsal.right_answer(course.question(question).unwrap().0).unwrap()
    };
    let check = |lesson: &str, question: &str, strategy: &str, right: Answer| {
        let own = right_answers_of(lesson, question);
        assert_ne!(own, right, "{lesson} {question}");
        assert_eq!(answer_of(lesson, question, strategy), right, "{lesson} {question} {strategy}");
    };
    let choice = |index| Answer::Choices(vec![index]);
    check("lesson-cache-aside", "after-write", "write-through", choice(0));
    check("lesson-cache-aside", "after-write", "cache-aside-ignore", choice(1));
    check("lesson-cache-aside", "second-read", "no-cache", choice(0));
    check("lesson-read-through", "cut", "cache-aside", choice(0));
    check("lesson-read-through", "ten-misses", "cache-aside", Answer::Number(10.0));
    check("lesson-read-through", "ten-aside", "leases", choice(0));
    check("lesson-read-through", "door", "cache-aside", choice(0));
    check("lesson-write-through", "fresh", "cache-aside", choice(0));
    check("lesson-write-through", "import", "write-around", choice(0));
    check("lesson-write-around", "again", "cache-aside", choice(0));
    check("lesson-write-around", "how-long", "cache-aside", Answer::Number(0.0));
    check("lesson-ttl", "stampede", "read-through", choice(0));
    check("lesson-ttl", "net", "versioned-set", choice(0));
    check("lesson-write-behind", "fast", "write-through", choice(1));
    check("lesson-write-behind", "coalesced", "write-through", Answer::Number(10.0));
    check("lesson-write-behind", "lost", "write-behind-durable", Answer::Number(0.0));
    check("lesson-fixing-the-races", "crossed", "versioned-set", choice(0));
    check("lesson-fixing-the-races", "deleted", "cache-aside-update", choice(0));
    check("lesson-fixing-the-races", "slow-reader", "leases", choice(0));
    check("lesson-fixing-the-races", "leases", "cache-aside", choice(0));
}

fn right_answers_of(lesson: &str, question: &str) -> Answer {
    let (_, scenario) = lessons().into_iter().find(|(preset, _)| preset.id == lesson).unwrap();
    let (course, rehearsal) = rehearsed(&scenario);
    rehearsal.right_answer(course.question(question).unwrap().0).unwrap()
}

#[test]
fn a_common_wrong_answer_is_known_as_one_and_a_right_one_is_not() {
    let mut json = small();
    json["lesson"]["steps"][2]["question"]["guesses"] =
        json!([{"value": 1, "note": "The cache alone."}, {"value": 10.5, "note": "Half *of* it."}]);
    let course = course(&scenario(&json));
    let guess = |number: f64| {
        let answer = move |question: &Question| match question {
            Question::Number { .. } => Answer::Number(number),
            other => any_answer(other),
        };
        let step = &rehearse(&course, answer).unwrap().steps[2];
        let measured = step.reveal.measured.as_ref().unwrap();
        (step.reveal.right.unwrap(), measured.guess)
    };
    // 11.5 ms is measured, and half a millisecond is near enough.
    assert_eq!(guess(11.5), (true, None));
    assert_eq!(guess(11.0), (true, None), "as near to a guess as to the truth");
    assert_eq!(guess(10.5), (false, Some(1)));
    assert_eq!(guess(0.6), (false, Some(0)));
    assert_eq!(guess(5.0), (false, None));
    let rehearsal = rehearse(&course, any_answer).unwrap();
    let page = page(&sections(&course, &rehearsal, Links::default()));
    assert!(page.contains("**Common wrong answers.**\n\n- *1 ms* — The cache alone.\n"), "{page}");
    assert!(page.contains("- *10.5 ms* — Half *of* it.\n"), "{page}");
}
