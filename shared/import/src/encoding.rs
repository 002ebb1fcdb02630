//! How a text file is encoded: UTF-8 or GB18030 (which GBK and GB2312 are parts of).
//!
//! In both, no byte of a character of several bytes is a comma, a quotation mark or a line break. So rows and cells
//! are found in the bytes, and each cell is decoded by itself: places in the file are exact, and an unreadable cell
//! spoils no other.

use anju_domain::import::FileProblem;
use encoding_rs::{GB18030, UTF_8};
use serde::{Deserialize, Serialize};

/// An encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// GB18030.
    Gb18030,
}

const UTF8_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];
const GB18030_MARK: &[u8] = &[0x84, 0x31, 0x95, 0x33];
const UTF16_MARKS: [&[u8]; 2] = [&[0xFF, 0xFE], &[0xFE, 0xFF]];

impl Encoding {
    /// The encoding of a file by its beginning, and how long its byte order mark is.
    ///
    /// # Errors
    /// Where it is UTF-16, or no text at all.
    pub fn of(beginning: &[u8]) -> Result<(Encoding, usize), FileProblem> {
        if UTF16_MARKS.iter().any(|mark| beginning.starts_with(mark)) {
            return Err(FileProblem::UnknownEncoding);
        }
        if beginning.starts_with(UTF8_MARK) {
            return Ok((Encoding::Utf8, UTF8_MARK.len()));
        }
        if beginning.starts_with(GB18030_MARK) {
            return Ok((Encoding::Gb18030, GB18030_MARK.len()));
        }
        if memchr::memchr(0, beginning).is_some() {
            return Err(FileProblem::UnknownEncoding);
        }
        let encoding = match std::str::from_utf8(beginning) {
            Ok(_) => Encoding::Utf8,
            // A character that the beginning ends within.
            Err(error) if error.error_len().is_none() => Encoding::Utf8,
            Err(_) => Encoding::Gb18030,
        };
        Ok((encoding, 0))
    }

    /// A cell's text, or the cell with `�` where it can't be read.
    pub fn decode(self, bytes: &[u8]) -> Result<String, String> {
        let encoding = match self {
            Encoding::Utf8 => UTF_8,
            Encoding::Gb18030 => GB18030,
        };
        let (text, bad) = encoding.decode_without_bom_handling(bytes);
        if bad { Err(text.into_owned()) } else { Ok(text.into_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_encodings_are_told_apart_with_and_without_a_mark() {
        let (gb, _, _) = GB18030.encode("村代码,户编号,姓名");
        assert_eq!(Encoding::of(&gb), Ok((Encoding::Gb18030, 0)));
        assert_eq!(Encoding::of(&[GB18030_MARK, &gb].concat()), Ok((Encoding::Gb18030, 4)));
        assert_eq!(Encoding::of("村代码".as_bytes()), Ok((Encoding::Utf8, 0)));
        assert_eq!(Encoding::of("\u{feff}村代码".as_bytes()), Ok((Encoding::Utf8, 3)));
        assert_eq!(
            Encoding::of(&"村代码".as_bytes()[..8]),
            Ok((Encoding::Utf8, 0)),
            "cut within a character"
        );
        assert_eq!(Encoding::of(&[0xFF, 0xFE, 0x51, 0x67]), Err(FileProblem::UnknownEncoding));
        assert_eq!(Encoding::of(b"a\0b"), Err(FileProblem::UnknownEncoding));
    }

    proptest! {
        #[test]
        fn no_byte_of_a_longer_character_looks_like_structure(text in "\\PC{1,40}") {
            for character in text.chars().filter(|character| !character.is_ascii()) {
                let mut buffer = [0; 4];
                let (bytes, _, unmappable) = GB18030.encode(character.encode_utf8(&mut buffer));
                prop_assume!(!unmappable);
                prop_assert!(!bytes.iter().any(|byte| b",\"\r\n\t".contains(byte)));
            }
        }

        #[test]
        fn what_is_encoded_is_decoded(text in "[\u{4e00}-\u{9fff}a-z0-9]{0,20}") {
            let (bytes, _, _) = GB18030.encode(&text);
            prop_assert_eq!(Encoding::Gb18030.decode(&bytes), Ok(text));
        }
    }
}
