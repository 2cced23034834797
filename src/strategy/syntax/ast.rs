//! A program as a tree, as the parser makes it: names are not looked up yet.

use std::sync::Arc;

use super::token::Span;

/// A name and its position.
#[derive(Clone, PartialEq, Debug)]
pub struct Name {
    pub text: Arc<str>,
    pub span: Span,
}

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
    /// the depth of the expression; bounded, so that recursion is safe
    pub depth: u16,
}

#[derive(Clone, PartialEq, Debug)]
pub enum ExprKind {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Arc<str>),
    Name(Arc<str>),
    /// `value.name`
    Attribute(Box<Expr>, Name),
    /// `list[number]`
    Index(Box<Expr>, Box<Expr>),
    Call(Box<Expr>, Vec<Argument>),
    Unary(Unary, Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `a < b <= c`: the first operand, then each operator with its operand
    Compare(Box<Expr>, Vec<(Comparison, Expr)>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    /// `yes if test else no`
    IfElse(Box<[Expr; 3]>),
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    /// a text with values in it
    Format(Vec<FormatPart>),
    /// names of fields, each with its value; without a name: the fields of another dictionary
    /// (`**`)
    Dictionary(Vec<(Option<Expr>, Expr)>),
    /// `of[start:end:step]`
    Slice(Box<Expr>, Box<[Option<Expr>; 3]>),
    /// `*[call for name in of]`, an argument of `gather`
    Each(Box<Each>),
}

/// A call for each item of a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Each {
    pub call: Expr,
    pub name: Name,
    pub of: Expr,
}

/// A part of a text with values in it.
#[derive(Clone, PartialEq, Debug)]
pub enum FormatPart {
    Text(Arc<str>),
    Value {
        value: Expr,
        /// as in `repr`
        quoted: bool,
        /// its format specification
        spec: Arc<str>,
    },
}

/// One argument of a call; with a name it is a keyword argument.
#[derive(Clone, PartialEq, Debug)]
pub struct Argument {
    pub name: Option<Name>,
    pub value: Expr,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unary {
    Not,
    Minus,
    Plus,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Binary {
    Add,
    Subtract,
    Multiply,
    /// `/`
    Divide,
    /// `//`
    FloorDivide,
    /// `%`
    Modulo,
    /// `**`
    Power,
}

impl Binary {
    /// The operator as written.
    pub fn sign(self) -> &'static str {
        match self {
            Binary::Add => "+",
            Binary::Subtract => "-",
            Binary::Multiply => "*",
            Binary::Divide => "/",
            Binary::FloorDivide => "//",
            Binary::Modulo => "%",
            Binary::Power => "**",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    /// `is None`
    Is,
    IsNot,
    In,
    NotIn,
}

/// A statement.
#[derive(Clone, PartialEq, Debug)]
pub struct Stmt {
    pub kind: StmtKind,
    pub span: Span,
}

pub type Block = Vec<Stmt>;

#[derive(Clone, PartialEq, Debug)]
pub enum StmtKind {
    /// `a = …`, `a, b = …`, or `a = b = …`
    Assign(Vec<Target>, Expr),
    /// `a += …`
    Update(Name, Binary, Expr),
    Expr(Expr),
    /// each condition with its block, then `else`
    If(Vec<(Expr, Block)>, Block),
    While(Expr, Block),
    For(Target, Expr, Block),
    Break,
    Continue,
    Return(Option<Expr>),
    Pass,
    Try(Box<Try>),
    /// `with lock(key):`, and the longest wait
    WithLock(Expr, Option<Expr>, Block),
    /// `with db.transaction():`; true: repeatable read
    WithTransaction(bool, Block),
    /// `raise` alone, or with an error
    Raise(Option<Expr>),
}

/// The target of an assignment.
#[derive(Clone, PartialEq, Debug)]
pub enum Target {
    One(Name),
    Several(Vec<Name>),
}

#[derive(Clone, PartialEq, Debug)]
pub struct Try {
    pub body: Block,
    pub handlers: Vec<Except>,
    pub otherwise: Block,
    pub finally: Block,
}

/// `except A:`, `except (A, B):` or `except A as e:`; without classes: `except:`
#[derive(Clone, PartialEq, Debug)]
pub struct Except {
    pub errors: Vec<Name>,
    /// the variable for the error's text
    pub name: Option<Name>,
    pub body: Block,
}

/// A top-level item.
#[derive(Clone, PartialEq, Debug)]
pub enum Declaration {
    /// `NAME = …`: a parameter, a queue or a change stream
    Assign(Name, Expr),
    Function(FunctionDef),
    /// `class Name(Base): pass`: an error of the program's own
    Error(Name, Name),
}

#[derive(Clone, PartialEq, Debug)]
pub struct FunctionDef {
    pub name: Name,
    pub arguments: Vec<Formal>,
    pub decorators: Vec<Decorator>,
    pub body: Block,
}

/// An argument in a function's `def`.
#[derive(Clone, PartialEq, Debug)]
pub struct Formal {
    pub name: Name,
    pub default: Option<Expr>,
}

/// `@name(arguments)`
#[derive(Clone, PartialEq, Debug)]
pub struct Decorator {
    pub name: Name,
    pub arguments: Vec<Argument>,
}
