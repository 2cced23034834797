//! The same run under several strategies, on the page.

use serde_json::json;

use crate::accessibility;
use crate::page::Page;
use crate::words::now_us;
use crate::{NARROW, WIDE};

fn row(measure: &str) -> String {
    format!("[data-measure='{measure}']")
}

#[test]
fn strategies_are_measured_side_by_side_and_a_value_leads_to_its_moment() {
    let page = Page::open("?preset=ca6");
    page.click("button", "Compare");
    page.element("#compare-start").click();
    // Values of runs that are under way come before, and these after all are over.
    page.element("#compare-result .multiples");
    // Cache-aside reads old values here; write-through, which sets what it wrote, does not.
    let stale = page.texts(&format!("{} > *", row("reads.stale")));
    assert_eq!(stale[..2], ["stale reads".to_owned(), "2".to_owned()], "{stale:?}");
    assert!(stale[2..].iter().any(|value| value == "0 ▲"), "{stale:?}");
    for ((width, height), theme) in [(WIDE, "light"), (NARROW, "dark")] {
        page.resize(width, height);
        page.prefer("prefers-color-scheme", theme);
        page.execute("document.getElementById('compare-result').scrollIntoView()", json!([]));
        page.screenshot(&format!("which-one-{width}"));
        let violations = accessibility::violations(&page);
        assert!(violations.is_empty(), "{width} wide, {theme}: {violations:#?}");
        page.until(
            "nothing is wider than the window",
            "return document.documentElement.scrollWidth <= window.innerWidth",
        );
    }
    let (width, height) = WIDE;
    page.resize(width, height);
    page.element(&format!("{} button", row("reads.stale"))).click();
    page.lacks("dialog[open]");
    page.until(
        "it stands at the first stale read",
        "return document.getElementById('clock').dataset.atUs > 400e3",
    );
    assert!(now_us(&page) < 1_000_000);
    assert_eq!(page.complaints(), [] as [String; 0]);
}

/// Opens the dialog, and one of its ways.
fn opened(page: &Page, way: &str) {
    page.click("button", "Compare");
    page.element("#compare-start");
    page.click("button", way);
}

