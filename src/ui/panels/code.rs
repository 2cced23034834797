//! The strategy's code, with markers at the lines where tasks are.

use std::rc::Rc;
use std::sync::Arc;

use wasm_bindgen_futures::JsFuture;
use web_sys::Element;
use yew::prelude::*;

use super::PageContext;
use crate::page::Panel;
use crate::scenario::What;
use crate::time;
use crate::ui::browser::dom::keep_in_view;
use crate::ui::browser::host;
use crate::ui::drive::player::{Command, OpenedRun, ProgramView};
use crate::ui::drive::state::{Action, Dialog};
use crate::ui::pieces::coloured::coloured;
use crate::ui::pieces::icon;
use crate::ui::pieces::parameters::Parameters;
use crate::ui::pieces::section::Section;
use crate::ui::wording;
use crate::view::{FlightView, ProcessView, TaskView, Variable};
use crate::vocabulary::Role;

/// The most tasks offered to follow.
const OTHERS: usize = 8;

/// The most markers on one line; the rest is a number.
const MARKERS: usize = 3;

pub fn view(page: &PageContext<'_>) -> Html {
    let (state, shown) = (page.state, &page.state.shown);
    html! {
        <Code opened={state.opened.clone()} program={state.program} processes={shown.processes.clone()}
            tasks={shown.tasks.clone()} tasks_total={shown.tasks_total} followed={state.followed().map(|task| task.id)}
            ended={state.ended()} awaited={state.awaited().cloned()}
            command={page.command.clone()} act={page.act.clone()} />
    }
}

#[derive(PartialEq, Properties)]
struct CodeProps {
    opened: Rc<OpenedRun>,
    program: usize,
    processes: Rc<Vec<ProcessView>>,
    tasks: Rc<Vec<TaskView>>,
    tasks_total: usize,
    /// The task that is followed.
    followed: Option<u64>,
    /// The outcome of the chosen task, if it has ended.
    ended: Option<String>,
    /// The call for which it waits, in flight or in service.
    awaited: Option<FlightView>,
    command: Callback<Command>,
    act: Callback<Action>,
}

#[component]
fn Code(props: &CodeProps) -> Html {
    let Some(program) = props.opened.programs.get(props.program) else {
        return html! {};
    };
    let here = |task: &&TaskView| task.strategy == props.program;
    let marks: Vec<TaskMark> =
        props.tasks.iter().filter(here).map(|task| TaskMark::of(task, props.followed)).collect();
    let beside = html! {
        <>
            <span class="quiet">{ &program.title }</span>
            <button type="button" class="button small" id="edit" aria-haspopup="dialog"
                onclick={props.act.reform(|_: MouseEvent| Action::Open(Dialog::Editor))}>{ "Edit strategy" }</button>
            <CopyCode text={program.source.clone()} act={props.act.clone()} />
        </>
    };
    html! {
        <Section panel={Panel::Code} {beside}>
            <Servers processes={props.processes.clone()} command={props.command.clone()} />
            if props.opened.programs.len() > 1 {
                <div class="tabs" role="group" aria-label="Which strategy's code">
                    for (at, program) in props.opened.programs.iter().enumerate() {
                        <button key={at} type="button" class="tab" aria-pressed={(at == props.program).to_string()}
                            onclick={props.act.reform(move |_: MouseEvent| Action::ShowProgram(at))}>
                            <code>{ if program.prefix.is_empty() { "all other keys" } else { &program.prefix } }</code>
                            { " " }{ &program.title }
                        </button>
                    }
                </div>
            }
            <Parameters at={props.program} program={program.clone()} command={props.command.clone()} />
            <Listing program={program.clone()} {marks} act={props.act.clone()} />
            <Followed task={followed(props)} ended={props.ended.clone()} awaited={props.awaited.clone()}
                others={props.tasks.iter().map(|task| (task.id, task.label.clone())).take(OTHERS).collect::<Vec<_>>()}
                total={props.tasks_total} act={props.act.clone()} />
            if host::has_neighbours() {
                <p><a href="guide.html" target="_blank" rel="noopener">{ "How your library does it" }</a></p>
            }
        </Section>
    }
}

#[derive(PartialEq, Properties)]
struct CopyCodeProps {
    text: Arc<str>,
    act: Callback<Action>,
}

/// Copies the code to the clipboard.
#[component]
fn CopyCode(props: &CopyCodeProps) -> Html {
    let onclick = {
        let (text, act) = (props.text.clone(), props.act.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(window) = web_sys::window() else { return };
            let copying = JsFuture::from(window.navigator().clipboard().write_text(&text));
            let act = act.clone();
            wasm_bindgen_futures::spawn_local(async move {
                act.emit(match copying.await {
                    Ok(_) => Action::Say("The code is copied.".to_owned()),
                    Err(_) => Action::Complain("The browser did not allow copying.".to_owned()),
                });
            });
        })
    };
    html! { <button type="button" class="button small quiet" id="copy-code" {onclick}>{ "Copy" }<span class="unseen">{ " the code" }</span></button> }
}

