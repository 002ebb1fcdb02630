use anju_photo::{CaptureClaim, Limits, Processed, Source, TakenAtSource, process};

use super::*;

fn processed(bytes: &[u8]) -> Processed {
    let uploaded_at = "2020-06-05T00:00:00Z".parse().unwrap();
    let claim = CaptureClaim {
        source: Source::Camera,
        declared_taken_at: None,
        declared_location: None,
        uploaded_at,
    };
    process(bytes, &claim, &Limits::default()).unwrap()
}

fn small(orientation: u8) -> PhotoSpec {
    PhotoSpec { width: 240, height: 180, orientation, taken_at: None, location: None, camera: None }
}

#[test]
fn the_demo_photos_say_what_their_specs_say() {
    let photos: Vec<_> =
        demo_photos().into_iter().map(|photo| (photo.name, processed(&photo.bytes))).collect();
    let [("portrait", portrait), ("landscape", landscape), ("plain", plain)] = photos.as_slice() else {
        panic!("three photos by these names");
    };

    assert_eq!((portrait.width, portrait.height), (1200, 1600));
    assert_eq!(portrait.taken_at, "2020-06-03T02:22:31Z".parse().unwrap());
    assert_eq!(portrait.facts.make.as_deref(), Some("Anju Synthetic"));
    let location = portrait.facts.exif_location.unwrap();
    assert!((location.latitude - 27.441_667).abs() < 1e-6 && (location.longitude - 104.873_611).abs() < 1e-6);
    assert_eq!(location.altitude_m, Some(1650.0));

    assert_eq!((landscape.width, landscape.height), (1600, 1200));
    assert_eq!(
        (landscape.taken_at, landscape.taken_at_source),
        ("2020-06-04T08:05:09Z".parse().unwrap(), TakenAtSource::Exif)
    );
    assert_eq!(landscape.facts.exif_location, None);

    assert_eq!(plain.taken_at_source, TakenAtSource::Upload);
}

#[test]
fn the_viewer_sees_the_same_house_at_every_orientation() {
    let upright = processed(&house_photo(7, &small(1))).difference_hash;
    for orientation in 2..=8 {
        let (width, height) = if orientation >= 5 { (180, 240) } else { (240, 180) };
        let spec = PhotoSpec { width, height, ..small(orientation) };
        let turned = processed(&house_photo(7, &spec));
        assert_eq!((turned.width, turned.height), (240, 180));
        // As many bits as copies of one photo may differ in; different houses differ in more, see below.
        assert!((turned.difference_hash ^ upright).count_ones() <= 5, "orientation {orientation}");
    }
}

#[test]
fn a_seed_gives_the_same_bytes_again_and_other_seeds_other_pictures() {
    assert_eq!(house_photo(5, &small(1)), house_photo(5, &small(1)));
    let hashes: Vec<_> = (0..40).map(|seed| processed(&house_photo(seed, &small(1))).likeness.fine).collect();
    let differing = |one: [u64; 4], other: [u64; 4]| -> u32 {
        one.iter().zip(other).map(|(one, other)| (one ^ other).count_ones()).sum()
    };
    let nearest = (0..hashes.len())
        .flat_map(|a| (0..a).map(move |b| (a, b)))
        .map(|(a, b)| differing(hashes[a], hashes[b]))
        .min();
    assert!(nearest > Some(20), "two of the houses could be taken for one: {nearest:?}");
}

#[test]
fn a_position_in_the_south_west_below_the_sea_is_written_with_its_letters() {
    let location = Some(Position { latitude: -0.5, longitude: -59.999_999, altitude_m: -12.5 });
    let read = processed(&house_photo(1, &PhotoSpec { location, ..small(1) })).facts.exif_location.unwrap();
    assert!((read.latitude + 0.5).abs() < 1e-7 && (read.longitude + 59.999_999).abs() < 1e-7);
    assert_eq!(read.altitude_m, Some(-12.5));
}
