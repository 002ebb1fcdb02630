//! `anju-erase`: erases what is known of households' people, after its retention or on order.

mod erase;
mod retention;

use std::process::ExitCode;

use anju_app::App;
use anju_domain::ids::HouseholdId;
use anju_domain::region::RegionCode;
use anju_domain::text::Note;
use clap::{Args, Parser, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::erase::{Erased, Eraser};

type Failure = Box<dyn std::error::Error>;

/// Erases names, numbers, addresses, photos, positions and words of households, in the tables and buckets that the
/// environment names: REGISTRY_TABLE, CONTROL_TABLE, POINTER_SECRET_ID, PHOTOS_BUCKET, SITE_BUCKET and the AWS SDK's own variables.
/// What counts of them, that they were erased and the chain of their histories stay. It can't be undone; without
/// --carry-out it only says what would be erased. It may be ended at any moment and started again.
///
/// Backups keep what they held until they run out: 35 days where point-in-time recovery is left as it is.
#[derive(Parser)]
#[command(name = "anju-erase")]
struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// One household, on order.
    Household {
        /// Its id: the village's code, a hyphen, its number.
        id: HouseholdId,
        #[command(flatten)]
        how: How,
    },
    /// All households of a region that were last written on or before a day.
    Retention {
        /// Code of the region: 0 is the nation.
        region: RegionCode,
        /// The day, in China.
        #[arg(long)]
        until: Date,
        #[command(flatten)]
        how: How,
    },
}

#[derive(Args)]
struct How {
    /// Who ordered it and why, which the history keeps: no personal data.
    #[arg(long)]
    order: Note,
    /// Erases, and doesn't only say what would be.
    #[arg(long)]
    carry_out: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Command::parse().what).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("anju-erase: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(what: What) -> Result<(), Failure> {
    let app = App::start().await;
    let (registry, photos, pages) = (app.searchable_registry().await?, app.photo_files()?, app.pages()?);
    let (households, how) = match what {
        What::Household { id, how } => (vec![id], how),
        What::Retention { region, until, how } => {
            (retention::households(&registry, &region, until).await?, how)
        }
    };
    let eraser = Eraser {
        registry,
        control: app.control()?,
        photos,
        pages,
        order: how.order,
        carry_out: how.carry_out,
    };
    let mut sum = Erased::default();
    for id in &households {
        let erased = eraser.household(id, Timestamp::now()).await?;
        say(&format!("{id}: {erased}"));
        sum += erased;
    }
    let would = if how.carry_out { "erased" } else { "would be erased; nothing is, without --carry-out" };
    say(&format!("{} households, {} photos {would}", sum.households, sum.photos));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what people at the terminal read")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "what people at the terminal read")]
fn complain(text: &str) {
    eprintln!("{text}");
}
