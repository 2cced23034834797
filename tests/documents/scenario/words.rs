//! Actions in words, as the log and the page's list of actions have them.

use stalemate::scenario::Scenario;

/// The words of an action, given as its JSON without the time.
#[track_caller]
fn check(action: &str, words: &str) {
    let json = format!(r#"{{"actions":[{{"at_us":1,{action}}}]}}"#);
    let scenario = Scenario::parse(&json).unwrap_or_else(|error| panic!("{action}: {error}"));
    assert_eq!(scenario.actions[0].what.words(), words);
}

#[test]
fn requests() {
    check(r#""do":"read","key":"user:1""#, "a client reads user:1");
    check(r#""do":"read","key":"k","client":"a","times":5"#, "client a reads k, 5 times at once");
    check(r#""do":"write","key":"k","client":"a","value":7"#, "client a writes k = 7");
    check(r#""do":"write","key":"k","client":"a","value":"7""#, "client a writes k = \"7\"");
    check(
        r#""do":"write","key":"k","value":true,"times":2"#,
        "a client writes k = True, 2 times at once",
    );
    check(r#""do":"write","key":"k""#, "a client writes k");
    check(r#""do":"delete","key":"k","client":"b""#, "client b deletes k");
    check(r#""do":"increment","key":"k","by":3"#, "a client adds 3 to k");
    check(
        r#""do":"outside-write","key":"k","value":1.5"#,
        "a script writes k = 1.5 to the database",
    );
    check(r#""do":"outside-delete","key":"k""#, "a script deletes k from the database");
}

#[test]
fn stores() {
    check(r#""do":"kill-cache""#, "the cache is killed");
    check(r#""do":"kill-cache","cache":"cache""#, "the cache is killed");
    check(r#""do":"kill-cache","cache":"near""#, "near is killed");
    check(r#""do":"evict","key":"k""#, "k is evicted from the cache");
    check(r#""do":"slow-database","factor_milli":3000"#, "the database is slowed to 3 × its time");
    check(r#""do":"slow-cache","factor_milli":1050"#, "the cache is slowed to 1.05 × its time");
    check(r#""do":"restore-database""#, "the database is restored");
}

#[test]
fn faults() {
    check(r#""do":"fail-next","store":"cache""#, "the next cache call fails, with an error");
    check(
        r#""do":"fail-next","store":"database","call":"write","how":"lost-reply","times":2"#,
        "the next 2 of db.write fail, applied, its reply lost",
    );
    check(r#""do":"cut","link":"app-cache""#, "the link app–cache is cut");
    check(r#""do":"heal","link":"app-cache","app":1"#, "the link app 2–cache is healed");
    check(r#""do":"crash-app","app":0"#, "app 1 crashes");
    check(r#""do":"start-workload","workload":"fans""#, "the workload fans starts");
}
