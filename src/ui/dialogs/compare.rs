//! The dialog that compares strategies: side by side, the courses' table, advice, sweeps.

use yew::prelude::*;

use crate::ui::compared::{Advice, ComparedProps, Courses, SideBySide, Sweep};
use crate::ui::dialogs::DialogContext;
use crate::ui::dialogs::frame::{DialogFrame, ScenarioDialogProps};
use crate::ui::drive::player::Command;
use crate::ui::drive::state::{Action, Dialog};

pub fn view(context: &DialogContext<'_>) -> Html {
    html! { <Compare ..ScenarioDialogProps::of(context, Dialog::Compare) /> }
}

#[component]
fn Compare(props: &ScenarioDialogProps) -> Html {
    html! {
        <DialogFrame dialog={Dialog::Compare} open={props.open} name="comparison" title="Which strategy, for this?" act={props.act.clone()}>
            <Content ..props.clone() />
        </DialogFrame>
    }
}

/// A tab of the dialog.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Side,
    Advice,
    Sweep,
    Courses,
}

impl Way {
    const ALL: [(Way, &'static str); 4] = [
        (Way::Side, "Side by side"),
        (Way::Advice, "Advise me"),
        (Way::Sweep, "Sweep"),
        (Way::Courses, "What courses say"),
    ];
}

#[component]
fn Content(props: &ScenarioDialogProps) -> Html {
    let way = use_state_eq(|| Way::Side);
    let play = {
        let (command, act) = (props.command.clone(), props.act.clone());
        Callback::from(move |scenario| {
            act.emit(Action::Close(Dialog::Compare));
            command.emit(Command::Open(Box::new(scenario)));
        })
    };
    let compared = ComparedProps { scenario: props.scenario.clone(), play };
    let choice = |(each, name): (Way, &'static str)| {
        let set = way.setter();
        html! {
            <button type="button" class="button small" aria-pressed={(*way == each).to_string()}
                onclick={Callback::from(move |_: MouseEvent| set.set(each))}>{ name }</button>
        }
    };
    html! {
        <>
            <div class="group ways" role="group" aria-label="How to compare">{ for Way::ALL.map(choice) }</div>
            { match *way {
                Way::Side => html! { <SideBySide {compared} /> },
                Way::Advice => html! { <Advice ..compared /> },
                Way::Sweep => html! { <Sweep ..compared /> },
                Way::Courses => html! { <Courses ..compared /> },
            } }
        </>
    }
}
