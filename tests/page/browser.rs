//! A headless Chromium of a test's own, driven through chromedriver by WebDriver: JSON over HTTP
//! (<https://www.w3.org/TR/webdriver2/>). Blocking, since a test does one thing after another.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

/// How long one command may take: a look at every rule of accessibility takes longest.
const PATIENCE: Duration = Duration::from_secs(180);

/// A browser with a fresh profile; it and its driver end when this is dropped.
pub struct Browser {
    http: Agent,
    driver: Child,
    /// The address of the session, to which a command's path is added.
    session: String,
}

impl Browser {
    pub fn start() -> Browser {
        Browser::with(options())
    }

    /// One whose `performance` log also says what its threads were busy with.
    pub fn traced() -> Browser {
        let mut options = options();
        options["goog:chromeOptions"]["perfLoggingPrefs"] = json!({
            "traceCategories": "devtools.timeline,disabled-by-default-devtools.timeline"
        });
        Browser::with(options)
    }

    fn with(options: Value) -> Browser {
        let (driver, port) = start_driver();
        let http = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .build()
            .into();
        let mut browser =
            Browser { http, driver, session: format!("http://127.0.0.1:{port}/session") };
        let session = browser.post("", json!({ "capabilities": { "alwaysMatch": options } }));
        let id = session["sessionId"].as_str().expect("a session id");
        browser.session = format!("{}/{id}", browser.session);
        browser.prepare();
        browser
    }

    /// Puts what the tests need into each page that the present tab opens from here on. With
    /// `STALEMATE_PAGE_THROTTLE`, the tab is so many times slower: the tests have to hold all the same.
    pub fn prepare(&self) {
        let script = json!({ "source": include_str!("page.js") });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", script);
        if let Ok(times) = env::var("STALEMATE_PAGE_THROTTLE") {
            let rate = times.parse::<f64>().expect("STALEMATE_PAGE_THROTTLE is a number");
            self.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": rate }));
        }
    }

    /// Sends a command, and gives its value; an error of the browser's fails the test.
    pub fn post(&self, path: &str, body: Value) -> Value {
        self.try_post(path, body)
            .unwrap_or_else(|error| panic!("the browser refused {path}: {error}"))
    }

    /// Sends a command that may fail, such as looking for an element that is not there yet.
    pub fn try_post(&self, path: &str, body: Value) -> Result<Value, String> {
        let response = self.http.post(self.address(path)).send_json(body);
        value_of(response)
    }

    pub fn get(&self, path: &str) -> Value {
        self.try_get(path).unwrap_or_else(|error| panic!("the browser refused {path}: {error}"))
    }

    pub fn try_get(&self, path: &str) -> Result<Value, String> {
        value_of(self.http.get(self.address(path)).call())
    }

    /// Sends a command of Chromium's own protocol, for what WebDriver has no word for.
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.post("/goog/cdp/execute", json!({ "cmd": command, "params": parameters }))
    }

    /// What a log has gathered since it was last asked: `browser` or `performance`.
    pub fn log(&self, kind: &str) -> Vec<Value> {
        match self.post("/se/log", json!({ "type": kind })) {
            Value::Array(entries) => entries,
            other => panic!("a log is a list, but was {other}"),
        }
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.session)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Closing the session ends Chromium; only then may its driver go. Neither may panic here,
        // for the test may be failing already.
        let _ = self.http.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// A driver, and the port on which it listens. It chooses a free one, which it needs for both
/// versions of the protocol; if another process takes it in between, the driver ends.
fn start_driver() -> (Child, u16) {
    let mut said = String::new();
    (0..5).find_map(|_| driver_on_a_port(&mut said)).unwrap_or_else(|| {
        panic!("chromedriver names no port: {said}");
    })
}

fn driver_on_a_port(said: &mut String) -> Option<(Child, u16)> {
    let program = env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".into());
    let mut driver = Command::new(&program)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} did not start: {error}; see `make test`"));
    let mut lines = BufReader::new(driver.stdout.take().expect("a piped output")).lines();
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        said.push_str(&line);
        said.push('\n');
        line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
    });
    let Some(port) = port else {
        let _ = driver.wait();
        return None;
    };
    // Read on, or chromedriver stops when the pipe is full.
    thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    Some((driver, port))
}

/// The arguments that the other tests in a browser have as well, the logs, and no way out.
fn options() -> Value {
    let mut options: Value =
        serde_json::from_str(include_str!("../../.ci/webdriver.json")).expect("JSON");
    if let Some(Value::Array(arguments)) = options.pointer_mut("/goog:chromeOptions/args") {
        arguments.push(json!("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"));
    }
    options["timeouts"] = json!({ "script": PATIENCE.as_millis() as u64 });
    options["goog:loggingPrefs"] = json!({ "browser": "ALL", "performance": "ALL" });
    options
}

fn value_of(
    response: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Value, String> {
    let mut response = response.map_err(|error| error.to_string())?;
    let ok = response.status().is_success();
    let body = response.body_mut().with_config().limit(u64::MAX).read_json::<Value>();
    let mut value = body.map_err(|error| error.to_string())?["value"].take();
    if ok { Ok(value) } else { Err(value["message"].take().to_string()) }
}
