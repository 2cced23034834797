//! The changes of the text against another text, line by line.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::diff::{Diff, DiffLine, Hunk, Sign};
use crate::strategy::builtin;
use crate::ui::drive::player::ProgramView;
use crate::ui::pieces::coloured::coloured;

/// Unchanged lines shown around a change.
const CONTEXT: usize = 3;
/// The most lines shown.
const MOST: usize = 3_000;

/// A text to compare with.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    pub id: String,
    pub label: String,
    pub source: Arc<str>,
}

/// All texts to compare with, in groups, the likeliest first.
pub fn others(
    at: usize,
    programs: &[Rc<ProgramView>],
    origin: Option<&'static builtin::Builtin>,
) -> Vec<(&'static str, Vec<Other>)> {
    let of_program = |(place, program): (usize, &Rc<ProgramView>)| {
        let keys = if program.prefix.is_empty() { "all other keys" } else { &program.prefix };
        let label = match place == at {
            true => format!("Running now: {}", program.title),
            false => format!("{keys}: {}", program.title),
        };
        Other { id: format!("run:{place}"), label, source: program.source.clone() }
    };
    let of_builtin = |builtin: &builtin::Builtin| Other {
        id: builtin.id.to_owned(),
        label: builtin.title.to_owned(),
        source: builtin.source.into(),
    };
    let here = |builtin: &&builtin::Builtin| Some(builtin.id) == origin.map(|origin| origin.id);
    let rest = builtin::all().iter().filter(|builtin| !here(builtin)).map(of_builtin);
    vec![
        ("Its origin", origin.map(of_builtin).into_iter().collect()),
        ("In this scenario", programs.iter().enumerate().map(of_program).collect()),
        ("Built in", rest.collect()),
    ]
}

#[derive(PartialEq, Properties)]
pub struct ChangesProps {
    pub text: Arc<str>,
    pub others: Rc<Vec<(&'static str, Vec<Other>)>>,
}

#[component]
pub fn Changes(props: &ChangesProps) -> Html {
    let chosen = use_state_eq(String::new);
    let all = || props.others.iter().flat_map(|(_, others)| others);
    let Some(other) = all().find(|other| other.id == *chosen).or_else(|| all().next()) else {
        return html! {};
    };
    let diff =
        use_memo((other.source.clone(), props.text.clone()), |(old, new)| Diff::of(old, new));
    let choose = {
        let chosen = chosen.setter();
        Callback::from(move |event: Event| {
            chosen.set(event.target_unchecked_into::<HtmlSelectElement>().value());
        })
    };
    html! {
        <div class="changes">
            <p class="compare">
                <label class="field inline">
                    <span>{ "Compared with" }</span>
                    <select id="compare" onchange={choose}>
                        for (label, others) in props.others.iter().filter(|(_, others)| !others.is_empty()) {
                            <optgroup key={*label} label={*label}>
                                for each in others {
                                    <option key={each.id.as_str()} value={each.id.clone()} selected={each.id == other.id}>{ &each.label }</option>
                                }
                            </optgroup>
                        }
                    </select>
                </label>
                <strong role="status" id="changed">{ format!("{}.", diff.words()) }</strong>
            </p>
            if !diff.is_empty() {
                <Table key={other.id.as_str()} {diff} name={other.label.clone()} />
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct TableProps {
    diff: Rc<Diff>,
    name: String,
}

#[component]
fn Table(props: &TableProps) -> Html {
    let unfolded = use_state_eq(BTreeSet::<u32>::new);
    let mut room = MOST;
    let mut rows: Vec<Html> = Vec::new();
    let mut left = 0;
    let put = |lines: &[DiffLine], rows: &mut Vec<Html>, room: &mut usize| {
        let some = lines.len().min(*room);
        *room -= some;
        rows.extend(lines[..some].iter().map(row));
        lines.len() - some
    };
    for hunk in props.diff.hunks(CONTEXT) {
        match hunk {
            Hunk::Shown(lines) => left += put(lines, &mut rows, &mut room),
            Hunk::Folded(lines) => {
                let first = lines[0].old.unwrap_or_default();
                if unfolded.contains(&first) {
                    left += put(lines, &mut rows, &mut room);
                } else if room > 0 {
                    rows.push(folded(lines.len(), first, &unfolded));
                }
            }
        }
    }
    html! {
        <div class="changes-frame" role="region" tabindex="0" aria-label="Changed lines">
            <table>
                <caption class="unseen">{ format!("From “{}” to your text", props.name) }</caption>
                <thead class="unseen">
                    <tr><th scope="col">{ "DiffLine there" }</th><th scope="col">{ "DiffLine here" }</th><th scope="col">{ "Change" }</th><th scope="col">{ "Code" }</th></tr>
                </thead>
                <tbody>
                    { rows }
                    if left > 0 {
                        <tr class="folded"><td colspan="4">{ format!("… and {left} lines more.") }</td></tr>
                    }
                </tbody>
            </table>
        </div>
    }
}

fn row(line: &DiffLine) -> Html {
    let (class, sign, word) = match line.sign {
        Sign::Same => ("same", "", "unchanged"),
        Sign::Added => ("added", "+", "added"),
        Sign::Removed => ("removed", "−", "removed"),
    };
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    html! {
        <tr {class}>
            <td class="number">{ number(line.old) }</td>
            <td class="number">{ number(line.new) }</td>
            <td class="sign"><span aria-hidden="true">{ sign }</span><span class="unseen">{ word }</span></td>
            <td><code>{ coloured(&line.text) }</code></td>
        </tr>
    }
}

fn folded(lines: usize, first: u32, unfolded: &UseStateHandle<BTreeSet<u32>>) -> Html {
    let unfold = {
        let unfolded = unfolded.clone();
        Callback::from(move |_: MouseEvent| {
            let mut more = (*unfolded).clone();
            more.insert(first);
            unfolded.set(more);
        })
    };
    html! {
        <tr class="folded">
            <td colspan="4">
                <button type="button" class="button small quiet" onclick={unfold}>{ format!("Show {lines} unchanged lines") }</button>
            </td>
        </tr>
    }
}
