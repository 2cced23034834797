//! What a strategy says: the language, from text to running tasks.

pub mod call;
pub mod value;

/// strategies that come with the playground, as source in the language
pub mod builtin;

/// a tree to a program
mod compile;
/// what can be wrong with a program, a parameter, a running task
mod error;
/// running tasks
mod machine;
/// tokens to a tree
mod parser;
/// a compiled program
mod program;
/// the text: tokens and tree
mod syntax;
/// the words that the language brings along
mod vocabulary;

pub use compile::compile;
pub use error::{ParameterError, RuntimeError, SyntaxError};
pub use machine::{DEEPEST_CALLS, Host, Machine, Step};
pub use program::{EveryExpr, Function, Loop, Parameter, Program, QueueSpec, SHORTEST_LOOP_US};
