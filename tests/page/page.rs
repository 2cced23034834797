//! The page as a person has it: what to click, what it then says, how it looks.
//!
//! Everything that looks for something waits for it, up to [`PATIENCE`], since the page renders
//! when it gets to it. What is done to it is over when the page has done what follows from it.
//! Nothing sleeps for a time that is merely likely to be enough.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use serde_json::{Value, json};

use crate::WIDE;
use crate::browser::Browser;
use crate::site::Site;

/// How often a test looks for what it waits for: for a minute, and longer where a look takes longer,
/// as on a machine that is busy with other things.
const PATIENCE: u32 = 2_500;

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
    way: Way,
    id: RefCell<String>,
}

/// How an element is found: once more, where the page has drawn another in its place.
enum Way {
    Query(&'static str, String),
    Labelled(String),
}

/// In the errors of a browser that has done nothing, and may do it a moment later.
const NOT_YET: [&str; 6] = [
    "stale element reference",
    "element not interactable",
    "element click intercepted",
    "invalid element state",
    "no such element",
    ELSEWHERE,
];

const ELSEWHERE: &str = "the element moved, and the click went elsewhere";

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
        self.browser.prepare();
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
        self.wait(frame, || {
            let found = self.try_execute(frame, json!([]))?;
            self.browser.try_post("/frame", json!({ "id": found }))
        });
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
        self.find(Way::Query("xpath", path)).click();
    }

    /// The first element that a CSS selector names.
    pub fn element(&self, selector: &str) -> Element<'_> {
        self.find(Way::Query("css selector", selector.to_owned()))
    }

    /// The form control with this label.
    pub fn control(&self, label: &str) -> Element<'_> {
        self.find(Way::Labelled(label.to_owned()))
    }

    /// Chooses an option of the list with this label.
    pub fn choose(&self, label: &str, option: &str) {
        let path = format!(".//option[normalize-space()=\"{option}\"]");
        let query = json!({ "using": "xpath", "value": path });
        self.control(label).act(&format!("the option {option} of {label}"), |list| {
            let found =
                self.browser.try_post(&format!("/element/{list}/element"), query.clone())?;
            self.browser.try_post(&format!("/element/{}/click", id_of(&found)?), json!({}))
        });
        self.catch_up();
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
        self.catch_up();
        self.browser.post("/actions", json!({ "actions": [keyboard] }));
        self.catch_up();
    }

    /// Waits until the page has done what follows from what was done to it.
    pub fn catch_up(&self) {
        // A page that was left for another one has nothing to catch up with.
        let _ = self.try_execute("return window.caughtUp?.(10_000)", json!([]));
    }

    /// Runs a function body in the page; `arguments` are what it gets.
    pub fn execute(&self, script: &str, arguments: Value) -> Value {
        self.browser.post("/execute/sync", json!({ "script": script, "args": arguments }))
    }

    /// The same where it may fail, as while another page takes this one's place.
    fn try_execute(&self, script: &str, arguments: Value) -> Result<Value, String> {
        self.browser.try_post("/execute/sync", json!({ "script": script, "args": arguments }))
    }

    /// Waits until a function body returns true; what it asks about may not be there yet.
    pub fn until(&self, what: &str, script: &str) {
        self.wait(what, || self.holds(script, json!([])));
    }

    /// The same for what a test works out.
    pub fn until_so(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        self.wait(what, || is_so().then_some(()).ok_or_else(String::new));
    }

    fn holds(&self, script: &str, arguments: Value) -> Result<(), String> {
        match self.try_execute(script, arguments)? {
            Value::Bool(true) => Ok(()),
            other => Err(format!("it was {other}")),
        }
    }

    /// The same for what takes longer than a page may.
    pub fn until_within(&self, what: &str, script: &str, seconds: u64) {
        let start = Instant::now();
        while self.holds(script, json!([])).is_err() {
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
            self.holds(SCRIPT, json!([selector, text]))
        });
    }

    /// Waits until nothing is left that the CSS selector names.
    pub fn lacks(&self, selector: &str) {
        const SCRIPT: &str = "return document.querySelector(arguments[0]) === null;";
        self.wait(&format!("{selector} to be gone"), || self.holds(SCRIPT, json!([selector])));
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

    fn find(&self, way: Way) -> Element<'_> {
        let id = match &way {
            Way::Query(_, value) => self.wait(value, || self.look_for(&way)),
            Way::Labelled(label) => {
                self.wait(&format!("a control labelled {label}"), || self.look_for(&way))
            }
        };
        Element { page: self, way, id: RefCell::new(id) }
    }

    fn look_for(&self, way: &Way) -> Result<String, String> {
        const LABELLED: &str = "
            const name = (label) => {
                const copy = label.cloneNode(true);
                copy.querySelectorAll('input, select, textarea, button').forEach((e) => e.remove());
                return copy.textContent.trim();
            };
            return [...document.querySelectorAll('input, select, textarea')].find((control) =>
                control.getAttribute('aria-label') === arguments[0] ||
                [...control.labels].some((label) => name(label) === arguments[0]));";
        let found = match way {
            Way::Query(using, value) => {
                self.browser.try_post("/element", json!({ "using": using, "value": value }))?
            }
            Way::Labelled(label) => self.try_execute(LABELLED, json!([label]))?,
        };
        id_of(&found)
    }

    fn wait<T>(&self, what: &str, mut attempt: impl FnMut() -> Result<T, String>) -> T {
        let mut why = String::new();
        for _ in 0..PATIENCE {
            match attempt() {
                Ok(found) => return found,
                Err(error) => why = error,
            }
            thread::sleep(Duration::from_millis(20));
        }
        let shown = self.try_execute("return document.body.innerText", json!([]));
        let complaints = self.complaints();
        panic!(
            "waited in vain for {what} ({why}). The page shows {shown:?}; the console, {complaints:?}"
        );
    }
}

