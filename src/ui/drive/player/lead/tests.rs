//! Tests of lessons in the page's player, frame by frame.

use std::rc::Rc;

use super::*;
use crate::lesson::{Course, Rehearsal, any_answer, rehearse};
use crate::scenario::{Literal, What};
use crate::ui::drive::catalog;
use crate::ui::drive::player::learning::LessonView;
use crate::ui::drive::player::open::LEFT;
use crate::ui::drive::player::{Command, Frame};

fn opened(preset: &str) -> Player {
    let scenario = catalog::preset(preset).expect("a preset");
    Player::of(preset, scenario, || 0.0).expect("it runs")
}

fn rehearsed(preset: &str) -> Rehearsal {
    let scenario = catalog::preset(preset).expect("a preset");
    let course = Rc::new(Course::new(&scenario).expect("a sound lesson"));
    rehearse(&course, any_answer).expect("it comes to its end")
}

/// Carries out a command that must not be refused.
fn does(player: &mut Player, command: Command) -> Frame {
    match player.command(command) {
        Ok(Reaction::Went(frame) | Reaction::Opened(_, frame, _)) => frame,
        Ok(Reaction::Made(_)) => panic!("a file was made"),
        Err(why) => panic!("{why}"),
    }
}

fn refused(player: &mut Player, command: Command) -> CommandError {
    player.command(command).map(drop).expect_err("it was done")
}

fn learns(player: &mut Player, learn: Learn) -> Rc<LessonView> {
    does(player, Command::Learn(learn)).lesson.expect("a lesson")
}

fn view(player: &mut Player) -> Rc<LessonView> {
    player.learning.as_mut().expect("a lesson").view(0.0)
}

/// Lets frames pass until the run is paused.
fn rests(player: &mut Player) {
    for _ in 0..200_000 {
        if player.going.is_none() && !player.transport.moving() {
            return;
        }
        player.pass(16.0, || 0.0);
    }
    panic!("it never rests");
}

/// Answers, plays or shows the solution, as the step requires.
fn sets_out(player: &mut Player) {
    let lesson = view(player);
    let learn = match lesson.stage {
        Stage::Asks => {
            let question = lesson.step().question.as_ref().expect("it asks");
            Learn::Commit(any_answer(question))
        }
        Stage::Ready => Learn::Play,
        Stage::Goal { .. } => Learn::Show,
        Stage::Over => return,
        stage => panic!("it is {stage:?}"),
    };
    learns(player, learn);
}

#[test]
fn in_frames_or_at_once_a_lesson_comes_to_what_it_comes_to_by_itself() {
    for lesson in catalog::lessons() {
        let known = rehearsed(lesson.preset);
        for skips in [false, true] {
            let mut player = opened(lesson.preset);
            let _ = player.command(Command::Speed(9));
            for (at, step) in known.steps.iter().enumerate() {
                let place = format!("{} at step {at}", lesson.preset);
                assert_eq!(view(&mut player).at, at, "{place}");
                assert_eq!(player.line.now().now_us(), step.from_us, "{place}");
                sets_out(&mut player);
                if skips && view(&mut player).stage != Stage::Over {
                    learns(&mut player, Learn::Skip);
                }
                rests(&mut player);
                let lesson = view(&mut player);
                assert_eq!(lesson.stage, Stage::Over, "{place}");
                assert_eq!(lesson.reveal.as_deref(), Some(&step.reveal), "{place}");
                assert_eq!(player.line.now().history().checksum(), step.checksum, "{place}");
                assert!(!player.line.can_undo(), "{place}: the lesson's doing can be taken back");
                if !lesson.is_last() {
                    learns(&mut player, Learn::Next);
                }
            }
            assert_eq!(view(&mut player).progress, known.progress);
        }
    }
}

/// A player after this many steps, at the next one.
fn gone(preset: &str, steps: usize) -> Player {
    let mut player = opened(preset);
    for _ in 0..steps {
        sets_out(&mut player);
        if view(&mut player).stage != Stage::Over {
            learns(&mut player, Learn::Skip);
            rests(&mut player);
        }
        learns(&mut player, Learn::Next);
    }
    player
}

