//! Tests of the player without a page.

use std::collections::BTreeSet;

use super::travel::WORK_MS;
use super::*;
use crate::link;
use crate::scenario::{StrategyUse, preset};
use crate::simulate::Simulation;
use crate::ui::drive::catalog;
use crate::ui::drive::picture::{JUMP_LINES, ROWS, TASKS};
use crate::ui::drive::scale::{Magnify, Range};
use crate::view::ribbon::Ribbons;
use crate::view::{KeyRow, Ribbon, Scene};

/// Plays every preset as the page does.
fn played(mut look: impl FnMut(&str, &Frame)) {
    for preset in preset::all() {
        let scenario = preset.scenario();
        let mut player = Player::of(preset.id, scenario, || 0.0).expect("a preset runs");
        look(preset.id, &player.frame());
        let _ = player.command(Command::Speed(7));
        let _ = player.command(Command::Toggle);
        for _ in 0..400 {
            if let Some(frame) = player.pass(16.0, || 0.0) {
                look(preset.id, &frame);
            }
        }
    }
}

#[test]
fn what_the_page_lists_has_names_of_its_own() {
    let mut last_line = (String::new(), 0);
    played(|preset, frame| {
        let unique = |kind: &str, names: Vec<String>| {
            let apart: BTreeSet<&String> = names.iter().collect();
            assert_eq!(apart.len(), names.len(), "{preset}: two {kind} of one name: {names:?}");
        };
        let shown = &frame.picture;
        let text = |id: u64| id.to_string();
        if let Some(shown) = &shown.activity {
            unique("tasks", shown.tasks.iter().map(|task| text(task.id)).collect());
            unique("flights", shown.flights.iter().map(|flight| text(flight.id)).collect());
            unique("processes", shown.processes.iter().map(|each| each.name.clone()).collect());
        }
        if let Some(shown) = &shown.stores {
            let name = |row: &KeyRow| format!("{} in {:?}", row.key, row.cache_name);
            unique("keys", shown.rows.iter().map(name).collect());
        }
        let Some(said) = &shown.said else { return };
        unique("results", shown.answers.iter().flatten().map(|each| each.label.clone()).collect());
        if last_line.0 != preset || said.restarts {
            last_line = (preset.to_owned(), 0);
        }
        for line in &said.log {
            assert!(last_line.1 <= line.seq, "{preset}: line {} again", line.seq);
            last_line.1 = line.seq + 1;
        }
    });
}

/// A preset's run with two requests of a person.
fn acted(preset: &str) -> Player {
    let scenario = catalog::preset(preset).expect("it is one of them");
    let mut player = Player::of(preset, scenario, || 0.0).expect("a preset runs");
    for at_us in [1_300_000, 2_600_000] {
        player.line.advance(at_us, u32::MAX);
        let key = player.opened().keys[0].clone();
        let _ = player.command(Command::Do(What::OutsideWrite { key, value: None }));
        let _ = player.command(Command::Toggle);
    }
    player.line.advance(4_000_000, u32::MAX);
    player
}

/// Jumps, and returns the last frame.
fn jump(player: &mut Player, command: Command) -> Frame {
    let frame = match player.command(command) {
        Ok(Reaction::Went(frame)) if player.going.is_none() => frame,
        Ok(Reaction::Went(_)) => {
            let frame = (0..100_000).find_map(|_| player.pass(16.0, busy_clock()));
            frame.expect("it arrives")
        }
        Ok(Reaction::Opened(..)) => panic!("another run was opened"),
        Ok(Reaction::Made(file)) => panic!("{} was made", file.name),
        Err(why) => panic!("{why}"),
    };
    assert_eq!((player.transport.run, frame.jumped), (Motion::Paused, true));
    settled(player, frame)
}

/// The frame with the parts that the following frames bring, while the run is paused.
fn settled(player: &mut Player, mut frame: Frame) -> Frame {
    assert!(frame.settling && frame.picture.said.is_some());
    while frame.settling {
        let next = player.pass(16.0, || 0.0).expect("something is due");
        let Picture { at_us, activity, answers, diagram, ribbons, figures, .. } = next.picture;
        assert_eq!((at_us, next.jumped), (frame.picture.at_us, false));
        let picture = &mut frame.picture;
        picture.activity = picture.activity.take().or(activity);
        picture.answers = picture.answers.take().or(answers);
        picture.diagram = picture.diagram.take().or(diagram);
        picture.ribbons = picture.ribbons.take().or(ribbons);
        picture.figures = picture.figures.take().or(figures);
        frame.settling = next.settling;
    }
    assert!(player.pass(16.0, || 0.0).is_none(), "it stands still");
    frame
}

