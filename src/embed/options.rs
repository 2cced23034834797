//! The options in the query of the address: `?embed=1&preset=ca6&theme=dark`.

use std::fmt;

use crate::named::named;
use crate::page::Panel;
use crate::scenario::{Candidate, CandidateError, nearest};
use crate::simulate::timeline::{BUDGET, SMALL_BUDGET};

/// The options that an embedding page can set, as can anyone in a link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The playground is part of another page: it sends messages to its host, and stores nothing.
    pub embed: bool,
    pub theme: Option<Theme>,
    pub layout: Option<Layout>,
    /// Hidden panels.
    pub hide: Vec<Panel>,
    /// The reader can play the run but not change it.
    pub readonly: bool,
    /// It starts to play as soon as it has loaded.
    pub autoplay: bool,
    /// Virtual microseconds per real millisecond.
    pub speed_us_per_ms: Option<u32>,
    /// The memory that a run may use for its past, in megabytes.
    pub memory_mb: Option<u32>,
    pub preset: Option<String>,
    /// The address of a scenario file.
    pub src: Option<String>,
    /// The strategies to compare, side by side; empty: those of the scenario, if it has any.
    pub compare: Vec<String>,
}

named! {
    /// Light, dark, or the reader's system setting.
    pub enum Theme {
        Auto = "auto",
        Light = "light",
        Dark = "dark",
    }
}

named! {
    /// The whole page, or what fits into a column of text.
    pub enum Layout {
        Full = "full",
        /// The stores, a line of controls and the verdict.
        Compact = "compact",
    }
}

/// The height of the page in the compact layout, in CSS pixels.
pub const COMPACT_HEIGHT: u32 = 440;

impl Layout {
    /// The layout of this name.
    pub fn named(name: &str) -> Option<Layout> {
        Layout::ALL.into_iter().find(|layout| layout.name() == name)
    }
}

impl Theme {
    /// The theme of this name.
    pub fn named(name: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// A value in the address that is not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadParameter {
    pub name: String,
    /// The value, cut off if it is long.
    pub value: String,
    pub allowed: Allowed,
}

/// What is allowed as the value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    Flag,
    Theme,
    Layout,
    /// Names of panels, of which this is none.
    Parts {
        unknown: String,
    },
    Speed,
    Memory,
    /// Strategies; what is wrong with the given ones.
    Comparison {
        why: CandidateError,
    },
}

impl fmt::Display for BadParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={} in the address: {}.", self.name, self.value, self.allowed)
    }
}

impl std::error::Error for BadParameter {}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Allowed::Flag => f.write_str("allowed are 1 and 0"),
            Allowed::Theme => f.write_str("allowed are auto, light and dark"),
            Allowed::Layout => f.write_str("allowed are full and compact"),
            Allowed::Parts { unknown } => {
                let known = ids(Panel::ALL);
                match nearest(unknown, known.iter().copied()) {
                    Some(near) => write!(f, "there is no part `{unknown}`; did you mean `{near}`"),
                    None => {
                        write!(f, "there is no part `{unknown}`; allowed are {}", known.join(", "))
                    }
                }
            }
            Allowed::Speed => f.write_str(
                "allowed are whole microseconds of the simulation in a millisecond, 1 to 60000",
            ),
            Allowed::Memory => f.write_str("allowed are whole megabytes, 8 to 2048"),
            // a full stop follows
            Allowed::Comparison { why } => f.write_str(why.to_string().trim_end_matches('?')),
        }
    }
}

/// Every parameter of the address, in the order in which they are written.
pub const PARAMETERS: [&str; 11] = [
    "embed", "preset", "src", "compare", "theme", "layout", "hide", "readonly", "autoplay",
    "speed", "memory",
];

/// The slowest and the fastest speed allowed.
const SPEEDS: std::ops::RangeInclusive<u32> = 1..=60_000;

/// The least and the most memory allowed.
const MEMORY_MB: std::ops::RangeInclusive<u32> = 8..=2_048;

