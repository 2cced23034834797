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
    page.shows(".notices", "Restarted with Longest wait for a connection: nothing.");
    assert_eq!(page.complaints(), [] as [String; 0]);
}
