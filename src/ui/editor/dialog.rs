//! The dialog of the editor.

use std::rc::Rc;
use std::sync::Arc;

use gloo_timers::callback::Timeout;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::changes::{Changes, others};
use super::diff::Diff;
use super::draft::{Draft, DraftStatus};
use super::findings::{count, findings, settings};
use super::sheet::{Sheet, select};
use super::text;
use crate::scenario::Literal;
use crate::strategy::SyntaxError;
use crate::ui::drive::player::{Command, CommandError, OpenedRun, ProgramView};
use crate::ui::drive::state::{Action, Dialog};
use crate::ui::pieces::modal::{Modal, use_modal};

/// How long a person must pause before the text is checked.
const PAUSE_MS: u32 = 250;

/// The note for a person who closes the editor before the text has run.
const KEPT: &str = "Your text is kept in the editor. The run continues with the previous text.";

#[derive(PartialEq, Properties)]
pub struct EditorProps {
    pub open: bool,
    /// The strategy's position in the scenario.
    pub program: usize,
    pub opened: Rc<OpenedRun>,
    pub readonly: bool,
    pub run: Callback<Command, Result<(), CommandError>>,
    pub act: Callback<Action>,
}

/// A draft for each strategy of the scenario.
#[derive(Clone)]
struct Desk {
    drafts: Vec<Draft>,
    /// Why a value was refused, or the text did not run.
    refused: Option<String>,
}

enum Move {
    Follow(Rc<OpenedRun>),
    Type(usize, String),
    Look(usize),
    Set(usize, Arc<str>, Literal),
    ToOrigin(usize),
    BringBack(usize),
    Refuse(String),
}

impl Desk {
    fn of(programs: &[Rc<ProgramView>]) -> Desk {
        Desk { drafts: programs.iter().map(|program| Draft::of(program)).collect(), refused: None }
    }

    fn follow(&mut self, programs: &[Rc<ProgramView>]) {
        for (draft, program) in self.drafts.iter_mut().zip(programs) {
            draft.follow(program);
        }
        // Of a scenario with fewer strategies, the others' texts are kept for the next one.
        for program in programs.iter().skip(self.drafts.len()) {
            self.drafts.push(Draft::of(program));
        }
    }

    fn make(&mut self, step: Move) {
        // To look at the text takes nothing back.
        self.refused.take_if(|_| !matches!(step, Move::Look(_)));
        let at = match &step {
            Move::Follow(opened) => return self.follow(&opened.programs),
            Move::Refuse(why) => return self.refused = Some(why.clone()),
            Move::Type(at, _) | Move::Look(at) | Move::Set(at, ..) => *at,
            Move::ToOrigin(at) | Move::BringBack(at) => *at,
        };
        let Some(draft) = self.drafts.get_mut(at) else { return };
        match step {
            Move::Type(_, text) => draft.type_in(&text),
            Move::Set(_, name, value) => {
                self.refused = draft.set(&name, value).err().map(|why| why.to_string())
            }
            Move::ToOrigin(_) => draft.to_origin(),
            Move::BringBack(_) => draft.bring_back(),
            _ => draft.look(),
        }
    }
}

impl Reducible for Desk {
    type Action = Move;

    fn reduce(mut self: Rc<Self>, step: Move) -> Rc<Self> {
        Rc::make_mut(&mut self).make(step);
        self
    }
}

#[component]
pub fn Editor(props: &EditorProps) -> Html {
    let desk = use_reducer(|| Desk::of(&props.opened.programs));
    {
        let desk = desk.dispatcher();
        use_effect_with(props.opened.clone(), move |opened| {
            desk.dispatch(Move::Follow(opened.clone()));
        });
    }
    let close = {
        let act = props.act.clone();
        let unrun = desk.drafts.get(props.program).is_some_and(|draft| {
            draft.standing() != DraftStatus::Runs || !text::same(draft.text(), draft.running())
        });
        Callback::from(move |()| {
            act.emit(Action::Close(Dialog::Editor));
            if unrun {
                act.emit(Action::Say(KEPT.to_owned()));
            }
        })
    };
    let Modal { place, oncancel, onclose } = use_modal(props.open, close.clone());
    let shown =
        desk.drafts.get(props.program).filter(|_| props.program < props.opened.programs.len());
    html! {
        <dialog ref={place} class="help editor" aria-labelledby="editor-title" {oncancel} {onclose}>
            if let (true, Some(draft)) = (props.open, shown) {
                <Content desk={Drawn { desk: desk.clone(), at: props.program }} text={draft.text().clone()}
                    opened={props.opened.clone()} readonly={props.readonly}
                    run={props.run.clone()} act={props.act.clone()} {close} />
            }
        </dialog>
    }
}

