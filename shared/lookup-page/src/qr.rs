//! The QR code that is printed and pasted up in the home.

use png::{BitDepth, ColorType, Encoder};
use qrcode::render::svg::Color;
use qrcode::{EcLevel, QrCode};

/// Pixels across, at least, quiet zone included; the picture scales without loss.
const MIN_SIZE: u32 = 320;

/// Pixels across a picture that doesn't scale, at least, quiet zone included: five centimetres on paper
/// at 300 dots an inch.
const MIN_PIXELS: usize = 600;

/// White modules around the code that the standard asks for.
const QUIET_MODULES: usize = 4;

/// Why there is no QR code.
#[derive(Debug, thiserror::Error)]
pub enum QrError {
    /// The text doesn't fit into one.
    #[error("the address does not fit into a QR code")]
    TooLong(#[from] qrcode::types::QrError),
    /// The picture could not be written.
    #[error("the picture could not be written")]
    Picture(#[from] png::EncodingError),
}

/// The QR code of `url`: level Q, for paper that gets dirty.
fn code_of(url: &str) -> Result<QrCode, QrError> {
    Ok(QrCode::with_error_correction_level(url, EcLevel::Q)?)
}

/// The modules of a QR code, without its quiet zone.
#[derive(Debug, Clone)]
pub struct QrModules {
    width: usize,
    dark: Vec<bool>,
}

impl QrModules {
    /// The code of `url`, which is the same as in the pictures.
    pub fn of(url: &str) -> Result<QrModules, QrError> {
        let code = code_of(url)?;
        let dark = code.to_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect();
        Ok(QrModules { width: code.width(), dark })
    }

    /// Modules across.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Modules across with the quiet zone that the standard asks for.
    pub fn width_with_quiet_zone(&self) -> usize {
        self.width + 2 * QUIET_MODULES
    }

    /// The dark modules, those beside each other as one: left, top and length, counted from the code's corner.
    pub fn dark_runs(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        let rows = self.dark.chunks(self.width.max(1)).enumerate();
        rows.flat_map(|(top, row)| {
            let mut left = 0;
            row.chunk_by(|one, next| one == next).filter_map(move |run| {
                let start = left;
                left += run.len();
                (run.first() == Some(&true)).then_some((start, top, run.len()))
            })
        })
    }
}

/// The QR code of `url` as a PNG file, black on white, with its quiet zone. Each module is the same whole
/// number of pixels, so that no edge is blurred.
pub fn qr_png(url: &str) -> Result<Vec<u8>, QrError> {
    let code = code_of(url)?;
    let modules = code.width() + 2 * QUIET_MODULES;
    let scale = MIN_PIXELS.div_ceil(modules);
    let size = modules * scale;
    let is_dark = |x: usize, y: usize| {
        let inside = |at: usize| at.checked_sub(QUIET_MODULES).filter(|at| *at < code.width());
        let dark = |(x, y)| code[(x, y)] == qrcode::Color::Dark;
        inside(x / scale).zip(inside(y / scale)).is_some_and(dark)
    };
    // One bit a pixel, 1 for white; rows are filled up to whole bytes.
    let row = |y: usize| {
        let byte = move |start: usize| {
            (0..8).fold(0_u8, |byte, bit| (byte << 1) | u8::from(!is_dark(start + bit, y)))
        };
        (0..size).step_by(8).map(byte)
    };
    let pixels: Vec<u8> = (0..size).flat_map(row).collect();
    let mut file = Vec::new();
    let across = u32::try_from(size).unwrap_or(u32::MAX);
    let mut encoder = Encoder::new(&mut file, across, across);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(file)
}

/// The QR code of `url` as an SVG file, black on white, with its quiet zone.
pub fn qr_svg(url: &str) -> Result<String, QrError> {
    let code = code_of(url)?;
    Ok(code
        .render()
        .quiet_zone(true)
        .min_dimensions(MIN_SIZE, MIN_SIZE)
        .dark_color(Color("#000"))
        .light_color(Color("#fff"))
        .build())
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://anju.example/q/abcdefghijkmnpqrstuvwxyz";

    /// A picture as a reader sees it, drawn from nothing but the SVG's text.
    struct Raster {
        size: usize,
        module: usize,
        dark: Vec<bool>,
    }

    impl Raster {
        fn of(svg: &str) -> Raster {
            let size: usize = attribute(svg, "svg", "width").parse().unwrap();
            assert_eq!(attribute(svg, "svg", "viewBox"), format!("0 0 {size} {size}"));
            assert_eq!(attribute(svg, "rect", "fill"), "#fff");
            assert_eq!(attribute(svg, "path", "fill"), "#000");
            let mut raster = Raster { size, module: 0, dark: vec![false; size * size] };
            for square in attribute(svg, "path", "d").split('M').skip(1) {
                raster.draw(square);
            }
            raster
        }

        /// `x yhWvHHxVy`: a rectangle of width W and height H.
        fn draw(&mut self, square: &str) {
            let numbers: Vec<usize> =
                square.split([' ', 'h', 'v', 'H', 'V']).map(|number| number.parse().unwrap()).collect();
            let [x, y, width, height, back_x, back_y] = numbers[..] else { panic!("{square}") };
            assert_eq!((x, y, width), (back_x, back_y, height));
            self.module = width;
            for row in y..y + height {
                self.dark[row * self.size + x..][..width].fill(true);
            }
        }

        fn is_dark(&self, x: usize, y: usize) -> bool {
            self.dark[y * self.size + x]
        }

        fn decode(&self) -> (rqrr::MetaData, String) {
            let grey = |x, y| if self.is_dark(x, y) { 0 } else { 255 };
            let mut image = rqrr::PreparedImage::prepare_from_greyscale(self.size, self.size, grey);
            let grids = image.detect_grids();
            assert_eq!(grids.len(), 1);
            grids[0].decode().unwrap()
        }
    }

    fn attribute<'a>(svg: &'a str, element: &str, name: &str) -> &'a str {
        let (_, rest) = svg.split_once(&format!("<{element} ")).unwrap();
        let (tag, _) = rest.split_once('>').unwrap();
        let (_, value) = tag.split_once(&format!("{name}=\"")).unwrap();
        value.split_once('"').unwrap().0
    }

