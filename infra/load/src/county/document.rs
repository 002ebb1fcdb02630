//! What a replay showed, as text.

use std::time::Duration;

use super::cpu::Used;
use super::table::Compared;
use crate::report::Report;

/// The run in numbers.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub households: u32,
    pub completed: usize,
    pub photos: bool,
    pub at_once: usize,
    pub took: Duration,
    pub loading: Option<Duration>,
    pub worst_lag: f64,
    pub median_lag: f64,
    pub caught_up: Option<Duration>,
    pub pages: usize,
}

impl Facts {
    /// How far the counters were behind: `samples` are seconds since the start and seconds behind.
    pub fn of_samples(samples: &[(f64, f64)]) -> Self {
        let mut lags: Vec<f64> = samples.iter().map(|(_, lag)| *lag).collect();
        lags.sort_by(f64::total_cmp);
        let median_lag = lags.get(lags.len() / 2).copied().unwrap_or_default();
        let worst_lag = lags.last().copied().unwrap_or_default();
        Facts { worst_lag, median_lag, ..Facts::default() }
    }

    fn rate(&self) -> f64 {
        self.completed as f64 / self.took.as_secs_f64().max(f64::EPSILON)
    }

    fn as_text(&self) -> String {
        let loading = self.loading.map(|loading| {
            format!(
                "loading the register, until all is counted and compared: {:.0} s\n",
                loading.as_secs_f64()
            )
        });
        let caught_up = match self.caught_up {
            Some(time) => format!("{:.1} s after the last answer", time.as_secs_f64()),
            None => "never".to_owned(),
        };
        format!(
            "{}completions: {} of {}, {} at a time, in {:.1} s\nsustained rate: {:.1} a second\n\
             nation's counters behind the answers: median {:.1} s, at most {:.1} s\n\
             nation's counters complete: {caught_up}\npublic pages there at the last answer: {}\n\
             machine: {}\n",
            loading.unwrap_or_default(),
            self.completed,
            self.households,
            self.at_once,
            self.took.as_secs_f64(),
            self.rate(),
            self.median_lag,
            self.worst_lag,
            self.pages,
            machine(),
        )
    }
}

/// The headline.
pub fn title(households: u32, photos: bool) -> String {
    let photos = if photos { "with a photo each" } else { "no photos" };
    format!("A county's verifications replayed: {households} households, {photos}")
}

/// What comes beside the tables and plots.
pub fn sections(
    facts: &Facts,
    compared: &Compared,
    cpu: &Used,
    profile: Option<&str>,
) -> Vec<(String, String)> {
    let verdict = if compared.is_right() { "to the digit" } else { "WRONG" };
    let of_the_deck = match compared.of_the_deck {
        0 => "the register's plan".to_owned(),
        rows => format!("the register's plan, {rows} rows of it the deck's"),
    };
    let heading = format!("GET /v1/regions/530627/statistics beside {of_the_deck}: {verdict}");
    let mut sections = vec![
        ("In numbers".to_owned(), facts.as_text()),
        (heading, compared.as_text()),
        ("Processor time".to_owned(), processor_time(facts, cpu)),
    ];
    sections.extend(profile.map(|profile| {
        ("Where the processors are, sampled during the replay (perf)".to_owned(), profile.to_owned())
    }));
    sections
}

fn processor_time(facts: &Facts, cpu: &Used) -> String {
    let mut by_use: Vec<(&String, &f64)> = cpu.iter().collect();
    by_use.sort_by(|one, other| other.1.total_cmp(one.1));
    let all: f64 = cpu.values().sum();
    let per_completion = |seconds: f64| seconds * 1000.0 / facts.completed.max(1) as f64;
    let mut text = String::from("ms/completion  share  of\n");
    for (who, seconds) in by_use {
        text += &format!("{:13.2} {:5.1}%  {who}\n", per_completion(*seconds), seconds / all * 100.0);
    }
    text += &format!(
        "{:13.2} 100.0%  all: {:.2} processors busy\n",
        per_completion(all),
        all / facts.took.as_secs_f64().max(f64::EPSILON)
    );
    text
}

fn machine() -> String {
    let model = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{processors} processors, {}", model.map_or("of an unknown kind", |(_, name)| name))
}

/// The report as a document.
pub fn markdown(facts: &Facts, report: &Report<'_>) -> String {
    let mut text = format!(
        "# {}\n\nMade by `make bench-county{}`: the load generator, the local stack with its database, and the release\n\
         builds of the functions share one machine. Each household has a draft; a completion is a call of\n\
         `POST /v1/households/{{id}}/verification/complete`.\n\n{}\n",
        report.title,
        if facts.photos { " PHOTOS=1" } else { "" },
        report.as_text()
    );
    for (heading, section) in report.sections {
        text += &format!("\n## {heading}\n\n```\n{}\n```\n", section.trim_end());
    }
    text
}
