//! The words of the language that ask no store: functions, attributes, and the
//! names that a program cannot give to something of its own.

use super::{ErrorClass, Store};
use crate::named::named;

named! {
    /// A built-in function that asks no store.
    pub enum Native {
        Now = "now",
        Random = "random",
        Log = "log",
        Str = "str",
        Int = "int",
        Float = "float",
        Len = "len",
        Min = "min",
        Max = "max",
        Abs = "abs",
        MathLog = "math.log",
        MathExp = "math.exp",
        MathSqrt = "math.sqrt",
        MathFloor = "math.floor",
        MathCeil = "math.ceil",
    }
}

impl Native {
    /// The fewest and the most arguments that it takes.
    pub const fn arity(self) -> (u8, u8) {
        match self {
            Native::Now => (0, 0),
            Native::Random => (0, 2),
            Native::Min | Native::Max => (2, 16),
            _ => (1, 1),
        }
    }

    /// The function of this name.
    pub fn find(word: &str) -> Option<Native> {
        Native::ALL.into_iter().find(|native| native.name() == word)
    }

    /// The names of those in `math`, without it.
    pub fn math() -> impl Iterator<Item = &'static str> {
        Native::ALL.into_iter().filter_map(|native| native.name().strip_prefix("math."))
    }
}

named! {
    /// What can stand behind the dot of an entry, a row or an item.
    pub enum Attribute {
        Value = "value",
        Age = "age",
        Ttl = "ttl",
        Fresh = "fresh",
        Version = "version",
        Key = "key",
        Attempts = "attempts",
        Add = "add",
    }
}

impl Attribute {
    /// The attribute of this name.
    pub fn find(word: &str) -> Option<Attribute> {
        Attribute::ALL.into_iter().find(|attribute| attribute.name() == word)
    }
}

/// Names that a program cannot give to something of its own.
pub fn reserved() -> impl Iterator<Item = &'static str> {
    let objects = [Store::Cache, Store::Database, Store::Replica].map(Store::object);
    let functions = Native::ALL.into_iter().map(Native::name).filter(|word| !word.contains('.'));
    objects
        .into_iter()
        .chain(["math", "lock", "spawn", "sleep", "range"])
        .chain(functions)
        .chain(["Queue", "Changes"])
        .chain(ErrorClass::ALL.map(ErrorClass::name))
}

/// Whether a program cannot give this name to something of its own.
pub fn is_reserved(name: &str) -> bool {
    reserved().any(|word| word == name)
}
