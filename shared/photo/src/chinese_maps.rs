//! Positions as the maps of China show them.
//!
//! Everything is kept in WGS 84, as satellites give it. Maps published in China are shifted by law: those of most
//! makers by GCJ-02, one maker's once more by BD-09. A position is converted for showing it on such a map and at
//! no other time. The formulas are those that went round after 2010; the authority has published none.

use std::f64::consts::PI;

/// Krasovsky's ellipsoid of 1940: half the major axis in metres, and the squared eccentricity.
const MAJOR_AXIS: f64 = 6_378_245.0;
const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;

/// The turn that BD-09 adds, in its own measure.
const BAIDU_TURN: f64 = PI * 3000.0 / 180.0;

/// A pair of degrees, whose meaning its type says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Degrees {
    /// North positive.
    pub latitude: f64,
    /// East positive.
    pub longitude: f64,
}

/// A position by WGS 84, as satellites give and photos hold it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wgs84(pub Degrees);

/// A position on a map shifted by GCJ-02.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gcj02(pub Degrees);

/// A position on a map shifted by BD-09.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bd09(pub Degrees);

impl From<Wgs84> for Gcj02 {
    /// Outside China nothing is shifted.
    fn from(Wgs84(place): Wgs84) -> Self {
        if is_far_from_china(place) {
            return Self(place);
        }
        let (north, east) = shift(place);
        Self(Degrees { latitude: place.latitude + north, longitude: place.longitude + east })
    }
}

impl From<Gcj02> for Wgs84 {
    /// To within a millimetre, by approaching the position whose shifted one it is.
    fn from(Gcj02(shown): Gcj02) -> Self {
        if is_far_from_china(shown) {
            return Self(shown);
        }
        let mut guess = shown;
        for _ in 0..8 {
            let (north, east) = shift(guess);
            guess = Degrees { latitude: shown.latitude - north, longitude: shown.longitude - east };
        }
        Self(guess)
    }
}

impl From<Gcj02> for Bd09 {
    fn from(Gcj02(place): Gcj02) -> Self {
        let (x, y) = (place.longitude, place.latitude);
        let radius = x.hypot(y) + 0.00002 * (y * BAIDU_TURN).sin();
        let angle = y.atan2(x) + 0.000003 * (x * BAIDU_TURN).cos();
        Self(Degrees { latitude: radius * angle.sin() + 0.006, longitude: radius * angle.cos() + 0.0065 })
    }
}

impl From<Bd09> for Gcj02 {
    /// To within a millimetre, by approaching the position whose shifted one it is.
    fn from(Bd09(shown): Bd09) -> Self {
        let mut guess = shown;
        for _ in 0..8 {
            let Bd09(again) = Gcj02(guess).into();
            guess = Degrees {
                latitude: guess.latitude + shown.latitude - again.latitude,
                longitude: guess.longitude + shown.longitude - again.longitude,
            };
        }
        Self(guess)
    }
}

impl From<Wgs84> for Bd09 {
    fn from(place: Wgs84) -> Self {
        Gcj02::from(place).into()
    }
}

impl From<Bd09> for Wgs84 {
    fn from(place: Bd09) -> Self {
        Gcj02::from(place).into()
    }
}

/// The rectangle that the formulas are used in.
fn is_far_from_china(place: Degrees) -> bool {
    !(0.8293..=55.8271).contains(&place.latitude) || !(72.004..=137.8347).contains(&place.longitude)
}

/// The shift at a position, north and east, in degrees.
fn shift(place: Degrees) -> (f64, f64) {
    let (x, y) = (place.longitude - 105.0, place.latitude - 35.0);
    let wave = |amplitude: f64, length: f64, at: f64| amplitude * (at * PI / length).sin();
    let common = (wave(20.0, 1.0 / 6.0, x) + wave(20.0, 0.5, x)) * 2.0 / 3.0;
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + common
        + (wave(20.0, 1.0, y) + wave(40.0, 3.0, y)) * 2.0 / 3.0
        + (wave(160.0, 12.0, y) + wave(320.0, 30.0, y)) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + common
        + (wave(20.0, 1.0, x) + wave(40.0, 3.0, x)) * 2.0 / 3.0
        + (wave(150.0, 12.0, x) + wave(300.0, 30.0, x)) * 2.0 / 3.0;
    let latitude = place.latitude.to_radians();
    let flattening = 1.0 - ECCENTRICITY * latitude.sin().powi(2);
    let meridian = MAJOR_AXIS * (1.0 - ECCENTRICITY) / flattening.powf(1.5);
    let parallel = MAJOR_AXIS / flattening.sqrt() * latitude.cos();
    ((north / meridian).to_degrees(), (east / parallel).to_degrees())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn metres(a: Degrees, b: Degrees) -> f64 {
        let north = (a.latitude - b.latitude).to_radians();
        let east = (a.longitude - b.longitude).to_radians() * a.latitude.to_radians().cos();
        north.hypot(east) * 6_371_000.0
    }

    fn place(latitude: f64, longitude: f64) -> Degrees {
        Degrees { latitude, longitude }
    }

    #[test]
    fn known_positions_are_shifted_as_the_maps_have_them() {
        // Tiananmen, in the numbers that implementations of these formulas are commonly checked by.
        let wgs = place(39.908_823, 116.397_470);
        let Gcj02(gcj) = Wgs84(wgs).into();
        assert!(metres(gcj, place(39.910_226, 116.403_714)) < 1.0, "{gcj:?}");
        let Bd09(bd) = Gcj02(place(39.915, 116.404)).into();
        assert!(metres(bd, place(39.921_336_993_510_2, 116.410_369_493_710_29)) < 0.01, "{bd:?}");
    }

    #[test]
    fn nothing_is_shifted_abroad() {
        for abroad in [place(51.5, -0.1), place(-33.9, 151.2), place(0.0, 0.0)] {
            assert_eq!(Gcj02::from(Wgs84(abroad)).0, abroad);
            assert_eq!(Wgs84::from(Gcj02(abroad)).0, abroad);
        }
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_position_to_a_millimetre(
            latitude in 18.0..53.6f64,
            longitude in 73.6..135.1f64,
        ) {
            let start = place(latitude, longitude);
            let Wgs84(from_gcj) = Gcj02::from(Wgs84(start)).into();
            prop_assert!(metres(start, from_gcj) < 0.001);
            let Wgs84(from_bd) = Bd09::from(Wgs84(start)).into();
            prop_assert!(metres(start, from_bd) < 0.001);
        }

        #[test]
        fn the_shift_is_of_some_hundred_metres(latitude in 18.0..53.6f64, longitude in 73.6..135.1f64) {
            let start = place(latitude, longitude);
            let shifted = metres(start, Gcj02::from(Wgs84(start)).0);
            prop_assert!((10.0..1_500.0).contains(&shifted), "{}", shifted);
        }
    }
}
