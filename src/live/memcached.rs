//! The calls of a cache as commands of Memcached, and a client for them.
//!
//! The client is our own: it speaks the meta commands, for which no crate that is kept has a call
//! (`memcache` 0.18 has the old text and binary protocols alone), and it is a hundred lines.
//!
//! An entry's grace is kept in its client flags (F): its TTL is that of both together, and a reader
//! that wants to know compares what is left of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::cache::KeySpace;
use super::client::{Answer, Ask, CONNECT, Got, Refusal};
use super::value::{from_text, to_text};
use crate::store::cache::{LEASE_US, LONGEST_KEY, is_key};
use crate::strategy::call::{CacheCall, Call, Many, Reason};
use crate::strategy::value::{Composite, Datum, Names, Scalar, Symbol, Value};
use crate::time::{Micros, SECOND_US};

/// What ends a list of commands, and begins one.
const NOTHING: &str = "mn";

/// A connection.
pub(super) struct Connection {
    reader: BufReader<TcpStream>,
}

impl Connection {
    pub fn open(address: SocketAddr) -> std::io::Result<Connection> {
        let stream = TcpStream::connect_timeout(&address, CONNECT)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Connection { reader: BufReader::new(stream) })
    }

    /// Sends commands, and reads all of the answer: `[code, value, flag, …]`, of a list of commands
    /// a list of these, and of a dump its lines.
    pub fn ask(&mut self, commands: &str) -> Answer {
        let broken = |error: std::io::Error| Refusal::Broken(error.to_string());
        self.reader.get_mut().write_all(commands.as_bytes()).map_err(broken)?;
        let first = self.line().map_err(broken)?;
        match first.split(' ').next().unwrap_or_default() {
            "MN" => {
                let mut answers = Vec::new();
                loop {
                    match self.line().map_err(broken)?.as_str() {
                        "MN" => return Ok(Got::List(answers)),
                        line => answers.push(self.answer(line).map_err(broken)?),
                    }
                }
            }
            "VALUE" | "STAT" | "END" => {
                let (mut lines, mut line) = (Vec::new(), first);
                while line != "END" {
                    lines.push(self.answer(&line).map_err(broken)?);
                    line = self.line().map_err(broken)?;
                }
                Ok(Got::List(lines))
            }
            code if code.ends_with("ERROR") => {
                Err(Refusal::Said { code: code.to_owned(), text: first })
            }
            word if word.starts_with("key=") => {
                let (mut lines, mut line) = (Vec::new(), first);
                while line != "END" {
                    lines.push(Got::Text(line));
                    line = self.line().map_err(broken)?;
                }
                Ok(Got::List(lines))
            }
            _ => self.answer(&first).map_err(broken),
        }
    }

    /// What a line and the data after it say.
    fn answer(&mut self, line: &str) -> std::io::Result<Got> {
        let mut words: Vec<Got> = line.split(' ').map(|word| Got::Text(word.to_owned())).collect();
        let length = match line.split(' ').collect::<Vec<_>>()[..] {
            ["VA", length, ..] | ["VALUE", _, _, length, ..] => length.parse().ok(),
            _ => None,
        };
        let data = match length {
            Some(length) => {
                let mut data = vec![0; length + 2_usize];
                self.reader.read_exact(&mut data)?;
                data.truncate(length);
                Got::Text(String::from_utf8_lossy(&data).into_owned())
            }
            None => Got::Nil,
        };
        words.insert(1, data);
        Ok(Got::List(words))
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        match self.reader.read_line(&mut line)? {
            0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
        }
    }
}

/// The whole seconds of a TTL.
fn seconds(us: Micros) -> Micros {
    us.div_ceil(SECOND_US)
}

/// A key as the server gets it. `None`: no client sends it.
fn sent(space: &KeySpace, key: Symbol, names: &Names) -> Option<String> {
    is_key(&names.text(key)).then(|| space.name(key, names))
}

fn store(key: &str, datum: Datum, names: &Names, flags: &str) -> String {
    let value = to_text(datum.scalar, names);
    format!("ms {key} {} {flags}\r\n{value}\r\n", value.len())
}

fn ttl(us: Option<Micros>) -> String {
    us.map_or("T0".to_owned(), |us| format!("T{}", seconds(us)))
}

