//! The settings of the scenario: processes, their numbers, and their times.

use std::rc::Rc;

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::PageContext;
use crate::decimal;
use crate::page::Panel;
use crate::scenario::Setting;
use crate::ui::drive::player::Command;
use crate::ui::pieces::section::Section;

pub fn view(page: &PageContext<'_>) -> Html {
    // a course page says what is set up, and has its own heights
    if page.options.embed {
        return html! {};
    }
    html! { <Settings settings={page.state.opened.settings.clone()} command={page.command.clone()} /> }
}

#[derive(PartialEq, Properties)]
struct SettingsProps {
    settings: Rc<Vec<Setting>>,
    command: Callback<Command>,
}

#[component]
fn Settings(props: &SettingsProps) -> Html {
    html! {
        <Section panel={Panel::Setup}>
            <p class="quiet">{ "A change restarts the run." }</p>
            <div class="fields">
                for setting in props.settings.iter() {
                    <Control key={setting.path.clone()} setting={setting.clone()} command={props.command.clone()} />
                }
            </div>
        </Section>
    }
}

#[derive(PartialEq, Properties)]
struct ControlProps {
    setting: Setting,
    command: Callback<Command>,
}

#[component]
fn Control(props: &ControlProps) -> Html {
    let setting = &props.setting;
    // what is being typed: it counts when the field is left
    let typed = use_state_eq(|| None::<String>);
    let on_input = {
        let typed = typed.setter();
        Callback::from(move |event: InputEvent| {
            typed.set(Some(event.target_unchecked_into::<HtmlInputElement>().value()));
        })
    };
    let on_change = {
        let (setting, command, typed) = (setting.clone(), props.command.clone(), typed.setter());
        Callback::from(move |event: Event| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            let value = match text.trim() {
                "" => Some(None),
                text => decimal::float(text).map(Some),
            };
            if let Some(value) = value.filter(|value| *value != setting.value) {
                command.emit(Command::Setting(setting.path.clone(), value));
            }
            // Whether it was taken or refused: what is shown is what the run uses.
            typed.set(None);
        })
    };
    let on_choice = {
        let (setting, command) = (setting.clone(), props.command.clone());
        Callback::from(move |event: Event| {
            let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
            let value = decimal::float(&chosen);
            if value != setting.value {
                command.emit(Command::Setting(setting.path.clone(), value));
            }
        })
    };
    let used = setting.value.map_or(String::new(), |value| value.to_string());
    let value = (*typed).clone().unwrap_or(used);
    let id = format!("setting-{}", setting.path);
    let about = format!("{id}-about");
    html! {
        <div class="parameter" data-setting={setting.path.clone()}>
            <label for={id.clone()}>{ &setting.label }</label>
            <span class="quiet" id={about.clone()}>
                { setting.unit.name() }
                if let Some(without) = setting.without.filter(|_| setting.choices.is_empty()) {
                    { format!("{}empty: {without}", if setting.unit.name().is_empty() { "" } else { " · " }) }
                }
            </span>
            <span class="control">
                if !setting.choices.is_empty() {
                    <select {id} aria-describedby={about} onchange={on_choice}>
                        if let Some(without) = setting.without {
                            <option value="" selected={setting.value.is_none()}>{ without }</option>
                        }
                        for (at, choice) in setting.choices.iter().enumerate() {
                            <option value={at.to_string()} selected={setting.value == Some(at as f64)}>
                                { *choice }
                            </option>
                        }
                    </select>
                } else {
                <input {id} type="number" min="0" step="any" {value} aria-describedby={about}
                    oninput={on_input} onchange={on_change} />
                }
            </span>
        </div>
    }
}
