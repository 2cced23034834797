//! A command's input: a scenario by name, and changes to it.

use std::fmt;
use std::io::Read;
use std::path::Path;

use clap::Args;

use super::Failure;
use super::complaint::Complaint;
use crate::expect;
use crate::lesson::example_of_facts;
use crate::link;
use crate::scenario::{LONGEST_DOCUMENT, Literal, Problem, Scenario, nearest, preset};
use crate::simulate::Simulation;
use crate::strategy::value::Names;
use crate::strategy::{Program, builtin, compile};
use crate::time::{LONGEST_US, Micros, SECOND_US, from_seconds};

/// A scenario, its text, and where the text is from.
pub struct Document {
    pub file: String,
    pub text: String,
    pub scenario: Scenario,
    /// Which strategy was replaced, by its position, and the file of the new one.
    strategy_file: Option<(usize, String)>,
    /// The number of expectations that are skipped because the scenario was changed.
    pub skipped: usize,
}

/// Changes to a scenario.
#[derive(Args)]
pub struct Changes {
    /// Seed of all random draws: latencies, keys, losses
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0, SEEDS))]
    pub seed: Option<u64>,
    /// Run until this virtual time
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub until: Option<Micros>,
    /// Set a strategy's parameter, in each strategy that has it
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    pub set: Vec<(String, Literal)>,
    /// Replace the strategy of all keys that no other strategy serves
    #[arg(long, value_name = "ID|FILE.py")]
    pub strategy: Option<String>,
}

/// Why an argument is not allowed.
#[derive(Debug)]
pub struct NotAllowed(pub String);

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "allowed: {}", self.0)
    }
}

impl std::error::Error for NotAllowed {}

/// The largest seed.
pub(super) const SEEDS: u64 = 1 << 53;

/// Parses a whole number from `low` to `high`.
pub(super) fn whole<N>(
    low: u64,
    high: u64,
) -> impl Fn(&str) -> Result<N, NotAllowed> + Clone + Send + Sync + 'static
where
    N: TryFrom<u64>,
{
    move |text| {
        let number = text.parse().ok().filter(|number| (low..=high).contains(number));
        number.and_then(|number| N::try_from(number).ok()).ok_or_else(|| {
            NotAllowed(match high {
                u64::MAX => format!("a whole number, {low} or more"),
                high => format!("a whole number, {low}..{high}"),
            })
        })
    }
}

/// Parses the address of a page, to put before links.
pub(super) fn address(text: &str) -> Result<String, NotAllowed> {
    match text.split_once("://") {
        Some(("https" | "http" | "file", rest)) if !rest.is_empty() => Ok(text.to_owned()),
        _ => Err(NotAllowed("an address that begins with https:// or http://".to_owned())),
    }
}

pub(super) fn seconds(text: &str) -> Result<Micros, NotAllowed> {
    let longest = LONGEST_US / SECOND_US;
    let us = text.parse().ok().and_then(from_seconds).filter(|us| *us > 0);
    us.ok_or_else(|| NotAllowed(format!("more than 0, up to {longest} (one year)")))
}

fn assignment(text: &str) -> Result<(String, Literal), NotAllowed> {
    let (name, value) =
        text.split_once('=').ok_or_else(|| NotAllowed("NAME=VALUE, such as TTL=5".to_owned()))?;
    Ok((name.to_owned(), Literal::read(value)))
}

/// Reads a scenario by the name of a preset or a file, from a link, or from
/// standard input.
pub fn read(name: &str) -> Result<Document, Failure> {
    read_as(name, Wanted::Scenario)
}

/// The same, of a scenario with a lesson: an unknown name is most likely one of those.
pub fn read_lesson(name: &str) -> Result<Document, Failure> {
    read_as(name, Wanted::Lesson)
}

/// What a file is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Scenario,
    Lesson,
    Program,
}

impl Wanted {
    /// What to write instead of the name of a file that does not exist.
    pub fn missing(self, name: &str) -> String {
        let is_meant = |id: &&str| self == Wanted::Scenario || id.starts_with("lesson-");
        let ids = || preset::all().map(|preset| preset.id).filter(is_meant);
        let stem = name.strip_suffix(".py").unwrap_or(name);
        let strategy = || nearest(stem, builtin::all().iter().map(|each| each.id));
        let lesson = || ids().find(|id| id.strip_prefix("lesson-") == Some(name));
        match self {
            Wanted::Scenario => match nearest(name, ids()) {
                Some(id) => {
                    format!("there is no such file or preset; did you mean the preset {id}?")
                }
                None => "there is no such file or preset; `stalemate presets` lists the presets"
                    .to_owned(),
            },
            Wanted::Lesson => match lesson().or_else(|| nearest(name, ids())) {
                Some(id) => {
                    format!("there is no such file or lesson; did you mean the preset {id}?")
                }
                None => "there is no such file or lesson; `stalemate lesson` lists the lessons"
                    .to_owned(),
            },
            Wanted::Program => match strategy() {
                Some(id) => format!("there is no such file; did you mean the built-in {id}?"),
                None => "there is no such file; `stalemate strategies` lists the built-in \
                         strategies, whose names have no .py"
                    .to_owned(),
            },
        }
    }
}

