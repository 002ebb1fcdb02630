//! The table and the plot.

use std::fmt::Write as _;

use anju_domain::likeness::{ALIKE_BITS, ALIKE_FINE_BITS};

/// Bits of 64 and of 256 up to which is counted.
pub const MOST: (usize, usize) = (20, 80);

/// How many pairs of pictures differ in how many bits: by bits of 64, then of 256.
#[derive(Debug, Clone)]
pub struct Distances {
    counts: Vec<Vec<u64>>,
    all: u64,
}

impl Default for Distances {
    fn default() -> Self {
        Distances { counts: vec![vec![0; MOST.1 + 1]; MOST.0 + 1], all: 0 }
    }
}

impl Distances {
    /// Counts a pair.
    pub fn add(&mut self, (short, fine): (u32, u32)) {
        self.all += 1;
        let held = self.counts.get_mut(short as usize).and_then(|fines| fines.get_mut(fine as usize));
        if let Some(held) = held {
            *held += 1;
        }
    }

    /// Counts pairs that are too different to be looked at closely.
    pub fn add_unlike(&mut self, pairs: u64) {
        self.all += pairs;
    }

    /// Adds another count.
    pub fn merge(&mut self, other: &Distances) {
        self.all += other.all;
        for (held, more) in self.counts.iter_mut().flatten().zip(other.counts.iter().flatten()) {
            *held += more;
        }
    }

    /// Pairs that were counted.
    pub fn all(&self) -> u64 {
        self.all
    }

    /// Pairs that differ in at most so many bits of 64 and so many of 256.
    pub fn within(&self, short: usize, fine: usize) -> u64 {
        self.counts.iter().take(short + 1).flat_map(|fines| fines.iter().take(fine + 1)).sum()
    }

    /// Those that our limits take for copies.
    pub fn alike(&self) -> u64 {
        self.within(ALIKE_BITS as usize, ALIKE_FINE_BITS as usize)
    }
}

/// What was measured of one way to copy.
#[derive(Debug, Clone)]
pub struct Measured {
    /// What was done.
    pub name: &'static str,
    /// Whether such copies are meant to be found.
    pub meant: bool,
    /// Copies beside their originals.
    pub distances: Distances,
}

/// All that was measured.
#[derive(Debug, Clone)]
pub struct Report {
    /// Ways to copy.
    pub copies: Vec<Measured>,
    /// Different houses beside each other.
    pub houses: Distances,
    /// Photos of different houses in the index.
    pub entered: u64,
    /// Copies that were looked for in the index of a county, and those whose original was found.
    pub searched: (u64, u64),
    /// Other houses that the index took for a copy's original.
    pub mistaken: u64,
    /// Requests of one look-up: the fewest and the most.
    pub requests: (usize, usize),
    /// Entries of the fullest place.
    pub fullest: usize,
}

fn percent(part: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { part as f64 * 100.0 / of as f64 }
}

impl Report {
    /// Copies that are meant to be found, all together.
    pub fn meant(&self) -> Distances {
        let mut all = Distances::default();
        self.copies.iter().filter(|copy| copy.meant).for_each(|copy| all.merge(&copy.distances));
        all
    }

    /// The tables, in Markdown.
    pub fn tables(&self) -> String {
        let mut text = String::new();
        let copied = self.copies.first().map_or(0, |copy| copy.distances.all());
        let _ = writeln!(text, "| copy | found, of {copied} |\n|---|---|");
        for copy in &self.copies {
            let share = percent(copy.distances.alike(), copy.distances.all());
            let _ = writeln!(text, "| {} | {share:.2} % |", copy.name);
        }
        let meant = self.meant();
        let _ = writeln!(
            text,
            "\n| differ in at most | copies meant to be found | pairs of different houses, of {} |\n|---|---|---|",
            self.houses.all()
        );
        let mut row = |words: String, short, fine| {
            let share = percent(meant.within(short, fine), meant.all());
            let _ = writeln!(text, "| {words} | {share:.2} % | {} |", self.houses.within(short, fine));
        };
        for short in [3, 5, 7, 9, 11] {
            row(format!("{short} of 64 bits"), short, MOST.1);
        }
        for fine in [5, 10, 15, 20, 25, 30, 40, 60] {
            row(format!("{ALIKE_BITS} of 64 and {fine} of 256 bits"), ALIKE_BITS as usize, fine);
        }
        let (searched, found) = self.searched;
        let _ = writeln!(
            text,
            "\nIn an index of a county with {} photos, {found} of {searched} copies ({:.2} %) found their originals, and \
             {} other houses were taken for one. A look-up took {} to {} requests. The fullest place has {} entries.",
            self.entered + searched,
            percent(found, searched),
            self.mistaken,
            self.requests.0,
            self.requests.1,
            self.fullest,
        );
        text
    }

