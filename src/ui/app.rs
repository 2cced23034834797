//! The page as a whole.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;

use crate::embed::ErrorKind;
use crate::page::{Panel, Region};
use crate::scenario::What;
use crate::simulate::timeline::Stop;
use crate::ui::browser::alarm;
use crate::ui::browser::dom::{self, keep_in_view};
use crate::ui::browser::download;
use crate::ui::browser::frames::{self, Frames};
use crate::ui::browser::source::{Found, use_source};
use crate::ui::browser::storage;
use crate::ui::dialogs::promise::use_promise;
use crate::ui::dialogs::{DialogContext, use_dialogs};
use crate::ui::drive::asked::Asked;
use crate::ui::drive::documents;
use crate::ui::drive::embedded::{Answers, complain, use_host};
use crate::ui::drive::light::use_light;
use crate::ui::drive::player::{Command, CommandError, File, Player, Reaction, RibbonCell};
use crate::ui::drive::shortcuts::{self, Shortcut};
use crate::ui::drive::state::{Action, Dialog, PageState};
use crate::ui::drive::visits::use_visit;
use crate::ui::jobs;
use crate::ui::panels::{self, PageContext, use_panels};
use crate::ui::pieces::announcer::Announcer;
use crate::ui::pieces::section::Watched;
use crate::ui::pinned::compact;
use crate::ui::pinned::notices::Notices;
use crate::ui::pinned::toolbar::Toolbar;
use crate::ui::pinned::welcome::Welcome;
use crate::vocabulary::Role;

const SHORTCUTS_STORED_AS: &str = "stalemate.shortcuts";

/// Show the page in the element with the id `stalemate`; in a worker, carry out its orders.
pub fn start() {
    if jobs::start() {
        return;
    }
    alarm::install();
    let asked = Rc::new(Asked::by_address());
    if asked.options.embed {
        storage::keep_nothing();
    }
    let reads = asked.reads();
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(root) = document.and_then(|document| document.get_element_by_id("stalemate")) {
        let draw = move || {
            root.set_text_content(None);
            yew::Renderer::<App>::with_root_and_props(root, AppProps { asked }).render();
        };
        // Meanwhile the page says that it loads. Without the code the player says what is missing.
        match reads {
            true => documents::once_there(|_| draw()),
            false => draw(),
        }
    }
}

impl Reducible for PageState {
    type Action = Action;

    fn reduce(mut self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::make_mut(&mut self).apply(action);
        self
    }
}

/// The shared player. Equal if it is the same one.
#[derive(Clone)]
struct PlayerCell(Rc<RefCell<Player>>);

impl PartialEq for PlayerCell {
    fn eq(&self, other: &PlayerCell) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(PartialEq, Properties)]
struct AppProps {
    asked: Rc<Asked>,
}

#[component]
fn App(props: &AppProps) -> Html {
    let asked = &props.asked;
    let player = use_memo((), |()| {
        let (player, complaints) = asked.player()?;
        Ok::<_, CommandError>((PlayerCell(Rc::new(RefCell::new(player))), complaints))
    });
    match &*player {
        Ok((player, complaints)) => html! {
            <Play player={player.clone()} asked={asked.clone()} complaints={complaints.clone()} />
        },
        Err(why) => {
            html! { <main><p role="alert" class="notice bad">{ why.to_string() }</p></main> }
        }
    }
}

#[derive(PartialEq, Properties)]
struct PlayProps {
    player: PlayerCell,
    asked: Rc<Asked>,
    complaints: Vec<String>,
}

