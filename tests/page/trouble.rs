//! When something goes wrong: a strategy's error, a refusal, an error of the page's own.

use serde_json::json;

use crate::accessibility;
use crate::page::Page;
use crate::words::{logs, pace, settle, use_strategy};

#[test]
fn an_error_that_the_strategy_does_not_catch_is_told_with_its_line() {
    let page = Page::open("");
    use_strategy(&page, "Stale-while-revalidate");
    pace(&page, "100 ms/s");
    page.click("button", "Kill cache");
    page.click("button", "Read");
    let line = page.texts("#code .line").iter().position(|line| line.contains("cache.entry(key)"));
    assert!(line.is_some(), "the code has changed");
    logs(&page, "R1: not caught in line");
    logs(&page, "cache: it is down");
    page.shows("#answers li.bad", "failed: cache: it is down");
    page.shows(".log-line.bad .sign", "✗");
    page.until(
        "a screen reader is told",
        "return [...document.querySelectorAll('.unseen[role=status]')].some((e) => e.textContent)",
    );
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn an_action_that_cannot_be_done_says_why_and_stays_until_it_is_read() {
    let page = Page::open("");
    settle(&page);
    for _ in 0..6 {
        page.click("button", "Step");
    }
    page.shows("#notices [role='alert']", "There is nothing left to happen.");
    // Once, however often it is asked for.
    assert_eq!(page.texts("#notices .notice").len(), 1);
    page.click("button", "Dismiss this message");
    page.lacks("#notices .notice");
}

#[test]
fn an_error_of_the_page_itself_shows_what_happened_and_what_to_do() {
    let page = Page::open("");
    // The engine asks for the time while it works. A click at that very moment finds it in use,
    // which cannot happen to a person, and is an error in the page: what a panic looks like.
    page.execute(
        "const now = performance.now.bind(performance);
         performance.now = () => {
             performance.now = now;
             document.getElementById('step').click();
             return now();
         };
         document.getElementById('play').click();",
        json!([]),
    );
    page.shows("#alarm[role='alert'] h2", "The page stopped because of an error in Stalemate");
    page.shows("#alarm", "Reload to start again");
    let details = page.execute("return document.querySelector('#alarm textarea').value", json!([]));
    let details = details.as_str().unwrap_or_default();
    assert!(details.starts_with("Stalemate 0.") && details.contains("src/"), "{details}");
    page.until(
        "the focus is on what to do",
        "return document.activeElement.textContent === 'Reload'",
    );
    assert_eq!(accessibility::violations(&page), [] as [String; 0]);
    assert!(!page.complaints().is_empty(), "the console has it as well");
    page.click("a", "Reload");
    page.lacks("#alarm");
    page.shows("#followed", "No task is running");
    assert_eq!(page.complaints(), [] as [String; 0]);
}
