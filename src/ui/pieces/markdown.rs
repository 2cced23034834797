//! A lesson's texts, drawn from their tree, in which no text is ever markup.

use yew::prelude::*;

use crate::markdown::{Block, Inline};

/// Paragraphs, code and lists.
pub fn blocks(blocks: &[Block]) -> Html {
    blocks.iter().map(block).collect()
}

fn block(block: &Block) -> Html {
    match block {
        Block::Paragraph(parts) => html! { <p>{ inlines(parts) }</p> },
        Block::Code(code) => html! { <pre tabindex="0"><code>{ code }</code></pre> },
        Block::List { first: None, items } => html! { <ul>{ list(items) }</ul> },
        Block::List { first: Some(first), items } => {
            html! { <ol start={first.to_string()}>{ list(items) }</ol> }
        }
    }
}

fn list(items: &[Vec<Block>]) -> Html {
    items.iter().map(|item| html! { <li>{ blocks(item) }</li> }).collect()
}

/// A text where only a phrase is allowed, as in a label or a legend.
pub fn phrase(blocks: &[Block]) -> Html {
    blocks.iter().map(|block| html! { <span class="phrase">{ phrase_of(block) }</span> }).collect()
}

fn phrase_of(block: &Block) -> Html {
    match block {
        Block::Paragraph(parts) => inlines(parts),
        Block::Code(code) => html! { <code>{ code }</code> },
        Block::List { items, .. } => items
            .iter()
            .map(|item| html! { <span class="phrase">{ "– " }{ phrase(item) }</span> })
            .collect(),
    }
}

fn inlines(parts: &[Inline]) -> Html {
    parts.iter().map(inline).collect()
}

fn inline(part: &Inline) -> Html {
    match part {
        Inline::Text(text) => html! { { text } },
        Inline::Code(text) => html! { <code>{ text }</code> },
        Inline::Emphasis(inner) => html! { <em>{ inlines(inner) }</em> },
        Inline::Strong(inner) => html! { <strong>{ inlines(inner) }</strong> },
        Inline::Link { to, text } if to.starts_with('#') => {
            html! { <a href={to.clone()}>{ inlines(text) }</a> }
        }
        Inline::Link { to, text } => {
            html! { <a href={to.clone()} target="_blank" rel="noopener noreferrer">{ inlines(text) }</a> }
        }
        Inline::Break => html! { <br /> },
    }
}
