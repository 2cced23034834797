//! Keyboard shortcuts, active unless text is being typed.

/// The meaning of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    Toggle,
    Step,
    StepBack,
    NextProblem,
    PreviousProblem,
    NextRequest,
    PreviousRequest,
    Reset,
    Slower,
    Faster,
    Read,
    Write,
    KillCache,
    SlowDatabase,
    Hold,
    Undo,
    Redo,
    Edit,
    Help,
}

/// The keys as printed in the list, their meaning, and the meaning as text.
pub const ALL: [(&[&str], Shortcut, &str); 19] = [
    (&["Space"], Shortcut::Toggle, "Play or pause"),
    (&["."], Shortcut::Step, "Step one event"),
    (&[","], Shortcut::StepBack, "Step one event back"),
    (&["n"], Shortcut::NextProblem, "Go to the next problem"),
    (&["p", "N"], Shortcut::PreviousProblem, "Go to the previous problem"),
    (&["\u{2192}", "'"], Shortcut::NextRequest, "Go to the next request"),
    (&["\u{2190}", ";"], Shortcut::PreviousRequest, "Go to the previous request"),
    (&["0"], Shortcut::Reset, "Reset to the start"),
    (&["["], Shortcut::Slower, "Slower"),
    (&["]"], Shortcut::Faster, "Faster"),
    (&["r"], Shortcut::Read, "Read the chosen key"),
    (&["w"], Shortcut::Write, "Write the chosen key"),
    (&["k"], Shortcut::KillCache, "Kill the cache, or restart it"),
    (&["s"], Shortcut::SlowDatabase, "Slow the database, or restore it"),
    (&["h"], Shortcut::Hold, "Hold the oldest message of the followed request, or release it"),
    (&["z"], Shortcut::Undo, "Undo your last action"),
    (&["Z", "y"], Shortcut::Redo, "Redo the last undone action"),
    (&["e"], Shortcut::Edit, "Edit the strategy"),
    (&["?"], Shortcut::Help, "Show this list"),
];

/// The shortcut of a `KeyboardEvent.key`: as printed, or in lower case.
pub fn of(key: &str) -> Option<Shortcut> {
    let printed = match key {
        " " => "Space",
        "ArrowRight" => "\u{2192}",
        "ArrowLeft" => "\u{2190}",
        key => key,
    };
    let find = |wanted: &str| {
        let mut all = ALL.iter();
        all.find(|(keys, ..)| keys.contains(&wanted)).map(|(_, shortcut, _)| *shortcut)
    };
    find(printed).or_else(|| find(&printed.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_either_case_and_no_others() {
        assert_eq!(of(" "), Some(Shortcut::Toggle));
        assert_eq!([of("r"), of("R")], [Some(Shortcut::Read); 2]);
        assert_eq!([of("Enter"), of("x"), of("")], [None; 3]);
    }

    #[test]
    fn where_two_cases_differ_each_has_its_own() {
        assert_eq!(
            [of("n"), of("N")],
            [Shortcut::NextProblem, Shortcut::PreviousProblem].map(Some)
        );
        assert_eq!(
            [of("z"), of("Z"), of("y")],
            [Shortcut::Undo, Shortcut::Redo, Shortcut::Redo].map(Some)
        );
        assert_eq!(of("ArrowLeft"), Some(Shortcut::PreviousRequest));
    }

    #[test]
    fn no_key_means_two_things() {
        let keys: Vec<&str> = ALL.iter().flat_map(|(keys, ..)| keys.iter().copied()).collect();
        for (at, key) in keys.iter().enumerate() {
            assert!(!keys[..at].contains(key), "{key}");
        }
    }
}
