//! A trace from a file, read on demand.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;

use super::Failure;
use super::complaint::Complaint;
use crate::simulate::trace::{self, Requests, TraceError, TraceProblem};

/// A trace that was checked.
pub struct Trace {
    file: String,
    /// Every key that it requests.
    pub keys: BTreeSet<String>,
}

impl Trace {
    /// Reads and checks a trace once, to collect its keys; the requests are not kept.
    ///
    /// # Errors
    /// The first line that is wrong.
    pub fn read(file: &str) -> Result<Trace, Failure> {
        let mut keys = BTreeSet::new();
        let mut any = false;
        for request in requests(file)? {
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

    /// The trace's requests, read from the file again.
    pub fn requests(&self) -> Requests {
        match requests(&self.file) {
            Ok(requests) => requests,
            Err(_) => {
                let problem = TraceProblem::Unreadable("the file is gone".to_owned());
                Box::new(std::iter::once(Err(TraceError { line: 1, problem })))
            }
        }
    }
}

fn requests(file: &str) -> Result<Requests, Failure> {
    let opened = File::open(file).map_err(|error| {
        let hint = if file == "-" { "; a trace is read twice, from a file" } else { "" };
        Failure::from(Complaint::new(file, format!("{error}{hint}")))
    })?;
    let length = opened.metadata().ok().filter(|it| it.is_file()).map(|it| it.len());
    let requests = trace::requests(file, BufReader::new(opened));
    let whole = length.map_or(Ok(()), |length| trace::check_length(file, length));
    // that it is a text or compressed says more than its length
    requests
        .and_then(|requests| whole.map(|()| requests))
        .map_err(|error| Complaint::new(file, error.to_string()).into())
}
