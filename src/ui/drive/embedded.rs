//! The embedded playground: does what its host asks for, and reports to it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, ResizeObserver};
use yew::prelude::*;

use crate::embed::{
    self, ErrorKind, Inbound, LessonProgress, MessageError, Outbound, ScenarioSource,
};
use crate::ui::browser::frames::clock;
use crate::ui::browser::host::{self, HostPage};
use crate::ui::browser::theme;
use crate::ui::drive::documents;
use crate::ui::drive::player::learning::Learn;
use crate::ui::drive::player::{Command, CommandError, OpenedRun};
use crate::ui::drive::state::{Action, PageState};
use crate::ui::drive::telling::news;

/// What the host is told of the run, computed when it is needed.
pub struct Answers {
    /// The number of violations, which is drawn later than the rest.
    pub violations: Callback<(), u64>,
    /// The run, as the answer to `getScenario`.
    pub document: Callback<(), Outbound>,
}

/// Listens to the host, and tells it of changes and of what is wrong with the address. `carry_out`
/// carries out a command or returns why it could not.
#[hook]
pub fn use_host(
    host: &Option<HostPage>,
    state: &PageState,
    carry_out: Callback<Command, Result<(), CommandError>>,
    answers: Answers,
    act: Callback<Action>,
    complaints: &[String],
) {
    let Answers { violations, document } = answers;
    let asked = use_state(|| 0_u32);
    let asked_progress = use_state(|| 0_u32);
    use_effect_with(host.clone(), {
        let (asked, complaints) = (asked.setter(), complaints.to_vec());
        let asked_progress = asked_progress.setter();
        move |host| {
            let times = Rc::new(Cell::new(0));
            let times_progress = Cell::new(0);
            let listener = host.clone().and_then(|host| {
                let heed = Rc::new({
                    let host = host.clone();
                    move |heard: Result<Inbound, String>| {
                        let done = match heard {
                            Err(why) => Err((ErrorKind::Message, why)),
                            Ok(Inbound::GetState) => {
                                times.set(times.get() + 1);
                                asked.set(times.get());
                                Ok(())
                            }
                            Ok(Inbound::GetScenario) => {
                                tell(&host, document.emit(()));
                                Ok(())
                            }
                            Ok(Inbound::GetProgress) => {
                                times_progress.set(times_progress.get() + 1);
                                asked_progress.set(times_progress.get());
                                Ok(())
                            }
                            Ok(Inbound::Identify(attribution)) => {
                                *host.attribution.borrow_mut() = attribution;
                                Ok(())
                            }
                            Ok(Inbound::SetTheme(theme)) => {
                                act.emit(Action::Theme(theme));
                                Ok(())
                            }
                            Ok(message) => carry_out
                                .emit(command(message))
                                .map_err(|why| (ErrorKind::Refused, why.to_string())),
                        };
                        if let Err((code, why)) = done {
                            tell(&host, error(code, &why));
                        }
                    }
                });
                // in their order, as soon as they can be read
                let hear = Callback::from(move |heard: Result<String, MessageError>| {
                    let heed = heed.clone();
                    documents::once_there(move |_| {
                        let heard = match heard {
                            Ok(text) => read(&text),
                            Err(why) => Some(Err(why.to_string())),
                        };
                        heard.into_iter().for_each(|heard| heed(heard));
                    });
                });
                let listener = host.listen(hear);
                let engine = env!("CARGO_PKG_VERSION").to_owned();
                tell(&host, Outbound::Ready { engine });
                complaints.iter().for_each(|why| tell(&host, error(ErrorKind::Address, why)));
                listener
            });
            move || drop(listener)
        }
    });
    // Here too: without its header, as in the compact layout, the page has no theme picker.
    use_effect_with(state.theme, |theme| {
        theme.iter().for_each(|theme| theme::show(theme.name()));
    });
    let progress = progress(state);
    use_effect_with((*asked_progress, progress), {
        let host = host.clone();
        move |(times, progress)| {
            // Where there is no lesson, only who asks is told so.
            if let Some(host) = host.filter(|_| *times > 0 || progress.progress.is_some()) {
                tell(&host, Outbound::Progress(progress.clone()));
            }
        }
    });
    use_size(host, &state.opened);
    let told_until = use_mut_ref(|| 0);
    use_effect_with(state.log.latest.clone(), {
        let (host, log) = (host.clone(), state.log.lines.clone());
        move |latest| {
            let Some(host) = host else { return };
            for line in news(&log, latest.as_ref(), &mut told_until.borrow_mut()) {
                let (at_us, tone, text) = (line.at_us, line.tone, line.text.clone());
                tell(&host, Outbound::Event { at_us, tone, text });
            }
        }
    });
    let playing = state.transport.moving();
    // While it plays, the host asks when it wants to know.
    let standing = (!playing).then_some(state.shown.at_us);
    use_effect_with((playing, standing, *asked, state.opened.clone()), {
        let (host, told) = (host.clone(), host.as_ref().map(|_| told(state, *asked)));
        move |_| {
            if let (Some(host), Some(told)) = (host, told) {
                let violations = violations.emit(());
                tell(&host, Outbound::State(embed::RunState { violations, ..told }));
            }
        }
    });
}

