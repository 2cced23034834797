//! Comparisons and searches in Web Workers: that they do it, what comes of it when they cannot, and
//! when they end in the middle.

use serde_json::{Value, json};

use crate::offline::{Folder, is_kept};
use crate::page::Page;
use crate::site::Site;

/// From here on, `hired` has every worker that the page starts, and whether it is ready. Of the
/// orders, the first `allowed` reach their workers; the others wait in `held`.
const WATCH: &str = "
    [window.hired, window.allowed, window.held] = [[], Infinity, []];
    const Own = Worker;
    window.Worker = class extends Own {
        constructor(...how) {
            super(...how);
            window.hired.push(this);
            this.addEventListener('message', () => (this.isReady = true), { once: true });
        }
        postMessage(what) {
            // the first message is what it starts with, and a word is no order
            const isOrder = this.starts && typeof what !== 'string';
            this.starts = true;
            if (!isOrder || window.allowed-- > 0) return super.postMessage(what);
            // one that is silent for long is taken for dead
            const say = () => this.dispatchEvent(new MessageEvent('message', { data: '+' }));
            const goOn = setInterval(say, 1000);
            window.held.push(() => (clearInterval(goOn), super.postMessage(what)));
        }
    };";

/// From here on, what a worker has come to is not heard before it is told to stop, however fast it
/// is; until then it goes on saying how far it is.
pub const UNENDING: &str = "
    const Own = Worker;
    window.Worker = class extends Own {
        constructor(...how) {
            super(...how);
            const say = (data) => this.dispatchEvent(new MessageEvent('message', { data }));
            let [soFar, end] = ['', ''];
            this.addEventListener('message', (event) => {
                if (event.data[0] === '+') soFar = event.data;
                if (event.data[0] !== '=' || this.isStopped) return;
                event.stopImmediatePropagation();
                end = event.data;
                const goOn = setInterval(() => say(soFar), 1000);
                this.stop = () => (clearInterval(goOn), say(end));
            });
        }
        postMessage(what) {
            super.postMessage(what);
            if (what === 'stop') {
                this.isStopped = true;
                this.stop?.();
            }
        }
    };";

/// How many workers a comparison has here.
const CORES: &str = "return Math.min(8, navigator.hardwareConcurrency)";

fn opened(page: &Page, button: &str, start: &str) {
    page.click("button", button);
    page.element(start);
}

fn workers(page: &Page, start: &str) -> Value {
    let script = "return document.querySelector(arguments[0]).parentElement.dataset.workers";
    page.execute(script, json!([start]))
}

/// Compares the usual five strategies; the table, and how many workers made it.
fn compared(page: &Page) -> (Vec<String>, Value) {
    opened(page, "Compare", "#compare-start");
    compared_there(page)
}

fn compared_there(page: &Page) -> (Vec<String>, Value) {
    page.element("#compare-start").click();
    page.element("#compare-result .multiples");
    (page.texts("#compare-result tbody > tr"), workers(page, "#compare-start"))
}

#[test]
fn a_comparison_by_workers_is_the_one_that_the_page_makes_itself() {
    let page = Page::open("?preset=zipf-load");
    page.execute(WATCH, json!([]));
    let cores = page.execute(CORES, json!([]));
    opened(&page, "Compare", "#compare-start");
    page.until(
        "all workers are ready",
        &format!(
            "return window.hired.length === {cores} && window.hired.every((each) => each.isReady)"
        ),
    );
    let (by_workers, count) = compared_there(&page);
    assert_eq!(count, json!(cores.to_string()));
    assert_eq!(page.execute("return window.hired.length", json!([])), cores);
    assert!(by_workers.len() > 10, "{by_workers:?}");
    assert_eq!(page.complaints(), [] as [String; 0]);
    for (why, without) in [
        ("there are none", "delete window.Worker"),
        (
            "a frame may have none",
            "window.Worker = class { constructor() { throw new DOMException('no', 'SecurityError'); } }",
        ),
        (
            "its script is not there",
            "const Own = Worker; window.Worker = class extends Own { constructor(_, how) { super('files/none.js', how); } }",
        ),
        (
            "it starts without what it needs",
            "const Own = Worker; window.Worker = class extends Own {
                 postMessage() { super.postMessage(['{}', document.baseURI, null]); }
             }",
        ),
    ] {
        page.reload();
        page.execute(without, json!([]));
        let (by_page, count) = compared(&page);
        assert_eq!(count, json!("0"), "{why}");
        assert_eq!(by_page, by_workers, "{why}");
    }
}

