//! A trace: requests that were recorded elsewhere, replayed.
//!
//! A trace is a CSV with the columns time, client, operation, key, and, if a write has a given
//! value, value:
//!
//! ```csv
//! time,client,operation,key
//! 0.000,ann,read,user:1
//! 0.250,bob,write,user:1
//! ```
//!
//! The first line may name the columns, in any order. Times are seconds from any origin, such as
//! those of Unix, and do not decrease. An operation is `read`, `write`, `delete` or `increment`, or its name in Redis: `get`,
//! `set`, `del`, `incr`.

mod file;

use std::fmt;

pub use file::{Requests, check_length, requests, requests_in};

use super::{ActError, Advance, Simulation};
use crate::identity::{Kind, Source};
use crate::scenario::{Literal, Problem, Scenario};
use crate::strategy::value::Scalar;
use crate::time::{LONGEST_US, Micros, SECOND_US};
use crate::world::Request;

/// One request of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceRequest {
    /// The number of its line, from 1.
    pub line: u64,
    /// The time since the first request of the trace.
    pub at_us: Micros,
    pub client: String,
    pub kind: Kind,
    pub key: String,
    /// The value that a write writes; `None`: a number that no other write has.
    pub value: Option<Literal>,
}

/// An error in a line of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceError {
    /// The number of the line, from 1.
    pub line: u64,
    pub problem: TraceProblem,
}

