//! `stalemate explore`: whether something can ever go wrong, and the shortest way to it.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::complaint::Complaint;
use super::input::{self, Changes, Document, whole};
use super::{Failure, write_json};
use crate::explore::{
    Answer, Bound, Budgets, ExploreError, Outcome, Progress, Property, Question, Search, Step,
    TlaError, Verdict, playable, processors, tla,
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
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = whole::<u32>(0, 4_294_967_295))]
    requests: u32,
    /// TTLs that may expire, besides those of the scenario
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u8>(0, 255))]
    expiries: u8,
    /// Entries that the cache may evict
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u8>(0, 255))]
    evictions: u8,
    /// Crashes of the cache, an app server or the worker
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u8>(0, 255))]
    crashes: u8,
    /// Messages that may be lost
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u8>(0, 255))]
    losses: u8,
    /// Messages that may be delivered twice
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u8>(0, 255))]
    duplicates: u8,
    /// Calls that a store may answer with an error
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u8>(0, 255))]
    failures: u8,
    /// Timeouts that may end a wait although the reply could still come
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u8>(0, 255))]
    timeouts: u8,
    /// Stop after this many states
    #[arg(long, value_name = "N", default_value_t = 10_000_000, value_parser = whole::<u64>(0, u64::MAX))]
    max_states: u64,
    /// Stop at this many effects
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = whole::<u16>(0, 65_535))]
    max_effects: u16,
    /// Stop when the states take this many megabytes
    #[arg(long, value_name = "MB", default_value_t = 1_024, value_parser = whole::<u64>(0, u64::MAX))]
    max_memory: u64,
    /// Stop after this many seconds; left out: no limit
    #[arg(long, value_name = "SECONDS", value_parser = whole::<u64>(1, 31_536_000))]
    max_seconds: Option<u64>,
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

/// States between two updates of the progress line, and between two looks for Ctrl-C and at the
/// clock.
const PORTION: u32 = 5_000;

/// Whether Ctrl-C was pressed or `kill` has asked the command to end: once ends the search, with what
/// it has found; twice the command.
struct Stop(Arc<AtomicBool>);

impl Stop {
    fn listen() -> Stop {
        let asked = Arc::new(AtomicBool::new(false));
        // in this order: the first one finds it unset. Without them, the first one ends the command
        for signal in [SIGINT, SIGTERM] {
            let _ = flag::register_conditional_shutdown(signal, 128 + signal, asked.clone());
            let _ = flag::register(signal, asked.clone());
        }
        Stop(asked)
    }

    fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

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
        let stop = Stop::listen();
        let longest = self.max_seconds.map_or(Duration::MAX, Duration::from_secs);
        while !search.advance_on(processors, PORTION) {
            bar.show(search.progress());
            if stop.is_asked() {
                search.interrupt();
            } else if bar.begun.elapsed() >= longest {
                search.time_out();
            }
        }
        if !matches!(search.cut(), Some(Bound::Interrupted | Bound::Time)) {
            search.simplify();
        }
        drop(bar);
        if let Some(mistake) = search.mistake() {
            return Err(Complaint::new(&document.file, mistake.to_string()).into());
        }
        let Some(mut answer) = search.answer() else { return Ok(()) };
        answer.link_ways(|property| {
            let way = search.way_to(property).ok_or("there is no way")?;
            let played = playable(&document.scenario, &way)?;
            let link = link::encode(&played, None).map_err(|error| error.to_string())?;
            Ok(link.text().to_owned())
        });
        for outcome in answer.results.iter_mut().chain([&mut answer.first]) {
            outcome.bounds.max_seconds = self.max_seconds;
        }
        match self.json {
            true => write_json(out, &answer)?,
            false => self.tell(&document, &answer, out)?,
        }
        out.flush()?;
        if answer.first.verdict != Verdict::Violated {
            for path in [&self.itf, &self.mermaid].into_iter().flatten() {
                eprintln!("{}: not written, for nothing was found to go wrong", path.display());
            }
        }
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
            let played = playable(&document.scenario, &search.way_to(property)?).ok()?;
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

    /// Within which bounds the answer is valid.
    fn tell_bounds(&self, answer: &Answer, out: &mut impl Write) -> std::io::Result<()> {
        let Outcome { states, depth, complete, bounds, verdict, .. } = &answer.first;
        let all = match (complete, verdict, bounds.cut.is_empty()) {
            (true, ..) => "all that exist",
            (false, Verdict::Violated, true) => "not all that exist: no more were needed",
            _ => "not all that exist",
        };
        writeln!(out, "\n{states} states, {all}, up to {}", counted(u64::from(*depth), "effect"))?;
        writeln!(
            out,
            "{}, {}, {} of the scenario",
            counted(bounds.requests as u64, "request"),
            counted(bounds.keys as u64, "key"),
            counted(bounds.deeds as u64, "fault")
        )?;
        let budgets = bounds.budgets.named().filter(|(_, count)| *count > 0);
        let budgets: Vec<String> =
            budgets.map(|(name, count)| format!("{name}: {count}")).collect();
        if !budgets.is_empty() {
            writeln!(out, "failures allowed: {}", budgets.join(", "))?;
        } else if *verdict == Verdict::Holds && bounds.deeds == 0 {
            writeln!(
                out,
                "nothing expires or fails in it; --expiries 1, --evictions 1, --failures 1 or \
                 --crashes 1 let it"
            )?;
        }
        if bounds.atomic {
            writeln!(out, "a call and its reply are one step")?;
        }
        if bounds.odds > 0.0 {
            let odds = bounds.odds;
            writeln!(out, "probability that two states were confused: {odds:.0e} (--exact: 0)")?;
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
        if answer.results.iter().any(|each| each.verdict == Verdict::Violated) {
            writeln!(
                out,
                "an effect, counted on the left below: a call that a store carries out, an expiry, \
                 an eviction, a crash, a restart, or a change that reaches a replica"
            )?;
        }
        Ok(())
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
            let what = match (verdict, effects) {
                (Verdict::Violated, Some(effects)) => {
                    format!(
                        " after {}: {}",
                        counted(u64::from(*effects), "effect"),
                        property.broken()
                    )
                }
                (Verdict::Unknown, _) => ": the search ended before it had an answer".to_owned(),
                _ => String::new(),
            };
            writeln!(out, "{:<18}{verdict}{what}", property.name())?;
            for why in vacuous {
                writeln!(out, "{:<18}but it means little: {why}", "")?;
            }
        }
        self.tell_bounds(answer, out)?;
        let violated = answer.results.iter().filter(|each| each.verdict == Verdict::Violated);
        for Outcome { property, schedule, link, why_no_link, effects, .. } in violated {
            let own = schedule.last().map(|step| step.effects);
            let without = match own.filter(|own| Some(*own) != *effects) {
                Some(own) => {
                    let own = counted(u64::from(own), "effect");
                    format!(" ({own}, without requests that it does not need)")
                }
                None => String::new(),
            };
            writeln!(out, "\n{property}, the shortest way{without}:")?;
            tell_steps(schedule, out)?;
            match link {
                Some(link) => writeln!(out, "      play it: stalemate run '{link}' --log")?,
                None => {
                    writeln!(out, "      {}", why_no_link.as_deref().unwrap_or("it has no link"))?
                }
            }
        }
        for (at, sample) in answer.samples.iter().enumerate() {
            writeln!(out, "\nsample run {}:", at + 1)?;
            tell_steps(sample, out)?;
        }
        Ok(())
    }
}

/// "1 effect", "2 effects".
fn counted(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
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
