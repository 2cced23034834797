//! What the table of panels says holds on the page: for each panel that there is.

use serde_json::json;
use stalemate::link::encode;
use stalemate::page::Panel;
use stalemate::scenario::preset;

use crate::page::Page;

/// A scenario with a lesson, a comparison, a queue and a workload: all that a panel may wait for.
fn with_everything(watch: Option<Panel>) -> String {
    let mut scenario = preset::find("write-behind-durable").expect("a preset").scenario();
    let lesson = json!({
        "id": "panels", "objective": "Look.", "group": "write-behind",
        "steps": [{ "title": "Look", "text": "Look.", "watch": { "panel": watch } }]
    });
    scenario.view.compare = ["own", "no-cache"].map(str::to_owned).to_vec();
    scenario.lesson = Some(serde_json::from_value(lesson).expect("a lesson"));
    encode(&scenario, None).expect("a link").text().to_owned()
}

fn shown(page: &Page) -> Vec<String> {
    page.lacks(".awaited");
    let script =
        "return [...document.querySelectorAll('[data-panel]')].map((e) => e.dataset.panel)";
    let names = page.execute(script, json!([]));
    serde_json::from_value(names).expect("a list of names")
}

#[test]
fn every_panel_stands_in_its_place_under_its_heading() {
    let page = Page::open(&format!("#{}", with_everything(None)));
    page.element(".queues");
    let ids: Vec<&str> = Panel::ALL.iter().map(|panel| panel.id()).collect();
    assert_eq!(shown(&page), ids);
    for panel in Panel::ALL.iter().filter(|panel| !OWN_HEADING.contains(panel)) {
        assert_eq!(page.text(&format!("#{}-title", panel.id())), panel.heading());
    }
    assert_eq!(page.complaints(), [] as [String; 0]);
}

/// These are headed by something else, or not at all.
const OWN_HEADING: [Panel; 4] = [Panel::Header, Panel::Lesson, Panel::Counters, Panel::Notes];

#[test]
fn every_panel_can_be_hidden_alone() {
    let link = with_everything(None);
    let page = Page::open("");
    for hidden in Panel::ALL {
        page.go_to(&format!("{}?hide={}#{link}", page.site(), hidden.id()));
        page.element("#clock");
        let rest: Vec<&str> =
            Panel::ALL.iter().filter(|panel| *panel != hidden).map(|panel| panel.id()).collect();
        assert_eq!(shown(&page), rest, "without {hidden:?}");
    }
}

#[test]
fn a_lesson_calls_a_panel_by_its_heading_marks_it_and_leads_there() {
    let watchable = Panel::ALL.iter().filter(|panel| serde_json::to_value(panel).is_ok());
    let page = Page::open("");
    for panel in watchable {
        page.go_to(&format!("{}#{}", page.site(), with_everything(Some(*panel))));
        page.shows("#lesson-watch", panel.heading());
        page.element(&format!(".watched[data-panel='{}']", panel.id()));
        page.element("#lesson-watch").click();
        page.until(
            "the panel has the focus",
            &format!("return document.activeElement.dataset.panel === '{}'", panel.id()),
        );
    }
    assert_eq!(page.complaints(), [] as [String; 0]);
}
