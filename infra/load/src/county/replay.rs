//! The replay: a completion of every household, as fast as possible.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anju_domain::ids::HouseholdId;
use anju_register::Register;
use anju_register::load::{LOADED_VERSION, verifier};
use http::StatusCode;
use indicatif::ProgressBar;
use serde::Deserialize;
use tokio::task::JoinSet;

use super::PASSWORD;
use super::stack::{Stack, within};
use crate::Failure;
use crate::api::Api;
use crate::campaign::house_photos;
use crate::officer::{Officer, Photo, SignIn};
use crate::recorder::{Recorder, Step};

/// How often the nation's counters are looked at.
const SAMPLE_INTERVAL: Duration = Duration::from_millis(500);

/// A county and its officers, ready to go.
#[derive(Debug)]
pub struct Replay {
    register: Arc<Register>,
    officers: Vec<Officer>,
    nation: Officer,
    /// What is measured.
    pub recorder: Arc<Recorder>,
    /// Households in the order of the replay, the first of every village before the second of any; each with the place
    /// of its officer.
    households: Vec<(usize, HouseholdId)>,
    photos: Vec<Photo>,
    next: AtomicUsize,
    is_over: AtomicBool,
    progress: ProgressBar,
}

/// A region's statistics, as far as they are compared.
#[derive(Debug, Clone, Deserialize)]
pub struct Statistics {
    /// The region itself.
    pub total: Row,
    /// Its children.
    pub children: Vec<Row>,
}

/// A row of statistics.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    pub code: String,
    pub name: String,
    pub households: u64,
    pub appraised: u64,
    pub renovated: u64,
    pub sheltered: u64,
    pub unverified: u64,
    pub verified: u64,
    pub completion_rate: String,
}

impl Replay {
    /// Signs in the nation and every village.
    pub async fn prepare(stack: &Stack, register: &Arc<Register>, photos: bool) -> Result<Self, Failure> {
        let api = Api::at(stack.address())?;
        let recorder = Arc::new(Recorder::default());
        let sign_in = async |account: &str| {
            let sign_in = SignIn { account, password: PASSWORD, chosen: None };
            Officer::sign_in(&api, &sign_in, &recorder).await
        };
        let nation = sign_in("0").await?;
        let progress = crate::progress(u64::from(register.plan().households()), "completed");
        progress.set_message("villages sign in");
        let mut officers = Vec::new();
        for village in register.villages() {
            officers.push(sign_in(village.code().as_str()).await?);
        }
        progress.set_message("");
        let photos = if photos { house_photos() } else { Vec::new() };
        let households = register.in_turn().map(|(village, household)| (village.place(), household));
        let households = households.collect();
        Ok(Replay {
            register: Arc::clone(register),
            officers,
            nation,
            recorder,
            households,
            photos,
            next: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
            progress,
        })
    }

    /// Completes every household, so many at a time.
    pub async fn run(self: &Arc<Self>, at_once: usize) {
        self.recorder.measured().began = Instant::now();
        let mut at_work = JoinSet::new();
        for _ in 0..at_once {
            let replay = Arc::clone(self);
            at_work.spawn(async move { replay.work().await });
        }
        while at_work.join_next().await.is_some() {}
        self.progress.finish();
    }

    async fn work(&self) {
        loop {
            let place = self.next.fetch_add(1, Ordering::Relaxed);
            let Some((village, household)) = self.households.get(place) else { return };
            let (Some(officer), started) = (self.officers.get(*village), Instant::now()) else { return };
            // What fails for good was counted, and is missing from the table.
            if self.complete(officer, household, place).await.is_ok() {
                self.recorder.took(Step::Visit, started);
            }
            self.progress.inc(1);
        }
    }

    async fn complete(
        &self,
        officer: &Officer,
        household: &HouseholdId,
        place: usize,
    ) -> Result<(), crate::api::Failure> {
        let Some(photo) = self.photos.get(place % self.photos.len().max(1)) else {
            return officer.complete(household, LOADED_VERSION, None, Instant::now()).await;
        };
        let id = officer.photograph(household, photo, Instant::now()).await?;
        let row = self.register.household(household);
        let outcome = self.register.outcome(household.village(), household.number());
        let form = row.zip(outcome).map(|(row, detail)| row.form(detail, verifier(), Vec::new()));
        let mut form = serde_json::to_value(form).unwrap_or_default();
        form["photo_ids"] = vec![id].into();
        officer.complete(household, LOADED_VERSION, Some(&form), Instant::now()).await
    }

    /// Seconds from the first call to the last answer.
    pub fn took(&self) -> Duration {
        let measured = self.recorder.measured();
        let last = measured.completed_at.last().copied().unwrap_or(measured.began);
        last.duration_since(measured.began)
    }

    /// The villages' officers.
    pub fn officers(&self) -> &[Officer] {
        &self.officers
    }

    /// Ends the watch over the counters.
    pub fn finish(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// What the nation sees of a region.
    pub async fn counts(&self, region: &str) -> Result<Statistics, Failure> {
        let path = format!("/v1/regions/{region}/statistics");
        Ok(self.nation.api().await?.get(&path).send(StatusCode::OK).await?.read()?)
    }

    /// What the nation sees of itself.
    pub async fn nation(&self) -> Result<Statistics, Failure> {
        self.counts("0").await
    }

    /// How long the nation's counters take to show every completion; none where they never do.
    pub async fn caught_up(&self, patience: Duration) -> Option<Duration> {
        let started = Instant::now();
        let answered = self.recorder.measured().completed_at.len() as u64;
        let shown = async || {
            // A look that failed is followed by another.
            let nation = self.nation().await.ok();
            Ok(nation.filter(|nation| nation.total.verified >= answered).map(drop))
        };
        within(patience, "the counters", shown).await.ok().map(|()| started.elapsed())
    }
}

/// Looks at the nation's counters until told to stop: seconds since the start, and by how many seconds the answer
/// was behind when it came.
pub async fn watch_lag(replay: Arc<Replay>) -> Vec<(f64, f64)> {
    let mut samples = Vec::new();
    while !replay.is_over.load(Ordering::Relaxed) {
        if let Ok(statistics) = replay.nation().await {
            let measured = replay.recorder.measured();
            let now = Instant::now();
            let lag = measured.lag_of(statistics.total.verified as usize, now);
            samples.push((now.duration_since(measured.began).as_secs_f64(), lag.as_secs_f64()));
        }
        tokio::time::sleep(SAMPLE_INTERVAL).await;
    }
    samples
}
