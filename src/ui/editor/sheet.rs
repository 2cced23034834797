//! The text of the editor: a text area over the same text in colours.
//!
//! The text area has the caret, the selection, input methods and the undo history; it is
//! transparent. The visible text is below it, in the same font at the same positions. Both are as
//! large as the text, and are scrolled together by the element around them, so that they stay
//! aligned.

use std::rc::Rc;
use std::sync::Arc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDocument, HtmlTextAreaElement, KeyboardEvent};
use yew::prelude::*;

use super::blocks::Block;
use super::text::{self, Edit};
use crate::strategy::SyntaxError;
use crate::ui::pieces::coloured::{coloured, in_colour};
use crate::ui::pieces::highlight;

/// The most letters of a line that are coloured.
const COLOURED: usize = 1_000;
/// The most lines inserted as if they were typed, which is slow in a browser.
const MOST_TYPED: usize = 500;

#[derive(PartialEq, Properties)]
pub struct SheetProps {
    pub area: NodeRef,
    pub blocks: Rc<Vec<Block>>,
    pub lines: usize,
    pub problems: Rc<[SyntaxError]>,
    /// The text; the text area takes it whenever `turn` changes.
    pub text: Arc<str>,
    pub turn: (usize, u32),
    pub readonly: bool,
    pub typed: Callback<String>,
    /// Called on Ctrl+Enter.
    pub run: Callback<()>,
    /// Called on F8.
    pub next_problem: Callback<()>,
}

#[component]
pub fn Sheet(props: &SheetProps) -> Html {
    let area = &props.area;
    // After Escape, Tab goes on to the next control. The next key may come before it is drawn.
    let leaves = use_state_eq(|| false);
    let escaped = use_mut_ref(|| false);
    let moved = use_mut_ref(|| false);
    {
        let (area, text) = (area.clone(), props.text.clone());
        use_effect_with(props.turn, move |_| {
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                area.set_value(&text);
                // It begins at its beginning.
                let _ = area.set_selection_range(0, 0);
            }
        });
    }
    {
        let (area, moved) = (area.clone(), moved.clone());
        use_effect_with(props.blocks.clone(), move |_| {
            if let Some(area) = area.cast::<HtmlTextAreaElement>().filter(|_| moved.take()) {
                keep_caret_in_view(&area);
            }
        });
    }
    let oninput = {
        let (area, typed) = (area.clone(), props.typed.clone());
        Callback::from(move |_: InputEvent| {
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                *moved.borrow_mut() = true;
                typed.emit(area.value());
            }
        })
    };
    let onkeydown = {
        let (area, leaves) = (area.clone(), leaves.setter());
        let (run, next_problem, typed) =
            (props.run.clone(), props.next_problem.clone(), props.typed.clone());
        let readonly = props.readonly;
        Callback::from(move |event: KeyboardEvent| {
            let Some(area) = area.cast::<HtmlTextAreaElement>() else { return };
            let key = event.key();
            if event.is_composing() || matches!(&*key, "Shift" | "Control" | "Alt" | "Meta") {
                return;
            }
            let leaving = escaped.take();
            leaves.set(false);
            let with = event.ctrl_key() || event.meta_key();
            let change: fn(&str, u32, u32) -> Edit = match key.as_str() {
                "Escape" if !leaving && !readonly => {
                    *escaped.borrow_mut() = true;
                    leaves.set(true);
                    return event.prevent_default();
                }
                "F8" => {
                    event.prevent_default();
                    return next_problem.emit(());
                }
                "Enter" if with => {
                    event.prevent_default();
                    return run.emit(());
                }
                _ if readonly || with || event.alt_key() => return,
                "Enter" if !event.shift_key() => text::enter,
                "Tab" if leaving => return,
                "Tab" if event.shift_key() => text::outdent,
                "Tab" => text::indent,
                _ => return,
            };
            event.prevent_default();
            let value = area.value();
            let start = area.selection_start().ok().flatten().unwrap_or_default();
            let end = area.selection_end().ok().flatten().unwrap_or(start);
            carry_out(&area, &change(&value, start, end), &typed);
        })
    };
    let numbers = use_memo((props.lines, props.problems.clone()), |(lines, problems)| {
        let wrong = |line: usize| problems.iter().any(|problem| problem.line as usize == line);
        (1..=*lines)
            .map(|line| if wrong(line) { format!("✗ {line}\n") } else { format!("{line}\n") })
            .collect::<String>()
    });
    let wrong = !props.problems.is_empty();
    html! {
        <>
            <div class="sheet">
                <div class="sheet-numbers" aria-hidden="true">{ &*numbers }</div>
                <div class="sheet-stack">
                    <div class="sheet-text" aria-hidden="true">
                        for block in props.blocks.iter() {
                            <Lines key={block.id} text={block.text.clone()} lines={block.lines}
                                problems={at(block, &props.problems)} />
                        }
                        // Room for what is wrong with the last line, and for a caret on the way to a new one.
                        <div class="code-row">{ for props.problems.iter().filter(|it| it.line as usize == props.lines).map(|it| note(it, 0)) }</div>
                    </div>
                    <textarea ref={area} id="strategy-text" aria-label="The strategy's code" wrap="off" spellcheck="false"
                        autocomplete="off" autocapitalize="off" data-focus="true" readonly={props.readonly} {oninput} {onkeydown}
                        aria-invalid={wrong.to_string()}
                        aria-describedby={if wrong { "strategy-problems strategy-keys" } else { "strategy-keys" }} />
                </div>
            </div>
            <p class="quiet" id="strategy-keys" role="status">
                { match (props.readonly, *leaves) {
                    (true, _) => "Read-only: you can view and copy the text.",
                    (_, true) => "Tab leaves the text now; Escape closes the editor.",
                    _ => "Tab indents. Escape, then Tab, leaves the text. Ctrl+Enter runs it, F8 goes to the next problem.",
                } }
            </p>
        </>
    }
}

