//! Links: made in the page, opened again, and what is said of those that do not open.

use serde_json::json;

use crate::accessibility;
use crate::page::Page;
use crate::words::{is, now_us, pace, use_scenario};
use crate::{NARROW, WIDE};

/// The link that the dialog shows, once it is made.
pub fn link(page: &Page, from: &str) -> String {
    page.click("button", "Share");
    page.element(from).click();
    page.until("the link is made", "return !!document.getElementById('share-link')");
    let link = page.execute("return document.getElementById('share-link').value", json!([]));
    link.as_str().expect("a text").to_owned()
}

/// What a person plays: a read, and a cache that is killed.
fn played() -> Page {
    let page = Page::open("");
    use_scenario(&page, "Empty: nothing happens until you do it");
    pace(&page, "100 ms/s");
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    page.shows("#clock", "Paused");
    page.click("button", "Kill cache");
    page.shows("#clock", "Paused");
    page.element("[data-process='cache'][data-up='false']");
    page
}

#[test]
fn what_was_done_is_shared_by_a_short_link_from_the_start_or_at_this_moment() {
    let page = played();
    let at_us = now_us(&page);
    let here = link(&page, "#from-here");
    assert!(here.starts_with(&format!("{}#v1.", page.site())) && here.len() < 150, "{here}");
    page.shows("#share-length", &format!("{} characters", here.len()));
    page.element("svg.qr path");
    for (width, height, theme) in [(WIDE.0, WIDE.1, "light"), (NARROW.0, NARROW.1, "dark")] {
        page.resize(width, height);
        page.prefer("prefers-color-scheme", theme);
        let violations = accessibility::violations(&page);
        assert!(violations.is_empty(), "{width} wide, {theme}: {violations:#?}");
    }
    page.element("#from-start").click();
    page.until(
        "it is another link",
        &format!("const link = document.getElementById('share-link'); return link && link.value !== '{here}'"),
    );
    let start = page.execute("return document.getElementById('share-link').value", json!([]));
    page.click("button", "Close");

    page.go_to(&here);
    page.shows("#clock", "Paused");
    page.until(
        "it stands there",
        &format!("return document.getElementById('clock').dataset.atUs == {at_us}"),
    );
    page.element("[data-process='cache'][data-up='false']");
    page.go_to(start.as_str().expect("a text"));
    page.until(
        "it stands at the start",
        "return document.getElementById('clock').dataset.atUs == 0",
    );
    page.click("button", "Play");
    page.element("[data-process='cache'][data-up='false']");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

/// The text of a field that is shown to be copied.
fn copied(page: &Page, id: &str) -> String {
    page.element(&format!("#{id}"));
    let text = page.execute("return document.getElementById(arguments[0]).value", json!([id]));
    text.as_str().expect("a text").to_owned()
}

#[test]
fn the_picture_is_saved_and_its_code_says_in_words_what_it_shows() {
    let page = played();
    let here = link(&page, "#from-here");
    let code = copied(&page, "embed-picture");
    assert!(
        code.starts_with(&format!("<a href=\"{here}\"><img src=\"stalemate-empty.svg\"")),
        "{code}"
    );
    for said in ["Messages over time, from ", "R1: a reads user:1. ", "fresh."] {
        assert!(code.contains(said), "no {said} in {code}");
    }
    // What the button hands over, as the page would have it.
    page.execute(
        "window.handed = [];
         URL.createObjectURL = (blob) => (blob.text().then((text) => handed.push(text)), '#');
         HTMLAnchorElement.prototype.click = function () { handed.push(this.download); };",
        json!([]),
    );
    for (layout, written) in [("compact", true), ("full", false)] {
        page.choose("Layout", layout);
        let attribute = written.then_some("layout=\"compact\"");
        page.until(
            &format!("the element is {layout}"),
            &format!(
                "return document.getElementById('embed-0').value.includes('layout=') === {written}"
            ),
        );
        let element = copied(&page, "embed-0");
        assert!(attribute.is_none_or(|attribute| element.contains(attribute)), "{element}");
    }
    page.click("button", "Save stalemate-empty.svg");
    page.until("it is handed over", "return handed.length === 2");
    let handed = page.execute("return handed.sort()", json!([]));
    let picture = handed[0].as_str().unwrap_or_default();
    assert!(picture.starts_with("<svg") && picture.contains(">R1 read(user:1)"), "{picture}");
    assert_eq!(handed[1], "stalemate-empty.svg");
    // As an image it is whole: it needs nothing of the page.
    page.execute(
        "const image = new Image();
         image.onload = () => (window.size = image.naturalWidth);
         image.src = `data:image/svg+xml,${encodeURIComponent(handed[0])}`;",
        json!([]),
    );
    page.until("it is an image", "return window.size > 300");
    page.click("button", "Close");
    assert_eq!(page.complaints(), [] as [String; 0]);

    let page = Page::open("?hide=diagram");
    link(&page, "#from-start");
    page.element("#save-picture").click();
    page.shows("dialog [role='alert']", "“Messages over time” is hidden");
}

#[test]
fn a_link_put_into_the_address_of_an_open_page_opens() {
    let page = played();
    let here = link(&page, "#from-here");
    page.click("button", "Close");
    page.click("button", "Reset");
    page.until(
        "it stands at the start",
        "return document.getElementById('clock').dataset.atUs == 0",
    );
    let fragment = here.split_once('#').expect("a fragment").1;
    page.execute("location.hash = arguments[0]", json!([fragment]));
    page.element("[data-process='cache'][data-up='false']");
}

#[test]
fn a_link_that_does_not_open_says_why_and_the_page_is_there() {
    for (fragment, said) in [
        ("v9.s.AAAA", "newer Stalemate"),
        ("v1.s.", "The end of this link is missing"),
        ("v1.y.AAAA", "packed in a way"),
        ("v1.p.!!!!!!!!", "changed"),
    ] {
        let page = Page::open(&format!("#{fragment}"));
        page.shows("#notices", said);
        page.click("button", "Read");
        is(&page, "user:1", "In sync");
    }
}

#[test]
fn a_link_whose_run_comes_to_something_else_says_so() {
    let page = played();
    let here = link(&page, "#from-here");
    // The same scenario with the checksum of a run in which nothing has happened yet.
    let fragment = here.split_once('#').expect("a fragment").1;
    let opened = stalemate::link::decode(fragment).expect("it opens");
    let other = stalemate::simulate::Simulation::new(&opened.scenario).expect("it runs");
    let before = stalemate::link::Outcome::of(&other);
    let forged = stalemate::link::encode(&opened.scenario, Some(before)).expect("it is short");
    page.click("button", "Close");
    page.go_to(&format!("{}#{}", page.site(), forged.text()));
    page.shows("#notices", "comes to something else");
    page.element("[data-process='cache'][data-up='false']");
}

#[test]
fn a_scenario_file_is_opened_and_its_origin_named() {
    let page = Page::open("?src=files/race.json");
    page.shows("#notices", "This scenario is from http://127.0.0.1");
    page.shows("#preset option:checked", "A race from a file");
    for (src, said) in [
        ("files/none.json", "has no such file (404)"),
        ("files/wrong.json", "is not a scenario"),
        ("http://example.org/a.json", "without encryption"),
        ("ftp://example.org/a.json", "begins with ftp:"),
        ("https://ann:secret@example.org/a.json", "a name or a password"),
        ("https://nobody.invalid/a.json", "There is no answer from https://nobody.invalid"),
    ] {
        page.go_to(&format!("{}?src={src}", page.site()));
        page.shows("#notices", said);
    }
}