/// Tells the host, if there is one, what could not be done.
pub fn complain(host: &Option<HostPage>, code: ErrorKind, why: &str) {
    if let Some(host) = host {
        tell(host, error(code, why));
    }
}

/// Posts a message to the host, as soon as the code that writes one is there. Without it the host
/// learns only how high the page is, and what is wrong.
pub fn tell(host: &HostPage, message: Outbound) {
    let host = host.clone();
    documents::once_there(move |_| match (&message, documents::get()) {
        (_, Some(documents)) => (documents.posted)(&message).iter().for_each(|it| host.post(it)),
        (Outbound::Resize { height }, None) => {
            host.post(&embed::resized(*height));
            host.post(&embed::frame_resized(*height));
        }
        (Outbound::Error { code, message }, None) => {
            host.post(&embed::failed(*code, &host::quoted(message)));
        }
        _ => {}
    });
}

fn error(code: ErrorKind, why: &str) -> Outbound {
    Outbound::Error { code, message: why.to_owned() }
}

/// A message of the host; `None`: it belongs to another script.
fn read(text: &str) -> Option<Result<Inbound, String>> {
    match documents::get() {
        Some(documents) => (documents.message)(text),
        None => {
            Some(Err("the part of the playground that reads messages could not be loaded".into()))
        }
    }
}

fn command(message: Inbound) -> Command {
    match message {
        Inbound::Load(ScenarioSource::Preset(id)) => Command::Preset(id),
        Inbound::Load(ScenarioSource::Link(link)) => Command::Link(link),
        Inbound::Load(ScenarioSource::Scenario(scenario)) => Command::Open(scenario),
        Inbound::Play => Command::Play(true),
        Inbound::Pause
        | Inbound::GetState
        | Inbound::GetScenario
        | Inbound::GetProgress
        | Inbound::Identify(_)
        | Inbound::SetTheme(_) => Command::Play(false),
        Inbound::SetProgress(progress) => Command::Learn(Learn::Resume(progress)),
        Inbound::Step => Command::Step,
        Inbound::Seek { at_us } => Command::SeekTo(at_us),
        Inbound::Reset => Command::Reset,
    }
}

fn progress(state: &PageState) -> LessonProgress {
    let Some(lesson) = &state.lesson else { return LessonProgress::default() };
    let progress = &lesson.progress;
    LessonProgress {
        step: lesson.at + 1,
        steps: lesson.course.lesson.steps.len(),
        right: progress.right(),
        questions: lesson.course.questions().len(),
        done: progress.done,
        progress: Some(progress.clone()),
    }
}

