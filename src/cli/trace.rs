//! A trace from a file, read as it is needed.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use super::Failure;
use super::complaint::Complaint;
use crate::compare::Requests;
use crate::simulate::trace::{TraceError, TraceProblem, TraceReader, TraceRequest};

/// A trace that is known to be right.
pub struct Trace {
    file: String,
    /// Every key that it asks for.
    pub keys: BTreeSet<String>,
}

/// The longest line, in bytes.
const LONGEST_LINE: u64 = 64 * 1_024;

impl Trace {
    /// Reads a trace once, to know its keys; nothing else of it is kept.
    ///
    /// # Errors
    /// The first line that is wrong.
    pub fn read(file: &str) -> Result<Trace, Failure> {
        let mut keys = BTreeSet::new();
        let mut any = false;
        for request in Lines::open(file)? {
            let request = request.map_err(|error| Complaint::new(file, error.to_string()))?;
            any = true;
            if !keys.contains(&request.key) {
                keys.insert(request.key);
            }
        }
        match any {
            true => Ok(Trace { file: file.to_owned(), keys }),
            false => {
                let message = "there is no request in it; allowed: time,client,operation,key";
                Err(Complaint::new(file, message).into())
            }
        }
    }

    /// Its requests, read again.
    pub fn requests(&self) -> Requests {
        match Lines::open(&self.file) {
            Ok(lines) => Box::new(lines),
            Err(_) => {
                let problem = TraceProblem::Unreadable("the file is gone".to_owned());
                Box::new(std::iter::once(Err(TraceError { line: 1, problem })))
            }
        }
    }
}

struct Lines {
    text: BufReader<File>,
    reader: TraceReader,
}

impl Lines {
    fn open(file: &str) -> Result<Lines, Failure> {
        let open = File::open(file);
        let text = open.map_err(|error| {
            let hint = if file == "-" { "; a trace is read twice, from a file" } else { "" };
            Failure::from(Complaint::new(file, format!("{error}{hint}")))
        })?;
        Ok(Lines { text: BufReader::new(text), reader: TraceReader::default() })
    }
}

impl Iterator for Lines {
    type Item = Result<TraceRequest, TraceError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut line = Vec::new();
            let read = (&mut self.text).take(LONGEST_LINE).read_until(b'\n', &mut line);
            let problem = match read {
                Ok(0) => return None,
                Ok(read) if read as u64 == LONGEST_LINE => {
                    TraceProblem::Unreadable(format!("is longer than {LONGEST_LINE} bytes"))
                }
                Ok(_) => match str::from_utf8(&line) {
                    Ok(line) => match self.reader.line(line) {
                        Ok(None) => continue,
                        Ok(Some(request)) => return Some(Ok(request)),
                        Err(error) => return Some(Err(error)),
                    },
                    Err(_) => TraceProblem::Unreadable("is not UTF-8".to_owned()),
                },
                Err(error) => TraceProblem::Unreadable(error.to_string()),
            };
            // the line is not counted yet
            let TraceError { line, problem } = self.reader.error(problem);
            return Some(Err(TraceError { line: line + 1, problem }));
        }
    }
}
