//! What axe-core finds wrong on the page: WCAG 2.2 AA, and its own good practice.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::page::Page;

/// One line for each rule that the page breaks, with the elements that break it.
pub fn violations(page: &Page) -> Vec<String> {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools/node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}; `make test` installs it", file.display()));
    // Through WebDriver, the content security policy does not apply.
    page.execute(&axe, json!([]));
    let result = page.execute(
        "return axe.run(document, { resultTypes: ['violations'] })
            .then(({ violations, passes }) => ({ violations, passed: passes.length }));",
        json!([]),
    );
    assert!(result["passed"].as_u64() > Some(0), "axe looked at nothing: {result}");
    let violations = result["violations"].as_array().into_iter().flatten();
    violations
        .map(|violation| {
            format!("{}: {}: {}", violation["id"], violation["help"], where_in(violation))
        })
        .collect()
}

fn where_in(violation: &Value) -> String {
    let nodes = violation["nodes"].as_array().into_iter().flatten();
    nodes.map(|node| node["html"].as_str().unwrap_or_default()).collect::<Vec<_>>().join(" | ")
}
