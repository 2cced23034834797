//! Where nothing can be pressed: on paper, and where scripts are not allowed.

use std::collections::BTreeSet;

use serde_json::json;

use crate::accessibility;
use crate::page::Page;

/// Whether a person sees something that the CSS selector names.
fn sees(page: &Page, selector: &str) -> bool {
    let script = "return [...document.querySelectorAll(arguments[0])].some((e) =>
        e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().height > 1)";
    page.execute(script, json!([selector])) == json!(true)
}

#[test]
fn on_paper_there_is_the_diagram_and_the_tables_and_nothing_to_press() {
    let page = Page::open("?preset=ca6");
    page.execute("document.activeElement.blur()", json!([]));
    page.press("n");
    page.shows("#clock", "0.501000 s");
    page.shows(".problems", "stale read");
    page.click("button", "List messages");
    page.element(".message-list tbody tr");
    for control in ["#play", "#read", "#seek", ".button", "input"] {
        assert!(sees(&page, control), "{control} is not there to begin with");
    }
    page.on_paper(760);
    let told = [
        "h1",
        ".notes",
        ".clock .time",
        ".diagram svg .way",
        ".message-list tbody tr",
        "[data-key='user:1']",
        ".problem",
        ".chain li",
        "#log .log-line",
        "[data-ribbon='user:1'] path",
        ".listing",
        ".plot",
    ];
    for part in told {
        assert!(sees(&page, part), "{part} is not on paper");
    }
    for control in ["button:not(.key-button, .mark)", "input", "textarea", ".parameters", ".faults"]
    {
        assert!(!sees(&page, control), "{control} is on paper");
    }
    page.until(
        "nothing is cut off",
        "return ['.listing', '#log', '.rows-frame', '.message-list', '.strips'].every((each) => {
             const e = document.querySelector(each);
             return e.scrollHeight <= e.clientHeight + 1;
         }) && document.documentElement.scrollWidth <= innerWidth",
    );
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn without_script_a_race_is_told_in_a_picture_and_a_table() {
    let page = Page::open("");
    assert!(!sees(&page, ".still"));
    page.without_scripts();
    page.go(&page.site());
    page.until(
        "the picture is there",
        "const picture = document.querySelector('.still img');
         return picture.complete && picture.naturalWidth > 100 && picture.alt.length > 50",
    );
    assert!(sees(&page, ".still img") && !sees(&page, "#loading"));
    page.shows(".still noscript p", "Please allow scripts");
    assert!(page.texts(".still tbody tr").len() > 4);
    // The table tells what the engine does.
    let moments = moments("ca6");
    for at in page.texts(".still tbody th") {
        assert!(moments.contains(&at), "nothing happens at {at}: {moments:?}");
    }
    assert_eq!(page.complaints(), [] as [String; 0]);
}

/// When something happens in a preset, by its log and its causes, in the page's own words.
fn moments(preset: &str) -> BTreeSet<String> {
    let scenario = stalemate::scenario::preset::find(preset).expect("a preset").scenario();
    let mut run = stalemate::simulate::Simulation::new(&scenario).expect("a scenario that runs");
    run.advance(scenario.duration_us, u32::MAX);
    let log = run.view().log_from(0, usize::MAX).into_iter().map(|line| line.at_us);
    let problems = run.view().problems().shown;
    let causes = problems.iter().flat_map(|problem| &problem.cause).map(|line| line.at_us);
    log.chain(causes).map(stalemate::time::instant).collect()
}

#[test]
fn the_page_for_course_authors_has_no_barrier_and_shows_what_it_tells_of() {
    let page = Page::open("");
    page.go(&format!("{}embedding.html", page.site()));
    page.until("it is there", "return document.readyState === 'complete'");
    page.execute("document.querySelector('stale-mate').scrollIntoView()", json!([]));
    page.until(
        "its example has started",
        "const frame = document.querySelector('stale-mate').shadowRoot.querySelector('iframe');
         return frame.contentDocument?.getElementById('play') != null",
    );
    for (width, theme) in [(1440, "light"), (390, "dark")] {
        page.resize(width, 900);
        page.prefer("prefers-color-scheme", theme);
        page.until(
            "nothing is wider than the window",
            "return document.documentElement.scrollWidth <= innerWidth",
        );
        assert_eq!(accessibility::violations(&page), [] as [String; 0], "{width} wide");
        page.screenshot(&format!("embedding-{width}"));
    }
    assert_eq!(page.complaints(), [] as [String; 0]);
}
