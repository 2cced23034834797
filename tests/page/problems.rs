//! What went wrong: the list, the cause of each, and the way to where it happened.

use serde_json::json;

use crate::accessibility;
use crate::page::Page;
use crate::words::{ENTER, counter, is, is_drawn, now_us, use_scenario};
use crate::{NARROW, WIDE};

const STALE: &str = ".problem[data-kind='stale read']";

/// The slow reader, at the second of the two reads that are stale.
fn slow_reader() -> Page {
    let page = Page::open("");
    use_scenario(&page, "The slow reader: stale although every write deletes");
    page.shows(".problems", "No problems so far.");
    page.lacks("#see-problems");
    for at_us in [501_000, 3_001_000] {
        page.click("button", "Next problem");
        page.until(
            "it stands at the problem",
            &format!("return document.getElementById('clock').dataset.atUs === '{at_us}'"),
        );
        page.shows("#clock", "Paused");
    }
    is_drawn(&page);
    assert_eq!(counter(&page, "stale-reads"), "2");
    page
}

/// When the first stale read happened.
fn first_stale_us(page: &Page) -> u64 {
    let script = format!("return Number(document.querySelector(\"{STALE}\").dataset.atUs)");
    page.execute(&script, json!([])).as_u64().expect("it has a time")
}

#[test]
fn a_stale_read_is_told_with_its_cause_and_jumped_to() {
    let page = slow_reader();
    page.shows("[data-total='stale read']", "2 stale reads");
    page.shows(STALE, "user:1");
    let chain = page.texts(&format!("{STALE}:first-child .chain li"));
    assert!((2..=5).contains(&chain.len()), "{chain:#?}");
    assert!(chain.iter().any(|line| line.contains("110.2 ms")), "W2's commit: {chain:#?}");
    assert!(chain.iter().any(|line| line.contains("111 ms")), "R1's set: {chain:#?}");

    let stale_us = first_stale_us(&page);
    page.element(&format!("{STALE} .jump")).click();
    page.until(
        "it stands just before the read",
        &format!(
            "return Number(document.getElementById('clock').dataset.atUs) === {}",
            stale_us - 1
        ),
    );
    page.shows("#clock", "Paused");
    assert_eq!(counter(&page, "stale-reads"), "0");
    is(&page, "user:1", "Stale");
    // The log is that of the run so far, and what is ahead is still listed.
    assert!(!page.texts("#log").concat().contains("stale for"));
    page.shows(".problems", "from where you jumped back");
    page.shows(STALE, "still ahead");
    page.shows("[data-total='stale read']", "2 stale reads");

    // The finger is on the button that goes on.
    page.until("it has the focus", "return document.activeElement.id === 'step'");
    page.press(&ENTER.to_string());
    page.until(
        "it is no longer ahead",
        &format!("return !document.querySelector(\"{STALE}\").textContent.includes('still ahead')"),
    );
    assert!(now_us(&page) >= stale_us);

    // Who acts otherwise has another run, of which nothing is known yet.
    page.click("button", "Flush cache");
    page.until(
        "only what has happened is listed",
        "return !document.querySelector('.problems').textContent.includes('jumped back')",
    );
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn a_row_says_until_when_it_differs_and_why() {
    let page = slow_reader();
    page.shows("[data-key='user:1'] .about", "since 111 ms");
    page.shows("[data-key='user:1'] .about", "5.11");
    page.lacks("[data-key='user:1'] .cause");
    page.element("[data-key='user:1'] .why-button").click();
    page.element("[data-key='user:1'] .cause li");
    let chain = page.texts("[data-key='user:1'] .cause li");
    assert!((2..=5).contains(&chain.len()), "{chain:#?}");
    page.element("[data-key='user:1'] .why-button[aria-expanded='true']").click();
    page.lacks("[data-key='user:1'] .cause");
}

#[test]
fn the_counters_lead_to_what_went_wrong() {
    let page = slow_reader();
    page.click("button", "See why: what went wrong");
    page.until("it has the focus", "return document.activeElement.dataset.panel === 'problems'");
    page.until(
        "it is in view",
        "const { top, bottom } = document.getElementById('problems-title').getBoundingClientRect();
         return top >= 0 && bottom <= innerHeight",
    );
    for ((width, height), theme) in [(WIDE, "light"), (NARROW, "dark")] {
        page.resize(width, height);
        page.prefer("prefers-color-scheme", theme);
        let violations = accessibility::violations(&page);
        assert!(violations.is_empty(), "{width} wide, {theme}: {violations:#?}");
    }
}
