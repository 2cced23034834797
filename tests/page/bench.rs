//! How fluid the page is under load, and how long a jump takes: not a test, and no time is
//! asserted. `make bench-page` prints it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::page::Page;
use crate::words::{counter, pace, use_scenario};

/// Frames that are measured, and the longest that this may take on a slow machine.
const FRAMES: usize = 240;
const LONGEST_MS: u32 = 15_000;

/// What the main thread does for a picture, in the words of the trace, and in ours.
const WORK: [(&str, &str); 7] = [
    ("FireAnimationFrame", "script"),
    ("RunMicrotasks", "script, afterwards"),
    ("UpdateLayoutTree", "style"),
    ("Layout", "layout"),
    ("PrePaint", "before painting"),
    ("Paint", "paint"),
    ("Commit", "commit"),
];

/// The time from picture to picture, and what of it the page's main thread worked.
fn frames(page: &Page, what: &str) {
    let mut times = Value::Null;
    let trace = page.traced(|| {
        times = page.execute(
            "const [count, longest] = arguments, began = performance.now();
             return new Promise((done) => {
                 const times = [];
                 let last = performance.now();
                 const tick = () => {
                     const now = performance.now();
                     times.push(now - last);
                     last = now;
                     if (times.length < count && now - began < longest) requestAnimationFrame(tick);
                     else done(times.slice(5));
                 };
                 requestAnimationFrame(tick);
             });",
            json!([FRAMES, LONGEST_MS]),
        );
    });
    println!("{what}");
    report("from frame to frame", numbers(&times));
    let Some((work, kinds)) = main_thread(&trace) else {
        println!("  the browser kept no trace of them");
        return;
    };
    report("work of the main thread in a frame", work);
    for (kind, times) in kinds {
        report(&format!("  {kind}"), times);
    }
}

/// Milliseconds in each frame.
type ByKind = BTreeMap<&'static str, Vec<f64>>;

/// How long the page's main thread worked in each frame, in all and by kind, in milliseconds of
/// its own time: a machine that is busy with other things does not change it much.
fn main_thread(trace: &[Value]) -> Option<(Vec<f64>, ByKind)> {
    let of = |event: &Value| (event["pid"].as_i64(), event["tid"].as_i64());
    let started = |event: &&Value| event["name"] == "FireAnimationFrame";
    let mut threads: BTreeMap<_, usize> = BTreeMap::new();
    trace.iter().filter(started).for_each(|event| *threads.entry(of(event)).or_default() += 1);
    let (&main, _) = threads.iter().max_by_key(|(_, times)| **times)?;
    let mut events: Vec<&Value> = trace.iter().filter(|event| of(event) == main).collect();
    let at_us = |event: &Value| event["ts"].as_f64().unwrap_or_default();
    events.sort_by(|one, other| at_us(one).total_cmp(&at_us(other)));
    let (mut all, mut kinds) = (Vec::new(), BTreeMap::<&str, Vec<f64>>::new());
    let mut last_us = 0.0;
    for event in events {
        let at_us = at_us(event);
        // the page's own request and this bench's are served in one frame, one after the other
        if event["name"] == "FireAnimationFrame" && at_us > last_us {
            if at_us - last_us > 4_000.0 {
                all.push(0.0);
                kinds.values_mut().for_each(|times| times.push(0.0));
            }
            last_us = at_us;
        }
        let ms = event["tdur"].as_f64().unwrap_or_default() / 1e3;
        let Some(sum) = all.last_mut() else { continue };
        if event["name"] == "RunTask" {
            *sum += ms;
        }
        if let Some((_, kind)) = WORK.iter().find(|(name, _)| event["name"] == *name) {
            let frames = all.len();
            let times = kinds.entry(kind).or_insert_with(|| vec![0.0; frames]);
            *times.last_mut()? += ms;
        }
    }
    Some((all, kinds))
}

fn numbers(times: &Value) -> Vec<f64> {
    times.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}

fn report(what: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times.get((times.len().max(1) - 1) * percent / 100).unwrap_or(&0.0);
    println!("  {what:<40} p50 {:6.1} ms   p95 {:6.1} ms   n {}", at(50), at(95), times.len());
}

/// A thousand messages in flight: they come and go all the while, slowly and at full speed.
fn crowd(page: &Page) {
    page.go_to(&format!("{}?src=files/crowd.json", page.site()));
    page.click("button", "Play");
    for speed in ["10 ms/s", "real time"] {
        pace(page, speed);
        page.until(
            "a thousand messages are in flight",
            "return parseInt(document.getElementById('flights-total').textContent) > 900",
        );
        let before = page.text("#flights-total");
        frames(page, &format!("200 keys, {speed}, {before} in flight"));
        println!("  and {} in the end", page.text("#flights-total"));
    }
    page.go_to(&page.site());
}

/// From here on, `longest` is the longest task of the page's main thread, in milliseconds.
const LONGEST: &str = "
    window.longest = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
        window.longest = Math.max(window.longest, entry.duration);
    })).observe({ entryTypes: ['longtask'] });";

