//! The frame header: size and components of the picture, before any of its data is read.

use crate::Rejection;

/// How the coefficients are spread over scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Sequential,
    Progressive,
}

/// A colour plane: its identifier, its sampling relative to the others, and which table quantised it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) id: u8,
    pub(super) horizontal: u32,
    pub(super) vertical: u32,
    pub(super) quantisation: u8,
}

/// What a start-of-frame segment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(super) coding: Coding,
    /// Bits of a sample, 8 or 12.
    pub(super) precision: u8,
    pub(crate) width: u32,
    pub(crate) height: u32,
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
        let readable = *precision == 8 || (*precision == 12 && marker == 0xC1);
        // Height 0 leaves it to a later marker, which no decoder here reads.
        if !readable || height == 0 {
            return Err(Rejection::UnsupportedFormat);
        }
        if width == 0 || !(1..=4).contains(count) || rest.len() != usize::from(*count) * 3 {
            return Err(Rejection::Corrupt);
        }
        let components: Vec<_> =
            rest.chunks_exact(3).map(Component::parse).collect::<Result<_, Rejection>>()?;
        let twice = |(index, one): (usize, &Component)| components[..index].iter().any(|c| c.id == one.id);
        if components.iter().enumerate().any(twice) {
            return Err(Rejection::Corrupt);
        }
        Ok(Self { coding, precision: *precision, width, height, components })
    }

    /// The blocks of a component that a whole row or column of minimum coded units holds.
    pub(super) fn padded_blocks(&self, component: &Component) -> (u32, u32) {
        let (across, down) = self.units();
        (across * component.horizontal, down * component.vertical)
    }

    /// The blocks of a component that hold something of the picture: what a scan of it alone has.
    pub(super) fn own_blocks(&self, component: &Component) -> (u32, u32) {
        let (width, height) = self.own_samples(component);
        (width.div_ceil(8), height.div_ceil(8))
    }

    /// The samples of a component that hold something of the picture.
    pub(super) fn own_samples(&self, component: &Component) -> (u32, u32) {
        let (most_h, most_v) = self.largest_sampling();
        (
            (self.width * component.horizontal).div_ceil(most_h),
            (self.height * component.vertical).div_ceil(most_v),
        )
    }

    /// The minimum coded units of a scan with more than one component.
    pub(super) fn units(&self) -> (u32, u32) {
        let (most_h, most_v) = self.largest_sampling();
        (self.width.div_ceil(8 * most_h), self.height.div_ceil(8 * most_v))
    }

    pub(super) fn largest_sampling(&self) -> (u32, u32) {
        let most = |sampling: fn(&Component) -> u32| self.components.iter().map(sampling).max().unwrap_or(1);
        (most(|component| component.horizontal), most(|component| component.vertical))
    }

    /// Pixels of the picture that one sample of the component stands for, across and down; none if that is no
    /// whole number.
    pub(super) fn scale(&self, component: &Component) -> Option<(u32, u32)> {
        let (most_h, most_v) = self.largest_sampling();
        let whole = most_h.is_multiple_of(component.horizontal) && most_v.is_multiple_of(component.vertical);
        whole.then(|| (most_h / component.horizontal, most_v / component.vertical))
    }
}

impl Component {
    fn parse(bytes: &[u8]) -> Result<Self, Rejection> {
        let [id, sampling, quantisation] = bytes else { return Err(Rejection::Corrupt) };
        let (horizontal, vertical) = (u32::from(sampling >> 4), u32::from(sampling & 15));
        if (1..=4).contains(&horizontal) && (1..=4).contains(&vertical) && *quantisation < 4 {
            Ok(Self { id: *id, horizontal, vertical, quantisation: *quantisation })
        } else {
            Err(Rejection::Corrupt)
        }
    }
}
