//! The list of keyboard shortcuts, and the switch that turns them off.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::ui::dialogs::DialogContext;
use crate::ui::drive::shortcuts;
use crate::ui::drive::state::{Action, Dialog};
use crate::ui::pieces::modal::{Modal, use_modal};

#[derive(PartialEq, Properties)]
struct HelpProps {
    open: bool,
    shortcuts: bool,
    act: Callback<Action>,
}

pub fn view(context: &DialogContext<'_>) -> Html {
    html! { <Help open={context.is_open(Dialog::Help)} shortcuts={context.state.shortcuts} act={context.act.clone()} /> }
}

#[component]
fn Help(props: &HelpProps) -> Html {
    let Modal { place, oncancel, onclose } =
        use_modal(props.open, props.act.reform(|()| Action::Close(Dialog::Help)));
    let close = props.act.reform(|_: MouseEvent| Action::Close(Dialog::Help));
    let switch = props.act.reform(|event: Event| {
        Action::Shortcuts(event.target_unchecked_into::<HtmlInputElement>().checked())
    });
    html! {
        <dialog ref={place} class="help" aria-labelledby="help-title" {oncancel} {onclose}>
            <h2 id="help-title">{ "Keyboard shortcuts" }</h2>
            <dl>
                for (keys, _, what) in shortcuts::ALL {
                    <div key={what}>
                        <dt>for (at, key) in keys.iter().enumerate() { if at > 0 { { " or " } }<kbd key={*key}>{ *key }</kbd> }</dt>
                        <dd>{ what }</dd>
                    </div>
                }
            </dl>
            <label class="check">
                <input type="checkbox" id="shortcuts" checked={props.shortcuts} onchange={switch} />
                <span>{ "Use single-key shortcuts" }</span>
            </label>
            <p class="buttons">
                <button type="button" class="button primary" data-focus="true" onclick={close}>{ "Close" }</button>
            </p>
        </dialog>
    }
}
