//! The text of a program: its tokens and its tree.

// a program as a tree
pub mod ast;
// text to tokens
pub mod lexer;
// numbers, as Python writes them
pub mod number;
// texts in quotes
mod text;
// words, numbers, texts and signs, each with its place
pub mod token;
