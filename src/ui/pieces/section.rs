//! A panel's section, with its heading from the table of panels.

use yew::prelude::*;

use crate::page::Panel;

/// The panel that a lesson wants watched, for the panels' sections.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Watched(pub Option<Panel>);

#[derive(PartialEq, Properties)]
pub struct SectionProps {
    pub panel: Panel,
    /// Content beside the heading.
    #[prop_or_default]
    pub beside: Option<Html>,
    /// The heading is hidden except for screen readers.
    #[prop_or_default]
    pub unseen: bool,
    pub children: Html,
}

#[component]
pub fn Section(props: &SectionProps) -> Html {
    let id = props.panel.id();
    let title = format!("{id}-title");
    let watched = use_context::<Watched>() == Some(Watched(Some(props.panel)));
    let heading = html! {
        <h2 id={title.clone()} class={props.unseen.then_some("unseen")}>{ props.panel.heading() }</h2>
    };
    html! {
        <section class={classes!("panel", id, watched.then_some("watched"))} data-panel={id} aria-labelledby={title}>
            { match &props.beside {
                Some(beside) => html! { <div class="title">{ heading }{ beside.clone() }</div> },
                None => heading,
            } }
            { props.children.clone() }
        </section>
    }
}
