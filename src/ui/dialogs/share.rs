//! The dialog to share and embed: a link, its QR code, and code for a course page.

use std::collections::VecDeque;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::embed::{self, Layout, Options, Theme};
use crate::layout::alt::in_words;
use crate::layout::qr::qr;
use crate::link::{self, Link, Outcome, Rerun};
use crate::scenario::Scenario;
use crate::time::{self, Micros};
use crate::ui::browser::download;
use crate::ui::browser::frames::clock;
use crate::ui::browser::host;
use crate::ui::browser::work::IdleWork;
use crate::ui::dialogs::DialogContext;
use crate::ui::dialogs::frame::DialogFrame;
use crate::ui::drive::state::{Action, Dialog};
use crate::ui::drive::zoom::Stretch;
use crate::view::LogLine;

/// How long the replay for the checksum may take before the link does without it.
const PATIENCE_MS: f64 = 8_000.0;
/// Events per portion.
const EVENTS: u32 = 1_000;

#[derive(PartialEq, Properties)]
pub struct ShareProps {
    pub open: bool,
    pub title: String,
    pub at_us: Micros,
    pub picture: Illustration,
    /// The scenario being played, with all actions; true: it opens at the present instant.
    pub scenario: Callback<bool, Scenario>,
    pub act: Callback<Action>,
}

/// The diagram as a file, with its text alternative.
#[derive(Clone, PartialEq)]
pub struct Illustration {
    /// The base of the file's name; empty: none.
    pub name: String,
    pub stretch: Stretch,
    pub log: Rc<VecDeque<Rc<LogLine>>>,
}

pub fn view(context: &DialogContext<'_>) -> Html {
    let state = context.state;
    let picture = Illustration {
        name: state.opened.preset.clone(),
        stretch: state.shown.stretch,
        log: state.log.lines.clone(),
    };
    html! {
        <Share open={context.is_open(Dialog::Share)} title={state.opened.title.clone()} at_us={state.shown.at_us} {picture}
            scenario={context.scenario.clone()} act={context.act.clone()} />
    }
}

#[component]
fn Share(props: &ShareProps) -> Html {
    html! {
        <DialogFrame dialog={Dialog::Share} open={props.open} name="share" title="Share and embed" act={props.act.clone()}>
            <Content title={props.title.clone()} at_us={props.at_us} picture={props.picture.clone()} scenario={props.scenario.clone()} />
        </DialogFrame>
    }
}

/// The progress of making a link.
#[derive(Clone, Debug, PartialEq)]
enum Making {
    /// The replay has reached this instant.
    At(Micros),
    Made(Made),
    Failed(String),
}

/// A link, and its properties.
#[derive(Clone, Debug, PartialEq)]
struct Made {
    link: Link,
    /// Whether it contains the run's result.
    checked: bool,
    /// Whether it opens a lesson, which does not fit into the compact layout.
    teaches: bool,
}

#[derive(PartialEq, Properties)]
struct ContentProps {
    title: String,
    at_us: Micros,
    picture: Illustration,
    scenario: Callback<bool, Scenario>,
}

#[component]
fn Content(props: &ContentProps) -> Html {
    let at_moment = use_state_eq(|| props.at_us > 0);
    let making = use_link(&props.scenario, *at_moment);
    let choice = |label: String, moment: bool, id: &'static str| {
        let set = at_moment.setter();
        html! {
            <label class="check">
                <input type="radio" name="from" {id} checked={*at_moment == moment}
                    onchange={Callback::from(move |_: Event| set.set(moment))} />
                <span>{ label }</span>
            </label>
        }
    };
    html! {
        <>
            <fieldset class="from">
                <legend>{ "The link opens" }</legend>
                { choice("from the start".to_owned(), false, "from-start") }
                { choice(format!("at this moment, {}", time::instant(props.at_us)), true, "from-here") }
            </fieldset>
            { match &*making {
                Making::At(at_us) => html! {
                    <p role="status" class="quiet">{ format!("Replaying the run to record its outcome: {} …", time::instant(*at_us)) }</p>
                },
                Making::Failed(why) => html! { <p role="alert" class="notice bad">{ why }</p> },
                Making::Made(made) => html! {
                    <InAPage made={made.clone()} title={props.title.clone()} picture={props.picture.clone()} />
                },
            } }
        </>
    }
}

