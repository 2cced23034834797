//! What the page has to say: errors stay until dismissed, remarks until the next.

use std::rc::Rc;

use yew::prelude::*;

use crate::ui::icon;
use crate::ui::state::{Action, Notice};

#[derive(PartialEq, Properties)]
pub struct NoticesProps {
    pub notices: Rc<Vec<Notice>>,
    pub act: Callback<Action>,
}

#[component]
pub fn Notices(props: &NoticesProps) -> Html {
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
