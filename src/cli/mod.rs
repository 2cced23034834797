//! The command line: what the page does, for a terminal and for scripts.
//!
//! Exit status 0: success. 1: an expectation of the scenario does not hold (the output says which),
//! a search found a violation, or no candidate meets all needs. 2: the scenario, the strategy or
//! the command is wrong; standard error says what and where, or with `--json` the document. 3: a
//! search reached a bound without an answer.

mod advise;
mod check;
mod compare;
mod complaint;
mod explore;
mod guide;
mod input;
mod lesson;
mod link;
mod list;
#[cfg(all(feature = "live", unix))]
mod live;
mod locate;
mod package;
mod parallel;
mod run;
mod sweep;
mod table;
mod trace;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::api::types;
use crate::scenario::schema;
use complaint::Complaint;

/// Stalemate: a playground for caching strategies.
///
/// A SCENARIO is a file, the id of a preset, a link, or - for standard input.
#[derive(Parser)]
#[command(
    name = "stalemate",
    version,
    arg_required_else_help = true,
    after_help = "\
Examples:
  stalemate run cache-aside                     a preset, and its result
  stalemate run stampede --strategy leases      the same load, another strategy
  stalemate run mine.json --set TTL=5 --json    one JSON document
  stalemate presets stampede > mine.json        a scenario to start from
  stalemate strategies cache-aside > mine.py    a strategy to start from
  stalemate run mine.json --strategy mine.py
  stalemate compare mx2 --strategies cache-aside,write-through,write-behind
  stalemate sweep ca7 --set TTL=1..60 --seeds 5
  stalemate compare --courses                   what courses say, measured
  stalemate advise --reads 100 --writes 5 --lost 0 --faults cache
  stalemate explore ca6                         can it go wrong, and how?
  stalemate guide bentocache                    what a library does, and what to do about it
  stalemate check mine.json
  stalemate link mine.json --base https://example.org/stalemate/
  stalemate package lesson-ttl --scorm12 ttl.zip    for a course system
  stalemate open 'https://example.org/stalemate/#v1.p.…' > theirs.json"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Simulate a scenario, and print the result
    Run(run::RunArguments),
    /// Run a scenario over a real Redis and a real PostgreSQL
    #[cfg(all(feature = "live", unix))]
    Live(live::LiveArguments),
    /// Run a scenario under two to eight strategies, and compare the results
    Compare(compare::Compare),
    /// State your needs, and see which strategies meet them and where the others fail
    Advise(advise::Advise),
    /// Run a scenario over ranges of parameters and settings
    Sweep(sweep::SweepArguments),
    /// Combine the shards of a sweep
    Merge(sweep::Merge),
    /// Try every order of events: can this ever go wrong, and what is the shortest way to it?
    Explore(explore::Explore),
    /// Check a scenario, or a strategy in a .py file, for errors
    Check(check::Check),
    /// List the built-in strategies, or print one
    Strategies(list::Strategies),
    /// List the built-in scenarios, or print one
    Presets(list::Presets),
    /// List cache libraries, explain what one does, or compare them all
    Guide(guide::Guide),
    /// Print a link to a scenario
    Link(link::Link),
    /// Print the scenario that a link holds
    Open(link::Open),
    /// List the lessons, or print the teacher's page of one
    Lesson(lesson::Lesson),
    /// Package a lesson for a course system: SCORM 1.2 or cmi5
    Package(package::Package),
    /// Print the JSON schema of scenarios
    Schema,
    /// Print a file of TypeScript types of the npm package
    Types {
        #[arg(value_parser = PossibleValuesParser::new(types::File::ALL.map(types::File::name)))]
        file: String,
    },
}

/// Why a command ended early.
enum Failure {
    /// Its input is wrong.
    Wrong(Vec<Complaint>),
    /// It ended early; what was done is written.
    Stopped(Vec<Complaint>),
    /// An expectation or a property does not hold; the output says which.
    Unmet,
    /// A search reached a bound before it had an answer.
    Unanswered,
    /// The output could not be written.
    Output(io::Error),
}

