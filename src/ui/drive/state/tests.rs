//! Tests of the state of the page, without a page.

use super::*;
use crate::time::Micros;
use crate::ui::drive::picture::{Part, Picture, Said};
use crate::ui::drive::player::Foreseen;
use crate::view::*;

fn frame(picture: Picture) -> Frame {
    Frame {
        picture,
        transport: Transport::new(10),
        complaint: None,
        jumped: false,
        settling: false,
        foreseen: None,
        journey: Journey::default(),
        remark: None,
        lesson: None,
    }
}

fn state() -> PageState {
    PageState::new(Rc::new(OpenedRun::default()), frame(Picture::default()))
}

fn said(log: Vec<LogLine>) -> Picture {
    Picture { said: Some(Said { log, ..Said::default() }), ..Picture::default() }
}

fn stores(at_us: Micros, rows: Vec<KeyRow>) -> Picture {
    let stores = Some(Stores { keys_total: rows.len(), rows });
    Picture { at_us, stores, ..Picture::default() }
}

fn tasks(tasks: Vec<TaskView>) -> Picture {
    let activity = Some(Activity { tasks, ..Activity::default() });
    Picture { activity, parts: vec![Part::Work], ..Picture::default() }
}

fn row(key: &str, state: KeyState) -> KeyRow {
    KeyRow { key: key.into(), state, ..KeyRow::default() }
}

fn task(id: u64, client: Option<&str>) -> TaskView {
    TaskView {
        id,
        label: format!("R{id}"),
        client: client.map(Into::into),
        process: "app 1".to_owned(),
        strategy: id as usize % 2,
        function: "read".into(),
        line: 5,
        waiting: String::new(),
        started_us: 0,
        variables: Vec::new(),
    }
}

#[test]
fn what_did_not_change_keeps_its_pointer() {
    let mut state = state();
    let rows = vec![row("a", KeyState::Cold), row("b", KeyState::InSync)];
    state.apply(Action::Went(frame(stores(0, rows.clone()))));
    let before = state.shown.clone();
    for same in [stores(0, rows.clone()), said(Vec::new())] {
        state.apply(Action::Went(frame(same)));
        assert!(Rc::ptr_eq(&state.shown.rows, &before.rows));
    }
    let changed = vec![row("a", KeyState::Stale), rows[1].clone()];
    state.apply(Action::Went(frame(stores(9, changed))));
    assert!(!Rc::ptr_eq(&state.shown.rows[0].row, &before.rows[0].row));
    assert!(Rc::ptr_eq(&state.shown.rows[1].row, &before.rows[1].row));
}

#[test]
fn in_a_rush_a_part_shows_the_instant_of_its_last_turn() {
    let mut state = state();
    let rush =
        |at_us, rush| Picture { rush, parts: Part::ALL[..4].to_vec(), ..stores(at_us, Vec::new()) };
    for (at_us, in_rush, others_us) in [(5, true, 0), (7, false, 7), (9, true, 7)] {
        state.apply(Action::Went(frame(rush(at_us, in_rush))));
        let shown = [Part::SecondRows, Part::Flights, Part::Diagram];
        let shown = shown.map(|part| state.shown.shown_us(part));
        assert_eq!((state.shown.at_us, shown), (at_us, [at_us, others_us, others_us]));
    }
}

#[test]
fn a_chosen_task_is_followed_while_it_lives() {
    let mut state = state();
    let three = vec![task(1, Some("ann")), task(2, Some("ben")), task(3, None)];
    state.apply(Action::Went(frame(tasks(three))));
    assert_eq!(state.followed().map(|task| task.id), Some(2));
    state.apply(Action::Follow(1));
    assert_eq!((state.followed().map(|task| task.id), state.program), (Some(1), 1));
    state.apply(Action::Went(frame(tasks(vec![task(3, None)]))));
    assert_eq!(state.followed().map(|task| task.id), Some(3));
    assert_eq!(state.ended().as_deref(), Some("R1 is not running at this instant."));
    state.apply(Action::Follow(3));
    assert_eq!(state.ended(), None);
}

#[test]
fn a_jump_to_a_problem_is_a_visit_of_its_key() {
    let jumped = || Action::Went(Frame { jumped: true, ..frame(Picture::default()) });
    let mut state = state();
    state.apply(jumped());
    assert_eq!(state.visits, 0);
    state.apply(Action::Visit("b".to_owned()));
    state.apply(jumped());
    assert_eq!((state.visits, state.form.key.as_str()), (1, "b"));
    assert_eq!(state.log.latest.as_ref().unwrap().text, "Paused just before 1 µs.");
}

#[test]
fn a_dialog_closes_itself_and_no_other() {
    let mut state = state();
    state.apply(Action::Open(Dialog::Help));
    state.apply(Action::Open(Dialog::Share));
    state.apply(Action::Close(Dialog::Help));
    assert_eq!(state.dialog, Some(Dialog::Share));
    state.apply(Action::Close(Dialog::Share));
    assert_eq!(state.dialog, None);
}

#[test]
fn after_a_jump_back_what_is_known_is_listed_and_what_has_come_is_not_ahead() {
    let problem = |id: u64, at_us| ProblemView {
        id,
        kind: "stale read",
        what: String::new(),
        key: "a".into(),
        at_us,
        cause: Vec::new(),
    };
    let problems =
        Problems { totals: vec![("stale read", 2)], shown: vec![problem(0, 5), problem(1, 9)] };
    let mut state = state();
    assert_eq!(state.shown.ahead_of_us(), Micros::MAX);
    let foreseen = Rc::new(Foreseen { until_us: 12, problems: Rc::new(problems.clone()) });
    for (at_us, ahead_of_us) in [(4, 0), (5, 5), (8, 5), (9, 9)] {
        let picture = Picture { at_us, ..Default::default() };
        let foreseen = Some(foreseen.clone());
        state.apply(Action::Went(Frame { foreseen, jumped: at_us == 4, ..frame(picture) }));
        assert_eq!(**state.shown.known_problems(), problems);
        assert_eq!(state.shown.ahead_of_us(), ahead_of_us, "at {at_us}");
    }
    state.apply(Action::Went(frame(Picture::default())));
    assert_eq!(**state.shown.known_problems(), Problems::default());
}
