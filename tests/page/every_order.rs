//! The search through every order of events, on the page.

use serde_json::json;

use crate::accessibility;
use crate::page::Page;
use crate::words::{ESCAPE, use_scenario};
use crate::workers::UNENDING;
use crate::{NARROW, WIDE};

fn verdict(page: &Page, property: &str, verdict: &str) {
    page.until(
        &format!("{property} is {verdict}"),
        &format!("return document.querySelector('[data-property={property}]')?.dataset.verdict === '{verdict}'"),
    );
}

#[test]
fn the_shortest_way_to_a_stale_entry_is_found_and_played() {
    let page = Page::open("?preset=ca6");
    page.click("button", "Every order");
    page.click("button", "Try every order");
    verdict(&page, "converges", "violated");
    page.shows("[data-property=converges]", "Can go wrong, after 5 effects");
    page.screenshot("every-order");
    for ((width, height), theme) in [(WIDE, "light"), (NARROW, "dark")] {
        page.resize(width, height);
        page.prefer("prefers-color-scheme", theme);
        let violations = accessibility::violations(&page);
        assert!(violations.is_empty(), "{width} wide, {theme}: {violations:#?}");
        page.until(
            "nothing is wider than the window",
            "return document.documentElement.scrollWidth <= window.innerWidth",
        );
    }
    page.click("button", "Play the shortest way");
    page.lacks("dialog[open]");
    page.click("button", "Play");
    page.until(
        "the entry is stale",
        "return [...document.querySelectorAll('[data-state]')].some((row) => row.dataset.state === 'stale')",
    );
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn what_holds_says_within_what_bounds_and_a_long_search_can_be_stopped() {
    let page = Page::open("?preset=fx3");
    page.execute(UNENDING, json!([]));
    page.click("button", "Every order");
    for name in ["expiries", "crashes"] {
        page.element(&format!("#explore-{name}")).fill("2");
    }
    page.click("button", "Try every order");
    page.shows("#explore-result", "states a second");
    page.click("button", "Stop");
    page.shows("#explore-result", "Stopped before all was tried.");
    page.press(&ESCAPE.to_string());
    page.lacks("dialog[open]");

    // whose searches end
    page.reload();
    use_scenario(&page, "Empty: nothing happens until you do it");
    page.click("button", "Every order");
    page.click("button", "Try every order");
    page.element("#explore-result .notice.bad");
    page.press(&ESCAPE.to_string());
    page.lacks("dialog[open]");
    page.click("button", "Read");
    page.click("button", "Every order");
    page.click("button", "Try every order");
    verdict(&page, "converges", "holds");
    page.shows("[data-property=converges]", "nothing is written");
    let focus = page.execute("return document.activeElement.closest('dialog') !== null", json!([]));
    assert_eq!(focus, true, "the focus left the dialog");
}

#[test]
fn the_states_of_a_small_search_are_a_graph_that_can_be_walked() {
    let page = Page::open("?preset=ca2");
    page.click("button", "Every order");
    page.click("button", "Try every order");
    verdict(&page, "converges", "violated");
    page.element(".state-graph > summary").click();
    let few = page.texts(".state-graph .state").len();
    let now = "return document.querySelector('.state-graph [aria-live] b').textContent";
    assert_eq!(page.execute(now, json!([])), format!("State 1 of {few}"));
    // along the steps that change a store, to a state that breaks the property
    page.element(".state-graph .steps button").click();
    page.until(
        "the next state",
        "return !document.querySelector('.state-graph [aria-live] b').textContent.startsWith('State 1 ')",
    );
    assert!(!page.texts(".state-graph .state.bad").is_empty());
    for ((width, height), theme) in
        [(WIDE, "light"), (NARROW, "dark"), (WIDE, "dark"), (NARROW, "light")]
    {
        page.resize(width, height);
        page.prefer("prefers-color-scheme", theme);
        page.execute("document.querySelector('.state-graph').scrollIntoView()", json!([]));
        page.screenshot(&format!("states-{width}-{theme}"));
        let violations = accessibility::violations(&page);
        assert!(violations.is_empty(), "{width} wide, {theme}: {violations:#?}");
        page.until(
            "nothing is wider than the window",
            "return document.documentElement.scrollWidth <= window.innerWidth",
        );
    }
    page.element("#states-fold").click();
    page.until(
        "every state by itself",
        &format!("return document.querySelectorAll('.state-graph .state').length > {few}"),
    );
    page.screenshot("states-all");
    let all = page.texts(".state-graph .state").len();
    page.shows(".state-graph > summary", &format!("The {all} states as a graph"));
    // one with more states has no graph
    page.press(&ESCAPE.to_string());
    page.lacks("dialog[open]");
    page.go_to(&format!("{}?preset=ca5", page.site()));
    page.click("button", "Every order");
    page.click("button", "Try every order");
    verdict(&page, "converges", "violated");
    page.lacks(".state-graph");
    assert_eq!(page.complaints(), [] as [String; 0]);
}