fn followed(props: &CodeProps) -> Option<TaskView> {
    props.tasks.iter().find(|task| Some(task.id) == props.followed).cloned()
}

/// A task at a line.
#[derive(Clone, PartialEq)]
struct TaskMark {
    task: u64,
    label: String,
    line: u32,
    followed: bool,
}

impl TaskMark {
    fn of(task: &TaskView, followed: Option<u64>) -> TaskMark {
        let label = task.label.clone();
        TaskMark { task: task.id, label, line: task.line, followed: Some(task.id) == followed }
    }
}

#[derive(PartialEq, Properties)]
struct ListingProps {
    program: Rc<ProgramView>,
    marks: Vec<TaskMark>,
    act: Callback<Action>,
}

#[component]
fn Listing(props: &ListingProps) -> Html {
    let program = &props.program;
    let comment = opening_comment(&program.source);
    let folded = use_state_eq(|| true);
    let unfold = {
        let (folded, now) = (folded.setter(), !*folded);
        Callback::from(move |_: MouseEvent| folded.set(now))
    };
    let lines = use_memo(program.source.clone(), |source| {
        let lines = source.trim_end().lines();
        lines.map(|line| (coloured(line), line.trim().is_empty())).collect::<Vec<(Html, bool)>>()
    });
    let listing = use_node_ref();
    let followed = props.marks.iter().find(|mark| mark.followed).map(|mark| mark.line);
    {
        let listing = listing.clone();
        use_effect_with(followed, move |line| {
            if let (Some(listing), Some(line)) = (listing.cast::<Element>(), line) {
                keep_in_view(&listing, &format!("[data-line='{line}']"));
            }
        });
    }
    html! {
        <div ref={listing} class="listing" role="region" tabindex="0" aria-label={format!("Code of {}", program.title)}>
            <ol id="code">
                for (at, (text, blank)) in lines.iter().enumerate().filter(|(at, _)| !*folded || *at == 0 || *at >= comment) {
                    <CodeLine key={at} number={at as u32 + 1} text={text.clone()} blank={*blank}
                        runs_with={runs_with(program, at as u32 + 1)}
                        unfold={(at == 0 && comment > 2).then(|| (*folded, unfold.clone()))} act={props.act.clone()}
                        marks={props.marks.iter().filter(|mark| mark.line == at as u32 + 1).cloned().collect::<Vec<_>>()} />
                }
            </ol>
        </div>
    }
}

/// The number of lines of the comment at the top of a source.
fn opening_comment(source: &str) -> usize {
    source.lines().take_while(|line| line.starts_with('#')).count()
}

/// A parameter's value in this run, if the code has another one.
fn runs_with(program: &ProgramView, line: u32) -> Option<String> {
    let mut changed = program.parameters.iter().filter(|parameter| parameter.changed);
    changed
        .find(|parameter| parameter.line == line)
        .map(|parameter| wording::literal(&parameter.value))
}

#[derive(PartialEq, Properties)]
struct CodeLineProps {
    number: u32,
    text: Html,
    blank: bool,
    runs_with: Option<String>,
    /// On the first line of a long comment: whether the rest is hidden, and the callback that
    /// changes that.
    unfold: Option<(bool, Callback<MouseEvent>)>,
    marks: Vec<TaskMark>,
    act: Callback<Action>,
}

#[component]
fn CodeLine(props: &CodeLineProps) -> Html {
    let followed = props.marks.iter().any(|mark| mark.followed);
    let class = classes!(
        "line",
        props.blank.then_some("blank"),
        (!props.marks.is_empty()).then_some("at"),
        followed.then_some("followed")
    );
    // The followed task's marker is never among those left out.
    let mut shown: Vec<&TaskMark> = props.marks.iter().filter(|mark| mark.followed).collect();
    shown.extend(props.marks.iter().filter(|mark| !mark.followed));
    let more = shown.len().saturating_sub(MARKERS);
    shown.truncate(MARKERS);
    html! {
        <li {class} data-line={props.number.to_string()}>
            <span class="number" aria-hidden="true">{ props.number }</span>
            <code>{ props.text.clone() }</code>
            if let Some(value) = &props.runs_with {
                <span class="marks"><span class="tag">{ format!("{value} in this run") }</span></span>
            }
            if let Some((folded, unfold)) = &props.unfold {
                <span class="marks">
                    <button type="button" class="button small quiet" aria-expanded={(!*folded).to_string()} onclick={unfold.clone()}>
                        { if *folded { "More" } else { "Less" } }<span class="unseen">{ " of this comment" }</span>
                    </button>
                </span>
            }
            if !shown.is_empty() {
                <span class="marks">
                    for mark in shown {
                        <button key={mark.task} type="button" class="mark" aria-pressed={mark.followed.to_string()}
                            aria-label={format!("{} is at line {}, follow it", mark.label, mark.line)}
                            onclick={{
                                let task = mark.task;
                                props.act.reform(move |_: MouseEvent| Action::Follow(task))
                            }}>{ &mark.label }</button>
                    }
                    if more > 0 { <span class="quiet">{ format!("+{more}") }</span> }
                </span>
            }
        </li>
    }
}

