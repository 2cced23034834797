//! `stalemate explore`: whether something can ever go wrong, and the shortest way to it.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;

use super::complaint::Complaint;
use super::input::{self, Changes, Document};
use super::{Failure, write_json};
use crate::explore::{
    Answer, Budgets, ExploreError, Outcome, Progress, Property, Question, Search, Step, TlaError,
    Verdict, playable, processors, tla,
};
use crate::link;
use crate::scenario::{Scenario, nearest};
use crate::simulate::Simulation;

/// Try every order of events, and say whether something can ever go wrong.
///
/// The scenario's actions are requests and faults without instants: each may happen at any moment.
/// A violation is shown as a shortest sequence of steps, and as a scenario.
#[derive(Args)]
pub struct Explore {
    /// A file, a preset's id, a link, or - for standard input
    scenario: String,
    #[command(flatten)]
    changes: Changes,
    /// A property to check; left out: converges, no-phantom, no-lost-write, no-double-write
    #[arg(long, value_name = "NAME", value_parser = property)]
    property: Vec<Property>,
    /// An expression that must be true in the end, such as db.read("k") == R2
    #[arg(long, value_name = "EXPRESSION")]
    check: Option<String>,
    /// Number of requests of each workload
    #[arg(long, value_name = "N", default_value_t = 4)]
    requests: u32,
    /// TTLs that may expire, besides those of the scenario
    #[arg(long, value_name = "N", default_value_t = 0)]
    expiries: u8,
    /// Entries that the cache may evict
    #[arg(long, value_name = "N", default_value_t = 0)]
    evictions: u8,
    /// Crashes of the cache, an app server or the worker
    #[arg(long, value_name = "N", default_value_t = 0)]
    crashes: u8,
    /// Messages that may be lost
    #[arg(long, value_name = "N", default_value_t = 0)]
    losses: u8,
    /// Messages that may be delivered twice
    #[arg(long, value_name = "N", default_value_t = 0)]
    duplicates: u8,
    /// Calls that a store may answer with an error
    #[arg(long, value_name = "N", default_value_t = 0)]
    failures: u8,
    /// Timeouts that may end a wait although the reply could still come
    #[arg(long, value_name = "N", default_value_t = 0)]
    timeouts: u8,
    /// Stop after this many states
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    max_states: u64,
    /// Stop at this many effects
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    max_effects: u16,
    /// Stop when the states take this many megabytes
    #[arg(long, value_name = "MB", default_value_t = 1_024)]
    max_memory: u64,
    /// Also try orders that differ only in steps that nobody can tell apart
    #[arg(long)]
    no_reduction: bool,
    /// Also let each of several interchangeable clients begin first
    #[arg(long)]
    no_symmetry: bool,
    /// A call, its reply, and what the program then does are one step
    #[arg(long)]
    atomic: bool,
    /// Compare whole states and not 64-bit fingerprints: takes hundreds of bytes per state
    #[arg(long)]
    exact: bool,
    /// Write the shortest way as a trace in the Informal Trace Format
    #[arg(long, value_name = "FILE")]
    itf: Option<PathBuf>,
    /// Write the shortest way as a sequence diagram in Mermaid's language
    #[arg(long, value_name = "FILE")]
    mermaid: Option<PathBuf>,
    /// Write the same model for TLC into this directory: a TLA+ module and its configuration
    #[arg(long, value_name = "DIR")]
    tla: Option<PathBuf>,
    /// Write one JSON document, errors included
    #[arg(long)]
    pub json: bool,
}

fn property(name: &str) -> Result<Property, String> {
    Property::find(name).ok_or_else(|| {
        let names = Property::BUILT_IN.map(Property::name);
        match nearest(name, names) {
            Some(near) => format!("there is no such property; did you mean {near}?"),
            None => format!("there is no such property; there are {}", names.join(", ")),
        }
    })
}

/// The most arrows of one diagram.
const ARROWS: usize = 1_000;

/// States between two updates of the progress line.
const PORTION: u32 = 20_000;

