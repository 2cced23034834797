//! The space-time diagram: a person's hand on messages, what belongs together, and files.

use serde_json::{Value, json};

use crate::accessibility;
use crate::page::Page;
use crate::words::{ENTER, is, logs, pace, send, send_paused, step_until, use_scenario};
use crate::{NARROW, WIDE};

/// Nothing but what a person does.
fn empty() -> Page {
    let page = Page::open("");
    use_scenario(&page, "Empty: nothing happens until you do it");
    pace(&page, "100 ms/s");
    page
}

/// Fires a read and goes on, event by event, until it sets what it has read.
fn read_up_to_its_set(page: &Page) {
    pace(page, "1 ms/s");
    send_paused(page, "read");
    step_until(
        page,
        "the set",
        "return document.getElementById('flights').textContent.includes('cache.set(user:1)')",
    );
}

#[test]
fn a_reader_that_is_held_and_let_go_leaves_the_cache_stale() {
    let page = empty();
    read_up_to_its_set(&page);
    page.element("#flights .flight-button").click();
    page.element("#flights .hand button").click();
    page.shows("#flights", "held");
    page.shows("#clock", "Paused");
    page.element(".space-time .holding");

    // Meanwhile somebody writes, and deletes from the cache what is not there.
    pace(&page, "100 ms/s");
    page.click("button", "Write");
    logs(&page, "committed");
    page.shows("#clock", "Paused");
    is(&page, "user:1", "Cold");
    page.shows("#flights", "held");

    page.shows("#flights .hand", "Release");
    page.element("#flights .hand button").click();
    is(&page, "user:1", "Stale");
    page.shows("#clock", "Paused");
    page.lacks("#flights .hand");
    assert_eq!(page.complaints(), [] as [String; 0]);

    // It was all recorded, and comes again.
    send(&page, "Read");
    logs(&page, "1 version behind");
    page.element(".problem[data-kind='stale read'] .jump").click();
    page.shows(".problems", "from where you jumped back");
    is(&page, "user:1", "Stale");
}

