//! The page as a person has it: what to click, what it then says, how it looks.
//!
//! Everything that looks for something waits for it, up to [`PATIENCE`], since the page renders
//! when it gets to it. Nothing sleeps for a time that is merely likely to be enough.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use serde_json::{Value, json};

use crate::WIDE;
use crate::browser::Browser;
use crate::site::Site;

/// How long the page may take to show what a test waits for.
const PATIENCE: Duration = Duration::from_secs(60);

/// What WebDriver calls an element in its JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The first chunk of the module is there, and the panels that come right after it.
const STARTED: &str =
    "return !document.getElementById('loading') && !document.querySelector('.awaited')";

/// The page, open in a browser of its own on a host of its own.
pub struct Page {
    // Dropped in this order: the browser before what it asks.
    browser: Browser,
    site: Site,
}

/// Something on the page.
pub struct Element<'page> {
    page: &'page Page,
    id: String,
}

impl Page {
    /// Opens the page with this query or fragment, and waits until it has started.
    pub fn open(query: &str) -> Page {
        Page::open_on(Site::start(), query)
    }

    /// The same in a browser whose log says what it was busy with: [`Page::traced`].
    pub fn open_traced(query: &str) -> Page {
        Page::open_in(Browser::traced(), Site::start(), query)
    }

    /// The same on a host of its own kind.
    pub fn open_on(site: Site, query: &str) -> Page {
        Page::open_in(Browser::start(), site, query)
    }

    fn open_in(browser: Browser, site: Site, query: &str) -> Page {
        let page = Page { browser, site };
        let (width, height) = WIDE;
        page.resize(width, height);
        page.browser.post("/url", json!({ "url": format!("{}{query}", page.site.url()) }));
        page.until("the page has started", STARTED);
        page
    }

    /// Opens another address in the same window, from nothing.
    pub fn go_to(&self, address: &str) {
        self.browser.post("/url", json!({ "url": "about:blank" }));
        self.browser.post("/url", json!({ "url": address }));
        self.until("the page has started", STARTED);
    }

    /// Opens another page in a browser of its own, while the playground is served as well. It is
    /// given the playground's address, and says its own.
    pub fn beside(address: impl FnOnce(&str) -> String) -> Page {
        let page = Page { browser: Browser::start(), site: Site::start() };
        let (width, height) = WIDE;
        page.resize(width, height);
        page.go(&address(&page.site.url()));
        page
    }

    /// Goes to an address.
    pub fn go(&self, address: &str) {
        self.browser.post("/url", json!({ "url": address }));
    }

    /// Goes to an address at which there may be nothing.
    pub fn try_go(&self, address: &str) -> Result<(), String> {
        self.browser.try_post("/url", json!({ "url": address })).map(|_| ())
    }

    /// Reloads the page, and waits until it has started.
    pub fn reload(&self) {
        self.browser.post("/refresh", json!({}));
        self.until("the page has started", STARTED);
    }

    /// The tab that is looked at, to come back to.
    pub fn tab(&self) -> Value {
        self.browser.get("/window")
    }

    /// Looks at a tab of its own from here on.
    pub fn new_tab(&self) {
        let tab = self.browser.post("/window/new", json!({ "type": "tab" }));
        self.look_at(&tab["handle"]);
    }

    pub fn look_at(&self, tab: &Value) {
        self.browser.post("/window", json!({ "handle": tab }));
    }

    /// What serves the page.
    pub fn host(&self) -> &Site {
        &self.site
    }

    /// Looks into a frame from here on; a function body returns it.
    pub fn enter(&self, frame: &str) {
        self.look_into(frame);
        self.lacks("#loading");
    }

    /// The same, whether the playground in it starts or not.
    pub fn look_into(&self, frame: &str) {
        let found = self.execute(frame, json!([]));
        assert!(found[ELEMENT].is_string(), "{frame} is no frame: {found}");
        self.browser.post("/frame", json!({ "id": found }));
    }

    /// Looks at the page around all frames again.
    pub fn leave(&self) {
        self.browser.post("/frame", json!({ "id": null }));
    }

    /// The address up to the page's folder.
    pub fn site(&self) -> String {
        self.site.url()
    }

    /// Clicks the element with this tag and this name: its text, its `aria-label` or its `title`.
    pub fn click(&self, tag: &str, name: &str) {
        let path = format!(
            "//{tag}[normalize-space()=\"{name}\" or @aria-label=\"{name}\" or @title=\"{name}\"]"
        );
        self.find("xpath", &path).click();
    }

