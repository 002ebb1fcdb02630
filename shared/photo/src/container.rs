//! Whether a PNG, WebP or HEIC file reaches its own end, which decoders needn't look at to make a picture.

use crate::Rejection;

/// A PNG is a row of chunks, the last of them `IEND`.
pub(crate) fn check_png(bytes: &[u8]) -> Result<(), Rejection> {
    const SIGNATURE: usize = 8;
    let mut rest = bytes.get(SIGNATURE..).ok_or(Rejection::Truncated)?;
    loop {
        let (length, after) = rest.split_first_chunk().ok_or(Rejection::Truncated)?;
        let (kind, _) = after.split_first_chunk::<4>().ok_or(Rejection::Truncated)?;
        // Kind, content and checksum.
        let whole = u64::from(u32::from_be_bytes(*length)) + 8;
        let whole = usize::try_from(whole).map_err(|_| Rejection::Truncated)?;
        rest = after.get(whole..).ok_or(Rejection::Truncated)?;
        if kind == b"IEND" {
            return Ok(());
        }
    }
}

/// A WebP says its length at its beginning.
pub(crate) fn check_webp(bytes: &[u8]) -> Result<(), Rejection> {
    let length = bytes.get(4..8).and_then(|length| length.first_chunk()).ok_or(Rejection::Truncated)?;
    let whole = u64::from(u32::from_le_bytes(*length)) + 8;
    if whole <= bytes.len() as u64 { Ok(()) } else { Err(Rejection::Truncated) }
}

/// A HEIC is a row of boxes, each of which says its length; 0 is the rest of the file, and 1 a longer number.
pub(crate) fn check_heif(bytes: &[u8]) -> Result<(), Rejection> {
    let mut rest = bytes;
    while let Some((head, after)) = rest.split_first_chunk::<8>() {
        let [l3, l2, l1, l0, ..] = *head;
        let length = match u32::from_be_bytes([l3, l2, l1, l0]) {
            0 => return Ok(()),
            1 => u64::from_be_bytes(*after.first_chunk().ok_or(Rejection::Truncated)?),
            length => length.into(),
        };
        if length < 8 {
            return Err(Rejection::Corrupt);
        }
        let length = usize::try_from(length).map_err(|_| Rejection::Truncated)?;
        rest = rest.get(length..).ok_or(Rejection::Truncated)?;
    }
    if rest.is_empty() { Ok(()) } else { Err(Rejection::Truncated) }
}
