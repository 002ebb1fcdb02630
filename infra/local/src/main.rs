//! `anju-local run`: starts the local stack and keeps it running until SIGINT or SIGTERM.

use std::net::IpAddr;
use std::process::ExitCode;

use anju_local::{LocalStack, Options, Running};
use tokio::signal::unix::{SignalKind, signal};

const USAGE: &str = "\
usage: anju-local run [--data-dir DIR] [--port PORT] [--template FILE] [--functions-dir DIR]
                      [--parameter NAME=VALUE]...

DATA_DIR (default .data), PORT (default 8080, 0 picks a free one) and HOST (default 127.0.0.1)
can be given in the environment as well.";

type Failure = Box<dyn std::error::Error>;

#[tokio::main(worker_threads = 4)]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        // Refused conditions are everyday business to a table, and everyday warnings to the database.
        .unwrap_or_else(|_| "info,dynoxide=error,s3s=off".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let options = read_options(std::env::args().skip(1))?;
    let stack = LocalStack::start(options).await?;
    after_start(&stack).await?;
    announce(&stack);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    stack.shutdown().await;
    Ok(())
}

/// Runs once the stack answers and before it is announced: the place to seed demo data.
async fn after_start(_stack: &Running) -> Result<(), Failure> {
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the one line that people and scripts wait for")]
fn announce(stack: &Running) {
    println!("Anju 安居 answers on {}", stack.address());
}

fn read_options(mut arguments: impl Iterator<Item = String>) -> Result<Options, Failure> {
    if arguments.next().as_deref() != Some("run") {
        return Err(USAGE.into());
    }
    let variable = |name: &str, default: &str| std::env::var(name).unwrap_or_else(|_| default.to_owned());
    let mut options = Options::new(variable("DATA_DIR", ".data"), "infra/template.yaml", "target/debug");
    options.port = variable("PORT", "8080").parse()?;
    options.host = variable("HOST", "127.0.0.1").parse::<IpAddr>()?;
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(USAGE)?;
        match name.as_str() {
            "--data-dir" => options.data_dir = value.into(),
            "--port" => options.port = value.parse()?,
            "--template" => options.template = value.into(),
            "--functions-dir" => options.functions_dir = value.into(),
            "--parameter" => {
                let (name, value) = value.split_once('=').ok_or(USAGE)?;
                options.parameters.insert(name.to_owned(), value.to_owned());
            }
            _ => return Err(USAGE.into()),
        }
    }
    Ok(options)
}
