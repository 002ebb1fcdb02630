//! `anju-history`: checks a household's history without the system that wrote it.

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use anju_domain::change::{Change, Flaw, Hash, check_history};
use clap::Parser;
use serde::Deserialize;

type Failure = Box<dyn std::error::Error>;

/// Checks a history as GET /v1/households/{id}/history answers it. Ends with 0 where it is sound, 1
/// where it isn't, 2 where it can't be read.
#[derive(Parser)]
#[command(name = "anju-history")]
struct Arguments {
    /// The file; standard input where it isn't given.
    file: Option<PathBuf>,
    /// The head of the chain as you know it from elsewhere, such as from the household's printed page;
    /// otherwise the one that the file names.
    #[arg(long)]
    head: Option<String>,
}

#[derive(Deserialize)]
struct History {
    items: Vec<Change>,
    chain_head: Hash,
}

fn main() -> ExitCode {
    match check(&Arguments::parse()) {
        Ok(flaws) if flaws.is_empty() => {
            say("sound: every entry is as it was written, none is missing");
            ExitCode::SUCCESS
        }
        Ok(flaws) => {
            for (revision, flaw) in flaws {
                say(&format!("revision {revision}: {}", words(flaw)));
            }
            ExitCode::FAILURE
        }
        Err(error) => {
            say(&format!("can't be checked: {error}"));
            ExitCode::from(2)
        }
    }
}

fn check(arguments: &Arguments) -> Result<Vec<(u64, Flaw)>, Failure> {
    let mut text = String::new();
    match &arguments.file {
        Some(file) => text = std::fs::read_to_string(file)?,
        None => drop(std::io::stdin().read_to_string(&mut text)?),
    }
    let history: History = serde_json::from_str(&text)?;
    let known = arguments.head.as_deref().map(str::parse).transpose()?;
    Ok(check_history(&history.items, known.unwrap_or(history.chain_head)))
}

fn words(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Changed => "the entry was changed",
        Flaw::MissingBefore => "an entry before this one is missing",
        Flaw::OutOfOrder => "the entry is out of order, or there twice",
        Flaw::NotLinked => "the entry does not follow from the one before it",
        Flaw::OtherHousehold => "the entry is of another household",
        Flaw::NotTheHead => {
            "the history does not end with the head of the chain: entries after this are missing"
        }
    }
}

#[expect(clippy::print_stdout, reason = "what people at the terminal read")]
fn say(text: &str) {
    println!("{text}");
}
