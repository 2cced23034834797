//! The words of the language other than commands: functions, attributes, and reserved names.

use super::{ErrorClass, Store};
use crate::named::named;

named! {
    /// A built-in function that calls no store.
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
        Round = "round",
        Bool = "bool",
        Repr = "repr",
        Format = "format",
        RandomInt = "random.randint",
        JsonDumps = "json.dumps",
        JsonLoads = "json.loads",
    }
}

impl Native {
    /// The fewest and the most arguments.
    pub const fn arity(self) -> (u8, u8) {
        match self {
            Native::Now => (0, 0),
            Native::Random => (0, 2),
            Native::Min | Native::Max => (1, 16),
            Native::Log => (0, 16),
            Native::Round | Native::Format => (1, 2),
            Native::RandomInt => (2, 2),
            _ => (1, 1),
        }
    }

    /// The function of this name.
    pub fn find(word: &str) -> Option<Native> {
        Native::ALL.into_iter().find(|native| native.name() == word)
    }

    /// Whether a program may redefine its name, as in Python: it was added to the language when
    /// programs already existed.
    const fn is_free(self) -> bool {
        matches!(self, Native::Round | Native::Bool | Native::Repr | Native::Format)
    }
}

/// Python's names for functions that have other names here.
pub const ALIASES: &[(&str, &str)] = &[
    ("print", "log"),
    ("time.time", "now"),
    ("time.monotonic", "now"),
    ("time.perf_counter", "now"),
    ("time.sleep", "sleep"),
    ("asyncio.sleep", "sleep"),
    ("asyncio.gather", "gather"),
    ("random.random", "random"),
    ("random.uniform", "random"),
    // where a program says `from time import time`
    ("time", "now"),
    ("randint", "random.randint"),
    ("uniform", "random"),
];

/// The functions of a module that a strategy can call.
pub fn of_module(module: &str) -> Vec<&'static str> {
    let natives = Native::ALL.into_iter().map(Native::name);
    let all = natives.chain(ALIASES.iter().map(|(alias, _)| *alias));
    all.filter_map(|word| word.split_once('.'))
        .filter_map(|(of, word)| (of == module).then_some(word))
        .collect()
}

/// Modules whose functions a strategy can call by `module.function(…)`.
pub const MODULES: &[&str] = &["math", "time", "random", "json", "asyncio"];

named! {
    /// The methods of texts and dictionaries.
    pub enum Method {
        StartsWith = "startswith",
        EndsWith = "endswith",
        Format = "format",
        Upper = "upper",
        Lower = "lower",
        Strip = "strip",
        Replace = "replace",
        Split = "split",
        Join = "join",
        Encode = "encode",
        Decode = "decode",
        Get = "get",
        Keys = "keys",
        Values = "values",
        Items = "items",
    }
}

impl Method {
    /// The fewest and the most arguments.
    pub const fn arity(self) -> (u8, u8) {
        match self {
            Method::StartsWith | Method::EndsWith | Method::Join => (1, 1),
            Method::Format => (2, 2),
            Method::Strip | Method::Split | Method::Encode | Method::Decode => (0, 1),
            Method::Replace => (2, 2),
            Method::Get => (1, 2),
            _ => (0, 0),
        }
    }

    /// Whether it is a method of texts; otherwise it is one of dictionaries.
    pub const fn is_of_text(self) -> bool {
        !matches!(self, Method::Get | Method::Keys | Method::Values | Method::Items)
    }

    /// The method of this name.
    pub fn find(word: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|method| method.name() == word)
    }
}

named! {
    /// The attributes of entries, rows and items.
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

/// Names that a program cannot define.
pub fn reserved() -> impl Iterator<Item = &'static str> {
    let objects = [Store::Cache, Store::Database, Store::Replica].map(Store::object);
    let natives = Native::ALL.into_iter().filter(|native| !native.is_free());
    let functions = natives.map(Native::name).filter(|word| !word.contains('.'));
    objects
        .into_iter()
        .chain(["math", "lock", "spawn", "sleep", "range"])
        .chain(functions)
        .chain(["Queue", "Changes"])
        .chain(ErrorClass::ALL.map(ErrorClass::name))
}

/// Whether a program cannot define this name.
pub fn is_reserved(name: &str) -> bool {
    reserved().any(|word| word == name)
}
