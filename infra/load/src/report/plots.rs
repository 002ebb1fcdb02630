//! Pictures as SVG.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use plotters::coord::ranged1d::ValueFormatter;
use plotters::prelude::*;

use crate::Failure;
use crate::recorder::Step;

const SIZE: (u32, u32) = (900, 300);
const COLOURS: [RGBColor; 6] = [
    RGBColor(0x1f, 0x77, 0xb4),
    RGBColor(0xd6, 0x27, 0x28),
    RGBColor(0x2c, 0xa0, 0x2c),
    RGBColor(0x94, 0x67, 0xbd),
    RGBColor(0xff, 0x7f, 0x0e),
    RGBColor(0x55, 0x55, 0x55),
];

/// A named line.
pub struct Series {
    /// What it is called.
    pub name: String,
    /// Its points, from left to right.
    pub points: Vec<(f64, f64)>,
}

/// How many completions were answered each second.
pub fn rate(completions: &[(f64, u64)]) -> Result<String, Failure> {
    let window = window(completions);
    let points =
        windows(completions, window).map(|(at, inside)| (at, inside.len() as f64 / window)).collect();
    lines(&[Series { name: "completions".to_owned(), points }], "seconds", "a second", false)
}

/// Median and 99th percentile, over time.
pub fn over_time(completions: &[(f64, u64)]) -> Result<String, Failure> {
    let windows: Vec<_> = windows(completions, window(completions)).collect();
    let at = |quantile: f64| {
        let point = |(at, inside): &(f64, Vec<u64>)| {
            let place = ((inside.len() as f64 * quantile) as usize).min(inside.len().saturating_sub(1));
            Some((*at, *inside.get(place)? as f64 / 1000.0))
        };
        windows.iter().filter_map(point).collect()
    };
    let series = [
        Series { name: "median".to_owned(), points: at(0.5) },
        Series { name: "99th percentile".to_owned(), points: at(0.99) },
    ];
    lines(&series, "seconds", "milliseconds", false)
}

/// Every step's distribution, with the slowest thousandth visible.
pub fn percentiles(steps: &BTreeMap<Step, Histogram<u64>>) -> Result<String, Failure> {
    // One digit of "nines" to the next is one step of the axis: 90 %, 99 %, 99.9 %.
    let nines = (0..=40).map(|tenth| f64::from(tenth) / 10.0);
    let series = steps.iter().map(|(step, times)| Series {
        name: step.name().to_owned(),
        points: nines
            .clone()
            .map(|nines| (nines, times.value_at_quantile(1.0 - 10_f64.powf(-nines)) as f64 / 1000.0))
            .collect(),
    });
    lines(&series.collect::<Vec<_>>(), "nines (1: 90 %, 2: 99 %, 3: 99.9 %)", "milliseconds", true)
}

/// How far counters were behind.
pub fn behind(samples: &[(f64, f64)]) -> Result<String, Failure> {
    lines(
        &[Series { name: "behind".to_owned(), points: samples.to_vec() }],
        "seconds",
        "seconds behind",
        false,
    )
}

/// Seconds that a point stands for: about 150 points, whatever the length.
fn window(completions: &[(f64, u64)]) -> f64 {
    let last = completions.iter().map(|(at, _)| *at).fold(0.0, f64::max);
    (last / 150.0).ceil().max(1.0)
}

/// The sorted durations of each window. The last window isn't over and left out, unless it is the only one.
fn windows(completions: &[(f64, u64)], window: f64) -> impl Iterator<Item = (f64, Vec<u64>)> {
    let mut inside: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for (at, took) in completions {
        inside.entry((at / window) as u64).or_default().push(*took);
    }
    if inside.len() > 1 {
        inside.pop_last();
    }
    inside.into_iter().map(move |(index, mut durations)| {
        durations.sort_unstable();
        (index as f64 * window, durations)
    })
}

/// A table as lines, the first column from left to right: what must stay the same while that grows tenfold.
pub fn by_size(csv: &str) -> Result<String, Failure> {
    let mut rows = csv.lines().map(|line| line.split(','));
    let names: Vec<&str> = rows.next().ok_or("an empty table")?.skip(1).collect();
    let mut series: Vec<Series> =
        names.iter().map(|name| Series { name: (*name).to_owned(), points: Vec::new() }).collect();
    for mut row in rows {
        let size: f64 = row.next().ok_or("an empty line")?.parse()?;
        for (series, count) in series.iter_mut().zip(row) {
            series.points.push((size.log10(), count.parse()?));
        }
    }
    lines(&series, "households, as a power of ten", "requests", false)
}

/// Lines in one frame.
pub fn lines(series: &[Series], x: &str, y: &str, logarithmic: bool) -> Result<String, Failure> {
    let points = || series.iter().flat_map(|series| &series.points);
    let right = points().map(|point| point.0).fold(1.0, f64::max);
    let top = points().map(|point| point.1).fold(1.0, f64::max) * 1.1;
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&area);
    chart.margin(8).x_label_area_size(36).y_label_area_size(64);
    if logarithmic {
        draw(chart.build_cartesian_2d(0.0..right, (0.1..top).log_scale())?, series, x, y)?;
    } else {
        draw(chart.build_cartesian_2d(0.0..right, 0.0..top)?, series, x, y)?;
    }
    area.present()?;
    drop(area);
    Ok(svg)
}

type Area<'a, X, Y> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<X, Y>>;

fn draw<'a, X, Y>(mut chart: Area<'a, X, Y>, series: &[Series], x: &str, y: &str) -> Result<(), Failure>
where
    X: Ranged<ValueType = f64> + ValueFormatter<f64> + 'static,
    Y: Ranged<ValueType = f64> + ValueFormatter<f64> + 'static,
{
    let mesh = RGBColor(0xdd, 0xdd, 0xdd);
    chart.configure_mesh().x_desc(x).y_desc(y).light_line_style(TRANSPARENT).bold_line_style(mesh).draw()?;
    for (place, series) in series.iter().enumerate() {
        let colour = COLOURS[place % COLOURS.len()];
        chart
            .draw_series(LineSeries::new(series.points.iter().copied(), colour.stroke_width(2)))?
            .label(series.name.as_str())
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(2)));
    }
    if series.len() > 1 {
        let mut labels = chart.configure_series_labels();
        labels.position(SeriesLabelPosition::UpperLeft).background_style(WHITE.mix(0.8)).draw()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_whole_documents_without_anything_from_elsewhere() {
        let completions: Vec<(f64, u64)> = (0..500).map(|n| (f64::from(n) / 50.0, 2000)).collect();
        for svg in [rate(&completions).unwrap(), over_time(&completions).unwrap(), rate(&[]).unwrap()] {
            assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{svg}");
            assert!(!svg.contains("href"), "{svg}");
        }
    }

    #[test]
    fn a_rate_is_what_was_answered_in_a_second() {
        let completions: Vec<(f64, u64)> = (0..100).map(|n| (f64::from(n) / 10.0, 1)).collect();
        assert!(windows(&completions, 1.0).all(|(_, inside)| inside.len() == 10));
        assert_eq!(windows(&completions, 1.0).count(), 9, "the last one isn't over");
    }
}