    /// The first element that a CSS selector names.
    pub fn element(&self, selector: &str) -> Element<'_> {
        self.find("css selector", selector)
    }

    /// The form control with this label.
    pub fn control(&self, label: &str) -> Element<'_> {
        const LABELLED: &str = "
            const name = (label) => {
                const copy = label.cloneNode(true);
                copy.querySelectorAll('input, select, textarea, button').forEach((e) => e.remove());
                return copy.textContent.trim();
            };
            return [...document.querySelectorAll('input, select, textarea')].find((control) =>
                control.getAttribute('aria-label') === arguments[0] ||
                [...control.labels].some((label) => name(label) === arguments[0]));";
        let found = self.wait(&format!("a control labelled {label}"), || {
            Some(self.execute(LABELLED, json!([label]))).filter(|found| !found.is_null())
        });
        self.held(&found)
    }

    /// Chooses an option of the list with this label.
    pub fn choose(&self, label: &str, option: &str) {
        let list = self.control(label);
        let path = format!(".//option[normalize-space()=\"{option}\"]");
        let found = self.wait(&format!("the option {option} of {label}"), || {
            let query = json!({ "using": "xpath", "value": path });
            self.browser.try_post(&format!("/element/{}/element", list.id), query).ok()
        });
        self.held(&found).click();
    }

    /// The text that a person reads in the first element that a CSS selector names.
    pub fn text(&self, selector: &str) -> String {
        self.element(selector).text()
    }

    /// Presses keys as they are, to whatever has the focus.
    pub fn press(&self, keys: &str) {
        let strokes: Vec<Value> = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })))
            .collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.browser.post("/actions", json!({ "actions": [keyboard] }));
    }

    /// Runs a function body in the page; `arguments` are what it gets.
    pub fn execute(&self, script: &str, arguments: Value) -> Value {
        self.browser.post("/execute/sync", json!({ "script": script, "args": arguments }))
    }

    /// Waits until a function body returns something true.
    pub fn until(&self, what: &str, script: &str) {
        self.wait(what, || (self.execute(script, json!([])) == json!(true)).then_some(()));
    }

    /// The same for what takes longer than a page may.
    pub fn until_within(&self, what: &str, script: &str, seconds: u64) {
        let start = Instant::now();
        while self.execute(script, json!([])) != json!(true) {
            assert!(start.elapsed().as_secs() < seconds, "waited in vain for {what}");
            thread::sleep(Duration::from_millis(200));
        }
    }

    /// Waits until an element that the CSS selector names has this in its text, seen or not.
    pub fn shows(&self, selector: &str, text: &str) {
        const SCRIPT: &str = "
            return [...document.querySelectorAll(arguments[0])].some((element) =>
                element.textContent.replace(/\\s+/g, ' ').includes(arguments[1]));";
        self.wait(&format!("{selector} to show {text:?}"), || {
            (self.execute(SCRIPT, json!([selector, text])) == json!(true)).then_some(())
        });
    }

    /// Waits until nothing is left that the CSS selector names.
    pub fn lacks(&self, selector: &str) {
        const SCRIPT: &str = "return document.querySelector(arguments[0]) === null;";
        self.wait(&format!("{selector} to be gone"), || {
            (self.execute(SCRIPT, json!([selector])) == json!(true)).then_some(())
        });
    }

    /// The text of each element that the CSS selector names, seen or not.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        const SCRIPT: &str = "
            return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent);";
        let texts = self.execute(SCRIPT, json!([selector]));
        let texts = texts.as_array().into_iter().flatten();
        texts.map(|text| text.as_str().unwrap_or_default().to_string()).collect()
    }

    /// Gives the window this size, in CSS pixels.
    pub fn resize(&self, width: u32, height: u32) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.browser.devtools("Emulation.setDeviceMetricsOverride", size);
    }

    /// Lets the system prefer something: `("prefers-color-scheme", "dark")`.
    pub fn prefer(&self, feature: &str, value: &str) {
        let features = json!({ "features": [{ "name": feature, "value": value }] });
        self.browser.devtools("Emulation.setEmulatedMedia", features);
    }

    /// Shows the page as it is on paper of this width, in CSS pixels.
    pub fn on_paper(&self, width: u32) {
        self.browser.devtools("Emulation.setEmulatedMedia", json!({ "media": "print" }));
        let height = "return document.documentElement.scrollHeight";
        // A first look lays out what was not seen yet.
        for _ in 0..2 {
            let height = self.execute(height, json!([])).as_u64().unwrap_or_default();
            self.resize(width, u32::try_from(height).unwrap_or_default().max(900));
        }
    }

    /// Runs no script of a page from the next one on.
    pub fn without_scripts(&self) {
        let refused = json!({ "value": true });
        self.browser.devtools("Emulation.setScriptExecutionDisabled", refused);
    }

    pub fn dark(&self) {
        self.prefer("prefers-color-scheme", "dark");
    }

    /// Warnings and errors of the console since it was last asked, the content security policy's
    /// and the network's among them.
    pub fn complaints(&self) -> Vec<String> {
        let entries = self.browser.log("browser");
        let bad = entries
            .iter()
            .filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        bad.map(|entry| entry["message"].as_str().unwrap_or_default().to_string()).collect()
    }

    /// The address of every request since this was last asked, whether answered or not.
    pub fn requests(&self) -> Vec<String> {
        self.performance("Network.requestWillBeSent")
            .iter()
            .filter_map(|request| Some(request.pointer("/request/url")?.as_str()?.to_string()))
            .collect()
    }

    /// Does something, and gives what the browser's threads did meanwhile, as Chromium's events.
    pub fn traced(&self, what: impl FnOnce()) -> Vec<Value> {
        // A driver that was asked for its trace begins the next one only when it is asked again.
        while !self.performance("Tracing.dataCollected").is_empty() {}
        what();
        self.performance("Tracing.dataCollected")
    }

    /// The parameters of each message with this name in the performance log.
    fn performance(&self, method: &str) -> Vec<Value> {
        let entries = self.browser.log("performance");
        entries
            .iter()
            .filter_map(|entry| serde_json::from_str::<Value>(entry["message"].as_str()?).ok())
            .filter(|message| message["message"]["method"] == method)
            .map(|mut message| message["message"]["params"].take())
            .collect()
    }

    /// Writes a picture of the window into `screenshots` of the target folder.
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
        fs::create_dir_all(&folder).expect("a folder for the pictures");
        let picture = self.browser.get("/screenshot");
        let bytes = base64::prelude::BASE64_STANDARD
            .decode(picture.as_str().expect("a picture in base64"))
            .expect("a picture in base64");
        let file = folder.join(name).with_extension("png");
        fs::write(&file, bytes).expect("the picture is written");
        file
    }

    fn find(&self, using: &str, value: &str) -> Element<'_> {
        let query = json!({ "using": using, "value": value });
        let found = self.wait(value, || self.browser.try_post("/element", query.clone()).ok());
        self.held(&found)
    }

    fn held(&self, element: &Value) -> Element<'_> {
        let id = element[ELEMENT].as_str().expect("an element").to_string();
        Element { page: self, id }
    }

    fn wait<T>(&self, what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = attempt() {
                return found;
            }
            if start.elapsed() > PATIENCE {
                let shown = self.execute("return document.body.innerText", json!([]));
                let complaints = self.complaints();
                panic!(
                    "waited in vain for {what}. The page shows {shown}; the console, {complaints:?}"
                );
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Element<'_> {
    /// Clicks it, in the middle of the window, where nothing that is pinned covers it.
    pub fn click(&self) {
        let element = json!([{ ELEMENT: self.id }]);
        // What comes into view is laid out only then, and may move it: so once more.
        self.page.execute(
            "const [element] = arguments;
             const show = () => element.scrollIntoView({ block: 'center' });
             const frame = () => new Promise(requestAnimationFrame);
             show();
             return frame().then(frame).then(show);",
            element,
        );
        self.post("click", json!({}));
    }

    /// Replaces what a text field holds.
    pub fn fill(&self, text: &str) {
        self.post("clear", json!({}));
        self.post("value", json!({ "text": text }));
    }

    /// Presses keys; a modifier is held up to the last one.
    pub fn keys(&self, keys: &str) {
        self.post("value", json!({ "text": keys }));
    }

    /// The text that a person reads.
    pub fn text(&self) -> String {
        let text = self.page.browser.get(&format!("/element/{}/text", self.id));
        text.as_str().unwrap_or_default().to_string()
    }

    fn post(&self, command: &str, body: Value) {
        self.page.browser.post(&format!("/element/{}/{command}", self.id), body);
    }
}
