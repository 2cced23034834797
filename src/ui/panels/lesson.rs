//! The lesson, if one is open.

use yew::prelude::*;

use super::PageContext;
use crate::ui::lesson::panel::Lesson;

pub fn view(page: &PageContext<'_>) -> Html {
    let state = page.state;
    let Some(lesson) = &state.lesson else { return Html::default() };
    html! {
        <Lesson lesson={lesson.clone()} host={page.host.clone()} notes={state.opened.notes.clone()} moving={state.transport.moving()}
            command={page.command.clone()} act={page.act.clone()} />
    }
}