impl Options {
    /// Parses a query, with or without its `?`. A value that is not allowed has no effect and is
    /// returned; a name that is not one of [`PARAMETERS`] is ignored.
    pub fn parse(query: &str) -> (Options, Vec<BadParameter>) {
        let (mut options, mut problems) = (Options::default(), Vec::new());
        let query = query.strip_prefix('?').unwrap_or(query);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if let Err(allowed) = options.set(&name, &value) {
                let value = value.chars().take(60).collect();
                problems.push(BadParameter { name: name.into_owned(), value, allowed });
            }
        }
        (options, problems)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), Allowed> {
        match name {
            "embed" => self.embed = flag(value)?,
            "readonly" => self.readonly = flag(value)?,
            "autoplay" => self.autoplay = flag(value)?,
            "theme" => self.theme = Some(Theme::named(value).ok_or(Allowed::Theme)?),
            "layout" => self.layout = Some(Layout::named(value).ok_or(Allowed::Layout)?),
            "hide" => {
                for part in value.split(',').map(str::trim).filter(|part| !part.is_empty()) {
                    let unknown = || Allowed::Parts { unknown: part.to_owned() };
                    self.hide.push(Panel::with_id(part).ok_or_else(unknown)?);
                }
            }
            "speed" => {
                let speed = value.parse().ok().filter(|speed| SPEEDS.contains(speed));
                self.speed_us_per_ms = Some(speed.ok_or(Allowed::Speed)?);
            }
            "memory" => {
                let memory = value.parse().ok().filter(|memory| MEMORY_MB.contains(memory));
                self.memory_mb = Some(memory.ok_or(Allowed::Memory)?);
            }
            "preset" => self.preset = Some(value.to_owned()),
            "src" => self.src = Some(value.to_owned()),
            "compare" => {
                let compare = Candidate::split(value);
                Candidate::check_names(&compare).map_err(|(_, why)| Allowed::Comparison { why })?;
                self.compare = compare;
            }
            _ => {}
        }
        Ok(())
    }

    /// The options as a query without `?`; defaults are left out.
    pub fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for name in PARAMETERS {
            if let Some(value) = self.get(name) {
                query.append_pair(name, &value);
            }
        }
        query.finish().replace("%2C", ",").replace("%3A", ":").replace("%3D", "=")
    }

    /// The memory that a run may use, in bytes.
    pub fn memory_bytes(&self) -> u64 {
        match self.memory_mb {
            Some(memory_mb) => u64::from(memory_mb) << 20,
            None if self.embed => SMALL_BUDGET,
            None => BUDGET,
        }
    }

    /// Whether only the comparison is shown, until a person opens one of its runs.
    pub fn is_comparison(&self) -> bool {
        self.embed && !self.compare.is_empty() && self.layout.is_none()
    }

    /// Whether the compact layout is chosen.
    pub fn is_compact(&self) -> bool {
        self.layout == Some(Layout::Compact)
    }

    /// The hidden panels, as `hide=` names them.
    pub fn hidden(&self) -> String {
        ids(&self.hide).join(",")
    }

    /// The value of this parameter, if it is set.
    fn get(&self, name: &str) -> Option<String> {
        let yes = |flag: bool| flag.then(|| "1".to_owned());
        match name {
            "embed" => yes(self.embed),
            "readonly" => yes(self.readonly),
            "autoplay" => yes(self.autoplay),
            "theme" => self.theme.map(|theme| theme.name().to_owned()),
            "layout" => self.layout.map(|layout| layout.name().to_owned()),
            "hide" => (!self.hide.is_empty()).then(|| self.hidden()),
            "speed" => self.speed_us_per_ms.map(|speed| speed.to_string()),
            "memory" => self.memory_mb.map(|memory| memory.to_string()),
            "preset" => self.preset.clone(),
            "src" => self.src.clone(),
            "compare" => (!self.compare.is_empty()).then(|| self.compare.join(",")),
            _ => None,
        }
    }
}

