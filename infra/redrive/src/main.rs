//! `anju-redrive`: moves the messages of a dead-letter queue back to the queue that they came from.

mod connection;
mod queues;
mod redrive;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::queues::Pair;
use crate::redrive::Pace;

/// Moves the messages of a dead-letter queue back to the queue that they came from, no more of them than there
/// were at the start, for what fails again comes back. Each is sent before it is deleted: if this ends in between,
/// it is delivered twice, never lost.
#[derive(Parser)]
#[command(name = "anju-redrive")]
struct Arguments {
    /// The dead-letter queue: its name, or a part that no other queue's name has, such as PhotoDeadLetters.
    queue: String,
    /// A local stack's `stack.json`. Without it: the cloud, with the credentials and region of the environment.
    #[arg(long)]
    stack: Option<PathBuf>,
    /// At most so many messages a second.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    per_second: u32,
    /// Only says what would be moved.
    #[arg(long)]
    dry_run: bool,
}

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{path}: {error}", path = .0.display(), error = .1)]
    Stack(PathBuf, std::io::Error),
    #[error("{path} is no stack.json: {error}", path = .0.display(), error = .1)]
    NoStack(PathBuf, serde_json::Error),
    #[error("no queue's name has {0:?}")]
    NoQueue(String),
    #[error("more than one queue's name has {0:?}: {1}")]
    SeveralQueues(String, String),
    #[error("{0} is the dead-letter queue of no queue: there is nowhere to move its messages to")]
    NoSource(String),
    #[error("{0} is the dead-letter queue of several queues: {1}")]
    SeveralSources(String, String),
    #[error("{operation}: {cause}")]
    Queue { operation: &'static str, cause: String },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure);
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let client = connection::open(arguments.stack.as_deref()).await?;
    let Pair { dead, source } = Pair::of(&client, &arguments.queue).await?;
    let (from, to) = (queues::name(&dead), queues::name(&source));
    let waiting = queues::waiting(&client, &dead).await?;
    say(&format!("{waiting} messages in {from}, from {to}"));
    if arguments.dry_run || waiting == 0 {
        return Ok(());
    }
    let pace = Pace::new(arguments.per_second);
    let moved = redrive::redrive(&client, &dead, &source, waiting, pace, |moved| {
        say(&format!("{moved} of {waiting} moved"));
    })
    .await?;
    let left = queues::waiting(&client, &dead).await?;
    say(&format!("done: {moved} moved to {to}, {left} in {from}"));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what people at the terminal read")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "what people at the terminal read")]
fn complain(failure: &Failure) {
    eprintln!("{failure}");
}
