//! Time on the page: back and forth, by the keyboard, the slider and the ribbons.

use serde_json::json;

use crate::accessibility;
use crate::page::Page;
use crate::words::{
    ENTER, HOME, RIGHT, after, is, now_us, pace, send_paused, step_until, use_scenario,
};
use crate::{NARROW, WIDE};

const DOWN: char = '\u{e015}';
const LEFT: char = '\u{e012}';
const END: char = '\u{e010}';

/// Waits until virtual time stands at this instant.
fn stands_at(page: &Page, at_us: u64) {
    page.until(
        &format!("time stands at {at_us}"),
        &format!("return document.getElementById('clock').dataset.atUs === '{at_us}'"),
    );
    page.shows("#clock", "Paused");
}

fn focus(page: &Page, selector: &str) {
    page.execute("document.querySelector(arguments[0]).focus()", json!([selector]));
}

/// A read that goes stale at 0.501 s and another at 3.001 s.
fn slow_reader() -> Page {
    let page = Page::open("");
    use_scenario(&page, "The slow reader: stale although every write deletes");
    page.execute("document.activeElement.blur()", json!([]));
    page
}

#[test]
fn one_goes_back_and_forth_acts_in_the_past_and_takes_it_back_by_the_keyboard_alone() {
    let page = slow_reader();
    page.press("n");
    stands_at(&page, 501_000);
    page.press("n");
    stands_at(&page, 3_001_000);
    page.press("p");
    stands_at(&page, 501_000);
    page.press("'");
    stands_at(&page, 3_000_000);
    page.press(";");
    stands_at(&page, 500_000);
    page.press(&RIGHT.to_string());
    stands_at(&page, 3_000_000);
    page.press(&LEFT.to_string());
    stands_at(&page, 500_000);
    page.press(",");
    page.until("it is before", "return document.getElementById('clock').dataset.atUs <= 500000");
    page.press(".");
    page.shows("[role='status'].unseen", "Paused at");

    // From here on it is another run, until that is taken back. What one does runs by itself, for
    // seconds: the first read is under way. The second key ends that, and the third plays.
    pace(&page, "1 ms/s");
    focus(&page, "#seek");
    page.press(&HOME.to_string());
    stands_at(&page, 0);
    page.execute("document.activeElement.blur()", json!([]));
    page.press("'");
    stands_at(&page, 100_000);
    page.press("k ");
    page.shows("#clock", "Paused");
    page.shows("[data-process='cache']", "Down");
    page.shows("#notices", "You acted in the past");
    let before_us = now_us(&page);
    page.press(" ");
    after(&page, before_us);
    page.press(" ");
    page.shows("#clock", "Paused");
    page.press("z");
    page.shows("#notices", "Undone: the cache is killed.");
    page.shows("[data-process='cache']", "Up");
    page.press("y");
    page.shows("#notices", "Done again: the cache is killed.");
    page.shows("[data-process='cache']", "Down");
    page.press("z");
    page.shows("[data-process='cache']", "Up");
    page.press("z");
    page.shows("#notices [role='alert']", "There is nothing to undo.");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn a_message_is_held_and_let_go_by_a_key() {
    let page = Page::open("");
    send_paused(&page, "read");
    step_until(
        &page,
        "a message",
        "return document.querySelector('#flights').textContent.includes('user:1')",
    );
    page.press("h");
    page.shows("#log", "is held");
    page.press("h");
    page.shows("#log", "is let go");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn the_buttons_say_why_they_can_do_nothing_and_keep_the_focus() {
    let page = slow_reader();
    let says = |id: &str, title: &str| {
        page.until(
            &format!("{id} says {title}"),
            &format!(
                "const button = document.getElementById('{id}');
                 return button.title === '{title}' && button.ariaDisabled === '{}'",
                title.contains(':')
            )
            .replace("=== 'false'", "=== null"),
        );
    };
    says("back", "Step back: this is the start");
    says("undo", "Undo: you have not done anything yet");
    says("redo", "Redo: nothing was undone");
    says("previous-problem", "Previous problem: no problem up to here");
    page.click("button", "Next problem");
    stands_at(&page, 501_000);
    says("previous-problem", "Previous problem");
    page.click("button", "Next request");
    page.click("button", "Previous request");
    stands_at(&page, 500_000);
    page.element("#back").click();
    page.press(&ENTER.to_string());
    page.until("the focus stays", "return document.activeElement.id === 'back'");
}

#[test]
fn the_slider_goes_to_any_instant_and_says_in_words_where_it_is() {
    let page = slow_reader();
    focus(&page, "#seek");
    page.press(&END.to_string());
    page.until(
        "it is at the end",
        "const seek = document.getElementById('seek');
         return document.getElementById('clock').dataset.atUs === seek.max && seek.value === seek.max",
    );
    let end_us = now_us(&page);
    page.shows(".problems", "2 stale reads");
    page.until(
        "the track has a tick for each problem",
        "return document.querySelectorAll('.track path').length >= 2",
    );
    page.press(&HOME.to_string());
    stands_at(&page, 0);
    page.shows(".problems", "from where you jumped back");
    page.press(&RIGHT.to_string());
    page.until("it went on", "return document.getElementById('clock').dataset.atUs > 0");
    assert!(now_us(&page) < end_us / 50);
    page.until(
        "a screen reader hears it",
        "return / of /.test(document.getElementById('seek').ariaValueText)",
    );
    page.until("the focus stays", "return document.activeElement.id === 'seek'");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn a_ribbon_is_walked_along_and_leads_to_where_a_state_began() {
    let page = slow_reader();
    page.press("n");
    stands_at(&page, 501_000);
    page.press("n");
    stands_at(&page, 3_001_000);
    page.element("[data-ribbon='user:1'] path.stale");
    focus(&page, "[data-ribbon='user:1'] .bar");
    page.press(&HOME.to_string());
    page.shows("#pointed", "Cold");
    page.press(&RIGHT.to_string());
    page.shows("#pointed", "from 111 ms");
    page.until(
        "a screen reader hears it",
        "return document.activeElement.ariaValueText.startsWith('Stale from 111 ms')",
    );
    page.press(&ENTER.to_string());
    stands_at(&page, 111_000);
    is(&page, "user:1", "Stale");
    page.press(&DOWN.to_string());
    page.until("the focus stays", "return document.activeElement.role === 'slider'");

    // A click goes there as well.
    page.execute(
        "const bar = document.querySelector(\"[data-ribbon='user:1'] .bar\");
         const { left, width, top } = bar.getBoundingClientRect();
         bar.dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: left + 1, clientY: top + 9 }));",
        json!([]),
    );
    page.until("it went there", "return document.getElementById('clock').dataset.atUs < 111000");

    page.click("button", "Intervals of user:1");
    page.shows("#intervals", "Stale");
    page.shows("#intervals caption", "Intervals of user:1");
    assert_eq!(page.complaints(), [] as [String; 0]);
    for ((width, height), theme) in [(WIDE, "light"), (NARROW, "dark"), (WIDE, "dark")] {
        page.resize(width, height);
        page.prefer("prefers-color-scheme", theme);
        let violations = accessibility::violations(&page);
        assert!(violations.is_empty(), "{width} wide, {theme}: {violations:#?}");
    }
}

