//! The head of the page: scenario, strategy and theme.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::PageContext;
use crate::embed::Theme;
use crate::page::Panel;
use crate::scenario::preset;
use crate::ui::browser::host;
use crate::ui::drive::player::{Command, OpenedRun};
use crate::ui::drive::state::{Action, Dialog};
use crate::ui::drive::{catalog, documents};
use crate::ui::pieces::icon;
use crate::ui::pieces::theme_picker::ThemePicker;

pub fn view(page: &PageContext<'_>) -> Html {
    let state = page.state;
    html! {
        <Header opened={state.opened.clone()} program={state.program} theme={state.theme} readonly={page.options.readonly}
            command={page.command.clone()} act={page.act.clone()} />
    }
}

#[derive(PartialEq, Properties)]
struct HeaderProps {
    opened: Rc<OpenedRun>,
    program: usize,
    /// The theme requested by the address.
    theme: Option<Theme>,
    /// Only the look can be changed.
    readonly: bool,
    command: Callback<Command>,
    act: Callback<Action>,
}

#[component]
fn Header(props: &HeaderProps) -> Html {
    let list = use_node_ref();
    let choose_preset = {
        let (command, shown) = (props.command.clone(), props.opened.preset.clone());
        Callback::from(move |event: Event| {
            let list: HtmlSelectElement = event.target_unchecked_into();
            let wanted = Command::Preset(list.value());
            // It names what is shown, until the other one is there.
            if documents::is_awaited(&wanted) {
                list.set_value(&shown);
            }
            command.emit(wanted);
        })
    };
    use_effect_with(props.opened.clone(), {
        let list = list.clone();
        move |opened| {
            let list = list.cast::<HtmlSelectElement>();
            list.into_iter().for_each(|list| list.set_value(&opened.preset));
        }
    });
    let program = props.program;
    let choose_strategy = {
        let (command, act) = (props.command.clone(), props.act.clone());
        let shown = props.opened.programs.get(program).map_or(String::new(), |it| it.id.clone());
        Callback::from(move |event: Event| match chosen(&event) {
            id if id.is_empty() => command.emit(Command::OwnStrategy(program)),
            id if id == LIBRARIES => {
                event.target_unchecked_into::<HtmlSelectElement>().set_value(&shown);
                act.emit(Action::Open(Dialog::Find));
            }
            id => command.emit(Command::Strategy(program, id)),
        })
    };
    let help = props.act.reform(|_: MouseEvent| Action::Open(Dialog::Help));
    let shown = props.opened.programs.get(program);
    let id = shown.map_or("", |program| program.id.as_str());
    let label = match shown {
        Some(program) if !program.prefix.is_empty() => format!("Strategy of {}", program.prefix),
        _ => "Strategy".to_owned(),
    };
    html! {
        <header class="head" data-panel={Panel::Header.id()}>
            <div class="brand">
                { icon::logo() }
                <div>
                    <h1>{ "Stalemate" }</h1>
                    <p>{ "a caching-strategy playground" }</p>
                </div>
            </div>
            <div class="choices">
                <button type="button" class="button" id="find" disabled={props.readonly} aria-haspopup="dialog"
                    title="Find a scenario, a claim, a lesson or a strategy" onclick={props.act.reform(|_: MouseEvent| Action::Open(Dialog::Find))}>{ "Find" }</button>
                <label class="field inline">
                    <span>{ "Scenario" }</span>
                    <select id="preset" ref={list} disabled={props.readonly} onchange={choose_preset}>
                        if props.opened.preset.is_empty() {
                            <option key="" value="" selected=true disabled=true>
                                { if props.opened.title.is_empty() { "Your own scenario" } else { &props.opened.title } }
                            </option>
                        }
                        for (label, presets) in preset::NAMES {
                            <optgroup key={*label} label={*label}>
                                for preset in *presets {
                                    <option key={preset.id} value={preset.id} selected={preset.id == props.opened.preset}>
                                        { preset.title }
                                    </option>
                                }
                            </optgroup>
                        }
                    </select>
                </label>
                <label class="field inline">
                    <span>{ label }</span>
                    <select id="strategy" disabled={props.readonly} onchange={choose_strategy}>
                        if id.is_empty() || props.opened.has_own {
                            <option key="own" value="" selected={id.is_empty()} disabled={id.is_empty()}>{ "Your own" }</option>
                        }
                        for (known, title) in catalog::strategies() {
                            <option key={known} value={known} selected={known == id}>{ title }</option>
                        }
                        if host::has_neighbours() {
                            <optgroup key={LIBRARIES} label="As libraries and queues do it">
                                <option value={LIBRARIES}>{ "Choose one …" }</option>
                            </optgroup>
                        }
                    </select>
                </label>
            </div>
            <div class="settings">
                <button type="button" class="button" id="lessons" onclick={props.act.reform(|_: MouseEvent| Action::Open(Dialog::Lessons))}
                    aria-haspopup="dialog">{ "Lessons" }</button>
                <button type="button" class="button" id="comparison" onclick={props.act.reform(|_: MouseEvent| Action::Open(Dialog::Compare))}
                    aria-haspopup="dialog" title="The same run under several strategies: which one for this?">{ "Compare" }</button>
                <button type="button" class="button" id="explore" onclick={props.act.reform(|_: MouseEvent| Action::Open(Dialog::Explore))}
                    aria-haspopup="dialog" title="Try every order of events: can it ever go wrong?">{ "Every order" }</button>
                <button type="button" class="button" id="share" onclick={props.act.reform(|_: MouseEvent| Action::Open(Dialog::Share))}
                    aria-haspopup="dialog">{ "Share" }</button>
                <ThemePicker asked={props.theme} />
                <button type="button" class="button" id="help" onclick={help} aria-haspopup="dialog">
                    <span class="word">{ "Keys" }</span><kbd aria-hidden="true">{ "?" }</kbd>
                </button>
            </div>
        </header>
    }
}

/// The choice that opens the group of libraries.
const LIBRARIES: &str = "libraries";

fn chosen(event: &Event) -> String {
    event.target_unchecked_into::<HtmlSelectElement>().value()
}