/// The command for a call.
pub(super) fn ask(space: &KeySpace, call: &CacheCall, names: &Names) -> Ask {
    let key = call.key().and_then(|key| sent(space, key, names));
    // what a client does not send is something that a server refuses
    let Some(key) = key else {
        return Ask::Memcached(format!("mg {} v\r\n", "k".repeat(LONGEST_KEY + 1)));
    };
    Ask::Memcached(match *call {
        CacheCall::Get { .. } => format!("mg {key} v\r\n"),
        CacheCall::Entry { .. } => format!("mg {key} v t f\r\n"),
        CacheCall::Set { value, ttl_us, stale_us, .. } => {
            let all = ttl_us.map(|us| us.saturating_add(stale_us));
            let grace = all.map_or(0, seconds) - ttl_us.map_or(0, seconds);
            store(&key, value, names, &format!("{} F{grace}", ttl(all)))
        }
        CacheCall::Add { value, ttl_us, .. } => {
            store(&key, value, names, &format!("{} ME", ttl(ttl_us)))
        }
        CacheCall::Delete { .. } => format!("md {key}\r\n"),
        CacheCall::Incr { by, .. } => match by.scalar {
            Scalar::Int(by @ ..0) => format!("ma {key} v MD D{}\r\n", by.unsigned_abs()),
            by => format!("ma {key} v D{}\r\n", to_text(by, names)),
        },
        CacheCall::Lease { .. } => format!("mg {key} v c N{}\r\n", seconds(LEASE_US)),
        CacheCall::SetWithLease { value, lease, ttl_us, .. } => {
            store(&key, value, names, &format!("{} C{lease}", ttl(ttl_us)))
        }
        CacheCall::Expire { ttl_us, .. } => format!("mg {key} T{}\r\n", seconds(ttl_us)),
        // programs with these are refused
        CacheCall::Release { .. }
        | CacheCall::Extend { .. }
        | CacheCall::GetMany { .. }
        | CacheCall::SetMany { .. }
        | CacheCall::DeleteMany { .. } => format!("{NOTHING}\r\n{NOTHING}\r\n"),
    })
}

/// The commands for a call of many keys.
pub(super) fn ask_many(space: &KeySpace, many: &Many, names: &Names) -> Option<Ask> {
    let calls = many.calls.iter().filter_map(|call| match call {
        Call::Cache(_, call) => Some(call),
        _ => None,
    });
    if let CacheCall::Get { .. } = calls.clone().next()? {
        let keys = calls.filter_map(CacheCall::key).map(|key| space.name(key, names));
        return Some(Ask::Memcached(format!("get {}\r\n", keys.collect::<Vec<_>>().join(" "))));
    }
    let mut text = format!("{NOTHING}\r\n");
    for call in calls {
        let Ask::Memcached(one) = ask(space, call, names) else { return None };
        let (command, data) = one.split_once("\r\n")?;
        // q: no answer but an error
        text += &format!("{command} q\r\n{data}");
    }
    Some(Ask::Memcached(text + NOTHING + "\r\n"))
}

/// The commands that remove an entry.
pub(super) fn remove(name: &str) -> Ask {
    Ask::Memcached(format!("md {name}\r\n"))
}

/// The command that shows an entry without counting as a use.
pub(super) fn show(name: &str) -> Ask {
    Ask::Memcached(format!("mg {name} v\r\n"))
}

/// The value of a shown entry, as [`to_text`] writes it.
pub(super) fn shown(got: &Got) -> Option<String> {
    match &parts(got)?[..] {
        ["VA", "", ..] => Some("\"\"".to_owned()),
        ["VA", value, ..] => Some(value.trim_end().to_owned()),
        _ => None,
    }
}

/// All keys.
pub(super) fn all_keys() -> Ask {
    Ask::Memcached("lru_crawler metadump all\r\n".to_owned())
}

