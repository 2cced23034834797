//! A scenario as the fragment of an address: `#v1.<codec>.<base64url>`.
//!
//! A link carries one scenario, with everything that a person set up and did, and nothing else.
//! Opening it needs no server. It also carries a checksum of the run's result, its [`Outcome`]: an
//! engine with another result says so ([`Rerun`]).
//!
//! ```
//! use stalemate::link;
//! use stalemate::scenario::Scenario;
//!
//! let scenario = Scenario::parse(r#"{"actions": [{"at_us": 5, "do": "kill-cache"}]}"#).unwrap();
//! let link = link::encode(&scenario, None).unwrap();
//! assert!(link.text().starts_with("v1.") && link.text().len() < 50);
//! assert_eq!(link::decode(link.text()).unwrap().scenario, scenario);
//! ```
//!
//! # What is in it
//!
//! - `envelope.rs`: version, codec, length and checksums around a body
//! - the body's first byte says whether the four bytes of an outcome follow (2; 1 is the former
//!   outcome); the content of the codec comes after them
//! - `token/`: JSON in few bytes; [`Codec::Scenario`] is the document in these,
//!   without what equals its default
//! - `base.rs` and `difference.rs`: [`Codec::Preset`] is the name of a preset, a digest of it, and
//!   the differences of this scenario
//! - `pack.rs`: either of them compressed with a fixed dictionary
//!
//! A link uses the shortest of these.
//!
//! # What never changes
//!
//! Words, dictionary and all of the above are frozen with version 1, because every
//! link must always open. A change gets a new codec or a new version. A preset that
//! links build on may change if its former document is kept
//! ([`EARLIER`](crate::scenario::preset::EARLIER)); its expectations may change
//! freely, since links do not contain them.
//!
//! # Bounds
//!
//! A link is at most [`LONGEST_LINK`] characters, what it unpacks to at most
//! [`LONGEST_DOCUMENT`] bytes at every stage, in 24 levels. Time and memory grow
//! with these and with nothing else.

mod base;
mod difference;
mod envelope;
mod error;
mod outcome;
mod pack;

mod token;

pub mod source;

pub use base::{expects_what_its_preset_does, preset_digest};
pub use envelope::{LONGEST_LINK, is_meant};
pub use error::LinkError;
pub use outcome::{Mismatch, Outcome, Rerun};

use serde_json::Value as Json;

use crate::scenario::{LONGEST_DOCUMENT, Scenario};
use token::{Reader, Writer};

/// How a link encodes its scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// `s`: the whole document.
    Scenario,
    /// `z`: the whole document, compressed.
    PackedScenario,
    /// `p`: a preset, and the differences from it.
    Preset,
    /// `q`: a preset and the differences from it, compressed.
    PackedPreset,
}

impl Codec {
    /// Every codec of this version.
    pub const ALL: [Codec; 4] =
        [Codec::Scenario, Codec::PackedScenario, Codec::Preset, Codec::PackedPreset];

    /// The codec's letter in a link.
    pub fn letter(self) -> char {
        match self {
            Codec::Scenario => 's',
            Codec::PackedScenario => 'z',
            Codec::Preset => 'p',
            Codec::PackedPreset => 'q',
        }
    }

    fn of(letter: char) -> Option<Codec> {
        Codec::ALL.into_iter().find(|codec| codec.letter() == letter)
    }

    fn is_based(self) -> bool {
        matches!(self, Codec::Preset | Codec::PackedPreset)
    }

    fn is_packed(self) -> bool {
        matches!(self, Codec::PackedScenario | Codec::PackedPreset)
    }
}

/// A link to a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    text: String,
    codec: Codec,
}

impl Link {
    /// The fragment, without `#`. Every character is one byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The link's codec.
    pub fn codec(&self) -> Codec {
        self.codec
    }

    /// The link on a page's address; a fragment of the address is replaced.
    pub fn on(&self, address: &str) -> String {
        let page = address.split_once('#').map_or(address, |(page, _)| page);
        format!("{page}#{}", self.text)
    }
}

/// The content of a link.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    pub scenario: Scenario,
    /// The run's result, if the link has one.
    pub outcome: Option<Outcome>,
    pub codec: Codec,
    /// The preset that the link builds on.
    pub preset: Option<String>,
}

