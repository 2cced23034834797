//! The way through a lesson: portions, back, again, and from where it was left.

use stalemate::lesson::{Answer, Guide, Played, Progress, Reveal, StepError};
use stalemate::scenario::What;
use stalemate::simulate::timeline::Timeline;

use super::*;

/// Plays a step to its end in portions of so many events, and to instants so
/// far apart.
fn play(guide: &mut Guide, timeline: &mut Timeline, events: u32, apart_us: u64) {
    for _ in 0..10_000_000 {
        let until_us = timeline.now().now_us().saturating_add(apart_us);
        match guide.play(timeline, until_us, events) {
            Played::Over => return,
            Played::More | Played::Waiting => {}
            end => panic!("{end:?}"),
        }
    }
    panic!("it does not end");
}

/// Everything that is revealed on the way through a lesson.
fn reveals(scenario: &Scenario, events: u32, apart_us: u64) -> Vec<Reveal> {
    let course = course(scenario);
    let (mut guide, mut timeline) = Guide::new(&course).unwrap();
    let mut reveals = Vec::new();
    loop {
        if let Some(question) = &guide.step().question {
            let answer = any_answer(question);
            guide.commit(answer).unwrap();
        }
        guide.show(&timeline);
        play(&mut guide, &mut timeline, events, apart_us);
        reveals.push(guide.reveal().unwrap().clone());
        if !guide.has_next() {
            return reveals;
        }
        guide.next(&mut timeline).unwrap();
    }
}

#[test]
fn it_does_not_matter_in_which_portions_a_lesson_is_played() {
    for (preset, scenario) in lessons() {
        let whole = reveals(&scenario, u32::MAX, u64::MAX);
        assert_eq!(reveals(&scenario, 13, u64::MAX), whole, "{}", preset.id);
        assert_eq!(reveals(&scenario, u32::MAX, 777_777), whole, "{}", preset.id);
    }
    let small = scenario(&small());
    let whole = reveals(&small, u32::MAX, u64::MAX);
    for (events, apart_us) in [(1, 1_000), (1, u64::MAX), (2, 300), (u32::MAX, 100)] {
        assert_eq!(reveals(&small, events, apart_us), whole);
    }
}

/// A guide at the first step of the small lesson.
fn begin() -> (Guide, Timeline) {
    Guide::new(&course(&scenario(&small()))).unwrap()
}

fn choose(guide: &mut Guide, timeline: &mut Timeline, index: u16) {
    guide.commit(Answer::Choices(vec![index])).unwrap();
    play(guide, timeline, 100, u64::MAX);
}

#[test]
fn nothing_runs_before_the_answer_is_given() {
    let (mut guide, mut timeline) = begin();
    assert!(guide.asks());
    assert_eq!(guide.play(&mut timeline, u64::MAX, 100), Played::Asks);
    assert_eq!((timeline.now().events(), timeline.now().now_us()), (0, 0));
    assert_eq!(guide.reveal(), None);
    assert_eq!(guide.next(&mut timeline), Err(StepError::StepNotOver));
    choose(&mut guide, &mut timeline, 0);
    assert_eq!(guide.reveal().unwrap().right, Some(true));
    assert!(!guide.asks());
}

#[test]
fn an_answer_fits_its_question_and_is_given_once() {
    let (mut guide, mut timeline) = begin();
    for (answer, why) in [
        (Answer::Number(1.0), "the answer must be a choice"),
        (Answer::Choices(vec![2]), "chooses [2]; allowed: of 0..1, in order"),
        (Answer::Choices(vec![]), "chooses 0; allowed: one"),
        (Answer::Choices(vec![0, 1]), "chooses 2; allowed: one"),
        (Answer::Choices(vec![0, 0]), "chooses [0, 0]; allowed: of 0..1, in order"),
    ] {
        let refused = guide.commit(answer).map_err(|refused| refused.to_string());
        assert_eq!(refused, Err(why.to_owned()));
    }
    guide.commit(Answer::Choices(vec![1])).unwrap();
    assert_eq!(guide.commit(Answer::Choices(vec![0])), Err(StepError::AlreadyAnswered));
    play(&mut guide, &mut timeline, 100, u64::MAX);
    assert_eq!(guide.reveal().unwrap().right, Some(false));
    guide.next(&mut timeline).unwrap();
    assert_eq!(guide.commit(Answer::Number(0.0)), Err(StepError::NothingAsked));
}