#[component]
fn Play(props: &PlayProps) -> Html {
    let player = props.player.clone();
    let state = use_reducer(|| {
        let mut player = player.0.borrow_mut();
        let mut state = PageState::new(player.opened(), player.frame());
        state.theme = props.asked.options.theme;
        state.shortcuts = storage::recall(SHORTCUTS_STORED_AS).as_deref() != Some("off");
        props.complaints.iter().for_each(|why| state.apply(Action::Complain(why.clone())));
        state
    });
    let dispatcher = state.dispatcher();
    let act = use_callback((), {
        let dispatcher = dispatcher.clone();
        move |action: Action, _| dispatcher.dispatch(action)
    });
    let carry_out = use_callback((), {
        let (player, dispatcher) = (player.clone(), dispatcher.clone());
        move |command: Command, _| {
            // The borrow ends before anything is drawn.
            let reaction = player.0.borrow_mut().command(command)?;
            match reaction {
                Reaction::Went(frame) => dispatcher.dispatch(Action::Went(frame)),
                Reaction::Made(File { name, media_type, text }) => {
                    if download::save(&name, media_type, &text).is_err() {
                        let why = "the browser refused it".to_owned();
                        return Err(CommandError::File { name, why });
                    }
                }
                Reaction::Opened(opened, frame, remark) => {
                    dispatcher.dispatch(Action::Opened(opened, frame));
                    if let Some(remark) = remark {
                        dispatcher.dispatch(Action::Say(remark));
                    }
                }
            }
            Ok(())
        }
    });
    let options = &props.asked.options;
    let work = use_callback((), {
        let player = player.clone();
        move |(), ()| player.0.borrow().work()
    });
    let turn = use_callback(options.readonly, {
        let (carry_out, dispatcher) = (carry_out.clone(), dispatcher.clone());
        move |command: Command, readonly| {
            if *readonly {
                return dispatcher.dispatch(Action::Complain(CommandError::ReadOnly.to_string()));
            }
            let (carry_out, dispatcher) = (carry_out.clone(), dispatcher.clone());
            in_turn(command, &dispatcher.clone(), move |command| {
                if let Err(why) = carry_out.emit(command) {
                    dispatcher.dispatch(Action::Complain(why.to_string()));
                }
            });
        }
    });
    let is_own = !options.embed && !options.readonly;
    let visit =
        use_visit(is_own, &state.opened.title, state.transport.moving(), work, turn, act.clone());
    let command = use_callback(options.readonly, {
        let (carry_out, dispatcher) = (carry_out.clone(), dispatcher.clone());
        move |command: Command, readonly| {
            if *readonly && command.changes() {
                return dispatcher.dispatch(Action::Complain(CommandError::ReadOnly.to_string()));
            }
            let (visit, carry_out) = (visit.clone(), carry_out.clone());
            let dispatcher = dispatcher.clone();
            in_turn(command, &dispatcher.clone(), move |command| {
                let consequence = visit.as_ref().map(|visit| visit.before(&command));
                match carry_out.emit(command) {
                    Ok(()) => visit
                        .iter()
                        .zip(consequence)
                        .for_each(|(visit, consequence)| visit.after(consequence)),
                    Err(why) => dispatcher.dispatch(Action::Complain(why.to_string())),
                }
            });
        }
    });
    use_source(props.asked.source(), {
        let (asked, act, host) = (props.asked.clone(), act.clone(), props.asked.host.clone());
        let carry_out = carry_out.clone();
        let begin = Rc::new(move |read: Found| {
            let opened = read.and_then(|(scenario, origin)| {
                let open = Command::Open(Box::new(scenario));
                let mut all = [open].into_iter().chain(asked.begins());
                all.try_for_each(|each| carry_out.emit(each)).map_err(|why| why.to_string())?;
                act.emit(Action::Say(format!("This scenario is from {origin}.")));
                Ok(())
            });
            if let Err(why) = opened {
                complain(&host, ErrorKind::Address, &why);
                act.emit(Action::Complain(why));
            }
        });
        Callback::from(move |read| {
            let begin = begin.clone();
            // it may have a lesson, which the same code plays
            documents::once_there(move |_| begin(read));
        })
    });
    let answers = Answers {
        violations: use_callback((), {
            let player = player.clone();
            move |(), ()| player.0.borrow().violations()
        }),
        document: use_callback((), {
            let player = player.clone();
            move |(), ()| player.0.borrow().told()
        }),
    };
    let (host, complaints) = (&props.asked.host, &props.complaints);
    use_host(host, &state, carry_out.clone(), answers, act.clone(), complaints);
    use_promise(state.opened.promise.clone(), &act);
    let shared = use_callback((), {
        let player = player.clone();
        move |at_moment: bool, _| player.0.borrow().shared(at_moment)
    });
    let worst_within = use_callback((), {
        let player = player.clone();
        move |cell: RibbonCell, _| player.0.borrow().worst_within(&cell)
    });
    let intervals = use_callback((), {
        let player = player.clone();
        move |key: String, _| player.0.borrow().intervals(&key)
    });
    use_effect_with(state.transport.moving() || state.settling, {
        let (player, dispatcher) = (player.clone(), dispatcher.clone());
        move |moving| {
            let frames = moving.then(|| {
                Frames::start(move |elapsed_ms| {
                    // The borrow ends before anything is drawn.
                    let frame = player.0.borrow_mut().pass(elapsed_ms, frames::clock);
                    if let Some(frame) = frame {
                        dispatcher.dispatch(Action::Went(frame));
                    }
                })
            });
            move || drop(frames)
        }
    });
    let hides_code = options.is_compact() || options.hide.contains(&Panel::Code);
    use_shortcuts(&state, command.clone(), act.clone(), hides_code);
    use_effect_with(state.shortcuts, |on| {
        storage::remember(SHORTCUTS_STORED_AS, if *on { "on" } else { "off" });
    });
    use_arrival(state.visits, &state.form.key);
    let still = *use_memo((), |()| frames::prefers_stillness());
    let light = use_light(act.clone());
    let dialogs = use_dialogs(state.dialog, &act);
    let alone = use_state_eq(|| options.is_comparison());
    let drawn = use_panels(options, &state);
    let shown = &state.shown;
    let learning = state.lesson.as_ref();
    let watched = learning.and_then(|lesson| lesson.step().watch.panel);
    let page = PageContext {
        state: &state,
        options,
        host: &props.asked.host,
        scenario: &shared,
        still,
        command: &command,
        act: &act,
        worst_within: &worst_within,
        intervals: &intervals,
    };
    let at = |region| drawn.at(region, &page);
    let asked_for = DialogContext {
        state: &state,
        readonly: options.readonly,
        scenario: &shared,
        command: &command,
        run: &carry_out,
        act: &act,
    };
    let notices = html! { <Notices notices={state.notices.shown().clone()} act={act.clone()} /> };
    let content = if *alone {
        let command = &Callback::from({
            let (alone, command) = (alone.setter(), command.clone());
            move |each: Command| {
                alone.set(alone_after(&each));
                command.emit(each);
            }
        });
        html! {
            <>
            <compact::Head title={state.opened.title.clone()} options={options.clone()} scenario={shared.clone()} />
            <main>{ drawn.alone(Panel::Compared, &PageContext { command, ..page }) }</main>
            <div class="pinned">{ notices }</div>
            </>
        }
    } else if options.is_compact() {
        html! {
            <>
            <compact::Head title={state.opened.title.clone()} options={options.clone()} scenario={shared.clone()} />
            <main>{ panels::upper(Panel::Stores, &page) }</main>
            <div class="pinned">{ notices }</div>
            <compact::Controls run={state.transport.run} at_us={shown.at_us} journey={state.journey}
                problems={shown.problems.clone()} known={shown.known_problems().clone()} command={command.clone()} />
            </>
        }
    } else {
        html! {
            <>
            { at(Region::Head) }
            <div class="pinned">
                <Toolbar run={state.transport.run} speed={state.transport.speed} skip_idle={state.transport.skip_idle}
                    skipping={state.transport.skipping()} at_us={shown.at_us} journey={state.journey}
                    problems={shown.known_problems().clone()} trouble={!shown.problems.totals.is_empty()} halts={state.transport.halts}
                    command={command.clone()} />
                { notices }
            </div>
            <main onmouseover={light.reform(|event: MouseEvent| event.into())} onfocusin={light.reform(|event: FocusEvent| event.into())}>
                if is_own && props.asked.is_plain() { <Welcome command={command.clone()} act={act.clone()} /> }
                { at(Region::Top) }
                <div class="columns">
                    <div class="column left">{ at(Region::Left) }</div>
                    <div class="column middle">{ at(Region::Middle) }</div>
                    <div class="column right">{ at(Region::Right) }</div>
                    { at(Region::Across) }
                    <div class="lower">{ at(Region::Foot) }</div>
                </div>
            </main>
            </>
        }
    };
    html! {
        <ContextProvider<Watched> context={Watched(watched)}>
        <div class={classes!("page", learning.map(|_| "learning"), options.embed.then_some("embed"),
            options.readonly.then_some("readonly"), options.is_compact().then_some("compact"))}
            data-empty={panels::empty_columns(options)}>
            { content }
            <Announcer line={state.log.latest.clone()} count={state.log.worth_saying} />
            { dialogs.view(&asked_for) }
        </div>
        </ContextProvider<Watched>>
    }
}

