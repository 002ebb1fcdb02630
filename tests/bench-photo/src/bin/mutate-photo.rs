//! Feeds damaged photos to the engine: `mutate-photo COUNT FIRST FOLDER`, where FOLDER holds sound ones.
//!
//! Mutant number n is the same at every run, so a count and a first number are all that it takes to see one
//! again. A panic, or a mutant that takes longer than two seconds, is written to the temporary folder and ends the
//! run with 1. How much memory it may take is for `ulimit -v` to say.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anju_photo::{CaptureClaim, Limits, Source, process};

const LONGEST: Duration = Duration::from_secs(2);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, count, first, folder] = arguments.as_slice() else {
        return Err("mutate-photo COUNT FIRST FOLDER".into());
    };
    let (count, first): (u64, u64) = (count.parse()?, first.parse()?);
    let seeds = seeds(folder)?;
    let uploaded_at = "2020-06-05T00:00:00Z".parse()?;
    let claim = CaptureClaim {
        source: Source::Camera,
        declared_taken_at: None,
        declared_location: None,
        uploaded_at,
    };
    // As much as small files can ask for without slowing everything down.
    let limits = Limits { max_pixels: 1_000_000, max_decoded_pixels: 250_000, ..Limits::default() };

    let mut outcomes = BTreeMap::<&str, u64>::new();
    let mut slowest = Duration::ZERO;
    for number in first..first + count {
        let mutant = mutant(&seeds, number);
        let start = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| process(&mutant, &claim, &limits)));
        let took = start.elapsed();
        slowest = slowest.max(took);
        let name = match &outcome {
            Ok(Ok(processed)) => processed.path.as_str(),
            Ok(Err(rejection)) => rejection.code(),
            Err(_) => "panic",
        };
        *outcomes.entry(name).or_default() += 1;
        if outcome.is_err() || took > LONGEST {
            let path = std::env::temp_dir().join(format!("mutant-{number}"));
            fs::write(&path, &mutant)?;
            writeln!(std::io::stderr(), "mutant {number}: {name} after {took:?}, in {}", path.display())?;
            return Ok(ExitCode::FAILURE);
        }
    }
    let mut told = std::io::stdout();
    outcomes.iter().try_for_each(|(outcome, times)| writeln!(told, "{times:>9} {outcome}"))?;
    writeln!(told, "{count:>9} mutants, no panic; the slowest took {slowest:?}")?;
    Ok(ExitCode::SUCCESS)
}

fn seeds(folder: &str) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    paths.sort();
    let pictures = paths.iter().filter(|path| {
        path.extension().is_some_and(|kind| ["jpg", "png", "webp"].iter().any(|known| kind == *known))
    });
    Ok(pictures.map(fs::read).collect::<Result<_, _>>()?)
}

/// A small generator whose numbers depend on nothing but its seed (xorshift64*).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        (0..4).for_each(|_| {
            random.below(2);
        });
        random
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound.max(1) as u64) as usize
    }

    fn byte(&mut self) -> u8 {
        const TELLING: [u8; 12] = [0, 1, 0x0F, 0x10, 0x11, 0x7F, 0x80, 0xC4, 0xD0, 0xD9, 0xDA, 0xFF];
        if self.below(2) == 0 { TELLING[self.below(TELLING.len())] } else { self.below(256) as u8 }
    }
}

fn mutant(seeds: &[Vec<u8>], number: u64) -> Vec<u8> {
    let mut random = Random::new(number);
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(6) {
        damage(&mut bytes, seeds, &mut random);
    }
    bytes
}

fn damage(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Random) {
    // Half of the damage hits the headers, where a byte says more.
    let reach = if random.below(2) == 0 { bytes.len().min(700) } else { bytes.len() };
    let at = random.below(reach);
    let length = 1 + random.below(40);
    let piece = at..bytes.len().min(at + length);
    match random.below(9) {
        0 | 1 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = random.byte()),
        2 | 3 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << random.below(8)),
        4 => drop(bytes.drain(piece)),
        5 => {
            let copy = bytes[piece].to_vec();
            let to = random.below(bytes.len());
            bytes.splice(to..to, copy);
        }
        6 => bytes[piece].iter_mut().for_each(|byte| *byte = random.byte()),
        7 => {
            // A piece of another file, such as its tables.
            let other = &seeds[random.below(seeds.len())];
            let from = random.below(other.len());
            let taken = other[from..other.len().min(from + 10 * length)].to_vec();
            bytes.splice(piece, taken);
        }
        _ => bytes.truncate(at.max(20)),
    }
}