fn read_as(name: &str, wanted: Wanted) -> Result<Document, Failure> {
    if preset::find(name).is_none() && !Path::new(name).exists() && link::is_meant(name) {
        let opened =
            link::decode(name).map_err(|error| Complaint::new("link", error.to_string()))?;
        let (file, text) = ("link".to_owned(), opened.scenario.to_json());
        return Ok(Document::new(file, text, opened.scenario));
    }
    let text = match preset::find(name) {
        Some(preset) => preset.json.to_owned(),
        None => read_text(name, wanted)?,
    };
    match Scenario::parse(&text) {
        Ok(scenario) => Ok(Document::new(name.to_owned(), text, scenario)),
        Err(error) => Err(Complaint::of_text(name, &text, &error).into()),
    }
}

/// The text of a file that is not a document, or of standard input, of any length.
pub fn read_all(name: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = match name {
        "-" => std::io::stdin().lock().read_to_end(&mut bytes),
        _ => std::fs::File::open(name).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    let wrong = |message: String| Failure::from(Complaint::new(name, message));
    read.map_err(|error| wrong(error.to_string()))?;
    String::from_utf8(bytes).map_err(|_| wrong("is not UTF-8".to_owned()))
}

/// The text of a file or of standard input, up to the length of a document.
pub fn read_text(name: &str, wanted: Wanted) -> Result<String, Failure> {
    let wrong = |message: String| Failure::from(Complaint::new(name, message));
    let mut bytes = Vec::new();
    let most = LONGEST_DOCUMENT as u64 + 1;
    let read = match name {
        "-" => std::io::stdin().lock().take(most).read_to_end(&mut bytes),
        _ => std::fs::File::open(name).and_then(|file| file.take(most).read_to_end(&mut bytes)),
    };
    match read {
        Ok(_) if bytes.len() > LONGEST_DOCUMENT => {
            Err(wrong(format!("is longer than {LONGEST_DOCUMENT} bytes")))
        }
        Ok(_) => match String::from_utf8(bytes) {
            // places in it are those of what follows its byte order mark
            Ok(text) => Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
            Err(_) => Err(wrong("is not UTF-8".to_owned())),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(wrong(wanted.missing(name)))
        }
        Err(error) => Err(wrong(error.to_string())),
    }
}

impl Document {
    fn new(file: String, text: String, scenario: Scenario) -> Document {
        Document { file, text, scenario, strategy_file: None, skipped: 0 }
    }

    /// Makes the changes that the command line asks for. Expectations are about the preset as
    /// published: a change skips them.
    pub fn change(&mut self, changes: &Changes) -> Result<(), Failure> {
        let before = self.scenario.clone();
        if let Some(seed) = changes.seed {
            self.scenario.seed = seed;
        }
        if let Some(until_us) = changes.until {
            self.scenario.duration_us = until_us;
        }
        if let Some(strategy) = &changes.strategy {
            self.replace(strategy)?;
        }
        for (name, value) in &changes.set {
            self.set(name, value)?;
        }
        if self.scenario != before && link::expects_what_its_preset_does(&before) {
            self.skipped = std::mem::take(&mut self.scenario.expect).len();
        }
        Ok(())
    }

    fn replace(&mut self, strategy: &str) -> Result<(), Failure> {
        let all = self.scenario.strategies.iter().position(|each| each.prefix.is_empty());
        let Some(index) = all else { return Ok(()) };
        let each = &mut self.scenario.strategies[index];
        each.parameters.clear();
        if builtin::find(strategy).is_some() {
            each.strategy = strategy.to_owned();
            each.source = None;
        } else if Path::new(strategy).extension().is_some_and(|it| it == "py") {
            each.source = Some(read_text(strategy, Wanted::Program)?);
            self.strategy_file = Some((index, strategy.to_owned()));
        } else {
            let ids = builtin::all().iter().map(|each| each.id);
            let hint = match nearest(strategy, ids) {
                Some(id) => format!("did you mean {id}?"),
                None => "`stalemate strategies` lists them; a file ends in .py".to_owned(),
            };
            let message = format!("there is no built-in strategy {strategy}; {hint}");
            return Err(Complaint::new("--strategy", message).into());
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: &Literal) -> Result<(), Failure> {
        let programs = self.programs().map_err(Failure::Wrong)?;
        let mut known = Vec::new();
        let mut found = false;
        for (each, program) in self.scenario.strategies.iter_mut().zip(&programs) {
            let Some(program) = program else { continue };
            known.extend(program.parameters.iter().map(|parameter| parameter.name.to_string()));
            if program.parameters.iter().any(|parameter| *parameter.name == *name) {
                each.parameters.insert(name.to_owned(), value.clone());
                found = true;
                if let Err(errors) = program.bind(&each.parameters, &mut Names::default()) {
                    let own = errors.iter().filter(|error| error.name == name);
                    let complaints: Vec<Complaint> = own.map(Complaint::of_parameter).collect();
                    if !complaints.is_empty() {
                        return Err(Failure::Wrong(complaints));
                    }
                }
            }
        }
        if found {
            return Ok(());
        }
        let hint = match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean {near}?"),
            None if known.is_empty() => "there are none".to_owned(),
            None => format!("there are {}", known.join(", ")),
        };
        let message = format!("no strategy here has this parameter; {hint}");
        Err(Complaint::new(format!("--set {name}"), message).into())
    }

    /// The compiled strategies; `None` for an unknown built-in, which
    /// [`Scenario::validate`] reports.
    pub fn programs(&self) -> Result<Vec<Option<Program>>, Vec<Complaint>> {
        let mut names = Names::of(self.scenario.store_names());
        let mut complaints = Vec::new();
        let mut programs = Vec::new();
        for (index, each) in self.scenario.strategies.iter().enumerate() {
            let builtin = builtin::find(&each.strategy).map(|builtin| builtin.source);
            let Some(source) = each.source.as_deref().or(builtin) else {
                programs.push(None);
                continue;
            };
            match compile(source, &mut names) {
                Ok(program) => programs.push(Some(program)),
                Err(errors) => {
                    let (file, path) = match &self.strategy_file {
                        Some((at, file)) if *at == index => (file.as_str(), String::new()),
                        _ => (self.file.as_str(), source_path(index)),
                    };
                    complaints.extend(
                        errors.iter().map(|it| Complaint::of_program(file, &path, source, it)),
                    );
                }
            }
        }
        if complaints.is_empty() { Ok(programs) } else { Err(complaints) }
    }

    /// The scenario's simulation, at its first instant.
    ///
    /// # Errors
    /// Everything that is wrong with the scenario, paths into the report included.
    pub fn simulation(&self) -> Result<Simulation, Failure> {
        let simulation = Simulation::new(&self.scenario);
        let mut problems = simulation.as_ref().err().cloned().unwrap_or_default();
        if !self.scenario.expect.is_empty() {
            problems.extend(expect::wrong_paths(&self.scenario.expect, &example_of_facts()));
        }
        match simulation {
            Ok(simulation) if problems.is_empty() => Ok(simulation),
            _ => Err(Failure::Wrong(self.complaints(&problems))),
        }
    }

    /// What never happens in its run. Nothing is said of a run that was shortened on purpose.
    pub fn notes(&self, changes: Option<&Changes>) -> Vec<Complaint> {
        if changes.is_some_and(|changes| changes.until.is_some()) {
            return Vec::new();
        }
        let late = self.scenario.beyond_its_end();
        late.iter().map(|it| Complaint::of_problem(&self.file, &self.text, it)).collect()
    }

    /// Everything that is wrong, `problems` of the engine included.
    pub fn complaints(&self, problems: &[Problem]) -> Vec<Complaint> {
        let mut complaints = self.programs().err().unwrap_or_default();
        // errors in sources are reported elsewhere, with their lines
        let sources = 0..self.scenario.strategies.len();
        let sources: Vec<String> = sources.map(source_path).collect();
        let others = problems
            .iter()
            .filter(|problem| complaints.is_empty() || !sources.contains(&problem.path));
        let others: Vec<Complaint> =
            others.map(|it| Complaint::of_problem(&self.file, &self.text, it)).collect();
        complaints.extend(others);
        complaints
    }
}

fn source_path(index: usize) -> String {
    format!("strategies[{index}].source")
}