    /// The curves of both limits.
    pub fn plot(&self) -> String {
        let meant = self.meant();
        let curve = |distances: &Distances, fine: bool| -> Vec<u64> {
            if fine {
                (0..=MOST.1).map(|bits| distances.within(ALIKE_BITS as usize, bits)).collect()
            } else {
                (0..=MOST.0).map(|bits| distances.within(bits, MOST.1)).collect()
            }
        };
        let mut svg = String::from(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 860 340\" font-family=\"sans-serif\" font-size=\"12\" \
             fill=\"#667\">\n<title>Copies found and houses mistaken, by the bits that may differ</title>\n",
        );
        let panels = [
            (50.0, false, "bits of 64 that may differ".to_owned(), ALIKE_BITS),
            (480.0, true, format!("bits of 256 that may differ (and {ALIKE_BITS} of 64)"), ALIKE_FINE_BITS),
        ];
        for (left, fine, words, limit) in panels {
            let (copies, houses) = (curve(&meant, fine), curve(&self.houses, fine));
            panel(&mut svg, left, &words, limit, (&copies, meant.all()), &houses);
        }
        svg.push_str("</svg>\n");
        svg
    }
}

const HEIGHT: f64 = 240.0;
const WIDTH: f64 = 330.0;
const TOP: f64 = 40.0;
/// Powers of ten on the axis of houses.
const DECADES: f64 = 6.0;

fn panel(svg: &mut String, left: f64, words: &str, limit: u32, (copies, all): (&[u64], u64), houses: &[u64]) {
    let bottom = TOP + HEIGHT;
    let x = |bits: usize| left + WIDTH * bits as f64 / (copies.len() - 1) as f64;
    let line = |points: String, colour: &str| {
        format!("<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{points}\"/>\n")
    };
    let points = |values: &[u64], height: &dyn Fn(u64) -> f64| {
        let point =
            |(bits, value): (usize, &u64)| format!("{:.1},{:.1}", x(bits), bottom - HEIGHT * height(*value));
        values.iter().enumerate().map(point).collect::<Vec<_>>().join(" ")
    };
    for part in 0..=4 {
        let y = bottom - HEIGHT * f64::from(part) / 4.0;
        let _ = writeln!(svg, "<path stroke=\"#ccd\" d=\"M{left} {y}h{WIDTH}\"/>");
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"#2a7\">{}%</text>",
            left - 4.0,
            y + 4.0,
            25 * part
        );
    }
    for decade in 0..=DECADES as u32 {
        let y = bottom - HEIGHT * f64::from(decade) / DECADES;
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" fill=\"#c53\">10<tspan dy=\"-4\" font-size=\"9\">{decade}</tspan></text>",
            left + WIDTH + 4.0,
            y + 4.0
        );
    }
    svg.push_str(&line(points(copies, &|value| value as f64 / all.max(1) as f64), "#2a7"));
    let height = |value: u64| if value == 0 { 0.0 } else { (value as f64).log10() / DECADES };
    svg.push_str(&line(points(houses, &height), "#c53"));
    let at = x(limit as usize);
    let _ = writeln!(svg, "<path stroke=\"#667\" stroke-dasharray=\"4 3\" d=\"M{at:.1} {TOP}v{HEIGHT}\"/>");
    let _ = writeln!(svg, "<text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{limit}</text>", TOP - 6.0);
    for bits in (0..copies.len()).step_by((copies.len() / 6).max(1)) {
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{bits}</text>",
            x(bits),
            bottom + 16.0
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{words}</text>",
        left + WIDTH / 2.0,
        bottom + 34.0
    );
    let _ = writeln!(svg, "<text x=\"{left}\" y=\"18\" fill=\"#2a7\">copies found</text>");
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"18\" text-anchor=\"end\" fill=\"#c53\">pairs of different houses</text>",
        left + WIDTH
    );
}
