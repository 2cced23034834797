//! Coloured code.

use yew::prelude::*;

use super::highlight;

/// A line of code, coloured.
pub fn coloured(text: &str) -> Html {
    highlight::line(text).into_iter().map(|(kind, piece)| in_colour(kind, piece)).collect()
}

pub fn in_colour(kind: highlight::CodeKind, piece: &str) -> Html {
    match kind.class() {
        Some(class) => html! { <span class={format!("t-{class}")}>{ piece }</span> },
        None => html! { { piece } },
    }
}
