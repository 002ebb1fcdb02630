//! A PDF file of ours as a printer sees it: the filled rectangles of each page, from nothing but the file's bytes.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::ZlibDecoder;

/// A page.
#[derive(Debug, Default)]
pub struct Page {
    /// Width and height, in points.
    pub size: (f32, f32),
    /// What was filled at a time, as rectangles: left, bottom, right, top, in points from the bottom left.
    pub fills: Vec<Vec<[f32; 4]>>,
    /// How many lines were drawn.
    pub lines: usize,
    /// How many pieces of text were set.
    pub texts: usize,
}

/// The pages of a file in their order.
pub fn pages(file: &[u8]) -> Vec<Page> {
    let objects = objects(file);
    let root = objects.values().find(|object| object.dictionary.contains("/Type/Catalog")).unwrap();
    let mut pages = Vec::new();
    walk(&objects, reference(&root.dictionary, "/Pages"), &mut pages);
    pages
}

/// A QR code that was filled: its text, and how wide it is without its quiet zone, in millimetres.
pub fn decoded(fill: &[[f32; 4]]) -> (String, f32) {
    let bound = |place: usize, pick: fn(f32, f32) -> f32| {
        fill.iter().map(|rectangle| rectangle[place]).reduce(pick).unwrap()
    };
    let (left, right) = (bound(0, f32::min), bound(2, f32::max));
    let (bottom, top) = (bound(1, f32::min), bound(3, f32::max));
    let module = fill.iter().map(|rectangle| rectangle[3] - rectangle[1]).reduce(f32::min).unwrap();
    const SCALE: f32 = 4.0;
    const QUIET: usize = 16;
    let size = (SCALE * (right - left) / module).round() as usize + 2 * QUIET;
    let mut dark = vec![false; size * size];
    let at = |distance: f32| (SCALE * distance / module).round() as usize + QUIET;
    for [x, y, to_x, to_y] in fill {
        for row in at(top - to_y)..at(top - y) {
            dark[row * size..][at(x - left)..at(to_x - left)].fill(true);
        }
    }
    assert!(((top - bottom) - (right - left)).abs() < 0.1, "codes are square");
    let grey = |x, y| if dark[y * size + x] { 0 } else { 255 };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(size, size, grey);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    let (meta, text) = grids[0].decode().unwrap();
    assert_eq!(meta.ecc_level, 3, "level Q in the order of the format bits is 3");
    (text, (right - left) * 25.4 / 72.0)
}

struct Object {
    dictionary: String,
    stream: Vec<u8>,
}

/// The objects of the file by their numbers.
fn objects(file: &[u8]) -> BTreeMap<u32, Object> {
    let mut objects = BTreeMap::new();
    let mut at = 0;
    while let Some(start) = find(&file[at..], b" 0 obj").map(|start| at + start) {
        let digits = file[..start].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let number = std::str::from_utf8(&file[start - digits..start]).unwrap().parse().unwrap();
        let body = &file[start + 6..];
        let end = find(body, b"endobj").unwrap();
        let stream = find(&body[..end], b"stream");
        let dictionary = String::from_utf8_lossy(&body[..stream.unwrap_or(end)]).into_owned();
        let stream = stream.map(|from| {
            let length = number_of(&dictionary, "/Length ").unwrap() as usize;
            let from = from + 6 + body[from + 6..].iter().take_while(|byte| b"\r\n".contains(byte)).count();
            body[from..from + length].to_vec()
        });
        at = start + 6 + stream.as_ref().map_or(end, |stream| find(body, b"stream").unwrap() + stream.len());
        objects.insert(number, Object { dictionary, stream: stream.unwrap_or_default() });
    }
    objects
}

fn walk(objects: &BTreeMap<u32, Object>, number: u32, pages: &mut Vec<Page>) {
    let node = &objects[&number].dictionary;
    match node.split_once("/Kids") {
        Some((_, kids)) => {
            let kids = kids.split_once('[').unwrap().1.split_once(']').unwrap().0;
            let kids = kids.split(" 0 R").filter_map(|kid| kid.trim().parse().ok());
            kids.for_each(|kid| walk(objects, kid, pages));
        }
        None => pages.push(page(objects, node)),
    }
}

fn page(objects: &BTreeMap<u32, Object>, dictionary: &str) -> Page {
    let content = &objects[&reference(dictionary, "/Contents")];
    let mut text = String::new();
    if content.dictionary.contains("/FlateDecode") {
        ZlibDecoder::new(&content.stream[..]).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(content.stream.clone()).unwrap();
    }
    let box_of = dictionary.split_once("/MediaBox").unwrap().1;
    let corners: Vec<f32> =
        box_of.split(['[', ']', ' ']).filter_map(|word| word.parse().ok()).take(4).collect();
    let mut page = Page { size: (corners[2] - corners[0], corners[3] - corners[1]), ..Page::default() };
    draw(&text, &mut page);
    page
}

type Matrix = [f32; 6];

/// Carries out what fills rectangles; all else is counted or passed over.
fn draw(content: &str, page: &mut Page) {
    let mut matrix: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
    let (mut kept, mut operands) = (Vec::new(), Vec::new());
    let mut contours: Vec<Vec<(f32, f32)>> = Vec::new();
    for word in content.split_whitespace() {
        if let Ok(number) = word.parse::<f32>() {
            operands.push(number);
            continue;
        }
        let last = |count: usize| operands.len().checked_sub(count).map(|from| operands[from..].to_vec());
        match word {
            "q" => kept.push(matrix),
            "Q" => matrix = kept.pop().unwrap(),
            "cm" => matrix = multiplied(&last(6).unwrap(), &matrix),
            "m" => contours.push(vec![placed(&last(2).unwrap(), &matrix)]),
            "l" => contours.last_mut().unwrap().push(placed(&last(2).unwrap(), &matrix)),
            "re" => {
                let corner = last(4).unwrap();
                let far = [corner[0] + corner[2], corner[1] + corner[3]];
                contours.push(vec![placed(&corner, &matrix), placed(&far, &matrix)]);
            }
            "f" | "f*" => {
                page.fills.push(std::mem::take(&mut contours).iter().map(|one| bounds(one)).collect())
            }
            "S" => page.lines += std::mem::take(&mut contours).len(),
            _ if word.ends_with("Tj") || word.ends_with("TJ") => page.texts += 1,
            _ => {}
        }
        operands.clear();
    }
}

fn multiplied(inner: &[f32], outer: &Matrix) -> Matrix {
    let (a, b) = (inner, outer);
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

fn placed(point: &[f32], by: &Matrix) -> (f32, f32) {
    (point[0] * by[0] + point[1] * by[2] + by[4], point[0] * by[1] + point[1] * by[3] + by[5])
}

fn bounds(contour: &[(f32, f32)]) -> [f32; 4] {
    let start = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
    contour
        .iter()
        .fold(start, |held, (x, y)| [held[0].min(*x), held[1].min(*y), held[2].max(*x), held[3].max(*y)])
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, wanted)
}

fn number_of(dictionary: &str, name: &str) -> Option<u32> {
    let (_, rest) = dictionary.split_once(name)?;
    rest.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

fn reference(dictionary: &str, name: &str) -> u32 {
    number_of(dictionary, &format!("{name} ")).unwrap_or_else(|| panic!("no {name} in {dictionary}"))
}
