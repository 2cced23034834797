//! The messages of the diagram as a table.

use std::rc::Rc;

use yew::prelude::*;

use super::course::hand;
use crate::time;
use crate::ui::drive::kinship::Kin;
use crate::ui::drive::player::Command;
use crate::view::{Arrow, ArrowEnd, Diagram};

#[derive(PartialEq, Properties)]
pub struct ListProps {
    pub diagram: Rc<Diagram>,
    pub lit: Option<Rc<Kin>>,
    pub command: Callback<Command>,
}

/// The messages as a table, newest first: those in flight are at the top.
#[component]
pub fn List(props: &ListProps) -> Html {
    let row = |arrow: &Arrow| {
        let lit =
            props.lit.as_ref().is_some_and(|kin| kin.holds(&arrow.label, arrow.key.as_deref()));
        let ended = arrow.ended_us.map(time::instant).unwrap_or_default();
        let end = match arrow.end {
            ArrowEnd::Landed => format!("landed at {ended}"),
            ArrowEnd::Dropped(why) => why.to_owned(),
            ArrowEnd::UnderWay => "under way".to_owned(),
            ArrowEnd::Held => "held".to_owned(),
        };
        html! {
            <tr key={arrow.seq.unwrap_or(arrow.id)} class={classes!(lit.then_some("lit"))} data-of={arrow.label.clone()}
                data-about={arrow.key.as_deref().map(str::to_owned)}>
                <th scope="row">{ &arrow.label }{ " " }<code>{ &arrow.text }</code></th>
                <td>{ &arrow.path }</td>
                <td>{ time::instant(arrow.sent_us) }</td>
                <td>{ end }{ if arrow.failed { ", failed" } else { "" } }</td>
                <td>{ hand(arrow, &props.command) }</td>
            </tr>
        }
    };
    html! {
        <div class="numbers message-list" role="region" tabindex="0" aria-label="List of messages" data-refuge="">
            <table>
                <caption>{ "Messages in this time range, newest first" }</caption>
                <thead><tr>
                    <th scope="col">{ "Message" }</th><th scope="col">{ "Path" }</th><th scope="col">{ "Sent" }</th>
                    <th scope="col">{ "End" }</th><th scope="col">{ "Actions" }</th>
                </tr></thead>
                <tbody>{ for props.diagram.arrows.iter().rev().map(row) }</tbody>
            </table>
        </div>
    }
}
