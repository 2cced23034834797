//! An embedded playground: it does what its host asks for, and reports to the host.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

use crate::embed::{self, ErrorKind, Inbound, MessageError, Outbound, ScenarioSource};
use crate::ui::browser::host::HostPage;
use crate::ui::drive::player::{Command, CommandError};
use crate::ui::drive::state::{Action, PageState};
use crate::ui::drive::telling::news;

/// Hears the host, and tells it what changes, and what is wrong with the address.
/// `carry_out` does a command and says why it could not; `violations` counts what
/// went wrong, which is drawn later than the rest.
#[hook]
pub fn use_host(
    host: &Option<HostPage>,
    state: &PageState,
    carry_out: Callback<Command, Result<(), CommandError>>,
    violations: Callback<(), u64>,
    act: Callback<Action>,
    complaints: &[String],
) {
    let asked = use_state(|| 0_u32);
    use_effect_with(host.clone(), {
        let (asked, complaints) = (asked.setter(), complaints.to_vec());
        move |host| {
            let times = Rc::new(Cell::new(0));
            let listener = host.clone().and_then(|host| {
                let hear = Callback::from({
                    let host = host.clone();
                    move |heard: Result<Inbound, MessageError>| {
                        let done = match heard {
                            Err(error) => Err((ErrorKind::Message, error.to_string())),
                            Ok(Inbound::GetState) => {
                                times.set(times.get() + 1);
                                asked.set(times.get());
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
                            host.tell(&error(code, &why));
                        }
                    }
                });
                let listener = host.listen(hear);
                let engine = env!("CARGO_PKG_VERSION").to_owned();
                host.tell(&Outbound::Ready { engine });
                complaints.iter().for_each(|why| host.tell(&error(ErrorKind::Address, why)));
                listener
            });
            move || drop(listener)
        }
    });
    use_size(host);
    let told_until = use_mut_ref(|| 0);
    use_effect_with(state.log.latest.clone(), {
        let (host, log) = (host.clone(), state.log.lines.clone());
        move |latest| {
            let Some(host) = host else { return };
            for line in news(&log, latest.as_ref(), &mut told_until.borrow_mut()) {
                let (at_us, tone, text) = (line.at_us, line.tone, line.text.clone());
                host.tell(&Outbound::Event { at_us, tone, text });
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
                host.tell(&Outbound::State(embed::RunState { violations, ..told }));
            }
        }
    });
}

/// Tells the host, where there is one, what could not be done.
pub fn tell(host: &Option<HostPage>, code: ErrorKind, why: &str) {
    if let Some(host) = host {
        host.tell(&error(code, why));
    }
}

fn error(code: ErrorKind, why: &str) -> Outbound {
    Outbound::Error { code, message: why.to_owned() }
}

fn command(message: Inbound) -> Command {
    match message {
        Inbound::Load(ScenarioSource::Preset(id)) => Command::Preset(id),
        Inbound::Load(ScenarioSource::Link(link)) => Command::Link(link),
        Inbound::Load(ScenarioSource::Scenario(scenario)) => Command::Open(scenario),
        Inbound::Play => Command::Play(true),
        Inbound::Pause | Inbound::GetState | Inbound::SetTheme(_) => Command::Play(false),
        Inbound::Step => Command::Step,
        Inbound::Seek { at_us } => Command::SeekTo(at_us),
        Inbound::Reset => Command::Reset,
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

/// Tells the host how high the page wants to be, whenever that changes.
#[hook]
fn use_size(host: &Option<HostPage>) {
    use_effect_with(host.clone(), |host| {
        let root = web_sys::window().and_then(|window| window.document()?.body());
        let watched = host.clone().zip(root).and_then(|(host, root)| {
            let last = Cell::new(0);
            let measured = root.clone();
            let look = Closure::<dyn Fn()>::new(move || {
                let height = measured.scroll_height().max(0) as u32;
                if last.replace(height) != height {
                    host.tell(&Outbound::Resize { height });
                }
            });
            let observer = ResizeObserver::new(look.as_ref().unchecked_ref()).ok()?;
            observer.observe(root.unchecked_ref::<Element>());
            Some((observer, look))
        });
        move || {
            if let Some((observer, _)) = watched {
                observer.disconnect();
            }
        }
    });
}
