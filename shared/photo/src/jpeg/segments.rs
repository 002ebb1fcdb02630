//! The segments of a file, one after the other, and what they set for the scans behind them.

use super::frame::Frame;
use super::huffman::Definition;
use super::reader::next_marker;
use super::transform::ZIGZAG;
use crate::Rejection;

pub(super) const START_OF_IMAGE: u8 = 0xD8;
pub(super) const END_OF_IMAGE: u8 = 0xD9;
pub(super) const START_OF_SCAN: u8 = 0xDA;
pub(super) const QUANTISATION: u8 = 0xDB;
pub(super) const RESTART_INTERVAL: u8 = 0xDD;
pub(super) const HUFFMAN: u8 = 0xC4;
pub(super) const APP0: u8 = 0xE0;
pub(super) const APP1: u8 = 0xE1;
pub(super) const APP2: u8 = 0xE2;
pub(super) const APP14: u8 = 0xEE;

/// Real files have some twenty, with a long colour profile a hundred; a hostile one could have millions.
const MAX_SEGMENTS: u32 = 4096;

/// A segment: its marker, where it begins and its content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment<'a> {
    pub(super) marker: u8,
    pub(super) content: &'a [u8],
}

/// Goes through a file's segments. Behind a start of scan, [`Segments::position`] is to be moved past its data.
pub(super) struct Segments<'a> {
    bytes: &'a [u8],
    pub(super) position: usize,
    seen: u32,
}

impl<'a> Segments<'a> {
    /// Behind the start of the image.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 2, seen: 0 }
    }

    /// The next segment; none at the end of the image.
    pub(super) fn next(&mut self) -> Result<Option<Segment<'a>>, Rejection> {
        loop {
            let (marker, position) = next_marker(self.bytes, self.position).ok_or(Rejection::Truncated)?;
            self.position = position;
            self.seen += 1;
            if self.seen > MAX_SEGMENTS {
                return Err(Rejection::Corrupt);
            }
            match marker {
                END_OF_IMAGE => return Ok(None),
                // Another picture begins where this one should go on.
                START_OF_IMAGE => return Err(Rejection::Truncated),
                // Restart markers that no interval asked for, and one without a meaning.
                0x01 | 0xD0..=0xD7 => {}
                _ => return Ok(Some(Segment { marker, content: self.content()? })),
            }
        }
    }

    fn content(&mut self) -> Result<&'a [u8], Rejection> {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let length = usize::from(u16::from_be_bytes(*rest.first_chunk().ok_or(Rejection::Truncated)?));
        let segment = rest.get(..length).ok_or(Rejection::Truncated)?;
        self.position += length;
        segment.get(2..).ok_or(Rejection::Corrupt)
    }
}

/// The Huffman tables in force: four for DC and four for AC coefficients.
#[derive(Default)]
pub(super) struct Tables([[Option<Definition>; 4]; 2]);

impl Tables {
    pub(super) fn dc(&self, number: u8) -> Option<&Definition> {
        self.0[0].get(usize::from(number))?.as_ref()
    }

    pub(super) fn ac(&self, number: u8) -> Option<&Definition> {
        self.0[1].get(usize::from(number))?.as_ref()
    }

    fn define(&mut self, mut content: &[u8]) -> Result<(), Rejection> {
        while !content.is_empty() {
            let (place, definition, rest) = Definition::parse(content)?;
            let class = self.0.get_mut(usize::from(place >> 4)).ok_or(Rejection::Corrupt)?;
            // Sizes of a mean's difference go to 15.
            if place >> 4 == 0 && definition.symbols.iter().any(|size| *size > 15) {
                return Err(Rejection::Corrupt);
            }
            *class.get_mut(usize::from(place & 15)).ok_or(Rejection::Corrupt)? = Some(definition);
            content = rest;
        }
        Ok(())
    }
}

/// By which numbers coefficients were divided, column by column.
pub(super) type Quantisation = [u16; 64];

/// What the segments so far have set.
#[derive(Default)]
pub(super) struct State {
    pub(super) frame: Option<Frame>,
    pub(super) tables: Tables,
    pub(super) quantisation: [Option<Quantisation>; 4],
    pub(super) restart_interval: u32,
    pub(super) is_jfif: bool,
    /// What Adobe's segment says of the colours: 0 as they are, 1 and 2 as brightness and two differences.
    pub(super) adobe_transform: Option<u8>,
}

impl State {
    /// Takes what a segment sets, if it sets anything. A frame must have at most this many pixels.
    pub(super) fn apply(&mut self, segment: Segment<'_>, max_pixels: u64) -> Result<(), Rejection> {
        let content = segment.content;
        match segment.marker {
            // A reserved one, and one of arithmetic coding.
            0xC8 | 0xCC => {}
            HUFFMAN => self.tables.define(content)?,
            QUANTISATION => self.define_quantisation(content)?,
            0xC0..=0xCF => self.begin_frame(segment.marker, content, max_pixels)?,
            RESTART_INTERVAL => {
                let [high, low] = content else { return Err(Rejection::Corrupt) };
                self.restart_interval = u16::from_be_bytes([*high, *low]).into();
            }
            APP0 => self.is_jfif |= content.starts_with(b"JFIF\0"),
            APP14 if content.starts_with(b"Adobe") => self.adobe_transform = content.get(11).copied(),
            _ => {}
        }
        Ok(())
    }

    fn begin_frame(&mut self, marker: u8, content: &[u8], max_pixels: u64) -> Result<(), Rejection> {
        if self.frame.is_some() {
            return Err(Rejection::Corrupt);
        }
        let frame = Frame::parse(marker, content)?;
        if u64::from(frame.width) * u64::from(frame.height) > max_pixels {
            return Err(Rejection::TooManyPixels);
        }
        self.frame = Some(frame);
        Ok(())
    }

    fn define_quantisation(&mut self, mut content: &[u8]) -> Result<(), Rejection> {
        while let Some((place, rest)) = content.split_first() {
            let size = match place >> 4 {
                0 => 1,
                1 => 2,
                _ => return Err(Rejection::Corrupt),
            };
            let (values, rest) = rest.split_at_checked(64 * size).ok_or(Rejection::Corrupt)?;
            let mut table = [0; 64];
            for (place, bytes) in ZIGZAG.into_iter().zip(values.chunks_exact(size)) {
                table[usize::from(place)] = bytes.iter().fold(0, |value, byte| value << 8 | u16::from(*byte));
            }
            let slot = self.quantisation.get_mut(usize::from(place & 15)).ok_or(Rejection::Corrupt)?;
            if table.contains(&0) {
                return Err(Rejection::Corrupt);
            }
            *slot = Some(table);
            content = rest;
        }
        Ok(())
    }
}
