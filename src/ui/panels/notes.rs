//! What the scenario is about and what to watch.

use yew::prelude::*;

use crate::markdown::prose::{self, Piece};

#[derive(PartialEq, Properties)]
pub struct NotesProps {
    pub text: AttrValue,
}

#[component]
pub fn Notes(props: &NotesProps) -> Html {
    html! {
        <div class="notes">
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
