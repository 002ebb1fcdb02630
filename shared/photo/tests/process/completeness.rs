//! Nothing that was cut off passes for a photo, and nothing complete is refused for what follows it.

use anju_photo::Rejection;

use crate::pictures::{self, HEICS, JPEGS, PNGS, WEBPS, jpeg, processed, quarters};

fn jpegs() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    let own = jpeg(&quarters(40, 30), &[pictures::oriented(6)]);
    JPEGS.into_iter().map(|(name, bytes)| (name, bytes.to_vec())).chain([("own", own)])
}

/// Where the data of the first scan begins.
fn scan_data(jpeg: &[u8]) -> usize {
    let marker = jpeg.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
    marker + 2 + usize::from(u16::from_be_bytes([jpeg[marker + 2], jpeg[marker + 3]]))
}

#[test]
fn a_jpeg_cut_anywhere_is_refused() {
    for (name, bytes) in jpegs() {
        assert!(processed(&bytes).is_ok(), "{name} is complete");
        for length in 3..bytes.len() {
            assert_eq!(
                processed(&bytes[..length]).err(),
                Some(Rejection::Truncated),
                "{name} cut at {length}"
            );
        }
    }
}

#[test]
fn a_jpeg_cut_anywhere_and_given_an_end_is_refused() {
    for (name, bytes) in jpegs() {
        // Two bytes less and two more would be the same file again.
        for length in 3..bytes.len() - 2 {
            let ended = [&bytes[..length], &[0xFF, 0xD9]].concat();
            let refused = processed(&ended).err();
            let expected = [Some(Rejection::Truncated), Some(Rejection::Corrupt)];
            assert!(expected.contains(&refused), "{name} cut at {length} and ended: {refused:?}");
        }
    }
}

#[test]
fn a_jpeg_cut_in_its_data_with_a_whole_picture_behind_it_is_refused() {
    let appended = jpeg(&quarters(16, 16), &[]);
    for (name, bytes) in jpegs() {
        for length in scan_data(&bytes)..bytes.len() - 2 {
            let file = [&bytes[..length], &appended[..]].concat();
            assert!(processed(&file).is_err(), "{name} cut at {length} with a picture behind it");
        }
    }
}

#[test]
fn a_jpeg_that_lost_a_piece_of_its_data_is_refused() {
    // Not every loss can show where no restart marker stands, as the rest may make up other valid codes; but
    // one that takes a restart marker with it always does.
    let (_, bytes) = JPEGS[0];
    let start = scan_data(bytes);
    let markers: Vec<_> = (start..bytes.len() - 1)
        .filter(|&i| bytes[i] == 0xFF && (0xD0..=0xD7).contains(&bytes[i + 1]))
        .collect();
    assert!(markers.len() > 3);
    for pair in markers.windows(2) {
        let file = [&bytes[..pair[0]], &bytes[pair[1]..]].concat();
        assert!(processed(&file).is_err(), "without {pair:?}");
    }
}

#[test]
fn what_follows_the_end_of_a_jpeg_is_not_looked_at() {
    for (name, bytes) in jpegs() {
        let motion_photo =
            [&bytes[..], b"\0\0\0\x18ftypmp42\xFF\xD8\xFF\xE0", &[0xFF, 0xDA, 0, 1, 2, 3]].concat();
        let plain = processed(&bytes).unwrap();
        assert_eq!(processed(&motion_photo).unwrap().marked, plain.marked, "{name}");
    }
}

#[test]
fn a_picture_in_the_exif_does_not_count_as_the_picture() {
    let mut file = jpeg(&quarters(40, 30), &[]);
    let inner = jpeg(&quarters(8, 8), &[]);
    let mut segment = vec![0xFF, 0xEF];
    segment.extend(u16::try_from(inner.len() + 2).unwrap().to_be_bytes());
    segment.extend(&inner);
    file.splice(2..2, segment);
    assert!(processed(&file).is_ok());
    let only_inner = &file[..2 + 4 + inner.len()];
    assert_eq!(processed(only_inner).err(), Some(Rejection::Truncated));
}

#[test]
fn a_png_webp_or_heic_cut_anywhere_is_refused() {
    for (name, bytes) in PNGS.into_iter().chain(WEBPS).chain(HEICS) {
        assert!(processed(bytes).is_ok(), "{name} is complete");
        for length in 12..bytes.len() {
            assert_eq!(
                processed(&bytes[..length]).err(),
                Some(Rejection::Truncated),
                "{name} cut at {length}"
            );
        }
    }
}

#[test]
fn a_heic_whose_boxes_are_whole_but_whose_picture_is_not_is_refused() {
    // In the turned one, EXIF is what comes last.
    for (name, bytes) in HEICS.into_iter().filter(|(name, _)| *name != "turned.heic") {
        // The picture's data comes last; its box is made to end where the file does.
        let data = bytes.windows(4).position(|kind| kind == b"mdat").unwrap();
        for missing in 1..40 {
            let mut cut = bytes[..bytes.len() - missing].to_vec();
            let length = u32::try_from(cut.len() - (data - 4)).unwrap();
            cut[data - 4..data].copy_from_slice(&length.to_be_bytes());
            assert!(processed(&cut).is_err(), "{name} without {missing} bytes");
        }
    }
}
