//! Where photos were taken: distances, and the middle of a village.
//!
//! A village's middle is the median of what its houses' photos say, of latitudes and of longitudes each: up to
//! half of them may be wrong, however far, and it stays among the others. For that a sample of the houses is
//! enough, so what is kept of a village doesn't grow with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::photo::{Location, Photo, PhotoState, Source};

/// Beyond so many metres two positions contradict each other (architecture.md).
pub const FAR_M: f64 = 2_000.0;
/// Positions of other houses that must be known before one is compared with their middle (ours): with five,
/// two may be wrong.
pub const ENOUGH: usize = 5;
/// Houses of a village whose positions are kept (ours). The median of 64 is off by a tenth of their spread.
pub const SAMPLE: usize = 64;

/// Mean radius of the earth, in metres (IUGG).
const EARTH_M: f64 = 6_371_009.0;
/// Places are kept to the hundred-thousandth of a degree, about a metre.
const PARTS: f64 = 100_000.0;

/// A position as it is kept: hundred-thousandths of a degree, WGS-84.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// North.
    pub north: i32,
    /// East.
    pub east: i32,
}

impl Place {
    /// Of a location, without its error.
    pub fn of(location: &Location) -> Place {
        let parts = |degrees: f64| (degrees * PARTS).round() as i32;
        Place { north: parts(location.latitude), east: parts(location.longitude) }
    }

    /// In degrees north and east.
    fn degrees(self) -> (f64, f64) {
        (f64::from(self.north) / PARTS, f64::from(self.east) / PARTS)
    }
}

/// Metres between two positions in degrees north and east, on a sphere: off by half a percent at most.
pub fn metres_between((north, east): (f64, f64), (other_north, other_east): (f64, f64)) -> f64 {
    let (north, other_north) = (north.to_radians(), other_north.to_radians());
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let haversine =
        half(other_north - north) + north.cos() * other_north.cos() * half((other_east - east).to_radians());
    2.0 * EARTH_M * haversine.clamp(0.0, 1.0).sqrt().asin()
}

/// What is known of where a village's houses stand, by household number.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<(u32, i32, i32)>", into = "Vec<(u32, i32, i32)>")]
pub struct VillagePositions(BTreeMap<u32, Place>);

impl From<Vec<(u32, i32, i32)>> for VillagePositions {
    fn from(stored: Vec<(u32, i32, i32)>) -> Self {
        let place = |(household, north, east)| (household, Place { north, east });
        VillagePositions(stored.into_iter().map(place).collect())
    }
}

impl From<VillagePositions> for Vec<(u32, i32, i32)> {
    fn from(positions: VillagePositions) -> Self {
        positions.0.into_iter().map(|(household, place)| (household, place.north, place.east)).collect()
    }
}

impl VillagePositions {
    /// With a house's position, which replaces the one before. None where that changes nothing: it is known, or
    /// the house isn't one of the sample. Which ones are is a matter of their numbers alone, so the order in
    /// which photos arrive doesn't count, and nobody fills the sample early.
    pub fn noting(&self, household: u32, location: &Location) -> Option<VillagePositions> {
        let mut next = self.clone();
        next.0.insert(household, Place::of(location));
        if next.0.len() > SAMPLE {
            let last = *next.0.keys().max_by_key(|number| (rank(**number), **number))?;
            next.0.remove(&last);
        }
        (next != *self).then_some(next)
    }

    /// Without a house's position; none where it isn't known. Its place in the sample stays free until others' photos
    /// come.
    pub fn without(&self, household: u32) -> Option<VillagePositions> {
        let mut next = self.clone();
        next.0.remove(&household).map(|_| next)
    }

    /// The middle of the other houses; none where too few are known.
    pub fn middle_beside(&self, household: u32) -> Option<Place> {
        let others: Vec<Place> =
            self.0.iter().filter(|(number, _)| **number != household).map(|(_, place)| *place).collect();
        if others.len() < ENOUGH {
            return None;
        }
        let middle = |part: fn(&Place) -> i32| {
            let mut parts: Vec<i32> = others.iter().map(part).collect();
            parts.sort_unstable();
            parts[parts.len() / 2]
        };
        Some(Place { north: middle(|place| place.north), east: middle(|place| place.east) })
    }
}

/// An order of household numbers without a pattern (the last step of SplitMix64).
fn rank(number: u32) -> u64 {
    let value = u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ value >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ value >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ value >> 31
}