impl Explore {
    pub fn run(&self, out: &mut impl Write) -> Result<(), Failure> {
        let mut document = input::read(&self.scenario)?;
        document.change(&self.changes)?;
        if let Some(directory) = &self.tla {
            self.write_tla(&document, directory, out)?;
        }
        let search = Search::new(&document.scenario, self.question());
        let mut search = search.map_err(|error| complain(&document, error))?;
        let mut bar = Bar::new();
        let processors = processors();
        while !search.advance_on(processors, PORTION) {
            bar.show(search.progress());
        }
        search.simplify();
        drop(bar);
        if let Some(mistake) = search.mistake() {
            return Err(Complaint::new(&document.file, mistake.to_string()).into());
        }
        let Some(mut answer) = search.answer() else { return Ok(()) };
        for outcome in &mut answer.results {
            let way = search.way_to(outcome.property);
            let played = way.and_then(|way| playable(&document.scenario, &way));
            let link = played.as_ref().and_then(|played| link::encode(played, None).ok());
            outcome.link = link.map(|link| link.text().to_owned());
        }
        let own = answer.results.iter().find(|each| each.property == answer.first.property);
        answer.first.link = own.and_then(|own| own.link.clone());
        match self.json {
            true => write_json(out, &answer)?,
            false => self.tell(&document, &answer, out)?,
        }
        out.flush()?;
        // a search may have taken an hour: its answer is written whatever becomes of the files
        self.export(&document, &search, answer.first.property).map_err(Failure::after_output)?;
        match answer.first.verdict {
            Verdict::Holds => Ok(()),
            Verdict::Violated => Err(Failure::Unmet),
            Verdict::Unknown => Err(Failure::Unanswered),
        }
    }

    /// Writes the way to the first violated property to the files given.
    fn export(
        &self,
        document: &Document,
        search: &Search,
        property: Property,
    ) -> Result<(), Failure> {
        if let Some(path) = &self.itf
            && let Some(trace) = search.itf(property)
        {
            write_file(path, &format!("{trace:#}\n"))?;
        }
        let played = self.mermaid.as_ref().and_then(|path| {
            let played = playable(&document.scenario, &search.way_to(property)?)?;
            let mut run = Simulation::new(&played).ok()?;
            run.advance(played.duration_us, u32::MAX);
            Some((path, run.view().diagram(0, run.now_us(), ARROWS).mermaid()))
        });
        played.map_or(Ok(()), |(path, text)| write_file(path, &text))
    }

    /// Writes the model for TLC.
    fn write_tla(
        &self,
        document: &Document,
        directory: &Path,
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        let name = Path::new(&document.file).file_stem().unwrap_or_default().to_string_lossy();
        let written = tla(&document.scenario, self.question(), &name);
        let written = written.map_err(|error| match error {
            TlaError::Scenario(error) => complain(document, error),
            error => Complaint::new(&document.file, error.to_string()).into(),
        })?;
        std::fs::create_dir_all(directory).map_err(|error| {
            let message = format!("can't be made: {error}");
            Failure::from(Complaint::new(directory.display().to_string(), message))
        })?;
        for (file, text) in &written.files {
            write_file(&directory.join(file), text)?;
        }
        if !self.json {
            let module = directory.join(format!("{}.tla", written.module));
            writeln!(out, "for TLC: {}\n", module.display())?;
        }
        Ok(())
    }

    fn question(&self) -> Question {
        let question = Question::default();
        Question {
            properties: match (self.property.is_empty(), &self.check) {
                (true, None) => question.properties,
                (_, check) => {
                    let check = check.iter().map(|_| Property::Check);
                    self.property.iter().copied().chain(check).collect()
                }
            },
            check: self.check.clone(),
            budgets: Budgets {
                expiries: self.expiries,
                evictions: self.evictions,
                crashes: self.crashes,
                losses: self.losses,
                duplicates: self.duplicates,
                failures: self.failures,
                timeouts: self.timeouts,
            },
            requests: self.requests,
            reduction: !self.no_reduction,
            symmetry: !self.no_symmetry,
            atomic: self.atomic,
            exact: self.exact,
            most_states: self.max_states,
            most_effects: self.max_effects,
            most_memory: self.max_memory.saturating_mul(1 << 20),
        }
    }