#[test]
fn a_message_is_held_and_let_go_where_it_is_seen_in_the_drawing_and_in_the_list() {
    let page = empty();
    read_up_to_its_set(&page);
    page.until(
        "the drawing has come to it as well",
        "return document.querySelector('.space-time .grip title')?.textContent.includes('cache.set')",
    );
    page.screenshot("grips");
    page.element(".space-time .grip").click();
    page.element(".space-time .holding");
    page.shows("#flights", "held");
    page.until(
        "it lies on no lane",
        "const y = document.querySelector('.holding').getBoundingClientRect();
         const lanes = [...document.querySelectorAll('.space-time .lane')].map((e) => e.getBoundingClientRect().top);
         return lanes.every((lane) => Math.abs(lane - (y.top + y.bottom) / 2) > 8)",
    );
    page.element("#flights .grip").click();
    page.lacks(".space-time .holding");
    is(&page, "user:1", "In sync");

    // the same the other way round
    let page = empty();
    read_up_to_its_set(&page);
    page.element("#flights .grip").click();
    page.element(".space-time .holding");
    page.element(".space-time .grip").click();
    page.lacks(".space-time .holding");
    is(&page, "user:1", "In sync");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn a_message_is_chosen_in_the_diagram_and_dropped() {
    let page = empty();
    read_up_to_its_set(&page);
    page.element(".diagram .flying circle.hit").click();
    page.shows("#chosen-message", "cache.set(user:1)");
    page.shows("#chosen-message", "lands at");
    for (width, height, theme) in [(WIDE.0, WIDE.1, "light"), (NARROW.0, NARROW.1, "dark")] {
        page.resize(width, height);
        page.prefer("prefers-color-scheme", theme);
        let violations = accessibility::violations(&page);
        assert!(violations.is_empty(), "{width} wide, {theme}: {violations:#?}");
    }
    page.resize(WIDE.0, WIDE.1);
    let drop = page.texts("#chosen-message .hand button");
    assert_eq!(drop.len(), 5, "{drop:?}");
    page.element("#chosen-message .hand button:last-child").click();
    page.element(".diagram .way.failed .cross");
    page.shows("#clock", "Paused");
    page.until(
        "the focus is where the buttons were",
        "return document.activeElement.id === 'chosen-message'",
    );
}

#[test]
fn the_menu_closes_when_a_person_turns_to_something_else() {
    let page = empty();
    for elsewhere in ["#diagram-title", "#log"] {
        page.click("button", "Export");
        page.element(".menu-items");
        page.element(elsewhere).click();
        page.lacks(".menu-items");
    }
}

#[test]
fn the_list_says_the_same_and_has_the_same_hands() {
    let page = empty();
    read_up_to_its_set(&page);
    page.click("button", "List messages");
    page.shows(".message-list tbody th", "cache.set(user:1)");
    page.shows(".message-list tbody tr:first-child", "under way");
    // From the keyboard: delayed, and then there at once.
    let focus = |at: u32| {
        let script =
            format!("document.querySelector('.message-list .hand button:nth-child({at})').focus()");
        page.execute(&script, json!([]));
    };
    focus(3);
    page.press(&ENTER.to_string());
    logs(&page, "10 ms");
    page.shows("#clock", "Paused");
    focus(2);
    page.press(&ENTER.to_string());
    is(&page, "user:1", "In sync");
    for (width, height, theme) in [(WIDE.0, WIDE.1, "dark"), (NARROW.0, NARROW.1, "light")] {
        page.resize(width, height);
        page.prefer("prefers-color-scheme", theme);
        page.until(
            "nothing is wider than the window",
            "return document.documentElement.scrollWidth <= window.innerWidth",
        );
        let violations = accessibility::violations(&page);
        assert!(violations.is_empty(), "{width} wide, {theme}: {violations:#?}");
    }
}

#[test]
fn what_belongs_together_is_lit_together() {
    let page = empty();
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    page.shows("#clock", "Paused");
    let over = |selector: &str| {
        let script = "const found = [...document.querySelectorAll(arguments[0])].at(-1);
            found.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));";
        page.execute(script, json!([selector]));
    };
    // The last line of the log is of that read.
    over(".log-line:not([data-of=''])");
    page.until(
        "the read's lines, and no others, are lit",
        "const of = [...document.querySelectorAll('.log-line')].at(-1).dataset.of;
         const lines = [...document.querySelectorAll('.log-line')];
         return of !== '' && lines.some((line) => line.classList.contains('lit')) &&
             lines.every((line) => line.textContent.includes(of) || !line.classList.contains('lit'))",
    );
    over(".row[data-key='user:1'] .cell");
    page.element(".row.lit[data-key='user:1']");
    page.until(
        "the arrows about the key are lit",
        "const ways = [...document.querySelectorAll('.way')];
         return ways.length > 0 && ways.every((way) =>
             way.classList.contains('lit') === (way.dataset.about === 'user:1'))",
    );
    over("#log-title");
    page.lacks(".lit");
}

#[test]
fn the_window_is_moved_narrowed_and_follows_again() {
    let page = empty();
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    page.shows("#clock", "Paused");
    let span = || page.text("#diagram-span");
    let before = span();
    page.click("button", "Wider");
    page.until(
        "it is another stretch",
        &format!("return document.getElementById('diagram-span').textContent !== '{before}'"),
    );
    page.click("button", "Later");
    page.click("button", "Earlier");
    page.element(".diagram-tools [aria-pressed='false']");
    let there = span();
    page.click("button", "Write");
    logs(&page, "committed");
    page.shows("#clock", "Paused");
    assert_eq!(span(), there);
    page.click("button", "Follow now");
    page.element(".diagram-tools [aria-pressed='true']");
    page.element(".space-time .now");
}

/// Chooses from the menu, and gives the file's name, its type and its bytes as a text.
fn exported(page: &Page, what: &str) -> (String, String, String) {
    page.execute(
        "window.made = undefined;
         const create = URL.createObjectURL.bind(URL);
         URL.createObjectURL = (blob) => { window.blob = blob; return create(blob); };
         HTMLAnchorElement.prototype.click = function () {
             if (!this.href.startsWith('blob:')) throw new Error(this.href);
             const name = this.download;
             const reader = new FileReader();
             reader.onload = () => { window.made = [name, window.blob.type, reader.result]; };
             reader.readAsBinaryString(window.blob);
         };",
        json!([]),
    );
    page.click("button", "Export");
    page.click("button", what);
    page.until("it is made", "return window.made !== undefined");
    page.lacks(".menu-items");
    let made = page.execute("return window.made", json!([]));
    let text = |at: usize| made[at].as_str().unwrap_or_default().to_owned();
    (text(0), text(1), text(2))
}