/// Everything that a frame shows of an instant.
fn scene(frame: &Frame) -> Scene {
    let picture = frame.picture.clone();
    let (problems, charts) = picture.figures.expect("all of it is new");
    Scene {
        at_us: picture.at_us,
        counters: picture.counters,
        stores: picture.stores.expect("all of it is new"),
        activity: picture.activity.expect("all of it is new"),
        results: picture.answers.expect("all of it is new"),
        problems,
        charts,
    }
}

fn seek(player: &mut Player, to_us: Micros) -> Frame {
    jump(player, Command::Seek(to_us))
}

/// The scene of the whole page.
fn hurried() -> f64 {
    thread_local!(static NOW_MS: std::cell::Cell<f64> = const { std::cell::Cell::new(0.0) });
    NOW_MS.replace(NOW_MS.get() + WORK_MS)
}

/// A clock by which every portion takes a whole frame.
fn busy_clock() -> impl Fn() -> f64 {
    let looks = std::cell::Cell::new(0.0);
    move || looks.replace(looks.get() + WORK_MS)
}

#[test]
fn a_jump_arrives_where_playing_would() {
    for preset in ["cache-aside", "write-behind", "ca6", "ca7", "mx1", "zipf-load"] {
        let mut player = acted(preset);
        let scenario = player.line.now().scenario().clone();
        for to_us in [2_000_000, 1_300_000, 0, 3_999_999, 2_600_001, 3_000_000, 6_000_000] {
            let frame = seek(&mut player, to_us);
            let mut played = Simulation::new(&scenario).expect("it ran before");
            if to_us > 0 {
                played.advance(to_us - 1, u32::MAX);
            }
            assert_eq!(scene(&frame), played.view().scene(ROWS, TASKS), "{preset} at {to_us}");
            let said = frame.picture.said.expect("all of it is new");
            assert_eq!(said.log, played.view().log_tail(JUMP_LINES), "{preset} at {to_us}");
            assert_eq!(player.line.now().scenario(), &scenario);
        }
    }
}

#[test]
fn what_comes_after_a_jump_back_is_what_came_before_it() {
    let mut player = acted("ca6");
    let before = scene(&player.frame());
    seek(&mut player, 1_000_000);
    player.line.advance(4_000_000, u32::MAX);
    assert_eq!(scene(&player.frame()), before);
}

#[test]
fn a_jump_far_ahead_is_left_by_doing_something_else_where_it_has_got_to() {
    for command in [Command::Toggle, Command::Do(What::KillCache { cache: None })] {
        let mut player = acted("zipf-load");
        player.clock = hurried;
        let _ = player.command(Command::SeekTo(600_000_000));
        assert!(player.pass(16.0, busy_clock()).is_none(), "it arrived at once");
        let _ = player.command(Command::Faster);
        assert!(player.going.is_some());
        let _ = player.command(command);
        assert!(player.going.is_none());
        let now_us = player.line.now().now_us();
        assert!((4_000_001..600_000_000).contains(&now_us), "{now_us}");
    }
}

#[test]
fn one_goes_from_problem_to_problem_and_back_to_the_start() {
    let mut player = acted("ca6");
    let at = |frame: Frame| frame.picture.at_us;
    jump(&mut player, Command::Seek(0));
    assert_eq!(at(jump(&mut player, Command::Next(Stop::Violation))), 501_000);
    assert_eq!(at(jump(&mut player, Command::Next(Stop::Violation))), 3_001_000);
    assert_eq!(at(jump(&mut player, Command::Previous(Stop::Violation))), 501_000);
    assert_eq!(at(jump(&mut player, Command::Next(Stop::Request))), 3_000_000);
    assert_eq!(at(jump(&mut player, Command::Previous(Stop::Request))), 500_000);
    let refused = player.command(Command::Previous(Stop::Violation)).err();
    assert_eq!(refused, Some(CommandError::NoneBefore(Stop::Violation)));
}

#[test]
fn what_was_done_can_be_taken_back_and_done_again() {
    let mut player = acted("cache-aside");
    let before = scene(&player.frame());
    let undone = jump(&mut player, Command::Undo);
    assert_eq!(undone.picture.at_us, before.at_us);
    assert_ne!(scene(&undone), before);
    assert!(undone.journey.can_undo && undone.journey.can_redo);
    let redone = jump(&mut player, Command::Redo);
    assert_eq!(scene(&redone), before);
    assert!(!redone.journey.can_redo);
}

