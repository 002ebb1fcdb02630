//! Reads a QR code as a scanner does, from nothing but the SVG's text or the PNG's pixels.

/// The text that the code in an SVG file of dark squares on a white ground says.
pub fn read(svg: &str) -> String {
    let side: usize = attribute(svg, "svg", "width").parse().expect("a width");
    let mut dark = vec![false; side * side];
    for square in attribute(svg, "path", "d").split('M').skip(1) {
        // `x yhWvHHxVy`: a square of width W and height H, there and back.
        let numbers: Vec<usize> =
            square.split([' ', 'h', 'v', 'H', 'V']).map(|number| number.parse().expect("a number")).collect();
        let [x, y, width, height, ..] = numbers[..] else { panic!("no square: {square}") };
        for row in y..y + height {
            dark[row * side + x..][..width].fill(true);
        }
    }
    decode(side, |x, y| if dark[y * side + x] { 0 } else { 255 })
}

/// The text that the code in a PNG file says, and how many pixels it is across.
pub fn read_png(file: &[u8]) -> (String, usize) {
    let picture = image::load_from_memory_with_format(file, image::ImageFormat::Png).expect("a PNG file");
    let pixels = picture.to_luma8();
    assert_eq!(pixels.width(), pixels.height());
    let side = pixels.width() as usize;
    let grey = |x: usize, y: usize| pixels.as_raw()[y * side + x];
    (decode(side, grey), side)
}

fn decode(side: usize, grey: impl FnMut(usize, usize) -> u8) -> String {
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, grey);
    let grids = picture.detect_grids();
    let [grid] = &grids[..] else { panic!("{} codes", grids.len()) };
    grid.decode().expect("a code that can be read").1
}

fn attribute<'a>(svg: &'a str, element: &str, name: &str) -> &'a str {
    let tag = svg.split_once(&format!("<{element} ")).and_then(|(_, rest)| rest.split_once('>'));
    let value = tag.and_then(|(tag, _)| tag.split_once(&format!("{name}=\"")));
    value.and_then(|(_, value)| value.split_once('"')).expect("an attribute").0
}
