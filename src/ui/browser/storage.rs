//! Settings stored in the browser.

thread_local! {
    /// Whether this page stores nothing, as in a frame of another page.
    static PRIVATE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// From now on, nothing is read from the browser's storage, or stored in it.
pub fn keep_nothing() {
    PRIVATE.set(true);
}

fn storage() -> Option<web_sys::Storage> {
    if PRIVATE.get() {
        return None;
    }
    web_sys::window()?.local_storage().ok()?
}

/// A stored setting. If the browser refuses storage, settings last as long as the page.
pub fn recall(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

pub fn remember(name: &str, value: &str) {
    if let Some(storage) = storage() {
        // A browser that refuses keeps the setting as long as the page.
        let _ = storage.set_item(name, value);
    }
}

/// Deletes a setting.
pub fn forget(name: &str) {
    if let Some(storage) = storage() {
        // A browser that refuses has kept nothing.
        let _ = storage.remove_item(name);
    }
}
