//! `?src=`: opens a scenario from another address.
//!
//! This module decides which addresses are allowed, and words the errors; the page makes the
//! request. The browser also parses the address, so that there is only one interpretation of it.

use std::fmt;

use crate::scenario::{LONGEST_DOCUMENT, ScenarioError};

/// An address as the browser's `URL` parses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// `https:`
    pub protocol: &'a str,
    /// `https://example.org`, or `null` if there is none.
    pub origin: &'a str,
    /// The part before the `@`; empty: none.
    pub username: &'a str,
    pub password: &'a str,
}

/// Why an address gives no scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceError {
    /// It is not an address.
    NotAnAddress,
    /// Its scheme is not allowed: `file:`, `data:`, …
    Protocol { protocol: String },
    /// It is neither encrypted nor on the page's own origin.
    Insecure { origin: String },
    /// It contains a user name or a password.
    Credentials,
    /// There was no answer, or this page may not read it (CORS).
    Unreachable { origin: String },
    /// The answer was an error, by its HTTP status.
    Status { origin: String, status: u16 },
    /// The answer is longer than a scenario may be.
    TooLarge,
    /// The answer is not a scenario.
    NoScenario(ScenarioError),
}

/// Checks that a page may request this address: one of its own origin, or any by https.
///
/// # Errors
/// Why the address is not allowed.
pub fn allow(address: &Address, page_origin: &str) -> Result<(), SourceError> {
    let Address { protocol, origin, username, password } = *address;
    if !matches!(protocol, "http:" | "https:") {
        return Err(SourceError::Protocol { protocol: protocol.to_owned() });
    }
    // the origin of a page from a file is no origin
    let is_own = origin == page_origin && origin != "null";
    if protocol != "https:" && !is_own {
        return Err(SourceError::Insecure { origin: origin.to_owned() });
    }
    if !username.is_empty() || !password.is_empty() {
        return Err(SourceError::Credentials);
    }
    Ok(())
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SourceError::NotAnAddress => f.write_str(
                "The value of src= is not an address. Write the address of a scenario, such as \
                 src=https://example.org/lesson.json.",
            ),
            SourceError::Protocol { protocol } => write!(
                f,
                "A scenario is not read from an address that begins with {protocol}. Allowed: \
                 https, or a file beside this page."
            ),
            SourceError::Insecure { origin } => write!(
                f,
                "A scenario is not read from {origin} without encryption. Use https, or put the \
                 file beside this page."
            ),
            SourceError::Credentials => f.write_str(
                "The address behind src= has a name or a password in it. Put the scenario where \
                 everybody may read it.",
            ),
            SourceError::Unreachable { origin } => write!(
                f,
                "There is no answer from {origin}, or this page may not read it: its own policy \
                 (connect-src) or the other side's (CORS) forbids it. Put the file beside this page."
            ),
            SourceError::Status { origin, status: 404 } => {
                write!(f, "{origin} has no such file (404). Check the value of src=.")
            }
            SourceError::Status { origin, status } => {
                write!(f, "{origin} answered with an error ({status}). Try again later.")
            }
            SourceError::TooLarge => write!(
                f,
                "What stands at this address is longer than a scenario may be, \
                 {LONGEST_DOCUMENT} bytes."
            ),
            SourceError::NoScenario(error) => {
                write!(f, "The file at this address is not a scenario: {error}")
            }
        }
    }
}

impl std::error::Error for SourceError {}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "http://localhost:8080";

    #[track_caller]
    fn check(protocol: &str, origin: &str, page: &str, expected: Result<(), SourceError>) {
        let address = Address { protocol, origin, username: "", password: "" };
        assert_eq!(allow(&address, page), expected);
    }

    #[test]
    fn https_and_what_is_beside_the_page_may_be_asked() {
        check("https:", "https://example.org", PAGE, Ok(()));
        check("http:", PAGE, PAGE, Ok(()));
        check("https:", "https://a.example", "https://a.example", Ok(()));
    }

    #[test]
    fn all_else_may_not() {
        let insecure = |origin: &str| Err(SourceError::Insecure { origin: origin.to_owned() });
        check("http:", "http://example.org", PAGE, insecure("http://example.org"));
        check("http:", "http://localhost:9090", PAGE, insecure("http://localhost:9090"));
        for protocol in ["file:", "data:", "blob:", "javascript:", "ftp:", "about:", ""] {
            let expected = Err(SourceError::Protocol { protocol: protocol.to_owned() });
            check(protocol, "null", PAGE, expected.clone());
            check(protocol, "null", "null", expected);
        }
        check("http:", "null", "null", insecure("null"));
        let (protocol, origin) = ("https:", "https://example.org");
        let address = Address { protocol, origin, username: "ann", password: "" };
        assert_eq!(allow(&address, PAGE), Err(SourceError::Credentials));
    }
}
