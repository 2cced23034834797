//! The lesson, where there is one.

use yew::prelude::*;

use super::Scene;
use crate::ui::lesson::panel::Lesson;

pub fn view(scene: &Scene<'_>) -> Html {
    let state = scene.state;
    let Some(lesson) = &state.lesson else { return Html::default() };
    html! {
        <Lesson lesson={lesson.clone()} notes={state.opened.notes.clone()} moving={state.transport.moving()}
            command={scene.command.clone()} act={scene.act.clone()} />
    }
}