#[test]
fn back_again_and_from_where_it_was_left_a_step_begins_as_it_did() {
    for preset in ["lesson-cache-aside", "lesson-fixing-the-races", "lesson-mixing"] {
        let known = rehearsed(preset);
        for at in [1, 3, 5] {
            let kept = view(&mut gone(preset, at)).progress.clone();
            let mut resumed = opened(preset);
            learns(&mut resumed, Learn::Resume(kept.into()));
            let mut back = gone(preset, at + 1);
            learns(&mut back, Learn::Back);
            let mut again = gone(preset, at);
            sets_out(&mut again);
            does(&mut again, Command::Reset);
            for mut player in [resumed, back, again] {
                rests(&mut player);
                assert_eq!(view(&mut player).at, at);
                assert_eq!(player.line.now().now_us(), known.steps[at].from_us);
                sets_out(&mut player);
                rests(&mut player);
                let lesson = view(&mut player);
                assert_eq!(lesson.reveal.as_deref(), Some(&known.steps[at].reveal), "{preset}");
            }
        }
    }
}

#[test]
fn another_run_of_a_lesson_is_shown_with_its_own_code() {
    let mut player = opened("lesson-fixing-the-races");
    let before = player.opened().programs[0].title.clone();
    sets_out(&mut player);
    rests(&mut player);
    match player.command(Command::Learn(Learn::Next)) {
        Ok(Reaction::Opened(opened, frame, _)) => {
            assert_ne!(opened.programs[0].title, before);
            assert!(frame.jumped && frame.picture.at_us == 0);
        }
        _ => panic!("the run begins again"),
    }
}

#[test]
fn a_goal_is_reached_by_hand_and_what_led_to_it_stays() {
    let mut player = gone("lesson-cache-aside", 3);
    assert_eq!(view(&mut player).stage, Stage::Goal { shown: false });
    let write = || What::Write {
        key: "user:1".to_owned(),
        value: Some(Literal::Int(7)),
        client: None,
        times: 1,
    };
    does(&mut player, Command::Do(write()));
    rests(&mut player);
    assert_eq!(view(&mut player).stage, Stage::Goal { shown: false });
    // one's own doing can be taken back, and no more than that
    does(&mut player, Command::Undo);
    rests(&mut player);
    assert_eq!(refused(&mut player, Command::Undo), CommandError::NothingToUndo);
    let read = What::Read { key: "user:1".to_owned(), client: None, times: 1 };
    does(&mut player, Command::Do(read));
    rests(&mut player);
    assert_eq!(view(&mut player).stage, Stage::Over);
    assert!(!player.line.can_undo());
}

#[test]
fn who_looks_back_finds_the_lesson_where_it_was() {
    let known = rehearsed("lesson-cache-aside");
    let mut player = gone("lesson-cache-aside", 4);
    // in the middle of the step, long after one of its actions and before the next
    sets_out(&mut player);
    player.advance(known.steps[4].from_us + 600_000, u32::MAX);
    for back_us in [0, known.steps[4].from_us + 50_000, 12_000] {
        does(&mut player, Command::SeekTo(back_us));
        rests(&mut player);
        assert_eq!(player.line.now().now_us(), back_us);
        assert_eq!(view(&mut player).stage, Stage::Playing);
        let read = What::Read { key: "user:1".to_owned(), client: None, times: 1 };
        assert_eq!(refused(&mut player, Command::Do(read)), CommandError::StepPlays);
    }
    does(&mut player, Command::Toggle);
    rests(&mut player);
    assert_eq!(view(&mut player).reveal.as_deref(), Some(&known.steps[4].reveal));

    // and who is back when they go on, or answer
    does(&mut player, Command::SeekTo(0));
    learns(&mut player, Learn::Next);
    does(&mut player, Command::SeekTo(0));
    sets_out(&mut player);
    rests(&mut player);
    assert_eq!(view(&mut player).reveal.as_deref(), Some(&known.steps[5].reveal));
}

