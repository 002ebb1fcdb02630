//! The frame header: size and components of the picture, before any of its data is read.

use crate::Rejection;

/// How the coefficients are spread over scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Sequential,
    Progressive,
}

/// A colour plane: its identifier and its sampling relative to the others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Component {
    pub(super) id: u8,
    pub(super) horizontal: u32,
    pub(super) vertical: u32,
}

/// What a start-of-frame segment says.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) coding: Coding,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) components: Vec<Component>,
}

impl Frame {
    /// Reads the segment's content; `marker` is one of the start-of-frame markers.
    pub(super) fn parse(marker: u8, segment: &[u8]) -> Result<Self, Rejection> {
        let coding = match marker {
            0xC0 | 0xC1 => Coding::Sequential,
            0xC2 => Coding::Progressive,
            // Lossless, hierarchical and arithmetic coding: no phone writes them.
            _ => return Err(Rejection::UnsupportedFormat),
        };
        let [precision, h1, h0, w1, w0, count, rest @ ..] = segment else { return Err(Rejection::Corrupt) };
        let (height, width) =
            (u32::from(u16::from_be_bytes([*h1, *h0])), u32::from(u16::from_be_bytes([*w1, *w0])));
        // Height 0 leaves it to a later marker, which no decoder here reads.
        if *precision != 8 || height == 0 {
            return Err(Rejection::UnsupportedFormat);
        }
        if width == 0 || !(1..=4).contains(count) || rest.len() != usize::from(*count) * 3 {
            return Err(Rejection::Corrupt);
        }
        let components = rest.chunks_exact(3).map(Component::parse).collect::<Result<_, _>>()?;
        Ok(Self { coding, width, height, components })
    }

    /// The blocks of a component that a whole row or column of minimum coded units holds.
    pub(super) fn padded_blocks(&self, component: &Component) -> (u32, u32) {
        let (across, down) = self.units();
        (across * component.horizontal, down * component.vertical)
    }

    /// The blocks of a component that hold something of the picture: what a scan of it alone has.
    pub(super) fn own_blocks(&self, component: &Component) -> (u32, u32) {
        let (most_h, most_v) = self.largest_sampling();
        let samples = |length: u32, own: u32, most: u32| (length * own).div_ceil(most);
        (
            samples(self.width, component.horizontal, most_h).div_ceil(8),
            samples(self.height, component.vertical, most_v).div_ceil(8),
        )
    }

    /// The minimum coded units of a scan with more than one component.
    pub(super) fn units(&self) -> (u32, u32) {
        let (most_h, most_v) = self.largest_sampling();
        (self.width.div_ceil(8 * most_h), self.height.div_ceil(8 * most_v))
    }

    fn largest_sampling(&self) -> (u32, u32) {
        let most = |sampling: fn(&Component) -> u32| self.components.iter().map(sampling).max().unwrap_or(1);
        (most(|component| component.horizontal), most(|component| component.vertical))
    }
}

impl Component {
    fn parse(bytes: &[u8]) -> Result<Self, Rejection> {
        let [id, sampling, _quantisation] = bytes else { return Err(Rejection::Corrupt) };
        let (horizontal, vertical) = (u32::from(sampling >> 4), u32::from(sampling & 15));
        if (1..=4).contains(&horizontal) && (1..=4).contains(&vertical) {
            Ok(Self { id: *id, horizontal, vertical })
        } else {
            Err(Rejection::Corrupt)
        }
    }
}
