//! What a person does is not lost: by a reload, by another scenario, on the way back.

use serde_json::json;

use crate::page::Page;
use crate::words::{is, now_us, send, use_scenario, use_strategy};

fn title(page: &Page, says: &str) {
    page.until(
        &format!("the tab says {says}"),
        &format!("return document.title.includes('{says}')"),
    );
}

fn address(page: &Page, ends: &str) {
    page.until(
        &format!("the address ends with {ends}"),
        &format!("return location.href.endsWith('{ends}')"),
    );
}

fn back(page: &Page) {
    page.execute("history.back()", json!([]));
}

#[test]
fn a_scenario_has_an_address_and_a_title_and_back_leads_to_the_one_before() {
    let page = Page::open("?speed=50");
    use_scenario(&page, "The slow reader: stale although every write deletes");
    address(&page, "?speed=50&preset=ca6");
    title(&page, "The slow reader");
    // What is done there stays there.
    send(&page, "Write");
    page.shows("#answers", "W");
    use_scenario(&page, "A cache a tenth of the size of the data");
    address(&page, "?speed=50&preset=zipf-load");
    title(&page, "A cache a tenth");

    back(&page);
    address(&page, "?speed=50&preset=ca6");
    title(&page, "The slow reader");
    page.shows("#answers", "W");
    back(&page);
    address(&page, "?speed=50");
    page.until("it is another scenario", "return !document.title.includes('The slow reader')");
    page.execute("history.forward()", json!([]));
    title(&page, "The slow reader");
    page.shows("#answers", "W");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn a_reload_finds_the_strategy_and_the_run_again() {
    let page = Page::open("");
    use_strategy(&page, "Write-behind");
    page.click("button", "Write");
    is(&page, "user:1", "Ahead");
    page.shows("#answers", "W");
    page.shows("#clock", "Paused");
    let at_us = now_us(&page);
    page.until_so("the run is kept as it is", || {
        let kept = page.execute("return history.state", json!([]));
        let kept = kept.as_str().and_then(|link| stalemate::link::decode(link).ok());
        kept.is_some_and(|kept| kept.scenario.view.at_us == Some(at_us))
    });
    page.reload();
    page.lacks("#loading");
    page.shows("#notices", "Your run is back as you left it.");
    page.shows(".code .title", "Write-behind");
    page.shows("#answers", "W");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn a_strategy_of_ones_own_stays_on_the_list() {
    let page = Page::open("");
    page.press("e");
    page.element("#strategy-text");
    page.until("the text is there", "return document.activeElement.value?.includes('def read')");
    page.press("# mine\n");
    page.click("button", "Run it");
    page.shows("#notices", "Restarted with your own text.");
    use_strategy(&page, "Read-through");
    page.choose("Strategy", "Your own");
    page.shows("#notices", "Restarted with your own text.");
    page.shows(".code", "# mine");
}

#[test]
fn back_leads_to_a_scenario_from_elsewhere() {
    let page = Page::open("?src=files/host.json");
    page.shows("#notices", "This scenario is from");
    let before = page.execute("return document.title", json!([]));
    use_scenario(&page, "The slow reader: stale although every write deletes");
    title(&page, "The slow reader");
    back(&page);
    address(&page, "?src=files/host.json");
    page.shows("#notices", "This scenario is from");
    assert_eq!(page.execute("return document.title", json!([])), before);
    assert_eq!(page.complaints(), [] as [String; 0]);
}
