//! A scan walked block by block: every code is read, no coefficient is kept.

use super::bits::Bits;
use super::frame::{Coding, Component, Frame};
use super::huffman::HuffmanTable;
use crate::Rejection;

/// The tables in force at a scan's start, four for DC and four for AC coefficients.
pub(super) type Tables = [[Option<HuffmanTable>; 4]; 2];

/// What the scans so far have told about one component.
pub(super) struct Progress {
    /// By block: which coefficients are not zero, as refining scans hold a bit for each. Empty when
    /// sequential.
    not_zero: Vec<u64>,
    /// By coefficient: the bits that are still to come; none where no scan told any.
    missing_bits: [Option<u8>; 64],
}

impl Progress {
    pub(super) fn new(frame: &Frame, component: &Component) -> Self {
        let (across, down) = frame.padded_blocks(component);
        let blocks = if frame.coding == Coding::Progressive { across as usize * down as usize } else { 0 };
        Self { not_zero: vec![0; blocks], missing_bits: [None; 64] }
    }

    /// All coefficients, to the last bit.
    pub(super) fn is_complete(&self) -> bool {
        self.missing_bits.iter().all(|missing| *missing == Some(0))
    }

    fn record(&mut self, band: &Band) -> Result<(), Rejection> {
        for missing in &mut self.missing_bits[band.first..=band.last] {
            let follows = match band.refines_from {
                None => missing.is_none(),
                Some(bits) => *missing == Some(bits),
            };
            if !follows {
                return Err(Rejection::Corrupt);
            }
            *missing = Some(band.missing_bits);
        }
        Ok(())
    }
}

/// The part of the coefficients that a scan holds.
#[derive(Debug, Clone, Copy)]
struct Band {
    first: usize,
    last: usize,
    /// The bits missing so far, in a scan that adds one to what earlier ones told.
    refines_from: Option<u8>,
    /// The bits missing after it.
    missing_bits: u8,
}

impl Band {
    fn parse(coding: Coding, [first, last, precision]: [u8; 3]) -> Result<Self, Rejection> {
        let (high, low) = (precision >> 4, precision & 15);
        let band = match coding {
            // Decoders ignore these three in a sequential scan, and so some writers do.
            Coding::Sequential => Self { first: 0, last: 63, refines_from: None, missing_bits: 0 },
            Coding::Progressive => Self {
                first: first.into(),
                last: last.into(),
                refines_from: (high > 0).then_some(high),
                missing_bits: low,
            },
        };
        let ordered = band.first <= band.last && band.last < 64;
        let dc_apart = coding == Coding::Sequential || (band.first == 0) == (band.last == 0);
        let one_bit = band.refines_from.is_none_or(|high| high == low + 1);
        if ordered && dc_apart && one_bit && low <= 13 { Ok(band) } else { Err(Rejection::Corrupt) }
    }
}

/// A component's part in a scan.
struct Part<'a> {
    index: usize,
    component: &'a Component,
    dc: Option<&'a HuffmanTable>,
    ac: Option<&'a HuffmanTable>,
}

/// Walks the scan whose header this is. Returns where its data ends.
pub(super) fn walk(
    frame: &Frame,
    tables: &Tables,
    progress: &mut [Progress],
    restart_interval: u32,
    header: &[u8],
    bits: Bits<'_>,
) -> Result<usize, Rejection> {
    let [count, selectors @ .., first, last, precision] = header else { return Err(Rejection::Corrupt) };
    let band = Band::parse(frame.coding, [*first, *last, *precision])?;
    let parts = parts(frame, tables, selectors)?;
    let interleaved = parts.len() > 1;
    if parts.len() != usize::from(*count) || parts.is_empty() || (interleaved && band.first > 0) {
        return Err(Rejection::Corrupt);
    }
    for part in &parts {
        progress[part.index].record(&band)?;
    }
    let mut scan = Scan { band, progressive: frame.coding == Coding::Progressive, zero_blocks: 0, bits };
    let mut restarts = Restarts { interval: restart_interval, until_next: restart_interval, number: 0 };
    let (across, down) = if interleaved { frame.units() } else { frame.own_blocks(parts[0].component) };
    for row in 0..down {
        for column in 0..across {
            restarts.before_unit(&mut scan)?;
            for part in &parts {
                let progress = &mut progress[part.index];
                let stride = frame.padded_blocks(part.component).0;
                let (h, v) =
                    if interleaved { (part.component.horizontal, part.component.vertical) } else { (1, 1) };
                for y in row * v..(row + 1) * v {
                    for x in column * h..(column + 1) * h {
                        let block = progress.not_zero.get_mut(y as usize * stride as usize + x as usize);
                        scan.block(part, block)?;
                    }
                }
            }
        }
    }
    Ok(scan.bits.position())
}

fn parts<'a>(frame: &'a Frame, tables: &'a Tables, selectors: &[u8]) -> Result<Vec<Part<'a>>, Rejection> {
    if !selectors.len().is_multiple_of(2) {
        return Err(Rejection::Corrupt);
    }
    let part = |selector: &[u8]| {
        let [id, table_numbers] = selector else { return None };
        let index = frame.components.iter().position(|component| component.id == *id)?;
        let table = |class: usize, number: u8| tables[class].get(usize::from(number))?.as_ref();
        let (dc, ac) = (table(0, table_numbers >> 4), table(1, table_numbers & 15));
        Some(Part { index, component: &frame.components[index], dc, ac })
    };
    selectors.chunks_exact(2).map(|selector| part(selector).ok_or(Rejection::Corrupt)).collect()
}

