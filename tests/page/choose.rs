//! Choosing: every strategy with its code, every preset, each parameter.

use std::collections::BTreeSet;

use stalemate::scenario::preset;
use stalemate::strategy::builtin;

use crate::page::Page;
use crate::words::{ENTER, RIGHT, is, pace, use_scenario, use_strategy};

#[test]
fn every_strategy_can_be_chosen_and_its_code_read() {
    let page = Page::open("");
    for (at, strategy) in builtin::all().iter().enumerate() {
        use_strategy(&page, strategy.title);
        // The opening comment is folded until somebody wants it.
        if at == 0 {
            page.click("button", "More of this comment");
        }
        let label = format!("[aria-label='Code of {}']", strategy.title);
        page.element(&label);
        let lines = page.texts("#code .line > code");
        let code: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
        let source: Vec<&str> = strategy.source.trim_end().lines().collect();
        assert_eq!(code, source, "the code of {}", strategy.id);
    }
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn every_preset_opens_with_its_notes_and_runs_to_its_end_without_complaint() {
    let page = Page::open("");
    let mut titles = BTreeSet::new();
    for preset in preset::all() {
        let scenario = preset.scenario();
        use_scenario(&page, &scenario.title);
        page.until(
            "the run is at its start",
            "return document.getElementById('clock').dataset.atUs === '0'",
        );
        let notes = scenario.notes.split("\n\n").next().unwrap_or_default().replace('`', "");
        page.shows(".notes", &notes);
        for strategy in &scenario.strategies {
            let title = match &strategy.source {
                // a program of its own is titled by its first comment
                Some(source) => {
                    let comment = source.trim_start_matches("# ");
                    comment.split([':', '.', '\n']).next().unwrap_or_default()
                }
                None => builtin::find(&strategy.strategy).expect("a built-in one").title,
            };
            page.shows(".code", title);
        }
        for key in &scenario.view.keys {
            let offered = format!("#keys option[value='{key}']");
            page.until(
                &format!("{key} is offered"),
                &format!("return document.querySelector(\"{offered}\") !== null"),
            );
        }
        // The list that has the focus keeps letters and figures for itself, and nothing else.
        page.press("]]]]]]]]]]]");
        page.shows("output", "60 s/s");
        page.click("button", "Play");
        // a lesson's first step may be over, and wait for its reader, before that
        let is_lesson = scenario.lesson.is_some();
        let enough_us = if is_lesson { 100_000 } else { 3_000_000 };
        page.until(
            &format!("{} plays", preset.id),
            &format!("return document.getElementById('clock').dataset.atUs > {enough_us}"),
        );
        if !is_lesson {
            page.click("button", "Pause");
        }
        // what happens in a lesson, its steps bring about
        let idle = is_lesson || scenario.actions.is_empty() && scenario.workloads.is_empty();
        let silent = page.texts(".log-line").is_empty();
        assert!(!silent || idle, "{}: nothing is logged", preset.id);
        page.lacks("#notices [role='alert'] .notice");
        assert_eq!(page.complaints(), [] as [String; 0], "{}", preset.id);
        titles.insert(scenario.title);
    }
    assert_eq!(titles.len(), preset::all().count());
}

#[test]
fn a_parameter_restarts_the_run_and_is_marked_where_the_code_says_another_value() {
    let page = Page::open("");
    pace(&page, "100 ms/s");
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    page.shows("[data-key='user:1'] .ttl", "left");

    page.control("TTL").fill("7");
    page.press(&ENTER.to_string());
    page.shows("#notices [role='status']", "Restarted with TTL = 7");
    page.shows(".line .tag", "in this run");
    is(&page, "user:1", "Cold");
    page.click("button", "Read");
    page.shows("#log", "the cache set user:1 = ann for 7 s");

    // Too much is refused in words; the run stays as it is, and so does what the control shows.
    page.control("TTL").fill("99999999");
    page.press(&ENTER.to_string());
    page.shows(
        "#notices [role='alert']",
        "TTL must be a number from 0.1 to 86400; it is 99999999.",
    );
    page.until(
        "the control shows what the run uses",
        "return document.getElementById('parameter-TTL').value === '7'",
    );
    is(&page, "user:1", "In sync");

    // The slider beside it sets the same value.
    page.element("[aria-label='TTL, slider']").click();
    page.press(&RIGHT.to_string());
    page.until(
        "the number follows the slider",
        "return Number(document.getElementById('parameter-TTL').value) > 50",
    );
    is(&page, "user:1", "Cold");
    // What was said about the run before is gone with it.
    page.lacks("#notices .notice.bad");

    // Choosing the strategy again brings its own values back.
    use_strategy(&page, "No cache");
    page.lacks("[data-panel='code'] .parameter");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn keys_of_one_scenario_can_have_strategies_of_their_own() {
    let page = Page::open("");
    use_scenario(&page, "One system, three strategies");
    page.element("[aria-label='Code of Cache-aside']");
    page.click("button", "flags: Write-through, database first");
    page.element("[aria-label='Code of Write-through, database first']");
    page.control("Strategy of flags:");
    page.click("button", "views: Write-behind counters");
    page.control("INTERVAL");
    // It can be replaced for its keys alone.
    page.choose("Strategy of views:", "No cache");
    page.shows("#notices", "Restarted with No cache.");
    page.shows(".tabs", "views: No cache");
    page.shows(".tabs", "flags: Write-through");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn whoever_comes_first_is_told_what_this_is_and_given_three_things_to_try() {
    let page = Page::open("");
    page.shows(".welcome", "A cache, a database and the code between them");
    page.screenshot("welcome");
    page.resize(390, 844);
    page.prefer("prefers-color-scheme", "dark");
    let violations = crate::accessibility::violations(&page);
    assert!(violations.is_empty(), "{violations:#?}");
    page.screenshot("welcome-390");
    page.resize(1_440, 900);
    page.element("#try-race").click();
    page.shows(".problems", "1 stale read");
    page.lacks(".welcome");
    page.reload();
    page.shows("#preset option:checked", "The slow reader");
    page.lacks(".welcome");
    assert_eq!(page.complaints(), [] as [String; 0]);
    // Whoever follows a link knows what for.
    let page = Page::open("?preset=wb8");
    page.lacks(".welcome");
}

#[test]
fn a_scenario_a_claim_a_lesson_and_a_strategy_are_found_by_words() {
    let page = Page::open("?preset=ca6");
    for (words, id, shown) in [
        ("retry back queue", "wb8", "A retry at the back of the queue"),
        ("lesson ttl", "lesson-ttl", "TTL, how long is long enough?"),
    ] {
        page.click("button", "Find");
        page.control("Scenarios, claims, lessons and strategies, by words: “ttl stale”, “lost write”, “lesson”").fill(words);
        page.shows("#found", "result");
        page.element(&format!("[data-found='{id}']")).click();
        page.shows("#preset option:checked", shown);
        page.lacks("dialog[open]");
    }
    use_scenario(&page, "The slow reader: stale although every write deletes");
    page.click("button", "Find");
    page.element("#find-words").fill("lease strategy");
    page.screenshot("find");
    let violations = crate::accessibility::violations(&page);
    assert!(violations.is_empty(), "{violations:#?}");
    page.element("[data-found='leases']").click();
    page.until("leases serve", "return document.getElementById('strategy').value === 'leases'");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn a_library_is_chosen_from_a_group_that_is_fetched_when_it_is_opened() {
    let page = Page::open("?preset=ca6");
    page.choose("Strategy", "Choose one …");
    page.shows("dialog[open]", "libraries and queues");
    page.lacks("[data-library]");
    page.element("#libraries summary").click();
    page.shows("#libraries", "dogpile.cache");
    page.element("#library-words").fill("moka");
    page.screenshot("libraries");
    let violations = crate::accessibility::violations(&page);
    assert!(violations.is_empty(), "{violations:#?}");
    page.element("[data-library='moka']").click();
    page.lacks("dialog[open]");
    page.shows("#notices", "Restarted with moka 0.12.16 get_with.");
    page.shows("body", "local_2");
    assert_eq!(page.complaints(), [] as [String; 0]);
}
