//! Compression (RFC 1951) with a fixed dictionary.

use miniz_oxide::deflate::CompressionLevel;
use miniz_oxide::deflate::core::{
    CompressionStrategy, CompressorOxide, TDEFLFlush, TDEFLStatus, compress,
    create_comp_flags_from_zip_params,
};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

/// Typical text of notes and strategies. Frozen, because compressed data refers to
/// it by distance.
pub const DICTIONARY: &[u8] = include_bytes!("v1.txt");

/// A window of 32 KiB, and no header around the stream.
const RAW: i32 = -15;

/// Compresses bytes.
pub fn pack(bytes: &[u8]) -> Vec<u8> {
    // a short text is not worth a code table of its own
    let strategies = [CompressionStrategy::Default, CompressionStrategy::Fixed];
    let packed = strategies.map(|strategy| pack_by(bytes, strategy));
    packed.into_iter().min_by_key(Vec::len).unwrap_or_default()
}

fn pack_by(bytes: &[u8], strategy: CompressionStrategy) -> Vec<u8> {
    let level = CompressionLevel::UberCompression as i32;
    let flags = create_comp_flags_from_zip_params(level, RAW, strategy as i32);
    let mut state = CompressorOxide::new(flags);
    feed(&mut state, DICTIONARY, TDEFLFlush::Sync);
    feed(&mut state, bytes, TDEFLFlush::Finish)
}

/// The output of the compressor for these bytes.
fn feed(state: &mut CompressorOxide, mut bytes: &[u8], flush: TDEFLFlush) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut portion = [0; 4_096];
    loop {
        let (status, read, written) = compress(state, bytes, &mut portion, flush);
        bytes = &bytes[read..];
        packed.extend(&portion[..written]);
        let drained = bytes.is_empty() && written < portion.len();
        if status != TDEFLStatus::Okay || drained {
            return packed;
        }
    }
}

/// Why bytes can't be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnpackError {
    Nonsense,
    /// They unpack to more bytes than allowed.
    Long,
}

/// Unpacks bytes, to at most `longest` of them.
pub fn unpack(packed: &[u8], longest: usize) -> Result<Vec<u8>, UnpackError> {
    let most = DICTIONARY.len() + longest;
    let mut state = Box::new(DecompressorOxide::new());
    let (mut read, mut filled) = (0, DICTIONARY.len());
    let mut out = DICTIONARY.to_vec();
    out.resize((filled + 8 * packed.len() + 64).min(most), 0);
    loop {
        let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, taken, written) =
            decompress(&mut state, &packed[read..], &mut out, filled, flags);
        read += taken;
        filled += written;
        match status {
            TINFLStatus::Done if read == packed.len() => {
                out.truncate(filled);
                out.drain(..DICTIONARY.len());
                return Ok(out);
            }
            TINFLStatus::HasMoreOutput if out.len() == most => return Err(UnpackError::Long),
            TINFLStatus::HasMoreOutput => out.resize((2 * out.len()).min(most), 0),
            _ => return Err(UnpackError::Nonsense),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_unpacked() {
        let texts = [
            Vec::new(),
            vec![0],
            b"    value = cache.get(key)\n".to_vec(),
            (0..=255).cycle().take(70_000).collect(),
            DICTIONARY.repeat(3),
        ];
        for text in texts {
            assert_eq!(unpack(&pack(&text), text.len()), Ok(text));
        }
    }

    /// Compressed data refers to the dictionary by distance.
    #[test]
    fn the_dictionary_is_the_one_that_links_were_made_with() {
        assert_eq!(DICTIONARY.len(), 4_849);
        assert_eq!(crc::Crc::<u32>::new(&crc::CRC_32_ISCSI).checksum(DICTIONARY), 4_258_762_339);
    }

    #[test]
    fn what_the_dictionary_has_costs_next_to_nothing() {
        assert!(pack(&DICTIONARY[1_000..1_200]).len() < 8);
    }

    #[test]
    fn what_expands_too_far_is_refused_before_it_has() {
        let bomb = pack(&vec![0; 1 << 20]);
        assert!(bomb.len() < 2_000);
        assert_eq!(unpack(&bomb, (1 << 20) - 1), Err(UnpackError::Long));
        assert_eq!(unpack(&bomb, 10), Err(UnpackError::Long));
        assert_eq!(unpack(&bomb, 1 << 20).map(|it| it.len()), Ok(1 << 20));
    }

    #[test]
    fn what_is_cut_off_or_has_something_behind_it_is_refused() {
        let packed = pack(b"some text that is long enough");
        for length in 0..packed.len() {
            assert_eq!(unpack(&packed[..length], 1_000), Err(UnpackError::Nonsense), "{length}");
        }
        let longer = [packed.as_slice(), &[0]].concat();
        assert_eq!(unpack(&longer, 1_000), Err(UnpackError::Nonsense));
    }
}
