//! `anju-load`: replays a campaign against an endpoint, and a county against a local stack of its own.

mod campaign;
mod check;
mod cost;
mod county;
mod deadline;
mod officer;
mod pace;
mod recorder;
mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anju_api_client::{self as api, Api};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

use crate::campaign::{Accounts, Campaign};
use crate::check::Checked;
use crate::pace::Pace;
use crate::recorder::Recorder;
use crate::report::Report;

/// What stops a run.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Replays a campaign of housing verifications. It writes: completed households stay completed.
#[derive(Parser)]
#[command(name = "anju-load")]
enum Command {
    /// Officers who sign in, list, draft, photograph, complete and now and then report a problem, against the
    /// endpoint that is named and no other. Ends with code 1 where an acknowledged write is missing.
    Campaign(CampaignOptions),
    /// All verifications of 镇雄县, or of a smaller county of its shape, against a local stack of its own.
    County(county::Options),
    /// What a verification takes, in units that were measured, and what the county and the nation cost.
    Cost(cost::Options),
    /// Draws a table of requests by the size of the register.
    Requests {
        /// The table, as CSV.
        table: PathBuf,
        /// The picture, as SVG.
        plot: PathBuf,
    },
    /// The nation's last three days before the deadline, second by second: arrivals, limits, queues.
    Deadline(deadline::Options),
}

#[derive(clap::Args)]
struct CampaignOptions {
    /// Where the API answers: https://host or http://host:port.
    #[arg(long)]
    address: String,
    /// Who takes part: a file with {"accounts": [{"account", "password"}]}, such as demo.json.
    #[arg(long)]
    accounts: PathBuf,
    /// The passwords of the file are the issued ones: each officer gives a profile and replaces theirs with this.
    #[arg(long, env = "ANJU_LOAD_PASSWORD")]
    first_sign_in: Option<String>,
    /// Officers at work at the same time; as many accounts of villages are used.
    #[arg(long, default_value_t = 8)]
    officers: usize,
    /// Visits in all.
    #[arg(long, default_value_t = 100)]
    visits: u64,
    /// Visits that start each second, whether or not earlier ones are done; as fast as possible without it.
    #[arg(long)]
    rate: Option<f64>,
    /// Where the report goes: report.html and report.json.
    #[arg(long, default_value = "target/load")]
    report: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Command::parse() {
        Command::Campaign(options) => run_campaign(options).await,
        Command::County(options) => county::run(options).await,
        Command::Cost(options) => cost::table(&options).map(|table| write_out(&table)),
        Command::Requests { table, plot } => draw_requests(&table, &plot),
        Command::Deadline(options) => deadline::run(&options).map(|table| write_out(&table)),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("anju-load: {error}"));
            ExitCode::from(2)
        }
    }
}

async fn run_campaign(options: CampaignOptions) -> Result<bool, Failure> {
    let accounts: Accounts = serde_json::from_str(&std::fs::read_to_string(&options.accounts)?)?;
    let accounts = accounts.officers(options.officers);
    let recorder = Arc::new(Recorder::default());
    let progress = progress(options.visits, "visits");
    let api = Api::at(&options.address)?;
    let chosen = options.first_sign_in.as_deref();
    let officers = campaign::sign_in(&api, &accounts, chosen, &recorder, &progress).await;
    if officers.is_empty() {
        return Err("nobody could sign in".into());
    }
    let photos = campaign::house_photos();
    // The clock of the visits starts when all are signed in.
    let pace = Pace::new(options.visits, options.rate);
    recorder.measured().began = std::time::Instant::now();
    let campaign = Arc::new(Campaign { pace, recorder, photos, progress });
    let stop = tokio::spawn(stop_on_interrupt(Arc::clone(&campaign)));
    campaign.run(&officers).await;
    stop.abort();
    campaign.progress.finish();
    let took = campaign.recorder.measured().began.elapsed();
    let acknowledged = campaign.recorder.measured().acknowledged.clone();
    let checked = check::acknowledged(&officers, &acknowledged).await;
    let measured = campaign.recorder.measured();
    let title = format!("{} officers at {}", officers.len(), options.address);
    let report = Report { title, took, measured: &measured, checked: &checked, samples: &[], sections: &[] };
    report.write(&options.report)?;
    say_result(&report, &checked, &options.report);
    Ok(checked.all_there())
}

fn draw_requests(table: &Path, plot: &Path) -> Result<bool, Failure> {
    let table = std::fs::read_to_string(table)?;
    std::fs::write(plot, report::plots::by_size(&table)?)?;
    Ok(write_out(&table))
}

async fn stop_on_interrupt(campaign: Arc<Campaign>) {
    if tokio::signal::ctrl_c().await.is_ok() {
        campaign.progress.println("stopping: visits under way end first");
        campaign.pace.stop();
    }
}

fn progress(length: u64, what: &str) -> ProgressBar {
    let template =
        format!("{{elapsed_precise}} {{wide_bar}} {{pos}}/{{len}} {what} {{per_sec}} {{eta}} {{msg}}");
    let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style)
}

fn say_result(report: &Report<'_>, checked: &Checked, folder: &Path) {
    say(&report.as_text());
    say(&format!(
        "{} acknowledged writes looked for, {} missing; {}",
        checked.looked_for,
        checked.missing.len(),
        folder.join("report.html").display()
    ));
    for missing in checked.missing.iter().take(20) {
        say(&format!("missing: {missing}"));
    }
    for failure in checked.failures.iter().take(20) {
        say(&format!("could not be looked for: {failure}"));
    }
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn write_out(text: &str) -> bool {
    println!("{text}");
    true
}

#[expect(clippy::print_stderr, reason = "what people at the terminal read")]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}