fn ribbons(frame: Frame) -> Vec<Ribbon> {
    frame.picture.ribbons.expect("all of it is new").1
}

/// The ribbons of the same run, computed once at its end.
fn fresh_ribbons(player: &Player) -> Vec<Ribbon> {
    let Range { from_us, to_us, .. } = player.camera.range(&player.line);
    let mut ribbons = match player.camera.scale.grows() {
        true => Ribbons::new(player.origin.scenario.duration_us),
        false => Ribbons::between(from_us, to_us),
    };
    ribbons.keep_up(player.line.furthest().view(), ROWS);
    ribbons.drawn(player.line.furthest().view())
}

#[test]
fn ribbons_are_those_of_the_run_as_it_has_become() {
    for preset in ["ca6", "mx1", "wb1"] {
        let mut player = acted(preset);
        let whole = ribbons(player.frame());
        assert_eq!(whole, fresh_ribbons(&player), "{preset}");
        let back = seek(&mut player, 2_000_000);
        assert_eq!((ribbons(back.clone()), back.remark), (whole.clone(), None), "{preset}");
        let acted = match player.command(Command::Do(What::KillCache { cache: None })) {
            Ok(Reaction::Went(frame)) => frame,
            _ => panic!("the cache can be killed"),
        };
        assert_eq!(acted.remark.as_deref(), Some(ANOTHER_RUN));
        assert_eq!(ribbons(acted), fresh_ribbons(&player), "{preset}");
        player.line.advance(5_000_000, u32::MAX);
        assert_eq!(ribbons(player.frame()), fresh_ribbons(&player), "{preset}");
        let undone = jump(&mut player, Command::Undo);
        assert_eq!(undone.remark.as_deref(), Some("Undone: the cache is killed."));
        assert_eq!(ribbons(undone), fresh_ribbons(&player), "{preset}");
        // what is done at the end of what is known makes no other run
        let next = match player.command(Command::Do(What::KillCache { cache: None })) {
            Ok(Reaction::Went(frame)) => frame,
            _ => panic!("the cache can be killed"),
        };
        assert_eq!(next.remark, None);
    }
}

#[test]
fn ribbons_of_a_part_are_those_of_the_run_in_it() {
    for preset in ["ca6", "empty"] {
        let mut player = acted(preset);
        for how in [Magnify::Closer, Magnify::Closer, Magnify::Wider, Magnify::Whole] {
            let frame = match player.command(Command::Magnify(how)) {
                Ok(Reaction::Went(frame)) => frame,
                _ => panic!("the scale can be chosen"),
            };
            let range = frame.journey.range;
            assert!((range.from_us..=range.to_us).contains(&frame.picture.at_us), "{range:?}");
            assert_eq!(ribbons(frame), fresh_ribbons(&player), "{preset} {how:?}");
        }
    }
}

#[test]
fn what_went_wrong_later_is_known_until_it_has_come_or_cannot() {
    let mut player = acted("ca6");
    let frame = seek(&mut player, 1_000_000);
    assert_eq!(frame.foreseen.map(|foreseen| foreseen.until_us), Some(4_000_000));
    let frame = seek(&mut player, 3_000_000);
    assert!(frame.foreseen.is_some());
    player.line.advance(4_000_000, u32::MAX);
    assert_eq!(player.frame().foreseen, None);

    seek(&mut player, 1_000_000);
    let _ = player.command(Command::Do(What::KillCache { cache: None }));
    assert_eq!(player.frame().foreseen, None);
}

#[test]
fn a_recorded_hold_of_a_message_that_is_not_there_any_more_is_complained_of() {
    let scenario = r#"{"rows": {"each": {"k": 0}}, "actions": [
        {"at_us": 1000, "do": "hold", "message": "0123456789abcdef"},
        {"at_us": 2000, "do": "read", "key": "k"}]}"#;
    let scenario = Scenario::parse(scenario).expect("a scenario");
    let mut player = Player::of("", scenario, || 0.0).expect("it runs");
    let frame = jump(&mut player, Command::SeekTo(5_000));
    let said = frame.complaint.expect("it says so");
    assert!(
        said.starts_with("The action at 1 ms was not done:") && said.contains("no such message"),
        "{said}"
    );
    assert_eq!(player.frame().complaint, None);
}

