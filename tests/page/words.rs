//! What several tests say in one word.

use serde_json::json;

use crate::page::Page;

// Keys without a character of their own, as WebDriver names them.
pub const TAB: char = '\u{e004}';
pub const ENTER: char = '\u{e007}';
pub const ESCAPE: char = '\u{e00c}';
pub const HOME: char = '\u{e011}';
pub const RIGHT: char = '\u{e014}';

/// Where virtual time stands.
pub fn now_us(page: &Page) -> u64 {
    let at =
        page.execute("return Number(document.getElementById('clock').dataset.atUs)", json!([]));
    at.as_u64().expect("the clock has a time")
}

/// Waits until virtual time has gone on from here, and gives where it stands.
pub fn after(page: &Page, before_us: u64) -> u64 {
    let script = format!("return document.getElementById('clock').dataset.atUs > {before_us}");
    page.until("virtual time goes on", &script);
    now_us(page)
}

pub fn counter(page: &Page, name: &str) -> String {
    page.text(&format!("[data-counter='{name}']"))
}

/// Sets the speed to what the slider says in these words.
pub fn pace(page: &Page, words: &str) {
    page.execute("document.getElementById('speed').focus()", json!([]));
    page.press(&HOME.to_string());
    page.shows("output", "1 ms/s");
    for _ in 0..12 {
        let said = page.text("output");
        if said == words {
            return;
        }
        page.press(&RIGHT.to_string());
        page.until_so("another speed", || page.text("output") != said);
    }
    panic!("the slider never said {words}");
}

/// Opens a scenario of the list. Its code may have to be loaded first; until then the page is the
/// one before.
pub fn use_scenario(page: &Page, title: &str) {
    page.choose("Scenario", title);
    page.until(
        &format!("{title} is open"),
        &format!(
            "return document.getElementById('preset').selectedOptions[0].textContent.trim() === {}",
            json!(title)
        ),
    );
    page.catch_up();
}

/// Clicks a request's button where all is at rest, and waits until it is answered and all is at rest
/// again.
pub fn send(page: &Page, button: &str) {
    const LATEST: &str =
        "const latest = document.querySelector('#answers li')?.dataset.label ?? '';";
    page.shows("#clock", "Paused");
    let before = page.execute(&format!("{LATEST} return latest"), json!([]));
    page.click("button", button);
    page.until("it is answered", &format!("{LATEST} return latest !== {before}"));
    page.shows("#clock", "Paused");
}

/// Sends a request by the button with this id, and pauses before anything comes of it: from here on,
/// time goes on by steps alone.
pub fn send_paused(page: &Page, id: &str) {
    page.execute(
        "for (const id of [arguments[0], 'step']) document.getElementById(id).click()",
        json!([id]),
    );
    page.catch_up();
    page.shows("#clock", "Paused");
}

/// Goes on event by event until a function body returns true.
pub fn step_until(page: &Page, what: &str, script: &str) {
    for _ in 0..60 {
        if page.execute(script, json!([])) == json!(true) {
            return;
        }
        page.press(".");
    }
    panic!("{what} never came");
}

/// Waits until a paused run is drawn to its last part: of those that come after a jump, each frame
/// draws one.
pub fn is_drawn(page: &Page) {
    page.execute(
        "const frame = () => new Promise(requestAnimationFrame);
         return [...Array(12)].reduce((before) => before.then(frame), Promise.resolve())",
        json!([]),
    );
    page.catch_up();
}

/// Plays to beyond the scenario's own actions and what came of them, and pauses.
pub fn settle(page: &Page) {
    pace(page, "60 s/s");
    page.click("button", "Play");
    page.until(
        "the scenario's actions are over",
        "return document.getElementById('clock').dataset.atUs > 30e6",
    );
    page.click("button", "Pause");
    page.shows("#clock", "Paused");
}

pub fn use_strategy(page: &Page, title: &str) {
    page.choose("Strategy", title);
    page.shows("#notices", &format!("Restarted with {title}."));
    page.shows(".code .title", title);
}

/// Waits for a sentence of the log.
pub fn logs(page: &Page, sentence: &str) {
    page.shows("#log .log-line", sentence);
}

/// Waits until a key's row is in this state, in words and as the page's own mark.
pub fn is(page: &Page, key: &str, state: &str) {
    page.shows(&format!("[data-key='{key}'] .pill"), state);
    let id = state.to_lowercase().replace(' ', "-");
    page.until(
        &format!("{key} is {state}"),
        &format!("return document.querySelector('[data-key=\"{key}\"]').dataset.state === '{id}'"),
    );
}
