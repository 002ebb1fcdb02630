//! When a photo was taken, and how we know.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::Facts;

/// China has one time zone and no summer time.
pub(crate) const CHINA: Offset = Offset::constant(8);

/// 2000-01-01 00:00 in China. Cameras that lost their clock start before it.
const EARLIEST: i64 = 946_656_000;

/// Phones' clocks are set wrongly at times; beyond this, a time is not one of taking a photo.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(24);

/// Degrees north and degrees east (WGS 84).
pub type Coordinates = (f64, f64);

/// Where the sender got the photo from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Taken with the camera, on the spot.
    Camera,
    /// Picked from the phone's album.
    Album,
}

/// What is said about a photo's taking, by its sender and by its arrival.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CaptureClaim {
    /// Camera or album.
    pub source: Source,
    /// From the camera: the time of the shutter by the phone's clock. From the album: the file's time.
    pub declared_taken_at: Option<Timestamp>,
    /// Where the phone was at the shutter, by its own word.
    pub declared_location: Option<Coordinates>,
    /// When the upload was asked for or arrived.
    pub uploaded_at: Timestamp,
}

/// What [`Processed::taken_at`](crate::Processed::taken_at) rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TakenAtSource {
    /// The file's own record.
    Exif,
    /// The sender's word.
    Declared,
    /// Nothing but the upload: the mark says so.
    Upload,
}

impl TakenAtSource {
    /// The stable name, for interfaces and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exif => "exif",
            Self::Declared => "declared",
            Self::Upload => "upload",
        }
    }
}

impl CaptureClaim {
    /// The file's own time, else the declared one, else the upload's; one that can't be is passed over.
    /// The order is the same for camera and album: what differs is only what the declared time means.
    pub(crate) fn taken_at(&self, facts: &Facts) -> (Timestamp, TakenAtSource) {
        let candidates =
            [(facts.exif_taken_at, TakenAtSource::Exif), (self.declared_taken_at, TakenAtSource::Declared)];
        candidates
            .into_iter()
            .filter_map(|(time, source)| Some((time?, source)))
            .find(|(time, _)| self.is_plausible(*time))
            .unwrap_or((self.uploaded_at, TakenAtSource::Upload))
    }

    /// The file's own place, else the declared one of a photo that was taken on the spot: where a phone is when a
    /// photo is picked from its album says nothing about that.
    pub(crate) fn taken_in(&self, facts: &Facts) -> Option<Coordinates> {
        let own = facts.exif_location.map(|found| (found.latitude, found.longitude));
        own.or(self.declared_location.filter(|_| self.source == Source::Camera))
    }

    fn is_plausible(&self, time: Timestamp) -> bool {
        time.as_second() >= EARLIEST && time.duration_since(self.uploaded_at) <= CLOCK_TOLERANCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Location;

    #[test]
    fn a_declared_place_counts_for_the_camera_only_and_the_file_s_own_before_it() {
        let claim = |source| CaptureClaim {
            source,
            declared_taken_at: None,
            declared_location: Some((27.0, 104.0)),
            uploaded_at: Timestamp::UNIX_EPOCH,
        };
        let own = Location { latitude: 28.0, longitude: 105.0, altitude_m: None, accuracy_m: None };
        let with_own = Facts { exif_location: Some(own), ..Facts::default() };
        assert_eq!(claim(Source::Camera).taken_in(&Facts::default()), Some((27.0, 104.0)));
        assert_eq!(claim(Source::Album).taken_in(&Facts::default()), None);
        for source in [Source::Camera, Source::Album] {
            assert_eq!(claim(source).taken_in(&with_own), Some((28.0, 105.0)));
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn decided(exif: Option<&str>, declared: Option<&str>) -> (Timestamp, TakenAtSource) {
        let claim = CaptureClaim {
            source: Source::Album,
            declared_taken_at: declared.map(at),
            declared_location: None,
            uploaded_at: at("2020-06-04T00:00:00Z"),
        };
        claim.taken_at(&Facts { exif_taken_at: exif.map(at), ..Facts::default() })
    }

    #[test]
    fn the_files_own_time_goes_before_the_declared_before_the_upload() {
        let (exif, declared) = ("2020-06-03T02:22:31Z", "2020-06-03T02:30:00Z");
        assert_eq!(decided(Some(exif), Some(declared)), (at(exif), TakenAtSource::Exif));
        assert_eq!(decided(None, Some(declared)), (at(declared), TakenAtSource::Declared));
        assert_eq!(decided(None, None), (at("2020-06-04T00:00:00Z"), TakenAtSource::Upload));
    }

    #[test]
    fn a_time_before_2000_in_china_or_over_a_day_ahead_of_the_upload_is_passed_over() {
        let declared = "2020-06-03T02:30:00Z";
        let source = |exif| decided(Some(exif), Some(declared)).1;
        assert_eq!(source("1999-12-31T15:59:59Z"), TakenAtSource::Declared);
        assert_eq!(source("1999-12-31T16:00:00Z"), TakenAtSource::Exif);
        assert_eq!(source("2020-06-05T00:00:00Z"), TakenAtSource::Exif);
        assert_eq!(source("2020-06-05T00:00:01Z"), TakenAtSource::Declared);
        assert_eq!(
            decided(Some("1980-01-01T00:00:00Z"), Some("2099-01-01T00:00:00Z")).1,
            TakenAtSource::Upload
        );
    }
}
