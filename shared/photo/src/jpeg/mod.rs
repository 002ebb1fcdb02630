//! Whether a JPEG file is all there.
//!
//! Decoders fill what is missing with grey and call it a success; for evidence that won't do. Here every code
//! of every scan is read and counted, without making a picture of it: a file passes when each block of each
//! component is there to the last bit, up to an end-of-image marker. What follows that marker (the film of a
//! motion photo, a gain map) is not the picture's and isn't looked at.

mod bits;
mod frame;
mod huffman;
mod scan;

use bits::{Bits, next_marker};
use frame::Frame;
use huffman::HuffmanTable;
use scan::{Progress, Tables};

use crate::Rejection;

/// Real files have about ten; without a bound a small file could ask for hours.
const MAX_SCANS: usize = 100;

const START_OF_IMAGE: u8 = 0xD8;
const END_OF_IMAGE: u8 = 0xD9;
const START_OF_SCAN: u8 = 0xDA;
const DEFINE_HUFFMAN: u8 = 0xC4;
const DEFINE_RESTART_INTERVAL: u8 = 0xDD;

/// Accepts a file that is complete and whose frame has at most this many pixels.
pub(crate) fn check(bytes: &[u8], max_pixels: u64) -> Result<(), Rejection> {
    let mut walk = Walk { bytes, position: 2, ..Walk::default() };
    while walk.segment(max_pixels)? {}
    Ok(())
}

#[derive(Default)]
struct Walk<'a> {
    bytes: &'a [u8],
    position: usize,
    frame: Option<Frame>,
    tables: Tables,
    restart_interval: u32,
    progress: Vec<Progress>,
    scans: usize,
}

impl Walk<'_> {
    /// Takes the next segment; false when it was the end of the image.
    fn segment(&mut self, max_pixels: u64) -> Result<bool, Rejection> {
        let (marker, position) = next_marker(self.bytes, self.position).ok_or(Rejection::Truncated)?;
        self.position = position;
        match marker {
            END_OF_IMAGE => return self.end().map(|()| false),
            // Another picture begins where this one should go on.
            START_OF_IMAGE => return Err(Rejection::Truncated),
            0x01 | 0xD0..=0xD7 => return Ok(true),
            _ => {}
        }
        let content = self.take_content()?;
        match marker {
            0xC8 | 0xCC => {}
            DEFINE_HUFFMAN => self.define_tables(content)?,
            0xC0..=0xCF => self.begin_frame(marker, content, max_pixels)?,
            DEFINE_RESTART_INTERVAL => self.define_restarts(content)?,
            START_OF_SCAN => self.scan(content)?,
            _ => {}
        }
        Ok(true)
    }

    fn end(&self) -> Result<(), Rejection> {
        let complete = !self.progress.is_empty() && self.progress.iter().all(Progress::is_complete);
        if complete { Ok(()) } else { Err(Rejection::Truncated) }
    }

    fn begin_frame(&mut self, marker: u8, content: &[u8], max_pixels: u64) -> Result<(), Rejection> {
        if self.frame.is_some() {
            return Err(Rejection::Corrupt);
        }
        let frame = Frame::parse(marker, content)?;
        if u64::from(frame.width) * u64::from(frame.height) > max_pixels {
            return Err(Rejection::TooManyPixels);
        }
        self.progress = frame.components.iter().map(|component| Progress::new(&frame, component)).collect();
        self.frame = Some(frame);
        Ok(())
    }

    fn define_tables(&mut self, mut content: &[u8]) -> Result<(), Rejection> {
        while let Some((head, rest)) = content.split_first_chunk::<17>() {
            let [class_and_number, counts @ ..] = head;
            let (class, number) = (usize::from(class_and_number >> 4), usize::from(class_and_number & 15));
            let length = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, rest) = rest.split_at_checked(length).ok_or(Rejection::Corrupt)?;
            let table = self.tables.get_mut(class).and_then(|class| class.get_mut(number));
            *table.ok_or(Rejection::Corrupt)? = Some(HuffmanTable::new(counts, symbols)?);
            content = rest;
        }
        if content.is_empty() { Ok(()) } else { Err(Rejection::Corrupt) }
    }

    fn define_restarts(&mut self, content: &[u8]) -> Result<(), Rejection> {
        let [high, low] = content else { return Err(Rejection::Corrupt) };
        self.restart_interval = u16::from_be_bytes([*high, *low]).into();
        Ok(())
    }

    fn scan(&mut self, header: &[u8]) -> Result<(), Rejection> {
        self.scans += 1;
        let frame = self.frame.as_ref().filter(|_| self.scans <= MAX_SCANS).ok_or(Rejection::Corrupt)?;
        let bits = Bits::new(self.bytes, self.position);
        self.position =
            scan::walk(frame, &self.tables, &mut self.progress, self.restart_interval, header, bits)?;
        Ok(())
    }
}

impl<'a> Walk<'a> {
    /// The content of the segment at the present position, which moves behind it.
    fn take_content(&mut self) -> Result<&'a [u8], Rejection> {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let length = rest.first_chunk().ok_or(Rejection::Truncated)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let segment = rest.get(..length).ok_or(Rejection::Truncated)?;
        self.position += length;
        segment.get(2..).ok_or(Rejection::Corrupt)
    }
}
