use super::*;
use crate::scenario::Scenario;
use crate::simulate::Simulation;
use crate::ui::drive::player::OpenedRun;

const OWN: &str = "# Mine\nTTL = 5  # seconds · 1..10\n\ndef read(key):\n    return db.read(key)\n\ndef write(key, value):\n    db.write(key, value)\n";

fn program(used: &StrategyUse) -> Rc<ProgramView> {
    let scenario = Scenario { strategies: vec![used.clone()], ..Scenario::default() };
    let run = Simulation::new(&scenario).expect("it runs");
    OpenedRun::of("", &scenario, &run).programs[0].clone()
}

fn builtin(id: &str) -> StrategyUse {
    StrategyUse { strategy: id.to_owned(), ..StrategyUse::default() }
}

fn draft() -> Draft {
    Draft::of(&program(&builtin("cache-aside")))
}

/// Types a text, and checks it.
fn typed(draft: &mut Draft, text: &str) {
    draft.type_in(text);
    draft.look();
}

#[test]
fn a_text_with_mistakes_stays_and_what_runs_stays_too() {
    let mut draft = draft();
    assert_eq!(draft.standing(), DraftStatus::Runs);
    let text = draft.text().replace("db.read", "dbb.read");
    typed(&mut draft, &text);
    assert_eq!(draft.standing(), DraftStatus::Wrong(1));
    assert_eq!(draft.problems()[0].advice, "did you mean `db`?");
    assert!(draft.running().contains("db.read"));
    let line = draft.to_run().map_err(|problem| problem.line).unwrap_err();
    assert_eq!(text.lines().nth(line as usize - 1), Some("    value = dbb.read(key)"));
    // The controls are those of the text before.
    assert_eq!(&*draft.fitted().parameters[0].name, "TTL");
    typed(&mut draft, &text.replace("dbb.read", "db.read"));
    assert_eq!(draft.standing(), DraftStatus::Runs);
}

#[test]
fn what_is_run_remembers_where_it_came_from() {
    let mut draft = draft();
    typed(&mut draft, OWN);
    assert_eq!(draft.standing(), DraftStatus::Unrun);
    draft.set("TTL", Literal::Int(7)).unwrap();
    let (used, remarks) = draft.to_run().unwrap();
    assert_eq!((used.strategy.as_str(), used.source.as_deref()), ("cache-aside", Some(OWN)));
    assert_eq!(used.parameters, Values::from([("TTL".to_owned(), Literal::Int(7))]));
    assert_eq!(remarks, [] as [String; 0]);
    draft.follow(&program(&used));
    assert_eq!((draft.standing(), draft.has_aside()), (DraftStatus::Runs, false));
    assert_eq!(draft.origin().unwrap().id, "cache-aside");
    assert!(draft.differs_from_origin());
}

#[test]
fn a_text_that_equals_a_built_in_one_is_that_one() {
    let mut draft = draft();
    let leases = builtin::find("leases").unwrap();
    typed(&mut draft, &format!("{}\n\n", leases.source.replace('\n', "\r\n").replace('\r', "")));
    let (used, _) = draft.to_run().unwrap();
    assert_eq!(used, builtin("leases"));
}

#[test]
fn back_to_the_built_in_has_a_way_back() {
    let mut draft = draft();
    let source = draft.text().clone();
    typed(&mut draft, OWN);
    draft.to_origin();
    assert_eq!((draft.text(), draft.standing(), draft.replaced()), (&source, DraftStatus::Runs, 1));
    assert!(draft.has_aside() && !draft.differs_from_origin());
    draft.bring_back();
    assert_eq!((&**draft.text(), draft.standing()), (OWN, DraftStatus::Unrun));
    draft.bring_back();
    assert_eq!(draft.text(), &source);
}

#[test]
fn a_text_that_was_not_run_is_put_aside_when_another_strategy_is_chosen() {
    let mut draft = draft();
    typed(&mut draft, "no strategy at all");
    draft.follow(&program(&builtin("leases")));
    assert_eq!((draft.standing(), draft.origin().unwrap().id), (DraftStatus::Runs, "leases"));
    assert!(draft.has_aside());
    // … and stays there when nothing was typed since.
    draft.follow(&program(&builtin("no-cache")));
    draft.bring_back();
    assert_eq!((&**draft.text(), draft.standing()), ("no strategy at all", DraftStatus::Wrong(1)));
}

#[test]
fn a_value_that_is_set_elsewhere_leaves_the_text_alone() {
    let set = |ttl: i64| {
        let parameters = Values::from([("TTL".to_owned(), Literal::Int(ttl))]);
        program(&StrategyUse { parameters, ..builtin("cache-aside") })
    };
    let mut draft = draft();
    typed(&mut draft, OWN);
    draft.follow(&set(8));
    assert_eq!((&**draft.text(), draft.has_aside()), (OWN, false));
    assert_eq!(draft.fitted().parameters[0].value, Literal::Int(8));
    draft.set("TTL", Literal::Int(9)).unwrap();
    draft.follow(&set(8));
    assert_eq!(draft.fitted().parameters[0].value, Literal::Int(9));
    draft.follow(&program(&builtin("cache-aside")));
    assert_eq!(draft.fitted().parameters[0].value, Literal::Int(5));
}

#[test]
fn a_draft_stays_when_what_runs_is_opened_anew() {
    let mut draft = draft();
    typed(&mut draft, OWN);
    draft.follow(&program(&builtin("cache-aside")));
    assert_eq!((&**draft.text(), draft.replaced()), (OWN, 0));
}

#[test]
fn values_that_run_are_shown_and_can_be_set_within_the_range() {
    let seven = Values::from([("TTL".to_owned(), Literal::Int(7))]);
    let mut draft =
        Draft::of(&program(&StrategyUse { parameters: seven, ..builtin("cache-aside") }));
    assert_eq!(draft.fitted().parameters[0].value, Literal::Int(7));
    let refused = draft.set("TTL", Literal::Int(99_999_999)).unwrap_err().to_string();
    assert_eq!(refused, "TTL must be a number from 0.1 to 86400; it is 99999999.");
    assert_eq!(draft.standing(), DraftStatus::Runs);
    draft.set("TTL", Literal::Int(60)).unwrap();
    assert_eq!((draft.standing(), draft.fitted().values.len()), (DraftStatus::Unrun, 0));
    assert_eq!(draft.to_run().unwrap().0, builtin("cache-aside"));
}

#[test]
fn a_value_comes_back_with_its_parameter_while_one_types() {
    let mut draft = draft();
    typed(&mut draft, OWN);
    draft.set("TTL", Literal::Int(7)).unwrap();
    typed(&mut draft, &OWN.replace("TTL", "LIFE"));
    assert_eq!(
        draft.fitted().remarks,
        ["TTL is no longer in the text, so its value 7 was dropped."]
    );
    typed(&mut draft, OWN);
    assert_eq!(draft.fitted().parameters[0].value, Literal::Int(7));
    typed(&mut draft, &OWN.replace("TTL", "LIFE"));
    let (used, remarks) = draft.to_run().unwrap();
    assert_eq!((used.parameters.len(), remarks.len()), (0, 1));
}

#[test]
fn line_ends_of_any_kind_are_no_change() {
    let source = Some(OWN.replace('\n', "\r\n"));
    let draft = Draft::of(&program(&StrategyUse { source, ..builtin("no-cache") }));
    assert_eq!((&**draft.text(), draft.standing()), (OWN, DraftStatus::Runs));
}
