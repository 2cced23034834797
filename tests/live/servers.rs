//! Servers: none that was started is left, none that was there is harmed.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use stalemate::scenario::{Latency, Scenario};

use super::{has_memcached, servers};

fn stalemate(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stalemate"));
    command.arg("live").args(arguments).stdin(Stdio::null());
    command
}

fn output(arguments: &[&str]) -> Output {
    stalemate(arguments).output().expect("it starts")
}

/// What a Redis answers to a command on one line, as it stands.
fn redis(url: &str, command: &str) -> String {
    let address = url.trim_start_matches("redis://").trim_end_matches("/0");
    let mut stream = TcpStream::connect(address).expect("a server");
    stream.set_read_timeout(Some(Duration::from_millis(200))).expect("a socket");
    stream.write_all(format!("{command}\r\n").as_bytes()).expect("it takes it");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_server_that_was_there_is_neither_stopped_nor_flushed_and_left_as_it_was() {
    let Some(shared) = servers() else { return };
    let mut servers = shared.lock().unwrap_or_else(PoisonError::into_inner);
    let (cache, database) = servers.urls();
    redis(&cache, "SET mine 1");
    let before = redis(&cache, "KEYS *");
    let given = ["--redis", &cache, "--postgres", &database];
    let crashes = format!("{}/tests/live/crashes.json", env!("CARGO_MANIFEST_DIR"));

    let slots = format!("{}/tests/live/slots.json", env!("CARGO_MANIFEST_DIR"));

    for scenario in ["ca2", &slots, "ti4"] {
        let played = output(&[&[scenario, "--json"], &given[..]].concat());
        let text = String::from_utf8_lossy(&played.stdout);
        assert_eq!(played.status.code(), Some(0), "{text}");
        assert!(text.contains("\"different\": 0"), "{text}");
        assert_eq!(redis(&cache, "KEYS *"), before);
    }

    for (scenario, why) in [(&*crashes, "is killed"), ("no2", "gets none")] {
        let refused = output(&[&[scenario], &given[..]].concat());
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains(why) && said.contains("--redis"), "{said}");
    }
    assert_eq!(redis(&cache, "GET mine"), "$1\r\n1\r\n");
    redis(&cache, "DEL mine");
}

/// What a Memcached answers to a command, up to the end of a line.
fn memcached(port: u16, command: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a server");
    stream.write_all(format!("{command}\r\n").as_bytes()).expect("it takes it");
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).expect("it answers");
    answer.trim_end().to_owned()
}

#[test]
fn a_memcached_that_was_there_is_left_as_it_was() {
    if !has_memcached() || servers().is_none() {
        return;
    }
    let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    let port = free.expect("a port").port();
    let child = Command::new("memcached")
        .args(["-u", "nobody", "-l", "127.0.0.1", "-U", "0", "-p", &port.to_string()])
        .spawn();
    let mut child = child.expect("it starts");
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(memcached(port, "ms mine 1\r\n7"), "HD");
    let file = format!("{}/tests/live/memcached.json", env!("CARGO_MANIFEST_DIR"));
    let url = format!("memcached://127.0.0.1:{port}");
    let played = output(&[&file, "--json", "--memcached", &url]);
    let text = String::from_utf8_lossy(&played.stdout).into_owned();
    let left = (memcached(port, "mg mine v"), memcached(port, "lru_crawler metadump all"));
    let _ = child.kill().and_then(|()| child.wait());
    assert_eq!(played.status.code(), Some(0), "{text}");
    assert!(text.contains("\"different\": 0") && text.contains("memcached 1.6"), "{text}");
    assert!(left.0 == "VA 1" && left.1.starts_with("key=mine "), "{left:?}");
}

#[test]
fn a_server_that_cannot_be_used_is_a_clear_error() {
    let unreachable = output(&["ca2", "--redis", "redis://127.0.0.1:1/0"]);
    let said = String::from_utf8_lossy(&unreachable.stderr);
    assert_eq!(unreachable.status.code(), Some(2), "{said}");
    assert!(said.contains("no Redis answers at 127.0.0.1:1"), "{said}");

    let encrypted = output(&["ca2", "--redis", "rediss://127.0.0.1:1/0"]);
    assert_eq!(encrypted.status.code(), Some(2));
    let nonsense = output(&["ca2", "--postgres", "postgres:///nowhere"]);
    let said = String::from_utf8_lossy(&nonsense.stderr);
    assert_eq!(nonsense.status.code(), Some(2), "{said}");
    assert!(said.contains("postgres://user:password@host:port/database"), "{said}");
}

#[test]
fn what_no_server_here_does_is_refused() {
    if servers().is_none() {
        return;
    }
    let file = format!("{}/tests/live/many-and-versions.json", env!("CARGO_MANIFEST_DIR"));
    let locked = format!("{}/tests/live/parent-in-transaction.json", env!("CARGO_MANIFEST_DIR"));
    let bounded = format!("{}/tests/live/bounded.json", env!("CARGO_MANIFEST_DIR"));
    let refused = [
        (&*locked, "foreign keys"),
        (&*bounded, "`statement_timeout_us`"),
        (&*file, "many keys at once"),
    ];
    for (scenario, why) in refused {
        let refused = output(&[scenario]);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains(why), "{said}");
    }
}

/// The processes below one, and the folders that it made.
fn left_of(process: u32) -> Vec<String> {
    let folder = format!("stalemate-live-{process}-");
    let mut left: Vec<String> = fs::read_dir(std::env::temp_dir())
        .expect("a temporary folder")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with(&folder))
        .collect();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let line = fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default();
        if line.contains(&folder) {
            left.push(line);
        }
    }
    left
}

/// Waits for its end; its status.
fn end_of(mut child: Child) -> Option<i32> {
    let until = Instant::now() + Duration::from_secs(30);
    while Instant::now() < until {
        if let Some(status) = child.try_wait().expect("it is ours") {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = child.kill();
    panic!("it does not end");
}

#[test]
fn nothing_is_left_of_a_run_that_is_interrupted() {
    if servers().is_none() {
        return;
    }
    let measure = &["--measure", "1000000"][..];
    for (signal, what) in [("INT", &["ca6"][..]), ("TERM", &["ca6"]), ("INT", measure)] {
        let mut child = stalemate(what).stdout(Stdio::piped()).spawn().expect("it starts");
        let process = child.id();
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        // what it says once its servers are up
        assert!(lines.next().is_some_and(|line| line.is_ok()));
        assert!(!left_of(process).is_empty());
        let kill = Command::new("kill").args([format!("-{signal}"), process.to_string()]).status();
        assert!(kill.is_ok_and(|status| status.success()));
        assert_eq!(end_of(child), Some(2));
        assert_eq!(left_of(process), Vec::<String>::new());
    }
}

#[test]
fn measured_latencies_are_a_part_of_a_scenario() {
    if servers().is_none() {
        return;
    }
    let measured = output(&["--measure", "200", "--json"]);
    assert!(measured.status.success(), "{measured:?}");
    let scenario = Scenario::parse(&String::from_utf8_lossy(&measured.stdout));
    let topology = scenario.expect("a scenario with a topology alone").topology;
    let Latency::Lognormal { median_us, .. } = topology.database.read else {
        panic!("{:?}", topology.database.read);
    };
    assert!(median_us > 0);
}
