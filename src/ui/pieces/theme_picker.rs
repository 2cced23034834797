//! The choice of light, dark, or the system's setting.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::embed::Theme;
use crate::ui::browser::{storage, theme};

const STORED_AS: &str = "stalemate.theme";
const THEMES: [(&str, &str); 3] = [("auto", "Auto"), ("light", "Light"), ("dark", "Dark")];

#[derive(PartialEq, Properties)]
pub struct ThemePickerProps {
    /// The theme requested by the address or the host, which is not stored.
    pub asked: Option<Theme>,
}

#[component]
pub fn ThemePicker(props: &ThemePickerProps) -> Html {
    let asked = props.asked.map(Theme::name);
    let theme = use_state_eq(|| {
        let known = asked.map(str::to_owned).or_else(|| storage::recall(STORED_AS));
        known.unwrap_or_else(|| "auto".to_owned())
    });
    use_effect_with(asked, {
        let theme = theme.setter();
        move |asked| asked.iter().for_each(|asked| theme.set((*asked).to_owned()))
    });
    use_effect_with((*theme).clone(), move |theme| {
        theme::show(theme);
        if asked != Some(theme) {
            storage::remember(STORED_AS, theme);
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