/// Makes the shortest link to a scenario. It leaves out expectations that equal those of the
/// scenario's preset, which belong to the preset as published.
///
/// # Errors
/// [`LinkError::TooLong`] if it would have more than [`LONGEST_LINK`] characters, or the document
/// more than [`LONGEST_DOCUMENT`] bytes.
pub fn encode(scenario: &Scenario, outcome: Option<Outcome>) -> Result<Link, LinkError> {
    encode_as(&Codec::ALL, scenario, outcome)
}

/// Makes the shortest link that holds the whole scenario and so does not depend on any preset.
///
/// # Errors
/// See [`encode`].
pub fn encode_whole(scenario: &Scenario, outcome: Option<Outcome>) -> Result<Link, LinkError> {
    encode_as(&[Codec::Scenario, Codec::PackedScenario], scenario, outcome)
}

fn encode_as(
    codecs: &[Codec],
    scenario: &Scenario,
    outcome: Option<Outcome>,
) -> Result<Link, LinkError> {
    let too_long = LinkError::TooLong { most: LONGEST_LINK };
    let bare = base::without_expectations_of_its_preset(scenario);
    let scenario = bare.as_ref().unwrap_or(scenario);
    let json = base::document(scenario).ok_or(too_long.clone())?;
    if json.to_string().len() > LONGEST_DOCUMENT {
        return Err(too_long);
    }
    let whole = tokens(&json);
    let based = match codecs.iter().any(|codec| codec.is_based()) {
        true => base::shortest(scenario, &json),
        false => None,
    };
    let links = codecs.iter().filter_map(|&codec| {
        let content = if codec.is_based() { based.as_ref()? } else { &whole };
        let mut body = vec![outcome.map_or(0, Outcome::number)];
        body.extend(outcome.iter().flat_map(|outcome| outcome.sum.to_be_bytes()));
        match codec.is_packed() {
            true => body.extend(pack::pack(content)),
            false => body.extend(content),
        }
        Some(Link { text: envelope::seal(codec, &body)?, codec })
    });
    links.min_by_key(|link| link.text.len()).ok_or(too_long)
}

/// Opens a link: an address, or its fragment with or without `#`.
///
/// This does not check whether the run still has the same result: [`Rerun`] does.
///
/// # Errors
/// What is wrong with the link. [`LinkError::Invalid`] contains the scenario that can't run; the
/// sources of strategies are not checked here.
pub fn decode(link: &str) -> Result<Opened, LinkError> {
    let (codec, body) = envelope::open(link)?;
    let mut reader = Reader::new(&body, 0);
    let outcome = match reader.array::<1>()? {
        [0] => None,
        [kind @ (1 | 2)] => Some(Outcome::read(kind, u32::from_be_bytes(reader.array()?))),
        _ => return Err(LinkError::Meaningless),
    };
    let content = &body[if outcome.is_some() { 5 } else { 1 }..];
    let unpacked;
    let content = match codec.is_packed() {
        true => {
            unpacked = pack::unpack(content, LONGEST_DOCUMENT)?;
            &unpacked
        }
        false => content,
    };
    let (json, preset) = if codec.is_based() {
        let (json, id) = base::open(content)?;
        (json, Some(id))
    } else {
        (Reader::new(content, LONGEST_DOCUMENT).json()?, None)
    };
    let scenario = read(&json)?;
    match scenario.validate() {
        Ok(()) => Ok(Opened { scenario, outcome, codec, preset }),
        Err(problems) => Err(LinkError::Invalid { scenario: scenario.into(), problems }),
    }
}

/// Parses a document from a link, without positions in errors: the document was never a file.
fn read(json: &str) -> Result<Scenario, LinkError> {
    Scenario::parse(json).map_err(|mut error| {
        (error.line, error.column) = (0, 0);
        LinkError::NoScenario(error)
    })
}

fn tokens(json: &Json) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.value(json);
    writer.finish()
}

impl From<token::TokenError> for LinkError {
    fn from(fault: token::TokenError) -> LinkError {
        match fault {
            token::TokenError::Nonsense => LinkError::Meaningless,
            token::TokenError::Long => LinkError::TooLarge,
            token::TokenError::Deep => LinkError::TooDeep,
        }
    }
}

impl From<pack::UnpackError> for LinkError {
    fn from(fault: pack::UnpackError) -> LinkError {
        match fault {
            pack::UnpackError::Nonsense => LinkError::Meaningless,
            pack::UnpackError::Long => LinkError::TooLarge,
        }
    }
}

#[cfg(test)]
mod tests;
