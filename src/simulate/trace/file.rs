//! The formats of trace files, read on demand.

use std::collections::VecDeque;
use std::io::{BufRead, Cursor, Read};
use std::rc::Rc;

use super::{TraceError, TraceProblem, TraceReader, TraceRequest};
use crate::identity::Kind;
use crate::time::SECOND_US;

/// The requests of a trace, in order.
pub type Requests = Box<dyn Iterator<Item = Result<TraceRequest, TraceError>>>;

/// The longest line, in bytes.
const LONGEST_LINE: u64 = 64 * 1_024;

/// The first bytes of a file that zstd has compressed, and of one that gzip has.
const COMPRESSED: [&[u8]; 2] = [&[0x28, 0xb5, 0x2f, 0xfd], &[0x1f, 0x8b]];

/// The requests of a file: a CSV or, if its name says so, libCacheSim's oracleGeneral.
///
/// # Errors
/// If its name or its first bytes say that it is compressed.
pub fn requests(name: &str, mut bytes: impl BufRead + 'static) -> Result<Requests, TraceError> {
    // an error in reading comes again
    let begins = |with: &[u8]| bytes.fill_buf().is_ok_and(|start| start.starts_with(with));
    if name.ends_with(".zst") || COMPRESSED.into_iter().any(begins) {
        return Err(TraceError { line: 1, problem: TraceProblem::Compressed });
    }
    let is_text = |start: &[u8]| {
        let start = &start[..start.len().min(RECORD)];
        start.contains(&b',') && start.iter().all(|it| matches!(it, b' '..=b'~' | b'\n' | b'\r'))
    };
    if has_records(name) && bytes.fill_buf().is_ok_and(is_text) {
        let problem = TraceProblem::NoRecords("is a text".to_owned());
        return Err(TraceError { line: 1, problem });
    }
    Ok(match has_records(name) {
        true => Box::new(OracleGeneral::new(bytes)),
        false => Box::new(Lines { text: bytes, reader: TraceReader::default() }),
    })
}

/// Whether a file is one of records, by its name.
fn has_records(name: &str) -> bool {
    name.ends_with(".oracleGeneral") || name.ends_with(".oracleGeneral.bin")
}

/// Checks the length of a file before it is read.
///
/// # Errors
/// If its name says that it has records, and the last one would not be whole.
pub fn check_length(name: &str, bytes: u64) -> Result<(), TraceError> {
    if !has_records(name) || bytes.is_multiple_of(RECORD as u64) {
        return Ok(());
    }
    let problem = TraceProblem::NoRecords(format!("has {bytes} bytes"));
    Err(TraceError { line: 1, problem })
}

/// The requests of a file in memory.
///
/// # Errors
/// See [`requests`] and [`check_length`].
pub fn requests_in(name: &str, bytes: Rc<[u8]>) -> Result<Requests, TraceError> {
    let whole = check_length(name, bytes.len() as u64);
    // that it is a text or compressed says more
    let requests = requests(name, Cursor::new(bytes))?;
    whole.map(|()| requests)
}

/// A trace of libCacheSim: records of 24 bytes, little endian: the time in seconds (32 bits), the
/// object (64), its size (32), the next access (64). All are reads. Times are whole seconds; the
/// requests of one second are spread evenly over it.
struct OracleGeneral<R> {
    bytes: R,
    records: u64,
    first_s: Option<u32>,
    /// The first record of a later second.
    ahead: Option<(u32, u64)>,
    second: VecDeque<TraceRequest>,
    is_over: bool,
}

/// The size of a record in bytes.
const RECORD: usize = 24;

impl<R: Read> OracleGeneral<R> {
    fn new(bytes: R) -> OracleGeneral<R> {
        let second = VecDeque::new();
        OracleGeneral { bytes, records: 0, first_s: None, ahead: None, second, is_over: false }
    }

    fn record(&mut self) -> Result<Option<(u32, u64)>, TraceProblem> {
        let mut record = Vec::with_capacity(RECORD);
        let read = (&mut self.bytes).take(RECORD as u64).read_to_end(&mut record);
        self.records += 1;
        match read {
            Ok(0) => Ok(None),
            Ok(RECORD) => {
                let (time, rest) = record.split_at(4);
                let time = u32::from_le_bytes(time.try_into().unwrap_or_default());
                let object = u64::from_le_bytes(rest[..8].try_into().unwrap_or_default());
                Ok(Some((time, object)))
            }
            Ok(bytes) => Err(TraceProblem::Unreadable(format!(
                "has {bytes} bytes; allowed: {RECORD}, a record of oracleGeneral"
            ))),
            Err(error) => Err(TraceProblem::Unreadable(error.to_string())),
        }
    }

    /// Reads all requests of the next second.
    fn fill(&mut self) -> Result<(), TraceProblem> {
        let first = match self.ahead.take() {
            Some(ahead) => Some(ahead),
            None => self.record()?,
        };
        let Some((now_s, object)) = first else {
            self.is_over = true;
            return Ok(());
        };
        let start_s = *self.first_s.get_or_insert(now_s);
        let mut objects = vec![object];
        loop {
            match self.record()? {
                Some((second, object)) if second == now_s => objects.push(object),
                Some((second, _)) if second < now_s => return Err(TraceProblem::GoesBack),
                ahead => {
                    self.ahead = ahead;
                    self.is_over = ahead.is_none();
                    break;
                }
            }
        }
        let count = objects.len() as u64;
        let begin_us = u64::from(now_s - start_s) * SECOND_US;
        // the record after this second is read already
        let read = self.records - 1;
        self.second.extend((0..).zip(objects).map(|(nth, object)| TraceRequest {
            line: read - count + nth + 1,
            at_us: begin_us + nth * SECOND_US / count,
            client: "client".to_owned(),
            kind: Kind::Read,
            key: format!("object:{object}"),
            value: None,
        }));
        Ok(())
    }
}

impl<R: Read> Iterator for OracleGeneral<R> {
    type Item = Result<TraceRequest, TraceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.second.is_empty()
            && !self.is_over
            && let Err(problem) = self.fill()
        {
            self.is_over = true;
            return Some(Err(TraceError { line: self.records, problem }));
        }
        self.second.pop_front().map(Ok)
    }
}

/// A CSV file, line by line.
struct Lines<R> {
    text: R,
    reader: TraceReader,
}

impl<R: BufRead> Iterator for Lines<R> {
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
