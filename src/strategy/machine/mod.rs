//! Running tasks: one machine per task, which executes one operation at a time.

// arithmetic, comparison and printing, as in Python
pub(super) mod arith;
// the inner loop
mod execute;
// widths, digits and signs
mod format;
// functions that call no store
mod native;
// methods of texts and dictionaries
mod method;
// operators on whole values
mod operators;
// logarithms, exponentials and powers
mod precise;
// texts of values
pub(super) mod text;

use std::hash::Hash;
use std::sync::Arc;

use super::call::{Call, FunctionId, Reason, StoreError};
use super::error::{Mistake, RuntimeError};
use super::program::Program;
use super::value::{Composite, Datum, Names, Origin, Receipt, Scalar, Symbol, Value};
use crate::digest::{Digest, Lens, Sum};
use crate::vocabulary::Role;

/// The deepest nesting of function calls.
pub const DEEPEST_CALLS: usize = 64;

/// A variable without a value. No store and no program makes this value.
const EMPTY: Value = Value::Datum(Datum::made_by(Origin(u32::MAX), Scalar::None));

/// In place of a field's name: the value is a dictionary, whose fields are added.
pub(super) const SPREAD: Value = EMPTY;

/// The environment of a machine: the process that it runs in.
pub trait Host {
    /// Microseconds since the start of the run: `now()`.
    fn now_us(&self) -> u64;
    /// Uniformly distributed from 0 to below 1: `random()`.
    fn random(&mut self) -> f64;
    /// Records a line of `log(text)`.
    fn log(&mut self, text: Symbol);
    /// The texts of the run.
    fn names(&self) -> &Names;
    /// The texts of the run, to add others.
    fn names_mut(&mut self) -> &mut Names;
    /// The kind of process the task runs in.
    fn place(&self) -> Role;
    /// The most operations of this run of the machine.
    fn steps_left(&self) -> u32;
}

/// Why a machine stopped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stopped {
    /// The task waits for the reply to this call; see [`Machine::resume`].
    Call(Call),
    /// The task has ended with this value.
    Return(Value),
    /// The task has ended: a store failed in this line, and nothing caught the error.
    Raise { error: StoreError, line: u32 },
    /// The task has ended: the strategy made a mistake.
    Fail(RuntimeError),
}

/// A running task: a function, a position in its code, its variables, and the
/// same for its callers. Small, and cheap to clone, compare and hash.
///
/// Two machines are equal if they will do the same from now on, however many steps they have taken.
#[derive(Clone, Debug)]
pub struct Machine {
    frame: CallFrame,
    /// the calling functions, the outermost first
    callers: Vec<CallFrame>,
    /// the slots of each frame, and operands
    stack: Vec<Value>,
    /// an error to raise in the present line at the next run
    raised: Option<StoreError>,
    steps: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct CallFrame {
    function: FunctionId,
    /// the next operation
    at: u32,
    /// where its slots begin on the stack
    base: u32,
}

impl PartialEq for Machine {
    fn eq(&self, other: &Machine) -> bool {
        self.frame == other.frame
            && self.callers == other.callers
            && self.stack == other.stack
            && self.raised == other.raised
    }
}
impl Eq for Machine {}
impl Machine {
    /// A task that will run `function`. Missing arguments get their defaults, surplus ones are
    /// dropped.
    pub fn start(program: &Program, function: FunctionId, args: &[Value]) -> Machine {
        Machine::start_on(Vec::new(), program, function, args)
    }

    /// A task that will run `function`, in the memory of a stack that is no longer needed.
    pub fn start_on(
        mut stack: Vec<Value>,
        program: &Program,
        function: FunctionId,
        args: &[Value],
    ) -> Machine {
        let definition = &program.functions[function.0 as usize];
        let arguments = usize::from(definition.arguments);
        let slots = usize::from(definition.slots);
        stack.clear();
        stack.reserve(slots + 6);
        stack.extend(args.iter().take(arguments).cloned());
        stack.resize(slots, EMPTY);
        Machine {
            frame: CallFrame { function, at: definition.entry, base: 0 },
            callers: Vec::new(),
            stack,
            raised: None,
            steps: 0,
        }
    }