/// Nothing is wrong with how it looks, in two widths and both themes.
fn looked_at(page: &Page, part: &str, name: &str) {
    for ((width, height), theme) in [(NARROW, "dark"), (WIDE, "light")] {
        page.resize(width, height);
        page.prefer("prefers-color-scheme", theme);
        page.execute("document.querySelector(arguments[0]).scrollIntoView()", json!([part]));
        page.screenshot(&format!("{name}-{width}"));
        let violations = accessibility::violations(page);
        assert!(violations.is_empty(), "{width} wide, {theme}: {violations:#?}");
        page.until(
            "nothing is wider than the window",
            "return document.documentElement.scrollWidth <= window.innerWidth",
        );
    }
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn an_embedded_comparison_runs_by_itself_and_leads_into_its_runs() {
    let page = Page::open("?embed=1&preset=ca6&compare=own,write-through,cache-aside:TTL=1");
    page.element(".multiples");
    let columns = page.texts(&format!("{} > td", row("reads.stale")));
    assert_eq!(columns.len(), 3, "all three have run: {columns:?}");
    assert_eq!(
        page.texts(&format!("{} > *", row("reads.stale")))[..3],
        ["stale reads", "2 ▼", "0 ▲"]
    );
    page.lacks("#step");
    page.click("summary", "Over time, and what sets two of them apart");
    page.element(".multiples [data-chart='hit-ratio'] svg");
    page.element("#compare-cursor");
    looked_at(&page, ".compared", "comparison-alone");
    page.element("#parting-start").click();
    page.until(
        "it says where they part",
        "return document.getElementById('parting-result').innerText.includes('Then the first')",
    );
    page.element(&format!("{} button", row("reads.stale"))).click();
    page.element("#step");
    page.until(
        "it stands at the first stale read",
        "return document.getElementById('clock').dataset.atUs > 400e3",
    );
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn a_comparison_that_cannot_be_is_named_with_what_is_allowed() {
    let page = Page::open("?preset=ca6&compare=own,lease");
    page.until(
        "the notice",
        "return document.querySelector('.notices').innerText.includes('did you mean leases')",
    );
    page.lacks(".compared");
}

#[test]
fn needs_lead_to_advice_and_each_loser_to_the_run_in_which_it_lost() {
    let page = Page::open("?preset=ca6");
    opened(&page, "Advise me");
    let typed = |field: &str, value: &str| page.element(field).fill(value);
    typed("#need-lost", "0");
    typed("#need-stale", "0");
    page.element("#break-cache").click();
    page.element("#advice-start").click();
    page.element("#advice-result .ranked > .good");
    let first = page.texts("#advice-result .ranked > li:first-child .button");
    assert_eq!(first, ["Write-behind, durable queue"]);
    assert!(!page.texts("[data-strategy='write-behind'] ul li").is_empty());
    looked_at(&page, "#advice-result", "advice");
    page.element("[data-strategy='write-behind'] ul button").click();
    page.lacks("dialog[open]");
    page.until(
        "it stands where a write was lost",
        "return document.getElementById('clock').dataset.atUs > 1e6",
    );
}

#[test]
fn a_sweep_draws_a_curve_a_heat_map_and_finds_a_value() {
    let page = Page::open("?preset=ca6");
    opened(&page, "Sweep");
    page.element("#sweep-values-0").fill("1,2,4,8");
    page.element("#sweep-seeds").fill("2");
    page.element("#sweep-start").click();
    page.until(
        "four values",
        "return document.querySelectorAll('#sweep-result tbody tr').length === 4",
    );
    page.element("#sweep-result svg.curve");
    page.element("#sweep-start");
    page.element("#sweep-claim").fill("staleness_us.max >= 3000000");
    page.element("#find-start").click();
    page.until(
        "the answer",
        "return document.getElementById('find-result').innerText.includes('TTL=4 is the smallest')",
    );
    page.element("#find-start");
    page.execute(
        "const it = document.getElementById('sweep-axis-1'); it.value = 'servers'; \
         it.dispatchEvent(new Event('change', {bubbles: true}))",
        json!([]),
    );
    page.element("#sweep-values-1").fill("1,2");
    page.element("#sweep-start").click();
    page.until(
        "four times two",
        "return document.querySelectorAll('.heat-map td.heat').length === 8",
    );
    page.element("#sweep-start");
    looked_at(&page, "#sweep-result", "sweep");
    page.element("#sweep-values-0").fill("8..1");
    page.element("#sweep-start").click();
    page.until(
        "what is wrong",
        "return document.querySelector('dialog[open]').innerText.includes('`8..1` is no range')",
    );
}

#[test]
fn the_table_of_the_courses_is_measured() {
    let page = Page::open("?preset=ca6");
    opened(&page, "What courses say");
    page.element("#courses-start").click();
    page.element("#courses-result tr[data-strategy='write-behind']");
    let row = page.texts("#courses-result tr[data-strategy='write-behind'] td");
    assert!(row.iter().any(|cell| cell.starts_with("high") && cell.contains('✓')), "{row:?}");
    assert!(row.iter().any(|cell| cell.contains("✗ one: always fast")), "{row:?}");
    looked_at(&page, "#courses-result", "courses");
}

#[test]
fn requests_from_a_file_are_replayed_under_each_strategy() {
    let folder = std::env::temp_dir().join(format!("stalemate-trace-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = |name: &str, text: String| {
        let file = folder.join(name);
        std::fs::write(&file, text).expect("a file");
        file.to_str().expect("a path of text").to_owned()
    };
    let lines = (0..3_000).map(|nth| {
        let operation = if nth % 10 == 0 { "write" } else { "read" };
        format!("{}.{:03},ann,{operation},item:{}\n", nth / 100, nth % 100 * 10, nth * 7 % 90)
    });
    let right =
        file("trace.csv", format!("time,client,operation,key\n{}", lines.collect::<String>()));
    let wrong = file("wrong.csv", "0,ann,read,a\n0,ann,look,a\n".to_owned());
    let page = Page::open("?preset=zipf-load");
    page.click("button", "Compare");
    page.element("#compare-trace").keys(&wrong);
    page.until(
        "what is wrong, and where",
        "return document.querySelector('dialog[open]').innerText.includes('cannot be used: line 2')",
    );
    page.element("#compare-trace").keys(&right);
    page.until(
        "all of it is read",
        "return document.querySelector('dialog[open]').innerText.includes('3000 requests for 90 keys')",
    );
    page.element("#compare-start").click();
    page.element("#compare-result .multiples");
    // one in ten writes, of which write-behind joins some
    let writes = page.texts(&format!("{} > *", row("database.writes")));
    assert!(
        ["300 ▼", "270 ▲"].iter().all(|value| writes.iter().any(|it| it == value)),
        "{writes:?}"
    );
    assert!(page.texts("#compare-result td button").is_empty());
    looked_at(&page, "#compare-result", "trace");
    std::fs::remove_dir_all(&folder).expect("it was made here");
}
