//! What libFuzzer feeds to the photo engine: a file, of which nothing is known.
//!
//! A panic, more memory than a small picture can ask for, or more time is a finding, and so is a marked photo that
//! the engine itself wouldn't take.

#![no_main]

use anju_photo::{CaptureClaim, Limits, Source, check_jpeg, process};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

/// As much as small files can ask for without slowing everything down.
const LIMITS: Limits = Limits { max_bytes: 1 << 20, max_pixels: 60_000, max_decoded_pixels: 20_000 };

fuzz_target!(|file: &[u8]| {
    let claim = CaptureClaim {
        source: Source::Camera,
        declared_taken_at: None,
        declared_location: None,
        uploaded_at: Timestamp::constant(1_591_315_200, 0),
    };
    if let Ok(processed) = process(file, &claim, &LIMITS) {
        // Marking may make a file longer than it was.
        let limits = Limits { max_bytes: usize::MAX, ..LIMITS };
        assert_eq!(check_jpeg(&processed.marked, &limits), Ok(()), "the marked photo");
        assert_eq!(check_jpeg(&processed.thumbnail, &limits), Ok(()), "the thumbnail");
    }
});
