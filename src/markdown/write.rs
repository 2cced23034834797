//! Writes a tree as text.

use super::{Block, Inline};

/// The words alone, one line per paragraph.
pub fn plain(blocks: &[Block]) -> String {
    let lines: Vec<String> = blocks.iter().map(plain_block).collect();
    lines.join("\n")
}

fn plain_block(block: &Block) -> String {
    match block {
        Block::Paragraph(inlines) => plain_inlines(inlines),
        Block::Code(code) => code.trim_end().to_owned(),
        Block::List { first, items } => {
            let item = |(index, item): (u64, &Vec<Block>)| {
                format!("{}{}", bullet(*first, index), plain(item).replace('\n', "\n  "))
            };
            (0..).zip(items).map(item).collect::<Vec<_>>().join("\n")
        }
    }
}

fn plain_inlines(inlines: &[Inline]) -> String {
    let words = |inline: &Inline| match inline {
        Inline::Text(text) | Inline::Code(text) => text.clone(),
        Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { text: inner, .. } => {
            plain_inlines(inner)
        }
        Inline::Break => "\n".to_owned(),
    };
    inlines.iter().map(words).collect()
}

/// The tree as Markdown, which parses to the same tree.
pub fn markdown(blocks: &[Block]) -> String {
    let blocks: Vec<String> = blocks.iter().map(block).collect();
    blocks.join("\n\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Paragraph(words) => inlines(words),
        Block::Code(code) => {
            let fence = "`".repeat(longest_run(code).max(2) + 1);
            format!("{fence}\n{}\n{fence}", code.trim_end_matches('\n'))
        }
        Block::List { first, items } => {
            let item = |(index, item): (u64, &Vec<Block>)| {
                let bullet = bullet(*first, index);
                let indent = format!("\n{}", " ".repeat(bullet.len()));
                format!("{bullet}{}", markdown(item).replace('\n', &indent))
            };
            (0..).zip(items).map(item).collect::<Vec<_>>().join("\n")
        }
    }
}

fn inlines(words: &[Inline]) -> String {
    let word = |inline: &Inline| match inline {
        Inline::Text(text) => escaped(text),
        Inline::Code(text) => {
            let fence = "`".repeat(longest_run(text) + 1);
            let gap = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
            format!("{fence}{gap}{text}{gap}{fence}")
        }
        Inline::Emphasis(inner) => format!("*{}*", inlines(inner)),
        Inline::Strong(inner) => format!("**{}**", inlines(inner)),
        Inline::Link { to, text } => format!("[{}](<{to}>)", inlines(text)),
        Inline::Break => "\\\n".to_owned(),
    };
    words.iter().map(word).collect()
}

/// A text with everything escaped that Markdown would interpret.
pub fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for (at, letter) in text.char_indices() {
        let begins = at == 0 && matches!(letter, '#' | '>' | '+' | '-' | '=');
        let ends = text[at + letter.len_utf8()..].chars().next().is_none_or(char::is_whitespace);
        let number = matches!(letter, '.' | ')')
            && (at > 0 && ends)
            && text[..at].bytes().all(|byte| byte.is_ascii_digit());
        if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '&') || begins || number {
            safe.push('\\');
        }
        safe.push(letter);
    }
    safe
}

fn bullet(first: Option<u64>, index: u64) -> String {
    match first {
        Some(first) => format!("{}. ", first.saturating_add(index)),
        None => "- ".to_owned(),
    }
}

/// The length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0)
}