#[test]
fn results_come_while_runs_are_under_way_and_those_that_are_done_stay_when_stopped() {
    let page = Page::open("?src=files/many.json");
    page.execute(WATCH, json!([]));
    page.execute("window.allowed = 1", json!([]));
    opened(&page, "Compare", "#compare-start");
    page.element("#compare-start").click();
    page.shows("#compare-result", "Not all runs are over.");
    page.element("[data-measure='hit_ratio']");
    page.shows("#compare-stop ~ .quiet", "1 of 5 runs are done");
    page.click("button", "Stop");
    page.element("#compare-start");
    page.until(
        "only those that are over stay",
        "return !document.querySelector('#compare-result').textContent.includes('Not all runs are over.')",
    );
    page.execute("[window.allowed, window.held] = [1, []]", json!([]));
    page.element("#compare-start").click();
    page.shows("#compare-result", "Not all runs are over.");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn what_a_worker_that_ends_had_to_do_is_done_by_another() {
    let page = Page::open("?src=files/many.json");
    page.execute(WATCH, json!([]));
    page.execute("window.allowed = 2", json!([]));
    opened(&page, "Compare", "#compare-start");
    page.element("#compare-start").click();
    page.shows("#compare-result", "Not all runs are over.");
    // one with an error, and one without a word; each has an order, which it may have begun
    page.execute(
        "const [one, other] = window.hired;
         one.terminate();
         one.dispatchEvent(new Event('error'));
         other?.terminate();
         window.allowed = Infinity;
         window.held.forEach((each) => each());",
        json!([]),
    );
    page.until_within(
        "all five are done",
        "return document.querySelector('#compare-start') !== null
             && document.querySelectorAll('[data-measure=hit_ratio] > td').length === 5",
        300,
    );
    assert!(
        page.execute(
            "return window.hired.length > Math.min(8, navigator.hardwareConcurrency)",
            json!([])
        ) == true
    );
    assert_eq!(page.texts("#compare-result .notice"), [] as [String; 0]);
}

#[test]
fn what_ends_every_worker_is_given_up_with_a_message() {
    let page = Page::open("?preset=zipf-load");
    page.execute(
        "const Own = Worker;
         window.Worker = class extends Own {
             postMessage(what) {
                 // the first message is what it starts with
                 if (this.starts) setTimeout(() => { this.terminate(); this.dispatchEvent(new Event('error')); });
                 else super.postMessage(what);
                 this.starts = true;
             }
         };",
        json!([]),
    );
    opened(&page, "Compare", "#compare-start");
    page.element("#compare-start").click();
    page.shows("#compare-result .notice.bad", "two workers ended in the middle of it");
    page.until(
        "all five are given up",
        "return document.querySelectorAll('#compare-result .notice.bad').length === 5",
    );
    page.element("#compare-start");
    // the page goes on
    page.press(&crate::words::ESCAPE.to_string());
    page.lacks("dialog[open]");
    page.click("button", "Read");
    page.click("button", "Step");
    assert_eq!(page.texts("#alarm"), [] as [String; 0]);
}

#[test]
fn a_search_is_in_a_worker_where_it_can_pause() {
    let page = Page::open("?preset=fx3");
    opened(&page, "Every order", "#explore-start");
    // as many states as there is memory for
    for name in ["expiries", "crashes", "losses", "duplicates", "failures", "timeouts"] {
        page.element(&format!("#explore-{name}")).fill("3");
    }
    page.element("#explore-start").click();
    page.shows("#explore-result", "states a second");
    page.until(
        "it has begun",
        "return !/^0 states/.test(document.querySelector('#explore-result').textContent)",
    );
    assert_eq!(workers(&page, "#explore-stop"), "1");
    page.click("button", "Pause");
    // once what was on its way has come
    page.until(
        "it pauses",
        "const text = () => document.querySelector('#explore-result').textContent;
         const before = text();
         return new Promise((done) => setTimeout(() => done(before === text()), 600));",
    );
    page.click("button", "Continue");
    page.until(
        "it goes on",
        "const text = document.querySelector('#explore-result').textContent;
         return text !== (window.before ??= text)",
    );
    page.click("button", "Stop");
    page.shows("#explore-result", "Stopped before all was tried.");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn a_search_by_the_page_itself_comes_to_the_same() {
    let page = Page::open("?preset=ca6");
    let searched = |page: &Page| {
        opened(page, "Every order", "#explore-start");
        page.element("#explore-start").click();
        page.element("[data-property=converges]");
        (page.text("#explore-result"), workers(page, "#explore-start"))
    };
    let (by_worker, one) = searched(&page);
    page.reload();
    page.execute("delete window.Worker", json!([]));
    let (by_page, none) = searched(&page);
    assert_eq!((one, none), (json!("1"), json!("0")));
    assert_eq!(by_worker, by_page);
    assert!(by_page.contains("Can go wrong, after 5 effects"), "{by_page}");
}

#[test]
fn workers_start_without_a_network_from_the_version_of_their_page() {
    let folder = Folder::new();
    folder.deploy(1);
    let page = Page::open_on(Site::with_door(&folder.0), "");
    is_kept(&page);
    page.host().go_away();
    page.reload();
    let (table, count) = compared(&page);
    assert!(table.len() > 3 && count != "0", "{count}: {table:?}");
    page.host().come_back();
    // a page of version 1, after version 2 has taken its place
    folder.deploy(2);
    let (_, count) = {
        page.reload();
        compared(&page)
    };
    assert_ne!(count, "0");
    assert_eq!(page.execute("return document.documentElement.dataset.version", json!([])), "1");
}