#[test]
fn a_run_is_taken_along_as_files() {
    let page = empty();
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    page.shows("#clock", "Paused");

    let (name, kind, text) = exported(&page, "Diagram as SVG");
    assert_eq!((&*name, &*kind), ("stalemate-empty.svg", "image/svg+xml"));
    assert!(text.starts_with("<svg") && text.contains("http://www.w3.org/2000/svg"), "{text}");
    assert!(text.contains("db.read") && text.contains("stroke=\"rgb("), "{text}");
    assert!(!text.contains("class=") && !text.contains("style="), "{text}");

    let (name, kind, text) = exported(&page, "Diagram as PNG");
    assert_eq!((&*name, &*kind), ("stalemate-empty.png", "image/png"));
    assert!(text.contains("PNG") && text.len() > 10_000, "{} bytes", text.len());

    let (name, _, text) = exported(&page, "Run as Mermaid");
    assert_eq!(name, "stalemate-empty.mmd");
    assert!(text.starts_with("sequenceDiagram\n") && text.contains("cache.get(user:1)"), "{text}");

    let (name, kind, text) = exported(&page, "Events as CSV");
    assert_eq!((&*name, &*kind), ("stalemate-empty.csv", "text/csv"));
    assert!(text.starts_with("seq,at_us,event,") && text.contains(",arrived,"), "{text}");

    let (name, kind, text) = exported(&page, "Events as JSON");
    assert_eq!((&*name, &*kind), ("stalemate-empty.json", "application/json"));
    let rows: Vec<Value> = serde_json::from_str(&text).expect("a list");
    assert!(rows.iter().any(|row| row["event"] == "arrived"), "{rows:?}");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

/// For looking at, not a test: `make screenshot`.
#[test]
#[ignore = "makes pictures; `make screenshot` asks for it"]
fn pictures_of_the_diagram() {
    let page = empty();
    read_up_to_its_set(&page);
    page.element("#flights .flight-button").click();
    page.element("#flights .hand button").click();
    page.shows("#flights", "held");
    pace(&page, "20 ms/s");
    page.click("button", "Write");
    page.shows("#flights", "db.write(user:1)");
    page.click("button", "Pause");
    page.shows("#clock", "Paused");
    // A flight that is under the pointer may be anywhere: the panel's own way is as good.
    page.execute(
        "document.querySelector('.diagram .holding')
            .dispatchEvent(new MouseEvent('click', { bubbles: true }))",
        json!([]),
    );
    let take = |state: &str| {
        for width in [1440, 1024, 390] {
            page.resize(width, 900);
            for theme in ["light", "dark"] {
                page.prefer("prefers-color-scheme", theme);
                for part in ["diagram", "flights"] {
                    page.execute(
                        "document.getElementById(arguments[0]).scrollIntoView({ block: 'center' })",
                        json!([part]),
                    );
                    page.screenshot(&format!("diagram-{state}-{part}-{width}-{theme}"));
                }
            }
        }
        page.resize(WIDE.0, WIDE.1);
        page.prefer("prefers-color-scheme", "light");
    };
    take("held");
    use_scenario(&page, "A popular key expires under load");
    pace(&page, "300 ms/s");
    page.click("button", "Play");
    page.until("it runs", "return document.getElementById('clock').dataset.atUs > 2010e3");
    page.click("button", "Pause");
    take("load");
    pace(&page, "10 ms/s");
    page.click("button", "Cut app – cache");
    page.click("button", "Play");
    page.until("it runs", "return document.getElementById('clock').dataset.atUs > 2040e3");
    page.click("button", "Pause");
    page.click("button", "List messages");
    page.click("button", "Export");
    take("cut");
}
