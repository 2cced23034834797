//! Pictures to look at: not tests. `make screenshot` asks for them.

use std::fs;

use serde_json::json;

use crate::page::Page;
use crate::words::{ENTER, is, logs, pace, settle, use_strategy};
use crate::{NARROW, WIDE};

/// In each width, light and dark.
fn take(page: &Page, state: &str) {
    for (width, height) in [WIDE, (1024, 768), NARROW] {
        page.resize(width, height);
        for theme in ["light", "dark"] {
            page.prefer("prefers-color-scheme", theme);
            page.screenshot(&format!("{state}-{width}-{theme}"));
        }
    }
    // All of it, however high.
    for width in [1440, 1024, 390] {
        page.resize(width, 900);
        let height =
            page.execute("return document.documentElement.scrollHeight", serde_json::json!([]));
        page.resize(width, u32::try_from(height.as_u64().unwrap_or(900)).unwrap_or(900));
        page.prefer("prefers-color-scheme", "light");
        page.screenshot(&format!("{state}-{width}-whole"));
    }
    let (width, height) = WIDE;
    page.resize(width, height);
}

#[test]
#[ignore = "makes pictures; `make screenshot` asks for it"]
fn pictures_of_states() {
    let page = Page::open("");
    take(&page, "idle");
    for _ in 0..5 {
        page.press(".");
    }
    take(&page, "step");
    settle(&page);
    pace(&page, "100 ms/s");
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    page.click("button", "Write user:1 from outside");
    is(&page, "user:1", "Stale");
    page.click("button", "Read");
    page.element("#answers li.bad");
    take(&page, "stale");
    use_strategy(&page, "Write-behind");
    pace(&page, "20 ms/s");
    page.choose("How many", "×10");
    page.click("button", "Write");
    is(&page, "user:1", "Ahead");
    page.click("button", "Pause");
    take(&page, "ahead");
    for name in
        ["Cut app – cache", "Cut client – app", "Kill cache", "Stop database", "Crash app 1"]
    {
        page.click("button", name);
    }
    page.click("button", "Read");
    page.control("TTL").fill("-5");
    page.press(&ENTER.to_string());
    page.element("#notices .notice.bad");
    take(&page, "broken");
    for (name, title) in [
        ("ca6", "The slow reader: stale although every write deletes"),
        ("mixed", "One system, three strategies"),
        ("ca7", "A popular key expires under load"),
        ("zipf", "A cache a tenth of the size of the data"),
    ] {
        page.choose("Scenario", title);
        pace(&page, "300 ms/s");
        page.click("button", "Play");
        page.until("it runs", "return document.getElementById('clock').dataset.atUs > 5004e3");
        page.click("button", "Pause");
        take(&page, name);
    }
}

#[test]
#[ignore = "makes pictures; `make screenshot` asks for it"]
fn pictures_of_presets() {
    let page = Page::open("");
    let (width, height) = WIDE;
    page.resize(width, height);
    for preset in stalemate::scenario::preset::all() {
        page.choose("Scenario", &preset.scenario().title);
        pace(&page, "real time");
        page.click("button", "Play");
        page.until("it runs", "return document.getElementById('clock').dataset.atUs > 2010e3");
        page.click("button", "Pause");
        page.screenshot(&format!("preset-{}", preset.id));
    }
}

/// The picture of the README: a stale key, and two requests in the middle of the code.
#[test]
#[ignore = "makes pictures; `make screenshot` asks for it"]
fn pictures_for_the_readme() {
    let page = Page::open("");
    settle(&page);
    pace(&page, "100 ms/s");
    for (key, client, value, verb) in
        [("user:2", "ben", "dora", "Write"), ("user:1", "ann", "", "Read")]
    {
        page.control("Key").fill(key);
        page.control("Client").fill(client);
        page.control("Value to write").fill(value);
        page.click("button", verb);
        page.shows("#answers li", key);
        page.shows("#clock", "Paused");
    }
    page.control("Value to write").fill("zoe");
    page.click("button", "Write user:1 from outside");
    is(&page, "user:1", "Stale");
    page.shows("#clock", "Paused");
    page.click("button", "Read");
    logs(&page, "1 version behind");
    page.shows("#clock", "Paused");
    pace(&page, "1 ms/s");
    page.control("Value to write").fill("max");
    page.click("button", "Write");
    page.control("Key").fill("user:2");
    page.control("Client").fill("ben");
    page.control("Value to write").fill("");
    page.click("button", "Read");
    page.shows("#flights", "db.read(user:2)");
    page.click("button", "Pause");
    page.execute("document.activeElement.blur(); window.scrollTo(0, 0)", serde_json::json!([]));
    // A wide window, in the size that a README has room for.
    page.resize(1680, 1260);
    page.screenshot("readme");
}

/// Back in time: the slider, the ribbons, a past that was changed.
#[test]
#[ignore = "makes pictures; `make screenshot` asks for it"]
fn pictures_of_time() {
    let page = Page::open("");
    take(&page, "time-idle");
    page.choose("Scenario", "The slow reader: stale although every write deletes");
    page.execute("document.activeElement.blur()", serde_json::json!([]));
    page.press("nnp");
    page.shows("#clock", "0.501000 s");
    page.press("kz");
    page.execute("document.querySelector('[data-strip=\"0\"]').focus()", serde_json::json!([]));
    take(&page, "time-past");
    for (name, title) in [
        ("time-mixed", "One system, three strategies"),
        ("time-zipf", "A cache a tenth of the size of the data"),
    ] {
        page.choose("Scenario", title);
        pace(&page, "300 ms/s");
        page.click("button", "Play");
        page.until("it runs", "return document.getElementById('clock').dataset.atUs > 3004e3");
        page.click("button", "Pause");
        take(&page, name);
    }
    page.element("#help").click();
    page.element("dialog[open]");
    take(&page, "time-help");
}

/// The drawing of a race that is shown where scripts are not allowed: what the page exports, to be
/// put into `static/race.svg`.
#[test]
#[ignore = "makes pictures; `make screenshot` asks for it"]
fn pictures_for_those_without_script() {
    let mut scenario = stalemate::scenario::preset::find("ca6").expect("a preset").scenario();
    scenario.view.at_us = Some(111_900);
    let link = stalemate::link::encode(&scenario, None).expect("a link");
    let page = Page::open(&format!("?theme=light#{}", link.text()));
    page.resize(1000, 900);
    page.shows("#clock", "Paused");
    page.element(".diagram").click();
    page.click("button", "Wider");
    page.shows("#diagram-span", "100 ms to 120 ms");
    page.shows(".diagram", "db.write");
    page.execute(
        "const make = URL.createObjectURL;
         URL.createObjectURL = (blob) => (blob.text().then((text) => window.made = text), make(blob));",
        json!([]),
    );
    page.click("button", "Export");
    page.click("button", "Diagram as SVG");
    page.until("it is made", "return window.made !== undefined");
    let drawing = page.execute("return window.made", json!([]));
    let file = page.screenshot("race").with_extension("svg");
    fs::write(&file, drawing.as_str().expect("a drawing")).expect("the drawing is written");
    println!("{}", file.display());
}

/// On paper.
#[test]
#[ignore = "makes pictures; `make screenshot` asks for it"]
fn pictures_of_a_print() {
    let page = Page::open("?preset=ca6");
    page.execute("document.activeElement.blur()", json!([]));
    page.press("n");
    page.shows("#clock", "0.501000 s");
    page.on_paper(760);
    println!("{}", page.screenshot("print").display());
}
