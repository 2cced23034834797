//! A QR code, as one path.

use qrcodegen::{QrCode, QrCodeEcc};

/// The quiet zone around a code, in modules, by its standard (ISO/IEC 18004).
const QUIET: i32 = 4;

/// A code and its size, with the quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    pub size: i32,
    /// The dark modules, as SVG's path data.
    pub path: String,
}

/// The code of a text; `None` if the text is longer than a code can hold, 2,953 bytes.
pub fn qr(text: &str) -> Option<Drawn> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let wide = (x..code.size()).take_while(|&at| code.get_module(at, y)).count() as i32;
            if wide > 0 {
                path.push_str(&format!("M{} {}h{wide}v1h-{wide}z", x + QUIET, y + QUIET));
            }
            x += wide.max(1);
        }
    }
    Some(Drawn { size: code.size() + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_and_a_quiet_zone() {
        let drawn = qr("https://example.org/#v1.p.abc").expect("it is short");
        assert_eq!(drawn.size, 29 + 8 - 4 * i32::from(drawn.size == 33));
        // the first row of a corner is seven dark modules
        let right = drawn.size - QUIET - 7;
        for corner in [
            "M4 4h7v1h-7z".to_owned(),
            format!("M{right} 4h7v1h-7z"),
            format!("M4 {right}h7v1h-7z"),
        ] {
            assert!(drawn.path.contains(&corner), "{corner} in {}", drawn.path);
        }
    }

    #[test]
    fn a_text_that_is_too_long_has_no_code() {
        assert!(qr(&"a".repeat(2_953)).is_some());
        assert_eq!(qr(&"a".repeat(2_954)), None);
    }
}