#[test]
fn a_number_is_right_if_it_is_near_enough() {
    let judge = |number: f64| {
        let (mut guide, mut timeline) = begin();
        choose(&mut guide, &mut timeline, 0);
        guide.next(&mut timeline).unwrap();
        guide.show(&timeline);
        play(&mut guide, &mut timeline, 100, u64::MAX);
        guide.next(&mut timeline).unwrap();
        guide.commit(Answer::Number(number)).unwrap();
        play(&mut guide, &mut timeline, 100, u64::MAX);
        let reveal = guide.reveal().unwrap();
        assert_eq!(reveal.measured.as_ref().unwrap().words, "11.5 ms");
        reveal.right.unwrap()
    };
    assert!(judge(11.5) && judge(11.0) && judge(12.0));
    assert!(!judge(10.9) && !judge(12.1) && !judge(11_500.0));
}

#[test]
fn a_goal_is_reached_by_the_learners_own_hands() {
    let (mut guide, mut timeline) = begin();
    choose(&mut guide, &mut timeline, 0);
    guide.next(&mut timeline).unwrap();
    for _ in 0..3 {
        let until_us = timeline.now().now_us() + 100_000;
        assert_eq!(guide.play(&mut timeline, until_us, 100), Played::Waiting);
    }
    let mine = What::OutsideWrite { key: "k".to_owned(), value: None };
    timeline.act(mine).unwrap();
    assert_eq!(guide.play(&mut timeline, 10_000_000, 1_000), Played::Over);
    assert!(!guide.is_shown());
    let told = stalemate::markdown::plain(&guide.reveal().unwrap().after);
    assert!(told.starts_with("The database has "), "{told}");
    assert_ne!(told, "The database has new.");
}

#[test]
fn going_back_begins_the_step_again_as_the_lesson_has_it() {
    let (mut guide, mut timeline) = begin();
    choose(&mut guide, &mut timeline, 1);
    guide.next(&mut timeline).unwrap();
    // something that the lesson does not do
    timeline.act(What::KillCache { cache: None }).unwrap();
    assert_eq!(guide.back(&mut timeline), Ok(()));
    assert_eq!((guide.at(), timeline.now().now_us(), guide.asks()), (0, 0, true));
    assert_eq!(guide.back(&mut timeline), Err(StepError::FirstStep));
    choose(&mut guide, &mut timeline, 0);
    assert_eq!(guide.reveal().unwrap().right, Some(true));
    // the first answer counts
    let given = &guide.progress().answers["where"];
    assert_eq!((given.right, given.tries), (false, 2));
    guide.next(&mut timeline).unwrap();
    guide.again(&mut timeline).unwrap();
    while guide.is_arriving() {
        guide.play(&mut timeline, 0, 3);
    }
    assert_eq!(guide.at(), 1);
    assert_eq!(guide.reveal(), None);
    let report = timeline.now().report();
    assert_eq!((report.reads.total, report.cache.entries), (1, 1));
}