/// What is wrong with a line of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceProblem {
    /// The first line names columns, and this one is missing.
    NoColumn(&'static str),
    /// The first line names a column that does not exist.
    UnknownColumn(String),
    /// The first line names a column twice.
    ColumnTwice(&'static str),
    /// The line has too few or too many fields.
    Fields {
        found: usize,
        fewest: usize,
        most: usize,
        /// The columns, in their order.
        columns: String,
    },
    /// The line has one field, and this sign instead of commas.
    Separator(char),
    /// A quotation mark is not closed.
    OpenQuote,
    /// The file's name says that it has records of oracleGeneral, and this is what it has.
    NoRecords(String),
    /// The file is compressed.
    Compressed,
    NotATime(String),
    /// The time is too long after the first.
    TooLate,
    /// The time is before that of an earlier line.
    GoesBack,
    NotAnOperation(String),
    NoKey,
    /// The request cannot be made.
    Refused(String),
    /// The text could not be read.
    Unreadable(String),
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !matches!(self.problem, TraceProblem::Compressed | TraceProblem::NoRecords(_)) {
            write!(f, "line {}: ", self.line)?;
        }
        match &self.problem {
            TraceProblem::NoColumn(name) => {
                write!(f, "there is no column {name}; allowed: {}", COLUMNS.join(", "))
            }
            TraceProblem::UnknownColumn(name) => {
                write!(f, "the column `{name}` means nothing; allowed: {}", COLUMNS.join(", "))
            }
            TraceProblem::ColumnTwice(name) => write!(f, "there are two columns {name}"),
            TraceProblem::Fields { found, fewest, most, columns } => {
                let noun = if *found == 1 { "field" } else { "fields" };
                let most = if most == fewest { String::new() } else { format!("..{most}") };
                write!(f, "has {found} {noun}; allowed: {fewest}{most}, of {columns}")
            }
            TraceProblem::Compressed => {
                f.write_str("is compressed; allowed: what `zstd -d` or `gunzip` makes of it")
            }
            TraceProblem::Separator(sign) => {
                let sign = if *sign == '\t' { "tabs" } else { "semicolons" };
                write!(
                    f,
                    "has {sign} between its fields; allowed: commas, as in time,client,operation,key"
                )
            }
            TraceProblem::NoRecords(what) => {
                write!(
                    f,
                    "{what}; allowed in a file of this name: records of oracleGeneral, of 24 bytes \
                     each; a CSV is one of another name, such as trace.csv"
                )
            }
            TraceProblem::OpenQuote => f.write_str("a quotation mark is not closed"),
            TraceProblem::NotATime(text) => {
                write!(
                    f,
                    "the time is `{text}`; allowed: seconds, 0 or more, up to {LATEST_S} (there \
                     are 1000 ms in one)"
                )?;
                match is_date(text) {
                    true => f.write_str("; `date -d TIME +%s.%N` prints a date as such"),
                    false => Ok(()),
                }
            }
            TraceProblem::TooLate => {
                f.write_str("the time is more than one year after the first; allowed: up to that")
            }
            TraceProblem::GoesBack => {
                f.write_str("the time is before that of the line above; allowed: the same or later")
            }
            TraceProblem::NotAnOperation(text) => write!(
                f,
                "the operation is `{text}`; allowed: read (get), write (set), delete (del), \
                 increment (incr)"
            ),
            TraceProblem::NoKey => f.write_str("the key is empty; allowed: a text"),
            TraceProblem::Refused(why) | TraceProblem::Unreadable(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for TraceError {}

/// The columns of a trace, in the order used if no line names them.
const COLUMNS: [&str; 5] = ["time", "client", "operation", "key", "value"];

/// The number of fields that a line has at least, if no line names the columns.
const NEEDED: usize = 4;

/// The latest time, in seconds from any origin; milliseconds of Unix time are beyond it.
const LATEST_S: f64 = 100_000_000_000.0;

/// Whether a text begins like `2026-01-31`.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, ['-', '/']);
    let mut is_number = |digits: usize| {
        let part = parts.next();
        part.is_some_and(|part| {
            part.len() >= digits && part.bytes().take(digits).all(|it| it.is_ascii_digit())
        })
    };
    is_number(4) && is_number(1) && is_number(1)
}

/// Parses a trace, line by line.
#[derive(Clone, Debug, Default)]
pub struct TraceReader {
    line: u64,
    /// The field of a line that holds each of [`COLUMNS`].
    columns: Option<[Option<usize>; COLUMNS.len()]>,
    /// The times of the first and of the latest request.
    first_us: Option<Micros>,
    latest_us: Micros,
}

impl TraceReader {
    /// Parses the next line. `None`: the line is empty, or names the columns.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub fn line(&mut self, text: &str) -> Result<Option<TraceRequest>, TraceError> {
        self.line += 1;
        let text = text.trim_end_matches(['\r', '\n']).trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            return Ok(None);
        }
        self.read(text).map_err(|problem| self.error(problem))
    }

    /// An error in the latest line.
    pub fn error(&self, problem: TraceProblem) -> TraceError {
        TraceError { line: self.line, problem }
    }

    fn read(&mut self, text: &str) -> Result<Option<TraceRequest>, TraceProblem> {
        let fields = fields(text)?;
        if let ([_], Some(sign)) = (&fields[..], text.chars().find(|it| matches!(it, ';' | '\t'))) {
            return Err(TraceProblem::Separator(sign));
        }
        let Some(columns) = self.columns else {
            let named = fields.iter().any(|field| field.trim().eq_ignore_ascii_case("key"))
                && fields.first().is_none_or(|first| first.parse::<f64>().is_err());
            if named {
                self.columns = Some(named_columns(&fields)?);
                return Ok(None);
            }
            self.columns = Some([0, 1, 2, 3, 4].map(Some));
            return self.read(text);
        };
        check_fields(&columns, fields.len())?;
        let field = |column: usize| -> &str {
            columns[column].and_then(|at| fields.get(at)).map_or("", |it| it.trim())
        };
        let seconds = field(0).parse().ok().filter(|it: &f64| (0.0..=LATEST_S).contains(it));
        let seconds: f64 = seconds.ok_or_else(|| TraceProblem::NotATime(field(0).to_owned()))?;
        let at_us = libm::round(seconds * SECOND_US as f64) as Micros;
        let first_us = *self.first_us.get_or_insert(at_us);
        let at_us = at_us.checked_sub(first_us).ok_or(TraceProblem::GoesBack)?;
        if at_us < self.latest_us {
            return Err(TraceProblem::GoesBack);
        }
        if at_us > LONGEST_US {
            return Err(TraceProblem::TooLate);
        }
        self.latest_us = at_us;
        let kind =
            operation(field(2)).ok_or_else(|| TraceProblem::NotAnOperation(field(2).to_owned()))?;
        if field(3).is_empty() {
            return Err(TraceProblem::NoKey);
        }
        let client = if field(1).is_empty() { "client" } else { field(1) };
        Ok(Some(TraceRequest {
            line: self.line,
            at_us,
            client: client.to_owned(),
            kind,
            key: field(3).to_owned(),
            value: Some(field(4)).filter(|it| !it.is_empty()).map(Literal::read),
        }))
    }
}

fn named_columns(names: &[String]) -> Result<[Option<usize>; COLUMNS.len()], TraceProblem> {
    let mut columns = [None; COLUMNS.len()];
    for (at, name) in names.iter().enumerate() {
        let name = name.trim();
        let column = COLUMNS.iter().position(|column| column.eq_ignore_ascii_case(name));
        let column = column.ok_or_else(|| TraceProblem::UnknownColumn(name.to_owned()))?;
        if columns[column].replace(at).is_some() {
            return Err(TraceProblem::ColumnTwice(COLUMNS[column]));
        }
    }
    // who has asked may be left out
    match [0, 2, 3].into_iter().find(|&column| columns[column].is_none()) {
        Some(column) => Err(TraceProblem::NoColumn(COLUMNS[column])),
        None => Ok(columns),
    }
}

/// Checks the number of a line's fields: values at its end may be left out.
fn check_fields(
    columns: &[Option<usize>; COLUMNS.len()],
    found: usize,
) -> Result<(), TraceProblem> {
    let most = columns.iter().flatten().count();
    let needed = columns[..NEEDED].iter().flatten().max();
    let fewest = needed.map_or(NEEDED, |last| last + 1);
    if (fewest..=most).contains(&found) {
        return Ok(());
    }
    let name = |at: usize| Some(COLUMNS[columns.iter().position(|column| *column == Some(at))?]);
    let columns = (0..most).filter_map(name).collect::<Vec<_>>().join(",");
    Err(TraceProblem::Fields { found, fewest, most, columns })
}

fn operation(name: &str) -> Option<Kind> {
    Some(match name.to_ascii_lowercase().as_str() {
        "read" | "get" => Kind::Read,
        "write" | "set" | "put" => Kind::Write,
        "delete" | "del" => Kind::Delete,
        "increment" | "incr" => Kind::Increment,
        _ => return None,
    })
}

/// The fields of a line of CSV (RFC 4180) without line breaks in fields.
fn fields(text: &str) -> Result<Vec<String>, TraceProblem> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let field = fields.last_mut().expect("there is one from the beginning");
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                field.push('"');
                characters.next();
            }
            '"' if quoted || field.trim().is_empty() => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => field.push(other),
        }
    }
    if quoted { Err(TraceProblem::OpenQuote) } else { Ok(fields) }
}

