//! The calls of a cache as commands of Redis; `memcached.rs` has those of Memcached.
//!
//! If no strategy uses a grace, a version or a lease, they are Redis' own commands: `GET`,
//! `SET … PX`, `SET … NX`, `DEL`, `INCRBY`, `PEXPIRE`, `MGET`. Otherwise every call is an `EVAL` of
//! `cache.lua`, one script that does atomically what people write in Lua.

use super::client::{Ask, Got, Refusal};
use super::memcached;
use super::value::{from_text, to_text};
use crate::store::cache::{Engine, LEASE_US};
use crate::strategy::call::{CacheCall, Call, Many, Reason};
use crate::strategy::value::{Composite, Datum, Names, Scalar, Symbol, Value};
use crate::time::Micros;

/// The key names and the commands of a cache at its server.
#[derive(Clone, Debug)]
pub(super) struct KeySpace {
    pub engine: Engine,
    /// `stalemate:<run>:<cache>:`
    pub prefix: String,
    /// Whether calls use `cache.lua`, because some strategy needs more than Redis has.
    pub scripted: bool,
    /// Real milliseconds per second of the run.
    pub scale_milli: u64,
}

const SCRIPT: &str = include_str!("cache.lua");

/// Sets many keys with a TTL, which `MSET` cannot do.
const SET_MANY: &str = "for at, key in ipairs(KEYS) do \
    if ARGV[1] == '' then redis.call('SET', key, ARGV[at + 1]) \
    else redis.call('SET', key, ARGV[at + 1], 'PX', ARGV[1]) end end return 1";

/// Releases a lock for its owner, as the documentation of `SET` describes.
const RELEASE: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] \
    then return redis.call('DEL', KEYS[1]) else return 0 end";

/// Extends a lock for its owner.
const EXTEND: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] \
    then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) else return 0 end";

fn owned(script: &str, key: &str, token: Scalar, ttl: &str, names: &Names) -> Vec<String> {
    ["EVAL", script, "1", key, &to_text(token, names), ttl].map(str::to_owned).to_vec()
}

impl KeySpace {
    /// A key's name at the server.
    pub fn name(&self, key: Symbol, names: &Names) -> String {
        format!("{}e:{}", self.prefix, names.text(key))
    }

    fn lease(&self, key: Symbol, names: &Names) -> String {
        format!("{}l:{}", self.prefix, names.text(key))
    }

    /// All names of a key at the server: of its entry, and of its lease.
    pub fn names(&self, key: Symbol, names: &Names) -> [String; 2] {
        [self.name(key, names), self.lease(key, names)]
    }

    /// A duration at the server, in milliseconds: at least one, the least in Redis.
    fn milliseconds(&self, us: Micros) -> String {
        let us = u128::from(us) * u128::from(self.scale_milli) / 1_000;
        us.div_ceil(1_000).clamp(1, u128::from(u32::MAX) * 1_000).to_string()
    }

    fn ttl(&self, us: Option<Micros>) -> String {
        us.map_or(String::new(), |us| self.milliseconds(us))
    }

    fn script(&self, key: Symbol, names: &Names, given: &[&str]) -> Ask {
        let (entry, lease) = (self.name(key, names), self.lease(key, names));
        let fixed = ["EVAL", SCRIPT, "2", &entry, &lease];
        Ask::Command(fixed.iter().chain(given).map(|text| (*text).to_owned()).collect())
    }

