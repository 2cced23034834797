//! The result of a step: whether the answer was right, and what the engine did.

use std::rc::Rc;

use yew::prelude::*;

use crate::lesson::{Answer, Reveal};
use crate::scenario::Question;
use crate::ui::drive::catalog;
use crate::ui::drive::player::Command;
use crate::ui::drive::player::learning::{Learn, LessonView};
use crate::ui::drive::state::{Action, Dialog};
use crate::ui::pieces::markdown::{blocks, phrase};

#[derive(PartialEq, Properties)]
pub struct RevealedProps {
    pub lesson: Rc<LessonView>,
    pub learn: Callback<Learn>,
    pub command: Callback<Command>,
    pub act: Callback<Action>,
}

#[component]
pub fn Revealed(props: &RevealedProps) -> Html {
    let lesson = &props.lesson;
    let Some(reveal) = &lesson.reveal else { return Html::default() };
    let Some(words) = lesson.course.words(lesson.at) else { return Html::default() };
    let verdict = match (reveal.right, &lesson.step().goal) {
        (Some(true), _) => Some(("right", "Right")),
        (Some(false), _) => Some(("wrong", "Not quite")),
        (None, Some(_)) => Some(("right", "Reached")),
        (None, None) => None,
    };
    let next = props.learn.reform(|_: MouseEvent| Learn::Next);
    // where there is no verdict to take the focus of the control that has gone
    let is_first = verdict.is_none() && !lesson.is_last();
    html! {
        <div class="revealed" data-right={reveal.right.map(|right| right.to_string())}>
            if let Some((class, text)) = verdict {
                <h4 class={classes!("judged", class)} tabindex="-1" data-focus="">{ text }</h4>
            }
            if lesson.step().question.is_some() { <p class="asked quiet">{ phrase(&words.prompt) }</p> }
            { choices(lesson, reveal) }
            { measured(lesson, reveal) }
            <div class="text" tabindex={is_first.then_some("-1")} data-focus={is_first.then_some("")}>
                { blocks(&reveal.explanation) }{ blocks(&reveal.after) }
            </div>
            for why in &lesson.refused { <p class="bad">{ format!("Not done: {why}.") }</p> }
            if lesson.is_last() {
                <End lesson={lesson.clone()} learn={props.learn.clone()} command={props.command.clone()} act={props.act.clone()} />
            } else {
                <p class="buttons">
                    <button type="button" class="button primary" id="lesson-next" onclick={next}>{ "Next" }</button>
                </p>
            }
        </div>
    }
}

/// Each choice, whether it is right, and the note to those who chose it.
fn choices(lesson: &LessonView, reveal: &Reveal) -> Html {
    if reveal.choices.is_empty() {
        return Html::default();
    }
    let Some(words) = lesson.course.words(lesson.at) else { return Html::default() };
    let texts = words.choices.iter().zip(&words.notes).zip(&reveal.choices);
    html! {
        <ul class="outcomes">
            for (index, ((text, note), choice)) in texts.enumerate() {
                <li key={index} class={if choice.right { "right" } else { "wrong" }} data-chosen={choice.chosen.to_string()}>
                    <span class="sign">{ if choice.right { "✓ True" } else { "✗ False" } }</span>
                    <span class="what">
                        { phrase(text) }
                        if choice.chosen { <b class="tag">{ "your answer" }</b> }
                        if choice.chosen && !choice.right && !note.is_empty() { <span class="note">{ phrase(note) }</span> }
                    </span>
                </li>
            }
        </ul>
    }
}

fn measured(lesson: &LessonView, reveal: &Reveal) -> Html {
    let (Some(measured), Some(Question::Number { unit, within, .. })) =
        (&reveal.measured, &lesson.step().question)
    else {
        return Html::default();
    };
    let Some(Answer::Number(given)) = &reveal.answer else { return Html::default() };
    let words = lesson.course.words(lesson.at);
    let note = words.zip(measured.guess).and_then(|(words, guess)| words.notes.get(guess));
    let with_unit = |number: f64| format!("{number} {}", unit.sign()).trim_end().to_owned();
    html! {
        <>
        <dl class="measured">
            <div><dt>{ "You said" }</dt><dd>{ with_unit(*given) }</dd></div>
            <div><dt>{ "Measured" }</dt><dd>{ &measured.words }</dd></div>
            if *within > 0.0 { <div><dt>{ "Near enough" }</dt><dd>{ format!("± {}", with_unit(*within)) }</dd></div> }
        </dl>
        if let Some(note) = note { <p class="note">{ phrase(note) }</p> }
        </>
    }
}

/// The end: what was learned, and where to go next.
#[component]
fn End(props: &RevealedProps) -> Html {
    let lesson = &props.lesson;
    let course = &lesson.course;
    let (right, all) = (lesson.progress.right(), course.questions().len());
    let score = match all {
        0 => String::new(),
        1 => format!("{right} of 1 question right at the first answer."),
        _ => format!("{right} of {all} questions right at the first answer."),
    };
    let lessons = catalog::lessons();
    let own = lessons.iter().position(|each| each.id == course.lesson.id);
    let next = own.and_then(|own| lessons.get(own + 1));
    let open = |preset: &'static str| {
        props.command.reform(move |_: MouseEvent| Command::Preset(preset.to_owned()))
    };
    let over = props.learn.reform(|_: MouseEvent| Learn::StartOver);
    let list = props.act.reform(|_: MouseEvent| Action::Open(Dialog::Lessons));
    html! {
        <div class="end">
            <h4 tabindex="-1" data-focus="">{ "The lesson is complete" }</h4>
            <p class="score">{ score }</p>
            <p><b>{ "What you can do now: " }</b>{ &course.lesson.objective }</p>
            <p class="buttons">
                if let Some(next) = next {
                    <button type="button" class="button primary" id="lesson-following" onclick={open(next.preset)}>
                        { format!("Next lesson: {}", next.title) }
                    </button>
                }
                <button type="button" class="button" onclick={list} aria-haspopup="dialog">{ "All lessons" }</button>
                <button type="button" class="button" id="lesson-over" onclick={over}>{ "Start over" }</button>
            </p>
        </div>
    }
}
