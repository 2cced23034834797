//! The position of a field in a document's text.

use std::fmt;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The line and column of the field at a path, or of the nearest enclosing part that the text has;
/// columns in bytes, both from 1. `None` if the text is not JSON.
pub fn locate(text: &str, path: &str) -> Option<(usize, usize)> {
    let path = segments(path);
    (1..=path.len()).rev().find_map(|depth| {
        let mut json = serde_json::Deserializer::from_str(text);
        let error = Seek(&path[..depth]).deserialize(&mut json).err()?;
        (error.to_string().starts_with(FOUND)).then(|| (error.line(), error.column() + 1))
    })
}

/// `actions[3].key` → `actions`, `3`, `key`
fn segments(path: &str) -> Vec<&str> {
    path.split(['.', '[', ']']).filter(|segment| !segment.is_empty()).collect()
}

const FOUND: &str = "found";

/// Parses up to the end of the path and stops there with an error, whose position is the field's.
struct Seek<'a>(&'a [&'a str]);

impl<'de> DeserializeSeed<'de> for Seek<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        if self.0.is_empty() { Err(D::Error::custom(FOUND)) } else { from.deserialize_any(self) }
    }
}

impl<'de> Visitor<'de> for Seek<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == self.0[0] {
                map.next_value_seed(Seek(&self.0[1..]))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let wanted: Option<usize> = self.0[0].parse().ok();
        for index in 0.. {
            let more = if Some(index) == wanted {
                list.next_element_seed(Seek(&self.0[1..]))?.is_some()
            } else {
                list.next_element::<IgnoredAny>()?.is_some()
            };
            if !more {
                break;
            }
        }
        Ok(())
    }
}
