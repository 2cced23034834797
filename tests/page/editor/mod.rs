//! The editor of a strategy: mistakes, parameters, what changed, and what is run.

mod looks;

use serde_json::{Value, json};
use stalemate::strategy::builtin;

use crate::accessibility;
use crate::page::Page;
use crate::share::link;
use crate::words::{ENTER, ESCAPE, TAB, is, pace, send, use_scenario};
use crate::{NARROW, WIDE};

const CONTROL: char = '\u{e009}';
const F8: char = '\u{e038}';

/// Opens the editor by its key.
fn edit(page: &Page) {
    page.press("e");
    has_the_text(page);
}

fn has_the_text(page: &Page) {
    page.until(
        "the text has the focus",
        "return document.activeElement.id === 'strategy-text' && document.activeElement.value !== ''",
    );
}

/// Selects a part of the text and types another one over it, key by key.
fn retype(page: &Page, old: &str, new: &str) {
    let found = page.execute(
        "const area = document.getElementById('strategy-text');
         const from = area.value.indexOf(arguments[0]);
         if (from < 0) return false;
         area.focus();
         area.setSelectionRange(from, from + arguments[0].length);
         return true;",
        json!([old]),
    );
    assert_eq!(found, true, "{old:?} is not in the text");
    page.press(new);
}

/// Puts in a whole text at once, as pasting does.
fn paste(page: &Page, text: &str) {
    page.execute(
        "const area = document.getElementById('strategy-text');
         area.focus();
         area.select();
         document.execCommand('insertText', false, arguments[0]);",
        json!([text]),
    );
}

/// The same for a text of many lines, which the browser would type one by one.
fn put(page: &Page, text: &str) {
    page.execute(
        "const area = document.getElementById('strategy-text');
         area.value = arguments[0];
         area.dispatchEvent(new InputEvent('input', { bubbles: true }));",
        json!([text]),
    );
}

fn text(page: &Page) -> String {
    let text = page.execute("return document.getElementById('strategy-text').value", json!([]));
    text.as_str().expect("a text").to_owned()
}

fn stands(page: &Page, standing: &str) {
    page.element(&format!("#standing[data-standing='{standing}']"));
}

/// The text that is selected.
fn selected(page: &Page) -> Value {
    page.execute(
        "const area = document.getElementById('strategy-text');
         return area.value.slice(area.selectionStart, area.selectionEnd);",
        json!([]),
    )
}

/// Chords: what is between the first key and its release.
fn press_with(page: &Page, held: char, key: char) {
    // A second press of a modifier lets it go in WebDriver's `send keys`.
    page.element("#strategy-text").keys(&format!("{held}{key}"));
}

