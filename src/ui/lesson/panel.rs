//! The lesson panel: the text of a step, its question, and its result.

use std::rc::Rc;

use yew::prelude::*;

use crate::markdown::plain;
use crate::page::Panel;
use crate::scenario::LessonStep;
use crate::ui::browser::dom::{document, find, focus, show};
use crate::ui::browser::host::HostPage;
use crate::ui::drive::catalog;
use crate::ui::drive::player::Command;
use crate::ui::drive::player::learning::{Learn, LessonView, Stage};
use crate::ui::drive::state::Action;
use crate::ui::lesson::learner::{use_progress, use_statements};
use crate::ui::lesson::question::Ask;
use crate::ui::lesson::reveal::Revealed;
use crate::ui::pieces::markdown::{blocks, phrase};

#[derive(PartialEq, Properties)]
pub struct LessonProps {
    pub lesson: Rc<LessonView>,
    /// The page that embeds this one.
    pub host: Option<HostPage>,
    /// The scenario's notes.
    pub notes: String,
    /// Whether time is passing.
    pub moving: bool,
    pub command: Callback<Command>,
    pub act: Callback<Action>,
}

#[component]
pub fn Lesson(props: &LessonProps) -> Html {
    let lesson = &props.lesson;
    let learn = props.command.reform(Command::Learn);
    use_progress(lesson, &props.command, &props.act);
    use_statements(&props.host, lesson);
    use_focus(lesson);
    let (step, at) = (lesson.step(), lesson.at);
    let steps = lesson.course.lesson.steps.len();
    let Some(words) = lesson.course.words(at) else { return Html::default() };
    let again = learn.reform(|_: MouseEvent| Learn::Again);
    html! {
        <section class="panel lesson" data-panel={Panel::Lesson.id()} aria-labelledby="lesson-title" data-step={(at + 1).to_string()}>
            <div class="title">
                <h2 id="lesson-title">{ catalog::lesson_title(lesson.course.title()) }</h2>
                <p class="quiet">{ format!("Step {} of {steps}", at + 1) }</p>
                <progress aria-label="Steps of the lesson" value={(at + 1).to_string()} max={steps.to_string()} />
                <div class="buttons ways">
                    <button type="button" class="button small" id="lesson-back" disabled={at == 0}
                        onclick={learn.reform(|_: MouseEvent| Learn::Back)}>{ "Back" }</button>
                    <button type="button" class="button small" id="lesson-again" onclick={again}>{ "Start this step again" }</button>
                </div>
            </div>
            <div class="sides">
                <div class="says">
                    <h3 id="lesson-step" tabindex="-1">{ &step.title }</h3>
                    <div class="text">{ blocks(&words.text) }</div>
                    { watch(step, &props.act) }
                    if at == 0 { { about(props) } }
                </div>
                <div class="does">{ task(props, &learn) }</div>
            </div>
            <p class="unseen" role="status" id="lesson-said">{ said(lesson) }</p>
        </section>
    }
}

/// What the learner does now, or the result.
fn task(props: &LessonProps, learn: &Callback<Learn>) -> Html {
    let lesson = &props.lesson;
    let words = lesson.course.words(lesson.at).cloned().unwrap_or_default();
    let button = |class: &'static str, id: &'static str, text: &'static str, asks: Learn| {
        let onclick = learn.reform(move |_: MouseEvent| asks.clone());
        html! { <button type="button" class={classes!("button", class)} {id} {onclick}>{ text }</button> }
    };
    let skip = || button("", "lesson-skip", "Skip ahead", Learn::Skip);
    let playing = |what: &'static str| {
        let on = props.command.reform(|_: MouseEvent| Command::Play(true));
        html! {
            <div class="playing">
                if !words.prompt.is_empty() { <p class="asked quiet">{ phrase(&words.prompt) }</p> }
                <p tabindex="-1" data-focus="">{ what }</p>
                <p class="buttons">
                    if !props.moving {
                        <button type="button" class="button primary" id="lesson-go-on" onclick={on}>{ "Go on" }</button>
                    }
                    { skip() }
                </p>
            </div>
        }
    };
    match lesson.stage {
        Stage::Arriving => html! {
            <p class="quiet" data-focus="" tabindex="-1">{ "Replaying the steps before this one …" }</p>
        },
        Stage::Asks => match &lesson.step().question {
            Some(question) => {
                let known = lesson.progress.answers.contains_key(question.id());
                html! {
                    <Ask key={format!("{}-{}", lesson.at, lesson.turns)} question={Rc::new(question.clone())}
                        words={Rc::new(words)} {known} commit={learn.reform(Learn::Commit)} />
                }
            }
            None => Html::default(),
        },
        Stage::Ready => html! {
            <div class="playing">
                <p>{ "Read first. Then watch what happens." }</p>
                <p class="buttons">{ button("primary", "lesson-play", "Play this step", Learn::Play) }</p>
            </div>
        },
        Stage::Playing if props.moving => playing("The run continues. Watch what happens …"),
        Stage::Playing => playing("The run is paused in the middle of this step."),
        Stage::Goal { shown: true } => playing("This is one way to do it."),
        Stage::Goal { shown: false } => html! {
            <Goal key={format!("{}-{}", lesson.at, lesson.turns)} hint={phrase(&words.hint)}
                learn={learn.clone()} />
        },
        Stage::Over => html! {
            <Revealed lesson={lesson.clone()} learn={learn.clone()} command={props.command.clone()} act={props.act.clone()} />
        },
    }
}