/// `1` or `0`; a name without a value means yes.
fn flag(value: &str) -> Result<bool, Allowed> {
    match value {
        "" | "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        _ => Err(Allowed::Flag),
    }
}

fn ids(panels: &[Panel]) -> Vec<&'static str> {
    panels.iter().map(|panel| panel.id()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(query: &str) -> Options {
        let (options, problems) = Options::parse(query);
        assert_eq!(problems, [], "{query}");
        options
    }

    #[test]
    fn nothing_asked_for_changes_nothing() {
        for query in ["", "?", "utm_source=mail", "?x", "&&=&"] {
            assert_eq!(read(query), Options::default(), "{query:?}");
        }
    }

    #[test]
    fn everything_can_be_asked_for_and_written_again() {
        let query = "embed=1&preset=ca6&theme=dark&hide=log,charts&readonly=1&autoplay=1&speed=20";
        let options = read(&format!("?{query}"));
        assert_eq!(options.hide, [Panel::Log, Panel::Charts]);
        assert_eq!((options.theme, options.speed_us_per_ms), (Some(Theme::Dark), Some(20)));
        assert!(options.embed && options.readonly && options.autoplay);
        assert_eq!(options.query(), query);
        let src = read("src=https%3A%2F%2Fexample.org%2Fa%20b.json");
        assert_eq!(src.src.as_deref(), Some("https://example.org/a b.json"));
        assert_eq!(read(&src.query()), src);
        assert!(!read("embed=0&readonly=false").readonly);
        let bytes = |query| read(query).memory_bytes();
        assert_eq!((bytes(""), bytes("embed=1")), (BUDGET, SMALL_BUDGET));
        assert_eq!((bytes("memory=512"), bytes("embed=1&memory=8")), (512 << 20, 8 << 20));
    }

    #[test]
    fn every_parameter_is_read_and_written() {
        let query = "embed=1&preset=ca6&src=a.json&compare=own,cache-aside:TTL=5,JITTER=1&theme=dark&layout=compact&hide=log&readonly=1&autoplay=1&speed=20\
             &memory=64";
        let options = read(query);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            assert_eq!(options.get(&name).as_deref(), Some(&*value), "{name}");
            assert_ne!(read(&format!("{name}={value}")), Options::default(), "{name}");
        }
        let names = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
        assert_eq!(names.collect::<Vec<_>>(), PARAMETERS);
    }

    #[test]
    fn nonsense_is_named_with_what_is_allowed_and_the_rest_is_kept() {
        let cases = [
            ("embed=yes", "embed=yes in the address: allowed are 1 and 0."),
            ("theme=blue", "theme=blue in the address: allowed are auto, light and dark."),
            ("layout=tiny", "layout=tiny in the address: allowed are full and compact."),
            ("hide=logs", "hide=logs in the address: there is no part `logs`; did you mean `log`."),
            (
                "speed=0",
                "speed=0 in the address: allowed are whole microseconds of the simulation \
                in a millisecond, 1 to 60000.",
            ),
            ("compare=own", "compare=own in the address: has 1 strategy; allowed: 2 to 8."),
            (
                "compare=own,lease",
                "compare=own,lease in the address: there is no built-in strategy lease; did you \
                 mean leases.",
            ),
            ("memory=4", "memory=4 in the address: allowed are whole megabytes, 8 to 2048."),
            (
                "speed=-5",
                "speed=-5 in the address: allowed are whole microseconds of the simulation \
                in a millisecond, 1 to 60000.",
            ),
        ];
        for (query, said) in cases {
            let (options, problems) = Options::parse(&format!("{query}&autoplay=1"));
            let problems: Vec<String> = problems.iter().map(BadParameter::to_string).collect();
            assert_eq!(problems, [said]);
            assert_eq!(options, Options { autoplay: true, ..Options::default() });
        }
    }
}
