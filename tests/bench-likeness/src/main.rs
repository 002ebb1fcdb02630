//! `make bench-likeness`: copies of many houses' photos, how many of them are found, and how many houses are taken
//! for another.

use std::error::Error;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::Path;

use anju_bench_likeness::copies::ALL;
use anju_bench_likeness::report::{Distances, MOST, Measured, Report};
use anju_bench_likeness::search::County;
use anju_bench_likeness::{distances, likeness, photo};
use anju_domain::likeness::Likeness;

/// Copies that the index of a county is searched for stand behind the houses by this number.
const COPIES_FROM: u32 = 1_000_000;
/// One house of so many is copied.
const COPIED: u64 = 25;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, houses, folder] = arguments.as_slice() else {
        return Err("anju-bench-likeness HOUSES FOLDER".into());
    };
    let seen = look_at(houses.parse()?);
    let report = report(&seen)?;
    let folder = Path::new(folder);
    std::fs::write(folder.join("likeness.svg"), report.plot())?;
    let page = folder.join("likeness.md");
    let text = std::fs::read_to_string(&page)?;
    let begin = text.find("<!-- measured -->").ok_or("no place for the tables")?;
    let end = text.find("<!-- end -->").ok_or("no end of the tables")?;
    let text = format!("{}<!-- measured -->\n\n{}\n{}", &text[..begin], report.tables(), &text[end..]);
    std::fs::write(page, text)?;
    Ok(())
}

/// A house's photo and the copies of it.
struct House {
    shows: Likeness,
    copies: Vec<Likeness>,
}

/// So many houses, on all processors.
fn look_at(houses: u64) -> Vec<House> {
    let look = |seed: u64| {
        let file = photo(seed);
        let copied = ALL.iter().filter(|_| seed.is_multiple_of(COPIED));
        House { shows: likeness(&file), copies: copied.map(|copying| likeness(&copying.of(&file))).collect() }
    };
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get) as u64;
    std::thread::scope(|scope| {
        let parts = (0..threads).map(|part| {
            let seeds = houses * part / threads..houses * (part + 1) / threads;
            scope.spawn(move || seeds.map(look).collect::<Vec<_>>())
        });
        let parts: Vec<_> = parts.collect();
        parts.into_iter().flat_map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

fn report(houses: &[House]) -> Result<Report, Box<dyn Error>> {
    let copies = ALL.iter().enumerate().map(|(kind, copying)| {
        let mut counted = Distances::default();
        for house in houses.iter().filter(|house| !house.copies.is_empty()) {
            counted.add(distances(&house.copies[kind], &house.shows.seen));
        }
        Measured { name: copying.name, meant: copying.meant, distances: counted }
    });
    let mut report = Report {
        copies: copies.collect(),
        houses: compared(houses),
        entered: houses.len() as u64,
        searched: (0, 0),
        mistaken: 0,
        requests: (usize::MAX, 0),
        fullest: 0,
    };
    search(houses, &mut report)?;
    Ok(report)
}

/// Every house beside every other one.
fn compared(houses: &[House]) -> Distances {
    let mut counted = Distances::default();
    for (place, one) in houses.iter().enumerate() {
        let mut unlike = 0;
        for other in &houses[..place] {
            let short = |hash: u64| (hash ^ other.shows.seen.hash).count_ones() as usize;
            if short(one.shows.seen.hash).min(short(one.shows.mirrored.hash)) > MOST.0 {
                unlike += 1;
            } else {
                counted.add(distances(&one.shows, &other.shows.seen));
            }
        }
        counted.add_unlike(unlike);
    }
    counted
}

/// A county of all houses, and then a copy of each that is meant to be found, each way in turn.
fn search(houses: &[House], report: &mut Report) -> Result<(), Box<dyn Error>> {
    let county = County::new("530627101203".parse()?);
    for (number, house) in (1..).zip(houses) {
        county.enter(number, house.shows);
    }
    county.take_requests();
    let meant: Vec<usize> = (0..ALL.len()).filter(|kind| ALL[*kind].meant).collect();
    let copied = (1_u32..).zip(houses).filter(|(_, house)| !house.copies.is_empty());
    for (turn, (number, house)) in copied.enumerate() {
        let kind = meant[turn % meant.len()];
        let found = county.enter(COPIES_FROM + number, house.copies[kind]);
        let requests = county.take_requests();
        report.requests = (report.requests.0.min(requests), report.requests.1.max(requests));
        report.searched.0 += 1;
        report.searched.1 += u64::from(found.contains(&number));
        report.mistaken += found.iter().filter(|other| **other != number).count() as u64;
    }
    report.fullest = county.fullest();
    Ok(())
}
