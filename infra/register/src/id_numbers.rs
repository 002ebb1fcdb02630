//! Synthetic ID numbers: valid in form, no two alike within a register, and nobody's.
//!
//! Their area codes lie in real prefectures (two of them abolished) but in counties 50 to 59, which those
//! prefectures never had, so nobody alive holds one. As in life, the area says nothing about where the holder
//! lives. Area, day of birth and order code follow from a household's place in the register, which is what keeps
//! numbers apart without anyone remembering those that were given out.

use anju_domain::id_number::check_character;
use anju_domain::region::RegionCode;

use crate::random::Random;

/// 昭通, 曲靖, 红河, 文山, 遵义, 毕节, 宜宾, 泸州, 乐山, 凉山, 贵阳, 百色, and two prefectures that are no more:
/// 昭通地区 and 达县地区.
const PREFECTURES: [u32; 14] =
    [5306, 5303, 5325, 5326, 5203, 5205, 5115, 5105, 5111, 5134, 5201, 4510, 5321, 5130];
const FIRST_UNUSED_COUNTY: u32 = 50;
const COUNTIES: u32 = 10;
const AREAS: u32 = PREFECTURES.len() as u32 * COUNTIES;
const DAYS: u32 = 365;
/// Order codes of a day: odd ones for men, even ones for women.
const ORDERS: u32 = 499;

/// Households for which there are numbers.
pub(crate) const CAPACITY: u32 = AREAS * DAYS * ORDERS;
/// A prime that doesn't divide [`CAPACITY`]: steps of it reach every place once.
const STRIDE: u64 = 15_485_863;

/// Most people of a household: their years of birth keep them apart, see [`IdNumbers::year_near`].
pub(crate) const MOST_PEOPLE: u32 = 7;

/// 男 or 女, which the order code shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sex {
    Man,
    Woman,
}

/// How a number stands in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdKind {
    /// 18 characters.
    Resident,
    /// 20: with a disability certificate's category and level.
    Disability,
    /// 15, as issued before 1999.
    Legacy,
    /// 18, the last of which is wrong.
    WrongCheck,
}

/// Where the numbers of a county's register begin: elsewhere for every county, so that several registers in one
/// system hardly ever share a number.
pub(crate) fn start(seed: u64, county: &RegionCode) -> u32 {
    Random::of(seed, county.as_str().parse().unwrap_or_default(), 0).below(CAPACITY)
}

/// The ID numbers of one household.
pub(crate) struct IdNumbers {
    ordinal: u32,
    area: u32,
    day: u32,
    order: u32,
}

impl IdNumbers {
    /// Those of the household with this ordinal (below [`CAPACITY`]) in a register whose numbers begin at `start`.
    pub(crate) fn of(start: u32, ordinal: u32) -> Self {
        let capacity = u64::from(CAPACITY);
        let place = ((u64::from(ordinal) * STRIDE + u64::from(start)) % capacity) as u32;
        IdNumbers { ordinal, order: place % ORDERS, day: place / ORDERS % DAYS, area: place / ORDERS / DAYS }
    }

    /// A year at most 3 from `wanted`, for the household's person number `slot` (0 to 6). Area, day and order are
    /// one household's alone; the year modulo 7 tells its people apart.
    pub(crate) fn year_near(&self, wanted: u32, slot: u32) -> u32 {
        let earliest = wanted - MOST_PEOPLE / 2;
        let residue = (self.ordinal + slot) % MOST_PEOPLE;
        earliest + (residue + MOST_PEOPLE - earliest % MOST_PEOPLE) % MOST_PEOPLE
    }

    /// The number of the person born in `year`, as it stands in the register. Nobody born from 2000 on has an old
    /// number: they get one of 18.
    pub(crate) fn text(&self, year: u32, sex: Sex, kind: IdKind, random: &mut Random) -> String {
        let body = self.body(year, sex);
        let check = check_character(body.as_bytes());
        match kind {
            IdKind::Legacy if year < 2000 => format!("{}{}", &body[..6], &body[8..]),
            IdKind::Resident | IdKind::Legacy => format!("{body}{check}"),
            IdKind::Disability => {
                format!("{body}{check}{}{}", random.between(1, 7), random.between(1, 4))
            }
            IdKind::WrongCheck => format!("{body}{}", other_than(check)),
        }
    }

    fn body(&self, year: u32, sex: Sex) -> String {
        let prefecture = PREFECTURES[(self.area / COUNTIES) as usize % PREFECTURES.len()];
        let county = FIRST_UNUSED_COUNTY + self.area % COUNTIES;
        // A family's people have birthdays of their own. What is added follows from the rest of the number, so it
        // can be taken off again, and numbers that differed still do.
        let residue = year % MOST_PEOPLE;
        let order = (self.order + 71 * residue) % ORDERS;
        let (month, day) = month_and_day((self.day + residue * (40 + order % 97)) % DAYS);
        let order = match sex {
            Sex::Man => 2 * order + 1,
            Sex::Woman => 2 * order + 2,
        };
        format!("{prefecture}{county}{year}{month:02}{day:02}{order:03}")
    }
}

fn other_than(check: char) -> char {
    check.to_digit(10).and_then(|digit| char::from_digit((digit + 1) % 10, 10)).unwrap_or('0')
}

/// The month and day of the day `day` (from 0) of a year without February 29.
fn month_and_day(mut day: u32) -> (u32, u32) {
    let mut month = 1;
    for days in [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    (month, day + 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use anju_domain::id_number::{IdForm, IdNumber};

    use super::*;

    #[test]
    fn the_year_s_days_go_from_new_year_to_its_eve() {
        assert_eq!([0, 58, 59, 364].map(month_and_day), [(1, 1), (2, 28), (3, 1), (12, 31)]);
    }

    #[test]
    fn every_kind_is_what_it_is_called() {
        let mut random = Random::of(1, 1, 1);
        for ordinal in 0..500 {
            let numbers = IdNumbers::of(9, ordinal);
            let mut text = |kind| numbers.text(1960, Sex::Woman, kind, &mut random).parse::<IdNumber>();
            assert_eq!(text(IdKind::Resident).unwrap().form(), IdForm::Resident);
            assert_eq!(text(IdKind::Disability).unwrap().form(), IdForm::Disability);
            assert_eq!(text(IdKind::Legacy).unwrap().form(), IdForm::Legacy);
            assert!(text(IdKind::WrongCheck).is_err());
        }
    }

    #[test]
    fn the_people_of_a_household_are_born_in_years_that_differ_modulo_7() {
        for ordinal in [0, 1, 118_096, CAPACITY - 1] {
            let numbers = IdNumbers::of(3, ordinal);
            let years: BTreeSet<u32> = (0..7).map(|slot| numbers.year_near(1970, slot)).collect();
            assert_eq!(years.into_iter().collect::<Vec<u32>>(), (1967..=1973).collect::<Vec<u32>>());
        }
    }

    #[test]
    fn area_day_and_order_belong_to_one_household_alone() {
        assert_ne!(u64::from(CAPACITY) % STRIDE, 0);
        // Those of one area: areas differ from each other in any case.
        let households = (0..CAPACITY).map(|ordinal| IdNumbers::of(5, ordinal)).filter(|one| one.area == 0);
        for year in 1970..1977 {
            let bodies: BTreeSet<String> = households.clone().map(|one| one.body(year, Sex::Man)).collect();
            assert_eq!(bodies.len() as u32, DAYS * ORDERS);
        }
    }
}
