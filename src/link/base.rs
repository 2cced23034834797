//! A scenario as a preset and the differences from it.

use serde_json::Value as Json;

use super::difference::{apply, difference};
use super::token::{Reader, Writer};
use super::{LinkError, envelope, read, tokens};
use crate::scenario::preset::{self, Preset};
use crate::scenario::{LONGEST_DOCUMENT, Scenario};

/// A scenario's document, without fields that equal their defaults.
pub fn document(scenario: &Scenario) -> Option<Json> {
    // by its text, which the page writes anyway: code that need not be downloaded
    serde_json::from_str(&scenario.to_json()).ok()
}

/// A preset's document as links refer to it: without its expectations, which do not affect a run
/// and belong to the preset as published. A link to a session leaves them out, and adding them does
/// not change the preset's digest.
fn published(preset: &Scenario) -> Option<Json> {
    document(&without_expectations(preset))
}

fn without_expectations(scenario: &Scenario) -> Scenario {
    Scenario { expect: Vec::new(), ..scenario.clone() }
}

/// Whether it has expectations that equal those of the preset that it was made from.
pub fn expects_what_its_preset_does(scenario: &Scenario) -> bool {
    !scenario.expect.is_empty()
        && related(scenario).any(|(_, preset)| preset.expect == scenario.expect)
}

/// The scenario, without expectations that equal those of the preset that it was made from.
pub fn without_expectations_of_its_preset(scenario: &Scenario) -> Option<Scenario> {
    expects_what_its_preset_does(scenario).then(|| without_expectations(scenario))
}

/// A digest that tells versions of one preset apart.
fn digest(preset: &Json) -> [u8; 3] {
    envelope::digest(&tokens(preset))
}

/// A preset's digest in links: six hexadecimal digits.
pub fn preset_digest(preset: &Preset) -> String {
    let [high, middle, low] =
        published(&preset.scenario()).as_ref().map(digest).unwrap_or_default();
    format!("{high:02x}{middle:02x}{low:02x}")
}

/// The presets that a scenario may have been made from: those with the same title or
/// notes.
fn related(scenario: &Scenario) -> impl Iterator<Item = (Preset, Scenario)> {
    let mentions = |each: &Preset, text: &str| {
        let quoted = serde_json::to_string(text).unwrap_or_default();
        !text.is_empty() && each.json.contains(&quoted)
    };
    preset::all().filter_map(move |each| {
        // a search of the text rules most of them out without parsing
        if !mentions(&each, &scenario.title) && !mentions(&each, &scenario.notes) {
            return None;
        }
        let other = each.scenario();
        let same = |ours: &str, theirs: &str| !ours.is_empty() && ours == theirs;
        let is_same = same(&scenario.title, &other.title) || same(&scenario.notes, &other.notes);
        is_same.then_some((each, other))
    })
}

/// The preset that a scenario was made from and the differences, in few bytes; `None`: it was not
/// made from a preset.
pub fn shortest(scenario: &Scenario, json: &Json) -> Option<Vec<u8>> {
    let related = related(scenario).filter_map(|(each, other)| {
        let other = published(&other)?;
        let changed = difference(&other, json);
        let mut writer = Writer::default();
        writer.text(each.id);
        writer.bytes(&digest(&other));
        changed.iter().for_each(|changed| writer.value(changed));
        Some(writer.finish())
    });
    related.min_by_key(Vec::len)
}

/// Rebuilds the document from a preset and the differences. Returns it with the preset's id.
pub fn open(content: &[u8]) -> Result<(String, String), LinkError> {
    let mut reader = Reader::new(content, LONGEST_DOCUMENT);
    let id = reader.text()?;
    let made_of: [u8; 3] = reader.array()?;
    let changed = match reader.is_empty() {
        true => None,
        false => Some(reader.json()?),
    };
    let now = preset::find(&id).ok_or_else(|| LinkError::PresetUnknown { id: id.clone() })?;
    let earlier = preset::EARLIER.iter().filter(|earlier| earlier.id == id).copied();
    let mut known = std::iter::once(now).chain(earlier);
    let known = known.find_map(|each| {
        let json = published(&each.scenario())?;
        (digest(&json) == made_of).then_some(json)
    });
    match known {
        Some(json) => Ok((change(json, changed)?, id)),
        None => {
            let json = published(&now.scenario()).ok_or(LinkError::Meaningless)?;
            let json = change(json, changed).and_then(|json| read(&json));
            let fits = json.ok().filter(|scenario| scenario.validate().is_ok());
            Err(LinkError::PresetChanged { id, now: fits.map(Box::new) })
        }
    }
}

fn change(json: Json, changed: Option<String>) -> Result<String, LinkError> {
    let json = match changed {
        None => json,
        Some(changed) => {
            let changed = serde_json::from_str(&changed).map_err(|_| LinkError::Meaningless)?;
            apply(json, changed).ok_or(LinkError::Meaningless)?
        }
    };
    let json = json.to_string();
    if json.len() > LONGEST_DOCUMENT { Err(LinkError::TooLarge) } else { Ok(json) }
}
