//! Messages: errors stay until dismissed, remarks until the next one.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use crate::ui::drive::state::{Action, Notice};
use crate::ui::pieces::icon;

#[derive(PartialEq, Properties)]
pub struct NoticesProps {
    pub notices: Rc<Vec<Notice>>,
    pub act: Callback<Action>,
}

/// How long a remark is shown; an error stays until it is dismissed.
const REMARK_MS: u32 = 8_000;

#[component]
pub fn Notices(props: &NoticesProps) -> Html {
    let remark = props.notices.iter().rev().find(|notice| !notice.error).map(|notice| notice.id);
    {
        let act = props.act.clone();
        use_effect_with(remark, move |remark| {
            let timer =
                remark.map(|id| Timeout::new(REMARK_MS, move || act.emit(Action::Dismiss(id))));
            move || drop(timer)
        });
    }
    let show = |error: bool| {
        html! {
            for notice in props.notices.iter().filter(|notice| notice.error == error) {
                <div key={notice.id} class={classes!("notice", error.then_some("bad"))}>
                    <p>{ &notice.text }</p>
                    <button type="button" class="button quiet" aria-label="Dismiss this message" onclick={{
                        let id = notice.id;
                        props.act.reform(move |_: MouseEvent| Action::Dismiss(id))
                    }}>{ icon::cross() }</button>
                </div>
            }
        }
    };
    html! {
        <div class="notices" id="notices">
            <div role="alert">{ show(true) }</div>
            <div role="status">{ show(false) }</div>
        </div>
    }
}
