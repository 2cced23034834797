//! The text of a program: its tokens and its tree.

/// a program as a tree
pub mod ast;
/// text to tokens
pub mod lexer;
/// words, numbers, texts and signs, each with its place
pub mod token;
