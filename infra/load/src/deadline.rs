//! The last three days before the deadline, second by second: who comes when, what the limits let through, what
//! waits. Nothing here is measured on a cloud: it says what follows from the limits and the measured units.

use std::path::PathBuf;

use crate::Failure;
use crate::cost::{Operations, Units, VISIT, read, units_of};
use crate::report::plots::{Series, lines};

/// Seconds of a day.
const DAY: usize = 24 * 3600;
/// Days that are looked at: June 28, 29 and 30, in China.
const DAYS: usize = 3;
/// Shares of a day's verifications by hour: fields by day, uploads in the evening where there is a signal.
const HOURS: [f64; 24] = [
    0.5, 0.2, 0.1, 0.1, 0.2, 0.8, 2.0, 4.0, 6.5, 7.5, 7.5, 6.0, 4.0, 4.5, 6.0, 6.5, 6.5, 6.0, 6.0, 7.5, 8.0,
    6.0, 3.0, 0.6,
];
/// How much of the rest falls on each day: the last one is always the longest.
const SHARE_OF_DAY: [f64; DAYS] = [0.25, 0.30, 0.45];
/// Seconds until a refused phone tries again, on average.
const RETRY_AFTER: f64 = 20.0;
/// Calls of the API that a verification makes: record, draft, photo, completion.
const CALLS: f64 = 4.0;

/// The nation and its limits.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Households that are verified on the last three days; all of them is the worst case.
    #[arg(long, default_value_t = 23_415_247.0)]
    households: f64,
    /// Functions at work at the same time, of the whole account (AWS: 1,000 unless raised).
    #[arg(long, default_value_t = 1000.0)]
    concurrency: f64,
    /// Calls of the API a second (AWS: 10,000 unless raised).
    #[arg(long, default_value_t = 10_000.0)]
    calls_a_second: f64,
    /// Write units a second that the registry table takes (AWS: 40,000 for a table unless raised; a table that was
    /// not warmed starts at 4,000).
    #[arg(long, default_value_t = 40_000.0)]
    write_units: f64,
    /// Milliseconds of a call.
    #[arg(long, default_value_t = 40.0)]
    call_ms: f64,
    /// Photos at work at the same time (template: 100).
    #[arg(long, default_value_t = 100.0)]
    photos_at_once: f64,
    /// Milliseconds of a photo.
    #[arg(long, default_value_t = 500.0)]
    photo_ms: f64,
    /// Regions that roll-up brings up to date a second: one at a time climbs for all.
    #[arg(long, default_value_t = 1600.0)]
    regions_a_second: f64,
    /// What operations take, as measured and reviewed.
    #[arg(long, default_value = "tests/cost/operations.json")]
    operations: PathBuf,
    /// Where the plot goes, as SVG.
    #[arg(long)]
    plot: Option<PathBuf>,
}

/// What the system can do each second.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Verifications that functions have time for, those of streams and pages included.
    by_concurrency: f64,
    /// Verifications that the API lets in.
    by_calls: f64,
    /// Verifications that the table takes.
    by_writes: f64,
    /// Photos that get processed.
    photos: f64,
    /// Regions that are brought up to date.
    regions: f64,
}

/// A second of the simulation.
#[derive(Debug, Clone, Copy, Default)]
struct Moment {
    came: f64,
    done: f64,
    /// Visits whose phone was told to come again.
    waiting: f64,
    photos_waiting: f64,
    /// Seconds of completions that the nation's counters don't show yet.
    counters_behind: f64,
}

/// What came of it.
#[derive(Debug)]
pub struct Simulated {
    moments: Vec<Moment>,
}

impl Options {
    fn limits(&self, operations: &Operations) -> Result<Limits, Failure> {
        let mut all = Units::default();
        for name in VISIT {
            all.add(&units_of(operations, name, 1.0)?);
        }
        // Streams work in batches: what they take of the concurrency is a tenth of the calls'.
        let busy_seconds = CALLS * self.call_ms / 1000.0 * 1.1 + self.photo_ms / 1000.0;
        Ok(Limits {
            by_concurrency: self.concurrency / busy_seconds,
            by_calls: self.calls_a_second / all.calls.max(CALLS),
            by_writes: self.write_units / all.writes.max(1.0),
            photos: self.photos_at_once / (self.photo_ms / 1000.0),
            regions: self.regions_a_second,
        })
    }
}

impl Limits {
    /// Verifications a second that get through, and what stops more.
    fn narrowest(&self) -> (f64, &'static str) {
        let all = [
            (self.by_concurrency, "functions at the same time"),
            (self.by_calls, "calls of the API"),
            (self.by_writes, "write units of the registry"),
        ];
        all.into_iter().min_by(|one, other| one.0.total_cmp(&other.0)).unwrap_or_default()
    }
}

/// Visits that begin in a second, on average.
fn arrivals(households: f64, second: usize) -> f64 {
    let (day, hour) = ((second / DAY).min(DAYS - 1), second % DAY / 3600);
    let share = HOURS[hour] / HOURS.iter().sum::<f64>();
    households * SHARE_OF_DAY[day] * share / 3600.0
}

/// Regions that a second of so many completions touches: with few, each its own village and township; with many,
/// they share their townships and counties.
fn regions_touched(completions: f64) -> f64 {
    let distinct = |all: f64| all * (1.0 - (-completions / all).exp());
    [425_273.0, 29_589.0, 2300.0, 290.0, 25.0, 1.0].into_iter().map(distinct).sum()
}

