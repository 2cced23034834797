//! Cause chains.

use yew::prelude::*;

use crate::time;
use crate::view::CauseLine;

/// A cause chain: events with their instants, oldest first.
pub fn chain(cause: &[CauseLine]) -> Html {
    html! {
        <ol class="chain">
            for (at, line) in cause.iter().enumerate() {
                <li key={at}><span class="at">{ time::instant(line.at_us) }</span>{ " " }<span>{ &line.text }</span></li>
            }
        </ol>
    }
}
