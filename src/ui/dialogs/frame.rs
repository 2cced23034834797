//! The frame of every dialog: a heading, the content while it is open, and a way to close it.

use yew::prelude::*;

use crate::scenario::Scenario;
use crate::ui::dialogs::DialogContext;
use crate::ui::drive::player::Command;
use crate::ui::drive::state::{Action, Dialog};
use crate::ui::pieces::modal::{Modal, use_modal};

#[derive(PartialEq, Properties)]
pub struct DialogFrameProps {
    pub dialog: Dialog,
    pub open: bool,
    /// Its class, and the prefix of its heading's id.
    pub name: &'static str,
    pub title: &'static str,
    pub act: Callback<Action>,
    /// Created when it opens, so that it starts afresh each time.
    pub children: Children,
}

/// The properties of a dialog that plays the scenario in its own ways and opens the results.
#[derive(Clone, PartialEq, Properties)]
pub struct ScenarioDialogProps {
    pub open: bool,
    /// The scenario being played, with all actions; true: it opens at the present instant.
    pub scenario: Callback<bool, Scenario>,
    pub command: Callback<Command>,
    pub act: Callback<Action>,
}

impl ScenarioDialogProps {
    pub fn of(context: &DialogContext<'_>, dialog: Dialog) -> ScenarioDialogProps {
        ScenarioDialogProps {
            open: context.is_open(dialog),
            scenario: context.scenario.clone(),
            command: context.command.clone(),
            act: context.act.clone(),
        }
    }
}

#[component]
pub fn DialogFrame(props: &DialogFrameProps) -> Html {
    let DialogFrameProps { dialog, open, name, title, .. } = *props;
    let Modal { place, oncancel, onclose } =
        use_modal(open, props.act.reform(move |()| Action::Close(dialog)));
    let close = props.act.reform(move |_: MouseEvent| Action::Close(dialog));
    let heading = format!("{name}-title");
    html! {
        <dialog ref={place} class={classes!("help", name)} aria-labelledby={heading.clone()} {oncancel} {onclose}>
            <h2 id={heading}>{ title }</h2>
            if open {
                { props.children.clone() }
                <p class="buttons">
                    <button type="button" class="button" onclick={close}>{ "Close" }</button>
                </p>
            }
        </dialog>
    }
}
