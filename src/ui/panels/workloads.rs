//! The workloads, with buttons that start and stop them.

use std::rc::Rc;

use yew::prelude::*;

use super::PageContext;
use crate::page::Panel;
use crate::scenario::What;
use crate::ui::drive::player::Command;
use crate::ui::pieces::section::Section;
use crate::ui::wording;
use crate::view::WorkloadView;

pub fn view(page: &PageContext<'_>) -> Html {
    let workloads = page.state.shown.workloads.clone();
    html! { <Workloads {workloads} command={page.command.clone()} /> }
}

#[derive(PartialEq, Properties)]
struct WorkloadsProps {
    workloads: Rc<Vec<WorkloadView>>,
    command: Callback<Command>,
}

#[component]
fn Workloads(props: &WorkloadsProps) -> Html {
    if props.workloads.is_empty() {
        return html! {};
    }
    html! {
        <Section panel={Panel::Workloads}>
            <ul class="plain-list">
                for view in props.workloads.iter() {
                    <li key={&*view.name} data-workload={view.name.to_string()} data-running={view.running.to_string()}>
                        <b>{ &*view.name }</b>
                        <span class="quiet">
                            { format!("{}{} · {}", if view.running { "running" } else { "stopped" },
                                view.rate_milli.filter(|_| view.running).map_or(String::new(), rate),
                                wording::count(view.requests, "request")) }
                        </span>
                        <button type="button" class="button small" onclick={{
                            let workload = view.name.to_string();
                            let what = if view.running { What::StopWorkload { workload } } else { What::StartWorkload { workload } };
                            props.command.reform(move |_: MouseEvent| Command::Do(what.clone()))
                        }}>
                            { if view.running { "Stop" } else { "Start" } }
                            <span class="unseen">{ format!(" workload {}", view.name) }</span>
                        </button>
                    </li>
                }
            </ul>
        </Section>
    }
}

/// ", 12.5 a second"
fn rate(milli: u64) -> String {
    format!(", {} a second", milli as f64 / 1_000.0)
}
