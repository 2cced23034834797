//! The colours of the page: light, dark, or the system's choice.

/// Shows the page in the theme of this name.
pub fn show(theme: &str) {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    if let Some(root) = root {
        // An attribute of this name can always be set.
        let _ = match theme {
            "light" | "dark" => root.set_attribute("data-theme", theme),
            _ => root.remove_attribute("data-theme"),
        };
    }
}
