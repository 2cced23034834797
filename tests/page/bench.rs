//! How fluid the page is under load, and how long a jump takes: not a test, and no time is
//! asserted. `make bench-page` prints it.

use serde_json::{Value, json};

use crate::page::Page;
use crate::words::{counter, pace};

/// Frames that are measured, and the longest that this may take on a slow machine.
const FRAMES: usize = 240;
const LONGEST_MS: u32 = 15_000;

/// The time from frame to frame, and what of it the page's own work took.
fn frames(page: &Page, what: &str) {
    let times = page.execute(
        "const [count, longest] = arguments, began = performance.now();
         return new Promise((done) => {
             const times = [];
             let last = performance.now();
             const tick = () => {
                 const now = performance.now();
                 times.push(now - last);
                 last = now;
                 times.length < count && now - began < longest ? requestAnimationFrame(tick) : done(times.slice(5));
             };
             requestAnimationFrame(tick);
         });",
        json!([FRAMES, LONGEST_MS]),
    );
    report(what, &times);
}

fn report(what: &str, times: &Value) {
    let mut times: Vec<f64> =
        times.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!("{what:<52} p50 {:6.1} ms   p95 {:6.1} ms   n {}", at(50), at(95), times.len());
}

#[test]
#[ignore = "measures; `make bench-page` asks for it"]
fn bench_frames_and_seeking() {
    let page = Page::open("");
    frames(&page, "frames at rest");

    page.choose("Scenario", "A cache a tenth of the size of the data");
    pace(&page, "real time");
    page.click("button", "Play");
    page.until(
        "200 keys are known",
        "const more = /and (\\d+) more key/.exec(document.querySelector('.stores').textContent);
         return more && Number(more[1]) + document.querySelectorAll('[data-key]').length >= 200",
    );
    frames(&page, "frames with 200 keys, real time");
    page.click("button", "Pause");
    pace(&page, "1 ms/s");
    page.choose("How many", "×1000");
    page.click("button", "Read");
    page.click("button", "Play");
    page.until(
        "a thousand messages are in flight",
        "return parseInt(document.getElementById('flights-total').textContent) > 900",
    );
    println!("{} in flight", page.text("#flights-total"));
    frames(&page, "frames with these in flight, 1 ms/s");
    println!("{} in flight still", page.text("#flights-total"));
    page.click("button", "Pause");

    page.choose("Scenario", "One key takes the load");
    pace(&page, "60 s/s");
    page.click("button", "Play");
    // A read is seven events or more: asked, called, answered, judged.
    page.until_within(
        "a million events are over",
        "const of = (id) => Number(document.querySelector(`[data-counter=${id}]`).textContent);
         return (of('hits') + of('misses')) * 7 > 1e6",
        600,
    );
    frames(&page, "frames in a rush, 60 s/s, a million events behind");
    page.click("button", "Pause");
    page.shows("#clock", "Paused");
    println!("{} hits, {} misses behind", counter(&page, "hits"), counter(&page, "misses"));
    let seeks = page.execute(
        "const clock = document.getElementById('clock'), seek = document.getElementById('seek');
         const end = Number(clock.dataset.atUs), times = [];
         const frame = () => new Promise(requestAnimationFrame);
         return (async () => {
             for (const share of [0.9, 0.1, 0.5, 0.99, 0.33, 0.66, 0.05, 0.75, 0.25, 0.45, 0.95, 0]) {
                 const began = performance.now(), before = clock.dataset.atUs;
                 seek.value = end * share;
                 seek.dispatchEvent(new InputEvent('input', { bubbles: true }));
                 do await frame(); while (clock.dataset.atUs === before
                     || !clock.textContent.includes('Paused'));
                 times.push(performance.now() - began);
             }
             return times;
         })();",
        json!([]),
    );
    report("seeks, from the key to the picture", &seeks);
}
