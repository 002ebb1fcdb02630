//! `anju-transfer`: operators' bulk work against a deployed or local stack.

mod export;
mod import;
mod progress;
mod session;

use std::path::PathBuf;
use std::process::ExitCode;

use anju_api_client::Failure as CallFailure;
use anju_api_client::files::FileError;
use clap::{Parser, Subcommand};

/// Brings files into a stack and out of it, by the same calls as the web platform. The account's password comes from the
/// environment variable ANJU_PASSWORD, never from the command line, which others can see.
#[derive(Parser)]
#[command(name = "anju-transfer")]
struct Arguments {
    #[command(flatten)]
    whereto: Whereto,
    #[command(subcommand)]
    task: Task,
}

#[derive(clap::Args)]
struct Whereto {
    /// Where the API answers: https://host or http://host:port.
    #[arg(long, global = true)]
    address: Option<String>,
    /// A local stack's `stack.json`, instead of an address.
    #[arg(long, global = true)]
    stack: Option<PathBuf>,
    /// The account: the nation's imports.
    #[arg(long, global = true, default_value = "0")]
    account: String,
    #[arg(
        long,
        env = "ANJU_PASSWORD",
        hide = true,
        global = true,
        default_value = "",
        hide_env_values = true
    )]
    password: String,
}

#[derive(Subcommand)]
enum Task {
    /// Imports a file of regions, households or accounts. Ends with code 1 where rows were not taken, with 2 where
    /// nothing was.
    Import(import::Options),
    /// Exports households, statistics, reports or QR codes into a file. Ends with code 2 where there is none.
    Export(export::Options),
    /// Fetches an empty workbook to fill in.
    Template {
        /// What it is for.
        #[arg(long, value_enum)]
        kind: import::Kind,
        /// Where it goes, such as register.xlsx.
        file: PathBuf,
    },
}

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("give --address or --stack")]
    Nowhere,
    #[error("{path}: {error}", path = .0.display(), error = .1)]
    File(PathBuf, std::io::Error),
    #[error("{path} is no stack.json: {error}", path = .0.display(), error = .1)]
    NoStack(PathBuf, serde_json::Error),
    #[error("{0}: neither .csv nor .xlsx; say which with --format")]
    NoFormat(PathBuf),
    #[error("ANJU_PASSWORD is not set")]
    NoPassword,
    #[error("the call failed: {0}")]
    Call(#[from] CallFailure),
    #[error("{0}")]
    Transfer(#[from] FileError),
    #[error("the machine's certificates can't be read: {0}")]
    Certificates(std::io::Error),
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { whereto, task } = Arguments::parse();
    let done = match task {
        Task::Import(options) => import::run(&whereto, &options).await,
        Task::Export(options) => export::run(&whereto, &options).await,
        Task::Template { kind, file } => import::template(&whereto, kind, &file).await.map(|()| 0),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            complain(&format!("anju-transfer: {failure}"));
            ExitCode::from(2)
        }
    }
}

#[expect(clippy::print_stdout, reason = "what people at the terminal read")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "what people at the terminal read")]
fn complain(text: &str) {
    eprintln!("{text}");
}
