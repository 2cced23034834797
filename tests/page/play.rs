//! Playing: time, requests, and a request's way through the code.

use serde_json::json;

use crate::page::Page;
use crate::words::{RIGHT, after, counter, now_us, pace, settle, use_scenario, use_strategy};

#[test]
fn a_miss_goes_step_by_step_from_the_cache_to_the_database_and_back_into_the_cache() {
    let page = Page::open("");
    page.shows("#followed", "No task is running");
    page.shows("#flights", "Nothing is in flight.");
    // The scenario's first action is a read of a key that is not cached. A step is an event, and
    // may leave the code where it is; each place is noted once.
    let mut way: Vec<(String, String)> = Vec::new();
    for _ in 0..60 {
        page.press(".");
        let line = page.texts(".line.followed > code").pop();
        let waits = page.texts("#followed p code").pop();
        if let Some(place) = line.zip(waits).filter(|place| way.last() != Some(place)) {
            let call = place.1.clone();
            let flights = page.texts("#flights li").join("\n");
            way.push(place);
            if call.starts_with("cache.") || call.starts_with("db.") {
                assert!(flights.contains(&call), "{call} is not among the calls: {flights}");
                assert_eq!(page.texts(".mark[aria-pressed='true']"), ["R1"]);
                page.shows("#clock", "Paused");
            }
        }
        if counter(&page, "misses") == "1" && page.texts("#answers li").len() == 1 {
            break;
        }
    }
    let calls: Vec<(&str, &str)> = way
        .iter()
        .map(|(line, call)| (line.trim(), call.as_str()))
        .filter(|(_, call)| call.contains("(user:1)"))
        .collect();
    assert_eq!(
        calls,
        [
            ("value = cache.get(key)", "cache.get(user:1)"),
            ("value = db.read(key)", "db.read(user:1)"),
            ("cache.set(key, value, ttl=TTL)", "cache.set(user:1)"),
        ],
        "{way:#?}"
    );
    page.shows("#answers li", "user:1 → ann");
    page.shows("#answers li", "fresh");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn requests_are_made_by_key_and_client_one_or_many() {
    let page = Page::open("");
    settle(&page);
    pace(&page, "100 ms/s");

    page.control("Key").fill("user:9");
    page.control("Client").fill("zoe");
    page.click("button", "Read");
    page.shows("#log", "zoe reads user:9");
    page.shows("#log", "cache miss for user:9");
    page.shows("#answers li", "user:9 → None zoe");
    // What was fired while paused runs until it has come to rest, and no further.
    page.shows("#clock", "Paused");

    page.control("Value to write").fill("41");
    page.click("button", "Write");
    page.shows("#log", "zoe writes user:9 = 41");
    page.shows("[data-key='user:9'] [data-store='database'] .value", "41");
    page.shows("[data-key='user:9'] [data-store='cache']", "no entry");

    page.control("Value to write").fill("2");
    page.click("button", "Increment");
    page.shows("#log", "zoe adds 2 to user:9");
    page.shows("[data-key='user:9'] [data-store='database'] .value", "43");

    page.shows("#clock", "Paused");
    let count = |id: &str| counter(&page, id).parse::<u64>().expect("a count");
    let all = count("hits") + count("misses") + 50;
    page.choose("How many", "×50");
    page.control("Client").fill("ann");
    page.click("button", "Read");
    page.until(
        "all fifty reads are counted",
        &format!(
            "const of = (id) => Number(document.querySelector(`[data-counter=${{id}}]`).textContent);
             return of('hits') + of('misses') === {all};"
        ),
    );
    page.shows("[data-key='user:9']", "In sync");
    // The log of so many has room for the last ones alone.
    page.shows("#clock", "Paused");
    page.shows("#answers li:first-child", "user:9 → 43 ann ·");

    page.until(
        "the log is at its end",
        "const log = document.getElementById('log');
         return log.scrollTop > 0 && log.scrollHeight - log.scrollTop - log.clientHeight < 24;",
    );

    page.choose("How many", "×1");
    page.click("button", "Delete");
    page.shows("#log", "ann deletes user:9");
    page.shows("[data-key='user:9'] [data-store='database']", "no row");

    // The key of a row is chosen by clicking it.
    page.click("button", "user:1");
    page.until("the form has the key", "return document.getElementById('key').value === 'user:1'");
    page.until(
        "its button is pressed",
        "return document.querySelector('[data-key=\"user:1\"] .key-button').ariaPressed === 'true'",
    );

    // Without a key there is nothing to ask for; a strategy without a function says so.
    page.control("Key").fill(" ");
    page.until("nothing can be asked for", "return document.getElementById('read').disabled");
    page.control("Key").fill("user:1");
    use_strategy(&page, "Write-behind counters");
    page.until(
        "there is no delete, and why",
        "const button = document.getElementById('delete');
         return button.disabled && button.title.includes('no function “delete”')",
    );
}

fn stands_at_the_start(page: &Page) {
    page.until(
        "time is at its start",
        "return document.getElementById('clock').dataset.atUs === '0'",
    );
}

#[test]
fn time_plays_pauses_steps_changes_speed_and_starts_over() {
    let page = Page::open("");
    assert_eq!(now_us(&page), 0);
    page.click("button", "Play");
    page.shows("#play", "Pause");
    page.until("time passes", "return document.getElementById('clock').dataset.atUs > 0");
    page.shows("#clock", "Skipping");
    page.click("button", "Pause");
    page.shows("#clock", "Paused");
    // From the start, where the next event is not far.
    page.click("button", "Reset");
    stands_at_the_start(&page);
    page.click("button", "Step");
    let stepped = after(&page, 0);
    page.click("button", "Step");
    page.shows("#clock", "Paused");
    assert!(now_us(&page) >= stepped);

    // The speed: with the keys of the page, then with those of the slider.
    page.shows("output", "10 ms/s");
    page.press("]");
    page.shows("output", "20 ms/s");
    page.press("[[");
    page.shows("output", "5 ms/s");
    page.execute("document.getElementById('speed').focus()", json!([]));
    page.press(&RIGHT.to_string().repeat(2));
    page.shows("output", "20 ms/s");
    page.until(
        "a screen reader hears the speed",
        "return document.getElementById('speed').ariaValueText.startsWith('20 milliseconds')",
    );

    // Nothing is skipped where a person does not want it.
    page.element("#skip-idle").click();
    page.click("button", "Play");
    page.shows("#clock", "Playing");
    page.element("#skip-idle").click();
    page.shows("#clock", "Skipping");

    page.click("button", "Reset");
    stands_at_the_start(&page);
    page.shows("#log", "Nothing has happened yet.");
    page.shows("output", "20 ms/s");
    page.shows("#clock", "Paused");

    settle(&page);
    page.shows("#log", "R8: a reads user:1");
    // The entry's TTL may still end; then nothing is left.
    for _ in 0..5 {
        page.press(".");
    }
    page.shows("#notices [role='alert']", "There is nothing left to happen. Send a read.");
    page.click("button", "Dismiss this message");
    page.lacks("#notices .notice");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn workloads_start_and_stop_and_a_heavy_one_leaves_the_page_to_be_used() {
    let page = Page::open("");
    use_scenario(&page, "One key takes the load");
    page.shows("[data-workload='fans']", "stopped · 0 requests");
    // Four hundred reads a second, and as fast as it goes.
    pace(&page, "60 s/s");
    page.click("button", "Play");
    page.shows("[data-workload='fans']", "running");
    page.until("a second has passed", "return document.getElementById('clock').dataset.atUs > 1e6");
    // Meanwhile the page serves those who click and type.
    page.control("Key").fill("user:77");
    page.click("button", "Read");
    // its line is gone with the next thousand; that it was done can be taken back
    page.until(
        "the read is done",
        "return document.getElementById('undo').getAttribute('aria-disabled') !== 'true'",
    );
    page.choose("Theme", "Dark");
    page.until("it is dark", "return document.documentElement.dataset.theme === 'dark'");
    page.choose("Theme", "Auto");
    page.until("much has passed", "return document.getElementById('clock').dataset.atUs > 20e6");
    page.click("button", "Pause");
    page.shows("#clock", "Paused");
    let lines = page.texts(".log-line").len();
    assert!((100..=400).contains(&lines), "the log has {lines} lines");

    // So slow that the log keeps what it said.
    pace(&page, "1 ms/s");
    page.click("button", "Stop workload fans");
    page.click("button", "Stop workload star");
    page.shows("[data-workload='fans']", "stopped");
    page.shows("#log", "the workload fans stops");
    page.click("button", "Start workload fans");
    page.shows("[data-workload='fans']", "running");
    page.shows("#log", "the workload fans starts");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn it_pauses_when_something_goes_wrong() {
    let page = Page::open("?preset=ca6");
    page.element("#halts").click();
    pace(&page, "real time");
    page.click("button", "Play");
    page.shows("#notices", "something went wrong");
    page.shows("#clock", "Paused");
    assert_eq!(crate::words::now_us(&page), 501_000);
    page.click("button", "Play");
    page.until(
        "it goes on to the next",
        "return document.getElementById('clock').dataset.atUs > 501000",
    );
    page.shows("#clock", "Paused");
    assert_eq!(page.complaints(), [] as [String; 0]);
}