struct Restarts {
    /// Units from one restart marker to the next; 0 for none.
    interval: u32,
    until_next: u32,
    number: u8,
}

impl Restarts {
    fn before_unit(&mut self, scan: &mut Scan<'_>) -> Result<(), Rejection> {
        if self.interval == 0 {
            return Ok(());
        }
        if self.until_next == 0 {
            scan.bits.restart(self.number)?;
            scan.zero_blocks = 0;
            self.number = (self.number + 1) & 7;
            self.until_next = self.interval;
        }
        self.until_next -= 1;
        Ok(())
    }
}

struct Scan<'a> {
    band: Band,
    progressive: bool,
    /// Blocks still to come in which this scan holds no new coefficient.
    zero_blocks: u32,
    bits: Bits<'a>,
}

impl Scan<'_> {
    fn block(&mut self, part: &Part<'_>, not_zero: Option<&mut u64>) -> Result<(), Rejection> {
        if !self.progressive {
            self.dc(part)?;
            return self.sequential_ac(part);
        }
        let not_zero = not_zero.ok_or(Rejection::Corrupt)?;
        match (self.band.first, self.band.refines_from) {
            (0, None) => self.dc(part),
            (0, Some(_)) => self.bits.take(1).map(|_| ()),
            (_, None) => self.first_ac(part, not_zero),
            (_, Some(_)) => self.refine_ac(part, not_zero),
        }
    }

    fn dc(&mut self, part: &Part<'_>) -> Result<(), Rejection> {
        let size = part.dc.ok_or(Rejection::Corrupt)?.symbol(&mut self.bits)?;
        if size > 15 {
            return Err(Rejection::Corrupt);
        }
        self.bits.take(size.into()).map(|_| ())
    }

    /// A run of zeros and the size of the value behind it.
    fn run_and_size(&mut self, part: &Part<'_>) -> Result<(usize, u32), Rejection> {
        let symbol = part.ac.ok_or(Rejection::Corrupt)?.symbol(&mut self.bits)?;
        Ok((usize::from(symbol >> 4), u32::from(symbol & 15)))
    }

    fn sequential_ac(&mut self, part: &Part<'_>) -> Result<(), Rejection> {
        let mut k = 1;
        while k < 64 {
            match self.run_and_size(part)? {
                (15, 0) => k += 16,
                (_, 0) => break,
                (run, size) => {
                    k += run + 1;
                    if k > 64 {
                        return Err(Rejection::Corrupt);
                    }
                    self.bits.take(size)?;
                }
            }
        }
        Ok(())
    }

    fn first_ac(&mut self, part: &Part<'_>, not_zero: &mut u64) -> Result<(), Rejection> {
        if self.zero_blocks > 0 {
            self.zero_blocks -= 1;
            return Ok(());
        }
        let mut k = self.band.first;
        while k <= self.band.last {
            match self.run_and_size(part)? {
                (15, 0) => k += 16,
                (run, 0) => {
                    self.zero_blocks = self.zero_block_run(run)? - 1;
                    break;
                }
                (run, size) => {
                    k += run;
                    if k > self.band.last {
                        return Err(Rejection::Corrupt);
                    }
                    *not_zero |= 1 << k;
                    self.bits.take(size)?;
                    k += 1;
                }
            }
        }
        Ok(())
    }

    /// `2^run` blocks and as many more as the next `run` bits say.
    fn zero_block_run(&mut self, run: usize) -> Result<u32, Rejection> {
        Ok((1 << run) + u32::from(self.bits.take(run as u32)?))
    }

    fn refine_ac(&mut self, part: &Part<'_>, not_zero: &mut u64) -> Result<(), Rejection> {
        let mut k = self.band.first;
        while self.zero_blocks == 0 && k <= self.band.last {
            let (run, size) = self.run_and_size(part)?;
            match (run, size) {
                (15, 0) => {}
                (run, 0) => {
                    self.zero_blocks = self.zero_block_run(run)?;
                    break;
                }
                (_, 1) => drop(self.bits.take(1)?),
                _ => return Err(Rejection::Corrupt),
            }
            k = self.refine_over_zeros(k, run, *not_zero)?;
            if size == 1 && k <= self.band.last {
                *not_zero |= 1 << k;
            }
            k += 1;
        }
        if self.zero_blocks > 0 {
            self.refine_over_zeros(k, 64, *not_zero)?;
            self.zero_blocks -= 1;
        }
        Ok(())
    }

    /// Takes a bit for each coefficient that is known not to be zero, up to the zero after `run` others.
    /// Returns that one's place, or one past the band.
    fn refine_over_zeros(&mut self, from: usize, mut run: usize, not_zero: u64) -> Result<usize, Rejection> {
        for k in from..=self.band.last {
            if not_zero >> k & 1 == 1 {
                self.bits.take(1)?;
            } else if run == 0 {
                return Ok(k);
            } else {
                run -= 1;
            }
        }
        Ok(self.band.last + 1)
    }
}