    fn tell(
        &self,
        document: &Document,
        answer: &Answer,
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        let Scenario { title, .. } = &document.scenario;
        writeln!(out, "{}\n", if title.is_empty() { &document.file } else { title })?;
        for Outcome { verdict, property, effects, vacuous, .. } in &answer.results {
            let after = effects.map(|effects| format!(" after {effects} effects"));
            let after = after.unwrap_or_default();
            writeln!(out, "{:<18}{verdict}{after}", property.name())?;
            for why in vacuous {
                writeln!(out, "{:<18}but: {why}", "")?;
            }
        }
        let Outcome { states, depth, complete, bounds, .. } = &answer.first;
        let all = if *complete { "all that exist" } else { "not all that exist" };
        writeln!(out, "\n{states} states, {all}, up to {depth} effects")?;
        let [requests, keys, faults] =
            [(bounds.requests, "request"), (bounds.keys, "key"), (bounds.deeds, "fault")].map(
                |(number, noun)| format!("{number} {noun}{}", if number == 1 { "" } else { "s" }),
            );
        writeln!(out, "{requests}, {keys}, {faults} of the scenario")?;
        let budgets = bounds.budgets.named().filter(|(_, count)| *count > 0);
        let budgets: Vec<String> =
            budgets.map(|(name, count)| format!("{name}: {count}")).collect();
        if !budgets.is_empty() {
            writeln!(out, "failures allowed: {}", budgets.join(", "))?;
        }
        if bounds.atomic {
            writeln!(out, "a call and its reply are one step")?;
        }
        if bounds.odds > 0.0 {
            writeln!(out, "probability that two states were confused: {:.0e}", bounds.odds)?;
        }
        for why in &bounds.cut {
            writeln!(out, "cut off: {why}")?;
        }
        let events = answer.events.iter().map(|(each, count)| format!("{count} {each}"));
        writeln!(
            out,
            "events of all transitions tried: {}",
            events.collect::<Vec<_>>().join(", ")
        )?;
        let violated = answer.results.iter().filter(|each| each.verdict == Verdict::Violated);
        for Outcome { property, schedule, link, effects, .. } in violated {
            let own = schedule.last().map(|step| step.effects);
            let without = match own.filter(|own| Some(*own) != *effects) {
                Some(own) => format!(" ({own} effects, without requests that it does not need)"),
                None => String::new(),
            };
            writeln!(out, "\n{property}, the shortest way{without}:")?;
            tell_steps(schedule, out)?;
            match link {
                Some(link) => writeln!(out, "      play it: stalemate run '{link}' --log")?,
                None => writeln!(
                    out,
                    "      no scenario can play this way: its waits contradict each other"
                )?,
            }
        }
        for (at, sample) in answer.samples.iter().enumerate() {
            writeln!(out, "\nsample run {}:", at + 1)?;
            tell_steps(sample, out)?;
        }
        Ok(())
    }
}

fn write_file(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| {
        let message = format!("can't be written: {error}");
        Complaint::new(path.display().to_string(), message).into()
    })
}

fn tell_steps(steps: &[Step], out: &mut impl Write) -> std::io::Result<()> {
    for step in steps {
        for (at, what) in step.what.iter().enumerate() {
            match at {
                0 => writeln!(out, "{:>4}  {what}", step.effects)?,
                _ => writeln!(out, "      {what}")?,
            }
        }
    }
    Ok(())
}

fn complain(document: &Document, error: ExploreError) -> Failure {
    match error {
        ExploreError::Invalid(problems) => Failure::Wrong(document.complaints(&problems)),
        error => Complaint::new(&document.file, error.to_string()).into(),
    }
}

/// The progress of a search, on a terminal.
struct Bar {
    begun: Instant,
    shown: Option<Instant>,
}

impl Bar {
    fn new() -> Bar {
        let now = Instant::now();
        Bar { begun: now, shown: std::io::stderr().is_terminal().then_some(now) }
    }

    fn show(&mut self, progress: Progress) {
        if self.shown.is_none_or(|shown| shown.elapsed() < Duration::from_millis(200)) {
            return;
        }
        self.shown = Some(Instant::now());
        let Progress { states, waiting, effects, memory, .. } = progress;
        let rate = states as f64 / self.begun.elapsed().as_secs_f64();
        let _ = write!(
            std::io::stderr(),
            "\r{states} states, {waiting} waiting, {effects} effects, {rate:.0}/s, {} MB   ",
            memory >> 20
        );
    }
}

impl Drop for Bar {
    /// Clears the line.
    fn drop(&mut self) {
        if self.shown.is_some() {
            let _ = write!(std::io::stderr(), "\r{:<70}\r", "");
        }
    }
}