/// Selects the text between two offsets, and scrolls to it.
pub fn select(area: &HtmlTextAreaElement, from: u32, to: u32) {
    let _ = area.focus();
    let _ = area.set_selection_range(from, to);
    keep_caret_in_view(area);
}

/// Applies an edit to the text area as if it were typed, so that it can be undone.
fn carry_out(area: &HtmlTextAreaElement, edit: &Edit, typed: &Callback<String>) {
    let _ = area.set_selection_range(edit.from, edit.to);
    let document = web_sys::window().and_then(|window| window.document());
    let document = document.and_then(|document| document.dyn_into::<HtmlDocument>().ok());
    let command = if edit.text.is_empty() { "delete" } else { "insertText" };
    let short = edit.text.matches('\n').count() < MOST_TYPED;
    let done = document.filter(|_| short).and_then(|document| {
        document.exec_command_with_show_ui_and_value(command, false, &edit.text).ok()
    });
    let nothing = edit.text.is_empty() && edit.from == edit.to;
    if done != Some(true) && !nothing {
        // This the browser cannot undo.
        let _ = area.set_range_text(&edit.text);
        typed.emit(area.value());
    }
    let _ = area.set_selection_range(edit.select.0, edit.select.1);
}

/// Scrolls to the line of the caret.
fn keep_caret_in_view(area: &HtmlTextAreaElement) {
    let Ok(Some(sheet)) = area.closest(".sheet") else { return };
    let Ok(Some(row)) = sheet.query_selector(".code-row") else { return };
    let caret = area.selection_end().ok().flatten().unwrap_or_default();
    let line = f64::from(text::line_at(&area.value(), caret) - 1);
    let height = row.get_bounding_client_rect().height();
    let (top, bottom) = (line * height, (line + 3.0) * height);
    let (above, room) = (f64::from(sheet.scroll_top()), f64::from(sheet.client_height()));
    if top < above {
        sheet.set_scroll_top((top - height).max(0.0) as i32);
    } else if bottom > above + room {
        sheet.set_scroll_top((bottom - room) as i32);
    }
    if let Ok(Some(wrong)) = sheet.query_selector(&format!("[data-wrong='{}']", line + 1.0)) {
        show_across(&sheet, &wrong);
    }
}

