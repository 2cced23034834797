//! Compiles a tree to a program: looks names up, checks calls, and writes the code.

mod arguments;
mod call;
mod declaration;
mod expression;
mod foreign;
mod format;
mod function;
mod gather;
mod kinds;
mod placement;
mod queue;
mod raise;
mod statement;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::call::FunctionId;
use super::error::SyntaxError;
use super::ops::Op;
use super::parser::{self, Tree};
use super::program::{Channel, Function, Loop, Parameter, Program, QueueSpec, Raisable};
use super::syntax::ast::{Declaration, FunctionDef, Name};
use super::syntax::token::Span;
use super::value::{Names, Value};
use crate::vocabulary::language::is_reserved;
use crate::vocabulary::{Attribute, Native};
use gather::Thunk;
use placement::Use;

/// The most operations of a program; inlined `finally` blocks could otherwise multiply without
/// bound.
const MOST_CODE: usize = 1 << 16;

/// Compiles a program. Texts in it are interned in `names`.
///
/// # Errors
///
/// All errors, in the order of the text: of syntax, and of meaning (an unknown name, a missing
/// argument, a queue out of reach).
///
/// ```
/// use stalemate::strategy::{compile, value::Names};
/// let program = compile(
///     "# Nothing cached\ndef read(key):\n    return db.read(key)\n\
///      def write(key, value):\n    db.write(key, value)\n",
///     &mut Names::default(),
/// );
/// assert_eq!(program.unwrap().title, "Nothing cached");
///
/// let errors = compile("def read(key):\n    return cash.get(key)\n", &mut Names::default());
/// assert_eq!(
///     errors.unwrap_err()[1].to_string(),
///     "line 2, column 12: there is no `cash` – did you mean `cache`?"
/// );
/// ```
pub fn compile(source: &str, names: &mut Names) -> Result<Program, Vec<SyntaxError>> {
    let tree = parser::parse(source);
    if tree.items.is_empty() && !tree.errors.is_empty() {
        return Err(tree.errors);
    }
    let mut compiler = Compiler {
        names,
        globals: BTreeMap::new(),
        functions: Vec::new(),
        arguments: Vec::new(),
        queues: Vec::new(),
        channels: Vec::new(),
        parameters: Vec::new(),
        loops: Vec::new(),
        raisable: Raisable::known(),
        code: Vec::new(),
        lines: Vec::new(),
        constants: IndexSet::default(),
        thunks: Vec::new(),
        uses: Vec::new(),
        left_out: &tree.left_out,
        errors: Vec::new(),
    };
    compiler.declare(&tree);
    let [read, write, delete, increment] = compiler.entries();
    for item in &tree.items {
        if let Declaration::Function(definition) = item
            && let Some(id) = compiler.declared(definition)
        {
            compiler.function(id, definition);
        }
    }
    compiler.write_thunks();
    compiler.check_placement();
    let (true, true, Some(read), Some(write)) =
        (tree.errors.is_empty(), compiler.errors.is_empty(), read, write)
    else {
        return Err(parser::sorted(tree.errors, compiler.errors));
    };
    let constants: Vec<Value> = compiler.constants.into_iter().collect();
    Ok(Program {
        source: source.into(),
        title: title(&tree),
        functions: compiler.functions,
        queues: compiler.queues,
        channels: compiler.channels,
        parameters: compiler.parameters,
        loops: compiler.loops,
        errors: compiler.raisable,
        read,
        write,
        delete,
        increment,
        reads_clock: compiler.code.iter().any(is_now),
        computes_values: Program::computes(&compiler.code, &constants),
        reads_ages: compiler.code.contains(&Op::Attribute(Attribute::Age)),
        reads_attempts: compiler.code.contains(&Op::Attribute(Attribute::Attempts)),
        code: compiler.code,
        lines: compiler.lines,
        constants,
    })
}

/// Whether this calls `now()`.
fn is_now(op: &Op) -> bool {
    matches!(op, Op::Native { native: Native::Now, .. })
}

/// The meaning of a top-level name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Global {
    Parameter(u16),
    Queue(u16),
    Channel(u16),
    Function(FunctionId),
    /// an error's class, by its position among those that the program can raise
    Error(u8),
    /// a client or a lock of another library, which was refused: what to write instead
    Foreign(&'static str),
}

/// An argument of a function or a command.
#[derive(Clone)]
struct Declared {
    name: Arc<str>,
    default: Option<Op>,
}

struct Compiler<'a> {
    names: &'a mut Names,
    globals: BTreeMap<Arc<str>, Global>,
    functions: Vec<Function>,
    /// each function's arguments by name
    arguments: Vec<Vec<Declared>>,
    queues: Vec<QueueSpec>,
    channels: Vec<Channel>,
    parameters: Vec<Parameter>,
    loops: Vec<Loop>,
    raisable: Vec<Raisable>,
    code: Vec<Op>,
    lines: Vec<u32>,
    constants: IndexSet<Value, FxBuildHasher>,
    /// functions that the compiler adds for `gather`, such as one for a call of a store, and where
    /// their code begins
    thunks: Vec<Thunk>,
    /// the functions, queues and caches that each function uses, and where
    uses: Vec<Use>,
    /// names in statements with syntax errors
    left_out: &'a BTreeSet<Arc<str>>,
    errors: Vec<SyntaxError>,
}

