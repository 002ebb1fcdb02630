//! `anju-recount`: checks the counts of any part of the country against the register, or makes them anew
//! from it, beside live traffic.

mod checkpoint;
mod pace;
mod report;
mod walk;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anju_app::App;
use anju_domain::region::RegionCode;
use clap::{Args, Parser, Subcommand};
use jiff::{SignedDuration, Timestamp};

use crate::checkpoint::{Checkpoint, Task};
use crate::pace::Pace;
use crate::report::Report;
use crate::walk::{Walk, WalkError};

type Failure = Box<dyn std::error::Error>;

/// Compares counts with the register, in the tables that the environment names: REGISTRY_TABLE,
/// COUNTERS_TABLE, COUNTER_EPOCH and the AWS SDK's own variables. Ends with 0 where they are equal, 1 where
/// they differ, 2 where that can't be said.
///
/// It may be ended at any moment. Started again with the same words, it goes on where it was.
#[derive(Parser)]
#[command(name = "anju-recount")]
struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Says what differs, and writes nothing. What is only on its way is no difference.
    Check(Part),
    /// Brings the counts to what the register says, and checks them then.
    Repair(Part),
}

#[derive(Args)]
struct Part {
    /// Code of the region: 0 is the nation, 2 digits a province, and so on to a village's 12.
    region: RegionCode,
    /// Where it notes how far it has come; `recount-REGION.json` where it isn't given.
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    /// Writes what was found as JSON.
    #[arg(long)]
    report: Option<PathBuf>,
    /// Households a second at most. Each costs about one read unit.
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
    /// Seconds that a change may be on its way to the counts.
    #[arg(long, default_value_t = 300)]
    patience: u32,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let (task, part) = match Command::parse().what {
        What::Check(part) => (Task::Check, part),
        What::Repair(part) => (Task::Repair, part),
    };
    match run(task, &part).await {
        Ok(report) => {
            say(&report.to_string());
            if report.equal { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            tell(&format!("anju-recount: {error}"));
            ExitCode::from(2)
        }
    }
}

async fn run(task: Task, part: &Part) -> Result<Report, Failure> {
    let app = App::start().await;
    let (counters, registry) = (app.counters()?, app.registry()?);
    let path = part.checkpoint.clone();
    let path = path.unwrap_or_else(|| PathBuf::from(format!("recount-{}.json", part.region)));
    let checkpoint = Checkpoint::open(path, task, &part.region, counters.epoch, Timestamp::now())?;
    let Some(region) = registry.region(&part.region).await? else {
        return Err(WalkError::NoSuchRegion(part.region.clone()).into());
    };
    let mut walk = Walk {
        counters,
        registry,
        region,
        patience: SignedDuration::from_secs(part.patience.into()),
        pace: Pace::new(part.rate),
        checkpoint,
        tell,
    };
    let report = walk.finish().await?;
    if let Some(file) = &part.report {
        write(file, &report)?;
    }
    walk.checkpoint.remove()?;
    Ok(report)
}

fn write(file: &Path, report: &Report) -> Result<(), Failure> {
    std::fs::write(file, serde_json::to_string_pretty(report)? + "\n")?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what people at the terminal read")]
fn say(text: &str) {
    println!("{text}");
}

/// Progress and failures stand apart from what was found.
#[expect(clippy::print_stderr, reason = "what people at the terminal read")]
fn tell(text: &str) {
    eprintln!("{text}");
}
