//! What the keyboard does, wherever no text is being typed.

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    Toggle,
    Step,
    Reset,
    Slower,
    Faster,
    Read,
    Write,
    KillCache,
    SlowDatabase,
    Help,
}

/// The key as it is printed in the list, what it asks for, and that in words.
pub const ALL: [(&str, Shortcut, &str); 10] = [
    ("Space", Shortcut::Toggle, "Play or pause"),
    (".", Shortcut::Step, "Step one event"),
    ("0", Shortcut::Reset, "Reset to the start"),
    ("[", Shortcut::Slower, "Slower"),
    ("]", Shortcut::Faster, "Faster"),
    ("r", Shortcut::Read, "Read the chosen key"),
    ("w", Shortcut::Write, "Write the chosen key"),
    ("k", Shortcut::KillCache, "Kill the cache, or restart it"),
    ("s", Shortcut::SlowDatabase, "Slow the database, or restore it"),
    ("?", Shortcut::Help, "Show this list"),
];

/// The shortcut of a `KeyboardEvent.key`.
pub fn of(key: &str) -> Option<Shortcut> {
    let printed = if key == " " { "Space" } else { key };
    ALL.iter()
        .find(|(name, ..)| name.eq_ignore_ascii_case(printed))
        .map(|(_, shortcut, _)| *shortcut)
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
    fn no_key_means_two_things() {
        for (at, (key, ..)) in ALL.iter().enumerate() {
            assert!(ALL[..at].iter().all(|(other, ..)| other != key), "{key}");
        }
    }
}
