//! The two stores side by side: each difference between them, and how a person makes it.

use serde_json::json;

use crate::page::Page;
use crate::words::{counter, is, logs, pace, send, send_paused, settle, step_until, use_strategy};

#[test]
fn a_key_is_cold_then_in_sync_and_stale_after_a_write_from_outside() {
    let page = Page::open("");
    settle(&page);
    pace(&page, "100 ms/s");
    is(&page, "user:1", "Cold");
    page.shows("[data-key='user:1'] [data-store='cache']", "no entry");
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    for store in ["cache", "database"] {
        page.shows(&format!("[data-key='user:1'] [data-store='{store}'] .value"), "eve");
    }
    page.shows("[data-key='user:1'] .ttl", "left");

    page.control("Value to write").fill("zoe");
    page.click("button", "Write user:1 from outside");
    is(&page, "user:1", "Stale");
    page.shows("[data-key='user:1'] .about", "1 version behind · since");
    page.shows("[data-key='user:1'] [data-store='cache'] .value", "eve");
    page.shows("[data-key='user:1'] [data-store='database'] .value", "zoe");
    logs(&page, "a script writes user:1 = zoe");
    page.shows("#clock", "Paused");
    let stale = counter(&page, "stale-reads");
    send(&page, "Read");
    page.shows("#answers li.bad:first-child", "1 version behind");
    assert_ne!(counter(&page, "stale-reads"), stale);

    // One key alone is evicted or expires; a sign and a word say what it is then.
    page.click("button", "Evict user:1");
    logs(&page, "user:1 was evicted");
    is(&page, "user:1", "Cold");
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    page.click("button", "Expire user:1");
    logs(&page, "user:1 is to expire now");
    logs(&page, "user:1 expired");
    is(&page, "user:1", "Cold");
    page.until(
        "the state has a sign beside its word",
        "return document.querySelector('.pill svg') !== null",
    );
    page.click("button", "Delete user:1 from outside");
    logs(&page, "a script deletes user:1");
    page.shows("[data-key='user:1'] [data-store='database']", "no row");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn the_cache_is_ahead_under_write_behind_until_the_queue_is_flushed() {
    let page = Page::open("");
    use_strategy(&page, "Write-behind");
    page.control("Value to write").fill("eva");
    page.execute("document.activeElement.blur()", json!([]));
    // Long before the next flush.
    send_paused(&page, "write");
    step_until(
        &page,
        "the acknowledgement",
        "return document.querySelector('#answers li') !== null",
    );
    is(&page, "user:1", "Ahead");
    page.shows("[data-key='user:1'] .about", "is queued");
    page.shows("[data-key='user:1'] .about", "until its write is flushed");
    page.shows("[data-key='user:1'] [data-store='cache'] .value", "eva");
    page.shows("[data-key='user:1'] [data-store='database'] .value", "ann");
    page.shows("[data-queue][data-depth='1']", "user:1 = eva");
    page.shows(".queue", "on cache, in memory");
    page.shows("#answers li", "acknowledged");
    page.click("button", "Kill cache");
    page.shows("[data-process='cache']", "Down");
    logs(&page, "is gone");
    page.shows("[data-counter='lost-writes']", "1");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn a_value_that_the_database_refused_is_a_phantom() {
    let page = Page::open("");
    use_strategy(&page, "Write-through, cache first");
    pace(&page, "100 ms/s");
    page.choose("Store", "database");
    page.choose("Call", "write");
    page.click("button", "Fail next call");
    logs(&page, "the next write at the database will fail");
    page.control("Value to write").fill("ghost");
    send(&page, "Write");
    is(&page, "user:1", "Phantom");
    page.shows("[data-key='user:1'] .about", "will never be in the database");
    page.shows("#answers li.bad", "it was made to fail");
    send(&page, "Read");
    page.shows("#answers li.bad", "phantom: the database will never hold it");
    // The second write goes through, since one call was to fail.
    page.control("Value to write").fill("real");
    page.click("button", "Write");
    is(&page, "user:1", "In sync");
    assert_eq!(page.complaints(), [] as [String; 0]);
}
