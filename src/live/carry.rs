//! Carries calls: a client sends them, a server carries them out.

use super::client::Ask;
use super::database;
use super::error::LiveError;
use super::exchange::{Exchange, Place, State};
use super::run::Live;
use super::servers::WAITS;
use crate::strategy::call::Call;
use crate::world::{Body, Deed, Message, ProcessId, Stamp};

impl Live<'_> {
    /// A message was sent: a call to a store is sent on a connection.
    pub(super) fn sent(&mut self, message: Message) {
        if let Body::Forget { key } = message.body {
            self.expect_notice(&message, key);
        }
        let Body::Call { caller, call } = &message.body else { return };
        let names = self.simulation.names();
        let (place, ask) = match (message.to, call) {
            (ProcessId::Cache(cache), Call::Cache(_, call)) => {
                let at = usize::from(cache.0);
                (Place::Cache(at), self.spaces[at].ask(&self.with_its_token(cache, *call), names))
            }
            (ProcessId::Cache(cache), Call::Many(many)) => {
                let at = usize::from(cache.0);
                let Some(ask) = self.spaces[at].ask_many(many, names) else { return };
                (Place::Cache(at), ask)
            }
            (ProcessId::Database, Call::Database(call) | Call::Transaction(call)) => {
                (Place::Database, database::ask(call, names))
            }
            (ProcessId::Database, Call::Many(many)) => {
                (Place::Database, database::ask_many(many, names))
            }
            _ => return,
        };
        let reader = self.reader(place, message.from);
        self.exchanges.take_redirected(*caller, place);
        let mut exchange = Exchange {
            place,
            reader,
            caller: *caller,
            call: call.clone(),
            ask,
            line: None,
            reply: message.reply_stamp(),
            state: State::Said,
            at_the_edge: false,
        };
        exchange.line = match exchange.is_inside() {
            true => self.pinned.remove(&caller.task),
            false => self.free_line(place, reader),
        };
        if let Some(line) = &exchange.line {
            line.say(exchange.ask.clone());
        }
        self.exchanges.put(message.id.stamp, exchange);
    }

    /// A store does something, and its server does the same.
    pub(super) fn deed(&mut self, deed: Deed) -> Result<(), LiveError> {
        match deed {
            Deed::CarriesOut(call) => self.carry_out(call),
            Deed::WaitsForRow(call) => self.begin_to_wait(call),
            Deed::TurnsAway(call) => self.turn_away(call),
            Deed::TakesSnapshot(task) => {
                if let Some((_, exchange)) = self.exchanges.of_transaction(task)
                    && let Some(line) = &mut exchange.line
                    && let Err(error) = line.aside(database::SNAPSHOT)
                {
                    self.differs("the snapshot of a transaction", error.to_string(), "taken");
                }
            }
            Deed::EndsSession(task) => {
                // a closed connection is a transaction rolled back
                self.pinned.remove(&task);
                let over = self.exchanges.of_transaction(task);
                let over = over.filter(|(_, each)| each.stays_open() && each.state == State::Begun);
                if let Some(stamp) = over.map(|(stamp, _)| stamp) {
                    self.exchanges.take(stamp);
                }
            }
            Deed::Saves(cache) => {
                if let Some(server) = self.server_of(cache)
                    && server.own.is_some()
                {
                    server.must(&Ask::Command(vec!["SAVE".to_owned()]))?;
                }
            }
        }
        Ok(())
    }

    fn carry_out(&mut self, call: Stamp) {
        let Some(exchange) = self.exchanges.get(call) else { return };
        let (place, reader, caller) = (exchange.place, exchange.reader, exchange.caller);
        let is_inside = exchange.is_inside();
        if exchange.line.is_none() {
            let line = match is_inside {
                true => self.exchanges.line_of_copy(caller),
                false => self.free_line(place, reader),
            };
            let Some(exchange) = self.exchanges.get(call) else { return };
            if let (Some(line), false) = (&line, is_inside) {
                line.say(exchange.ask.clone());
            }
            exchange.line = line;
        }
        let Some(exchange) = self.exchanges.get(call) else { return };
        let Some(line) = &mut exchange.line else { return };
        let carried = match exchange.state {
            State::Said => line.carry_request().and_then(|()| line.await_reply()),
            State::Begun => line.await_reply(),
            State::Answered => Ok(()),
        };
        exchange.state = State::Answered;
        let called = exchange.call.clone();
        let at_the_edge = self.is_at_the_edge(&called);
        self.note_ticks(&called);
        if let Some(exchange) = self.exchanges.get(call) {
            exchange.at_the_edge = at_the_edge;
        }
        match carried {
            Ok(()) => self.outcome.calls += 1,
            Err(error) => {
                if let Some(exchange) = self.exchanges.get(call) {
                    exchange.line = None;
                }
                let what = self.call_words(call);
                self.differs(&what, format!("does not answer: {error}"), "carries it out");
            }
        }
    }

    /// Checks that the server makes a statement wait.
    fn begin_to_wait(&mut self, call: Stamp) {
        let Some(exchange) = self.exchanges.get(call) else { return };
        let Some(line) = exchange.line.as_mut().filter(|_| exchange.state == State::Said) else {
            return;
        };
        exchange.state = State::Begun;
        let silent = line.carry_request().and_then(|()| line.is_silent(WAITS));
        if !matches!(silent, Ok(true)) {
            let what = self.call_words(call);
            self.differs(&what, "answers at once", "it waits for a locked row");
        }
    }

    /// A call reaches a server that is down.
    fn turn_away(&mut self, call: Stamp) {
        let Some(mut exchange) = self.exchanges.take(call) else { return };
        let what = self.words_of(&exchange.call);
        if let Some(line) = &mut exchange.line
            && line.carry_request().and_then(|()| line.await_reply()).is_ok()
        {
            self.differs(&what, "carries it out", "it is down, or was");
        }
    }
}