impl Compiler<'_> {
    fn error(&mut self, span: Span, message: impl Into<String>, advice: impl Into<String>) {
        self.errors.push(SyntaxError::new(span, message, advice));
    }

    /// Declares all top-level names, so that a function can call one below it.
    fn declare(&mut self, tree: &Tree) {
        for item in &tree.items {
            match item {
                Declaration::Assign(name, value) => {
                    if self.is_new(name) {
                        self.declare_value(name, value, tree.comments.get(&name.span.line));
                    }
                }
                Declaration::Error(name, base) => {
                    if self.is_new(name) {
                        self.declare_error(name, base);
                    }
                }
                Declaration::Function(definition) => {
                    if self.is_new(&definition.name) {
                        let id = FunctionId(self.functions.len() as u16);
                        self.globals.insert(definition.name.text.clone(), Global::Function(id));
                        self.declare_function(definition);
                    }
                }
            }
        }
        for item in &tree.items {
            if let Declaration::Function(definition) = item
                && let Some(id) = self.declared(definition)
            {
                self.decorate(id, definition);
            }
        }
        for item in &tree.items {
            if let Declaration::Assign(name, _) = item
                && let Some(Global::Channel(channel)) = self.globals.get(&name.text)
                && self.channels[usize::from(*channel)].handlers.is_empty()
            {
                let advice = format!("put `@on({})` above a function that takes a key", name.text);
                self.error(name.span, format!("nobody listens on `{}`", name.text), advice);
            }
        }
    }

    /// The function of a definition; none if its name was taken.
    fn declared(&self, definition: &FunctionDef) -> Option<FunctionId> {
        match self.globals.get(&definition.name.text) {
            Some(Global::Function(id)) => {
                let function = &self.functions[id.0 as usize];
                (function.line == definition.name.span.line).then_some(*id)
            }
            _ => None,
        }
    }

    /// What a reserved word already means.
    fn taken(&self, word: &str) -> Option<&'static str> {
        match self.names.stores().find(word) {
            _ if is_reserved(word) => Some("a word of the language"),
            Some(_) => Some("a cache of the scenario"),
            None => None,
        }
    }

    /// Whether a top-level name is free; reports an error if not.
    fn is_new(&mut self, name: &Name) -> bool {
        if let Some(what) = self.taken(&name.text) {
            let advice = match self.names.stores().find(&name.text) {
                Some(_) => "leave the line out: it is here already",
                None => "choose another name",
            };
            self.error(name.span, format!("`{}` is {what}", name.text), advice);
            return false;
        }
        if self.globals.contains_key(&name.text) {
            self.error(
                name.span,
                format!("`{}` is there already", name.text),
                "choose another name, or remove one of the two",
            );
            return false;
        }
        true
    }

    /// The functions that clients call: `read`, `write`, `delete`, `increment`.
    fn entries(&mut self) -> [Option<FunctionId>; 4] {
        let top = Span { line: 1, column: 1, length: 1 };
        [
            ("read", "read(key)", 1, true),
            ("write", "write(key, value)", 2, true),
            ("delete", "delete(key)", 1, false),
            ("increment", "increment(key, by)", 2, false),
        ]
        .map(|(name, form, arguments, required)| match self.globals.get(name) {
            Some(Global::Function(id)) => {
                let id = *id;
                let declared = &self.arguments[id.0 as usize];
                let needed = declared.iter().filter(|it| it.default.is_none()).count();
                if declared.len() < arguments || needed > arguments {
                    let span = Span {
                        line: self.functions[id.0 as usize].line,
                        column: 5,
                        length: name.len() as u32,
                    };
                    self.error(
                        span,
                        format!("`{name}` takes {}", count(arguments, "argument")),
                        format!("write `def {form}:`"),
                    );
                }
                Some(id)
            }
            Some(_) => {
                self.error(
                    top,
                    format!("`{name}` is not a function"),
                    format!("write `def {form}:`"),
                );
                None
            }
            None => {
                if required && !self.left_out.contains(name) {
                    self.error(
                        top,
                        format!("there is no function `{name}`"),
                        format!("every strategy has one: write `def {form}:`"),
                    );
                }
                None
            }
        })
    }

    fn constant(&mut self, value: Value) -> u16 {
        // fewer than the characters of the longest source
        self.constants.insert_full(value).0 as u16
    }
}

/// "a, b or c"
fn any_of(words: impl IntoIterator<Item = &'static str>) -> String {
    listed(words, "or")
}

/// "a, b and c", with `between` between the last two.
fn listed(words: impl IntoIterator<Item = &'static str>, between: &str) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} {between} {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// "1 argument", "2 arguments"
fn count(number: usize, what: &str) -> String {
    match number {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

fn title(tree: &Tree) -> String {
    tree.comments
        .values()
        .map(|text| text.trim())
        .find(|text| !text.is_empty())
        .or_else(|| tree.docstring.as_deref().and_then(|text| text.trim().lines().next()))
        .unwrap_or("Untitled strategy")
        .trim_end_matches('.')
        .to_owned()
}