impl Failure {
    /// The same, of a command that has written its output.
    fn after_output(self) -> Failure {
        match self {
            Failure::Wrong(complaints) => Failure::Stopped(complaints),
            other => other,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Output(error)
    }
}

impl From<Complaint> for Failure {
    fn from(complaint: Complaint) -> Failure {
        Failure::Wrong(vec![complaint])
    }
}

/// Exit status if an expectation does not hold.
const UNMET: u8 = 1;

/// Exit status if a search has no answer.
const UNANSWERED: u8 = 3;

/// Exit status for a wrong scenario, strategy or command; the same as clap's own.
const WRONG: u8 = 2;

/// Runs the command that the process's arguments name.
pub fn main() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error),
    };
    let (result, json) = {
        let mut out = io::BufWriter::new(io::stdout().lock());
        let (result, json) = match &arguments.command {
            Command::Run(command) => (command.run(&mut out), command.json),
            #[cfg(all(feature = "live", unix))]
            Command::Live(command) => (command.run(&mut out), command.json),
            Command::Compare(command) => (command.run(&mut out), command.json),
            Command::Advise(command) => (command.run(&mut out), command.json),
            Command::Sweep(command) => (command.run(&mut out), command.json),
            Command::Merge(command) => (command.run(&mut out), command.json),
            Command::Explore(command) => (command.run(&mut out), command.json),
            Command::Check(command) => (command.run(&mut out), command.json),
            Command::Strategies(command) => (command.run(&mut out), command.json),
            Command::Presets(command) => (command.run(&mut out), command.json),
            Command::Guide(command) => (command.run(&mut out), command.json),
            Command::Link(command) => (command.run(&mut out), command.json),
            Command::Open(command) => (command.run(&mut out), false),
            Command::Lesson(command) => (command.run(&mut out), command.json),
            Command::Package(command) => (command.run(&mut out), false),
            Command::Schema => {
                (out.write_all(schema::text().as_bytes()).map_err(Failure::from), false)
            }
            Command::Types { file } => {
                let file = types::File::ALL.into_iter().find(|each| each.name() == file);
                let text = file.map_or(String::new(), types::File::text);
                (out.write_all(text.as_bytes()).map_err(Failure::from), false)
            }
        };
        (result.and_then(|()| Ok(out.flush()?)), json)
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Wrong(complaints)) => {
            complaint::show(&complaints, json);
            ExitCode::from(WRONG)
        }
        Err(Failure::Stopped(complaints)) => {
            complaint::show(&complaints, false);
            ExitCode::from(WRONG)
        }
        Err(Failure::Unmet) => ExitCode::from(UNMET),
        Err(Failure::Unanswered) => ExitCode::from(UNANSWERED),
        // `stalemate presets | head -1`: the reader has what it wanted.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(Failure::Output(error)) => {
            let _ = writeln!(io::stderr(), "error: writing the output: {error}");
            ExitCode::FAILURE
        }
    }
}

impl Arguments {
    /// Parses the process's arguments. `-1` is a value of the option before it, which says what is
    /// allowed, and not an option of its own.
    fn read() -> Result<Arguments, clap::Error> {
        let takes_values =
            |arg: &clap::Arg| arg.get_action().takes_values() && !arg.is_positional();
        let with_negative = |arg: clap::Arg| match takes_values(&arg) {
            true => arg.allow_negative_numbers(true),
            false => arg,
        };
        let mut command = Arguments::command().mut_subcommands(|each| each.mut_args(with_negative));
        let matches = command.try_get_matches_from_mut(std::env::args_os())?;
        Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
    }
}

/// Ends a command whose arguments are wrong, or only ask for help.
fn refuse(error: &clap::Error) -> ExitCode {
    let mut given = std::env::args_os().skip(1).take_while(|it| it != "--");
    if !error.use_stderr() || !given.any(|it| it == "--json") {
        let _ = error.print();
        return ExitCode::from(error.exit_code() as u8);
    }
    let option = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(name)) => name.split(' ').next().unwrap_or_default(),
        _ => "",
    };
    let file = if option.starts_with("--") { option } else { "stalemate" };
    // what is wrong, in front of usage and tips
    let text = error.to_string();
    let message = text.split("\n\n").next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(message);
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    complaint::show(&[Complaint::new(file, message)], true);
    ExitCode::from(WRONG)
}

/// Writes one JSON document.
fn write_json(out: &mut impl Write, value: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}