    /// The command for a call.
    pub fn ask(&self, call: &CacheCall, names: &Names) -> Ask {
        if self.engine == Engine::Memcached {
            return memcached::ask(self, call, names);
        }
        if self.scripted {
            return self.ask_scripted(call, names);
        }
        let name = |key: Symbol| self.name(key, names);
        let value = |datum: Datum| to_text(datum.scalar, names);
        command(match *call {
            CacheCall::Get { key } | CacheCall::Entry { key } | CacheCall::Lease { key } => {
                vec!["GET".to_owned(), name(key)]
            }
            CacheCall::Set { key, value: datum, ttl_us, .. }
            | CacheCall::SetWithLease { key, value: datum, ttl_us, .. } => {
                self.set(&name(key), &value(datum), ttl_us, false)
            }
            CacheCall::Add { key, value: datum, ttl_us } => {
                self.set(&name(key), &value(datum), ttl_us, true)
            }
            CacheCall::Delete { key, .. } => vec!["DEL".to_owned(), name(key)],
            CacheCall::Incr { key, by } => vec!["INCRBY".to_owned(), name(key), value(by)],
            CacheCall::Expire { key, ttl_us } => {
                vec!["PEXPIRE".to_owned(), name(key), self.milliseconds(ttl_us)]
            }
            CacheCall::Release { key, token } => owned(RELEASE, &name(key), token, "", names),
            CacheCall::Extend { key, token, ttl_us } => {
                owned(EXTEND, &name(key), token, &self.milliseconds(ttl_us), names)
            }
            CacheCall::GetMany { .. }
            | CacheCall::SetMany { .. }
            | CacheCall::DeleteMany { .. } => vec!["PING".to_owned()],
        })
    }

    fn set(&self, name: &str, value: &str, ttl_us: Option<Micros>, absent: bool) -> Vec<String> {
        let mut command = vec!["SET".to_owned(), name.to_owned(), value.to_owned()];
        if let Some(us) = ttl_us {
            command.extend(["PX".to_owned(), self.milliseconds(us)]);
        }
        if absent {
            command.push("NX".to_owned());
        }
        command
    }

    fn ask_scripted(&self, call: &CacheCall, names: &Names) -> Ask {
        let value = |datum: Datum| to_text(datum.scalar, names);
        let number = |version: Option<i64>| version.map_or(String::new(), |each| each.to_string());
        let script = |key: Symbol, given: &[&str]| self.script(key, names, given);
        match *call {
            CacheCall::Get { key } => script(key, &["get"]),
            CacheCall::Entry { key } => script(key, &["entry"]),
            CacheCall::Set { key, value: datum, ttl_us, stale_us, version } => {
                let grace = match stale_us {
                    0 => "0".to_owned(),
                    us => self.milliseconds(us),
                };
                let (ttl, version) = (self.ttl(ttl_us), number(version));
                script(key, &["set", &value(datum), &ttl, &grace, &version])
            }
            CacheCall::Add { key, value: datum, ttl_us } => {
                script(key, &["add", &value(datum), &self.ttl(ttl_us), "0", ""])
            }
            CacheCall::Delete { key, version } => {
                script(key, &["delete", "", "", "0", &number(version)])
            }
            CacheCall::Incr { key, by } => script(key, &["incr", &value(by), "", "0", ""]),
            CacheCall::Expire { key, ttl_us } => {
                script(key, &["expire", "", &self.milliseconds(ttl_us), "0", ""])
            }
            CacheCall::Release { key, token } => {
                script(key, &["release", &to_text(token, names), "", "0", ""])
            }
            CacheCall::Extend { key, token, ttl_us } => {
                let ttl = self.milliseconds(ttl_us);
                script(key, &["extend", &to_text(token, names), &ttl, "0", ""])
            }
            CacheCall::Lease { key } => {
                let counter = format!("{}leases", self.prefix);
                script(key, &["lease", &counter, &self.milliseconds(LEASE_US), "0", ""])
            }
            CacheCall::SetWithLease { key, value: datum, lease, ttl_us } => {
                let (ttl, lease) = (self.ttl(ttl_us), lease.to_string());
                script(key, &["set-with-lease", &value(datum), &ttl, "0", &lease])
            }
            CacheCall::GetMany { .. }
            | CacheCall::SetMany { .. }
            | CacheCall::DeleteMany { .. } => command(vec!["PING".to_owned()]),
        }
    }

    /// The command that expires an entry now.
    pub fn expire_now(&self, key: Symbol, names: &Names) -> Ask {
        match self.scripted {
            _ if self.engine == Engine::Memcached => self.evict(key, names),
            true => self.script(key, names, &["expire-now", "", "", "0", ""]),
            false => command(vec!["DEL".to_owned(), self.name(key, names)]),
        }
    }

