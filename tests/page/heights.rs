//! The room that playgrounds take in a course page: one height each, known early; the compact one.

use serde_json::json;

use crate::accessibility;
use crate::course::{Course, heard, hears};
use crate::embed::{call, inner};
use crate::page::Page;

/// Ten of them, down a long page.
fn ten() -> String {
    let presets = ["ca6", "wb8", "mx1", "cache-aside", "stampede"];
    let shown = |at: usize| {
        let layout = if at % 5 == 4 { "layout=compact" } else { "" };
        format!(
            "<p>Text</p><stale-mate id=e{at} preset={} {layout} autoplay speed=10000></stale-mate>",
            presets[at % 5]
        )
    };
    let all: String = (0..10).map(shown).collect();
    format!("<script src={{page}}embed.js defer></script><main><h1>Week 3</h1>{all}</main>")
}

#[test]
fn ten_in_a_page_have_one_height_each_while_they_play() {
    let (page, _course) = Course::open(&ten());
    for width in [1_440, 900, 390] {
        page.resize(width, 900);
        page.reload();
        ten_keep_their_heights(&page);
    }
    assert_eq!(page.complaints(), [] as [String; 0]);
}

fn ten_keep_their_heights(page: &Page) {
    for at in 0..10 {
        page.execute(&format!("document.getElementById('e{at}').scrollIntoView()"), json!([]));
        hears(page, &format!("e{at}"), "m.type === 'ready'");
        hears(page, &format!("e{at}"), "m.type === 'state' && m.playing");
    }
    for at in [9, 5, 3, 2, 0] {
        page.execute(&format!("document.getElementById('e{at}').scrollIntoView()"), json!([]));
        call(page, &format!("e{at}"), "seek(20000000)");
        hears(page, &format!("e{at}"), "m.type === 'state' && m.atUs >= 20000000");
    }
    for at in 0..10 {
        let id = format!("e{at}");
        hears(page, &id, "m.type === 'resize'");
        let heights: Vec<u64> =
            heard(page, &id, "resize").iter().filter_map(|said| said["height"].as_u64()).collect();
        let (least, most) = (heights.iter().min(), heights.iter().max());
        let (least, most) = (least.expect("a height"), most.expect("a height"));
        assert!(most - least <= 20, "{id}: {heights:?}");
        if at % 5 == 4 {
            assert_eq!(heights, [440], "{id}");
        }
    }
}

#[test]
fn a_compact_one_has_its_height_from_the_start_and_all_that_it_needs() {
    let (page, _course) = Course::open(
        "<script src={page}embed.js defer></script>
         <stale-mate id=one preset=ca6 layout=compact theme=light></stale-mate>",
    );
    let high = "return document.getElementById('one').offsetHeight === 440";
    page.until("its place has its height", high);
    hears(&page, "one", "m.type === 'ready'");
    for (width, theme) in [(1_000, "light"), (390, "dark")] {
        page.resize(width, 900);
        call(&page, "one", &format!("setTheme('{theme}')"));
        call(&page, "one", "seek(501000)");
        hears(&page, "one", "m.type === 'state' && m.atUs === 501000");
        page.until("its height stays", high);
        page.enter(&inner("one"));
        let shown = format!("return document.documentElement.dataset.theme === '{theme}'");
        page.until("it is in the theme that was asked for", &shown);
        page.shows("#verdict", "1 stale read");
        page.shows("#verdict", "at 501 ms");
        page.element("[data-key='user:1'][data-state='stale']");
        page.until(
            "all of it is in view",
            "const seen = (e) => { const r = document.querySelector(e).getBoundingClientRect();
                 return r.width > 0 && r.bottom <= innerHeight && r.right <= innerWidth; };
             return ['#play', '#step', '#seek', '#clock', '#verdict', '#in-full', '#rows'].every(seen)
                 && document.documentElement.scrollHeight <= 440
                 && document.documentElement.scrollWidth <= innerWidth",
        );
        let violations = accessibility::violations(&page);
        assert!(violations.is_empty(), "{width} wide: {violations:#?}");
        page.leave();
        page.screenshot(&format!("compact-{width}"));
    }
    page.enter(&inner("one"));
    // Where it leads as it stands; without going there.
    page.execute(
        "document.addEventListener('click', (event) => event.preventDefault());
         document.getElementById('in-full').click();",
        json!([]),
    );
    let leads = page.execute("return document.getElementById('in-full').href", json!([]));
    page.click("button", "Reset");
    page.shows("#verdict", "Press Play");
    page.leave();
    assert_eq!(page.complaints(), [] as [String; 0]);
    page.go_to(leads.as_str().expect("an address"));
    page.until(
        "it stands there",
        "return document.getElementById('clock').dataset.atUs === '501000'",
    );
    page.element(".lower .problems");
}

#[test]
fn a_module_defines_the_element_and_leaves_its_attributes_alone() {
    // Beside the playground itself: modules of another origin need its leave.
    let page = Page::open("files/module.html");
    page.until(
        "it has started",
        "const one = document.getElementById('one');
         return one.getState ? one.getState().then(({ preset }) => preset === 'ca6') : false",
    );
    page.until(
        "it is a block without a style of its own",
        "const one = document.getElementById('one');
         return getComputedStyle(one).display === 'block' && !one.hasAttribute('style') && one.offsetHeight === 440",
    );
}
