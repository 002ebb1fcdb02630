//! A file gone through once: checked to its last block, marked on the way, and seen at a reduced size.

use image::RgbImage;

use super::frame::{Coding, Frame};
use super::output::Output;
use super::planes::{Colours, Planes};
use super::scan::ScanHeader;
use super::segments::{
    APP0, APP1, APP2, APP14, HUFFMAN, QUANTISATION, RESTART_INTERVAL, START_OF_SCAN, Segment, Segments, State,
};
use super::sequential::{self, Edit, Stop};
use super::touch::{Meaning, TouchedBlocks};
use super::transform::Transform;
use super::{quality, recode};
use crate::Rejection;
use crate::mask::Mask;

/// A marked file, and what the pass over the original showed.
pub(crate) struct Spliced {
    pub(crate) bytes: Vec<u8>,
    /// The unmarked picture at a reduced size, as stored.
    pub(crate) preview: RgbImage,
    /// Whether the tables had to be completed, and all codes written anew.
    pub(crate) reencoded: bool,
}

/// What a file is like, told by the segments before its first scan.
pub(crate) struct Outline {
    pub(crate) frame: Frame,
    pub(super) colours: Colours,
    /// The quality that its writer was asked for, 1 to 100, as its tables tell.
    pub(crate) quality: Option<u8>,
    /// What the colours mean, where one segment says it: profiles of more than that aren't of cameras.
    pub(crate) profile: Option<Vec<u8>>,
}

/// How a colour profile begins that is the first segment of one.
const WHOLE_PROFILE: &[u8] = b"ICC_PROFILE\0\x01\x01";

impl Outline {
    /// Reads a file up to its first scan; its frame must have at most this many pixels.
    pub(crate) fn read(bytes: &[u8], max_pixels: u64) -> Result<Self, Rejection> {
        let (mut segments, mut state, mut profile) = (Segments::new(bytes), State::default(), None);
        while let Some(segment) = segments.next()? {
            match segment.marker {
                START_OF_SCAN => break,
                APP2 => profile = profile.or(segment.content.strip_prefix(WHOLE_PROFILE)),
                _ => {}
            }
            state.apply(segment, max_pixels)?;
        }
        let frame = state.frame.take().ok_or(Rejection::Truncated)?;
        let brightness = frame.components.first().map_or(0, |component| component.quantisation);
        let table = state.quantisation.get(usize::from(brightness)).copied().flatten();
        Ok(Self {
            colours: colours(&state, &frame),
            quality: table.as_ref().map(quality::estimate),
            profile: profile.map(<[u8]>::to_vec),
            frame,
        })
    }

    pub(super) fn is_sequential(&self) -> bool {
        self.frame.coding == Coding::Sequential
    }

    /// Whether samples have 12 bits, for which there is hardly another decoder.
    pub(crate) fn is_deep(&self) -> bool {
        self.frame.precision > 8
    }

    /// Whether the mark can be spliced in: sequential, of 8 bits, grey or of three colours.
    pub(crate) fn takes_splice(&self) -> bool {
        let frame = &self.frame;
        let whole = frame.components.iter().all(|component| frame.scale(component).is_some());
        self.is_sequential() && !self.is_deep() && matches!(frame.components.len(), 1 | 3) && whole
    }
}

/// What decoders take the components for.
fn colours(state: &State, frame: &Frame) -> Colours {
    let ids: Vec<_> = frame.components.iter().map(|component| component.id).collect();
    match (ids.len(), state.is_jfif, state.adobe_transform) {
        (3, false, Some(0)) => Colours::Rgb,
        (3, false, None) if ids == *b"RGB" => Colours::Rgb,
        (3, ..) => Colours::YCbCr,
        _ => Colours::Grey,
    }
}

/// Splices the mark into a file that takes it. The mask is that of the stored picture, which the viewer sees as
/// the EXIF orientation says; `side` is 1, 2, 4 or 8 samples of the preview for 8 pixels.
pub(crate) fn splice(
    bytes: &[u8],
    outline: &Outline,
    orientation: u8,
    mask: &Mask,
    side: usize,
) -> Result<Spliced, Rejection> {
    let touched = touched_blocks(outline, mask)?;
    for recode in [false, true] {
        match splice_once(bytes, outline, orientation, &touched, side, recode) {
            Ok(spliced) => return Ok(spliced),
            Err(Stop::Rejected(rejection)) => return Err(rejection),
            Err(Stop::MissingCode) => {}
        }
    }
    // Completed tables lack no code that a sound picture needs.
    Err(Rejection::Corrupt)
}

pub(super) fn splice_once(
    bytes: &[u8],
    outline: &Outline,
    orientation: u8,
    touched: &[TouchedBlocks],
    side: usize,
    recode: bool,
) -> Result<Spliced, Stop> {
    let (transform, mut output) = (Transform::new(), Output::new(bytes));
    let edit = Edit { touched, transform: &transform, output: &mut output, recode };
    let planes = Pass::new(bytes, outline, side, Some((edit, orientation))).run()?;
    let preview = planes.picture(&outline.frame, outline.colours);
    Ok(Spliced { bytes: output.into_bytes(), preview, reencoded: recode })
}

/// Checks a sequential file to its last block.
pub(super) fn check(bytes: &[u8], outline: &Outline) -> Result<(), Rejection> {
    walked(bytes, outline, 1).map(drop)
}

/// Checks a sequential file to its last block and returns the picture.
pub(crate) fn decode(bytes: &[u8], outline: &Outline) -> Result<RgbImage, Rejection> {
    Ok(walked(bytes, outline, 8)?.picture(&outline.frame, outline.colours))
}