    /// The command that evicts an entry.
    pub fn evict(&self, key: Symbol, names: &Names) -> Ask {
        self.remove(self.name(key, names))
    }

    /// The command that removes a key, by its name at the server.
    pub fn remove(&self, name: String) -> Ask {
        match self.engine {
            Engine::Memcached => memcached::remove(&name),
            Engine::Redis => command(vec!["DEL".to_owned(), name]),
        }
    }

    /// The command that shows an entry, by its name at the server.
    pub fn show(&self, name: &str) -> Ask {
        match self.engine {
            Engine::Memcached => memcached::show(name),
            Engine::Redis => command(vec!["GET".to_owned(), name.to_owned()]),
        }
    }

    /// What that shows: the value and the version of an entry, with a space between them. `None`:
    /// there is no entry.
    pub fn shown(&self, got: &Got) -> Option<String> {
        match (self.engine, got) {
            (Engine::Memcached, got) => memcached::shown(got),
            (Engine::Redis, Got::Text(text)) => {
                let (value, version) = held_value(self, text)?;
                Some(match version {
                    "" => value.to_owned(),
                    version => format!("{value} {version}"),
                })
            }
            (Engine::Redis, _) => None,
        }
    }

    /// The command that removes all entries of the server.
    pub fn flush(&self) -> Ask {
        match self.engine {
            Engine::Memcached => Ask::Memcached("flush_all\r\n".to_owned()),
            Engine::Redis => command(vec!["FLUSHALL".to_owned()]),
        }
    }

    /// The commands for a call of many keys; `None`: it needs several commands of Redis at one
    /// instant.
    pub fn ask_many(&self, many: &Many, names: &Names) -> Option<Ask> {
        if self.engine == Engine::Memcached {
            return memcached::ask_many(self, many, names);
        }
        if self.scripted {
            return None;
        }
        let calls = many.calls.iter().filter_map(|call| match call {
            Call::Cache(_, call) => Some(call),
            _ => None,
        });
        let keys = many.calls.iter().filter_map(Call::key).map(|key| self.name(key, names));
        match calls.clone().next()? {
            CacheCall::Get { .. } => {
                Some(command(std::iter::once("MGET".to_owned()).chain(keys).collect()))
            }
            CacheCall::Delete { .. } => {
                Some(command(std::iter::once("DEL".to_owned()).chain(keys).collect()))
            }
            CacheCall::Set { ttl_us, .. } => {
                let mut all = vec!["EVAL".to_owned(), SET_MANY.to_owned()];
                all.push(many.calls.len().to_string());
                all.extend(keys);
                all.push(self.ttl(*ttl_us));
                all.extend(calls.filter_map(|call| match call {
                    CacheCall::Set { value, .. } => Some(to_text(value.scalar, names)),
                    _ => None,
                }));
                Some(command(all))
            }
            _ => None,
        }
    }
}

fn command(arguments: Vec<String>) -> Ask {
    Ask::Command(arguments)
}

/// The value and the version of a server's entry; `None`: it is a tombstone.
pub(super) fn held_value<'t>(space: &KeySpace, text: &'t str) -> Option<(&'t str, &'t str)> {
    if !space.scripted {
        return Some((text, ""));
    }
    let mut lines = text.split('\n');
    let (value, version) = (lines.next()?, lines.next()?);
    (!value.is_empty()).then_some((value, version))
}

