//! Enums that a document tells apart by one field: `{"kind": "uniform", …}`.
//!
//! serde's own reading of these first copies the whole object, and then knows
//! neither the field that is wrong nor that one does not belong. Here every
//! field of every variant is read in one go, and then sorted out.

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
            type Error = String;

            fn try_from(mut fields: $Fields) -> Result<$Enum, String> {
                let tag = fields.tag.ok_or(concat!("`", $tag, "` is missing"))?;
                let (made, name, takes): ($Enum, &str, &[&str]) = match tag {
                    $(Tag::$Variant => (
                        $Enum::$Variant $({ $(
                            $name: tagged!(@take fields.$name, $Variant, $name $(, $usual)?)
                        ),* })?,
                        stringify!($Variant),
                        &[$($(stringify!($name)),*)?],
                    ),)*
                };
                $(if fields.$field.is_some() {
                    return Err($crate::scenario::tagged::does_not_belong(
                        stringify!($field), name, takes));
                })*
                Ok(made)
            }
        }

        impl<'de> serde::Deserialize<'de> for $Enum {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<$Enum, D::Error> {
                let fields = <$Fields as serde::Deserialize>::deserialize(from)?;
                $Enum::try_from(fields).map_err(serde::de::Error::custom)
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
            .ok_or_else(|| {
                $crate::scenario::tagged::needs(stringify!($Variant), stringify!($text))
            })?
            .into()
    };
    (@take $fields:ident.$name:ident, $Variant:ident, $text:ident, $usual:expr) => {
        $fields.$name.take().map(Into::into).unwrap_or($usual)
    };
}
pub(super) use tagged;

pub(super) fn needs(variant: &str, field: &str) -> String {
    format!("`{}` needs `{field}`", kebab(variant))
}

pub(super) fn does_not_belong(field: &str, variant: &str, takes: &[&str]) -> String {
    let takes: Vec<String> = takes.iter().map(|name| format!("`{name}`")).collect();
    let takes = if takes.is_empty() { "nothing".to_owned() } else { takes.join(", ") };
    format!("`{field}` does not belong here: `{}` takes {takes}", kebab(variant))
}

/// A variant's name as the document has it: `KillCache` is `kill-cache`.
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
