//! The scenario's notes: its subject, and what to watch.

use yew::prelude::*;

use super::PageContext;
use crate::markdown::prose::{self, Piece};
use crate::page::Panel;

pub fn view(page: &PageContext<'_>) -> Html {
    html! { <Notes text={page.state.opened.notes.clone()} /> }
}

#[derive(PartialEq, Properties)]
struct NotesProps {
    text: AttrValue,
}

#[component]
fn Notes(props: &NotesProps) -> Html {
    html! {
        <div class="notes" data-panel={Panel::Notes.id()}>
            for paragraph in prose::paragraphs(&props.text) {
                <p>
                    for piece in paragraph {
                        { match piece {
                            Piece::Plain(text) => html! { { text } },
                            Piece::Code(text) => html! { <code>{ text }</code> },
                            Piece::Strong(text) => html! { <strong>{ text }</strong> },
                        } }
                    }
                </p>
            }
        </div>
    }
}