/// The names in a dump, which are encoded like URLs.
pub(super) fn keys(got: &Got) -> Vec<String> {
    let Got::List(lines) = got else { return Vec::new() };
    let line = |line: &Got| match line {
        Got::Text(line) => line.strip_prefix("key=")?.split(' ').next().map(decoded),
        _ => None,
    };
    lines.iter().filter_map(line).collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |digit: Option<u8>| (digit.unwrap_or(b'0') as char).to_digit(16).unwrap_or(0);
        bytes.push(match byte {
            b'%' => (hex(rest.next()) * 16 + hex(rest.next())) as u8,
            byte => byte,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A statistic, from the answer to `stats`.
pub(super) fn statistic<'g>(got: &'g Got, name: &str) -> Option<&'g str> {
    let Got::List(lines) = got else { return None };
    lines.iter().find_map(|line| match &parts(line)?[..] {
        ["STAT", "", named, value] if *named == name => Some(*value),
        _ => None,
    })
}

/// The words of an answer; no value is an empty one.
fn parts(got: &Got) -> Option<Vec<&str>> {
    let Got::List(parts) = got else { return None };
    parts
        .iter()
        .map(|part| match part {
            Got::Text(text) => Some(text.as_str()),
            Got::Nil => Some(""),
            _ => None,
        })
        .collect()
}

/// A value from its text; no bytes are the empty text.
fn datum(text: &str, names: &mut Names) -> Option<Datum> {
    let scalar = match text.trim_end() {
        "" => Scalar::Text(names.intern("")?),
        text => from_text(text, names)?,
    };
    Some(Datum::computed(scalar))
}

/// The reply to a program. `None`: the command cannot have such an answer.
pub(super) fn reply(call: &CacheCall, got: &Got, names: &mut Names) -> Option<Value> {
    let words = parts(got)?;
    let flag = |letter: char| words.iter().skip(3).find_map(|word| word.strip_prefix(letter));
    let (code, value) = (*words.first()?, words.get(1).copied().unwrap_or_default());
    let pair = |value: Value, lease: Value| Value::List([value, lease].into());
    Some(match (call, code) {
        (CacheCall::Get { .. } | CacheCall::Entry { .. }, "EN") => Value::NONE,
        (CacheCall::Get { .. }, "VA") => datum(value, names)?.into(),
        (CacheCall::Entry { .. }, "VA") => {
            let left: i64 = flag('t')?.parse().ok()?;
            let grace: i64 = flag('f')?.parse().ok()?;
            let fresh_s = left - grace;
            let ttl_us = (left >= 0).then(|| fresh_s.max(0) as u64 * SECOND_US);
            let fresh = left < 0 || fresh_s > 0;
            let value = datum(value, names)?;
            let entry = Composite::Entry { value, age_us: 0, ttl_us, fresh, version: None };
            Value::Composite(entry.into())
        }
        (
            CacheCall::Set { .. }
            | CacheCall::Add { .. }
            | CacheCall::SetWithLease { .. }
            | CacheCall::Delete { .. }
            | CacheCall::Expire { .. },
            "HD",
        ) => Value::bool(true),
        (CacheCall::Add { .. } | CacheCall::SetWithLease { .. }, "NS")
        | (CacheCall::SetWithLease { .. }, "EX" | "NF")
        | (CacheCall::Delete { .. }, "NF")
        | (CacheCall::Expire { .. }, "EN") => Value::bool(false),
        (CacheCall::Incr { .. }, "NF") => Value::NONE,
        (CacheCall::Incr { .. }, "VA") => datum(value, names)?.into(),
        (CacheCall::Lease { .. }, "VA") => match (flag('W'), flag('Z')) {
            (Some(_), _) => pair(Value::NONE, Value::int(flag('c')?.parse().ok()?)),
            (None, Some(_)) => pair(Value::NONE, Value::NONE),
            (None, None) => pair(datum(value, names)?.into(), Value::NONE),
        },
        _ => return None,
    })
}

/// The reply to a program for a call of many keys.
pub(super) fn reply_many(
    many: &Many,
    got: &Got,
    space: &KeySpace,
    names: &mut Names,
) -> Option<Value> {
    let Some(Call::Cache(_, CacheCall::Get { .. })) = many.calls.first() else {
        return Some(Value::NONE);
    };
    let Got::List(found) = got else { return None };
    let mut values = Vec::new();
    for key in many.calls.iter().filter_map(Call::key) {
        let name = space.name(key, names);
        let text = found.iter().find_map(|each| match &parts(each)?[..] {
            ["VALUE", value, key, ..] if *key == name => Some(*value),
            _ => None,
        });
        values.push(match text {
            Some(text) => datum(text, names)?.into(),
            None => Value::NONE,
        });
    }
    Some(Value::List(values.into()))
}

/// Why a server refused.
pub(super) fn reason(refusal: &Refusal, call: &Call) -> Option<Reason> {
    match refusal {
        Refusal::Broken(_) => Some(Reason::Reset),
        Refusal::Said { text, .. } if text.contains("out of memory") => Some(Reason::OutOfMemory),
        Refusal::Said { text, .. } if text.contains("bad command line") => Some(Reason::BadKey),
        Refusal::Said { code, .. } => {
            let counts = matches!(call, Call::Cache(_, CacheCall::Incr { .. }));
            let counts = counts && code == "CLIENT_ERROR";
            counts.then_some(Reason::NotANumber)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_a_dump_is_read_as_it_was() {
        let dump = Got::List(vec![Got::Text("key=a%3Ab%C3%A4 exp=-1 la=1".to_owned())]);
        assert_eq!(keys(&dump), ["a:bä"]);
    }
}
