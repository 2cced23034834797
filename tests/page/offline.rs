//! Without a network, and through deploys: what a visit shows is one version, and all of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::accessibility;
use crate::lesson::skip;
use crate::page::Page;
use crate::site::{INSTEAD, Site, dist};
use crate::words::is;
use crate::{NARROW, WIDE};

/// A host's folder, into which versions of the page are deployed; removed when dropped.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("offline-{}-{number}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).expect("a folder");
        Folder(folder)
    }

    /// Deploys the page as a version with this number, from 1 to 9, in place of the one that is
    /// there: each of its files says the number, and has it in its hash.
    pub fn deploy(&self, number: u32) {
        for old in fs::read_dir(&self.0).expect("the folder") {
            fs::remove_file(old.expect("a file").path()).expect("it is removed");
        }
        let names: Vec<String> = fs::read_dir(dist())
            .expect("dist/")
            .map(|file| file.expect("a file").file_name().into_string().expect("a name"))
            .collect();
        let mut index = fs::read_to_string(dist().join("index.html")).expect("index.html");
        index = index.replace("<html ", &format!("<html data-version=\"{number}\" "));
        // What the content is checked against no longer fits.
        let mut parts = index.split(" integrity=\"");
        let begin = parts.next().unwrap_or_default().to_owned();
        let rest = parts.filter_map(|part| Some(part.split_once('"')?.1));
        index = rest.fold(begin, |index, part| index + part);
        for name in &names {
            let other = renamed(name, number);
            index = index.replace(name, &other);
            let mut bytes = fs::read(dist().join(name)).expect("a file");
            let said = match name.rsplit('.').next() {
                Some("js") if name.contains('-') => {
                    let part = name.split('-').next().unwrap_or_default();
                    format!("\n(globalThis.versions ??= {{}}).{part} = {number};\n")
                }
                Some("css") => format!("\n:root {{ --version: {number} }}\n"),
                _ => String::new(),
            };
            bytes.extend(said.bytes());
            fs::write(self.0.join(other), bytes).expect("it is written");
        }
        fs::write(self.0.join("index.html"), index).expect("it is written");
    }

    /// The file with this beginning and this end.
    fn find(&self, begin: &str, end: &str) -> PathBuf {
        let files = fs::read_dir(&self.0).expect("the folder").map(|file| file.expect("a file"));
        let mut names = files.map(|file| file.file_name().into_string().expect("a name"));
        let name = names.find(|name| name.starts_with(begin) && name.ends_with(end));
        self.0.join(name.unwrap_or_else(|| panic!("no {begin}…{end}")))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left is removed with the target folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A file's name with another hash, if it has one.
fn renamed(name: &str, number: u32) -> String {
    let Some((part, rest)) = name.split_once('-') else { return name.to_owned() };
    let digits = rest.chars().take_while(char::is_ascii_hexdigit).count();
    assert!(digits >= 8, "{name} has no hash");
    format!("{part}-{number}{}", &rest[1..])
}

/// The version of each part of the page that is shown: the page, its style, its scripts, its module.
const VERSIONS: &str = "
    const style = getComputedStyle(document.documentElement).getPropertyValue('--version').trim();
    const modules = performance.getEntriesByType('resource').map(({ name }) => name)
        .filter((name) => name.endsWith('.wasm')).map((name) => name.match(/-(.)[^/]*$/)[1]);
    const { boot, stalemate } = globalThis.versions;
    return [document.documentElement.dataset.version, style, boot, stalemate, ...new Set(modules)].join();";

#[track_caller]
fn is_all_of(page: &Page, number: u32) {
    let all = [number; 5].map(|number| number.to_string()).join(",");
    assert_eq!(page.execute(VERSIONS, json!([])), Value::String(all));
}

pub fn is_kept(page: &Page) {
    page.until(
        "the page is kept",
        "return navigator.serviceWorker.getRegistration().then((it) => !!it?.active)",
    );
}

const RENEWED: &str = ".renewed p";

#[test]
fn after_one_visit_the_page_a_preset_a_link_and_a_lesson_are_there_without_the_host() {
    let folder = Folder::new();
    folder.deploy(1);
    let page = Page::open_on(Site::with_door(&folder.0), "");
    is_kept(&page);
    let site = page.site();
    page.host().go_away();
    page.reload();
    is_all_of(&page, 1);
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    page.go_to(&format!("{site}?preset=wb8&theme=dark"));
    page.element("[data-key='price:1']");
    is_all_of(&page, 1);
    let scenario = stalemate::scenario::preset::find("ca6").expect("a preset").scenario();
    let link = stalemate::link::encode(&scenario, None).expect("a link");
    page.go_to(&format!("{site}index.html#{}", link.text()));
    page.shows("#preset option:checked", &scenario.title);
    page.go_to(&format!("{site}?preset=lesson-read-through"));
    page.element("#lesson-play").click();
    skip(&page);
    page.go_to(&format!("{site}?src=files/race.json"));
    page.shows("#notices", "There is no answer from");
    // What was never kept is not there, and nothing takes its place.
    for other in ["embedding.html", "files/lesson-host.html", "?embed=1"] {
        let error = page.try_go(&format!("{site}{other}")).expect_err(other);
        assert!(error.contains("ERR_CONNECTION_REFUSED"), "{other}: {error}");
    }
    page.host().come_back();
    page.go(&format!("{site}embedding.html"));
    page.shows("h1", "Embed");
    page.go_to(&site);
    is_all_of(&page, 1);
}

#[test]
fn a_new_version_is_offered_and_no_page_is_of_two() {
    let folder = Folder::new();
    folder.deploy(1);
    let page = Page::open_on(Site::with_door(&folder.0), "");
    is_kept(&page);
    page.reload();
    let first = page.tab();

    folder.deploy(2);
    page.new_tab();
    page.go_to(&page.site());
    is_all_of(&page, 1);
    page.shows(RENEWED, "A new version is ready");
    for ((width, height), theme) in [(WIDE, "light"), (NARROW, "dark")] {
        page.resize(width, height);
        page.prefer("prefers-color-scheme", theme);
        let violations = accessibility::violations(&page);
        assert!(violations.is_empty(), "{width} wide, {theme}: {violations:#?}");
    }
    page.click("button", "Reload");
    page.until("it is loaded anew", "return document.documentElement.dataset.version === '2'");
    page.element("#read");
    is_all_of(&page, 2);
    page.lacks(RENEWED);

    // The other page goes on with its own files, of which the host has none any more.
    page.look_at(&first);
    is_all_of(&page, 1);
    page.shows(RENEWED, "A new version is ready");
    for end in [".css", ".js", ".wasm"] {
        let status = page.execute(
            "const own = performance.getEntriesByType('resource').map(({ name }) => name)
                 .find((name) => name.endsWith(arguments[0]));
             return fetch(own).then(({ status }) => status)",
            json!([end]),
        );
        assert_eq!(status, 200, "{end}");
    }
    page.click("button", "Not now");
    page.lacks(RENEWED);
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    page.reload();
    is_all_of(&page, 2);

    // Back to the version before.
    folder.deploy(1);
    page.reload();
    is_all_of(&page, 2);
    page.shows(RENEWED, "A new version is ready");
    page.reload();
    is_all_of(&page, 1);
}

#[test]
fn a_broken_deploy_is_not_taken() {
    let folder = Folder::new();
    folder.deploy(1);
    let page = Page::open_on(Site::with_door(&folder.0), "");
    is_kept(&page);
    folder.deploy(2);
    let module = folder.find("stalemate-", "_bg.wasm");
    let whole = fs::read(&module).expect("the module");
    let name = module.file_name().and_then(|name| name.to_str()).expect("a name");
    fs::remove_file(&module).expect("it is removed");
    // Then as where a host answers with its page whatever it has not.
    for instead in [false, true] {
        if instead {
            fs::copy(folder.0.join("index.html"), folder.0.join(INSTEAD)).expect("a copy");
        }
        for _ in 0..2 {
            let before = page.host().times_asked(name);
            page.reload();
            is_all_of(&page, 1);
            page.until_so("the worker has looked for a version", || {
                page.host().times_asked(name) >= before + 2
            });
            page.until(
                "what the worker began is gone",
                "return Promise.all([caches.keys(), navigator.serviceWorker.getRegistration()])
                    .then(([names, { installing }]) => names.length === 2 && !installing)",
            );
        }
        assert_eq!(page.texts(RENEWED), [] as [String; 0]);
    }
    fs::remove_file(folder.0.join(INSTEAD)).expect("it is removed");
    fs::write(&module, whole).expect("it is written");
    page.reload();
    page.shows(RENEWED, "A new version is ready");
    page.reload();
    is_all_of(&page, 2);
}

#[test]
fn what_takes_the_place_of_the_page_is_shown_once_the_worker_is_ended_as_the_readme_says() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    let readme = readme.expect("README.md");
    let (_, rest) = readme.split_once("// worker.js\n").expect("a worker that ends itself");
    let (code, _) = rest.split_once("```").expect("its end");
    let folder = Folder::new();
    folder.deploy(1);
    let page = Page::open_on(Site::with_door(&folder.0), "");
    is_kept(&page);
    fs::write(folder.0.join("index.html"), "<title>x</title><h1>Something else</h1>").expect("it");
    fs::write(folder.0.join("worker.js"), code).expect("it is written");
    page.reload();
    is_all_of(&page, 1);
    page.until(
        "the worker is ended",
        "return navigator.serviceWorker.getRegistrations().then(({ length }) => length === 0)",
    );
    page.go(&page.site());
    page.shows("h1", "Something else");
}

