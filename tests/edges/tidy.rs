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

/// The files below `src/` that only compute: all but the four edges.
fn engine() -> Vec<(PathBuf, String)> {
    let edges = ["src/ui", "src/cli", "src/api/js.rs", "src/main.rs"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = sources("src").into_iter();
    let files: Vec<_> = files
        .filter(|(path, _)| !edges.iter().any(|edge| path.starts_with(root.join(edge))))
        .collect();
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
fn the_engine_names_no_browser_file_socket_or_clock() {
    let forbidden = [
        "yew::",
        "web_sys",
        "js_sys",
        "wasm_bindgen",
        "gloo",
        "std::fs",
        "std::net",
        "std::env",
        "std::io",
        "std::process",
        "std::time",
        "std::thread",
        "Instant::now",
        "SystemTime",
    ];
    // the published schema is written natively only, and reads nothing
    let found = find(&engine(), &forbidden);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_engine_has_no_map_whose_order_is_random() {
    let found = find(&engine(), &["HashMap", "HashSet", "RandomState"]);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_source_file_is_too_long_to_read() {
    let long: Vec<String> = sources("src")
        .into_iter()
        .filter(|(_, text)| text.lines().count() > 800)
        .map(|(path, text)| format!("{}: {} lines", path.display(), text.lines().count()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}