fn id_of(element: &Value) -> Result<String, String> {
    element[ELEMENT].as_str().map(str::to_owned).ok_or_else(|| "no such element".to_owned())
}

impl Element<'_> {
    /// Clicks it, in the middle of the window, where nothing that is pinned covers it.
    pub fn click(&self) {
        // What comes into view is laid out only then, and may move it: so once more. If the page
        // moves it under the pointer all the same, nothing else is pressed.
        const AIM: &str = "
            const [element] = arguments;
            const aim = window.aim = new AbortController();
            const guard = (event) => {
                if (!event.composedPath().includes(element)) {
                    event.stopImmediatePropagation();
                    event.preventDefault();
                } else if (event.type === 'click') {
                    aim.hit = true;
                    aim.abort();
                }
            };
            const show = () => element.scrollIntoView({ block: 'center' });
            const frame = () => new Promise(requestAnimationFrame);
            show();
            return frame().then(frame).then(() => {
                show();
                for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'])
                    addEventListener(type, guard, { capture: true, signal: aim.signal });
            });";
        // Where the click has led to another page, nobody aims.
        const HIT: &str = "
            const { aim } = window;
            aim?.abort();
            return !aim || aim.hit === true;";
        self.act("a click", |id| {
            self.page.try_execute(AIM, json!([{ ELEMENT: id }]))?;
            let clicked = self.page.browser.try_post(&format!("/element/{id}/click"), json!({}));
            let hit = self.page.try_execute(HIT, json!([]));
            clicked?;
            if hit == Ok(json!(false)) { Err(ELSEWHERE.to_owned()) } else { Ok(()) }
        });
        self.page.catch_up();
    }

    /// Replaces what a text field holds.
    pub fn fill(&self, text: &str) {
        self.act("a field to fill", |id| {
            self.page.browser.try_post(&format!("/element/{id}/clear"), json!({}))?;
            self.type_into(id, text)
        });
        self.page.catch_up();
    }

    /// Presses keys; a modifier is held up to the last one.
    pub fn keys(&self, keys: &str) {
        self.act("a field to type into", |id| self.type_into(id, keys));
        self.page.catch_up();
    }

    fn type_into(&self, id: &str, text: &str) -> Result<Value, String> {
        self.page.browser.try_post(&format!("/element/{id}/value"), json!({ "text": text }))
    }

    /// The text that a person reads.
    pub fn text(&self) -> String {
        let text =
            self.act("a text", |id| self.page.browser.try_get(&format!("/element/{id}/text")));
        text.as_str().unwrap_or_default().to_string()
    }

    /// Does something with it as soon as the browser can.
    fn act<T>(&self, what: &str, attempt: impl Fn(&str) -> Result<T, String>) -> T {
        self.page.catch_up();
        self.page.wait(what, || {
            let done = attempt(&self.id.borrow());
            if let Err(why) = &done {
                assert!(NOT_YET.iter().any(|each| why.contains(each)), "{what}: {why}");
                if let Ok(other) = self.page.look_for(&self.way) {
                    self.id.replace(other);
                }
            }
            done
        })
    }
}
