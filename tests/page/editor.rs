//! The editor of a strategy.

use serde_json::json;

use crate::page::Page;

#[test]
fn zz_pictures() {
    let page = Page::open("");
    let shot = |page: &Page, name: &str| {
        for (shape, (width, height)) in [("wide", crate::WIDE), ("narrow", crate::NARROW)] {
            page.resize(width, height);
            for light in ["light", "dark"] {
                page.prefer("prefers-color-scheme", light);
                println!("{}", page.screenshot(&format!("{name}-{shape}-{light}")).display());
            }
        }
        page.resize(1440, 900);
    };
    page.click("button", "Edit strategy");
    page.element("#strategy-text");
    shot(&page, "ed-open");
    page.execute("const a = document.getElementById('strategy-text'); a.focus();
        a.value = a.value.replace('db.read(key)', 'dbb.read(key)').replace('TTL = 60  # seconds an entry lives · 0.1..86400', 'TTL = 60  # seconds an entry lives · 0.1..86400\\nSIZE = 3  # of something · 1..10\\nNAME = \"x\"\\nON = True\\n').replace('    db.write(key, value)', '    db.write(key)');
        a.dispatchEvent(new InputEvent('input', {bubbles: true}))", json!([]));
    page.element(".sheet-note");
    shot(&page, "ed-wrong");
    page.execute("const a = document.getElementById('strategy-text'); a.focus();
        a.value = a.value.replace('dbb.read(key)', 'db.read(key)').replace('db.write(key)', 'db.write(key, value)');
        a.dispatchEvent(new InputEvent('input', {bubbles: true}))", json!([]));
    page.shows("#standing", "Not run yet");
    shot(&page, "ed-unrun");
    page.click("button", "What changed +4 −0");
    shot(&page, "ed-diff");
}
