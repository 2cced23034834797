//! Highlights everything that belongs to the request or the key under the pointer or the focus.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event};
use yew::prelude::*;

use super::kinship::Kin;
use super::state::Action;

/// Listens on an element that contains all of it, and reports changes.
#[hook]
pub fn use_light(act: Callback<Action>) -> Callback<Event> {
    let last = use_mut_ref(|| None::<Kin>);
    use_callback((), move |event: Event, ()| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let found = target.and_then(|target| target.closest("[data-of],[data-about]").ok()?);
        let kin = found.map(|element| {
            let said = |name| element.get_attribute(name).unwrap_or_default();
            Kin { label: said("data-of"), key: said("data-about") }
        });
        let kin = kin.filter(|kin| *kin != Kin::default());
        if last.replace(kin.clone()) != kin {
            act.emit(Action::Light(kin));
        }
    })
}
