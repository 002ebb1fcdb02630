//! A sequential scan walked block by block: all of it is read, next to nothing of it is decoded, and only the
//! blocks under the mark are written anew.

use super::block::{
    Coefficients, MissingCode, put_difference, put_rest, skip_rest, take_difference, take_rest,
};
use super::frame::Frame;
use super::huffman::{Decoder, Encoder, Skipper};
use super::output::Output;
use super::planes::Planes;
use super::reader::{BitPosition, Reader};
use super::recode;
use super::scan::{Restarts, ScanHeader};
use super::segments::{Quantisation, State, Tables};
use super::touch::{Touch, TouchedBlocks};
use super::transform::Transform;
use crate::Rejection;

/// Why a scan was not walked to its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// The file is at fault.
    Rejected(Rejection),
    /// The file's tables lack a code that the marked blocks need.
    MissingCode,
}

impl From<Rejection> for Stop {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<MissingCode> for Stop {
    fn from(_: MissingCode) -> Self {
        Self::MissingCode
    }
}

/// What a scan is changed by.
pub(super) struct Edit<'e, 'a> {
    /// By component of the frame.
    pub(super) touched: &'e [TouchedBlocks],
    pub(super) transform: &'e Transform,
    pub(super) output: &'e mut Output<'a>,
    /// Whether every block is written anew, with tables that lack no code.
    pub(super) recode: bool,
}

/// A Huffman table in all the forms that a walk needs.
struct AcTable {
    decoder: Decoder,
    skipper: Skipper,
}

/// The tables of a scan; those of its output are there only where it is edited.
struct ScanTables {
    dc: [Option<(Decoder, Encoder)>; 4],
    ac: [Option<(AcTable, Encoder)>; 4],
}

impl ScanTables {
    fn new(tables: &Tables, header: &ScanHeader, recode: bool) -> Result<Self, Rejection> {
        let mut found = Self { dc: [const { None }; 4], ac: [const { None }; 4] };
        for part in &header.parts {
            if let (Some(slot @ None), Some(table)) =
                (found.dc.get_mut(usize::from(part.dc_table)), tables.dc(part.dc_table))
            {
                let written = if recode { recode::complete_dc(table) } else { table.clone() };
                *slot = Some((Decoder::new(table)?, Encoder::new(&written)));
            }
            if let (Some(slot @ None), Some(table)) =
                (found.ac.get_mut(usize::from(part.ac_table)), tables.ac(part.ac_table))
            {
                let written = if recode { recode::complete_ac(table) } else { table.clone() };
                let decoder = Decoder::new(table)?;
                let skipper = Skipper::new(&decoder);
                *slot = Some((AcTable { decoder, skipper }, Encoder::new(&written)));
            }
        }
        Ok(found)
    }
}

/// A component's part in the scan.
struct Part<'t> {
    component: usize,
    dc: &'t Decoder,
    ac: &'t AcTable,
    dc_codes: &'t Encoder,
    ac_codes: &'t Encoder,
    quantisation: Quantisation,
    /// The mean of the component's last block.
    mean: i32,
    /// By how much that of the block written last is off.
    off: i32,
}

/// Walks the scan whose data the reader is at. Returns where that ends.
pub(super) fn walk(
    state: &State,
    frame: &Frame,
    header: &ScanHeader,
    source: &[u8],
    from: usize,
    planes: &mut Planes,
    mut edit: Option<Edit<'_, '_>>,
) -> Result<usize, Stop> {
    let recode = edit.as_ref().is_some_and(|edit| edit.recode);
    let tables = ScanTables::new(&state.tables, header, recode)?;
    let mut parts = Vec::new();
    for part in &header.parts {
        let (dc, dc_codes) = table(&tables.dc, part.dc_table)?;
        let (ac, ac_codes) = table(&tables.ac, part.ac_table)?;
        let quantisation = frame.components[part.component].quantisation;
        let quantisation = state.quantisation[usize::from(quantisation)].ok_or(Rejection::Corrupt)?;
        let component = part.component;
        parts.push(Part { component, dc, ac, dc_codes, ac_codes, quantisation, mean: 0, off: 0 });
    }
    let mut scan = Scan {
        reader: Reader::new(source, from),
        copied: BitPosition::at_byte(from),
        planes,
        edit: edit.as_mut(),
        is_off: false,
    };
    let blocks = blocks_of_unit(frame, header);
    let mut restarts = Restarts::new(state.restart_interval);
    let (across, down) = header.units(frame);
    for row in 0..down {
        let touched = scan.touched_units(row, &blocks, &parts);
        for column in 0..across {
            if let Some(number) = restarts.before_unit() {
                scan.restart(number, &mut parts)?;
            }
            let careful = touched.contains(&column) || scan.is_off;
            let unit = scan.unit((column, row), &blocks, &mut parts, careful);
            if scan.reader.is_overdrawn() {
                return Err(Rejection::Truncated.into());
            }
            unit?;
        }
    }
    scan.finish()
}

fn table<T>(tables: &[Option<T>; 4], number: u8) -> Result<&T, Rejection> {
    tables.get(usize::from(number)).and_then(Option::as_ref).ok_or(Rejection::Corrupt)
}

/// A block of a unit: whose it is, and where in the unit it lies.
struct UnitBlock {
    part: usize,
    across: u32,
    down: u32,
    x: u32,
    y: u32,
}

fn blocks_of_unit(frame: &Frame, header: &ScanHeader) -> Vec<UnitBlock> {
    let mut blocks = Vec::new();
    for (part, of_part) in header.parts.iter().enumerate() {
        let (across, down) = header.blocks_of_unit(&frame.components[of_part.component]);
        for (y, x) in (0..down).flat_map(|y| (0..across).map(move |x| (y, x))) {
            blocks.push(UnitBlock { part, across, down, x, y });
        }
    }
    blocks
}

