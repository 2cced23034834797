//! A message's path as text, and the actions on it.

use yew::prelude::*;

use crate::time;
use crate::ui::drive::player::Command;
use crate::ui::pieces::hand::Hand;
use crate::view::{Arrow, ArrowEnd};

/// "app 1 → cache, sent 0.3 ms, landed at 0.5 ms"
pub fn course(arrow: &Arrow) -> String {
    let way = format!("{}, sent at {}", arrow.path, time::instant(arrow.sent_us));
    let at = arrow.ended_us.map(time::instant).unwrap_or_default();
    match arrow.end {
        ArrowEnd::Landed => format!("{way}, landed at {at}"),
        ArrowEnd::Dropped(why) => format!("{way}, {why}"),
        ArrowEnd::UnderWay if at.is_empty() => format!("{way}, under way"),
        ArrowEnd::UnderWay => format!("{way}, lands at {at}"),
        ArrowEnd::Held => format!("{way}, held"),
    }
}

pub fn hand(arrow: &Arrow, command: &Callback<Command>) -> Html {
    let Some(message) = &arrow.message else { return html! {} };
    html! {
        <Hand message={message.clone()} name={format!("{} {}", arrow.label, arrow.text)}
            held={arrow.end == ArrowEnd::Held} command={command.clone()} />
    }
}
