//! The index of photos and the positions of a village over a real database.

use std::collections::BTreeSet;

use anju_domain::change::Hash;
use anju_domain::ids::{HouseholdId, PhotoId};
use anju_domain::likeness::{FineHash, Fingerprint, Likeness};
use anju_domain::photo::Location;
use anju_reuse::ports::{Entry, PhotoIndex};
use anju_reuse::{Arrival, MOST_ENTRIES, Place, forget, others_like};

use crate::database::Database;
use crate::id;

/// The same number from the same seed, without a pattern.
fn scrambled(seed: u64) -> u64 {
    let value = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ value >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value ^ value >> 27
}

fn picture(seed: u64, bits: u64) -> Likeness {
    let hash = scrambled(seed);
    let seen = Fingerprint { hash: hash ^ bits, fine: FineHash([hash; 4]) };
    Likeness { seen, mirrored: Fingerprint { hash: !hash, fine: FineHash([!hash; 4]) } }
}

fn photo(number: u32, n: u128) -> PhotoId {
    PhotoId::new(id(0, number), n)
}

async fn look(database: &Database, photo: &PhotoId, content: u64, likeness: Likeness) -> BTreeSet<PhotoId> {
    let sha256: Hash = format!("{content:064x}").parse().unwrap();
    others_like(&database.control, &Arrival { photo, sha256, likeness }).await.unwrap()
}

#[tokio::test]
async fn a_look_up_takes_seven_requests_among_few_and_among_many_photos_and_finds_the_copy() {
    let database = Database::with([]).await;
    let mut entered = 0;
    for photos in [10, 60] {
        for number in entered..photos {
            let found =
                look(&database, &photo(number + 1, 1), number.into(), picture(number.into(), 0)).await;
            assert_eq!(found, BTreeSet::new());
        }
        entered = photos;
        database.take_requests();
        let copy = photo(900, photos.into());
        let found = look(&database, &copy, u64::from(photos) << 32, picture(4, 0b1011)).await;
        assert_eq!(found, BTreeSet::from([photo(5, 1)]));
        assert_eq!(database.take_requests(), 7, "of {photos}");
    }
    // The same file, entered again; and of another household.
    database.take_requests();
    assert!(look(&database, &photo(5, 1), 4, picture(4, 0)).await.contains(&photo(900, 10)));
    let elsewhere = PhotoId::new("110101001001-1".parse().unwrap(), 1);
    assert_eq!(look(&database, &elsewhere, 4, picture(77_777, 0)).await, BTreeSet::from([photo(5, 1)]));
    assert_eq!(database.take_scans(), 0);
}

#[tokio::test]
async fn a_full_place_takes_no_more_and_refuses_nobody() {
    let database = Database::with([]).await;
    let place = Place::Content("0".repeat(64).parse().unwrap());
    for number in 1..=MOST_ENTRIES as u32 + 3 {
        let entry = Entry { photo: photo(number, 1), shows: None };
        database.control.enter(&place, &entry).await.unwrap();
    }
    let held = database.control.entries(&[place]).await.unwrap();
    assert_eq!(held.len(), MOST_ENTRIES);
}

#[tokio::test]
async fn a_forgotten_photo_is_found_no_more_and_one_that_was_never_entered_is_no_error() {
    let database = Database::with([]).await;
    let shown = picture(1, 0);
    look(&database, &photo(1, 1), 1, shown).await;
    look(&database, &photo(2, 1), 2, shown).await;
    for _ in 0..2 {
        let sha256 = format!("{:064x}", 1).parse().unwrap();
        forget(&database.control, &photo(1, 1), sha256, Some(shown.seen)).await.unwrap();
        assert_eq!(look(&database, &photo(3, 1), 1, shown).await, BTreeSet::from([photo(2, 1)]));
    }
    forget(&database.control, &photo(9, 1), "f".repeat(64).parse().unwrap(), None).await.unwrap();
}

#[tokio::test]
async fn positions_of_a_village_are_noted_at_the_same_time_and_once() {
    let database = Database::with([]).await;
    let at = |number: u32| Location {
        latitude: 27.44 + f64::from(number) * 0.001,
        longitude: 104.87,
        accuracy_m: None,
        altitude_m: None,
        fixed_at: None,
    };
    let control = &database.control;
    let note = |number| {
        let household: HouseholdId = id(0, number);
        async move { control.note_position(&household, &at(number)).await.unwrap() }
    };
    tokio::join!(note(1), note(2), note(3), note(4));
    let five = note(5).await;
    let middle = five.middle_beside(99).unwrap();
    assert_eq!((middle.north, middle.east), (2_744_300, 10_487_000));
    database.take_requests();
    assert_eq!(note(5).await, five);
    assert_eq!(database.take_requests(), 1, "nothing new, nothing written");
    let six = note(6).await;
    assert_eq!(database.take_requests(), 2);
    control.forget_position(&id(0, 6)).await.unwrap();
    assert_eq!(control.positions(id(0, 6).village()).await.unwrap(), five);
    database.take_requests();
    control.forget_position(&id(0, 6)).await.unwrap();
    assert_eq!(database.take_requests(), 1, "nothing known, nothing written");
    assert_eq!(note(6).await, six);
    assert_eq!(control.positions(id(1, 1).village()).await.unwrap().middle_beside(1), None);
}
