//! The list of lessons, with the learner's progress in each.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::lesson::Progress;
use crate::ui::dialogs::DialogContext;
use crate::ui::dialogs::teacher::Teacher;
use crate::ui::drive::catalog::{self, LessonName};
use crate::ui::drive::player::Command;
use crate::ui::drive::state::{Action, Dialog};
use crate::ui::lesson::learner;
use crate::ui::pieces::modal::{Modal, use_modal};

#[derive(PartialEq, Properties)]
pub struct LessonsProps {
    pub open: bool,
    /// The progress in the lesson that is open.
    pub progress: Option<Progress>,
    pub command: Callback<Command>,
    pub act: Callback<Action>,
}

pub fn view(context: &DialogContext<'_>) -> Html {
    let progress = context.state.lesson.as_ref().map(|lesson| lesson.progress.clone());
    html! { <Lessons open={context.is_open(Dialog::Lessons)} {progress} command={context.command.clone()} act={context.act.clone()} /> }
}

#[component]
fn Lessons(props: &LessonsProps) -> Html {
    let Modal { place, oncancel, onclose } =
        use_modal(props.open, props.act.reform(|()| Action::Close(Dialog::Lessons)));
    let taught = use_state_eq(|| None::<&'static LessonName>);
    use_focus(props.open, *taught);
    let back = {
        let taught = taught.setter();
        Callback::from(move |_: MouseEvent| taught.set(None))
    };
    let teach = {
        let taught = taught.setter();
        Callback::from(move |lesson| taught.set(Some(lesson)))
    };
    let close = props.act.reform(|_: MouseEvent| Action::Close(Dialog::Lessons));
    html! {
        <dialog ref={place} class={classes!("help", "lessons", taught.map(|_| "teacher"))} aria-labelledby="lessons-title"
            {oncancel} {onclose}>
            <h2 id="lessons-title" tabindex={taught.map(|_| "-1")}>
                { taught.map_or("Lessons".to_owned(), |lesson| format!("For teachers: {}", lesson.title)) }
            </h2>
            if let Some(lesson) = taught.filter(|_| props.open) {
                <Teacher preset={lesson.preset} />
                <p class="buttons">
                    <button type="button" class="button" onclick={back}>{ "All lessons" }</button>
                    <button type="button" class="button" onclick={close}>{ "Close" }</button>
                </p>
            } else if props.open {
                <p class="quiet">{ "Predict what a cache does, then watch it. The easiest lesson comes first." }</p>
                <ol>
                    for lesson in catalog::lessons() {
                        <li key={lesson.id.as_str()}>{ entry(props, lesson, &teach) }</li>
                    }
                </ol>
                <p class="buttons">
                    <button type="button" class="button" onclick={close}>{ "Close" }</button>
                </p>
            }
        </dialog>
    }
}

/// Moves the focus to the page's heading and, on closing, back.
#[hook]
fn use_focus(open: bool, taught: Option<&'static LessonName>) {
    let before = use_mut_ref(|| None::<&'static str>);
    use_effect_with((open, taught.map(|lesson| lesson.preset)), move |now| {
        let (open, taught) = *now;
        let before = before.replace(taught);
        let selector = match (taught, before) {
            (Some(_), _) => "#lessons-title".to_owned(),
            (None, Some(preset)) => format!("[data-teacher='{preset}']"),
            (None, None) => return,
        };
        let document = web_sys::window().and_then(|window| window.document());
        let found = document.and_then(|document| document.query_selector(&selector).ok()?);
        if let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            // It only fails for what is not on the page.
            let _ = open.then(|| element.focus());
        }
    });
}

fn entry(
    props: &LessonsProps,
    lesson: &'static LessonName,
    teach: &Callback<&'static LessonName>,
) -> Html {
    let open = props.progress.clone().filter(|progress| progress.lesson == lesson.id);
    let known = open.or_else(|| learner::recall(&lesson.id));
    let begun = known.filter(|known| known.step > 0 || known.done || !known.answers.is_empty());
    let (state, text) = match &begun {
        None => ("new", "Not started".to_owned()),
        Some(progress) if progress.done => ("done", "Done".to_owned()),
        Some(progress) => ("begun", format!("At step {} of {}", progress.step + 1, lesson.steps)),
    };
    let choose = {
        let (command, act) = (props.command.clone(), props.act.clone());
        move |_: MouseEvent| {
            act.emit(Action::Close(Dialog::Lessons));
            command.emit(Command::Preset(lesson.preset.to_owned()));
        }
    };
    html! {
        <>
            <button type="button" class="button" data-lesson={lesson.id.clone()} onclick={choose}>{ &lesson.title }</button>
            <span class="quiet">{ format!("{} steps, about {} minutes", lesson.steps, lesson.minutes) }</span>
            <span class={classes!("state", state)}>{ text }</span>
            <button type="button" class="button small quiet" data-teacher={lesson.preset} onclick={teach.reform(move |_: MouseEvent| lesson)}>
                { "For teachers" }<span class="unseen">{ format!(": {}", lesson.title) }</span>
            </button>
        </>
    }
}
