//! A few houses, at every run of the tests. `make bench-likeness` looks at ten thousand.

use anju_bench_likeness::copies::ALL;
use anju_bench_likeness::search::County;
use anju_bench_likeness::{likeness, photo};

const HOUSES: u32 = 27;

#[test]
fn copies_find_their_originals_in_a_county_and_no_other_house() {
    let county = County::new("530627101203".parse().unwrap());
    let files: Vec<Vec<u8>> = (1..=HOUSES).map(|seed| photo(seed.into())).collect();
    for (number, file) in (1..).zip(&files) {
        assert!(county.enter(number, likeness(file)).is_empty(), "house {number} is like another one");
    }
    county.take_requests();
    let meant: Vec<_> = ALL.iter().filter(|copying| copying.meant).collect();
    for (number, file) in (1..=HOUSES).zip(&files) {
        let copying = meant[number as usize % meant.len()];
        let found = county.enter(1_000 + number, likeness(&copying.of(file)));
        assert_eq!(found, [number], "house {number}, {}", copying.name);
        assert_eq!(county.take_requests(), 7);
    }
}
