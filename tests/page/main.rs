//! The page end to end: `dist/` as it is deployed, below a path of a static host, in a real
//! browser that a person's clicks and keys reach through WebDriver. `make test` builds it first.
#![cfg(not(target_arch = "wasm32"))]

mod accessibility;
mod browser;
mod course;
mod door;
#[allow(dead_code, reason = "the words a test may use, in use or not")]
mod page;
mod site;
mod words;

mod bench;
mod charts;
mod choose;
mod diagram;
mod editor;
mod embed;
mod every_order;
mod faults;
mod heights;
mod keyboard;
mod lesson;
mod look;
mod offline;
mod package;
mod panels;
mod paper;
mod pictures;
mod play;
mod problems;
mod setup;
mod share;
mod stores;
mod time;
mod trouble;
mod visit;
mod which_one;
mod workers;

use page::Page;

#[test]
fn starts_below_a_path_without_complaint_and_asks_no_other_host() {
    let page = Page::open("");
    assert!(page.text("h1").contains("Stalemate"));
    assert_eq!(page.complaints(), [] as [String; 0]);

    let requests = page.requests();
    let elsewhere: Vec<_> = requests.iter().filter(|url| !url.starts_with(&page.site())).collect();
    assert!(elsewhere.is_empty(), "requests that leave the page's own folder: {elsewhere:?}");
    assert!(requests.iter().any(|url| url.ends_with(".wasm")), "the log missed some: {requests:?}");
}

#[test]
fn the_policy_forbids_inline_script_and_other_hosts() {
    let page = Page::open("");
    page.execute(
        "window.forbidden = 0;
         addEventListener('securitypolicyviolation', () => window.forbidden++);
         const script = document.createElement('script');
         script.textContent = 'window.ran = true';
         document.head.append(script);
         const image = document.createElement('img');
         image.alt = '';
         image.src = 'http://127.0.0.2/';
         document.body.append(image);",
        serde_json::json!([]),
    );
    page.until("both are forbidden", "return window.forbidden === 2");
    let complaints = page.complaints();
    assert_eq!(complaints.len(), 2, "{complaints:#?}");
    assert!(
        complaints.iter().all(|text| text.contains("Content Security Policy")),
        "{complaints:#?}"
    );
    page.until("the script has not run", "return window.ran === undefined");
}

/// For looking at, not a test: `make screenshot`, with `QUERY='#…'` for another scenario.
#[test]
#[ignore = "makes pictures; `make screenshot` asks for it"]
fn pictures() {
    let page = Page::open(&std::env::var("QUERY").unwrap_or_default());
    for (shape, (width, height)) in [("wide", WIDE), ("narrow", NARROW)] {
        page.resize(width, height);
        for light in ["light", "dark"] {
            page.prefer("prefers-color-scheme", light);
            println!("{}", page.screenshot(&format!("{shape}-{light}")).display());
        }
    }
}

const WIDE: (u32, u32) = (1440, 900);
const NARROW: (u32, u32) = (390, 844);