/// Scrolls sideways to an error.
fn show_across(sheet: &Element, wrong: &Element) {
    let (frame, wrong) = (sheet.get_bounding_client_rect(), wrong.get_bounding_client_rect());
    let gutter = 60.0;
    if wrong.left() < frame.left() + gutter || wrong.left() > frame.right() - gutter {
        let left = wrong.left() - frame.left() - frame.width() / 2.0;
        sheet.set_scroll_left(sheet.scroll_left() + left as i32);
    }
}

/// The errors of a block's lines, and of the line before its first.
fn at(block: &Block, problems: &[SyntaxError]) -> Vec<(usize, SyntaxError)> {
    let here = |problem: &SyntaxError| {
        let below = problem.line as usize;
        (block.first..block.first + block.lines + 1).contains(&below)
    };
    // Counted from the block's first line, so that it stays the same when lines come in above.
    let relative = |problem: &SyntaxError| (problem.line as usize - block.first, problem.clone());
    problems.iter().filter(|problem| here(problem)).map(relative).collect()
}

#[derive(PartialEq, Properties)]
struct LinesProps {
    text: Arc<str>,
    lines: usize,
    /// With the number of their line in the block, from 1; 0 is the line before it.
    problems: Vec<(usize, SyntaxError)>,
}

#[component]
fn Lines(props: &LinesProps) -> Html {
    let problem = |line: usize| props.problems.iter().find(|(at, _)| *at == line);
    let lines = props.text.split('\n').take(props.lines).enumerate();
    html! {
        <div class="code-rows">
            for (at, line) in lines {
                <div class="code-row">
                    if let Some((_, problem)) = problem(at + 1) { { marked(line, problem) } } else { { short(line) } }
                    if let Some((_, above)) = problem(at) { { note(above, line.chars().count()) } }
                </div>
            }
        </div>
    }
}

fn short(line: &str) -> Html {
    match line.char_indices().nth(COLOURED) {
        None => coloured(line),
        Some((end, _)) => html! { <>{ coloured(&line[..end]) }{ &line[end..] }</> },
    }
}

/// A line in its colours, with an error underlined.
fn marked(line: &str, problem: &SyntaxError) -> Html {
    let byte = |column: u32| {
        let found = line.char_indices().nth(column as usize);
        found.map_or(line.len(), |(at, _)| at)
    };
    let start = problem.column.saturating_sub(1);
    let (from, to) = (byte(start), byte(start + problem.length));
    if line.len() > COLOURED {
        return html! { <>{ &line[..from] }{ wrong(problem, html! { { &line[from..to] } }) }{ &line[to..] }</> };
    }
    let mut at = 0;
    let mut parts: [Vec<Html>; 3] = Default::default();
    for (kind, piece) in highlight::line(line) {
        let end = at + piece.len();
        for (place, (low, high)) in
            [(0, from), (from, to), (to, line.len())].into_iter().enumerate()
        {
            let (low, high) = (low.clamp(at, end), high.clamp(at, end));
            if low < high {
                parts[place].push(in_colour(kind, &line[low..high]));
            }
        }
        at = end;
    }
    let [before, here, after] = parts;
    html! { <>{ for before }{ wrong(problem, here.into_iter().collect()) }{ for after }</> }
}

/// At a line's end there may be no text to underline.
fn wrong(problem: &SyntaxError, text: Html) -> Html {
    html! { <span class="wrong" data-wrong={problem.line.to_string()}>{ text }</span> }
}

/// The message of an error in the line above: below its column if this line is short enough, else
/// after the line.
fn note(problem: &SyntaxError, length: usize) -> Html {
    let column = problem.column.saturating_sub(1) as usize;
    let spaces = if column > length { (column - length).min(120) } else { 2 };
    let spaces = " ".repeat(spaces);
    html! {
        <>
            { spaces }
            <span class="sheet-note">{ "✗ " }{ &problem.message }<span class="advice">{ " – " }{ &problem.advice }</span></span>
        </>
    }
}
