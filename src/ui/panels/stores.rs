//! The cache and the database side by side, aligned by key, with their difference in the middle.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::PageContext;
use crate::page::Panel;
use crate::scenario::What;
use crate::time::{self, Micros};
use crate::ui::drive::kinship::Kin;
use crate::ui::drive::player::Command;
use crate::ui::drive::rows::ShownRow;
use crate::ui::drive::state::{Action, Form};
use crate::ui::pieces::cause::chain;
use crate::ui::pieces::icon;
use crate::ui::pieces::section::Section;
use crate::ui::wording;
use crate::view::{EntryView, KeyRow, KeyState, NodeRole, ProcessView, RowView};
use crate::vocabulary::Role;

pub fn view(page: &PageContext<'_>) -> Html {
    let (state, shown) = (page.state, &page.state.shown);
    html! {
        <Stores rows={shown.rows.clone()} keys_total={shown.keys_total} processes={shown.processes.clone()}
            form={state.form.clone()} lit={state.lit.clone()} command={page.command.clone()} act={page.act.clone()} />
    }
}

#[derive(PartialEq, Properties)]
struct StoresProps {
    rows: Rc<Vec<ShownRow>>,
    keys_total: usize,
    processes: Rc<Vec<ProcessView>>,
    form: Form,
    lit: Option<Rc<Kin>>,
    command: Callback<Command>,
    act: Callback<Action>,
}

#[component]
fn Stores(props: &StoresProps) -> Html {
    let of = |kind: Role| props.processes.iter().filter(move |process| process.kind == kind);
    let one = |kind: Role| of(kind).next().cloned();
    // one key's rows stand together
    let keys = props.rows.chunk_by(|one, other| one.row.key == other.row.key).count();
    let more = props.keys_total.saturating_sub(keys);
    let command = &props.command;
    html! {
        <Section panel={Panel::Stores} unseen=true>
            <div class="store-heads">
                for cache in of(Role::Cache) {
                    <CacheHead key={cache.name.clone()} name={(cache.name != Role::Cache.name()).then(|| cache.name.clone())}
                        process={cache.clone()} command={command.clone()} />
                }
                if let Some(database) = one(Role::Database) {
                    <DatabaseHead process={database} replica={one(Role::Replica)}
                        form={props.form.clone()} command={command.clone()} />
                }
            </div>
            <div class="rows-frame" role="region" tabindex="0" aria-label="Rows of the cache and the database">
            <div class="table" role="table" aria-label="Cache and database by key" id="rows">
                <div role="rowgroup">
                    <div class="row head" role="row">
                        <span role="columnheader">{ "Key" }</span>
                        <span role="columnheader">{ "Cache holds" }</span>
                        <span role="columnheader">{ "Difference" }</span>
                        <span role="columnheader">{ "Database holds" }</span>
                    </div>
                </div>
                <div role="rowgroup">
                    for ShownRow { row, at_us } in props.rows.iter() {
                        <Row key={row_name(row)} row={row.clone()} left={Left::of(row, *at_us)}
                            chosen={*row.key == props.form.key} lit={props.lit.as_ref().is_some_and(|kin| kin.holds_key(&row.key))} command={command.clone()} act={props.act.clone()} />
                    }
                </div>
            </div>
            </div>
            if props.rows.is_empty() {
                <p class="empty">{ "Both stores are empty. Write a key to begin." }</p>
            }
            if more > 0 { <p class="empty">{ format!("… and {}", wording::count(more as u64, "more key")) }</p> }
        </Section>
    }
}

/// An entry's remaining TTL, in steps large enough to be seen.
#[derive(Clone, Copy, PartialEq)]
enum Left {
    Nothing,
    Forever,
    Some { tenths: Micros, percent: u8 },
    Grace,
}

