//! All verifications of a county, against a local stack of its own, and what limits them.

mod cpu;
mod document;
mod replay;
mod stack;
mod table;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anju_register::{Plan, Register};
use tokio::task::JoinHandle;

use crate::report::Report;
use crate::{Failure, check, say, say_result};
use document::Facts;
use replay::Replay;
use stack::{Folders, Stack};

/// The password of all accounts of the loaded county.
const PASSWORD: &str = "County-2020!x";
/// How long counters may take to show the last completion.
const CATCHING_UP: Duration = Duration::from_secs(600);
/// For how long the machine's work is sampled, in the middle of the replay.
const PROFILE_SECONDS: u64 = 20;

/// What a replay of a county is like.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Number of households; all of 镇雄县 (118,097) where it isn't given.
    #[arg(long)]
    households: Option<u32>,
    /// Each completion with a photo that is announced, uploaded and processed.
    #[arg(long)]
    photos: bool,
    /// Completions at a time.
    #[arg(long, default_value_t = 24)]
    at_once: usize,
    /// Where the stack's binaries are.
    #[arg(long)]
    binaries: PathBuf,
    /// The root template.
    #[arg(long, default_value = "infra/template.yaml")]
    template: PathBuf,
    /// Where the stack keeps its data, and the report goes. What was loaded is kept for the next run.
    #[arg(long)]
    folder: PathBuf,
    /// Where the report goes as a document, too.
    #[arg(long)]
    document: Option<PathBuf>,
}

/// Replays the county. True where the table is right to the digit and nothing acknowledged is missing.
pub async fn run(options: Options) -> Result<bool, Failure> {
    let plan = options.households.map_or_else(|| Ok(Plan::zhenxiong()), Plan::scaled)?;
    let register = Arc::new(Register::new(&plan)?);
    let folders = Folders::new(&options, plan.households());
    let loading = Instant::now();
    let loaded_now = stack::make_loaded(&options, &folders, plan.households()).await?;
    let loading = loaded_now.then(|| loading.elapsed());
    let stack = Stack::start(&options, &folders.run).await?;
    let outcome = tokio::select! {
        outcome = replay(&options, &stack, &register, loading) => outcome,
        _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
    };
    stack.end().await;
    outcome
}

async fn replay(
    options: &Options,
    stack: &Stack,
    register: &Arc<Register>,
    loading: Option<Duration>,
) -> Result<bool, Failure> {
    let replay = Arc::new(Replay::prepare(stack, register, options.photos).await?);
    let households = register.plan().households();
    let profile = profile(options, households);
    let cpu_before = cpu::used(stack.pid());
    let lag = tokio::spawn(replay::watch_lag(Arc::clone(&replay)));
    replay.run(options.at_once).await;
    let took = replay.took();
    let cpu = cpu::between(&cpu_before, &cpu::used(stack.pid()));
    let pages = stack.pages();
    replay.finish();
    let samples = lag.await?;
    let caught_up = replay.caught_up(CATCHING_UP).await;
    let profile = profile.await?;
    let compared = table::compare(&replay.nation().await?, register, replay.counts("530627").await?);
    let acknowledged = replay.recorder.measured().acknowledged.clone();
    let checked = check::acknowledged(replay.officers(), &acknowledged).await;

    let completed = acknowledged.completed.len();
    let facts = Facts {
        households,
        completed,
        photos: options.photos,
        at_once: options.at_once,
        took,
        loading,
        caught_up,
        pages,
        ..Facts::of_samples(&samples)
    };
    let sections = document::sections(&facts, &compared, &cpu, profile.as_deref());
    let measured = replay.recorder.measured();
    let title = document::title(households, options.photos);
    let report = Report {
        title,
        took,
        measured: &measured,
        checked: &checked,
        samples: &samples,
        sections: &sections,
    };
    report.write(&options.folder)?;
    if let Some(path) = &options.document {
        std::fs::write(path, document::markdown(&facts, &report))?;
    }
    for (heading, text) in &sections {
        say(&format!("\n{heading}\n\n{text}"));
    }
    say_result(&report, &checked, &options.folder);
    Ok(compared.is_right() && checked.all_there() && completed == households as usize)
}

/// Samples the machine in the middle of the replay, where perf is there and may do so.
fn profile(options: &Options, households: u32) -> JoinHandle<Option<String>> {
    // Past the start, and long before the end at any rate that can be hoped for.
    let delay = Duration::from_secs(u64::from(households / 1500).clamp(4, 60));
    let file = options.folder.join("perf.data");
    let seconds = PROFILE_SECONDS.min(u64::from(households / 400)).max(3);
    tokio::spawn(async move {
        tokio::time::sleep(delay).await;
        cpu::profile(&file, seconds).await
    })
}