/// The link to what is played, once its result is known.
#[hook]
fn use_link(scenario: &Callback<bool, Scenario>, at_moment: bool) -> UseStateHandle<Making> {
    let making = use_state(|| Making::At(0));
    let (set, scenario) = (making.setter(), scenario.clone());
    use_effect_with(at_moment, move |at_moment| {
        let scenario = scenario.emit(*at_moment);
        let rerun = Rerun::new(&scenario).map_err(|problems| list(&problems));
        let work = match rerun {
            Err(why) => {
                set.set(Making::Failed(why));
                None
            }
            Ok(mut rerun) => {
                let began = clock();
                let mut told = 0.0;
                set.set(Making::At(0));
                Some(IdleWork::start(move || {
                    let outcome = rerun.advance(EVENTS);
                    let waited = clock() - began;
                    if outcome.is_some() || waited > PATIENCE_MS {
                        set.set(made(&scenario, outcome));
                        return true;
                    }
                    if waited - told > 200.0 {
                        told = waited;
                        set.set(Making::At(rerun.now_us()));
                    }
                    false
                }))
            }
        };
        move || drop(work)
    });
    making
}

fn made(scenario: &Scenario, outcome: Option<Outcome>) -> Making {
    match link::encode(scenario, outcome) {
        Ok(link) => Making::Made(Made {
            link,
            checked: outcome.is_some(),
            teaches: scenario.lesson.is_some(),
        }),
        Err(why) => Making::Failed(why.to_string()),
    }
}