impl Left {
    fn of(row: &KeyRow, now_us: Micros) -> Left {
        let Some(entry) = &row.cache else { return Left::Nothing };
        let Some(expires_us) = entry.expires_at_us else { return Left::Forever };
        if entry.in_grace {
            return Left::Grace;
        }
        let left = expires_us.saturating_sub(now_us);
        let whole = expires_us.saturating_sub(entry.set_at_us).max(1);
        let percent = (left.saturating_mul(100) / whole).min(100) as u8;
        Left::Some { tenths: left.div_ceil(100_000), percent }
    }
}

#[derive(PartialEq, Properties)]
struct RowProps {
    row: Rc<KeyRow>,
    left: Left,
    chosen: bool,
    lit: bool,
    command: Callback<Command>,
    act: Callback<Action>,
}

#[component]
fn Row(props: &RowProps) -> Html {
    let row = &props.row;
    let key = row.key.to_string();
    let cache = row.cache_name.as_deref().map(str::to_owned);
    let state = wording::key_state_id(row.state);
    let why = use_state_eq(|| false);
    let toggle = {
        let (why, now) = (why.setter(), !*why);
        Callback::from(move |_: MouseEvent| why.set(now))
    };
    let choose = {
        let key = key.clone();
        props.act.reform(move |_: MouseEvent| Action::Key(key.clone()))
    };
    html! {
        <div class={classes!("row", state, props.lit.then_some("lit"))} role="row" data-key={key.clone()} data-about={key.clone()}
            data-state={state}>
            <span role="rowheader" class="cell key">
                <button type="button" class="key-button" aria-pressed={props.chosen.to_string()}
                    title="Use this key in requests" onclick={choose}><code>{ &key }</code></button>
            </span>
            <span role="cell" class="cell cache" data-store={row.cache_name.as_deref().unwrap_or("cache").to_owned()}>
                if let Some(name) = &row.cache_name { <code class="quiet">{ &**name }</code> }
                if let Some(entry) = &row.cache {
                    { held(entry, props.left) }
                    <span class="row-buttons">
                        { row_button(props, "Evict", What::Evict { key: key.clone(), cache: cache.clone() }) }
                        { row_button(props, "Expire", What::Expire { key: key.clone(), cache: cache.clone() }) }
                    </span>
                } else {
                    <span class="nothing">{ "no entry" }</span>
                }
            </span>
            <span role="cell" class="cell difference">
                { difference(row) }
                if !row.cause.is_empty() {
                    <button type="button" class="button small quiet why-button" aria-expanded={why.to_string()} onclick={toggle}>
                        { "Why" }<span class="unseen">{ format!(" {} is {}", row_name(row), wording::key_state(row.state).to_lowercase()) }</span>
                    </button>
                }
            </span>
            <span role="cell" class="cell database" data-store="database">
                if let Some(stored) = &row.database { { stored_row(stored) } }
                else { <span class="nothing">{ "no row" }</span> }
            </span>
            if *why && !row.cause.is_empty() {
                <span role="cell" aria-colspan="3" class="cell cause">{ chain(&row.cause) }</span>
            }
        </div>
    }
}

/// A key, with its cache if there are several: "user:1 in near".
fn row_name(row: &KeyRow) -> String {
    match &row.cache_name {
        None => row.key.to_string(),
        Some(cache) => format!("{} in {cache}", row.key),
    }
}

fn row_button(props: &RowProps, verb: &'static str, what: What) -> Html {
    let onclick = props.command.reform(move |_: MouseEvent| Command::Do(what.clone()));
    html! {
        <button type="button" class="button small quiet" {onclick}>
            { verb }<span class="unseen">{ format!(" {}", row_name(&props.row)) }</span>
        </button>
    }
}

fn held(entry: &EntryView, left: Left) -> Html {
    let (text, percent) = match left {
        Left::Nothing => return html! {},
        Left::Forever => ("no TTL".to_owned(), None),
        Left::Grace => ("expired, in its grace period".to_owned(), Some(0)),
        Left::Some { tenths, percent } => {
            (format!("TTL {} left", time::duration(tenths * 100_000)), Some(percent))
        }
    };
    html! {
        <>
            <span class="held">
                <b class="value"><code>{ entry.value.to_string() }</code></b>
                <span class="origin">{ origin(&entry.origin, entry.version) }</span>
            </span>
            <span class="ttl">
                if let Some(percent) = percent {
                    <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                        <rect width="100" height="6" class="whole" />
                        <rect width={percent.to_string()} height="6" class="part" />
                    </svg>
                }
                <span class="quiet">{ text }</span>
            </span>
        </>
    }
}