/// A run that receives a trace's requests one by one.
pub struct Replay<I> {
    requests: I,
    next: Option<TraceRequest>,
    fed: u64,
    /// The instant at which the run ends; later if the trace goes on.
    until_us: Micros,
    is_read: bool,
}

/// How long a run continues after the last request of a trace.
const AFTERWARDS_US: Micros = SECOND_US;

impl<I: Iterator<Item = Result<TraceRequest, TraceError>>> Replay<I> {
    /// Makes a replay at its start. The run continues until the instant, and until all requests are
    /// answered.
    pub fn new(requests: I, until_us: Micros) -> Replay<I> {
        Replay { requests, next: None, fed: 0, until_us, is_read: false }
    }

    /// The instant at which the run ends, as far as known.
    pub fn until_us(&self) -> Micros {
        self.until_us
    }

    /// Runs at most `most_events` events.
    ///
    /// # Errors
    /// What is wrong with the trace; the run stays where it was.
    pub fn advance(
        &mut self,
        run: &mut Simulation,
        most_events: u32,
    ) -> Result<Advance, TraceError> {
        let end = run.events() + u64::from(most_events);
        loop {
            if self.next.is_none() && !self.is_read {
                self.next = self.requests.next().transpose()?;
                self.is_read = self.next.is_none();
            }
            let at_us = self.next.as_ref().map_or(self.until_us, |next| next.at_us);
            let left = u32::try_from(end.saturating_sub(run.events())).unwrap_or(u32::MAX);
            if left == 0 {
                return Ok(Advance::Budget);
            }
            match run.advance(at_us.max(run.now_us()), left) {
                Advance::Reached => {}
                other => return Ok(other),
            }
            let Some(request) = self.next.take() else { return Ok(Advance::Reached) };
            self.until_us = self.until_us.max(request.at_us + AFTERWARDS_US);
            self.fed += 1;
            run.feed(&request, self.fed).map_err(|error| TraceError {
                line: request.line,
                problem: TraceProblem::Refused(error.to_string()),
            })?;
        }
    }
}

