//! The envelope of a link: `v1.<codec>.<base64url>`.
//!
//! The characters hold three bytes of header, the body and three bytes of checksum. The header has
//! the body's length in 18 bits, and a checksum of itself and of the codec in 6 bits, so that a
//! truncated link can be told from one in which a character was changed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crc::{CRC_6_DARC, CRC_24_OPENPGP, Crc, NoTable};

use super::{Codec, LinkError};

/// The version that is written.
pub const VERSION: u32 = 1;

/// The longest body, in bytes.
pub const LONGEST_BODY: usize = (1 << 18) - 1;

/// The longest link, in characters.
pub const LONGEST_LINK: usize = "v1.p.".len() + characters(LONGEST_BODY);

const HEAD: usize = 3;
const CHECK: usize = 3;

/// A table of 16 entries: a larger one is faster, but makes the page larger.
const HEAD_CRC: Crc<u8, NoTable> = Crc::<u8, NoTable>::new(&CRC_6_DARC);
const BODY_CRC: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_24_OPENPGP);

/// The number of characters that a body of this many bytes takes.
const fn characters(body: usize) -> usize {
    ((HEAD + body + CHECK) * 4).div_ceil(3)
}

/// A checksum of 24 bits: it finds every change of one or two adjacent characters.
pub fn digest(bytes: &[u8]) -> [u8; 3] {
    let [_, digest @ ..] = BODY_CRC.checksum(bytes).to_be_bytes();
    digest
}

fn head(codec: Codec, body: usize) -> [u8; HEAD] {
    let length = (body as u32) << 6;
    let [_, high, middle, low] = length.to_be_bytes();
    let check = HEAD_CRC.checksum(&[codec.letter() as u8, high, middle, low]);
    [high, middle, low | check]
}

/// Puts a body into a link; `None` if it is longer than [`LONGEST_BODY`].
pub fn seal(codec: Codec, body: &[u8]) -> Option<String> {
    if body.len() > LONGEST_BODY {
        return None;
    }
    let bytes = [&head(codec, body.len()), body, &digest(body)].concat();
    Some(format!("v{VERSION}.{}.{}", codec.letter(), URL_SAFE_NO_PAD.encode(bytes)))
}

/// Whether a text is meant as a link, intact or not.
pub fn is_meant(text: &str) -> bool {
    version(fragment(text)).is_some()
}

/// Extracts the body from a link: the fragment of an address, the whole address, or the fragment
/// without its `#`.
pub fn open(text: &str) -> Result<(Codec, Vec<u8>), LinkError> {
    let link = fragment(text);
    let (version, rest) = version(link).ok_or(LinkError::NotALink)?;
    if version > VERSION {
        return Err(LinkError::Newer { version });
    }
    if link.len() > LONGEST_LINK {
        return Err(LinkError::TooLong { most: LONGEST_LINK });
    }
    let mut rest = rest.chars();
    let codec = rest.next();
    let (Some(letter), dot) = (codec, rest.next()) else {
        return Err(LinkError::Truncated { has: link.len(), of: None });
    };
    let codec = Codec::of(letter).filter(|_| matches!(dot, Some('.') | None));
    let codec = codec.ok_or(LinkError::UnknownCodec { codec: letter })?;
    body(codec, link, rest.as_str())
}

fn body(codec: Codec, link: &str, sealed: &str) -> Result<(Codec, Vec<u8>), LinkError> {
    let before = link.len() - sealed.len();
    let is_fine = |each: char| each.is_ascii_alphanumeric() || matches!(each, '-' | '_');
    if let Some((at, _)) = sealed.char_indices().find(|(_, each)| !is_fine(*each)) {
        return Err(LinkError::Damaged { at: Some(before + at + 1) });
    }
    let damaged = LinkError::Damaged { at: None };
    let Some(first) = sealed.get(..4) else {
        return Err(LinkError::Truncated { has: link.len(), of: None });
    };
    let first = URL_SAFE_NO_PAD.decode(first).map_err(|_| damaged.clone())?;
    let &[high, middle, low] = first.as_slice() else { return Err(damaged) };
    let length = (u32::from_be_bytes([0, high, middle, low]) >> 6) as usize;
    if head(codec, length) != [high, middle, low] {
        return Err(damaged);
    }
    if sealed.len() < characters(length) {
        let of = Some(before + characters(length));
        return Err(LinkError::Truncated { has: link.len(), of });
    }
    let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| damaged.clone())?;
    let inner = bytes.get(HEAD..).and_then(|inner| inner.split_last_chunk::<CHECK>());
    match inner {
        Some((body, check)) if body.len() == length && *check == digest(body) => {
            Ok((codec, body.to_vec()))
        }
        _ => Err(damaged),
    }
}

/// The text after the first `#`, or the whole text.
fn fragment(text: &str) -> &str {
    let text = text.trim();
    text.split_once('#').map_or(text, |(_, fragment)| fragment)
}

/// The version of `v1.…`, and the rest, which may be empty.
fn version(link: &str) -> Option<(u32, &str)> {
    let rest = link.strip_prefix('v')?;
    let end = rest.find(|each: char| !each.is_ascii_digit()).unwrap_or(rest.len());
    let (number, rest) = rest.split_at(end);
    let number = if number.len() > 9 { return None } else { number.parse().ok()? };
    match rest.strip_prefix('.') {
        Some(rest) if number > 0 => Some((number, rest)),
        None if number > 0 && rest.is_empty() => Some((number, rest)),
        _ => None,
    }
}
