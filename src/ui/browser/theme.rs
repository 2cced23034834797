//! Light, dark, or as the system says.

use crate::embed::Theme;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

const STORED_AS: &str = "stalemate.theme";
const THEMES: [(&str, &str); 3] = [("auto", "Auto"), ("light", "Light"), ("dark", "Dark")];

#[derive(PartialEq, Properties)]
pub struct ThemePickerProps {
    /// By the address or the page around this one: nothing to remember.
    pub asked: Option<Theme>,
}

#[component]
pub fn ThemePicker(props: &ThemePickerProps) -> Html {
    let asked = props.asked.map(Theme::name);
    let theme = use_state_eq(|| {
        let known = asked.map(str::to_owned).or_else(|| recall(STORED_AS));
        known.unwrap_or_else(|| "auto".to_owned())
    });
    use_effect_with(asked, {
        let theme = theme.setter();
        move |asked| asked.iter().for_each(|asked| theme.set((*asked).to_owned()))
    });
    use_effect_with((*theme).clone(), move |theme| {
        show(theme);
        if asked != Some(theme) {
            remember(STORED_AS, theme);
        }
    });
    let onchange = {
        let theme = theme.setter();
        Callback::from(move |event: Event| {
            theme.set(event.target_unchecked_into::<HtmlSelectElement>().value());
        })
    };
    html! {
        <label class="field inline">
            <span>{ "Theme" }</span>
            <select id="theme" {onchange}>
                for (id, name) in THEMES {
                    <option key={id} value={id} selected={*theme == id}>{ name }</option>
                }
            </select>
        </label>
    }
}

/// Shows the page in a theme, by its name.
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

thread_local! {
    /// Whether this page keeps nothing: it is a part of another one.
    static PRIVATE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// From now on nothing is read from this browser's storage, or kept in it.
pub fn keep_nothing() {
    PRIVATE.set(true);
}

fn storage() -> Option<web_sys::Storage> {
    if PRIVATE.get() {
        return None;
    }
    web_sys::window()?.local_storage().ok()?
}

/// A setting of this browser. Where storage is refused, settings last as long as the page.
pub fn recall(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

pub fn remember(name: &str, value: &str) {
    if let Some(storage) = storage() {
        // A browser that refuses keeps the setting as long as the page.
        let _ = storage.set_item(name, value);
    }
}

/// No longer keeps a setting.
pub fn forget(name: &str) {
    if let Some(storage) = storage() {
        // A browser that refuses has kept nothing.
        let _ = storage.remove_item(name);
    }
}