/// The drafts, and which of them is shown. Never equal to an earlier one.
#[derive(Clone)]
struct Drawn {
    desk: UseReducerHandle<Desk>,
    at: usize,
}

impl PartialEq for Drawn {
    fn eq(&self, _: &Drawn) -> bool {
        false
    }
}

#[derive(PartialEq, Properties)]
struct ContentProps {
    desk: Drawn,
    text: Arc<str>,
    opened: Rc<OpenedRun>,
    readonly: bool,
    run: Callback<Command, Result<(), CommandError>>,
    act: Callback<Action>,
    /// Closes the editor without running the text.
    close: Callback<()>,
}

#[component]
fn Content(props: &ContentProps) -> Html {
    let Drawn { desk, at } = &props.desk;
    let at = *at;
    let area = use_node_ref();
    let comparing = use_state_eq(|| false);
    {
        let desk = desk.dispatcher();
        use_effect_with((at, props.text.clone()), move |(at, _)| {
            let at = *at;
            let wait = Timeout::new(PAUSE_MS, move || desk.dispatch(Move::Look(at)));
            move || drop(wait)
        });
    }
    let draft = &desk.drafts[at];
    let origin = draft.origin();
    let looked_at = draft.looked_at().clone();
    let changed =
        use_memo((looked_at.clone(), origin.map(|origin| origin.id)), move |(text, _)| {
            origin.map(|origin| Diff::of(origin.source, text))
        });
    let typed = use_callback(at, {
        let desk = desk.dispatcher();
        move |text: String, at| desk.dispatch(Move::Type(*at, text))
    });
    let go_to = use_callback(*comparing, {
        let (area, comparing) = (area.clone(), comparing.setter());
        move |problem: SyntaxError, hidden| {
            let area = area.clone();
            let go = move || {
                if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                    let value = area.value();
                    let from = text::offset(&value, problem.line, problem.column);
                    let to = text::offset(&value, problem.line, problem.column + problem.length);
                    select(&area, from, to);
                }
            };
            comparing.set(false);
            if *hidden {
                // What is not shown takes no focus.
                Timeout::new(0, go).forget();
            } else {
                go();
            }
        }
    });
    let next = use_callback((draft.problems().clone(), go_to.clone()), {
        let area = area.clone();
        move |(), (problems, go_to)| {
            let Some(area) = area.cast::<HtmlTextAreaElement>() else { return };
            let caret = area.selection_start().ok().flatten().unwrap_or_default();
            let value = area.value();
            let place = |problem: &&SyntaxError| text::offset(&value, problem.line, problem.column);
            let later = problems.iter().find(|problem| place(problem) > caret);
            if let Some(problem) = later.or(problems.first()) {
                go_to.emit(problem.clone());
            }
        }
    });
    let run = {
        let (desk, act, run, go_to) =
            (desk.clone(), props.act.clone(), props.run.clone(), go_to.clone());
        let readonly = props.readonly;
        Callback::from(move |()| {
            if readonly {
                return;
            }
            let mut draft = desk.drafts[at].clone();
            match draft.to_run() {
                Err(problem) => {
                    desk.dispatch(Move::Look(at));
                    go_to.emit(problem.clone());
                }
                Ok((used, remarks)) => {
                    let besides: String =
                        remarks.iter().map(|remark| format!(" {remark}")).collect();
                    match run.emit(Command::Serve(at, Box::new(used), besides)) {
                        Ok(()) => act.emit(Action::Close(Dialog::Editor)),
                        Err(why) => desk.dispatch(Move::Refuse(why.to_string())),
                    }
                }
            }
        })
    };
    let make = |step: fn(usize) -> Move| {
        let desk = desk.dispatcher();
        Callback::from(move |_: MouseEvent| desk.dispatch(step(at)))
    };
    let set = use_callback(at, {
        let desk = desk.dispatcher();
        move |(name, value), at| desk.dispatch(Move::Set(*at, name, value))
    });
    let show = |compare: bool| {
        let comparing = comparing.setter();
        Callback::from(move |_: MouseEvent| comparing.set(compare))
    };
    let others =
        use_memo((at, props.opened.clone(), origin.map(|origin| origin.id)), |(at, opened, _)| {
            others(*at, &opened.programs, origin)
        });
    let difference = changed.as_ref().as_ref().filter(|diff| !diff.is_empty());
    html! {
        <>
            <div class="title">
                <h2 id="editor-title">{ "Strategy" }</h2>
                <span class="quiet">{ draft.title() }</span>
                if let Some(origin) = origin.filter(|_| draft.differs_from_origin()) {
                    <span class="quiet">{ format!("based on {}", origin.title) }</span>
                }
            </div>
            if props.opened.programs.len() > 1 {
                <div class="tabs" role="group" aria-label="Which strategy to edit">
                    for (place, program) in props.opened.programs.iter().enumerate() {
                        <button key={place} type="button" class="tab" aria-pressed={(place == at).to_string()}
                            onclick={props.act.reform(move |_: MouseEvent| Action::ShowProgram(place))}>
                            <code>{ if program.prefix.is_empty() { "all other keys" } else { &program.prefix } }</code>
                            { " " }{ &program.title }
                        </button>
                    }
                </div>
            }
            <div class="tabs" role="group" aria-label="What to show">
                <button type="button" class="tab" aria-pressed={(!*comparing).to_string()} onclick={show(false)}>{ "Code" }</button>
                <button type="button" class="tab" aria-pressed={comparing.to_string()} onclick={show(true)}>
                    { "What changed" }
                    if let Some(diff) = difference {
                        <span aria-hidden="true">{ format!(" +{} −{}", diff.added, diff.removed) }</span>
                    }
                </button>
            </div>
            <div class="editor-body" hidden={*comparing}>
                <div class="editor-text">
                    <Sheet area={area} blocks={draft.blocks().all().clone()} lines={draft.blocks().lines()}
                        problems={draft.problems().clone()} text={draft.text().clone()} turn={(at, draft.replaced())}
                        readonly={props.readonly} {typed} run={run.clone()} next_problem={next.clone()} />
                </div>
                <div class="editor-side">
                    { findings(draft.problems(), &next, &go_to) }
                    { settings(&draft.fitted(), props.readonly, desk.refused.as_ref(), &set) }
                </div>
            </div>
            if *comparing {
                <Changes text={looked_at} {others} />
            }
            <p role="status" id="standing" data-standing={name(draft.standing())}>{ standing(draft) }</p>
            <p class="buttons">
                if !props.readonly {
                    if draft.has_aside() {
                        <button type="button" class="button" id="bring-back" onclick={make(Move::BringBack)}>{ "Restore my other text" }</button>
                    }
                    if let Some(origin) = origin.filter(|_| draft.differs_from_origin()) {
                        <button type="button" class="button" id="to-origin" onclick={make(Move::ToOrigin)}>{ format!("Back to {}", origin.title) }</button>
                    }
                    <button type="button" class="button primary" id="run-it" onclick={run.reform(|_: MouseEvent| ())}>{ "Run it" }</button>
                }
                <button type="button" class="button" onclick={props.close.reform(|_: MouseEvent| ())}>{ "Close" }</button>
            </p>
        </>
    }
}

fn name(standing: DraftStatus) -> &'static str {
    match standing {
        DraftStatus::Runs => "runs",
        DraftStatus::Unrun => "unrun",
        DraftStatus::Wrong(_) => "wrong",
    }
}

fn standing(draft: &Draft) -> String {
    match (draft.standing(), draft.problems().first()) {
        (DraftStatus::Runs, _) => "This is what runs.".to_owned(),
        (DraftStatus::Unrun, _) => {
            "Not run yet: the run continues with the previous text. “Run it” restarts it with this one.".to_owned()
        }
        (DraftStatus::Wrong(number), problem) => {
            let first = problem
                .map_or_else(String::new, |it| format!(" Line {}: {}.", it.line, it.message));
            format!("{}.{first} The run continues with the last text that compiled.", count(number))
        }
    }
}