#[test]
fn a_lesson_goes_on_where_it_was_left() {
    for (preset, scenario) in lessons() {
        let whole = reveals(&scenario, u32::MAX, u64::MAX);
        let course = course(&scenario);
        for (step, expected) in whole.iter().enumerate() {
            let text = format!(r#"{{"version":1,"lesson":"{}","step":{step}}}"#, course.lesson.id);
            let progress = Progress::parse(&text).unwrap();
            let (mut guide, mut timeline) = Guide::resume(&course, progress).unwrap();
            let mut portions = 0;
            while guide.is_arriving() {
                let played = guide.play(&mut timeline, 0, 5_000);
                assert!(matches!(played, Played::More | Played::Waiting), "{played:?}");
                portions += 1;
                assert!(portions < 10_000, "{} does not arrive at {step}", preset.id);
            }
            assert_eq!(guide.at(), step);
            if let Some(question) = &guide.step().question {
                let answer = any_answer(question);
                guide.commit(answer).unwrap();
            }
            guide.show(&timeline);
            play(&mut guide, &mut timeline, u32::MAX, u64::MAX);
            assert_eq!(guide.reveal(), Some(expected), "{} {step}", preset.id);
        }
    }
}

/// How far the run goes in a step of one read, with this `play`.
fn played_to(play_to: Json, more: Json) -> u64 {
    let mut json = small();
    json["actions"] = more;
    let step = &mut json["lesson"]["steps"][0];
    step["play"] = play_to;
    let course = course(&scenario(&json));
    let (mut guide, mut timeline) = Guide::new(&course).unwrap();
    choose(&mut guide, &mut timeline, 0);
    let at_us = timeline.now().now_us();
    assert_eq!(guide.reveal().unwrap().at_us, at_us);
    at_us
}

#[test]
fn a_run_goes_on_for_a_time_until_it_is_quiet_or_until_something_goes_wrong() {
    let none = || json!([]);
    assert_eq!(played_to(json!({"until": "time", "for_us": 5_000}), none()), 5_000);
    assert_eq!(played_to(json!({"until": "time", "for_us": 2_000_000}), none()), 2_000_000);
    // the answer reaches ann 11.5 ms after she asked
    assert_eq!(played_to(json!({"until": "quiet"}), none()), 12_500);
    assert_eq!(played_to(json!({"until": "quiet", "most_us": 4_000}), none()), 4_000);
    let stale = json!([
        {"at_us": 100_000, "do": "outside-write", "key": "k"},
        {"at_us": 200_000, "do": "read", "key": "k"},
    ]);
    assert_eq!(played_to(json!({"until": "problem"}), stale.clone()), 201_000);
    assert_eq!(played_to(json!({"until": "problem", "most_us": 150_000}), stale), 150_000);
    assert_eq!(played_to(json!({"until": "problem"}), none()), 60_000_000);
}

/// Something that a learner, or the page, does.
#[derive(Clone, Debug)]
enum Deed {
    Answer(Answer),
    Play { events: u32, for_us: u64 },
    Show,
    Next,
    Back,
    Again,
    Act(What),
    Undo,
    Seek(u64),
    Leave,
}

fn deed() -> impl proptest::strategy::Strategy<Value = Deed> {
    use proptest::prelude::*;
    let key = || "k".to_owned();
    prop_oneof![
        1 => proptest::collection::vec(0..3u16, 0..3).prop_map(|it| Deed::Answer(Answer::Choices(it))),
        1 => (0..2u16).prop_map(|it| Deed::Answer(Answer::Choices(vec![it]))),
        1 => any::<f64>().prop_map(|it| Deed::Answer(Answer::Number(it))),
        4 => (0..50u32, 0..100_000u64).prop_map(|(events, for_us)| Deed::Play { events, for_us }),
        4 => Just(Deed::Play { events: 10_000, for_us: 100_000 }),
        1 => Just(Deed::Show),
        3 => Just(Deed::Next),
        1 => Just(Deed::Back),
        1 => Just(Deed::Again),
        1 => Just(Deed::Act(What::Read { key: key(), client: None, times: 1 })),
        1 => Just(Deed::Act(What::OutsideWrite { key: key(), value: None })),
        1 => Just(Deed::Act(What::Evict { key: key(), cache: None })),
        1 => Just(Deed::Undo),
        1 => (0..200_000u64).prop_map(Deed::Seek),
        1 => Just(Deed::Leave),
    ]
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        failure_persistence: None, cases: 300, ..Default::default()
    })]

    /// Whatever is done in whatever order, the guide stays in the lesson, and what
    /// is kept of it leads back to the same step.
    #[test]
    fn no_order_of_deeds_gets_a_player_lost(
        deeds in proptest::collection::vec(deed(), 0..40),
    ) {
        let course = course(&scenario(&small()));
        let (mut guide, mut timeline) = Guide::new(&course).unwrap();
        for deed in deeds {
            let before = (guide.at(), guide.reveal().is_some());
            match deed {
                Deed::Answer(answer) => { let _ = guide.commit(answer); }
                Deed::Play { events, for_us } => {
                    let until_us = timeline.now().now_us() + for_us;
                    let played = guide.play(&mut timeline, until_us, events);
                    let over = guide.reveal().is_some();
                    proptest::prop_assert_eq!(played == Played::Over, over, "{:?}", played);
                }
                Deed::Show => guide.show(&timeline),
                Deed::Next => {
                    let went = guide.next(&mut timeline).is_ok();
                    proptest::prop_assert_eq!(went, before.1 && before.0 < 2);
                    proptest::prop_assert_eq!(guide.at(), before.0 + usize::from(went));
                }
                Deed::Back => { let _ = guide.back(&mut timeline); }
                Deed::Again => guide.again(&mut timeline).unwrap(),
                Deed::Act(what) => { let _ = timeline.act(what); }
                Deed::Undo => { timeline.undo(); }
                Deed::Seek(at_us) => timeline.turn_to(at_us),
                Deed::Leave => {
                    let progress = Progress::parse(&guide.progress().to_json()).unwrap();
                    proptest::prop_assert_eq!(&progress, guide.progress());
                    let at = guide.at();
                    (guide, timeline) = Guide::resume(&course, progress).unwrap();
                    proptest::prop_assert_eq!(guide.at(), at);
                }
            }
            proptest::prop_assert!(guide.at() < course.lesson.steps.len());
        }
    }
}
