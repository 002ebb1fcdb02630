//! What a file is, told by its content.

use crate::Rejection;

/// The format of an original that can be processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContentType {
    /// `image/jpeg`
    Jpeg,
    /// `image/png`
    Png,
    /// `image/webp`
    Webp,
    /// `image/heic`
    Heic,
}

impl ContentType {
    /// The media type, as in a `Content-Type` header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Heic => "image/heic",
        }
    }

    pub(crate) fn of_content(bytes: &[u8]) -> Result<Self, Rejection> {
        if bytes.starts_with(b"\xFF\xD8\xFF") {
            Ok(Self::Jpeg)
        } else if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
            Ok(Self::Png)
        } else if is_riff(bytes, b"WEBP") {
            Ok(Self::Webp)
        } else if is_heif(bytes) {
            Ok(Self::Heic)
        } else if is_other_picture(bytes) {
            Err(Rejection::UnsupportedFormat)
        } else {
            Err(Rejection::NotAnImage)
        }
    }
}

fn is_riff(bytes: &[u8], form: &[u8; 4]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(form)
}

/// Known, so that the sender learns that the format is the trouble and not the file.
fn is_other_picture(bytes: &[u8]) -> bool {
    const SIGNATURES: [&[u8]; 7] =
        [b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"\xFF\x0A", b"\0\0\0\x0CJXL ", b"8BPS\0\x01"];
    SIGNATURES.iter().any(|signature| bytes.starts_with(signature)) || is_avif(bytes) || is_bmp(bytes)
}

/// HEIC, or what may be: some writers name the container alone.
fn is_heif(bytes: &[u8]) -> bool {
    const BRANDS: [[u8; 4]; 10] =
        [*b"heic", *b"heix", *b"heim", *b"heis", *b"hevc", *b"hevx", *b"hevm", *b"hevs", *b"mif1", *b"msf1"];
    brand(bytes).is_some_and(|brand| BRANDS.contains(&brand))
}

fn is_avif(bytes: &[u8]) -> bool {
    brand(bytes).is_some_and(|brand| [*b"avif", *b"avis"].contains(&brand))
}

/// The major brand of an ISO base media file.
fn brand(bytes: &[u8]) -> Option<[u8; 4]> {
    let (kind, brand) = bytes.get(4..)?.split_first_chunk::<4>()?;
    (kind == b"ftyp").then_some(*brand.first_chunk()?)
}

/// `BM` alone begins many a text; the size of the header that follows makes it a bitmap.
fn is_bmp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BM")
        && matches!(bytes.get(14..18), Some([12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_and_foreign_pictures_are_told_from_other_files() {
        let cases: [(&[u8], Result<ContentType, Rejection>); 11] = [
            (b"\xFF\xD8\xFF\xE0", Ok(ContentType::Jpeg)),
            (b"\x89PNG\r\n\x1A\n\0\0", Ok(ContentType::Png)),
            (b"RIFF\x04\0\0\0WEBPVP8 ", Ok(ContentType::Webp)),
            (b"RIFF\x04\0\0\0WAVEfmt ", Err(Rejection::NotAnImage)),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Ok(ContentType::Heic)),
            (b"\0\0\0\x18ftypavif\0\0\0\0", Err(Rejection::UnsupportedFormat)),
            (b"\0\0\0\x18ftypisom\0\0\0\0", Err(Rejection::NotAnImage)),
            (b"GIF89a", Err(Rejection::UnsupportedFormat)),
            (b"BMW is a car, not a bitmap", Err(Rejection::NotAnImage)),
            (b"%PDF-1.7", Err(Rejection::NotAnImage)),
            (b"", Err(Rejection::NotAnImage)),
        ];
        for (bytes, expected) in cases {
            assert_eq!(ContentType::of_content(bytes), expected, "{bytes:?}");
        }
    }
}
