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
    page.element(&row("reads.stale"));
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
