//! A progressive scan walked block by block: every code is read, no coefficient's value is kept.

use super::frame::{Component, Frame};
use super::huffman::Decoder;
use super::reader::Reader;
use super::scan::{Restarts, ScanHeader};
use super::segments::Tables;
use crate::Rejection;

/// What the scans so far have told about one component.
pub(super) struct Progress {
    /// By block: which coefficients are not zero, as refining scans hold a bit for each.
    not_zero: Vec<u64>,
    /// By coefficient: the bits that are still to come; none where no scan told any.
    missing_bits: [Option<u8>; 64],
}

impl Progress {
    pub(super) fn new(frame: &Frame, component: &Component) -> Self {
        let (across, down) = frame.padded_blocks(component);
        Self { not_zero: vec![0; across as usize * down as usize], missing_bits: [None; 64] }
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
    fn parse([first, last, precision]: [u8; 3]) -> Result<Self, Rejection> {
        let (high, low) = (precision >> 4, precision & 15);
        let band = Self {
            first: first.into(),
            last: last.into(),
            refines_from: (high > 0).then_some(high),
            missing_bits: low,
        };
        let ordered = band.first <= band.last && band.last < 64;
        let dc_apart = (band.first == 0) == (band.last == 0);
        let one_bit = band.refines_from.is_none_or(|high| high == low + 1);
        if ordered && dc_apart && one_bit && low <= 13 { Ok(band) } else { Err(Rejection::Corrupt) }
    }
}

/// A component's part in a scan.
struct Part<'a> {
    index: usize,
    component: &'a Component,
    dc: Option<Decoder>,
    ac: Option<Decoder>,
}

/// Walks the scan whose header this is. Returns where its data ends.
pub(super) fn walk(
    frame: &Frame,
    tables: &Tables,
    progress: &mut [Progress],
    restart_interval: u32,
    header: &ScanHeader,
    reader: Reader<'_>,
) -> Result<usize, Rejection> {
    let band = Band::parse(header.progression)?;
    let mut parts = Vec::new();
    for part in &header.parts {
        progress[part.component].record(&band)?;
        parts.push(Part {
            index: part.component,
            component: &frame.components[part.component],
            dc: tables.dc(part.dc_table).map(Decoder::new).transpose()?,
            ac: tables.ac(part.ac_table).map(Decoder::new).transpose()?,
        });
    }
    if header.is_interleaved() && band.first > 0 {
        return Err(Rejection::Corrupt);
    }
    let mut scan = Scan { band, zero_blocks: 0, reader };
    let mut restarts = Restarts::new(restart_interval);
    let (across, down) = header.units(frame);
    for row in 0..down {
        for column in 0..across {
            if let Some(number) = restarts.before_unit() {
                scan.reader.restart(number)?;
                scan.zero_blocks = 0;
            }
            for part in &parts {
                let progress = &mut progress[part.index];
                let stride = frame.padded_blocks(part.component).0;
                let (h, v) = header.blocks_of_unit(part.component);
                for y in row * v..(row + 1) * v {
                    for x in column * h..(column + 1) * h {
                        let block = progress.not_zero.get_mut(y as usize * stride as usize + x as usize);
                        scan.block(part, block.ok_or(Rejection::Corrupt)?)?;
                    }
                }
            }
        }
    }
    Ok(scan.reader.position())
}

struct Scan<'a> {
    band: Band,
    /// Blocks still to come in which this scan holds no new coefficient.
    zero_blocks: u32,
    reader: Reader<'a>,
}

impl Scan<'_> {
    fn block(&mut self, part: &Part<'_>, not_zero: &mut u64) -> Result<(), Rejection> {
        match (self.band.first, self.band.refines_from) {
            (0, None) => self.dc(part),
            (0, Some(_)) => self.reader.take(1).map(|_| ()),
            (_, None) => self.first_ac(part, not_zero),
            (_, Some(_)) => self.refine_ac(part, not_zero),
        }
    }

    fn dc(&mut self, part: &Part<'_>) -> Result<(), Rejection> {
        let size = part.dc.as_ref().ok_or(Rejection::Corrupt)?.symbol(&mut self.reader)?;
        if size > 15 {
            return Err(Rejection::Corrupt);
        }
        self.reader.take(size.into()).map(|_| ())
    }

    /// A run of zeros and the size of the value behind it.
    fn run_and_size(&mut self, part: &Part<'_>) -> Result<(usize, u32), Rejection> {
        let symbol = part.ac.as_ref().ok_or(Rejection::Corrupt)?.symbol(&mut self.reader)?;
        Ok((usize::from(symbol >> 4), u32::from(symbol & 15)))
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
                    self.reader.take(size)?;
                    k += 1;
                }
            }
        }
        Ok(())
    }

    /// `2^run` blocks and as many more as the next `run` bits say.
    fn zero_block_run(&mut self, run: usize) -> Result<u32, Rejection> {
        Ok((1 << run) + u32::from(self.reader.take(run as u32)?))
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
                (_, 1) => drop(self.reader.take(1)?),
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
                self.reader.take(1)?;
            } else if run == 0 {
                return Ok(k);
            } else {
                run -= 1;
            }
        }
        Ok(self.band.last + 1)
    }
}