/// The reply to a program: the server's answer in the form of the call's reply. `None`: the command
/// cannot have such an answer.
pub(super) fn reply(
    call: &CacheCall,
    got: &Got,
    space: &KeySpace,
    names: &mut Names,
) -> Option<Value> {
    if space.engine == Engine::Memcached {
        return memcached::reply(call, got, names);
    }
    let datum = |text: &str, names: &mut Names| {
        from_text(text, names).map(|scalar| Datum::computed(scalar).into())
    };
    let yes = Value::bool(true);
    match (call, got) {
        (CacheCall::Get { .. } | CacheCall::Entry { .. }, Got::Nil) => Some(Value::NONE),
        (CacheCall::Get { .. }, Got::Text(text)) => datum(text, names),
        (CacheCall::Entry { .. }, Got::List(parts)) => entry(parts, space, names),
        // not scripted: no grace, no version, and nobody asked for the TTL
        (CacheCall::Entry { .. }, Got::Text(text)) => {
            let value = Datum::computed(from_text(text, names)?);
            let entry =
                Composite::Entry { value, age_us: 0, ttl_us: None, fresh: true, version: None };
            Some(Value::Composite(entry.into()))
        }
        (CacheCall::Set { .. }, Got::Text(_)) | (CacheCall::Add { .. }, Got::Text(_)) => Some(yes),
        (CacheCall::Add { .. }, Got::Nil) => Some(Value::bool(false)),
        (
            CacheCall::Set { .. }
            | CacheCall::Add { .. }
            | CacheCall::Delete { .. }
            | CacheCall::Expire { .. }
            | CacheCall::Release { .. }
            | CacheCall::Extend { .. }
            | CacheCall::SetWithLease { .. },
            Got::Int(number),
        ) => Some(Value::bool(*number > 0)),
        (CacheCall::Incr { .. }, Got::Int(number)) => Some(Value::int(*number)),
        (CacheCall::Incr { .. }, Got::Text(text)) => datum(text, names),
        (CacheCall::Lease { .. }, Got::List(pair)) => match &pair[..] {
            [Got::Text(text), Got::Nil] => {
                Some(Value::List([datum(text, names)?, Value::NONE].into()))
            }
            [Got::Nil, Got::Int(token)] => {
                Some(Value::List([Value::NONE, Value::int(*token)].into()))
            }
            [Got::Nil, Got::Nil] => Some(Value::List([Value::NONE, Value::NONE].into())),
            _ => None,
        },
        _ => None,
    }
}

fn entry(parts: &[Got], space: &KeySpace, names: &mut Names) -> Option<Value> {
    let [Got::Text(value), Got::Text(version), Got::Int(left)] = parts else { return None };
    let value = Datum::computed(from_text(value, names)?);
    let left_us = u64::try_from(*left).unwrap_or(0) * 1_000_000 / space.scale_milli.max(1);
    let ttl_us = (*left != -1).then_some(left_us);
    let fresh = *left == -1 || *left > 0;
    let version = version.parse().ok();
    Some(Value::Composite(Composite::Entry { value, age_us: 0, ttl_us, fresh, version }.into()))
}

/// The reply to a program for a call of many keys.
pub(super) fn reply_many(
    many: &Many,
    got: &Got,
    space: &KeySpace,
    names: &mut Names,
) -> Option<Value> {
    if space.engine == Engine::Memcached {
        return memcached::reply_many(many, got, space, names);
    }
    let Some(Call::Cache(_, CacheCall::Get { .. })) = many.calls.first() else {
        return Some(Value::NONE);
    };
    let Got::List(found) = got else { return None };
    let mut values = Vec::new();
    for each in found {
        values.push(match each {
            Got::Text(text) => Datum::computed(from_text(text, names)?).into(),
            _ => Value::NONE,
        });
    }
    Some(Value::List(values.into()))
}

/// The reason for a server's refusal, as a program is told.
pub(super) fn reason(refusal: &Refusal) -> Option<Reason> {
    match refusal {
        Refusal::Broken(_) => Some(Reason::Reset),
        Refusal::Said { code, .. } if code == "OOM" => Some(Reason::OutOfMemory),
        Refusal::Said { code, text } if code == "ERR" && text.contains("integer") => {
            Some(Reason::NotANumber)
        }
        Refusal::Said { code, text } if code == "ERR" && text.contains("overflow") => {
            Some(Reason::NotANumber)
        }
        Refusal::Said { .. } => None,
    }
}
