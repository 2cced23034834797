//! Small icons. Each is beside a word, never instead of one.

use yew::prelude::*;

use crate::ui::wording;
use crate::view::KeyState;

/// A shape for each state, distinguishable without colour.
pub fn key_state(state: KeyState) -> Html {
    let shape = match state {
        KeyState::Cold => html! { <circle cx="8" cy="8" r="5.5" stroke-dasharray="2.4 2.4" /> },
        KeyState::InSync => html! {
            <>
                <circle cx="8" cy="8" r="6.5" class="filled" />
                <path d="M5 8.3 7.2 10.5 11.2 5.8" class="inner" />
            </>
        },
        KeyState::Stale => html! {
            <>
                <path d="M8 1.8 15 14H1Z" class="filled" />
                <path d="M8 6.2v3.4M8 11.6v.6" class="inner" />
            </>
        },
        KeyState::Ahead => html! {
            <>
                <path d="M1 3.5h8.2L15 8l-5.8 4.5H1Z" class="filled" />
                <path d="M4 8h6.2" class="inner" />
            </>
        },
        KeyState::Foreign => html! {
            <>
                <rect x="1.5" y="1.5" width="8" height="8" />
                <rect x="6.5" y="6.5" width="8" height="8" class="filled" />
            </>
        },
        KeyState::Own => html! { <rect x="3" y="3" width="10" height="10" /> },
        KeyState::Phantom => html! {
            <>
                <path d="M8 .8 15.2 8 8 15.2.8 8Z" />
                <path d="M5.8 5.8l4.4 4.4M10.2 5.8 5.8 10.2" />
            </>
        },
    };
    svg(shape)
}

/// A shape for each kind of violation.
pub fn problem(kind: &str) -> Html {
    match wording::problem_tone(kind) {
        "stale" => key_state(KeyState::Stale),
        "ahead" => key_state(KeyState::Ahead),
        "phantom" => key_state(KeyState::Phantom),
        // A box that is empty.
        _ if kind.starts_with("lost") => svg(html! {
            <><path d="M2 6.5v7h12v-7" /><path d="M5.2 2.2l5.6 5.6M10.8 2.2 5.2 7.8" stroke-width="2.2" /></>
        }),
        _ => svg(html! {
            <>
                <path d="M5 1.2h6L14.8 5v6L11 14.8H5L1.2 11V5Z" class="filled" />
                <path d="M8 4.4v4.4M8 11v.4" class="inner" />
            </>
        }),
    }
}

pub fn play() -> Html {
    svg(html! { <path d="M4 2.2 13.5 8 4 13.8Z" class="filled" /> })
}

pub fn pause() -> Html {
    svg(html! { <path d="M5 2.5v11M11 2.5v11" stroke-width="3" /> })
}

pub fn step() -> Html {
    svg(
        html! { <><path d="M3 2.8 10 8l-7 5.2Z" class="filled" /><path d="M13 2.8v10.4" stroke-width="2.2" /></> },
    )
}

pub fn step_back() -> Html {
    svg(
        html! { <><path d="M13 2.8 6 8l7 5.2Z" class="filled" /><path d="M3 2.8v10.4" stroke-width="2.2" /></> },
    )
}

pub fn before() -> Html {
    svg(html! { <path d="M10.2 3 5.2 8l5 5" stroke-width="2.2" /> })
}

pub fn after() -> Html {
    svg(html! { <path d="M5.8 3l5 5-5 5" stroke-width="2.2" /> })
}

pub fn undo() -> Html {
    svg(html! { <path d="M5.6 2.4 2.2 5.8l3.4 3.4M2.6 5.8h7a4 4 0 0 1 0 8H6.4" /> })
}

pub fn redo() -> Html {
    svg(html! { <path d="M10.4 2.4l3.4 3.4-3.4 3.4M13.4 5.8h-7a4 4 0 0 0 0 8h3.2" /> })
}

pub fn reset() -> Html {
    svg(html! { <path d="M3.2 5.4A5.6 5.6 0 1 1 2.4 9M3 1.8v3.8h3.8" /> })
}

pub fn cross() -> Html {
    svg(html! { <path d="M3.5 3.5l9 9M12.5 3.5l-9 9" /> })
}

/// Up: a disc. Slow: a half disc. Down: a cross.
pub fn status(up: bool, slow: bool) -> Html {
    svg(match (up, slow) {
        (false, _) => html! { <path d="M3.5 3.5l9 9M12.5 3.5l-9 9" stroke-width="2.4" /> },
        (true, true) => html! {
            <><circle cx="8" cy="8" r="5.5" /><path d="M8 2.5a5.5 5.5 0 0 0 0 11Z" class="filled" /></>
        },
        (true, false) => html! { <circle cx="8" cy="8" r="5.5" class="filled" /> },
    })
}

/// The logo: two boards that ought to be the same and are not.
pub fn logo() -> Html {
    html! {
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <rect x="1" y="1" width="30" height="30" rx="7" class="field" />
            <path d="M7 8h7v7H7zM18 17h7v7h-7z" class="one" />
            <path d="M18 8h7v7h-7z" class="other" />
            <path d="M7 17h7v7H7z" class="open" />
        </svg>
    }
}

fn svg(shape: Html) -> Html {
    html! { <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{ shape }</svg> }
}
