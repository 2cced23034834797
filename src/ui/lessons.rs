//! The list of lessons, and how far a learner has come in each.

use yew::prelude::*;

use crate::lesson::Progress;
use crate::ui::engine::{self, LessonName};
use crate::ui::learner;
use crate::ui::modal::use_modal;
use crate::ui::player::Command;
use crate::ui::state::Action;

#[derive(PartialEq, Properties)]
pub struct LessonsProps {
    pub open: bool,
    /// How far they have come in the lesson that is open.
    pub progress: Option<Progress>,
    pub command: Callback<Command>,
    pub act: Callback<Action>,
}

#[component]
pub fn Lessons(props: &LessonsProps) -> Html {
    let dialog = use_modal(props.open);
    let close = props.act.reform(|_: MouseEvent| Action::Lessons(false));
    let closed = props.act.reform(|_: Event| Action::Lessons(false));
    html! {
        <dialog ref={dialog} class="help lessons" aria-labelledby="lessons-title" onclose={closed}>
            <h2 id="lessons-title">{ "Lessons" }</h2>
            if props.open {
                <p class="quiet">{ "Predict what a cache does, then see it done. The easiest comes first." }</p>
                <ol>
                    for lesson in engine::lessons() {
                        <li key={lesson.id.as_str()}>{ entry(props, lesson) }</li>
                    }
                </ol>
                <p class="buttons">
                    <button type="button" class="button" onclick={close}>{ "Close" }</button>
                </p>
            }
        </dialog>
    }
}

fn entry(props: &LessonsProps, lesson: &'static LessonName) -> Html {
    let open = props.progress.clone().filter(|progress| progress.lesson == lesson.id);
    let known = open.or_else(|| learner::recall(&lesson.id));
    let begun = known.filter(|known| known.step > 0 || known.done || !known.answers.is_empty());
    let (state, text) = match &begun {
        None => ("new", "Not begun".to_owned()),
        Some(progress) if progress.done => ("done", "Done".to_owned()),
        Some(progress) => ("begun", format!("At step {} of {}", progress.step + 1, lesson.steps)),
    };
    let choose = {
        let (command, act) = (props.command.clone(), props.act.clone());
        move |_: MouseEvent| {
            act.emit(Action::Lessons(false));
            command.emit(Command::Preset(lesson.preset.to_owned()));
        }
    };
    html! {
        <>
            <button type="button" class="button" data-lesson={lesson.id.clone()} onclick={choose}>{ &lesson.title }</button>
            <span class="quiet">{ format!("{} steps, about {} minutes", lesson.steps, lesson.minutes) }</span>
            <span class={classes!("state", state)}>{ text }</span>
        </>
    }
}
