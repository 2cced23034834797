//! The numbers of the setup: a change restarts the run with another document.

use crate::page::Page;

#[test]
fn a_setting_restarts_the_run_and_one_that_cannot_be_says_why() {
    let page = Page::open("");
    page.element(".setup");
    let set = |label: &str, value: &str| {
        let field = page.control(label);
        field.fill(value);
        page.execute("document.activeElement.blur()", serde_json::json!([]));
    };
    set("Database connections", "3");
    page.shows(".notices", "Restarted with Database connections: 3.");
    set("Longest wait for a connection", "250");
    page.shows(".notices", "Restarted with Longest wait for a connection: 250 ms.");
    let value = |path: &str| {
        format!("return document.getElementById('setting-topology.database.{path}').value")
    };
    page.until("both are kept", &format!("{} === '3'", value("connections")));
    page.until("in milliseconds", &format!("{} === '250'", value("pool_wait_us")));
    // out of its range: the run stays
    set("Database connections", "0");
    page.shows(".notices", "Database connections is 0; allowed: 1..10000.");
    page.until("what the run uses is shown", &format!("{} === '3'", value("connections")));
    // left out again
    set("Longest wait for a connection", "");
    page.shows(".notices", "Restarted with Longest wait for a connection: as long as it takes.");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn nodes_are_set_up_added_and_taken_over_by_hand_on_the_page() {
    let page = Page::open("");
    page.element(".setup");
    let set = |label: &str, value: &str| {
        page.control(label).fill(value);
        page.execute("document.activeElement.blur()", serde_json::json!([]));
        page.shows(".notices", &format!("Restarted with {label}: {value}"));
    };
    set("Nodes of the cache", "2");
    set("Spare nodes, to be added", "1");
    page.choose("Which node has which key", "consistent");
    page.shows(".notices", "Restarted with Which node has which key: consistent.");
    page.choose("A replica of each node", "yes");
    page.shows("[data-process='cache_1_replica']", "replica: follows its primary");
    set("Lag of a replica", "20");
    page.choose("Who answers reads", "replica");
    page.shows(".notices", "Restarted with Who answers reads: replica.");
    page.shows("[data-process='cache_3']", "spare: has no keys yet");
    page.click("button", "Add cache_3");
    page.shows("#log", "cache_3 is a node now");
    page.click("button", "Take over cache_1_replica");
    page.shows("#log", "cache_1_replica takes the place of cache_1");
    page.shows("[data-process='cache_1']", "replica: follows its primary");
    page.click("button", "Remove cache_2");
    page.shows("#log", "cache_2 is a node no more");
    // the app servers' own
    page.choose("A cache in each app server", "yes");
    page.choose("Told of changes; its copies when disconnected", "keep");
    page.shows(".notices", "Restarted with Told of changes; its copies when disconnected: keep.");
    page.choose("A cache in each app server", "none");
    page.shows(".notices", "Restarted with A cache in each app server: none.");
    assert_eq!(page.complaints(), [] as [String; 0]);
}
