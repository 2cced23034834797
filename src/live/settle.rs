//! Answers: compared with the model's, and passed to the program.

use super::agree::{agree, words};
use super::cache;
use super::client::{Answer, Refusal};
use super::database;
use super::exchange::{Exchange, Place, State};
use super::memcached;
use super::outcome::Difference;
use super::run::{EDGE_US, Live};
use super::value::to_text;
use crate::store::cache::Engine;
use crate::strategy::call::{CacheCall, Call, DatabaseCall, ErrorSource, Reason, StoreError};
use crate::strategy::value::{Composite, Datum, Scalar, Symbol, Value};
use crate::time::{Micros, SECOND_US};
use crate::vocabulary::CacheId;
use crate::world::{Body, MessageKey, Stamp};

impl Live<'_> {
    /// Before a reply lands: its client gets the server's answer.
    pub(super) fn before_delivery(&mut self, key: MessageKey) {
        let Some(message) = self.simulation.world().message(key) else { return };
        if let Body::Forget { .. } = message.body {
            let stamp = message.id.stamp;
            return self.await_notice(stamp);
        }
        let Body::Reply { result, .. } = &message.body else { return };
        let (stamp, model) = (message.id.stamp, result.clone());
        let Some(mut exchange) = self.exchanges.take(stamp) else { return };
        if exchange.state != State::Answered {
            return;
        }
        let Some(mut line) = exchange.line.take() else { return };
        let answer = line.carry_reply();
        let is_broken = matches!(answer, Err(Refusal::Broken(_)));
        if !is_broken && exchange.stays_open() {
            self.pinned.insert(exchange.caller.task, line);
        } else if !is_broken {
            self.idle.entry((exchange.place, exchange.reader)).or_default().push(line);
        }
        let server = self.read_answer(&exchange, answer);
        self.settle(key, &exchange, server, model);
    }

    /// A server's answer as a reply for a program, or why it is none.
    fn read_answer(
        &mut self,
        exchange: &Exchange,
        answer: Answer,
    ) -> Result<Result<Value, StoreError>, String> {
        let mut names = self.simulation.names().clone();
        let shown = format!("{answer:?}");
        let read = match (&answer, &exchange.call, exchange.place) {
            (Ok(got), Call::Cache(_, call), Place::Cache(at)) => {
                cache::reply(call, got, &self.spaces[at], &mut names).map(Ok)
            }
            (Ok(got), Call::Many(many), Place::Cache(at)) => {
                cache::reply_many(many, got, &self.spaces[at], &mut names).map(Ok)
            }
            (Ok(got), Call::Many(many), Place::Database) => {
                database::reply_many(many, got, &mut names).map(Ok)
            }
            (Ok(got), Call::Database(call) | Call::Transaction(call), _) => {
                database::reply(call, got, &mut names).map(Ok)
            }
            (Err(refusal), call, Place::Cache(at)) => match self.spaces[at].engine {
                Engine::Redis => cache::reason(refusal),
                Engine::Memcached => memcached::reason(refusal, call),
            }
            .map(|reason| Err(StoreError::new(ErrorSource::Cache, reason))),
            (Err(refusal), _, Place::Database) => database::reason(refusal)
                .map(|reason| Err(StoreError::new(ErrorSource::Database, reason))),
            _ => None,
        };
        // texts that only the server knows are learnt where they are needed, for a program
        // that gets them
        if names.len() != self.simulation.names().len() {
            self.simulation.learn(names);
        }
        read.ok_or(shown)
    }

    /// Compares an answer with the model's; if they differ, the program gets the server's.
    fn settle(
        &mut self,
        key: MessageKey,
        exchange: &Exchange,
        server: Result<Result<Value, StoreError>, String>,
        model: Result<Value, StoreError>,
    ) {
        let slack_us = self.slack_us();
        let is_equal = match (&server, &model) {
            (Ok(Ok(server)), Ok(model)) if self.is_memcacheds(&exchange.call) => {
                let server = self.with_models_token(&exchange.call, server, model);
                agree(&server, model, slack_us)
            }
            (Ok(Ok(server)), Ok(model)) => agree(server, model, slack_us),
            (Ok(Err(server)), Err(model)) => server.reason == model.reason,
            // PostgreSQL ends a failed transaction with ROLLBACK for COMMIT, and no error
            (Ok(Ok(_)), Err(model)) => {
                model.reason == Reason::Aborted
                    && exchange.call == Call::Transaction(DatabaseCall::Commit {})
            }
            _ => false,
        };
        let is_equal = is_equal || is_empty_erasure(&exchange.call, &server) && model.is_ok();
        if is_equal {
            self.outcome.equal += 1;
            return;
        }
        let names = self.simulation.names();
        let shown = |result: &Result<Value, StoreError>| match result {
            Ok(value) => words(value, names),
            Err(error) => format!("an error: {}", error.reason.name()),
        };
        let model_words = shown(&model);
        let server_words = match &server {
            Ok(result) => shown(result),
            Err(text) => text.clone(),
        };
        if exchange.at_the_edge {
            self.outcome.at_the_edge += 1;
            self.edges.extend(keys_of(&exchange.call).map(|(_, key)| key));
        } else {
            let what = self.words_of(&exchange.call);
            self.differs(&what, server_words, &model_words);
        }
        if let Ok(result) = server {
            let result = result.map(|value| self.with_origins(value, exchange.call.key()));
            self.simulation.substitute_reply(key, result);
        }
    }

    /// A server's value, with the write that is known to have made it.
    fn with_origins(&self, value: Value, key: Option<Symbol>) -> Value {
        let known = |datum: Datum| {
            let text = to_text(datum.scalar, self.simulation.names());
            key.and_then(|key| self.known.get(&(key, text))).copied().unwrap_or(datum)
        };
        match value {
            Value::Datum(datum) if !matches!(datum.scalar, Scalar::None | Scalar::Bool(_)) => {
                known(datum).into()
            }
            Value::Composite(record) => Value::Composite(match &*record {
                Composite::Row { value, version } => {
                    Composite::Row { value: known(*value), version: *version }.into()
                }
                Composite::Entry { value, age_us, ttl_us, fresh, version } => Composite::Entry {
                    value: known(*value),
                    age_us: *age_us,
                    ttl_us: *ttl_us,
                    fresh: *fresh,
                    version: *version,
                }
                .into(),
                Composite::Item { .. } => record,
            }),
            other => other,
        }
    }

    /// How far the two clocks may differ.
    pub(super) fn slack_us(&self) -> Micros {
        let late_us = self.late_us().max(self.outcome.latest_us);
        (EDGE_US + late_us) * 1_000 / self.options.scale_milli.max(1)
    }

    /// Whether an entry of the key expires about now by one of the clocks, or has done so before.
    pub(super) fn is_at_the_edge(&self, call: &Call) -> bool {
        // one lease more or less, and all later ones have other numbers
        let is_lease = matches!(call, Call::Cache(_, CacheCall::Lease { .. }));
        let is_near = |(cache, key)| self.is_near_its_end(cache, key) || self.is_near_a_tick(cache);
        is_lease && !self.edges.is_empty() || keys_of(call).any(is_near)
    }

    /// Whether a cache's entry of this key expires about now, or another has done so before.
    pub(super) fn is_near_its_end(&self, cache: CacheId, key: Symbol) -> bool {
        let (now_us, slack_us) = (self.simulation.now_us(), self.slack_us());
        let ends = self.expiries.get(&(cache, key)).into_iter().flatten();
        self.edges.contains(&key) || ends.copied().any(|end| end.abs_diff(now_us) <= slack_us)
    }

    /// Whether a Memcached's clock ticks about now.
    fn is_near_a_tick(&self, cache: CacheId) -> bool {
        let since_us = self.simulation.world().cache(cache).since_tick_us(self.simulation.now_us());
        let slack_us = self.slack_us() + self.start_us;
        since_us.is_some_and(|us| us <= slack_us || us + slack_us >= SECOND_US)
    }

    /// What is stored while a clock ticks ends at one tick or another: it is not compared.
    pub(super) fn note_ticks(&mut self, call: &Call) {
        let near = keys_of(call).filter(|(cache, _)| self.is_near_a_tick(*cache));
        let near: Vec<Symbol> = near.map(|(_, key)| key).collect();
        self.edges.extend(near);
    }

    fn is_memcacheds(&self, call: &Call) -> bool {
        matches!(call, Call::Cache(cache, CacheCall::Lease { .. })
            if self.spaces.get(usize::from(cache.0)).is_some_and(|it| it.engine == Engine::Memcached))
    }

    /// The answer to a Memcached's `lease` with the model's token: each counts its own changes.
    fn with_models_token(&mut self, call: &Call, server: &Value, model: &Value) -> Value {
        let token = |value: &Value| match value.items()?.get(1)? {
            Value::Datum(Datum { scalar: Scalar::Int(token), .. }) => Some(*token),
            _ => None,
        };
        match (call, token(server), token(model)) {
            (Call::Cache(cache, _), Some(own), Some(models)) => {
                self.tokens.insert((*cache, models), own);
                model.clone()
            }
            _ => server.clone(),
        }
    }

    /// A call as its server is to get it: with the token that the server gave.
    pub(super) fn with_its_token(&self, cache: CacheId, call: CacheCall) -> CacheCall {
        match call {
            CacheCall::SetWithLease { key, value, lease, ttl_us } => {
                let lease = self.tokens.get(&(cache, lease)).copied().unwrap_or(lease);
                CacheCall::SetWithLease { key, value, lease, ttl_us }
            }
            call => call,
        }
    }

    pub(super) fn words_of(&self, call: &Call) -> String {
        let key = call
            .key()
            .map_or(String::new(), |key| format!("({})", self.simulation.names().text(key)));
        let command = call.command().map_or("a call", |command| command.call());
        format!("{command}{key}")
    }

    pub(super) fn call_words(&mut self, call: Stamp) -> String {
        let call = self.exchanges.get(call).map(|exchange| exchange.call.clone());
        call.map_or(String::new(), |call| self.words_of(&call))
    }

    pub(super) fn differs(&mut self, what: &str, server: impl Into<String>, model: &str) {
        let (at_us, server) = (self.simulation.now_us(), server.into());
        let (what, model) = (what.to_owned(), model.to_owned());
        self.outcome.differs(Difference { at_us, what, server, model });
    }
}

/// Whether a server found no row to erase: then the reply, the last version, comes from the model.
fn is_empty_erasure(call: &Call, server: &Result<Result<Value, StoreError>, String>) -> bool {
    let (Call::Database(call) | Call::Transaction(call)) = call else { return false };
    let erases = matches!(call, DatabaseCall::Write { value, .. } if value.is_none());
    erases && matches!(server, Ok(Ok(Value::Datum(datum))) if datum.is_none())
}

/// The entries that a call concerns.
fn keys_of(call: &Call) -> impl Iterator<Item = (CacheId, Symbol)> {
    let alone = std::slice::from_ref(call);
    let all = match call {
        Call::Many(many) => &many.calls[..],
        _ => alone,
    };
    all.iter().filter_map(|call| match call {
        Call::Cache(cache, call) => Some((*cache, call.key()?)),
        _ => None,
    })
}
