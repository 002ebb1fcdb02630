//! JPEG: whether a file is all there, and how a mark gets into it.
//!
//! Decoders fill what is missing with grey and call it a success; for evidence that won't do. Here every code
//! of every scan is read and counted: a file passes when each block of each component is there to the last bit,
//! up to an end-of-image marker. What follows that marker (the film of a motion photo, a gain map) is not the
//! picture's and isn't looked at.
//!
//! The same walk splices the mark into sequential files ([`splice()`]): only blocks under it are decoded and
//! written anew; all others keep their bits. `docs/photo.md` tells how.

mod block;
mod frame;
mod huffman;
mod output;
mod planes;
mod progressive;
mod quality;
mod reader;
mod recode;
mod scan;
mod segments;
mod sequential;
mod splice;
#[cfg(test)]
mod splice_tests;
mod touch;
mod transform;

use progressive::Progress;
use reader::Reader;
use scan::ScanHeader;
use segments::{START_OF_SCAN, Segments, State};

pub(crate) use splice::{Outline, decode, splice};

use crate::Rejection;

/// Real files have about ten; without a bound a small file could ask for hours.
const MAX_SCANS: usize = 100;

/// What comes before a file's first scan: all that can hold facts of the photo.
pub(crate) fn head(bytes: &[u8]) -> &[u8] {
    let mut segments = Segments::new(bytes);
    loop {
        match segments.next() {
            Ok(Some(segment)) if segment.marker == START_OF_SCAN => {
                return bytes.get(..segments.position).unwrap_or(bytes);
            }
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => return bytes,
        }
    }
}

/// Accepts a file that is complete.
pub(crate) fn check(bytes: &[u8], outline: &Outline) -> Result<(), Rejection> {
    if outline.is_sequential() { splice::check(bytes, outline) } else { check_progressive(bytes, outline) }
}

fn check_progressive(bytes: &[u8], outline: &Outline) -> Result<(), Rejection> {
    let frame = &outline.frame;
    let mut progress: Vec<_> =
        frame.components.iter().map(|component| Progress::new(frame, component)).collect();
    let (mut segments, mut state, mut scans) = (Segments::new(bytes), State::default(), 0);
    while let Some(segment) = segments.next()? {
        if segment.marker != START_OF_SCAN {
            // The pixels were counted when the outline was read.
            state.apply(segment, u64::MAX)?;
            continue;
        }
        scans += 1;
        if scans > MAX_SCANS {
            return Err(Rejection::Corrupt);
        }
        let header = ScanHeader::parse(frame, segment.content)?;
        let reader = Reader::new(bytes, segments.position);
        segments.position =
            progressive::walk(frame, &state.tables, &mut progress, state.restart_interval, &header, reader)?;
    }
    if progress.iter().all(Progress::is_complete) { Ok(()) } else { Err(Rejection::Truncated) }
}
