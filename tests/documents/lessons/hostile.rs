//! Lessons that are wrong, by mistake or on purpose: an error that says where.

use stalemate::lesson::{Course, Links, any_answer, page, rehearse, sections};
use stalemate::scenario::schema;

use super::*;

/// What is wrong with the small lesson after a change.
fn wrong(change: impl FnOnce(&mut Json)) -> Vec<String> {
    let mut json = small();
    change(&mut json);
    match Scenario::parse(&json.to_string()) {
        Err(error) => vec![format!("{}: {}", error.path, error.message)],
        Ok(scenario) => match Course::new(&scenario) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.iter().map(ToString::to_string).collect(),
        },
    }
}

/// The value at a place of the lesson is replaced.
#[track_caller]
fn check(at: &str, value: Json, expected: &str) {
    let at = format!("/lesson{at}");
    let found = wrong(|json| *json.pointer_mut(&at).expect("a place") = value);
    assert_eq!(found.join("\n"), expected);
}

/// A field is added at a place of the lesson.
#[track_caller]
fn add(at: &str, name: &str, value: Json, expected: &str) {
    let at = format!("/lesson{at}");
    let found = wrong(|json| json.pointer_mut(&at).expect("a place")[name] = value);
    assert_eq!(found.join("\n"), expected);
}

const CONDITION: &str = "/steps/0/question/choices/0/when/0";

