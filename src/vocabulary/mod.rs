//! The words that the language, the document, the world, the history and the
//! page share, each said once.
//!
//! Every module is a table. A row has a variant, its word and what else must be
//! known of it; the enum, its list of values and its words are generated. To add
//! a word is to add a row. Nothing here depends on the rest of the crate.

/// Makes an enum whose values each have a word: `words! { Store { Cache = "cache", … } }`.
///
/// It has `ALL`, its values in the table's order, and `word()`.
macro_rules! words {
    ($(#[$about:meta])* $Enum:ident {
        $($(#[$of:meta])* $Variant:ident = $word:literal),* $(,)?
    }) => {
        $(#[$about])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $Enum {
            $($(#[$of])* $Variant),*
        }

        impl $Enum {
            /// Every value, in the order of the table.
            pub const ALL: [$Enum; [$($word),*].len()] = [$($Enum::$Variant),*];

            /// Its word.
            pub const fn word(self) -> &'static str {
                match self {
                    $($Enum::$Variant => $word),*
                }
            }
        }
    };
}

/// The same for an enum of the document, which is read and written as its words.
macro_rules! document_words {
    ($(#[$about:meta])* $Enum:ident {
        $($(#[$of:meta])* $Variant:ident = $word:literal),* $(,)?
    }) => {
        words! {
            $(#[$about])*
            #[derive(serde::Serialize, serde::Deserialize)]
            #[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
            $Enum {
                $($(#[$of])* #[serde(rename = $word)] $Variant = $word),*
            }
        }
    };
}

// what a call to a store says
pub mod command;

// who answers commands
mod store;
pub use store::Store;

// why a call failed
mod error;
pub use error::{ErrorClass, ErrorSource, Reason, StoreError};

// functions that ask no store, attributes, reserved names
pub mod language;
pub use language::{Attribute, Native};
