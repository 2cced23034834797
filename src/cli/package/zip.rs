//! Zip files for packages of course systems: deflated, without dates, so that the same input gives
//! the same bytes.

use std::io::{self, Write};

use crc::{CRC_32_ISO_HDLC, Crc};

const CHECK: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);
const DEFLATED: u16 = 8;
const STORED: u16 = 0;
/// The compression level, of 10.
const EFFORT: u8 = 8;
/// The version of the format that a reader needs, times ten.
const VERSION: u16 = 20;
/// The flag that says that names are UTF-8.
const UTF_8: u16 = 1 << 11;
/// 1980-01-01, the first day that the format knows.
const FIRST_DAY: u16 = 0x21;

/// A zip file being written.
pub struct Zip<W> {
    out: W,
    written: u32,
    /// The central directory so far, which is written at the end.
    directory: Vec<u8>,
    entries: u16,
}

impl<W: Write> Zip<W> {
    pub fn new(out: W) -> Zip<W> {
        Zip { out, written: 0, directory: Vec::new(), entries: 0 }
    }

    /// Adds a file.
    ///
    /// # Errors
    /// If it cannot be written, or the archive is too large for the format.
    pub fn add(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        let packed = miniz_oxide::deflate::compress_to_vec(content, EFFORT);
        let (method, data) = match packed.len() < content.len() {
            true => (DEFLATED, &packed[..]),
            false => (STORED, content),
        };
        let too_large = || io::Error::other("more than a zip file can hold");
        let size = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(|_| too_large());
        let name_size = u16::try_from(name.len()).map_err(|_| too_large())?;
        let mut about = Vec::new();
        for word in [VERSION, UTF_8, method, 0, FIRST_DAY] {
            about.extend(word.to_le_bytes());
        }
        for number in [CHECK.checksum(content), size(data)?, size(content)?] {
            about.extend(number.to_le_bytes());
        }
        about.extend(name_size.to_le_bytes());
        about.extend(0_u16.to_le_bytes());

        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&about);
        // no comment, the first disk, no attributes
        self.directory.extend([0; 10]);
        self.directory.extend(self.written.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.entries = self.entries.checked_add(1).ok_or_else(too_large)?;

        for part in [&b"PK\x03\x04"[..], &about, name.as_bytes(), data] {
            self.out.write_all(part)?;
            self.written = self.written.checked_add(size(part)?).ok_or_else(too_large)?;
        }
        Ok(())
    }

    /// Writes the directory.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.write_all(&self.directory)?;
        self.out.write_all(b"PK\x05\x06\0\0\0\0")?;
        self.out.write_all(&self.entries.to_le_bytes())?;
        self.out.write_all(&self.entries.to_le_bytes())?;
        self.out.write_all(&(self.directory.len() as u32).to_le_bytes())?;
        self.out.write_all(&self.written.to_le_bytes())?;
        self.out.write_all(&[0, 0])?;
        self.out.flush()
    }
}