#[test]
fn a_chosen_request_is_followed_to_its_end() {
    let page = Page::open("");
    send_paused(&page, "read");
    step_until(
        &page,
        "a line that is carried out",
        "return document.querySelector('.line.followed .mark') !== null",
    );
    page.element(".line.followed .mark").click();
    page.shows("#followed", "waits for");
    pace(&page, "real time");
    page.click("button", "Play");
    page.shows("#followed", "has ended at");
}

/// What the slider shows, in microseconds.
fn range(page: &Page) -> (u64, u64) {
    let range = page.execute(
        "const { min, max } = document.getElementById('seek'); return [Number(min), Number(max)]",
        json!([]),
    );
    (range[0].as_u64().expect("a number"), range[1].as_u64().expect("a number"))
}

#[test]
fn slider_and_ribbons_fit_what_has_happened_and_are_looked_at_more_closely() {
    let page = Page::open("?preset=empty");
    page.click("button", "Read");
    page.shows("#clock", "Paused");
    let whole = range(&page);
    assert!(whole.0 == 0 && whole.1 >= now_us(&page) && whole.1 <= 4 * now_us(&page), "{whole:?}");
    page.until(
        "the ribbon fills its bar",
        "const wide = (e) => document.querySelector(e).getBoundingClientRect().width;
         return document.querySelector('.ribbons .now line').getAttribute('x1').replace('%', '') > 25",
    );
    let is = |page: &Page, what: &str, (from, to): (u64, u64)| {
        page.until(what, &format!("const {{ min, max }} = document.getElementById('seek'); return min === '{from}' && max === '{to}'"));
    };
    focus(&page, "#seek");
    page.press("+");
    page.shows("#ribbons-span", "each key from");
    let (from, to) = range(&page);
    assert_eq!(to - from, whole.1 / 2);
    assert!((from..=to).contains(&now_us(&page)));
    page.press("-");
    is(&page, "it is whole again", whole);
    page.click("button", "Show a shorter time on the slider");
    is(&page, "it is closer", (from, to));
    page.click("button", "Show the whole run");
    is(&page, "it is whole once more", whole);
    page.element("[data-ribbon='user:1']");
    let kept = page.execute(
        "const wheel = new WheelEvent('wheel', { bubbles: true, cancelable: true, ctrlKey: true, deltaY: -100 });
         document.querySelector('.strips .bar').dispatchEvent(wheel);
         return wheel.defaultPrevented",
        json!([]),
    );
    assert_eq!(kept, true, "the page would grow as well");
    is(&page, "the wheel does the same", (from, to));
    let span = page.text("#diagram-span");
    page.execute(
        "document.querySelector('.space-time').dispatchEvent(
             new WheelEvent('wheel', { bubbles: true, cancelable: true, ctrlKey: true, deltaY: 100 }))",
        json!([]),
    );
    page.until(
        "the diagram is wider",
        &format!("return document.getElementById('diagram-span').textContent !== '{span}'"),
    );
    page.screenshot("closer");
    assert_eq!(page.complaints(), [] as [String; 0]);
}
