//! Breaking things: stores, links, servers; and mending them.

use crate::page::Page;
use crate::words::{is, logs, pace, send, settle, use_strategy};

#[test]
fn the_cache_is_killed_restarted_flushed_and_slowed() {
    let page = Page::open("");
    settle(&page);
    pace(&page, "100 ms/s");
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    page.click("button", "Kill cache");
    page.shows("[data-process='cache'][data-up='false']", "Down");
    logs(&page, "the cache is down");
    is(&page, "user:1", "Cold");
    // Cache-aside reads on without a cache.
    send(&page, "Read");
    logs(&page, "cache.get(user:1) failed, cache: it is down");
    page.shows("#answers li:first-child", "fresh");
    page.click("button", "Restart cache");
    page.shows("[data-process='cache'][data-up='true']", "Up");
    logs(&page, "the cache is up");
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    page.click("button", "Flush cache");
    logs(&page, "the cache was flushed");
    is(&page, "user:1", "Cold");

    page.choose("How many times slower, cache", "×3");
    page.click("button", "Slow cache");
    page.shows("[data-process='cache']", "Slow ×3");
    logs(&page, "the cache takes 3 times as long");
    page.click("button", "Speed up cache");
    logs(&page, "the cache is back to normal speed");
    page.element("[aria-label='How many times slower, cache']");
    page.lacks("#notices [role='alert'] .notice");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn the_database_is_stopped_restored_and_slowed() {
    let page = Page::open("");
    settle(&page);
    pace(&page, "300 ms/s");
    page.click("button", "Stop database");
    page.shows("[data-process='database'][data-up='false']", "Down");
    logs(&page, "the database is down");
    page.click("button", "Read");
    page.shows("#answers li.bad", "failed: database: it is down");
    logs(&page, "not caught in line");
    page.shows("[data-counter='failed']", "1");
    page.click("button", "Restore database");
    page.shows("[data-process='database'][data-up='true']", "Up");
    page.choose("How many times slower, database", "×100");
    page.click("button", "Slow database");
    page.shows("[data-process='database']", "Slow ×100");
    page.shows(".map", "slow ×100");
    page.click("button", "Speed up database");
    logs(&page, "the database is back to normal speed");
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn links_are_cut_and_healed_and_calls_fail_as_asked() {
    let page = Page::open("");
    settle(&page);
    pace(&page, "300 ms/s");
    page.click("button", "Cut app – cache");
    page.shows("[data-link='app – cache'][data-cut='true']", "Heal");
    page.shows(".map .road.cut", "cut");
    logs(&page, "is cut");
    send(&page, "Read");
    logs(&page, "was lost, the link is cut");
    logs(&page, "no answer from the cache to cache.get(user:1)");
    page.shows("#answers li:first-child", "fresh");
    page.click("button", "Heal app – cache");
    logs(&page, "is healed");
    page.lacks(".map .road.cut");

    page.choose("Store", "database");
    page.choose("Call", "read");
    for (how, said) in [
        ("an error comes back", "db.read(user:1) failed, database: it was made to fail"),
        ("the request is lost", "db.read(user:1) from app"),
        ("the reply is lost", "was dropped on purpose"),
    ] {
        page.choose("How", how);
        page.click("button", "Fail next call");
        logs(&page, "the next read at the database will fail");
        send(&page, "Read");
        logs(&page, said);
        page.click("button", "Flush cache");
        page.shows("#clock", "Paused");
    }
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn app_servers_and_the_worker_crash_and_come_back() {
    let page = Page::open("");
    use_strategy(&page, "Write-behind, durable queue");
    // The flush at 1 s is not to come, nor the scenario's own write at 0.5 s.
    pace(&page, "1 ms/s");
    page.control("Skip idle").click();
    page.control("Value to write").fill("eva");
    page.click("button", "Write");
    page.shows("[data-queue][data-depth='1']", "user:1 = eva");
    page.shows(".queue", "on worker, durable");
    page.click("button", "Crash worker");
    page.shows("[data-process='worker'][data-up='false']", "down");
    logs(&page, "the worker is down");
    // What is queued stays queued until the worker is back.
    page.shows("[data-queue][data-depth='1']", "user:1 = eva");
    is(&page, "user:1", "Ahead");
    page.click("button", "Restart worker");
    page.shows("[data-process='worker'][data-up='true']", "Crash");
    page.control("Skip idle").click();
    pace(&page, "real time");
    logs(&page, "queued user:1 = bob, absorbing W1");
    logs(&page, "the database committed user:1 = bob");
    page.element("[data-queue][data-depth='0']");

    page.click("button", "Crash app 1");
    page.shows("[data-process='app 1'][data-up='false']", "down");
    logs(&page, "app 1 is down");
    page.shows(".map .place.app", "1 of 2 up");
    page.click("button", "Restart app 1");
    page.shows("[data-process='app 1'][data-up='true']", "idle");
    page.shows(".map .place.app", "2 of 2 up");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn a_consumer_is_stopped_started_and_killed() {
    // Paused at the start, where no consumer has anything in hand.
    let page = Page::open("?preset=wb16");
    let consumer = "[data-consumer='flush_drained on app 2']";
    page.shows(consumer, "waits for its turn");
    page.click("button", "Stop flush_drained on app 2");
    page.shows(&format!("{consumer}[data-stopped='true']"), "takes no more");
    logs(&page, "flush_drained of app 2 ends what it has in hand, and takes no more");
    page.click("button", "Start flush_drained on app 2");
    page.shows(&format!("{consumer}[data-stopped='false']"), "waits for its turn");
    page.click("button", "Kill flush_drained on app 2");
    logs(&page, "flush_drained of app 2 is killed with what it has in hand");
    page.resize(390, 844);
    page.shows(consumer, "takes no more");
    page.lacks("#notices [role='alert'] .notice");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn dead_letters_are_pushed_again_by_hand() {
    let page = Page::open("?preset=wb15");
    pace(&page, "300 ms/s");
    page.click("button", "Play");
    page.shows(".queues button", "Replay dead letters of queue");
    page.click("button", "Pause");
    page.click("button", "Replay dead letters of queue");
    logs(&page, "the dead letters of queue are pushed again");
    page.lacks("#notices [role='alert'] .notice");
    assert_eq!(page.complaints(), [] as [String; 0]);
}
