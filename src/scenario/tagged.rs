//! Enums whose variants a document distinguishes by one field: `{"kind": "uniform", …}`.
//!
//! serde's own implementation first copies the whole object, and then cannot name the wrong field
//! nor find one that does not belong. Here every field of every variant is parsed in one pass, and
//! then assigned.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};

/// `tagged!(Enum by "tag" as Fields { field: Type = rule, … } Variant { field, other = default }, …)`
///
/// A field's doc comment is its description in the schema.
macro_rules! tagged {
    ($Enum:ident by $tag:literal as $Fields:ident {
        $($(#[doc = $doc:literal])+ $field:ident: $Type:ty = $rule:expr),* $(,)?
    } $($Variant:ident $({ $($name:ident $(= $usual:expr)?),* })?),* $(,)?) => {
        /// Every field of every variant.
        #[derive(Default, serde::Deserialize)]
        #[serde(deny_unknown_fields, default)]
        struct $Fields {
            #[serde(rename = $tag)]
            tag: Option<Tag>,
            $($field: Option<$Type>,)*
        }

        #[derive(Clone, Copy, serde::Deserialize)]
        #[serde(rename_all = "kebab-case")]
        enum Tag {
            $($Variant),*
        }

        impl TryFrom<$Fields> for $Enum {
            type Error = $crate::scenario::tagged::TagError;

            fn try_from(mut fields: $Fields) -> Result<$Enum, Self::Error> {
                use $crate::scenario::tagged::TagError;
                let tag = fields.tag.ok_or(TagError::NoTag($tag))?;
                let (made, name, takes): ($Enum, &'static str, &'static [&'static str]) = match tag {
                    $(Tag::$Variant => (
                        $Enum::$Variant $({ $(
                            $name: tagged!(@take fields.$name, $Variant, $name $(, $usual)?)
                        ),* })?,
                        stringify!($Variant),
                        &[$($(stringify!($name)),*)?],
                    ),)*
                };
                $(if fields.$field.is_some() {
                    return Err(TagError::Strange { field: stringify!($field), variant: name, takes });
                })*
                Ok(made)
            }
        }

        impl<'de> serde::Deserialize<'de> for $Enum {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<$Enum, D::Error> {
                from.deserialize_map($crate::scenario::tagged::Whole(<$Enum as TryFrom<$Fields>>::try_from))
            }
        }

        impl From<&$Enum> for $Fields {
            fn from(from: &$Enum) -> $Fields {
                match from.clone() {
                    $($Enum::$Variant $({ $($name),* })? => $Fields {
                        tag: Some(Tag::$Variant),
                        $($($name: Option::from($name),)*)?
                        ..$Fields::default()
                    },)*
                }
            }
        }

        impl $Fields {
            fn check(&self, at: &mut $crate::scenario::rule::Checker) {
                $(if let Some(value) = &self.$field {
                    at.field(stringify!($field), |at| {
                        $crate::scenario::rule::Rule::<$Type>::check(&$rule, value, at)
                    });
                })*
            }
        }

        impl $crate::scenario::rule::Checked for $Enum {
            fn check(&self, at: &mut $crate::scenario::rule::Checker) {
                $Fields::from(self).check(at);
            }

            fn allowed(below: &[&str]) -> Option<String> {
                let Some((field, rest)) = below.split_first() else {
                    return Some("an object".to_owned());
                };
                match *field {
                    $(stringify!($field) => {
                        $crate::scenario::rule::Rule::<$Type>::allowed(&$rule, rest)
                    })*
                    _ => None,
                }
            }

            #[cfg(not(target_arch = "wasm32"))]
            fn describe(schema: &mut serde_json::Value) {
                for variant in schema["oneOf"].as_array_mut().into_iter().flatten() {
                    $(if let Some(field) = variant["properties"].get_mut(stringify!($field)) {
                        field["description"] = concat!($($doc),+).trim().into();
                        $crate::scenario::rule::Rule::<$Type>::describe(&$rule, field);
                    })*
                }
            }
        }
    };
    (@take $fields:ident.$name:ident, $Variant:ident, $text:ident) => {
        $fields
            .$name
            .take()
            .ok_or($crate::scenario::tagged::TagError::Needs {
                variant: stringify!($Variant),
                field: stringify!($text),
            })?
            .into()
    };
    (@take $fields:ident.$name:ident, $Variant:ident, $text:ident, $usual:expr) => {
        $fields.$name.take().map(Into::into).unwrap_or($usual)
    };
}
pub(super) use tagged;

/// Parses an object and converts its fields before what follows is parsed, so that an error of the
/// fields together has the position of the object's end.
pub(super) struct Whole<Fields, T, E>(pub fn(Fields) -> Result<T, E>);

impl<'de, Fields: Deserialize<'de>, T, E: fmt::Display> Visitor<'de> for Whole<Fields, T, E> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let fields = Fields::deserialize(MapAccessDeserializer::new(map))?;
        (self.0)(fields).map_err(Error::custom)
    }
}

/// Why an object is none of the variants.
pub(super) enum TagError {
    /// The tag is missing.
    NoTag(&'static str),
    Needs {
        variant: &'static str,
        field: &'static str,
    },
    /// The field belongs to other variants.
    Strange {
        field: &'static str,
        variant: &'static str,
        takes: &'static [&'static str],
    },
}

impl fmt::Display for TagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TagError::NoTag(tag) => write!(f, "`{tag}` is missing"),
            TagError::Needs { variant, field } => {
                write!(f, "`{}` needs `{field}`", kebab(variant))
            }
            TagError::Strange { field, variant, takes } => {
                let takes: Vec<String> = takes.iter().map(|name| format!("`{name}`")).collect();
                let takes = if takes.is_empty() { "nothing".to_owned() } else { takes.join(", ") };
                let variant = kebab(variant);
                write!(f, "`{field}` does not belong here: `{variant}` takes {takes}")
            }
        }
    }
}

/// A variant's name in the document: `KillCache` is `kill-cache`.
fn kebab(variant: &str) -> String {
    let mut name = String::new();
    for letter in variant.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}
