//! The QR code that is printed and pasted up in the home.

use qrcode::render::svg::Color;
use qrcode::{EcLevel, QrCode};

/// Pixels across, at least, quiet zone included; the picture scales without loss.
const MIN_SIZE: u32 = 320;

/// The text doesn't fit into a QR code.
#[derive(Debug, thiserror::Error)]
#[error("the address does not fit into a QR code")]
pub struct QrError(#[from] qrcode::types::QrError);

/// The QR code of `url` as an SVG file: level Q, for paper that gets dirty; black on white; with the
/// quiet zone of 4 modules that the standard asks for.
pub fn qr_svg(url: &str) -> Result<String, QrError> {
    let code = QrCode::with_error_correction_level(url, EcLevel::Q)?;
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

    #[test]
    fn an_address_of_thousands_of_characters_is_refused() {
        assert!(qr_svg(&"a".repeat(5000)).is_err());
    }
}
