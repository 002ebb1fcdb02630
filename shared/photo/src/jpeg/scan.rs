//! What sequential and progressive scans have in common: the header, the units, the restarts.

use super::frame::{Component, Frame};
use crate::Rejection;

/// The most blocks of a unit of several components; the standard's bound.
const MAX_BLOCKS_OF_UNIT: u32 = 10;

/// A component's part in a scan, by number: of the component in its frame, and of its tables.
#[derive(Debug, Clone, Copy)]
pub(super) struct PartHeader {
    pub(super) component: usize,
    pub(super) dc_table: u8,
    pub(super) ac_table: u8,
}

/// What a start-of-scan segment says.
#[derive(Debug)]
pub(super) struct ScanHeader {
    pub(super) parts: Vec<PartHeader>,
    /// First and last coefficient and the precision of a progressive scan. Decoders ignore them in a
    /// sequential one, and so some writers do.
    pub(super) progression: [u8; 3],
}

impl ScanHeader {
    pub(super) fn parse(frame: &Frame, content: &[u8]) -> Result<Self, Rejection> {
        let [count, selectors @ .., first, last, precision] = content else { return Err(Rejection::Corrupt) };
        if selectors.len() != usize::from(*count) * 2 || !(1..=4).contains(count) {
            return Err(Rejection::Corrupt);
        }
        let mut parts = Vec::<PartHeader>::new();
        for selector in selectors.chunks_exact(2) {
            let [id, tables] = selector else { return Err(Rejection::Corrupt) };
            let component = frame.components.iter().position(|component| component.id == *id);
            let component = component.ok_or(Rejection::Corrupt)?;
            if parts.iter().any(|part| part.component == component) {
                return Err(Rejection::Corrupt);
            }
            parts.push(PartHeader { component, dc_table: tables >> 4, ac_table: tables & 15 });
        }
        let header = Self { parts, progression: [*first, *last, *precision] };
        let blocks = |part: &PartHeader| {
            let (h, v) = header.blocks_of_unit(&frame.components[part.component]);
            h * v
        };
        if header.parts.iter().map(blocks).sum::<u32>() > MAX_BLOCKS_OF_UNIT {
            return Err(Rejection::Corrupt);
        }
        Ok(header)
    }

    /// A scan of one component has its blocks one by one, whatever its sampling.
    pub(super) fn is_interleaved(&self) -> bool {
        self.parts.len() > 1
    }

    /// The scan's units, across and down.
    pub(super) fn units(&self, frame: &Frame) -> (u32, u32) {
        match self.parts.as_slice() {
            [only] => frame.own_blocks(&frame.components[only.component]),
            _ => frame.units(),
        }
    }

    /// The blocks of a component in a unit, across and down.
    pub(super) fn blocks_of_unit(&self, component: &Component) -> (u32, u32) {
        if self.is_interleaved() { (component.horizontal, component.vertical) } else { (1, 1) }
    }
}

/// Counts the units from one restart marker to the next.
pub(super) struct Restarts {
    /// 0 for none.
    interval: u32,
    until_next: u32,
    number: u8,
}

impl Restarts {
    pub(super) fn new(interval: u32) -> Self {
        Self { interval, until_next: interval, number: 0 }
    }

    /// The number of the marker that stands before the next unit, if one does.
    #[inline(always)]
    pub(super) fn before_unit(&mut self) -> Option<u8> {
        if self.interval == 0 {
            return None;
        }
        if self.until_next > 0 {
            self.until_next -= 1;
            return None;
        }
        self.until_next = self.interval - 1;
        let number = self.number;
        self.number = (number + 1) & 7;
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_stands_before_every_interval_but_the_first_numbered_from_0_to_7() {
        let mut restarts = Restarts::new(2);
        let numbers: Vec<_> = (0..22).filter_map(|_| restarts.before_unit()).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 0, 1]);
        assert_eq!(Restarts::new(0).before_unit(), None);
    }
}