impl Simulation {
    /// Makes a run whose requests come from a trace with these keys: the scenario's workloads do
    /// not start by themselves, and each key has a row.
    ///
    /// # Errors
    /// All problems of the scenario.
    pub fn for_trace<'k>(
        scenario: &Scenario,
        keys: impl IntoIterator<Item = &'k str>,
    ) -> Result<Simulation, Vec<Problem>> {
        let mut scenario = scenario.clone();
        for workload in &mut scenario.workloads {
            workload.start_us = None;
        }
        Simulation::with_rows(&scenario, keys)
    }

    /// A client sends a request now that is not in the scenario; `nth` gives it random draws of its
    /// own.
    fn feed(&mut self, request: &TraceRequest, nth: u64) -> Result<(), ActError> {
        let TraceRequest { client, kind, key, value, .. } = request;
        self.world.setup().serves(*kind, key)?;
        let (key, client) = (self.symbol(key)?, self.symbol(client)?);
        let value = match (kind, value) {
            (Kind::Increment, None) => Scalar::Int(1),
            (Kind::Write | Kind::Increment, Some(value)) => self.scalar(value)?,
            _ => Scalar::None,
        };
        let stamp = Source::Workload(self.loads.len() as u32).stamp(nth);
        self.events += 1;
        self.start(Request { kind: *kind, key, value, client, stamp });
        self.let_think();
        self.check_limits();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<TraceRequest>, String> {
        let mut reader = TraceReader::default();
        let mut requests = Vec::new();
        for line in text.lines() {
            requests.extend(reader.line(line).map_err(|error| error.to_string())?);
        }
        Ok(requests)
    }

    #[test]
    fn a_line_is_a_request() {
        let expected = TraceRequest {
            line: 3,
            at_us: 250_000,
            client: "bob".to_owned(),
            kind: Kind::Write,
            key: "a,\"b\"".to_owned(),
            value: Some(Literal::Int(7)),
        };
        let plain = read("100,ann,get,k\n\n100.25,bob,set,\"a,\"\"b\"\"\",7\r\n").unwrap();
        assert_eq!((plain[0].kind, plain[0].at_us), (Kind::Read, 0));
        assert_eq!(plain[1], expected);
        let named = "\u{feff}key,value,time,client,operation\nk,,100,ann,READ\n\"a,\"\"b\"\"\",7,100.25,bob,Write\n";
        let named = read(named).unwrap();
        assert_eq!(named.iter().map(|each| each.line).collect::<Vec<_>>(), [2, 3]);
        let from_first = |each: &TraceRequest| TraceRequest { line: 0, ..each.clone() };
        let [plain, named] = [&plain, &named].map(|all| all.iter().map(from_first));
        assert!(plain.eq(named));
    }

    #[test]
    fn a_header_may_have_spaces_and_leave_out_the_client() {
        let read = |text| read(text).unwrap();
        assert_eq!(read("time, client, operation, key\n0, a, read, k\n")[0].key, "k");
        let bare = read("key,operation,time\nk,read,0\n");
        assert_eq!((bare[0].key.as_str(), bare[0].client.as_str()), ("k", "client"));
    }

    #[test]
    fn times_have_any_origin() {
        let unix = read("1700000000.5,a,read,k\n1700000000.500001,a,read,k\n").unwrap();
        assert_eq!((unix[0].at_us, unix[1].at_us), (0, 1));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, why) in [
            ("0,a,read,k\nsoon,a,read,k", "line 2: the time is `soon`; allowed: seconds"),
            ("1,a,read,k\n0.5,a,read,k", "line 2: the time is before"),
            ("0,a,read,k\n2,a,read,k\n1,a,read,k", "line 3: the time is before"),
            ("0,a,peek,k", "line 1: the operation is `peek`; allowed: read (get)"),
            ("0,a,read", "line 1: has 3 fields; allowed: 4..5, of time,client,operation,key,value"),
            ("0,a,read,k,1,2", "line 1: has 6 fields"),
            (
                "time,operation,key\n0,a,read,k",
                "line 2: has 4 fields; allowed: 3, of time,operation,key",
            ),
            ("time,key,key,operation", "line 1: there are two columns key"),
            ("1700000000123,a,read,k", "line 1: the time is `1700000000123`; allowed: seconds"),
            ("0,a,read,k\n31536001,a,read,k", "line 2: the time is more than one year after"),
            (
                "2026-01-01T00:00:00Z,a,read,k",
                "line 1: the time is `2026-01-01T00:00:00Z`; allowed: seconds, 0 or more, up to 100000000000 (there are 1000 ms in one); `date -d TIME +%s.%N`",
            ),
            (
                "time;client;operation;key",
                "line 1: has semicolons between its fields; allowed: commas",
            ),
            ("0\ta\tread\tk", "line 1: has tabs between its fields; allowed: commas"),
            ("0,a,read,", "line 1: the key is empty; allowed: a text"),
            ("0,a,read,\"k", "line 1: a quotation mark"),
            ("time,who,operation,key", "line 1: the column `who` means nothing"),
            ("time,client,key", "line 1: there is no column operation"),
            ("-1,a,read,k", "line 1: the time is `-1`"),
            ("NaN,a,read,k", "line 1: the time is `NaN`"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.starts_with(why), "{text}: {error}");
        }
    }

    #[test]
    fn a_trace_comes_to_what_the_same_requests_as_actions_come_to() {
        let trace = "0,a,read,k\n0.1,b,write,k,new\n0.3,a,read,k\n0.3,b,increment,n\n";
        let scenario = r#"{"rows": {"each": {"k": 0, "n": 0}}, "actions": [
            {"at_us": 0, "do": "read", "key": "k", "client": "a"},
            {"at_us": 100000, "do": "write", "key": "k", "value": "new", "client": "b"},
            {"at_us": 300000, "do": "read", "key": "k", "client": "a"},
            {"at_us": 300000, "do": "increment", "key": "n", "client": "b"}]}"#;
        let scenario = Scenario::parse(scenario).unwrap();
        let mut acted = Simulation::new(&scenario).unwrap();
        acted.advance(1_300_000, u32::MAX);
        let bare = Scenario { actions: Vec::new(), rows: Default::default(), ..scenario };
        let mut fed = Simulation::for_trace(&bare, ["k", "n"]).unwrap();
        let requests = read(trace).unwrap().into_iter().map(Ok);
        let mut replay = Replay::new(requests, 0);
        // in portions of any size
        while replay.advance(&mut fed, 3).unwrap() == Advance::Budget {}
        let (fed, acted) = (fed.report(), acted.report());
        assert_eq!(fed.at_us, 1_300_000);
        assert_eq!((fed.reads, fed.writes), (acted.reads, acted.writes));
        assert_eq!(fed.latency_us, acted.latency_us);
        assert_eq!((fed.database, fed.cache), (acted.database, acted.cache));
    }
}
