//! The tools of the diagram: its time range, and files of it.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};
use yew::prelude::*;

use crate::ui::browser::download;
use crate::ui::drive::player::{Command, Export};
use crate::ui::drive::state::Action;
use crate::ui::drive::zoom::{Stretch, Turn};

#[derive(PartialEq, Properties)]
pub struct ToolsProps {
    pub stretch: Stretch,
    pub frame: NodeRef,
    /// Zooms in and out by keys.
    pub keys: Callback<KeyboardEvent>,
    pub name: String,
    pub command: Callback<Command>,
    pub act: Callback<Action>,
}

#[component]
pub fn Tools(props: &ToolsProps) -> Html {
    let open = use_state_eq(|| false);
    let turn = |turn: Turn| props.command.reform(move |_: MouseEvent| Command::Window(turn));
    let toggle = {
        let (open, now) = (open.setter(), !*open);
        Callback::from(move |_: MouseEvent| open.set(now))
    };
    let onkeydown = {
        let (open, keys) = (open.setter(), props.keys.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                open.set(false);
            }
            keys.emit(event);
        })
    };
    let menu = use_node_ref();
    use_effect_with(*open, {
        let (open, menu) = (open.setter(), menu.clone());
        move |shown| {
            let document = web_sys::window().and_then(|window| window.document());
            let outside = move |event: &web_sys::Event| {
                let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
                if menu.get().is_some_and(|menu| !menu.contains(target.as_ref())) {
                    open.set(false);
                }
            };
            // a click elsewhere, or Tab past its end
            let listeners = document.filter(|_| *shown).map(|document| {
                ["pointerdown", "focusin"]
                    .map(|kind| EventListener::new(&document, kind, outside.clone()))
            });
            move || drop(listeners)
        }
    });
    let export = |export: Export| {
        let (open, command) = (open.setter(), props.command.clone());
        Callback::from(move |_: MouseEvent| {
            open.set(false);
            command.emit(Command::Export(export));
        })
    };
    let picture = |pixels: bool| {
        let (open, frame, act) = (open.setter(), props.frame.clone(), props.act.clone());
        let name = format!("stalemate-{}", props.name);
        Callback::from(move |_: MouseEvent| {
            open.set(false);
            if draw(&frame, &name, pixels).is_none() {
                act.emit(Action::Complain("The browser could not make the picture.".to_owned()));
            }
        })
    };
    let Stretch { follows, narrowest, widest, from_us, .. } = props.stretch;
    let button = |text: &'static str, off: bool, onclick: Callback<MouseEvent>| {
        html! { <button type="button" class="button small" disabled={off} {onclick}>{ text }</button> }
    };
    html! {
        <div class="diagram-tools" role="group" aria-label="Time range" {onkeydown}>
            { button("Earlier", from_us == 0, turn(Turn::Earlier)) }
            { button("Later", false, turn(Turn::Later)) }
            { button("Narrower", narrowest, turn(Turn::Narrower)) }
            { button("Wider", widest, turn(Turn::Wider)) }
            <button type="button" class="button small" aria-pressed={follows.to_string()}
                onclick={turn(Turn::Follow)}>{ "Follow now" }</button>
            <div class="menu" ref={menu}>
                <button type="button" class="button small" aria-expanded={open.to_string()} onclick={toggle}>{ "Export" }</button>
                if *open {
                    <div class="menu-items">
                        { button("Diagram as SVG", false, picture(false)) }
                        { button("Diagram as PNG", false, picture(true)) }
                        { button("Run as Mermaid", false, export(Export::Mermaid)) }
                        { button("Events as CSV", false, export(Export::Csv)) }
                        { button("Events as JSON", false, export(Export::Json)) }
                    </div>
                }
            </div>
        </div>
    }
}

/// Saves the drawing as a file.
fn draw(frame: &NodeRef, name: &str, pixels: bool) -> Option<()> {
    let drawing = frame.cast::<Element>()?.query_selector("svg").ok()??;
    if pixels {
        return download::save_picture(&drawing, format!("{name}.png")).ok();
    }
    let text = download::svg(&drawing).ok()?;
    download::save(&format!("{name}.svg"), "image/svg+xml", &text).ok()
}
