//! `anju-register`: synthetic registers and photos, as files or in a stack.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anju_app::App;
use anju_register::seed::{Seeded, Target};
use anju_register::{Plan, PlanError, Register, demo, write_csv};
use clap::{Parser, Subcommand};

type Failure = Box<dyn std::error::Error>;

/// Synthetic registers of people who don't exist, and photos of houses that stand nowhere.
#[derive(Parser)]
#[command(name = "anju-register")]
struct Command {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Writes a register as regions.csv and register.csv, as the import takes them.
    Csv {
        /// Number of households; the full shape of the county (118,097) where it isn't given.
        #[arg(long)]
        households: Option<u32>,
        /// Another number, another register.
        #[arg(long)]
        seed: Option<u64>,
        /// Where to.
        folder: PathBuf,
    },
    /// Writes the demonstration's photos.
    Photos {
        /// Where to.
        folder: PathBuf,
    },
    /// Brings the demonstration into the stack that the environment names (REGISTRY_TABLE,
    /// CONTROL_TABLE, POINTER_SECRET_ID and the AWS SDK's own variables), and writes demo.json.
    Demo {
        /// Where the stack answers.
        #[arg(long)]
        address: String,
        /// What solves every captcha of the stack; empty where nothing does.
        #[arg(long, default_value = "")]
        captcha_answer: String,
        /// Where demo.json goes.
        folder: PathBuf,
    },
    /// Brings a county into the empty stack that the environment names, as `demo`: accounts that may sign in, and
    /// all households with a draft that only waits to be completed.
    County {
        /// Number of households; all of 镇雄县 (118,097) where it isn't given.
        #[arg(long)]
        households: Option<u32>,
        /// The password of all accounts.
        #[arg(long)]
        password: String,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Command::parse().task).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&format!("anju-register: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(task: Task) -> Result<(), Failure> {
    match task {
        Task::Csv { households, seed, folder } => {
            let plan = plan_of(households)?;
            let plan = match seed {
                Some(seed) => plan.with_seed(seed),
                None => plan,
            };
            std::fs::create_dir_all(&folder)?;
            let written = write_csv(&plan, &folder)?;
            report(&format!("{} households, {} people", written.households, written.people));
        }
        Task::Photos { folder } => {
            demo::write_photos(&folder)?;
        }
        Task::Demo { address, captcha_answer, folder } => {
            let app = App::start().await;
            let target = Target { registry: app.searchable_registry().await?, control: app.control()? };
            let progress = |seeded: &Seeded| report(&format!("seeding: {} households", seeded.households));
            let place = demo::Place { address, captcha_answer };
            demo::set_up(&target, &place, &folder, progress).await?;
        }
        Task::County { households, password } => {
            let app = App::start().await;
            let target = Target { registry: app.searchable_registry().await?, control: app.control()? };
            let register = Arc::new(Register::new(&plan_of(households)?)?);
            let loaded = target.load(&register, &password, report_now_and_then).await?;
            report(&format!("{loaded} households are loaded"));
        }
    }
    Ok(())
}

fn plan_of(households: Option<u32>) -> Result<Plan, PlanError> {
    households.map_or_else(|| Ok(Plan::zhenxiong()), Plan::scaled)
}

fn report_now_and_then(loaded: usize) {
    if loaded.is_multiple_of(5000) {
        report(&format!("loading: {loaded} households"));
    }
}

#[expect(clippy::print_stderr, reason = "what people at the terminal read")]
fn report(text: &str) {
    eprintln!("{text}");
}