struct Scan<'s, 'e, 'a> {
    reader: Reader<'s>,
    /// Up to here the output has what the original has, but for the changes.
    copied: BitPosition,
    planes: &'s mut Planes,
    edit: Option<&'s mut Edit<'e, 'a>>,
    /// Whether any part's means are written off.
    is_off: bool,
}

impl Scan<'_, '_, '_> {
    /// The columns of units in which a row's blocks may be changed.
    fn touched_units(&self, row: u32, blocks: &[UnitBlock], parts: &[Part<'_>]) -> std::ops::Range<u32> {
        let Some(edit) = &self.edit else { return 0..0 };
        if edit.recode {
            return 0..u32::MAX;
        }
        let in_row = |block: &&UnitBlock| {
            edit.touched[parts[block.part].component].rows().contains(&(row * block.down + block.y))
        };
        let columns = |block: &UnitBlock| {
            let columns = edit.touched[parts[block.part].component].columns();
            (columns.start / block.across, columns.end.div_ceil(block.across))
        };
        let units = blocks.iter().filter(in_row).map(columns);
        let (start, end) =
            units.fold((u32::MAX, 0), |(start, end), (from, to)| (start.min(from), end.max(to)));
        start.min(end)..end
    }

    #[inline(always)]
    fn unit(
        &mut self,
        (column, row): (u32, u32),
        blocks: &[UnitBlock],
        parts: &mut [Part<'_>],
        careful: bool,
    ) -> Result<(), Stop> {
        for block in blocks {
            let part = &mut parts[block.part];
            let place = (column * block.across + block.x, row * block.down + block.y);
            if careful { self.careful_block(part, place)? } else { self.quick_block(part, place)? }
        }
        if careful {
            self.is_off = parts.iter().any(|part| part.off != 0);
        }
        Ok(())
    }

    /// A block that stays as it is.
    #[inline(always)]
    fn quick_block(&mut self, part: &mut Part<'_>, place: (u32, u32)) -> Result<(), Stop> {
        if !self.planes.keep_means_only() {
            let coefficients = take_block(&mut self.reader, part)?;
            return Ok(self.planes.keep(part.component, place, &coefficients, &part.quantisation)?);
        }
        let difference = take_difference(&mut self.reader, part.dc)?;
        part.mean = part.mean.wrapping_add(difference);
        self.planes.keep_mean(part.component, place, part.mean, part.quantisation[0])?;
        Ok(skip_rest(&mut self.reader, &part.ac.skipper, &part.ac.decoder)?)
    }

    /// A block that may be under the mark, or behind one whose mean was changed.
    fn careful_block(&mut self, part: &mut Part<'_>, place: (u32, u32)) -> Result<(), Stop> {
        let Some(edit) = &self.edit else { return self.quick_block(part, place) };
        let touch = edit.touched[part.component].touch(place.0, place.1);
        if touch == Touch::Nothing && part.off == 0 && !edit.recode {
            return self.quick_block(part, place);
        }
        let before = part.mean.wrapping_add(part.off);
        let start = self.reader.bit_position();
        let mut coefficients = [0; 64];
        if touch == Touch::Whole && self.planes.keep_means_only() {
            self.quick_block(part, place)?;
        } else {
            coefficients = take_block(&mut self.reader, part)?;
            self.planes.keep(part.component, place, &coefficients, &part.quantisation)?;
        }
        if self.reader.is_overdrawn() {
            return Err(Rejection::Truncated.into());
        }
        let Some(edit) = &mut self.edit else { return Ok(()) };
        let touched = &edit.touched[part.component];
        let written = touched.marked(place, &coefficients, &part.quantisation, edit.transform);
        if !edit.recode {
            edit.output.copy(self.copied, start);
        }
        put_difference(edit.output, part.dc_codes, written[0].wrapping_sub(before))?;
        put_rest(edit.output, part.ac_codes, &written)?;
        self.copied = self.reader.bit_position();
        part.off = written[0].wrapping_sub(part.mean);
        Ok(())
    }

    fn restart(&mut self, number: u8, parts: &mut [Part<'_>]) -> Result<(), Rejection> {
        let end = self.reader.bit_position();
        let next = self.reader.restart(number)?;
        self.leave_interval(end, next, Some(number));
        for part in parts {
            (part.mean, part.off) = (0, 0);
        }
        self.is_off = false;
        Ok(())
    }

    /// Brings the output up to the end of an interval, unless the copying can go on beyond it.
    fn leave_interval(&mut self, end: BitPosition, next: usize, restart: Option<u8>) {
        let Some(edit) = &mut self.edit else { return };
        if !edit.recode && edit.output.is_in_step_with(self.copied) && restart.is_some() {
            return;
        }
        if !edit.recode {
            edit.output.copy(self.copied, end);
        }
        edit.output.pad();
        if let Some(number) = restart {
            edit.output.bytes(&[0xFF, 0xD0 | number]);
        }
        self.copied = BitPosition::at_byte(next);
    }

    fn finish(mut self) -> Result<usize, Stop> {
        let (end, position) = (self.reader.bit_position(), self.reader.position());
        self.leave_interval(end, position, None);
        Ok(position)
    }
}

fn take_block(reader: &mut Reader<'_>, part: &mut Part<'_>) -> Result<Coefficients, Rejection> {
    let mut coefficients = [0; 64];
    part.mean = part.mean.wrapping_add(take_difference(reader, part.dc)?);
    coefficients[0] = part.mean;
    take_rest(reader, &part.ac.decoder, &mut coefficients)?;
    Ok(coefficients)
}