    #[test]
    fn a_reader_of_the_svg_gets_the_address_back() {
        let (meta, text) = Raster::of(&qr_svg(URL).unwrap()).decode();
        assert_eq!(text, URL);
        assert_eq!(meta.ecc_level, 3, "level Q in the order of the format bits is 3");
    }

    #[test]
    fn four_modules_around_the_code_stay_white() {
        let raster = Raster::of(&qr_svg(URL).unwrap());
        let quiet = 4 * raster.module;
        let inner = quiet..raster.size - quiet;
        for (x, y) in (0..raster.size).flat_map(|x| (0..raster.size).map(move |y| (x, y))) {
            assert!(!raster.is_dark(x, y) || (inner.contains(&x) && inner.contains(&y)));
        }
        assert!(raster.is_dark(quiet, quiet), "the finder pattern begins right behind it");
        assert!(raster.size >= MIN_SIZE as usize);
    }

    #[test]
    fn the_code_still_reads_where_a_corner_of_it_is_torn_off() {
        let mut raster = Raster::of(&qr_svg(URL).unwrap());
        let torn = raster.size - 10 * raster.module;
        for y in torn..raster.size {
            let size = raster.size;
            raster.dark[y * size + torn..(y + 1) * size].fill(false);
        }
        assert_eq!(raster.decode().1, URL);
    }

    /// A PNG file as a reader sees it.
    fn drawn(file: &[u8]) -> Raster {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.color_type), (info.height, ColorType::Grayscale));
        let size = info.width as usize;
        assert!(pixels.iter().all(|grey| [0, 255].contains(grey)), "nothing is grey");
        let dark: Vec<bool> = pixels[..size * size].iter().map(|grey| *grey == 0).collect();
        let first = dark.iter().position(|dark| *dark).unwrap();
        // The finder pattern's first row is seven modules of black.
        let finder = dark[first..].iter().take_while(|dark| **dark).count();
        Raster { size, module: finder / 7, dark }
    }

    #[test]
    fn a_reader_of_the_png_gets_the_address_back() {
        for url in [URL, "http://a/q/b", &format!("{URL}/{}", "x".repeat(300))] {
            let raster = drawn(&qr_png(url).unwrap());
            let (meta, text) = raster.decode();
            assert_eq!((meta.ecc_level, text.as_str()), (3, url));
            assert!(raster.size >= MIN_PIXELS, "{}", raster.size);
        }
    }

    #[test]
    fn the_png_is_the_svgs_picture_module_by_module() {
        let (svg, png) = (Raster::of(&qr_svg(URL).unwrap()), drawn(&qr_png(URL).unwrap()));
        let modules = svg.size / svg.module;
        assert_eq!(png.size, modules * png.module, "whole modules only");
        for (x, y) in (0..png.size).flat_map(|x| (0..png.size).map(move |y| (x, y))) {
            let in_svg = |at: usize| at / png.module * svg.module;
            assert_eq!(png.is_dark(x, y), svg.is_dark(in_svg(x), in_svg(y)), "{x} {y}");
        }
    }

    #[test]
    fn an_address_of_thousands_of_characters_is_refused() {
        assert!(qr_svg(&"a".repeat(5000)).is_err() && qr_png(&"a".repeat(5000)).is_err());
    }
}
