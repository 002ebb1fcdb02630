//! What a replay completes each household with, so that the counts come out as planned.

use anju_domain::summary::Detail;

use crate::layout::{Township, Village};

/// Parts of a way of guarantee that fall to each of its details; invented, for the deck shows none.
const APPRAISED: [(Detail, u32); 2] = [(Detail::AppraisedA, 70), (Detail::AppraisedB, 30)];
const RENOVATED: [(Detail, u32); 8] = [
    (Detail::RenovatedReinforced, 24),
    (Detail::RenovatedRebuilt, 36),
    (Detail::RenovatedNewlyBuilt, 7),
    (Detail::RenovatedPovertyRelocation, 25),
    (Detail::RenovatedEcologicalMigration, 2),
    (Detail::RenovatedReservoirMigration, 2),
    (Detail::RenovatedHazardRelocation, 3),
    (Detail::RenovatedOther, 1),
];
const SHELTERED: [(Detail, u32); 6] = [
    (Detail::ShelteredRelatives, 35),
    (Detail::ShelteredCareHome, 16),
    (Detail::ShelteredRentedOrBorrowed, 18),
    (Detail::ShelteredCollectiveRental, 18),
    (Detail::ShelteredHappinessCompound, 10),
    (Detail::ShelteredOther, 3),
];

/// The detail that the household ends with. Over a whole township, each way of guarantee comes out to the digit.
pub(crate) fn outcome(seed: u64, township: &Township, village: &Village, number: u32) -> Detail {
    let households = township.ordinals.end - township.ordinals.start;
    let place = village.first + number - 1 - township.ordinals.start;
    let place = scattered(seed, place, households);
    let [appraised, renovated, sheltered] = township.guarantees;
    if place < appraised {
        share_of(&APPRAISED, place, appraised)
    } else if place < appraised + renovated {
        share_of(&RENOVATED, place - appraised, renovated)
    } else {
        share_of(&SHELTERED, place - appraised - renovated, sheltered)
    }
}

/// Another place below `count`, each just once, so that neighbours differ and every village gets a fair mix.
fn scattered(seed: u64, place: u32, count: u32) -> u32 {
    let count = u64::from(count);
    // The golden section keeps the steps' traces far apart.
    let mut stride = count * 618 / 1000 + 1;
    while greatest_common_divisor(stride, count) != 1 {
        stride += 1;
    }
    ((u64::from(place) * stride + seed % count) % count) as u32
}

fn greatest_common_divisor(one: u64, other: u64) -> u64 {
    if other == 0 { one } else { greatest_common_divisor(other, one % other) }
}

/// The detail that the `rank`-th of `all` falls to.
fn share_of<const N: usize>(shares: &[(Detail, u32); N], rank: u32, all: u32) -> Detail {
    let parts: u32 = shares.iter().map(|(_, part)| part).sum();
    let part = u64::from(rank) * u64::from(parts) / u64::from(all.max(1));
    let mut upper = 0;
    for (detail, share) in shares {
        upper += u64::from(*share);
        if part < upper {
            return *detail;
        }
    }
    shares[N - 1].0
}
