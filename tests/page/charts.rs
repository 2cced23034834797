//! Metrics over time: a drawing with its gist in words, and its numbers as a table.

use serde_json::json;

use crate::accessibility;
use crate::page::Page;
use crate::words::{pace, use_scenario};
use crate::{NARROW, WIDE};

/// A few seconds under load, paused.
fn under_load() -> Page {
    let page = Page::open("");
    use_scenario(&page, "A popular key expires under load");
    pace(&page, "real time");
    page.click("button", "Play");
    page.until("it runs", "return document.getElementById('clock').dataset.atUs > 6e6");
    page.click("button", "Pause");
    page.shows("#clock", "Paused");
    page
}

#[test]
fn a_chart_says_its_gist_and_names_its_lines() {
    let page = under_load();
    let gist = |id: &str| {
        let script =
            format!("return document.querySelector('[data-chart=\"{id}\"] [role=img]').ariaLabel");
        page.execute(&script, json!([])).as_str().unwrap_or_default().to_owned()
    };
    assert!(gist("hit-ratio").contains("latest"), "{}", gist("hit-ratio"));
    assert!(gist("hit-ratio").contains('%'), "{}", gist("hit-ratio"));
    // Three lines, told apart by their dashes and by a name at each end.
    for name in ["p50", "p95", "p99"] {
        assert!(gist("read-latency").contains(name), "{}", gist("read-latency"));
        page.shows("[data-chart='read-latency'] .label", name);
    }
    page.until(
        "the lines have dashes of their own",
        "const dashes = [...document.querySelectorAll('[data-chart=\"read-latency\"] .plot .series')]
            .map((line) => getComputedStyle(line).strokeDasharray);
         return dashes.length === 3 && new Set(dashes).size === 3",
    );
    // What has nothing to show takes no room.
    page.lacks("[data-chart='queue-depth']");
    page.shows("#blank-charts", "queue depth");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn every_chart_has_its_numbers_as_a_table() {
    let page = under_load();
    let shown = page.texts(".chart h3");
    assert!(shown.len() >= 3, "{shown:?}");
    page.lacks(".numbers");
    for title in &shown {
        page.click("button", &format!("Numbers of {}", title.to_lowercase()));
    }
    page.until(
        "each has a caption, heads for its columns and its rows, and rows",
        "const charts = [...document.querySelectorAll('.chart')];
         return charts.every((chart) =>
             chart.querySelector('table caption') !== null &&
             chart.querySelectorAll('thead th[scope=col]').length > 1 &&
             chart.querySelectorAll('tbody th[scope=row]').length > 3)",
    );
    for ((width, height), theme) in [(WIDE, "light"), (NARROW, "dark")] {
        page.resize(width, height);
        page.prefer("prefers-color-scheme", theme);
        page.until(
            "nothing is wider than the window",
            "return document.documentElement.scrollWidth <= window.innerWidth",
        );
        let violations = accessibility::violations(&page);
        assert!(violations.is_empty(), "{width} wide, {theme}: {violations:#?}");
    }
    page.click("button", &format!("Hide numbers of {}", shown[0].to_lowercase()));
    assert_eq!(page.complaints(), [] as [String; 0]);
}