#[test]
fn the_small_lesson_is_right_and_its_schema_says_so() {
    assert_eq!(wrong(|_| {}), Vec::<String>::new());
    let schema = jsonschema::validator_for(&schema::schema()).unwrap();
    let errors: Vec<String> = schema.iter_errors(&small()).map(|it| it.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn values_outside_their_ranges() {
    let slug = "1 to 60 lower-case letters, digits and hyphens";
    check("/id", json!("A b"), &format!("lesson.id: is \"A b\"; allowed: {slug}"));
    check(
        "/objective",
        json!(""),
        "lesson.objective: is empty; allowed: a text of 1 to 500 characters",
    );
    add("", "minutes", json!(0), "lesson.minutes: is 0; allowed: 1..120");
    check(
        "/group",
        json!("caches"),
        "lesson.group: is `caches`; allowed: `cache-aside`, `read-through`, `write-through`, \
         `write-behind`, `write-around`, `ttl`, `mixing`, `fixing-the-races`, \
         `choose`, `transactions`, `tiers`, `every-order`, `nodes`",
    );
    add(
        "/steps/0",
        "watch",
        json!({"panel": "compared"}),
        "lesson.steps[0].watch.panel: compares nothing; add `view.compare`",
    );
    check("/steps", json!([]), "lesson.steps: has 0 items; allowed: 1 to 50");
    check(
        "/steps/2/play/for_us",
        json!(3_600_000_001_u64),
        "lesson.steps[2].play.for_us: is 3600000001; allowed: 0..3600000000 microseconds \
         (up to one hour)",
    );
    check(
        "/steps/0/question/choices",
        json!([]),
        "lesson.steps[0].question.choices: has 0 items; allowed: 2 to 8",
    );
    check(
        "/steps/2/question/within",
        json!(-1),
        "lesson.steps[2].question.within: is -1; allowed: 0..9007199254740992",
    );
    check(
        "/steps/2/question/unit",
        json!("min"),
        "lesson.steps[2].question.unit: is `min`; allowed: `count`, `us`, `ms`, `s`",
    );
    add("/steps/0", "txt", json!(""), "lesson.steps[0]: has no field `txt`; did you mean `text`?");
    add(
        "/steps/2/question",
        "choices",
        json!([]),
        "lesson.steps[2].question: `choices` does not belong here: `number` takes `id`, `prompt`, \
         `path`, `unit`, `within`, `guesses`, `explanation`",
    );
}

#[test]
fn guesses_that_are_none() {
    let guess = |value: f64| json!({"value": value, "note": "Why."});
    let at = "/steps/2/question";
    let refuse = |guesses: Json, said: &str| add(at, "guesses", guesses, said);
    refuse(json!([{"value": 1}]), "lesson.steps[2].question.guesses[0]: `note` is missing");
    refuse(
        json!([{"value": "1", "note": "Why."}]),
        "lesson.steps[2].question.guesses[0].value: is the text \"1\"; allowed: \
         -9007199254740992..9007199254740992",
    );
    refuse(
        json!([{"value": 1, "note": ""}]),
        "lesson.steps[2].question.guesses[0].note: is empty; allowed: a text of 1 to 1000 characters",
    );
    refuse(
        json!([guess(1.0), guess(2.0), guess(1.0)]),
        "lesson.steps[2].question.guesses[2].value: 1 is here twice",
    );
    refuse(
        json!((0..9).map(|value| guess(f64::from(value))).collect::<Vec<_>>()),
        "lesson.steps[2].question.guesses: has 9 items; allowed: up to 8",
    );
    add(
        "/steps/0/question",
        "guesses",
        json!([guess(1.0)]),
        "lesson.steps[0].question: `guesses` does not belong here: `one` takes `id`, `prompt`, \
         `choices`, `explanation`",
    );
}

#[test]
fn parts_that_do_not_fit_together() {
    check(
        "/steps/2/question/id",
        json!("where"),
        "lesson.steps[2].question.id: \"where\" is here twice",
    );
    add(
        "/steps/1",
        "actions",
        json!([{"at_us": 0, "do": "kill-cache"}]),
        "lesson.steps[1].goal: what the learner is to do, `actions` must not do for them",
    );
    check(
        "/steps/2/actions",
        json!([{"at_us": 5, "do": "kill-cache"}, {"at_us": 4, "do": "kill-cache"}]),
        "lesson.steps[2].actions[1].at_us: is 4; allowed: 5, as the one before, or later",
    );
    check(
        "/steps/2/actions",
        json!([{"at_us": 50_001, "do": "kill-cache"}]),
        "lesson.steps[2].actions[0].at_us: is 50001; allowed: up to 50000, as long as `play` lasts",
    );
    check(
        "/steps/2/actions",
        json!([{"at_us": 0, "do": "crash-app", "app": 9}]),
        "lesson.steps[2].actions[0].app: is 9; allowed: 0..1, the app servers",
    );
    check(
        "/steps/2/restart",
        json!({"strategies": [{"strategy": "lease"}]}),
        "lesson.steps[2].restart.strategies[0].strategy: is \"lease\"; did you mean \"leases\"?",
    );
    check(
        "/steps/2/restart",
        json!({"strategies": [{"strategy": "leases", "parameters": {"TTL": -1}}]}),
        "lesson.steps[2].restart.strategies[0].parameters.TTL: must be a number from 0.1 to 86400; \
         it is -1",
    );
}

#[test]
fn texts_that_are_no_text() {
    check(
        "/steps/0/text",
        json!("a\n\n<script>alert(1)</script>"),
        "lesson.steps[0].text: has raw HTML (allowed: paragraphs, *emphasis*, **strong**, `code`, \
         lists and links) in line 3",
    );
    check(
        "/steps/0/question/choices/1/text",
        json!("[x](javascript:alert(1))"),
        "lesson.steps[0].question.choices[1].text: has a link to \"javascript:alert(1)\" \
         (allowed: `https://…` or `#…`) in line 1",
    );
    check(
        "/steps/0/text",
        json!("- ".repeat(1_900) + "a"),
        "lesson.steps[0].text: has text nested deeper than 8 levels in line 1",
    );
    check(
        "/steps/0/text",
        json!("x".repeat(500_000)),
        "lesson.steps[0].text: has 500000 characters; allowed: a text of 1 to 4000 characters",
    );
    let steps = vec![small()["lesson"]["steps"][1].clone(); 3_000];
    check("/steps", json!(steps), "lesson.steps: has 3000 items; allowed: 1 to 50");
}

#[test]
fn paths_that_name_no_fact() {
    let path = format!("{CONDITION}/path");
    let at = "lesson.steps[0].question.choices[0].when[0].path";
    check(
        &path,
        json!("reeds.total"),
        &format!("{at}: the report has no `reeds`; did you mean `reads`?"),
    );
    check(
        &path,
        json!("keys.k.cache.velue"),
        &format!("{at}: `keys.k.cache` has no `velue`; did you mean `value`?"),
    );
    check(
        &path,
        json!("clients.ann.reads.value"),
        &format!("{at}: `clients.ann` has no `reads`; did you mean `read`?"),
    );
    check(
        &path,
        json!("keys.k.cache"),
        &format!(
            "{at}: is an object; allowed: `keys.k.cache.expires_us`, `keys.k.cache.set_us`, \
             `keys.k.cache.value`, `keys.k.cache.version`"
        ),
    );
    check(
        &path,
        json!("keys.k.[0]"),
        &format!(
            "{at}: is \"keys.k.[0]\"; allowed: names with dots between them and [0], [1], … after \
             a list, such as violations[0].kind"
        ),
    );
    check(
        "/steps/0/question/choices/0/when",
        json!([{"path": "keys.k.state", "at_least": 1}]),
        &format!("{at}: `keys.k.state` is a text, not a number; allowed: `equals`"),
    );
    check(
        "/steps/0/question/choices/0/when",
        json!([{"path": "reads.total"}]),
        "lesson.steps[0].question.choices[0].when[0]: compares with nothing; allowed: `equals`, \
         or `at_least`, `at_most` or both",
    );
    check(
        "/steps/2/question/path",
        json!("latency_us.reed.max"),
        "lesson.steps[2].question.path: `latency_us` has no `reed`; did you mean `read`?",
    );
    check(
        "/steps/0/question/explanation",
        json!("It took {raeds.total}."),
        "lesson.steps[0].question.explanation: the report has no `raeds`; did you mean `reads`?",
    );
    check(
        "/steps/1/after",
        json!("{ }"),
        "lesson.steps[1].after: has { }; allowed between braces: a path",
    );
}

/// What can be known only once the lesson is played.
#[test]
fn lessons_that_the_engine_cannot_answer() {
    let rehearse_with = |change: &dyn Fn(&mut Json)| -> String {
        let mut json = small();
        change(&mut json);
        let course = course(&scenario(&json));
        match rehearse(&course, any_answer) {
            Ok(rehearsal) => rehearsal.problems(&course),
            Err(problems) => problems,
        }
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
    };
    let question = "/lesson/steps/0/question";
    let both = json!([{"path": "reads.total", "equals": 1}]);
    assert_eq!(
        rehearse_with(&|json| {
            let at = format!("{question}/choices/1/when");
            *json.pointer_mut(&at).unwrap() = both.clone();
        }),
        "lesson.steps[0].question: 2 of 2 choices are right after the run; allowed: one"
    );
    assert_eq!(
        rehearse_with(&|json| {
            let at = format!("{question}/choices/0/when/0/equals");
            *json.pointer_mut(&at).unwrap() = json!("other");
        }),
        "lesson.steps[0].question: 0 of 2 choices are right after the run; allowed: one"
    );
    assert_eq!(
        rehearse_with(&|json| {
            json["lesson"]["steps"][2]["question"]["path"] = json!("clients.bob.read.took_us");
        }),
        "lesson.steps[2].question: there is no number at clients.bob.read.took_us after the run"
    );
    assert_eq!(
        rehearse_with(&|json| {
            json["lesson"]["steps"][2]["question"]["guesses"] =
                json!([{"value": -7, "note": "No."}, {"value": 11.5, "note": "It is."}]);
        }),
        "lesson.steps[2].question.guesses[1].value: 11.5 is what the engine measures, so it is not \
         a wrong answer"
    );
    assert_eq!(
        rehearse_with(&|json| {
            json["lesson"]["steps"][1]["goal"]["solution"] =
                json!([{"at_us": 0, "do": "read", "key": "k"}]);
        }),
        "lesson.steps[1]: the solution does not reach the goal"
    );
    assert_eq!(
        rehearse_with(&|json| {
            json["lesson"]["steps"][0]["actions"] = json!([{"at_us": 0, "do": "evict", "key": "nothing"}, {"at_us": 0, "do": "read", "key": "k"}]);
        }),
        "lesson.steps[0]: an action cannot be done: the cache has no entry for nothing"
    );
    assert_eq!(
        rehearse_with(&|json| {
            json["limits"] = json!({"events": 5});
        }),
        "lesson.steps[0]: 5 events have happened, which is this scenario's limit"
    );
}

#[test]
fn a_scenario_without_a_lesson_has_no_course() {
    let problems = Course::new(&Scenario::default()).unwrap_err();
    assert_eq!(problems[0].to_string(), "lesson: there is none; add `lesson` to the scenario");
}

#[test]
fn the_page_for_teachers_has_room_for_a_link_and_code() {
    let (course, rehearsal) = rehearsed(&scenario(&small()));
    let links = Links {
        open: Some("https://course.example/#v1"),
        embed: Some("<iframe src=\"https://course.example/\"></iframe>"),
    };
    let with = page(&sections(&course, &rehearsal, links));
    assert!(with.contains("**Open it.** <https://course.example/#v1>\n"), "{with}");
    assert!(
        with.contains("```\n<iframe src=\"https://course.example/\"></iframe>\n```\n"),
        "{with}"
    );
    let without = page(&sections(&course, &rehearsal, Links::default()));
    assert!(!without.contains("Open it") && !without.contains("Embed it"), "{without}");
}