#[test]
fn a_link_opens_what_was_played_where_it_stood() {
    for preset in ["ca6", "wb1", "empty"] {
        let mut player = acted(preset);
        seek(&mut player, 1_500_000);
        let _ = player.command(Command::Do(What::KillCache { cache: None }));
        for at_moment in [false, true] {
            // Links leave out what presets expect.
            let shared = Scenario { expect: Vec::new(), ..player.shared(at_moment) };
            let link = link::encode(&shared, None).expect("it is short");
            let mut opened = Player::linked(link.text(), || 0.0).expect("it opens");
            assert_eq!(opened.shared(at_moment), shared, "{preset}");
            let at_us = if at_moment { player.line.now().now_us() } else { 0 };
            assert_eq!(opened.frame().picture.at_us, at_us, "{preset}");
            // What was done is the scenario's own now: a reset does not take it away.
            let _ = opened.command(Command::Reset);
            assert_eq!(opened.line.now().scenario().actions, shared.actions);
        }
    }
}

#[test]
fn a_link_to_an_untouched_preset_opens_as_that() {
    let player = Player::new("ca6", || 0.0).expect("it is there");
    let link = link::encode(&player.shared(false), None).expect("it is short");
    let opened = Player::linked(link.text(), || 0.0).expect("it opens");
    assert_eq!(opened.opened().preset, "ca6");
    let own = link::encode(&acted("ca6").shared(false), None).expect("it is short");
    assert_eq!(Player::linked(own.text(), || 0.0).expect("it opens").opened().preset, "");
}

#[test]
fn a_link_that_does_not_open_says_why() {
    for (link, said) in [("v9.s.AAAA", "newer"), ("v1.s.", "missing"), ("#v1.?.AAAA", "packed")] {
        let why = Player::linked(link, || 0.0).map(|_| ()).expect_err("it is none").to_string();
        assert!(why.contains(said), "{link}: {why}");
    }
}

#[test]
fn a_text_of_ones_own_serves_the_same_keys_in_a_run_from_its_start() {
    let mut player = acted("mx1");
    let before = player.opened();
    let at = before.programs.iter().position(|program| program.prefix == "views:").unwrap();
    let source = before.programs[at].source.replace("# ", "# Mine, ");
    let used = StrategyUse {
        strategy: "write-behind-counters".to_owned(),
        source: Some(source.clone()),
        ..StrategyUse::default()
    };
    let serve = |used: &StrategyUse, at| Command::Serve(at, Box::new(used.clone()), String::new());
    let Ok(Reaction::Opened(opened, frame, Some(remark))) = player.command(serve(&used, at)) else {
        panic!("it was not opened");
    };
    assert_eq!((frame.picture.at_us, remark.as_str()), (0, "Restarted with your own text."));
    let program = &opened.programs[at];
    assert_eq!((program.prefix.as_str(), program.id.as_str()), ("views:", ""));
    assert_eq!((program.origin.as_str(), &*program.source), ("write-behind-counters", &*source));
    assert_eq!(opened.programs.len(), before.programs.len());

    let library = Library { title: "moka 0.12".to_owned(), source: source.clone() };
    let chosen = player.command(Command::Library(at, Box::new(library)));
    let Ok(Reaction::Opened(_, _, Some(remark))) = chosen else { panic!("it was not opened") };
    assert_eq!(remark, "Restarted with moka 0.12.");

    // What does not run changes nothing.
    let broken = StrategyUse { source: Some("def read(key):\n".to_owned()), ..used };
    for (used, at) in [(&broken, at), (&StrategyUse::default(), 99)] {
        assert!(player.command(serve(used, at)).is_err());
        assert_eq!(player.opened().programs[2].source, opened.programs[2].source);
    }
}

#[test]
fn a_step_to_a_distant_instant_is_asked_for_twice() {
    let scenario = r#"{"rows": {"each": {"k": 0}}, "actions": [
        {"at_us": 0, "do": "read", "key": "k"}, {"at_us": 30000000, "do": "read", "key": "k"}]}"#;
    let scenario = Scenario::parse(scenario).expect("a scenario");
    let mut player = Player::of("", scenario, || 0.0).expect("it runs");
    let mut step = || {
        let Ok(Reaction::Went(frame)) = player.command(Command::Step) else { panic!("a step") };
        (frame.picture.at_us, frame.remark)
    };
    let (mut at_us, mut remark) = step();
    for _ in 0..100 {
        if remark.is_some() {
            break;
        }
        (at_us, remark) = step();
    }
    let (near_us, said) = (at_us, remark.unwrap_or_default());
    assert!(near_us < 1_000_000 && said.starts_with("Nothing is under way."), "{near_us}: {said}");
    let (at_us, remark) = step();
    assert!(at_us >= 30_000_000 && remark.is_none(), "{at_us}: {remark:?}");
}