/// Goes to places all over the run, resting in between, and says how long each took.
const SEEKS: &str =
    "const [rest] = arguments;
     const clock = document.getElementById('clock'), seek = document.getElementById('seek');
     const end = globalThis.end ??= Number(clock.dataset.atUs), times = [];
     const frame = () => new Promise(requestAnimationFrame);
     return (async () => {
         for (const share of [0.9, 0.1, 0.5, 0.99, 0.33, 0.66, 0.05, 0.75, 0.25, 0.45, 0.95, 0.01]) {
             const began = performance.now(), before = clock.dataset.atUs;
             seek.value = end * share;
             seek.dispatchEvent(new InputEvent('input', { bubbles: true }));
             do await frame(); while (clock.dataset.atUs === before
                 || !clock.textContent.includes('Paused'));
             times.push(performance.now() - began);
             await new Promise((done) => setTimeout(done, rest));
         }
         return times;
     })();";

#[test]
#[ignore = "measures; `make bench-page` asks for it"]
fn bench_frames_and_seeking() {
    let page = Page::open_traced("");
    frames(&page, "At rest");

    use_scenario(&page, "A cache a tenth of the size of the data");
    pace(&page, "real time");
    page.click("button", "Play");
    page.until(
        "200 keys are known",
        "const more = /and (\\d+) more key/.exec(document.querySelector('.stores').textContent);
         return more && Number(more[1]) + document.querySelectorAll('[data-key]').length >= 200",
    );
    frames(&page, "200 keys, real time");
    page.click("button", "Pause");

    crowd(&page);
    use_scenario(&page, "One key takes the load");
    pace(&page, "60 s/s");
    page.execute(LONGEST, json!([]));
    page.click("button", "Play");
    // A read is seven events or more: asked, called, answered, judged.
    page.until_within(
        "a million events are over",
        "const of = (id) => Number(document.querySelector(`[data-counter=${id}]`).textContent);
         return (of('hits') + of('misses')) * 7 > 1e6",
        600,
    );
    frames(&page, "A million events behind, in a rush, 60 s/s");
    println!(
        "  the longest that the page was busy at a stretch since it played: {} ms",
        page.execute("return Math.round(window.longest)", json!([]))
    );
    page.click("button", "Pause");
    page.shows("#clock", "Paused");
    pace(&page, "real time");
    page.click("button", "Play");
    frames(&page, "A million events behind, real time");
    page.click("button", "Pause");
    println!(
        "Seeking, {} hits and {} misses behind",
        counter(&page, "hits"),
        counter(&page, "misses")
    );
    for (what, rest_ms) in
        [("from the key to the picture", 250), ("… one at once after another", 0)]
    {
        let seeks = page.execute(SEEKS, json!([rest_ms]));
        report(what, numbers(&seeks));
    }
}

/// Compares eight strategies; gives when the first values were there, when all runs were over, and
/// the time from frame to frame meanwhile, in milliseconds.
const COMPARE: &str = "
    const frame = () => new Promise(requestAnimationFrame);
    const until = async (there) => { while (!there()) await frame(); };
    const find = (selector) => document.querySelector(selector);
    (async () => {
        await until(() => find('#compare-start'));
        const boxes = () => [...document.querySelectorAll('.candidates input')];
        while (boxes().filter((box) => box.checked).length < 8) {
            boxes().find((box) => !box.checked).click();
            await frame();
        }
        // the workers are there by then
        await new Promise((done) => setTimeout(done, 3000));
        const during = async (goesOn) => {
            const times = [];
            let last = performance.now();
            while (goesOn()) {
                const now = await frame().then(() => performance.now());
                times.push(now - last);
                last = now;
            }
            return times;
        };
        let rest = 180;
        const before = await during(() => rest-- > 0), began = performance.now();
        let first;
        find('#compare-start').click();
        await until(() => find('#compare-stop'));
        const times = await during(() => {
            if (find('[data-measure]')) first ??= performance.now() - began;
            return !find('#compare-start');
        });
        const columns = document.querySelectorAll('[data-measure=hit_ratio] > td').length;
        window.found = [first, performance.now() - began, times, columns, before];
    })();";

#[test]
#[ignore = "measures; `make bench-page` asks for it"]
fn bench_a_comparison_of_eight_strategies() {
    println!("Eight strategies, a hundred thousand requests each");
    let mut alone_ms = 0.0;
    for workers in [1, 0] {
        let page = Page::open("?src=files/many.json");
        let prepared = "Object.defineProperty(navigator, 'hardwareConcurrency', { value: 1 })";
        if workers == 1 {
            page.execute(prepared, json!([]));
        }
        page.click("button", "Compare");
        page.execute(COMPARE, json!([]));
        page.until_within("all runs are over", "return window.found !== undefined", 900);
        let found = page.execute("return window.found", json!([]));
        let number = |at: usize| found[at].as_f64().unwrap_or_default();
        let count = page.execute("return Math.min(8, navigator.hardwareConcurrency)", json!([]));
        let count = count.as_f64().unwrap_or(1.0);
        println!(
            "  by {count} workers: the first values after {:.0} ms, all {} after {:.0} ms",
            number(0),
            found[3],
            number(1)
        );
        for (what, at) in [("before", 4), ("meanwhile", 2)] {
            let times = numbers(&found[at]);
            let late = times.iter().filter(|ms| **ms > 17.5).count() * 100;
            println!(
                "  {what}, {:.1} % of frames come later than 17.5 ms",
                late as f64 / times.len().max(1) as f64
            );
            report("from frame to frame", times);
        }
        match workers {
            1 => alone_ms = number(1) / 8.0,
            _ => println!(
                "  all in the time of {:.2} single runs a core",
                number(1) * count / 8.0 / alone_ms
            ),
        }
    }
}
