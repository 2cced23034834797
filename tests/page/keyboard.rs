//! The page without a mouse.

use std::collections::BTreeSet;

use serde_json::json;

use crate::page::Page;
use crate::words::{ENTER, ESCAPE, TAB, logs, now_us};

/// Every control that is there for a mouse, and where the focus is now, by the same name.
const NAME: &str = "
    const name = (e) => `${e.tagName} ${e.id || e.ariaLabel || e.textContent.trim()}`;";

#[test]
fn every_control_is_reached_by_tab_and_shows_that_it_has_the_focus() {
    let page = Page::open("");
    page.press("r");
    page.element("[data-state='in-sync']");
    page.shows("#followed", "No task is running");
    // What is in flight has controls, and takes them with it; and one button is called otherwise.
    page.shows("#flights", "Nothing is in flight.");
    page.shows("#clock", "Paused");
    let names = page.execute(
        &format!(
            "{NAME} return [...document.querySelectorAll('button, input, select, textarea, a, summary')]
                 .filter((e) => !e.disabled && e.checkVisibility()).map(name);"
        ),
        json!([]),
    );
    let all: BTreeSet<String> = serde_json::from_value(names).expect("names");
    assert!(all.len() > 30, "{all:#?}");
    let mut met = BTreeSet::new();
    let mut hidden = Vec::new();
    for _ in 0..all.len() * 2 {
        page.press(&TAB.to_string());
        let place = page.execute(
            &format!(
                "{NAME}
                 const e = document.activeElement;
                 if (e === document.body) return null;
                 const {{ outlineStyle, outlineWidth }} = getComputedStyle(e);
                 const box = e.getBoundingClientRect();
                 const shown = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
                 const inside = box.bottom > 0 && box.top < innerHeight;
                 return {{ name: name(e), fine: shown && inside }};"
            ),
            json!([]),
        );
        let Some(name) = place["name"].as_str().map(str::to_owned) else { break };
        if place["fine"] != true {
            hidden.push(name.clone());
        }
        if !met.insert(name) {
            break;
        }
    }
    let missed: Vec<_> = all.difference(&met).collect();
    assert!(missed.is_empty(), "Tab never came to {missed:#?}, but to {met:#?}");
    assert!(hidden.is_empty(), "no visible focus on {hidden:#?}");
}

#[test]
fn single_keys_do_what_the_list_says_unless_a_person_types_or_turns_them_off() {
    let page = Page::open("");
    page.press("]]]");
    page.shows("output", "100 ms/s");
    page.press("r");
    logs(&page, "reads user:1");
    page.press("w");
    logs(&page, "writes user:1");
    page.press("k");
    page.shows("[data-process='cache']", "Down");
    page.press("k");
    page.shows("[data-process='cache']", "Up");
    page.press("s");
    page.shows("[data-process='database']", "Slow ×10");
    page.press("s");
    logs(&page, "the database is back to normal speed");
    page.press("0");
    page.until(
        "time is at its start",
        "return document.getElementById('clock').dataset.atUs === '0'",
    );
    page.press(" ");
    page.shows("#play", "Pause");
    page.press(" ");
    page.shows("#play", "Play");

    // The list opens and closes by the keyboard, and gives the focus back.
    page.press("?");
    page.element("dialog[open]");
    page.shows("dialog[open]", "Slow the database, or restore it");
    let before = now_us(&page);
    page.press(" ");
    page.lacks("dialog[open]");
    page.press("?");
    page.element("dialog[open]");
    page.press(&ESCAPE.to_string());
    page.lacks("dialog[open]");
    page.shows("#clock", "Paused");
    assert_eq!(now_us(&page), before);

    // Letters that are typed are letters.
    page.control("Key").fill("rks0");
    page.until(
        "the key is what was typed",
        "return document.getElementById('key').value === 'rks0'",
    );
    page.shows("#clock", "Paused");
    page.shows("[data-process='cache']", "Up");

    // A form's Enter asks for nothing by surprise; a button's does what it says.
    page.execute("document.getElementById('read').focus()", json!([]));
    page.press(&ENTER.to_string());
    logs(&page, "reads rks0");

    page.press("?");
    page.control("Use single-key shortcuts").click();
    page.click("button", "Close");
    page.lacks("dialog[open]");
    page.execute("document.activeElement.blur()", json!([]));
    page.press("k");
    page.press("?");
    page.lacks("dialog[open]");
    page.shows("[data-process='cache']", "Up");
    assert_eq!(page.complaints(), [] as [String; 0]);
}
