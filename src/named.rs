//! Enums whose variants have names in documents, reports and messages.

/// An enum with one name for each variant: it defines `ALL`, `name()`, the same name in JSON and,
/// natively, in the schema.
macro_rules! named {
    ($(#[$about:meta])* $public:vis enum $Enum:ident {
        $($(#[$attribute:meta])* $Variant:ident = $name:literal),* $(,)?
    }) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
        $(#[$about])*
        $public enum $Enum {
            $($(#[$attribute])* #[serde(rename = $name)] $Variant),*
        }

        impl $Enum {
            /// Every variant.
            pub const ALL: [$Enum; [$($name),*].len()] = [$($Enum::$Variant),*];

            /// The variant's name.
            pub const fn name(self) -> &'static str {
                match self {
                    $($Enum::$Variant => $name),*
                }
            }
        }

        impl std::fmt::Display for $Enum {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }
    };
}

pub(crate) use named;