fn list(problems: &[crate::scenario::Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join(" · ")
}

#[derive(PartialEq, Properties)]
struct InAPageProps {
    made: Made,
    title: String,
    picture: Illustration,
}

#[component]
fn InAPage(props: &InAPageProps) -> Html {
    let page = host::page();
    let Made { link, checked, teaches } = &props.made;
    let address = link.on(&page);
    let layout = use_state_eq(|| if *teaches { Layout::Full } else { Layout::Compact });
    let theme = use_state_eq(|| Theme::Auto);
    let readonly = use_state_eq(|| false);
    let options = Options {
        theme: (*theme != Theme::Auto).then_some(*theme),
        readonly: *readonly,
        ..Options::default()
    };
    let shown =
        Options { layout: (*layout == Layout::Compact).then_some(*layout), ..options.clone() };
    let on_layout = {
        let layout = layout.setter();
        Callback::from(move |event: Event| {
            let name = event.target_unchecked_into::<web_sys::HtmlSelectElement>().value();
            layout.set(Layout::named(&name).unwrap_or(Layout::Full));
        })
    };
    let code = qr(&address);
    let on_readonly = {
        let readonly = readonly.setter();
        Callback::from(move |event: Event| {
            readonly.set(event.target_unchecked_into::<HtmlInputElement>().checked());
        })
    };
    let on_theme = {
        let theme = theme.setter();
        Callback::from(move |event: Event| {
            let name = event.target_unchecked_into::<web_sys::HtmlSelectElement>().value();
            theme.set(Theme::named(&name).unwrap_or(Theme::Auto));
        })
    };
    html! {
        <>
            <Copied id="share-link" label="Link" text={address.clone()} />
            <p class="quiet" id="share-length">
                { format!("{} characters, of which {} are the scenario.", address.chars().count(), link.text().len()) }
                if !checked { { " The run is long, so the link does not record its outcome." } }
            </p>
            if let Some(code) = code {
                <svg class="qr" viewBox={format!("0 0 {0} {0}", code.size)} role="img" aria-label="The link as a QR code">
                    <rect width={code.size.to_string()} height={code.size.to_string()} />
                    <path d={code.path} />
                </svg>
            } else {
                <p class="quiet">{ "The link is too long for a QR code." }</p>
            }
            if page.is_empty() {
                <p class="quiet">{ "This page has no address of its own. Put the address of a copy of the playground before the link." }</p>
            } else {
                <h3>{ "In a course page" }</h3>
                <p class="choices">
                    <label class="field inline"><span>{ "Layout" }</span>
                        <select id="embed-layout" onchange={on_layout}>
                            for each in Layout::ALL {
                                <option key={each.name()} value={each.name()} selected={each == *layout}>{ each.name() }</option>
                            }
                        </select>
                    </label>
                    <label class="field inline"><span>{ "Theme" }</span>
                        <select id="embed-theme" onchange={on_theme}>
                            for each in Theme::ALL {
                                <option key={each.name()} value={each.name()} selected={each == *theme}>{ each.name() }</option>
                            }
                        </select>
                    </label>
                    <label class="check"><input type="checkbox" id="embed-readonly" checked={*readonly} onchange={on_readonly} />
                        <span>{ "Read-only" }</span></label>
                    if host::has_neighbours() {
                        <a href="embedding.html" target="_blank" rel="noopener">{ "All options and messages" }</a>
                    }
                </p>
                for (at, snippet) in embed::snippets(&page, &shown, link.text(), &props.title).into_iter().enumerate() {
                    <Copied key={snippet.title} id={format!("embed-{at}")} label={snippet.title} text={snippet.code} />
                }
                <Pictured address={embed::address(&page, &options, link.text())} title={props.title.clone()} picture={props.picture.clone()} />
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct PicturedProps {
    address: String,
    title: String,
    picture: Illustration,
}

/// The diagram as a picture, for a page that runs no scripts.
#[component]
fn Pictured(props: &PicturedProps) -> Html {
    let failed = use_state_eq(|| false);
    let Illustration { name, stretch, log } = &props.picture;
    let file = if name.is_empty() { "run" } else { name };
    let file = format!("stalemate-{file}.svg");
    let alt =
        in_words(&props.title, (stretch.from_us, stretch.to_us), log.iter().map(|line| &**line));
    let snippet = embed::picture(&props.address, &file, &alt);
    let save = {
        let (failed, file) = (failed.setter(), file.clone());
        Callback::from(move |_: MouseEvent| failed.set(save(&file).is_none()))
    };
    html! {
        <>
            <Copied id="embed-picture" label={snippet.title} text={snippet.code} />
            <p class="buttons">
                <button type="button" class="button small" id="save-picture" onclick={save}>{ format!("Save {file}") }</button>
                <span class="quiet">{ "“Messages over time” as it is now, to save beside your page." }</span>
            </p>
            if *failed { <p role="alert" class="notice bad">{ "There is no picture, because “Messages over time” is hidden." }</p> }
        </>
    }
}

fn save(name: &str) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let drawing = document.query_selector(".space-time svg").ok()??;
    // What is hidden has no size, and a picture of it would have none.
    let text = (drawing.client_width() > 0).then(|| download::svg(&drawing).ok())??;
    download::save(name, "image/svg+xml", &text).ok()
}

#[derive(PartialEq, Properties)]
pub struct CopiedProps {
    pub id: AttrValue,
    pub label: AttrValue,
    pub text: String,
}

/// A text with a button that copies it.
#[component]
pub fn Copied(props: &CopiedProps) -> Html {
    let area = use_node_ref();
    let said = use_state_eq(|| "");
    let onclick = {
        let (area, said, text) = (area.clone(), said.setter(), props.text.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                // Where copying is refused, it is selected already.
                area.select();
            }
            let Some(window) = web_sys::window() else { return };
            let copying = JsFuture::from(window.navigator().clipboard().write_text(&text));
            let said = said.clone();
            wasm_bindgen_futures::spawn_local(async move {
                said.set(match copying.await {
                    Ok(_) => "Copied.",
                    Err(_) => {
                        "The browser did not allow copying. The text is selected: press Ctrl+C."
                    }
                });
                Timeout::new(4_000, move || said.set("")).forget();
            });
        })
    };
    let rows = if props.text.len() > 90 { "3" } else { "2" };
    html! {
        <div class="copied">
            <label for={props.id.clone()}>{ &props.label }</label>
            <textarea id={props.id.clone()} ref={area} readonly=true {rows} spellcheck="false" value={props.text.clone()} />
            <span>
                <button type="button" class="button small" {onclick}>{ "Copy" }<span class="unseen">{ format!(" {}", props.label) }</span></button>
                <span role="status" class="quiet">{ *said }</span>
            </span>
        </div>
    }
}