#[derive(PartialEq, Properties)]
struct GoalProps {
    hint: Html,
    learn: Callback<Learn>,
}

/// A goal for the learner to reach, with help on request.
#[component]
fn Goal(props: &GoalProps) -> Html {
    let open = use_state_eq(|| false);
    let hint = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let show = props.learn.reform(|_: MouseEvent| Learn::Show);
    let has_hint = props.hint != Html::default();
    html! {
        <div class="goal">
            <h4 data-focus="" tabindex="-1">{ "Do it in the panels below" }</h4>
            <p>{ "Not reached yet. The step ends as soon as you reach the goal." }</p>
            <p class="buttons">
                if has_hint {
                    <button type="button" class="button" id="lesson-hint" aria-expanded={open.to_string()} onclick={hint}>{ "Hint" }</button>
                }
                <button type="button" class="button" id="lesson-show" onclick={show}>{ "Show me how" }</button>
            </p>
            if *open { <p class="hint" role="status">{ props.hint.clone() }</p> }
        </div>
    }
}

/// What to watch: keys, and a panel that is marked and linked.
fn watch(step: &LessonStep, act: &Callback<Action>) -> Html {
    let watch = &step.watch;
    if watch.keys.is_empty() && watch.panel.is_none() {
        return Html::default();
    }
    let choose = |key: &str| {
        let key = key.to_owned();
        act.reform(move |_: MouseEvent| Action::Key(key.clone()))
    };
    html! {
        <p class="watch buttons">
            <span class="quiet">{ "Watch" }</span>
            for key in &watch.keys {
                <button key={key.as_str()} type="button" class="button small" title={format!("Choose {key}")} onclick={choose(key)}>
                    <code>{ key }</code>
                </button>
            }
            if let Some(panel) = watch.panel {
                <button type="button" class="button small" id="lesson-watch" onclick={Callback::from(move |_: MouseEvent| show(panel))}>
                    { panel.heading() }
                </button>
            }
        </p>
    }
}

fn about(props: &LessonProps) -> Html {
    let lesson = &props.lesson.course.lesson;
    html! {
        <details class="about-lesson">
            <summary>{ "About this lesson" }</summary>
            <p>{ format!("About {} minutes. {}", lesson.minutes, lesson.audience) }</p>
            <p>{ &lesson.objective }</p>
            for paragraph in props.notes.split("\n\n") {
                <p>{ paragraph.replace(['`', '*'], "") }</p>
            }
        </details>
    }
}

/// The announcement for screen readers.
fn said(lesson: &LessonView) -> String {
    let Some(reveal) = lesson.reveal.as_ref().filter(|_| lesson.stage == Stage::Over) else {
        return String::new();
    };
    let verdict = match (reveal.right, &lesson.step().goal) {
        (Some(true), _) => "Right. ",
        (Some(false), _) => "Not quite. ",
        (None, Some(_)) => "The goal is reached. ",
        (None, None) => "",
    };
    format!("{verdict}{} {}", plain(&reveal.explanation), plain(&reveal.after)).trim().to_owned()
}

/// Moves the focus to the heading of the step that a learner went to, or to the element that
/// replaces the control just used.
#[hook]
fn use_focus(lesson: &LessonView) {
    let before = use_mut_ref(|| None);
    use_effect_with((lesson.turns, lesson.stage), move |now| {
        let (turns, stage) = *now;
        let before = before.replace(Some((turns, stage)));
        let Some((turned, _)) = before else { return };
        if turned != turns {
            if let Some(heading) = find("#lesson-step") {
                focus(heading);
            }
            return;
        }
        let active = document().and_then(|document| document.active_element());
        let free = active.is_none_or(|active| {
            active.tag_name() == "BODY" || active.closest(".lesson").ok().flatten().is_some()
        });
        if let Some(next) = find(".lesson [data-focus]").filter(|_| free) {
            focus(next);
        }
    });
}
