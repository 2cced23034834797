//! The search through every order of events, on the page.

use serde_json::json;

use crate::accessibility;
use crate::page::Page;
use crate::words::ESCAPE;
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

    page.choose("Scenario", "Empty: nothing happens until you do it");
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