/// Carries out a command in its turn, and says if that takes a while.
fn in_turn(
    command: Command,
    dispatcher: &UseReducerDispatcher<PageState>,
    go: impl FnOnce(Command) + 'static,
) {
    // Where what it waits for cannot be loaded, the player says so.
    if documents::in_turn(&command.clone(), move || go(command)) {
        dispatcher.dispatch(Action::Say("Loading …".to_owned()));
    }
}

/// A comparison fills the page until a person opens one of its runs.
fn alone_after(command: &Command) -> bool {
    !matches!(command, Command::Open(_))
}

/// After a jump: keeps the stores in view, scrolls to the key's row, and focuses the button that
/// continues from there.
#[hook]
fn use_arrival(jumps: u32, key: &str) {
    let key = key.to_owned();
    use_effect_with(jumps, move |jumps| {
        if *jumps == 0 {
            return;
        }
        if let Some(step) = dom::find("#step") {
            dom::focus(step);
        }
        if let (Some(stores), Some(rows)) = (dom::find(".stores"), dom::find(".rows-frame")) {
            stores.scroll_into_view();
            keep_in_view(&rows, &format!("[data-key=\"{}\"]", key.replace(['\\', '"'], "")));
        }
    });
}

/// Listens to the keyboard, unless text is being typed.
#[hook]
fn use_shortcuts(
    state: &PageState,
    command: Callback<Command>,
    act: Callback<Action>,
    hides_code: bool,
) {
    let process = |kind| state.process(kind).next().map(|process| (process.up, process.slow_milli));
    let deps = (
        state.form.clone(),
        process(Role::Cache),
        process(Role::Database),
        state.in_hand(),
        state.shortcuts && state.dialog.is_none(),
    );
    use_effect_with(deps, move |(form, cache, database, in_hand, on)| {
        let (form, cache, database, in_hand) = (form.clone(), *cache, *database, in_hand.clone());
        let document = web_sys::window().and_then(|window| window.document());
        let listener = document.filter(|_| *on).map(|document| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&document, "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                let Some(shortcut) = meant(event) else { return };
                event.prevent_default();
                let cache_up = cache.is_none_or(|(up, _)| up);
                let database_well = database.is_none_or(|(up, slow)| up && slow == 1_000);
                command.emit(match shortcut {
                    Shortcut::Toggle => Command::Toggle,
                    Shortcut::Step => Command::Step,
                    Shortcut::StepBack => Command::StepBack,
                    Shortcut::NextProblem => Command::Next(Stop::Violation),
                    Shortcut::PreviousProblem => Command::Previous(Stop::Violation),
                    Shortcut::NextRequest => Command::Next(Stop::Request),
                    Shortcut::PreviousRequest => Command::Previous(Stop::Request),
                    Shortcut::Undo => Command::Undo,
                    Shortcut::Redo => Command::Redo,
                    Shortcut::Hold => match in_hand.clone() {
                        Some((message, false)) => Command::Do(What::Hold { message }),
                        Some((message, true)) => Command::Do(What::Release { message }),
                        None => {
                            let why = "No message of the followed request is in flight.";
                            return act.emit(Action::Complain(why.to_owned()));
                        }
                    },
                    Shortcut::Reset => Command::Reset,
                    Shortcut::Slower => Command::Slower,
                    Shortcut::Faster => Command::Faster,
                    Shortcut::Read => Command::Do(form.read()),
                    Shortcut::Write => Command::Do(form.write()),
                    Shortcut::KillCache if cache_up => Command::Do(What::KillCache { cache: None }),
                    Shortcut::KillCache => Command::Do(What::RestartCache { cache: None }),
                    Shortcut::SlowDatabase if database_well => {
                        Command::Do(What::SlowDatabase { factor_milli: 10_000 })
                    }
                    Shortcut::SlowDatabase => Command::Do(What::RestoreDatabase),
                    Shortcut::Edit if hides_code => return,
                    Shortcut::Edit => return act.emit(Action::Open(Dialog::Editor)),
                    Shortcut::Help => return act.emit(Action::Open(Dialog::Help)),
                });
            })
        });
        move || drop(listener)
    });
}

/// The shortcut of a key press; none while a person types, or holds a modifier.
fn meant(event: &KeyboardEvent) -> Option<Shortcut> {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
        return None;
    }
    let shortcut = shortcuts::of(&event.key())?;
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let name = target.as_ref().map(|element| element.tag_name()).unwrap_or_default();
    let kind = target.and_then(|element| element.get_attribute("type")).unwrap_or_default();
    // An arrow belongs to whatever has a use for it.
    if event.key().starts_with("Arrow") && !matches!(name.as_str(), "BODY" | "BUTTON" | "") {
        return None;
    }
    let typing = match name.as_str() {
        "INPUT" => !matches!(kind.as_str(), "range" | "checkbox"),
        "TEXTAREA" => true,
        // In a list, letters and figures find an option, and the space bar opens it.
        "SELECT" => event.key().chars().all(|key| key.is_alphanumeric() || key == ' '),
        _ => false,
    };
    // The space bar belongs to the control that has the focus.
    let taken = event.key() == " " && matches!(name.as_str(), "BUTTON" | "INPUT" | "A" | "SUMMARY");
    (!typing && !taken).then_some(shortcut)
}