#[derive(PartialEq, Properties)]
struct FollowedProps {
    task: Option<TaskView>,
    ended: Option<String>,
    awaited: Option<FlightView>,
    /// Running tasks with their names.
    others: Vec<(u64, String)>,
    total: usize,
    act: Callback<Action>,
}

/// The position of a call: "on its way to the database, lands at 12.3 ms".
fn whereabouts(flight: &FlightView) -> String {
    let (place, until) = match (flight.from == flight.to, flight.reply) {
        (true, _) => (format!("the {} works on it", flight.to.name()), "until"),
        (false, true) => {
            (format!("the reply is on its way from the {}", flight.from.name()), "lands at")
        }
        (false, false) => (format!("on its way to the {}", flight.to.name()), "lands at"),
    };
    match flight.lands_us {
        _ if flight.held => format!("{place}, held"),
        Some(at_us) => format!("{place}, {until} {}", time::instant(at_us)),
        None => place,
    }
}

/// The followed task: what it waits for, and its variables.
#[component]
fn Followed(props: &FollowedProps) -> Html {
    let Some(task) = &props.task else {
        return html! {
            <div class="followed-task" id="followed">
                if let Some(ended) = &props.ended { <p>{ ended }</p> }
                <p class="empty">{ "No task is running. A read or a write will show here, line by line." }</p>
            </div>
        };
    };
    html! {
        <div class="followed-task" id="followed" data-task={task.label.clone()}>
            if let Some(ended) = &props.ended { <p>{ ended }</p> }
            <p>
                <span class="tag">{ &task.label }</span>{ " " }
                <code>{ format!("{}()", task.function) }</code>
                { format!(" on {}, line {}", task.process, task.line) }
                if let Some(client) = &task.client { { format!(", for {client}") } }
            </p>
            if task.waiting.contains('(') && !task.waiting.contains(' ') {
                <p>
                    { "waits for " }<code>{ &task.waiting }</code>
                    if let Some(flight) = &props.awaited { <span class="quiet">{ format!(": {}", whereabouts(flight)) }</span> }
                </p>
            } else {
                <p>{ &task.waiting }</p>
            }
            <dl class="variables" aria-label={format!("Variables of {}", task.label)}>
                for Variable { name, value } in &task.variables {
                    <div key={&**name}><dt><code>{ &**name }</code></dt><dd><code>{ value }</code></dd></div>
                }
            </dl>
            if props.total > 1 {
                <p class="others" role="group" aria-label="Tasks that run">
                    <span class="quiet">{ "Follow " }</span>
                    for (id, label) in &props.others {
                        <button key={*id} type="button" class="mark" aria-pressed={(*id == task.id).to_string()}
                            aria-label={format!("Follow {label}")} onclick={{
                                let id = *id;
                                props.act.reform(move |_: MouseEvent| Action::Follow(id))
                            }}>{ label }</button>
                    }
                    if props.total > props.others.len() { <span class="quiet">{ format!("+{}", props.total - props.others.len()) }</span> }
                </p>
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct ServersProps {
    processes: Rc<Vec<ProcessView>>,
    command: Callback<Command>,
}

/// The app servers and the worker: up or down, how busy, and the buttons to change that.
#[component]
fn Servers(props: &ServersProps) -> Html {
    let apps = props.processes.iter().filter(|process| process.kind == Role::App);
    let apps = apps.enumerate().map(|(at, process)| {
        let app = at as u16;
        let what = if process.up { What::CrashApp { app } } else { What::RestartApp { app } };
        (process, what)
    });
    let workers = props.processes.iter().filter(|process| process.kind == Role::Worker);
    let workers = workers
        .map(|process| (process, if process.up { What::CrashWorker } else { What::RestartWorker }));
    html! {
        <ul class="servers" aria-label="App servers">
            for (process, what) in apps.chain(workers) {
                <li key={process.name.as_str()} class={classes!((!process.up).then_some("down"))}
                    data-process={process.name.clone()} data-up={process.up.to_string()}>
                    { icon::status(process.up, false) }
                    <b>{ &process.name }</b>
                    <span class="quiet">{ wording::busy(process) }</span>
                    <button type="button" class="button small"
                        onclick={props.command.reform(move |_: MouseEvent| Command::Do(what.clone()))}>
                        { if process.up { "Crash" } else { "Restart" } }
                        <span class="unseen">{ format!(" {}", process.name) }</span>
                    </button>
                </li>
            }
        </ul>
    }
}
