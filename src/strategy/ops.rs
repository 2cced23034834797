//! The operations of the machine.

use super::syntax::ast::{Binary, Comparison};
use crate::vocabulary::command::StoreCommand;
use crate::vocabulary::{Attribute, Method, Native};

/// One operation. It takes operands from the value stack and puts results on it. Slots are the
/// running function's variables; targets are positions in the code.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Op {
    Constant(u16),
    Parameter(u16),
    Load(u16),
    Assign(u16),
    /// makes a slot empty, so that a finished loop leaves nothing in it
    Clear(u16),
    Pop,
    Not,
    Minus,
    Plus,
    Binary(Binary),
    Compare(Comparison),
    Jump(u32),
    JumpIfFalse(u32),
    JumpIfTrue(u32),
    JumpIfNone(u32),
    JumpIfNotNone(u32),
    /// `and`: jumps if the top is false, and keeps it; else drops it
    KeepIfFalse(u32),
    /// `or`
    KeepIfTrue(u32),
    /// makes a list of this many values
    List(u16),
    /// makes a tuple of this many values
    Tuple(u16),
    /// puts a list's values on the stack, the first one on top
    Unpack(u16),
    Index,
    /// `of[start:end:step]`
    Slice,
    /// makes a dictionary of this many names, each with its value
    Dictionary(u16),
    /// makes one text of this many values
    Join(u16),
    Attribute(Attribute),
    /// moves a list into `slot`, and 0, its position, into `slot + 1`
    Iterate(u16),
    /// the next item, or a jump
    Next {
        slot: u16,
        exit: u32,
    },
    /// moves one to three numbers into `slot`, `slot + 1` and `slot + 2`: the
    /// next number, the end and the step
    Range {
        slot: u16,
        given: u8,
    },
    NextNumber {
        slot: u16,
        exit: u32,
    },
    Native {
        native: Native,
        given: u8,
    },
    /// a method of a text or a dictionary; `given` includes the value before the dot
    Method {
        method: Method,
        given: u8,
    },
    /// a call to a store: to the `nth` of its kind, or of the program's queues
    Store {
        command: StoreCommand,
        nth: u16,
    },
    Sleep,
    /// sends a value to a channel
    Publish(u16),
    /// enters a lock: a call
    Lock,
    /// leaves the lock whose key is in a slot: a call
    Unlock(u16),
    Invoke {
        function: u16,
        given: u8,
    },
    Spawn {
        function: u16,
        given: u8,
    },
    /// a run that callers of the same key share. Without arguments the function gets the key
    SingleFlight {
        function: u16,
        given: u8,
    },
    ForgetFlight,
    /// makes a call that has not begun: a list of a function and this many arguments
    Prepare {
        function: u16,
        given: u8,
    },
    /// appends a value to the list in a slot
    Collect(u16),
    /// begins all calls of a list at once
    Gather,
    Return,
    /// whether the error in a slot belongs to one of these classes
    Catches {
        slot: u16,
        errors: u32,
    },
    Reraise(u16),
    /// raises an error of a class of the program, with a text
    Raise(u16),
    /// the error in a slot as text
    ErrorText(u16),
    /// jumps if a slot has a value
    JumpIfSet {
        slot: u16,
        target: u32,
    },
}
