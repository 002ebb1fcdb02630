//! What fuzzing found worth keeping: files that between them reach every part of the engine that any file reached.

use anju_photo::{Limits, check_jpeg, process};

use crate::pictures::claim;

#[test]
fn every_seed_is_refused_or_marked_such_that_the_engine_takes_it_again() {
    // Those of the fuzzing: they bound time and memory.
    let limits = Limits { max_bytes: 1 << 20, max_pixels: 60_000, max_decoded_pixels: 20_000 };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds");
    let seeds: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(seeds.len() > 100, "{} seeds", seeds.len());
    let mut marked = 0;
    for path in seeds {
        let file = std::fs::read(&path).unwrap();
        if let Ok(processed) = process(&file, &claim(), &limits) {
            marked += 1;
            for picture in [&processed.marked, &processed.thumbnail] {
                assert_eq!(check_jpeg(picture, &Limits::default()), Ok(()), "{}", path.display());
            }
        }
    }
    assert!(marked > 50, "only {marked} marked");
}