#[test]
fn what_opens_later_comes_when_it_is_asked_for_and_says_so_where_it_does_not() {
    let folder = Folder::new();
    folder.deploy(1);
    let chunk = folder.find("explore-", ".wasm");
    let whole = fs::read(&chunk).expect("a chunk");
    let name = chunk.file_name().and_then(|name| name.to_str()).expect("a name");
    // An embed has nothing kept that could take its place.
    let page = Page::open_on(Site::with_door(&folder.0), "?embed=1");
    assert_eq!(page.host().times_asked(name), 0);
    fs::remove_file(&chunk).expect("it is removed");
    page.element("#explore").click();
    page.shows("#notices [role='alert']", "“Can it ever go wrong?” could not be loaded.");
    page.lacks("dialog[open]");
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    fs::write(&chunk, whole).expect("it is written");
    page.element("#explore").click();
    page.element("dialog[open] #explore-start");
    page.lacks(".awaited");
}

#[test]
fn the_small_chunks_come_together_and_are_asked_for_again_where_they_did_not() {
    let folder = Folder::new();
    folder.deploy(1);
    let small = folder.find("small-", ".wasm");
    let whole = fs::read(&small).expect("a chunk");
    let name = small.file_name().and_then(|name| name.to_str()).expect("a name");
    fs::remove_file(&small).expect("it is removed");
    let page = Page::open_on(Site::with_door(&folder.0), "?embed=1");
    page.shows(".notice[role='alert']", "This part of the page could not be loaded.");
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    fs::write(&small, whole).expect("it is written");
    let before = page.host().times_asked(name);
    page.click("button", "Try again");
    page.element("[data-panel='charts']");
    // … by what opens later as well
    page.click("button", "Find");
    page.element("dialog[open] #find-words");
    assert_eq!(page.host().times_asked(name), before + 1, "once for all of them");
}

