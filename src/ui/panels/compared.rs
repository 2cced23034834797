//! Strategies side by side, if the scenario or the address names some.

use std::rc::Rc;

use yew::prelude::*;

use super::PageContext;
use crate::page::Panel;
use crate::scenario::Scenario;
use crate::ui::compared::{ComparedProps, SideBySide};
use crate::ui::drive::player::Command;
use crate::ui::pieces::section::Section;

pub fn view(page: &PageContext<'_>) -> Html {
    let chosen = page.compared();
    if chosen.is_empty() {
        return Html::default();
    }
    let compared = ComparedProps {
        scenario: page.scenario.clone(),
        play: page.command.reform({
            let compare = page.state.opened.compare.clone();
            move |mut scenario: Scenario| {
                // it stays beside what is played
                scenario.view.compare.clone_from(&compare);
                Command::Open(Box::new(scenario))
            }
        }),
    };
    // another scenario, or other strategies, begin again
    let key = format!("{} {}", page.state.opened.title, chosen.join(","));
    html! {
        <Section panel={Panel::Compared}>
            <SideBySide {key} chosen={Rc::new(chosen.to_vec())} at_once=true {compared} />
        </Section>
    }
}
