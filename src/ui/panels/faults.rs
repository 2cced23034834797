//! Faults of the network: links to cut, calls to fail.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::PageContext;
use crate::page::Panel;
use crate::scenario::{Failure, Store, What};
use crate::ui::drive::player::Command;
use crate::ui::pieces::icon;
use crate::ui::pieces::section::Section;
use crate::ui::wording;
use crate::view::{LinkView, ProcessView};
use crate::vocabulary::Role;
use crate::vocabulary::command::StoreCommand;

pub fn view(page: &PageContext<'_>) -> Html {
    let shown = &page.state.shown;
    html! {
        <Faults links={shown.links.clone()} processes={shown.processes.clone()} command={page.command.clone()} />
    }
}

#[derive(PartialEq, Properties)]
struct FaultsProps {
    links: Rc<Vec<LinkView>>,
    processes: Rc<Vec<ProcessView>>,
    command: Callback<Command>,
}

#[component]
fn Faults(props: &FaultsProps) -> Html {
    let there =
        |kind| kind == Role::Client || props.processes.iter().any(|process| process.kind == kind);
    let links = props.links.iter().filter(|link| {
        let (one, other) = link.name.ends();
        there(one) && there(other)
    });
    let caches = props.processes.iter().filter(|process| process.kind == Role::Cache);
    let (usual, named): (Vec<_>, Vec<_>) =
        caches.map(|process| process.name.clone()).partition(|name| name == Role::Cache.name());
    html! {
        <Section panel={Panel::Faults}>
            <ul class="plain-list links" aria-label="Links">
                for link in links {
                    <li key={format!("{:?}", link.name)} class={classes!(link.cut.then_some("bad"))}
                        data-link={wording::link(link.name)} data-cut={link.cut.to_string()}>
                        { icon::status(!link.cut, false) }
                        <span>{ wording::link(link.name) }</span>
                        <button type="button" class="button small" onclick={{
                            let (name, app) = (link.name, None);
                            let what = if link.cut { What::Heal { link: name, app } } else { What::Cut { link: name, app } };
                            props.command.reform(move |_: MouseEvent| Command::Do(what.clone()))
                        }}>
                            { if link.cut { "Heal" } else { "Cut" } }
                            <span class="unseen">{ format!(" {}", wording::link(link.name)) }</span>
                        </button>
                    </li>
                }
            </ul>
            <FailNext replica={there(Role::Replica)} cache={!usual.is_empty()} caches={named} command={props.command.clone()} />
        </Section>
    }
}

#[derive(PartialEq, Properties)]
struct FailNextProps {
    replica: bool,
    /// The cache without a name; if it has several nodes, each has a name.
    cache: bool,
    /// The named caches.
    caches: Vec<String>,
    command: Callback<Command>,
}

#[component]
fn FailNext(props: &FailNextProps) -> Html {
    let store = use_state_eq(|| 0_usize);
    let call = use_state_eq(|| 0_usize);
    let how = use_state_eq(|| 0_usize);
    let index = |event: Event| event.target_unchecked_into::<HtmlSelectElement>().selected_index();
    let choose = |setter: UseStateSetter<usize>| {
        Callback::from(move |event: Event| setter.set(usize::try_from(index(event)).unwrap_or(0)))
    };
    let on_store = {
        let (store, call) = (store.setter(), call.setter());
        Callback::from(move |event: Event| {
            store.set(usize::try_from(index(event)).unwrap_or(0));
            call.set(0);
        })
    };
    let is_there = |store: &Store| match store {
        Store::Replica => props.replica,
        Store::Cache => props.cache,
        _ => true,
    };
    let usual = Store::ALL.into_iter().filter(is_there);
    let named = props.caches.iter().map(|cache| (Store::Cache, Some(cache.clone())));
    let stores: Vec<_> = usual.map(|store| (store, None)).chain(named).collect();
    let name = |(kind, cache): &(Store, Option<String>)| match cache {
        Some(name) => name.clone(),
        None => kind.name().to_owned(),
    };
    let names: Vec<String> = stores.iter().map(name).collect();
    let (chosen, cache) = stores[(*store).min(stores.len() - 1)].clone();
    let calls: Vec<&str> = chosen.commands().map(StoreCommand::name).collect();
    let what = What::FailNext {
        store: chosen,
        cache,
        call: call.checked_sub(1).and_then(|at| calls.get(at)).map(|call| (*call).to_owned()),
        how: Failure::ALL[(*how).min(Failure::ALL.len() - 1)],
        times: 1,
    };
    html! {
        <form class="fail-next" aria-labelledby="fail-title" onsubmit={|event: SubmitEvent| event.prevent_default()}>
            <h3 id="fail-title">{ "Fail the next call" }</h3>
            <label class="field">
                <span>{ "Store" }</span>
                <select id="fail-store" onchange={on_store}>
                    for (at, name) in names.into_iter().enumerate() {
                        <option key={name.clone()} value={name.clone()} selected={at == *store}>{ name }</option>
                    }
                </select>
            </label>
            <label class="field">
                <span>{ "Call" }</span>
                <select id="fail-call" onchange={choose(call.setter())}>
                    <option key="any" value="" selected={*call == 0}>{ "any" }</option>
                    for (at, name) in calls.iter().enumerate() {
                        <option key={*name} value={*name} selected={at + 1 == *call}>{ *name }</option>
                    }
                </select>
            </label>
            <label class="field wide">
                <span>{ "How" }</span>
                <select id="fail-how" onchange={choose(how.setter())}>
                    for (at, name) in Failure::ALL.map(Failure::menu).into_iter().enumerate() {
                        <option key={name} value={name} selected={at == *how}>{ name }</option>
                    }
                </select>
            </label>
            <button type="button" class="button" id="fail-next"
                onclick={props.command.reform(move |_: MouseEvent| Command::Do(what.clone()))}>{ "Fail next call" }</button>
        </form>
    }
}