#[test]
fn time_that_passes_before_the_answer_is_no_part_of_the_step() {
    let mut player = opened("lesson-cache-aside");
    let frame = does(&mut player, Command::Toggle);
    assert_eq!(frame.remark.as_deref(), Some(WAITS));
    player.advance(5_000_000, u32::MAX);
    assert_eq!(view(&mut player).stage, Stage::Asks);
    sets_out(&mut player);
    rests(&mut player);
    let reveal = view(&mut player).reveal.clone().expect("it is over");
    assert_eq!(reveal.right_choices(), [1]);
    assert_eq!(reveal.at_us, 5_011_500);
}

#[test]
fn who_leaves_the_path_is_told_so_once() {
    let mut player = opened("lesson-cache-aside");
    let read = || What::Read { key: "user:1".to_owned(), client: None, times: 1 };
    let first = does(&mut player, Command::Do(read()));
    assert_eq!(first.remark.as_deref(), Some(OFF_THE_PATH));
    rests(&mut player);
    assert_eq!(does(&mut player, Command::Do(read())).remark, None);
}

#[test]
fn another_strategy_makes_it_a_run_of_ones_own_with_all_that_was_done() {
    let mut player = gone("lesson-cache-aside", 3);
    match player.command(Command::Strategy(0, "no-cache".to_owned())) {
        Ok(Reaction::Opened(opened, frame, remark)) => {
            assert_eq!((opened.preset.as_str(), frame.lesson), ("", None));
            assert!(remark.expect("it says so").ends_with(LEFT));
        }
        _ => panic!("it is opened again"),
    }
    assert_eq!(player.line.now().scenario().actions.len(), 3);
}

#[test]
fn a_lesson_is_shared_from_its_start_and_a_moment_of_it_as_a_run() {
    let player = gone("lesson-cache-aside", 3);
    assert_eq!(player.shared(false), catalog::preset("lesson-cache-aside").expect("a preset"));
    let moment = player.shared(true);
    assert_eq!((moment.lesson.is_none(), moment.actions.len()), (true, 3));
}

#[test]
fn a_lesson_that_cannot_be_played_is_complained_of_and_its_run_is_there() {
    let mut scenario = catalog::preset("lesson-cache-aside").expect("a preset");
    let steps = &mut scenario.lesson.as_mut().expect("a lesson").steps;
    steps[3].goal.as_mut().expect("a goal").when[0].path = "keys.user:1.stat".to_owned();
    let mut player = Player::of("", scenario, || 0.0).expect("it runs");
    let frame = player.frame();
    assert!(frame.lesson.is_none());
    let said = frame.complaint.expect("it says so");
    assert!(said.contains("lesson.steps[3].goal.when[0].path"), "{said}");
    assert_eq!(refused(&mut player, Command::Learn(Learn::Next)), CommandError::NoLesson);
}

#[test]
fn progress_of_another_lesson_is_not_taken_up() {
    let other = view(&mut opened("lesson-ttl")).progress.clone();
    let why = refused(&mut opened("lesson-mixing"), Command::Learn(Learn::Resume(other.into())));
    assert!(why.to_string().contains("is of the lesson ttl"), "{why}");
}

#[test]
fn where_lessons_are_hidden_the_scenario_is_played_freely() {
    let mut player = opened("lesson-cache-aside");
    player.hide_lessons();
    let link =
        crate::link::encode(&player.origin.scenario, None).expect("a link").text().to_owned();
    for command in [
        Command::Reset,
        Command::Preset("lesson-ttl".to_owned()),
        Command::Link(link),
        Command::Open(Box::new(catalog::preset("lesson-write-behind").expect("a preset"))),
    ] {
        let said = format!("{command:?}");
        assert_eq!(does(&mut player, command).lesson.map(|it| it.at), None, "{said}");
        let read = What::Read { key: "user:1".to_owned(), client: None, times: 1 };
        let frame = does(&mut player, Command::Do(read));
        assert_eq!((frame.complaint, frame.remark), (None, None), "{said}");
        rests(&mut player);
        assert_eq!(player.line.now().report().reads.total, 1, "{said}");
    }
}