/// Lets the days go by; arrivals scatter as independent visits do.
pub fn simulate(households: f64, limits: &Limits) -> Simulated {
    let (capacity, _) = limits.narrowest();
    let (mut waiting, mut photos, mut behind, mut chance) = (0.0, 0.0, 0.0, 20_200_630_u64);
    let mut moments = Vec::with_capacity(DAY * DAYS);
    for second in 0..DAY * DAYS {
        let average = arrivals(households, second);
        let came = (average + average.sqrt() * scatter(&mut chance)).max(0.0);
        // Those who were refused come again, spread out; nobody is told to wait in a line.
        let again = waiting / RETRY_AFTER;
        let done = (came + again).min(capacity);
        waiting = (waiting + came - done).max(0.0);
        photos = (photos + done - limits.photos).max(0.0);
        behind = (behind + regions_touched(done) / limits.regions - 1.0).max(0.0);
        moments.push(Moment { came, done, waiting, photos_waiting: photos, counters_behind: behind + 2.0 });
    }
    Simulated { moments }
}

/// About normally distributed, of mean 0 and deviation 1: twelve draws of a linear congruential generator. The
/// same in every run.
fn scatter(state: &mut u64) -> f64 {
    let mut draw = || {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..12).map(|_| draw()).sum::<f64>() - 6.0
}

/// Simulates, draws, and says what came of it.
///
/// # Errors
/// When a file can't be read or written.
pub fn run(options: &Options) -> Result<String, Failure> {
    let limits = options.limits(&read::<Operations>(&options.operations)?)?;
    let simulated = simulate(options.households, &limits);
    if let Some(path) = &options.plot {
        std::fs::write(path, plot(&simulated)?)?;
    }
    Ok(summary(options, &limits, &simulated))
}

fn summary(options: &Options, limits: &Limits, simulated: &Simulated) -> String {
    let most = |of: fn(&Moment) -> f64| simulated.moments.iter().map(of).fold(0.0, f64::max);
    let left = simulated.moments.last().map_or(0.0, |moment| moment.waiting);
    let (capacity, by) = limits.narrowest();
    let behind = (1..5000).map(f64::from).find(|rate| regions_touched(*rate) > limits.regions);
    format!(
        "verifications in three days            {:>12.0}\n\
         most that come in a second             {:>12.1}\n\
         most that get through in a second      {capacity:>12.1}  limited by {by}\n\
         \x20 by functions at the same time        {:>12.1}\n\
         \x20 by calls of the API                  {:>12.1}\n\
         \x20 by write units of the registry       {:>12.1}\n\
         photos that are processed in a second  {:>12.1}\n\
         completions a second from which the nation's counters fall behind {:>8.0}\n\
         most phones told to come again         {:>12.0}\n\
         most photos that wait                  {:>12.0}  {:.0} minutes of work\n\
         counters behind, at most               {:>12.1} s\n\
         not through at midnight of June 30     {left:>12.0}\n",
        options.households,
        most(|moment| moment.came),
        limits.by_concurrency,
        limits.by_calls,
        limits.by_writes,
        limits.photos,
        behind.unwrap_or(f64::INFINITY),
        most(|moment| moment.waiting),
        most(|moment| moment.photos_waiting),
        most(|moment| moment.photos_waiting) / limits.photos / 60.0,
        most(|moment| moment.counters_behind),
    )
}

fn plot(simulated: &Simulated) -> Result<String, Failure> {
    let series = |name: &str, of: fn(&Moment) -> f64| Series {
        name: name.to_owned(),
        // A point every five minutes: the mean of those.
        points: simulated
            .moments
            .chunks(300)
            .enumerate()
            .map(|(place, chunk)| {
                (place as f64 / 12.0, chunk.iter().map(of).sum::<f64>() / chunk.len() as f64)
            })
            .collect(),
    };
    let all = [
        series("come, a second", |moment| moment.came),
        series("get through, a second", |moment| moment.done),
        series("photos waiting, minutes of arrivals", |moment| {
            moment.photos_waiting / 60.0 / moment.came.max(1.0)
        }),
        series("counters behind, seconds", |moment| moment.counters_behind),
    ];
    lines(&all, "hours since June 28, 0:00", "", false)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDE: Limits =
        Limits { by_concurrency: 1e6, by_calls: 1e6, by_writes: 1e6, photos: 1e6, regions: 1e6 };

    fn done(simulated: &Simulated) -> f64 {
        simulated.moments.iter().map(|moment| moment.done).sum()
    }

    #[test]
    fn without_limits_everybody_gets_through_at_once() {
        let simulated = simulate(1e6, &WIDE);
        assert!((done(&simulated) / 1e6 - 1.0).abs() < 0.01);
        assert!(simulated.moments.iter().all(|moment| moment.photos_waiting == 0.0));
        assert!(simulated.moments.iter().all(|moment| moment.counters_behind <= 2.0));
    }

    #[test]
    fn nobody_is_lost_between_coming_and_getting_through() {
        let simulated = simulate(5e6, &Limits { by_writes: 30.0, ..WIDE });
        let came: f64 = simulated.moments.iter().map(|moment| moment.came).sum();
        let left = simulated.moments.last().unwrap().waiting;
        assert!((came - done(&simulated) - left).abs() < 1.0);
        assert!(simulated.moments.iter().all(|moment| moment.done <= 30.0) && left > 0.0);
    }

    #[test]
    fn counters_fall_behind_only_where_more_regions_are_touched_than_climb() {
        let behind = |regions: f64| {
            let simulated = simulate(1e7, &Limits { regions, ..WIDE });
            simulated.moments.iter().map(|moment| moment.counters_behind).fold(0.0, f64::max)
        };
        assert!(behind(1e5) <= 2.0 && behind(100.0) > 60.0);
        assert!(regions_touched(1.0) > 5.5 && regions_touched(1000.0) < 4000.0);
    }
}
