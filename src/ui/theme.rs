//! Light, dark, or as the system says.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

const STORED_AS: &str = "stalemate.theme";
const THEMES: [(&str, &str); 3] = [("auto", "Auto"), ("light", "Light"), ("dark", "Dark")];

#[component]
pub fn ThemePicker() -> Html {
    let theme = use_state_eq(|| recall(STORED_AS).unwrap_or_else(|| "auto".to_owned()));
    use_effect_with((*theme).clone(), |theme| {
        let root = web_sys::window().and_then(|window| window.document()?.document_element());
        if let Some(root) = root {
            let _ = match theme.as_str() {
                "light" | "dark" => root.set_attribute("data-theme", theme),
                _ => root.remove_attribute("data-theme"),
            };
        }
        remember(STORED_AS, theme);
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

/// A setting of this browser. Where storage is refused, settings last as long as the page.
pub fn recall(name: &str) -> Option<String> {
    web_sys::window()?.local_storage().ok()??.get_item(name).ok()?
}

pub fn remember(name: &str, value: &str) {
    if let Some(Ok(Some(storage))) = web_sys::window().map(|window| window.local_storage()) {
        let _ = storage.set_item(name, value);
    }
}