fn stored_row(row: &RowView) -> Html {
    html! {
        <>
            <span class="held">
                <b class="value"><code>{ row.value.to_string() }</code></b>
                <span class="origin">{ origin(&row.origin, Some(row.version)) }</span>
            </span>
            <span class="ttl"><span class="quiet">
                { match row.committed_at_us { 0 => "from the start".to_owned(), at => format!("at {}", time::instant(at)) } }
            </span></span>
        </>
    }
}

/// "by W3 · v5"
fn origin(origin: &str, version: Option<i64>) -> String {
    let version = version.map(|version| format!("v{version}"));
    let by = (origin != "initial").then(|| format!("by {origin}"));
    [by, version].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn difference(row: &KeyRow) -> Html {
    let mut about: Vec<String> = Vec::new();
    if !row.note.is_empty() {
        about.push(row.note.clone());
    }
    if matches!(row.state, KeyState::Stale | KeyState::Ahead | KeyState::Phantom) {
        about.push(format!("since {}", time::instant(row.since_us)));
    }
    if !row.forecast.is_empty() {
        about.push(row.forecast.clone());
    }
    html! {
        <>
            <span class="pill" title={wording::key_state_meaning(row.state)}>
                { icon::key_state(row.state) }{ wording::key_state(row.state) }
            </span>
            if !about.is_empty() { <span class="about">{ about.join(" · ") }</span> }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct CacheHeadProps {
    /// The cache's name, if it is not the one that every scenario has.
    name: Option<String>,
    process: ProcessView,
    command: Callback<Command>,
}

#[component]
fn CacheHead(props: &CacheHeadProps) -> Html {
    let cache = props.name.clone();
    let store = cache.clone().unwrap_or_else(|| "cache".to_owned());
    let button = |verb, what| store_button(&props.command, verb, &store, what);
    let process = &props.process;
    let slow = process.slow_milli != 1_000;
    let follows = process.node == Some(NodeRole::Replica);
    html! {
        <div class="store-head cache" data-process={store.clone()} data-up={process.up.to_string()}>
            <h3>{ match &cache { None => html! { "Cache" }, Some(name) => html! { <code>{ name }</code> } } }</h3>
            { status(process) }
            if let Some(node) = process.node { <span class="quiet">{ node_role(node) }</span> }
            <div class="buttons">
                if process.node == Some(NodeRole::Spare) {
                    { button("Add", What::AddNode { cache: store.clone() }) }
                }
                if process.up {
                    if follows { { button("Take over", What::Failover { cache: store.clone() }) } }
                    { button("Kill", What::KillCache { cache: cache.clone() }) }
                    if !follows { { button("Flush", What::FlushCache { cache: cache.clone() }) } }
                    if slow {
                        { button("Speed up", What::RestoreCache { cache: cache.clone() }) }
                    } else {
                        <Slow store={store.clone()} cache={cache.clone()} is_cache=true command={props.command.clone()} />
                    }
                } else {
                    { button("Restart", What::RestartCache { cache }) }
                }
                if process.node == Some(NodeRole::Node) {
                    { button("Remove", What::RemoveNode { cache: store.clone() }) }
                }
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct DatabaseHeadProps {
    process: ProcessView,
    replica: Option<ProcessView>,
    form: Form,
    command: Callback<Command>,
}

#[component]
fn DatabaseHead(props: &DatabaseHeadProps) -> Html {
    let button = |verb, what| store_button(&props.command, verb, "database", what);
    let process = &props.process;
    let slow = process.slow_milli != 1_000;
    let key = props.form.key.trim().to_owned();
    let outside = What::OutsideWrite { key: key.clone(), value: props.form.literal() };
    let delete = What::OutsideDelete { key: key.clone() };
    html! {
        <div class="store-head database" data-process="database" data-up={process.up.to_string()}>
            <h3>{ "Database" }</h3>
            { status(process) }
            <div class="buttons">
                if process.up {
                    { button("Stop", What::StopDatabase) }
                    if slow { { button("Speed up", What::RestoreDatabase) } }
                    else { <Slow store="database" command={props.command.clone()} /> }
                } else {
                    { button("Restore", What::RestoreDatabase) }
                }
            </div>
            if let Some(replica) = &props.replica {
                <div class="buttons">
                    <b>{ "Replica" }</b>{ status(replica) }
                    if replica.up { { store_button(&props.command, "Stop", "replica", What::StopReplica) } }
                    else { { store_button(&props.command, "Restore", "replica", What::RestoreReplica) } }
                </div>
            }
            if !key.is_empty() {
                <div class="buttons outside">
                    <span class="quiet">{ "From outside:" }</span>
                    <button type="button" class="button small" id="outside-write"
                        title="Bypasses the application, as a migration script would"
                        onclick={props.command.reform(move |_: MouseEvent| Command::Do(outside.clone()))}>
                        { "Write " }<code>{ &key }</code><span class="unseen">{ " from outside" }</span>
                    </button>
                    <button type="button" class="button small" id="outside-delete"
                        title="Bypasses the application, as a migration script would"
                        onclick={props.command.reform(move |_: MouseEvent| Command::Do(delete.clone()))}>
                        { "Delete" }<span class="unseen">{ format!(" {key} from outside") }</span>
                    </button>
                </div>
            }
        </div>
    }
}

/// The role of a node in its cache.
fn node_role(role: NodeRole) -> &'static str {
    match role {
        NodeRole::Node => "node",
        NodeRole::Spare => "spare: has no keys yet",
        NodeRole::Primary => "primary",
        NodeRole::Replica => "replica: follows its primary",
    }
}

fn store_button(command: &Callback<Command>, verb: &'static str, store: &str, what: What) -> Html {
    html! {
        <button type="button" class="button small"
            onclick={command.reform(move |_: MouseEvent| Command::Do(what.clone()))}>
            { verb }<span class="unseen">{ format!(" {store}") }</span>
        </button>
    }
}

/// "up", "up, 10 times slower", "down"
fn status(process: &ProcessView) -> Html {
    let slow = process.slow_milli != 1_000;
    let text = match (process.up, slow) {
        (false, _) => "Down".to_owned(),
        (true, false) => format!("Up · {}", wording::busy(process)),
        (true, true) => {
            format!(
                "Slow ×{} · {}",
                f64::from(process.slow_milli) / 1_000.0,
                wording::busy(process)
            )
        }
    };
    let class =
        classes!("status", (!process.up).then_some("down"), (process.up && slow).then_some("slow"));
    html! { <span {class}>{ icon::status(process.up, slow) }{ text }</span> }
}

#[derive(PartialEq, Properties)]
struct SlowProps {
    store: AttrValue,
    #[prop_or_default]
    is_cache: bool,
    #[prop_or_default]
    cache: Option<String>,
    command: Callback<Command>,
}

/// The button that slows a store, and the choice of a factor.
#[component]
fn Slow(props: &SlowProps) -> Html {
    let factor = use_state_eq(|| 10_u32);
    let on_factor = {
        let factor = factor.setter();
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            factor.set(select.value().parse().unwrap_or(10));
        })
    };
    let factor_milli = *factor * 1_000;
    let what = match props.is_cache {
        true => What::SlowCache { factor_milli, cache: props.cache.clone() },
        false => What::SlowDatabase { factor_milli },
    };
    html! {
        <span class="joined">
            { store_button(&props.command, "Slow", &props.store, what) }
            <select aria-label={format!("How many times slower, {}", props.store)} onchange={on_factor}>
                for times in [3_u32, 10, 100] {
                    <option key={times} value={times.to_string()} selected={times == *factor}>{ format!("×{times}") }</option>
                }
            </select>
        </span>
    }
}
