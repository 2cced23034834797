//! Rules about the source itself that the compiler does not know.

use std::fs;
use std::path::{Path, PathBuf};

/// Every source file below a folder, with its text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the project") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).expect("source is text");
                found.push((path, text));
            }
        }
    }
    found
}

/// What code names that does more than compute.
const BROWSER: &[&str] = &["yew::", "web_sys", "js_sys", "wasm_bindgen", "gloo"];
const FILES: &[&str] = &["std::fs", "std::env", "std::process"];
const BYTES: &[&str] = &["std::io"];
const SOCKETS: &[&str] = &["std::net"];
const CLOCK: &[&str] = &["std::time", "Instant::now", "SystemTime"];
const THREADS: &[&str] = &["std::thread"];
const ALL: [&[&str]; 6] = [BROWSER, FILES, BYTES, SOCKETS, CLOCK, THREADS];

/// A place below `src/`, what it may name of these, and why. All else is the engine,
/// which names none of them: the same scenario gives the same history everywhere.
struct Place {
    path: &'static str,
    may_name: &'static [&'static [&'static str]],
    because: &'static str,
}

const PLACES: [Place; 7] = [
    Place {
        path: "src/ui",
        may_name: &[BROWSER],
        because: "the page is in a browser; time is told to it by the browser's frames",
    },
    Place { path: "src/api/js.rs", may_name: &[BROWSER], because: "JavaScript's values end here" },
    Place {
        path: "src/cli",
        may_name: &[FILES, BYTES, CLOCK, THREADS],
        because: "it reads documents, and shows how far a long run is; many runs go on all \
                  processors, each by itself, and are told in their order",
    },
    Place {
        path: "src/simulate/trace/file.rs",
        may_name: &[BYTES],
        because: "a trace of bytes that somebody else has opened, read as it is needed",
    },
    Place {
        path: "src/main.rs",
        may_name: &[BROWSER, FILES, BYTES],
        because: "it starts the page or the command line",
    },
    Place {
        path: "src/explore",
        may_name: &[THREADS],
        because: "a search on all processors; it hands worlds over by value and sorts what it \
                  found, so that no answer depends on who was first",
    },
    Place {
        path: "src/live",
        may_name: &[THREADS, SOCKETS, CLOCK, FILES, BYTES],
        because: "real servers, their processes and folders: their time is the clock's; each of \
                  their clients waits in a thread of its own, and one thread says who is next",
    },
];

fn place(path: &Path) -> Option<&'static Place> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    PLACES.iter().find(|place| path.starts_with(root.join(place.path)))
}

/// The files below `src/` that only compute.
fn engine() -> Vec<(PathBuf, String)> {
    let files = sources("src").into_iter();
    let files: Vec<_> = files.filter(|(path, _)| place(path).is_none()).collect();
    assert!(files.len() > 50, "the engine's sources were not found");
    files
}

/// Finds words in code, comments left out; each with where it stands.
fn find(files: &[(PathBuf, String)], words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files {
        for (line, code) in text.lines().enumerate() {
            let code = code.split("//").next().unwrap_or_default();
            for word in words.iter().filter(|word| code.contains(**word)) {
                found.push(format!("{}:{}: {word}", path.display(), line + 1));
            }
        }
    }
    found
}

#[test]
fn each_place_names_only_what_it_may() {
    let files = sources("src");
    assert!(files.len() > 150, "the sources were not found");
    let mut wrong = Vec::new();
    for file in files {
        let place = place(&file.0);
        let may_name = place.map_or(&[][..], |place| place.may_name);
        let words = ALL.iter().filter(|words| !may_name.contains(words)).copied().flatten();
        let words: Vec<&str> = words.copied().collect();
        let why = place.map_or("the engine only computes", |place| place.because);
        wrong.extend(find(&[file], &words).iter().map(|found| format!("{found} ({why})")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_engine_has_no_map_whose_order_is_random() {
    let found = find(&engine(), &["HashMap", "HashSet", "RandomState"]);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_source_file_is_too_long_to_read() {
    let mut files = sources("src");
    files.extend(sources("tests"));
    let long: Vec<String> = files
        .into_iter()
        .filter(|(_, text)| text.lines().count() > 550)
        .map(|(path, text)| format!("{}: {} lines", path.display(), text.lines().count()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// The order of `src/lib.rs` is the map: there is no circle, and nothing reaches up.
#[test]
fn a_module_imports_only_from_those_above_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let map = fs::read_to_string(root.join("lib.rs")).expect("the map");
    let modules: Vec<&str> = map
        .lines()
        .filter_map(|line| line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod "))
        .filter_map(|name| name.strip_suffix(';'))
        .collect();
    assert!(modules.len() > 15, "the map was not read");
    let mut upwards = Vec::new();
    for (path, text) in sources("src") {
        let below = path.strip_prefix(&root).expect("it is below");
        let first = below.iter().next().and_then(|first| first.to_str()).unwrap_or_default();
        let own = modules.iter().position(|module| *module == first.trim_end_matches(".rs"));
        // tests may look at what uses the module
        let is_test = below.iter().any(|part| part == "tests" || part == "tests.rs");
        let Some(own) = own.filter(|_| !is_test) else { continue };
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().map(|line| line.split("//").next().unwrap_or_default()) {
            for module in &modules[own + 1..] {
                let name = format!("crate::{module}");
                let is_named = line.match_indices(&name).any(|(start, _)| {
                    let next = line[start + name.len()..].chars().next();
                    !next.is_some_and(|next| next.is_alphanumeric() || next == '_')
                });
                if is_named {
                    upwards.push(format!("{}: {} uses {module}", path.display(), modules[own]));
                }
            }
        }
    }
    assert!(upwards.is_empty(), "{}", upwards.join("\n"));
}