#[test]
fn another_scenario_comes_when_it_is_asked_for_and_says_so_where_it_does_not() {
    let folder = Folder::new();
    folder.deploy(1);
    let chunk = folder.find("documents-", ".wasm");
    let whole = fs::read(&chunk).expect("a chunk");
    let name = chunk.file_name().and_then(|name| name.to_str()).expect("a name");
    let page = Page::open_on(Site::with_door(&folder.0), "?embed=1");
    page.click("button", "Read");
    is(&page, "user:1", "In sync");
    assert_eq!(page.host().times_asked(name), 0, "the first scenario is played without it");
    fs::remove_file(&chunk).expect("it is removed");
    let slow_reader = "The slow reader: stale although every write deletes";
    page.choose("Scenario", slow_reader);
    page.shows("#notices [role='alert']", "The scenario could not be loaded.");
    // What is shown is what the list says, and it goes on.
    let chosen = "return document.getElementById('preset').value";
    assert_eq!(page.execute(chosen, json!([])), json!("cache-aside"));
    page.click("button", "Read");
    page.shows("#log", "R2");
    fs::write(&chunk, &whole).expect("it is written");
    page.choose("Scenario", slow_reader);
    page.until("it is there", "return document.getElementById('preset').value === 'ca6'");
    page.lacks("#notices .notice");
    // An address that names one it cannot have is answered with the first.
    fs::remove_file(&chunk).expect("it is removed");
    page.go_to(&format!("{}?embed=1&preset=wb8", page.site()));
    page.shows("#notices [role='alert']", "The scenario could not be loaded.");
    assert_eq!(page.execute(chosen, json!([])), json!("cache-aside"));
    fs::write(&chunk, &whole).expect("it is written");
    page.reload();
    page.element("[data-key='price:1']");
}

#[test]
fn an_embed_has_nothing_kept() {
    let page = Page::open("?embed=1");
    let nothing = "return Promise.all([navigator.serviceWorker.getRegistrations(), caches.keys()])
        .then(([workers, names]) => workers.length + names.length)";
    assert_eq!(page.execute(nothing, json!([])), json!(0));
    page.go_to(&format!("{}files/lesson-host.html", page.site()));
    page.until("the lesson is there", "return window.heard.some((each) => each.type === 'ready')");
    assert_eq!(page.execute(nothing, json!([])), json!(0));
    page.go_to(&page.site());
    is_kept(&page);
    assert_eq!(page.complaints(), [] as [String; 0]);
}