impl Photo {
    /// Where it was taken, as far as that is known: as the file says, else, of one taken on site, as the phone
    /// said. What a phone says beside a picture from its album is where it is uploaded.
    pub fn taken_in(&self) -> Option<Location> {
        let PhotoState::Ready(ready) = &self.state else { return None };
        match self.source {
            Source::Camera => ready.exif_location.or(self.declared_location),
            Source::Album => ready.exif_location,
        }
    }

    /// Whether it was taken too far from where its house should be: from the middle of its village, where that
    /// is known, or, on site, from where the phone says that it is. One without a position is not.
    pub fn is_far(&self, middle: Option<Place>) -> bool {
        let Some(taken_in) = self.taken_in() else { return false };
        let from_village = middle.is_some_and(|middle| is_beyond(&taken_in, middle.degrees(), None));
        let from_phone = self.source == Source::Camera
            && self.declared_location.is_some_and(|declared| {
                is_beyond(&taken_in, (declared.latitude, declared.longitude), declared.accuracy_m)
            });
        from_village || from_phone
    }
}

/// Whether two positions are too far from each other, whatever both admit as their errors. An error counts up to
/// the distance that is far itself: no position is excused by saying that it could be anywhere.
fn is_beyond(location: &Location, other: (f64, f64), others_error: Option<f64>) -> bool {
    let error = |metres: Option<f64>| metres.filter(|metres| *metres > 0.0).unwrap_or(0.0).min(FAR_M);
    let metres = metres_between((location.latitude, location.longitude), other);
    metres - error(location.accuracy_m) - error(others_error) > FAR_M
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::PhotoId;
    use crate::photo::{Purpose, ReadyPhoto, TakenAtSource};

    fn at(latitude: f64, longitude: f64) -> Location {
        Location { latitude, longitude, accuracy_m: None, altitude_m: None, fixed_at: None }
    }

    fn photo(source: Source, exif: Option<Location>, declared: Option<Location>) -> Photo {
        let ready = ReadyPhoto {
            exif_location: exif,
            ..ReadyPhoto::taken("2020-06-03T02:22:31Z".parse().unwrap(), TakenAtSource::Exif)
        };
        Photo {
            id: PhotoId::new("530627101203-1".parse().unwrap(), 7),
            purpose: Purpose::Verification,
            source,
            content_type: "image/jpeg".to_owned(),
            size: 1,
            sha256: String::new(),
            declared_taken_at: None,
            declared_location: declared,
            requested_at: "2020-06-03T02:30:00Z".parse().unwrap(),
            requested_by: "530627101203".to_owned(),
            state: PhotoState::Ready(Box::new(ready)),
        }
    }

    /// A village of so many houses within some 500 metres.
    fn village(houses: u32) -> VillagePositions {
        (1..=houses).fold(VillagePositions::default(), |positions, number| {
            let off = f64::from(number % 5) * 0.001;
            positions.noting(number, &at(27.44 + off, 104.87 - off)).unwrap_or(positions)
        })
    }

    #[test]
    fn distances_are_those_of_the_globe() {
        // A degree of a meridian; and Beijing to Shanghai.
        assert!((metres_between((27.0, 104.0), (28.0, 104.0)) - 111_195.0).abs() < 10.0);
        assert!((metres_between((39.9042, 116.4074), (31.2304, 121.4737)) - 1_067_000.0).abs() < 3_000.0);
        assert!((metres_between((0.0, -179.995), (0.0, 179.995)) - 1_112.0).abs() < 2.0);
    }

    #[test]
    fn a_photo_is_far_from_two_kilometres_on_and_only_where_enough_houses_are_known() {
        let far = |positions: &VillagePositions, north: f64| {
            photo(Source::Camera, Some(at(north, 104.868)), None).is_far(positions.middle_beside(99))
        };
        let middle = village(10).middle_beside(99).unwrap().degrees();
        assert_eq!(middle, (27.442, 104.868));
        assert!(!far(&village(10), 27.442 + 0.0179) && far(&village(10), 27.442 + 0.0181));
        assert!(!far(&village(4), 40.0), "four houses are not enough");
        assert!(far(&village(5), 40.0));
        assert_eq!(village(5).middle_beside(3), None, "the house itself doesn't count");
    }

    #[test]
    fn a_house_whose_position_is_forgotten_leaves_the_others_as_they_are() {
        let seven = village(7);
        let six = seven.without(4).unwrap();
        assert_eq!((six.without(4), six.middle_beside(4)), (None, seven.middle_beside(4)));
        assert_eq!(six.noting(4, &at(27.44 + 0.004, 104.87 - 0.004)), Some(seven));
    }

    #[test]
    fn on_site_the_file_and_the_phone_must_agree_and_an_album_s_photo_is_uploaded_anywhere() {
        let (house, town) = (at(27.44, 104.87), at(27.50, 104.87));
        let far = |source, exif, declared| photo(source, exif, declared).is_far(None);
        assert!(far(Source::Camera, Some(house), Some(town)));
        assert!(!far(Source::Camera, Some(house), Some(house)));
        assert!(!far(Source::Album, Some(house), Some(town)));
        let middle = village(10).middle_beside(99);
        assert!(photo(Source::Album, Some(town), None).is_far(middle), "but taken near its village");
        assert!(photo(Source::Camera, None, Some(town)).is_far(middle), "the phone's word counts, too");
        assert!(!photo(Source::Album, None, Some(town)).is_far(middle));
    }

    #[test]
    fn an_error_that_is_admitted_counts_up_to_the_distance_itself() {
        let declared = |north, accuracy_m| Location { accuracy_m, ..at(north, 104.87) };
        let far = |north, accuracy_m| {
            photo(Source::Camera, Some(at(27.44, 104.87)), Some(declared(north, accuracy_m))).is_far(None)
        };
        // 2,224 and 5,560 metres.
        assert!(far(27.46, Some(50.0)) && !far(27.46, Some(500.0)));
        assert!(far(27.49, Some(1_000_000.0)) && far(27.46, Some(f64::NAN)));
    }

    #[test]
    fn a_photo_without_a_position_is_never_far() {
        for source in [Source::Camera, Source::Album] {
            assert!(!photo(source, None, None).is_far(village(20).middle_beside(1)));
        }
    }

    proptest! {
        #[test]
        fn up_to_half_of_wrong_positions_leave_the_middle_among_the_right_ones(
            right in prop::collection::vec((-0.01_f64..0.01, -0.01_f64..0.01), 6..60),
            wrong in prop::collection::vec((-90.0_f64..90.0, -180.0_f64..180.0), 0..60),
        ) {
            let wrong = wrong.into_iter().take((right.len() - 1) / 2);
            let right = right.into_iter().map(|(north, east)| (27.44 + north, 104.87 + east));
            let mut positions = VillagePositions::default();
            for (number, (north, east)) in (1..).zip(right.chain(wrong)) {
                positions = positions.noting(number, &at(north, east)).unwrap_or(positions);
            }
            // The sample may hold more of the wrong ones than there are of all.
            prop_assume!(positions.0.len() < SAMPLE);
            let (north, east) = positions.middle_beside(999).unwrap().degrees();
            prop_assert!((north - 27.44).abs() <= 0.010_01 && (east - 104.87).abs() <= 0.010_01);
        }

        #[test]
        fn what_is_kept_is_bounded_and_the_order_of_arrival_doesn_t_count(
            mut numbers in prop::collection::vec(1_u32..5_000, 1..200), again in 0_usize..50,
        ) {
            let noted = |numbers: &[u32]| numbers.iter().fold(VillagePositions::default(), |positions, number| {
                positions.noting(*number, &at(27.0 + f64::from(*number) / 10_000.0, 104.0)).unwrap_or(positions)
            });
            let one = noted(&numbers);
            prop_assert!(one.0.len() <= SAMPLE);
            let stored = serde_json::to_value(&one).unwrap();
            prop_assert_eq!(serde_json::from_value::<VillagePositions>(stored).unwrap(), one.clone());
            let turn = again % numbers.len();
            numbers.rotate_left(turn);
            numbers.reverse();
            prop_assert_eq!(noted(&numbers), one.clone());
            numbers.extend_from_within(..);
            prop_assert_eq!(noted(&numbers), one, "arriving again changes nothing");
        }

        #[test]
        fn distance_is_the_same_both_ways_and_within_half_the_globe(
            one in (-90.0_f64..=90.0, -180.0_f64..=180.0), other in (-90.0_f64..=90.0, -180.0_f64..=180.0),
        ) {
            let metres = metres_between(one, other);
            prop_assert!((metres - metres_between(other, one)).abs() < 1e-3);
            prop_assert!((0.0..=20_016_000.0).contains(&metres) && metres_between(one, one) < 1e-3);
        }
    }
}