#[test]
fn a_mistake_shows_under_its_line_while_one_types_and_the_run_goes_on() {
    let page = Page::open("");
    edit(&page);
    stands(&page, "runs");
    retype(&page, "db.read", "dbb.read");
    page.shows(".sheet-note", "there is no `dbb` – did you mean `db`?");
    stands(&page, "wrong");
    page.shows(
        "#standing",
        "1 problem. Line 17: there is no `dbb`. The run continues with the last",
    );
    let seen = page.execute(
        "const area = document.getElementById('strategy-text');
         const wrong = document.querySelector('.wrong').getBoundingClientRect();
         const note = document.querySelector('.sheet-note').getBoundingClientRect();
         return { wrong: document.querySelector('.wrong').textContent,
             below: note.top >= wrong.bottom - 6 && note.top < wrong.bottom + 12,
             invalid: area.getAttribute('aria-invalid'),
             said: area.getAttribute('aria-describedby').split(' ')
                 .map((id) => document.getElementById(id).textContent).join(' ') };",
        json!([]),
    );
    assert_eq!(
        (&seen["wrong"], &seen["below"], &seen["invalid"]),
        (&json!("dbb"), &json!(true), &json!("true"))
    );
    assert!(seen["said"].as_str().unwrap().contains("did you mean db?"), "{seen}");

    // It is not run, and nothing is lost.
    press_with(&page, CONTROL, ENTER);
    stands(&page, "wrong");
    assert_eq!(selected(&page), "dbb");
    page.press(&format!("{ESCAPE}{ESCAPE}"));
    page.lacks("dialog[open]");
    page.shows("#notices", "Your text is kept in the editor");
    page.shows("#code", "value = db.read(key)");

    edit(&page);
    stands(&page, "wrong");
    retype(&page, "    db.delete", "    db.delte");
    page.shows("#findings-title", "2 problems");
    page.press(&F8.to_string());
    // Behind the last one comes the first.
    assert_eq!(selected(&page), "dbb");
    page.press(&F8.to_string());
    assert_eq!(selected(&page), "delte");
    page.press("delete");
    page.shows("#findings-title", "1 problem");
    page.click("button", "Line 17, column 13");
    page.press("db");
    stands(&page, "runs");
    page.lacks(".sheet-note");
    page.element("#strategy-text[aria-invalid='false']");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn an_invalidation_that_is_taken_out_makes_a_stale_read_until_it_is_put_back() {
    let page = Page::open("");
    pace(&page, "100 ms/s");
    page.execute("document.activeElement.blur()", json!([]));
    edit(&page);
    let source = text(&page);
    retype(&page, "    db.write(key, value)\n    invalidate(key)", "db.write(key, value)");
    stands(&page, "wrong");
    retype(&page, "db.write(key, value)", "    db.write(key, value)");
    stands(&page, "unrun");
    page.click("button", "Run it");
    page.lacks("dialog[open]");
    page.shows("#notices", "Restarted with your own text.");
    page.shows("#strategy", "Your own");
    let said = page.text("#notices");
    assert!(!said.contains("kept"), "{said}");
    send(&page, "Read");
    is(&page, "user:1", "In sync");
    send(&page, "Write");
    is(&page, "user:1", "Stale");
    send(&page, "Read");
    page.shows(".answers", "stale");

    page.execute("document.activeElement.blur()", json!([]));
    edit(&page);
    page.click("button", "Back to Cache-aside");
    stands(&page, "unrun");
    assert_eq!(text(&page), source);
    page.click("button", "Restore my other text");
    assert_eq!(text(&page), source.replacen("    invalidate(key)\n", "", 1));
    stands(&page, "runs");
    page.click("button", "Back to Cache-aside");
    page.click("button", "Run it");
    page.shows("#notices", "Restarted with Cache-aside.");
    page.until(
        "the built-in one is chosen",
        "return document.getElementById('strategy').value === 'cache-aside'",
    );
    send(&page, "Read");
    is(&page, "user:1", "In sync");
    send(&page, "Write");
    is(&page, "user:1", "Cold");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn a_parameter_is_a_control_as_soon_as_it_is_declared_and_its_value_is_run() {
    let page = Page::open("");
    edit(&page);
    retype(&page, "TTL = 60 ", "GRACE = 2  # seconds of grace · 0..9\nTTL = 60 ");
    page.shows("[data-parameter='GRACE']", "seconds of grace");
    page.element("#draft-GRACE").fill("12");
    page.press(&ENTER.to_string());
    page.shows(".remarks", "GRACE must be a number from 0 to 9; it is 12.");
    page.element("#draft-GRACE").fill("7");
    page.press(&ENTER.to_string());
    page.lacks(".remarks .bad");
    // A range that shuts the value out is said to, and does not stop the run.
    retype(&page, "· 0..9", "· 0..5");
    page.shows(
        ".remarks",
        "GRACE must be a number from 0 to 5; it is 7. The value in the text is used: 2.",
    );
    retype(&page, "· 0..5", "· 0..8");
    page.lacks(".remarks p");
    press_with(&page, CONTROL, ENTER);
    page.lacks("dialog[open]");
    page.until(
        "it runs with it",
        "return document.getElementById('parameter-GRACE').value === '7'",
    );
    page.shows(".line .tag", "7 in this run");

    page.execute("document.activeElement.blur()", json!([]));
    edit(&page);
    retype(&page, "GRACE = 2  # seconds of grace · 0..8\n", "");
    page.press("\u{e017}");
    page.shows(".remarks", "GRACE is no longer in the text, so its value 7 was dropped.");
    page.click("button", "Run it");
    // But for the parameter's value, this is the preset's own: its other value stays.
    page.shows("#notices", "Restarted with Cache-aside. GRACE is no longer in the text");
    page.lacks("[data-parameter='GRACE']");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn what_changed_is_told_line_by_line_against_any_other_text() {
    let page = Page::open("");
    edit(&page);
    retype(&page, "TTL = 60 ", "TTL = 61 ");
    page.shows("button.tab", "What changed +1 −1");
    page.click("button", "What changed +1 −1");
    page.shows("#changed", "1 line added, 1 line removed.");
    assert_eq!(page.texts(".changes .removed .sign"), ["−removed"]);
    assert_eq!(page.texts(".changes .added .sign"), ["+added"]);
    page.shows(".changes .removed", "TTL = 60");
    page.shows(".changes .added", "TTL = 61");
    let shown = page.texts(".changes tbody tr").len();
    page.click("button", "Show 3 unchanged lines");
    page.until(
        "the lines are there",
        &format!("return document.querySelectorAll('.changes tbody tr').length === {}", shown + 2),
    );
    page.choose("Compared with", "Leases");
    page.shows(".changes caption", "Leases");
    page.shows(".changes .removed", "cache.lease(key)");
    // What one sees is the other text with the changes made.
    let sides = page.execute(
        "document.querySelectorAll('.changes .folded button').forEach((each) => each.click());
         return new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame)).then(() => {
             const lines = (out) => [...document.querySelectorAll(`.changes tbody tr:not(.${out})`)]
                 .map((row) => row.querySelector('code').textContent).join('\\n');
             return [lines('added'), lines('removed')];
         });",
        json!([]),
    );
    let leases = builtin::find("leases").unwrap().source;
    assert_eq!(sides, json!([leases.trim_end(), text(&page).trim_end()]));
    assert_eq!(accessibility::violations(&page), [] as [String; 0]);
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn one_strategy_of_several_is_compared_with_the_others() {
    let page = Page::open("");
    use_scenario(&page, "One system, three strategies");
    page.element("[aria-label='Code of Cache-aside']");
    page.execute("document.activeElement.blur()", json!([]));
    edit(&page);
    page.element("dialog .tabs [aria-pressed='false']");
    page.execute("[...document.querySelectorAll('dialog .tab')].find((tab) => tab.textContent.startsWith('views:')).click()", json!([]));
    page.until(
        "its text is there",
        "return document.getElementById('strategy-text').value.includes('INTERVAL')",
    );
    retype(&page, "INTERVAL = ", "INTERVAL = 1");
    page.click("button", "What changed +1 −1");
    page.choose("Compared with", "flags:: Write-through, database first");
    page.shows(".changes caption", "Write-through, database first");
    page.click("button", "Code");
    page.click("button", "Run it");
    page.shows("#notices", "Restarted with your own text.");
    page.shows(".tabs", "flags: Write-through");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn by_keyboard_alone_tab_indents_and_escape_lets_it_leave() {
    let page = Page::open("");
    page.execute("document.getElementById('edit').focus()", json!([]));
    page.press(&ENTER.to_string());
    has_the_text(&page);
    let source = text(&page);
    page.press(&TAB.to_string());
    assert_eq!(text(&page), format!("    {source}"));
    // The keys of the page are letters here.
    page.press("k.");
    assert_eq!(text(&page), format!("    k.{source}"));
    page.shows("#strategy-keys", "Escape, then Tab, leaves the text");
    page.press(&ESCAPE.to_string());
    page.shows("#strategy-keys", "Tab leaves the text now");
    page.press(&TAB.to_string());
    page.until(
        "the next control has the focus",
        "return document.activeElement.id !== 'strategy-text' && document.activeElement.closest('dialog') !== null",
    );
    // What was typed, also by Tab, the browser takes back.
    page.execute("document.getElementById('strategy-text').focus()", json!([]));
    press_with(&page, CONTROL, 'a');
    page.press("def read(key):");
    page.press(&ENTER.to_string());
    page.press("return 1");
    assert_eq!(text(&page), "def read(key):\n    return 1");
    page.press(&format!("{ESCAPE}{ESCAPE}"));
    page.lacks("dialog[open]");
    page.until("the focus is back", "return document.activeElement.id === 'edit'");
    page.press(&ENTER.to_string());
    page.shows("#standing", "there is no function `write`");
    assert_eq!(text(&page), "def read(key):\n    return 1");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn a_text_travels_in_the_link_with_its_parameters() {
    let page = Page::open("");
    edit(&page);
    retype(&page, "TTL = 60 ", "GRACE = 2  # of mine · 0..9\nTTL = 60 ");
    page.element("#draft-GRACE").fill("7");
    page.press(&ENTER.to_string());
    page.click("button", "Run it");
    page.lacks("dialog[open]");
    let address = link(&page, "#from-start");
    let fragment = address.split_once('#').expect("a fragment").1;
    println!("{} characters", fragment.len());
    assert!(fragment.len() < 700, "{} characters", fragment.len());
    page.go_to(&address);
    page.until(
        "it runs with it",
        "return document.getElementById('parameter-GRACE').value === '7'",
    );
    edit(&page);
    stands(&page, "runs");
    let known = builtin::find("cache-aside").unwrap().source;
    assert_eq!(text(&page), known.replace("TTL = 60 ", "GRACE = 2  # of mine · 0..9\nTTL = 60 "));
    page.click("button", "What changed +1 −0");
    page.shows("#changed", "1 line added.");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn read_only_it_can_be_looked_at_and_compared_but_not_run() {
    let page = Page::open("?embed=1&readonly=1");
    page.click("button", "Edit strategy");
    page.element("#strategy-text[readonly]");
    page.lacks("#run-it");
    page.lacks("#to-origin");
    page.element("fieldset:disabled #draft-TTL");
    page.shows("#strategy-keys", "Read-only");
    page.click("button", "What changed");
    page.choose("Compared with", "Leases");
    page.shows(".changes .removed", "cache.lease(key)");
    page.click("button", "Close");
    page.lacks("dialog[open]");
    assert_eq!(page.complaints(), [] as [String; 0]);
    // Where the code is hidden, its key opens nothing.
    let page = Page::open("?embed=1&hide=code");
    page.press("e");
    page.press("?");
    page.element("dialog.help[open]");
    page.lacks("dialog.editor[open]");
}

#[test]
fn in_a_lesson_a_text_of_ones_own_is_a_run_of_ones_own() {
    let page = Page::open("?preset=lesson-cache-aside");
    page.element(".lesson");
    edit(&page);
    retype(&page, "TTL = 60 ", "TTL = 61 ");
    page.click("button", "Run it");
    page.shows(
        "#notices",
        "Restarted with your own text. This run is no longer part of the lesson.",
    );
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn on_paper_there_is_the_code_that_runs_and_not_the_editor() {
    let page = Page::open("");
    edit(&page);
    page.on_paper(760);
    page.until(
        "the editor is left out",
        "return !document.querySelector('.editor').checkVisibility() && document.getElementById('code').checkVisibility()",
    );
}
