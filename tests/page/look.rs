//! How it looks: light and dark, wide and narrow, without barriers, in many states.

use serde_json::json;

use crate::accessibility;
use crate::page::Page;
use crate::words::{after, is, is_drawn, now_us, pace, settle, use_scenario, use_strategy};
use crate::{NARROW, WIDE};

/// Checks the page as it is now: wide and light, narrow and dark.
fn check(page: &Page, state: &str) {
    for ((width, height), theme) in [(WIDE, "light"), (NARROW, "dark")] {
        page.resize(width, height);
        page.until(
            &format!("nothing is wider than the window, {width} wide, {state}"),
            "return document.documentElement.scrollWidth <= window.innerWidth",
        );
        page.prefer("prefers-color-scheme", theme);
        let violations = accessibility::violations(page);
        assert!(violations.is_empty(), "{state}, {width} wide, {theme}: {violations:#?}");
    }
    let (width, height) = WIDE;
    page.resize(width, height);
    page.prefer("prefers-color-scheme", "light");
}

#[test]
fn has_no_barrier_in_any_state() {
    let page = Page::open("");
    check(&page, "idle");

    // In the middle of a read.
    for _ in 0..5 {
        page.press(".");
    }
    page.element(".line.followed");
    check(&page, "in a request");

    // Everything broken that can be, with an error and a remark on top.
    settle(&page);
    use_strategy(&page, "Write-behind");
    // Long before the next flush.
    pace(&page, "1 ms/s");
    page.click("button", "Write");
    is(&page, "user:1", "Ahead");
    check(&page, "ahead");
    pace(&page, "50 ms/s");
    for name in ["Cut app – cache", "Kill cache", "Stop database", "Crash app 1"] {
        page.click("button", name);
    }
    page.choose("How", "the reply is lost");
    page.click("button", "Fail next call");
    page.click("button", "Read");
    page.element("#answers li.bad");
    page.control("TTL").fill("-5");
    page.press("\u{e007}");
    page.element("#notices .notice.bad");
    check(&page, "broken");

    page.element("#help").click();
    page.element("dialog[open]");
    check(&page, "with the dialog");
    page.click("button", "Close");

    use_scenario(&page, "One system, three strategies");
    pace(&page, "real time");
    page.click("button", "Play");
    page.until("it runs", "return document.getElementById('clock').dataset.atUs > 1e6");
    page.click("button", "Pause");
    check(&page, "with many keys");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

/// What a window would have to be scrolled sideways for.
const BEYOND: &str = "
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const right = (e) => Math.round(e.getBoundingClientRect().right);
    return [...document.querySelectorAll('*')]
        .filter((e) => right(e) > innerWidth && e.checkVisibility())
        .slice(0, 8)
        .map((e) => `${e.tagName} ${e.className}: ${right(e)}`);";

#[test]
fn nothing_is_wider_than_the_window_at_any_width() {
    let page = Page::open("");
    settle(&page);
    let mut wider = Vec::new();
    for width in (320..=1920).step_by(20).chain([390, 819, 1279, 1281, 1335]) {
        page.resize(width, if width == 320 { 256 } else { 900 });
        // Laying out is asked for, so it is done when the answer comes.
        let beyond = page.execute(BEYOND, json!([]));
        if beyond != json!([]) {
            wider.push((width, beyond));
        }
    }
    assert!(wider.is_empty(), "windows, and what is beyond their edge: {wider:#?}");
}

/// How high the controls of time are, with a long time and a long word about the run.
const CONTROLS: &str = "
    document.querySelector('#clock .time').textContent = '1234.567890 s';
    document.querySelector('#clock .status').textContent = 'Skipping ×1000';
    return document.querySelector('.toolbar').offsetHeight;";

#[test]
fn the_controls_of_time_take_two_lines_of_a_wide_window() {
    let page = Page::open("");
    let heights = [1280, 1300, 1335, 1400, 1440, 1920].map(|width| {
        page.resize(width, 900);
        page.execute(CONTROLS, json!([]))
    });
    assert!(heights.iter().all(|height| *height == heights[5]), "{heights:?}");
}

#[test]
fn is_light_or_dark_as_the_system_or_the_person_says_and_remembers_it() {
    let page = Page::open("");
    let paper = || {
        let colour =
            page.execute("return getComputedStyle(document.body).backgroundColor", json!([]));
        colour.as_str().unwrap_or_default().to_owned()
    };
    page.prefer("prefers-color-scheme", "light");
    let light = paper();
    page.dark();
    let dark = paper();
    assert_ne!(light, dark);
    page.choose("Theme", "Light");
    page.until("it is light", "return document.documentElement.dataset.theme === 'light'");
    assert_eq!(paper(), light);
    page.choose("Theme", "Dark");
    page.until("it is dark", "return document.documentElement.dataset.theme === 'dark'");
    page.prefer("prefers-color-scheme", "light");
    assert_eq!(paper(), dark);
    page.reload();
    page.until("it is dark again", "return document.documentElement.dataset.theme === 'dark'");
    assert_eq!(paper(), dark);
    page.choose("Theme", "Auto");
    page.until("the system decides", "return !('theme' in document.documentElement.dataset)");
    assert_eq!(paper(), light);
}

#[test]
fn nothing_moves_for_those_who_ask_for_stillness() {
    let page = Page::open("");
    page.prefer("prefers-reduced-motion", "reduce");
    page.reload();
    // The hop to the cache takes 2.5 ms, long enough on the slowest machine.
    page.click("button", "Slow cache");
    page.until("all is quiet", "return !document.querySelector('[data-run=moving]')");
    page.press(".");
    page.press(".");
    // A message stands in the middle of its way for as long as it is on it.
    pace(&page, "1 ms/s");
    page.element(".map .dot");
    let place = || {
        let dot = "return document.querySelector('.map .dot')?.getAttribute('transform')";
        page.execute(dot, json!([]))
    };
    let (before_us, before) = (now_us(&page), place());
    // Half a millisecond later.
    page.execute(
        "const seek = document.getElementById('seek');
         seek.value = arguments[0];
         seek.dispatchEvent(new InputEvent('input', { bubbles: true }))",
        json!([before_us + 500]),
    );
    after(&page, before_us);
    page.shows("#clock", "Paused");
    is_drawn(&page);
    assert_eq!((place(), now_us(&page)), (before, before_us + 500));
}
