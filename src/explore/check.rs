//! A user's own property: an expression over the final state.
//!
//! It is written in the strategy's language, and uses the final state, `cache.get("k")` or
//! `db.read("k")`, and what clients were told: `R1` is the value that the first request, a read,
//! returned; `W2` is `True` if the second request, a write, was acknowledged, and otherwise `None`.

use std::fmt;

use crate::strategy::call::{CacheCall, Call, DatabaseCall, FunctionId, ReplicaCall};
use crate::strategy::value::{Datum, Names, Scalar, Symbol, Value};
use crate::strategy::{Host, Machine, Program, Stopped, SyntaxError, compile};
use crate::vocabulary::Role;
use crate::world::{Request, World};

/// An expression that must be true in the end.
#[derive(Clone)]
pub struct Check {
    program: Program,
    function: FunctionId,
    /// The positions of the requests whose replies it uses, in the order of its arguments.
    asked: Vec<usize>,
}

/// The value of an expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Looked {
    pub is_true: bool,
    /// Some store had a value for it.
    pub found: bool,
}

/// Why an expression is not a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckError {
    /// It does not compile; columns count from the start of the expression.
    Syntax(Vec<SyntaxError>),
    /// Its value is neither `True` nor `False`.
    NoTruthValue { gives: String },
    /// It calls a store for something other than a value.
    Changes,
    /// It cannot be computed.
    Mistake(String),
}

/// The text before the expression in its line.
const BEFORE: &str = "    return ";

/// The most instructions of one evaluation.
const MOST_STEPS: u32 = 100_000;

impl Check {
    /// Compiles an expression.
    ///
    /// # Errors
    /// Why the expression is not a property.
    pub fn new(
        expression: &str,
        requests: &[Request],
        names: &mut Names,
    ) -> Result<Check, CheckError> {
        let label =
            |(at, request): (usize, &Request)| format!("{}{}", request.kind.letter(), at + 1);
        let labels: Vec<String> = requests.iter().enumerate().map(label).collect();
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        let mut words = expression.split(|letter| !is_part(letter)).collect::<Vec<_>>();
        words.sort_unstable();
        let asked: Vec<usize> =
            (0..labels.len()).filter(|at| words.binary_search(&&*labels[*at]).is_ok()).collect();
        let arguments: Vec<&str> = asked.iter().map(|at| &*labels[*at]).collect();
        let before = format!(
            "def read(key):\n    return None\n\ndef write(key, value):\n    pass\n\n\
             def check({}):\n",
            arguments.join(", ")
        );
        // one line, as a parameter of a command line is
        let line: String = expression
            .chars()
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .collect();
        let own_line = before.lines().count() as u32 + 1;
        let program = compile(&format!("{before}{BEFORE}{line}\n"), names);
        let program = program.map_err(|errors| {
            let shift = |error: SyntaxError| SyntaxError {
                line: 1,
                column: match error.line == own_line {
                    true => error.column.saturating_sub(BEFORE.len() as u32).max(1),
                    false => 1,
                },
                ..error
            };
            CheckError::Syntax(errors.into_iter().map(shift).collect())
        })?;
        let named = |function: &crate::strategy::Function| &*function.name == "check";
        let function = program.functions.iter().position(named).unwrap_or_default();
        Ok(Check { program, function: FunctionId(function as u16), asked })
    }

    /// The requests whose replies it uses, a bit for each.
    pub fn wanted(&self) -> u64 {
        self.asked.iter().fold(0, |mask, at| mask | 1 << at)
    }

    /// The expression as the body of a function; the others are what every program has.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Whether it is true of a world and of replies.
    ///
    /// # Errors
    /// Why it cannot be computed.
    pub fn is_true(
        &self,
        world: &World,
        reply: impl Fn(usize) -> Scalar,
    ) -> Result<bool, CheckError> {
        self.look(world, reply).map(|looked| looked.is_true)
    }