fn walked(bytes: &[u8], outline: &Outline, side: usize) -> Result<Planes, Rejection> {
    Pass::new(bytes, outline, side, None).run().map_err(|stop| match stop {
        Stop::Rejected(rejection) => rejection,
        Stop::MissingCode => Rejection::Corrupt,
    })
}

pub(super) fn touched_blocks(outline: &Outline, mask: &Mask) -> Result<Vec<TouchedBlocks>, Rejection> {
    let frame = &outline.frame;
    let mut touched = Vec::<TouchedBlocks>::new();
    for (index, component) in frame.components.iter().enumerate() {
        let is_tint = outline.colours == Colours::YCbCr && index > 0;
        let meaning = if is_tint { Meaning::Tint } else { Meaning::Light };
        let sampling = frame.scale(component).ok_or(Rejection::UnsupportedFormat)?;
        let twin =
            frame.components.iter().zip(&touched).find(|(other, _)| frame.scale(other) == Some(sampling));
        let blocks = match twin {
            Some((_, twin)) => twin.of_twin(meaning),
            None => TouchedBlocks::new(sampling, meaning, mask),
        };
        touched.push(blocks);
    }
    Ok(touched)
}

/// One way through a file.
struct Pass<'p, 'e, 'a> {
    bytes: &'a [u8],
    outline: &'p Outline,
    state: State,
    planes: Planes,
    /// By component: whether its scan was met.
    seen: [bool; 4],
    /// How to change it; the EXIF orientation still to be written.
    edit: Option<Edit<'e, 'a>>,
    orientation: Option<u8>,
}

impl<'p, 'e, 'a> Pass<'p, 'e, 'a> {
    fn new(bytes: &'a [u8], outline: &'p Outline, side: usize, edit: Option<(Edit<'e, 'a>, u8)>) -> Self {
        let orientation = edit.as_ref().map(|(_, orientation)| *orientation).filter(|turned| *turned != 1);
        Self {
            bytes,
            outline,
            state: State::default(),
            planes: Planes::new(&outline.frame, side),
            seen: [false; 4],
            edit: edit.map(|(edit, _)| edit),
            orientation,
        }
    }

    fn run(mut self) -> Result<Planes, Stop> {
        self.write(&[0xFF, 0xD8]);
        let mut segments = Segments::new(self.bytes);
        while let Some(segment) = segments.next()? {
            if segment.marker == START_OF_SCAN {
                segments.position = self.scan(segment, segments.position)?;
            } else {
                self.segment(segment)?;
            }
        }
        let components = self.outline.frame.components.len();
        if !self.seen[..components].iter().all(|seen| *seen) {
            return Err(Rejection::Truncated.into());
        }
        self.write(&[0xFF, 0xD9]);
        Ok(self.planes)
    }

    fn segment(&mut self, segment: Segment<'_>) -> Result<(), Rejection> {
        // The pixels were counted when the outline was read.
        self.state.apply(segment, u64::MAX)?;
        let content = segment.content;
        match segment.marker {
            // Without the small picture that the segment may hold, which has no mark.
            APP0 if content.starts_with(b"JFIF\0") && content.len() >= 12 => {
                self.write_segment(APP0, &[&content[..12], &[0, 0]].concat());
            }
            APP2 if content.starts_with(b"ICC_PROFILE\0") => self.keep(segment),
            APP14 if content.starts_with(b"Adobe") => self.keep(segment),
            HUFFMAN | QUANTISATION | RESTART_INTERVAL | 0xC0 | 0xC1 => self.keep(segment),
            _ => {}
        }
        Ok(())
    }

    /// Writes a segment as it is, behind the orientation, which viewers look for at the beginning.
    fn keep(&mut self, segment: Segment<'_>) {
        if let Some(orientation) = self.orientation.take() {
            self.write_segment(APP1, &exif_orientation(orientation));
        }
        self.write_segment(segment.marker, segment.content);
    }

    fn scan(&mut self, segment: Segment<'_>, from: usize) -> Result<usize, Stop> {
        let frame = &self.outline.frame;
        let header = ScanHeader::parse(frame, segment.content)?;
        for part in &header.parts {
            if std::mem::replace(&mut self.seen[part.component], true) {
                return Err(Rejection::Corrupt.into());
            }
        }
        if self.edit.as_ref().is_some_and(|edit| edit.recode) {
            self.write(&recode::segment(&self.state.tables, &header));
        }
        // What has no meaning here is written such that even those read it who ask for sense.
        let selectors = segment.content.len().saturating_sub(3);
        let content = [&segment.content[..selectors], &[0, 63, 0]].concat();
        self.keep(Segment { content: &content, ..segment });
        let edit = self.edit.as_mut().map(|edit| Edit {
            touched: edit.touched,
            transform: edit.transform,
            output: &mut *edit.output,
            recode: edit.recode,
        });
        sequential::walk(&self.state, frame, &header, self.bytes, from, &mut self.planes, edit)
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(edit) = &mut self.edit {
            edit.output.bytes(bytes);
        }
    }

    fn write_segment(&mut self, marker: u8, content: &[u8]) {
        // Contents come out of segments, or are short.
        let length = (content.len() as u16).wrapping_add(2).to_be_bytes();
        self.write(&[0xFF, marker, length[0], length[1]]);
        self.write(content);
    }
}

/// EXIF that says nothing but the orientation.
fn exif_orientation(orientation: u8) -> [u8; 32] {
    let mut exif = *b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0";
    exif[24] = orientation;
    exif
}