    /// Gives away the stack of a task that has ended.
    pub fn give_stack(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.stack)
    }

    /// Runs until the next call, the end, or a mistake. After a [`Stopped::Call`] call
    /// [`Machine::resume`], then `run` again; after any other result the task has ended.
    pub fn run(
        &mut self,
        program: &Program,
        parameters: &[Scalar],
        host: &mut impl Host,
    ) -> Stopped {
        if let Some(error) = self.raised.take() {
            let line = self.line(program);
            // a mistake elsewhere is one here: no `except` catches it
            if error.reason == Reason::Uncaught || !self.unwind(program, error, line) {
                return Stopped::Raise { error, line };
            }
        }
        self.execute(program, parameters, host)
    }

    /// Takes the reply to the last call; the next `run` continues with it.
    pub fn resume(&mut self, reply: Result<Value, StoreError>) {
        match reply {
            Ok(value) => self.stack.push(value),
            Err(error) => self.raised = Some(error),
        }
    }

    /// The line of the call for which it waits.
    pub fn line(&self, program: &Program) -> u32 {
        let function = &program.functions[self.frame.function.0 as usize];
        if self.frame.at == function.entry {
            return function.line;
        }
        program.lines[self.frame.at as usize - 1]
    }

    /// The innermost function that is running.
    pub fn function(&self) -> FunctionId {
        self.frame.function
    }

    /// The variables of that function that have values, in the order of their first use, arguments
    /// first.
    pub fn variables(&self, program: &Program) -> Vec<(Arc<str>, Value)> {
        let names = &program.functions[self.frame.function.0 as usize].variables;
        let slots = self.stack.iter().skip(self.frame.base as usize);
        names
            .iter()
            .zip(slots)
            .filter(|(_, value)| **value != EMPTY)
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// The items of queues that it has, in variables and on the way there.
    pub fn items(&self) -> impl Iterator<Item = Receipt> {
        self.stack.iter().flat_map(receipts)
    }

    /// Operations run so far.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    #[cold]
    fn fail(&self, program: &Program, mistake: Mistake) -> Stopped {
        Stopped::Fail(RuntimeError { line: self.line(program), mistake })
    }

    /// Goes to the innermost handler of an error; false if there is none.
    fn unwind(&mut self, program: &Program, error: StoreError, line: u32) -> bool {
        loop {
            let function = &program.functions[self.frame.function.0 as usize];
            let at = self.frame.at.wrapping_sub(1);
            let handler =
                function.handlers.iter().find(|handler| (handler.start..handler.end).contains(&at));
            if let Some(handler) = handler {
                let base = self.frame.base as usize;
                self.stack.truncate(base + usize::from(function.slots));
                self.stack[base + usize::from(handler.keep)..].fill(EMPTY);
                self.stack.push(Value::int(error.pack(line)));
                self.frame.at = handler.target;
                return true;
            }
            match self.callers.pop() {
                Some(caller) => {
                    self.stack.truncate(self.frame.base as usize);
                    self.frame = caller;
                }
                None => return false,
            }
        }
    }
}

/// The receipts of the items in a value.
pub fn receipts(value: &Value) -> impl Iterator<Item = Receipt> {
    let all = match value.items() {
        Some(items) => items,
        None => std::slice::from_ref(value),
    };
    all.iter().filter_map(|value| match value {
        Value::Composite(record) => match **record {
            Composite::Item { id, attempts, .. } => Some(Receipt { item: id, attempt: attempts }),
            _ => None,
        },
        _ => None,
    })
}

impl Digest for Machine {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        let Machine { frame, callers, stack, raised, steps: _ } = self;
        (frame, callers, raised).hash(sum);
        stack.digest(lens, sum);
    }
}