    /// Its value of a world and of replies.
    ///
    /// # Errors
    /// Why it cannot be computed.
    pub fn look(
        &self,
        world: &World,
        reply: impl Fn(usize) -> Scalar,
    ) -> Result<Looked, CheckError> {
        let value = |at: &usize| Value::Datum(Datum::computed(reply(*at)));
        let arguments: Vec<Value> = self.asked.iter().map(value).collect();
        let mut machine = Machine::start(&self.program, self.function, &arguments);
        let mut still = Still { names: world.names().clone(), now_us: world.now_us() };
        let mut found = false;
        loop {
            match machine.run(&self.program, &[], &mut still) {
                Stopped::Call(call) => {
                    let value = answer(world, &call)?;
                    found |= value != Value::NONE;
                    machine.resume(Ok(value));
                }
                Stopped::Return(Value::Datum(Datum { scalar: Scalar::Bool(is_true), .. })) => {
                    return Ok(Looked { is_true, found });
                }
                Stopped::Return(Value::Datum(Datum { scalar, .. })) => {
                    return Err(CheckError::NoTruthValue { gives: scalar.display(&still.names) });
                }
                Stopped::Return(_) => {
                    return Err(CheckError::NoTruthValue { gives: "a list or a row".to_owned() });
                }
                Stopped::Raise { .. } => return Err(CheckError::Changes),
                Stopped::Fail(error) => return Err(CheckError::Mistake(error.mistake.message)),
            }
        }
    }
}

/// The value that a store holds; nothing changes it.
fn answer(world: &World, call: &Call) -> Result<Value, CheckError> {
    match call {
        Call::Cache(cache, call @ (CacheCall::Get { .. } | CacheCall::Entry { .. })) => {
            let node = call.key().map_or(*cache, |key| world.node_for(*cache, key, true));
            let mut cache = world.cache(node).clone();
            let reply = cache.apply(call, world.now_us(), &mut |_| 0, &mut |_| {});
            reply.map_err(|_| CheckError::Changes)
        }
        Call::Database(call @ (DatabaseCall::Read { .. } | DatabaseCall::Row { .. })) => {
            Ok(world.database().snapshot_reply(call))
        }
        Call::Replica(replica, call) => {
            let call = match *call {
                ReplicaCall::Read { key } => DatabaseCall::Read { key },
                ReplicaCall::Row { key } => DatabaseCall::Row { key },
            };
            let replica = world.replica(*replica);
            Ok(replica.map_or(Value::NONE, |replica| replica.snapshot_reply(&call)))
        }
        _ => Err(CheckError::Changes),
    }
}

/// The context of a program in which no time passes.
struct Still {
    names: Names,
    now_us: u64,
}

impl Host for Still {
    fn now_us(&self) -> u64 {
        self.now_us
    }
    fn random(&mut self) -> f64 {
        0.0
    }
    fn log(&mut self, _: Symbol) {}
    fn names(&self) -> &Names {
        &self.names
    }
    fn names_mut(&mut self) -> &mut Names {
        &mut self.names
    }
    fn place(&self) -> Role {
        Role::App
    }
    fn steps_left(&self) -> u32 {
        MOST_STEPS
    }
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CheckError::Syntax(errors) => {
                for (at, error) in errors.iter().enumerate() {
                    let SyntaxError { column, message, advice, .. } = error;
                    let before = if at > 0 { "\n" } else { "" };
                    write!(f, "{before}the check, column {column}: {message} – {advice}")?;
                }
                Ok(())
            }
            CheckError::NoTruthValue { gives } => {
                write!(f, "the check gives {gives}; allowed: an expression that is True or False")
            }
            CheckError::Changes => f.write_str(
                "a check only looks; allowed: cache.get, cache.entry, db.read, db.row, \
                 replica.read and replica.row",
            ),
            CheckError::Mistake(message) => write!(f, "the check can't be computed: {message}"),
        }
    }
}