fn told(state: &PageState, answered: u32) -> embed::RunState {
    let counters = &state.shown.counters;
    embed::RunState {
        at_us: state.shown.at_us,
        playing: state.transport.moving(),
        preset: state.opened.preset.clone(),
        title: state.opened.title.clone(),
        hits: counters.hits,
        misses: counters.misses,
        stale_reads: counters.stale_reads,
        lost_writes: counters.lost_writes,
        violations: 0,
        answered,
    }
}

/// A change of height too small to matter, in pixels.
const SLIGHT: u32 = 20;
/// How long the height must be stable before it is reported.
const SETTLES_MS: u32 = 150;
/// How long after a reader opens something the page may change its height.
const OPENS_MS: f64 = 1_500.0;
/// Elements with which a reader opens and closes things, or continues a lesson.
const OPENERS: &str = "[aria-expanded], summary, select, .lesson button, .lesson input";

/// The width and height of the content without a scroll bar, because the frame will be as high as
/// the content.
fn without_bar(body: &HtmlElement) -> (u32, u32) {
    let root = body.parent_element().and_then(|root| root.dyn_into::<HtmlElement>().ok());
    // A style that cannot be set leaves the bar where it is.
    let style = |set: bool| {
        if let Some(root) = &root {
            let style = root.style();
            let _ = match set {
                true => style.set_property("overflow", "hidden"),
                false => style.remove_property("overflow").map(|_| ()),
            };
        }
    };
    style(true);
    let size = (body.client_width(), body.scroll_height());
    style(false);
    (size.0.max(0) as u32, size.1.max(0) as u32)
}

/// Calls `tell` once nothing has changed for a while, and tries again until it succeeds.
fn once_settled(wait: &Rc<RefCell<Option<Timeout>>>, tell: Rc<dyn Fn() -> bool>) {
    let weak = Rc::downgrade(wait);
    let later = Timeout::new(SETTLES_MS, move || {
        if let Some(wait) = weak.upgrade().filter(|_| !tell()) {
            once_settled(&wait, tell);
        }
    });
    wait.replace(Some(later));
}

/// Reports the wanted height to the host: at the start, when the width or the scenario changes, and
/// when a reader opens something. Events of the run do not change the height, so that the text
/// around does not jump.
#[hook]
fn use_size(host: &Option<HostPage>, opened: &Rc<OpenedRun>) {
    let may_until_ms = use_mut_ref(|| 0.0_f64);
    let allow = {
        let may_until_ms = may_until_ms.clone();
        move || *may_until_ms.borrow_mut() = clock() + OPENS_MS
    };
    use_effect_with(opened.clone(), {
        let allow = allow.clone();
        move |_| allow()
    });
    use_effect_with(host.clone(), move |host| {
        let root = web_sys::window().and_then(|window| window.document()?.body());
        let watched = host.clone().zip(root).and_then(|(host, root)| {
            let pressed = EventListener::new(&root, "click", move |event| {
                let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                let opener = target.and_then(|target| target.closest(OPENERS).ok().flatten());
                if opener.is_some() {
                    allow();
                }
            });
            let last = Cell::new((0, 0));
            let measured = root.clone();
            let tell: Rc<dyn Fn() -> bool> = Rc::new(move || {
                // a part of the page is on its way, or does not know its width yet: what is there
                // now is no height of the page
                if let Ok(Some(_)) = measured.query_selector(".awaited, [data-unmeasured]") {
                    return false;
                }
                let (width, height) = without_bar(&measured);
                let (told, told_at) = last.get();
                let may = told == 0 || width != told_at || clock() < *may_until_ms.borrow();
                if told != height && (may || told.abs_diff(height) <= SLIGHT) {
                    last.set((if may { height } else { told }, width));
                    tell(&host, Outbound::Resize { height });
                }
                true
            });
            let wait = Rc::default();
            let look = Closure::<dyn Fn()>::new(move || once_settled(&wait, tell.clone()));
            let observer = ResizeObserver::new(look.as_ref().unchecked_ref()).ok()?;
            observer.observe(root.unchecked_ref::<Element>());
            Some((observer, look, pressed))
        });
        move || {
            if let Some((observer, ..)) = watched {
                observer.disconnect();
            }
        }
    });
}
