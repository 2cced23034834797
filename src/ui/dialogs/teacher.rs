//! A lesson's page for teachers: the questions, and the engine's answers.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use crate::embed::{self, Options};
use crate::lesson::{self, Course, Links, Section};
use crate::markdown;
use crate::scenario::Problem;
use crate::ui::browser::download;
use crate::ui::browser::host;
use crate::ui::dialogs::share::Copied;
use crate::ui::drive::catalog;
use crate::ui::drive::player::list;

#[derive(PartialEq, Properties)]
pub struct TeacherProps {
    /// The lesson's preset.
    pub preset: &'static str,
}

#[component]
pub fn Teacher(props: &TeacherProps) -> Html {
    let written = use_state(|| None::<Result<Rc<Vec<Section>>, Vec<Problem>>>);
    use_effect_with(props.preset, {
        let written = written.setter();
        move |preset| {
            let preset = *preset;
            // First it is drawn that the lesson is played, which takes a moment.
            let timer = Timeout::new(20, move || written.set(Some(write(preset).map(Rc::new))));
            move || drop(timer)
        }
    });
    match &*written {
        None => html! {
            <p role="status" class="quiet">{ "Playing the lesson to find the answers …" }</p>
        },
        Some(Err(problems)) => {
            html! { <p role="alert" class="notice bad">{ list(problems, " · ") }</p> }
        }
        Some(Ok(sections)) => html! {
            <>
                for (number, section) in sections.iter().enumerate() { { drawn(number, section) } }
                <Taken text={lesson::page(sections)} preset={props.preset} />
            </>
        },
    }
}

fn write(preset: &'static str) -> Result<Vec<Section>, Vec<Problem>> {
    let scenario = catalog::preset(preset).unwrap_or_default();
    let course = Rc::new(Course::new(&scenario)?);
    let rehearsal = lesson::rehearse(&course, lesson::any_answer)?;
    let options = Options { preset: Some(preset.to_owned()), ..Options::default() };
    let open = embed::address(&host::page(), &options, "");
    let code = embed::element(&host::page(), &options, "", &scenario.title);
    let links = Links { open: Some(&open), embed: Some(&code) };
    Ok(lesson::sections(&course, &rehearsal, links))
}

fn drawn(number: usize, section: &Section) -> Html {
    let text = match markdown::parse(&section.text) {
        Ok(blocks) => crate::ui::pieces::markdown::blocks(&blocks),
        Err(_) => html! { <pre tabindex="0">{ &section.text }</pre> },
    };
    html! {
        <section key={number}>
            if number > 0 { <h3>{ format!("{number}. {}", section.heading) }</h3> }
            { text }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct TakenProps {
    text: String,
    preset: &'static str,
}

/// The page as Markdown, to copy, save or print.
#[component]
fn Taken(props: &TakenProps) -> Html {
    let failed = use_state_eq(|| false);
    let save = {
        let (text, preset, failed) = (props.text.clone(), props.preset, failed.setter());
        Callback::from(move |_: MouseEvent| {
            let name = format!("stalemate-{preset}.md");
            failed.set(download::save(&name, "text/markdown", &text).is_err());
        })
    };
    let print = Callback::from(|_: MouseEvent| {
        if let Some(window) = web_sys::window() {
            // A browser without a printer has said so itself.
            let _ = window.print();
        }
    });
    html! {
        <div class="taken">
            <Copied id="teacher-markdown" label="As Markdown" text={props.text.clone()} />
            <p class="buttons">
                <button type="button" class="button" id="teacher-save" onclick={save}>{ "Save" }</button>
                <button type="button" class="button" id="teacher-print" onclick={print}>{ "Print" }</button>
            </p>
            if *failed { <p role="alert" class="notice bad">{ "The browser did not save the file." }</p> }
        </div>
    }
}
