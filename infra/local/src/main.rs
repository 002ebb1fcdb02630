//! `anju-local run`: starts the local stack and keeps it running until SIGINT or SIGTERM.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anju_local::{LocalStack, Options, Running};
use tokio::signal::unix::{SignalKind, signal};

const USAGE: &str = "\
usage: anju-local run [--data-dir DIR] [--port PORT] [--template FILE] [--functions-dir DIR]
                      [--web DIR] [--parameter NAME=VALUE]... [--processes NUMBER] [--retry-seconds SECONDS] [--demo]
                      [--ledger] [--faults SEED]

--web: the built web client, which is served at /app/ and /office/ (default web/dist).
--processes: a function gets up to so many while all of them are busy (8).
--retry-seconds: after how long a message whose function failed is delivered again, instead of its queue's own time.
--demo brings in the demonstration county on the first start and describes it in demo.json.
--ledger counts what each function costs; GET <internal address>/ledger shows it, DELETE starts again.
--faults puts a layer between the functions and DynamoDB, S3 and SQS that does them harm when told to.

DATA_DIR (default .data), PORT (default 8080, 0 picks a free one) and HOST (default 127.0.0.1)
can be given in the environment as well.";

/// The template parameter that says what solves every captcha.
const CAPTCHA_ANSWER: &str = "CaptchaAnswer";

type Failure = Box<dyn std::error::Error>;

/// The stack makes and drops small pieces of JSON all the time: with the system's allocator a quarter of its time under
/// load went there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    let Arguments { options, demo } = read_arguments(std::env::args().skip(1))?;
    let data_dir = options.data_dir.clone();
    let captcha_answer = options.parameters.get(CAPTCHA_ANSWER).cloned().unwrap_or_default();
    let mut stack = LocalStack::prepare(options).await?;
    let work = async {
        if demo {
            set_up_demo(&stack, &data_dir, &captcha_answer).await?;
        }
        stack.open();
        announce(&stack);
        std::future::pending::<Result<(), Failure>>().await
    };
    let outcome = tokio::select! {
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
        failed = work => failed,
    };
    stack.shutdown().await;
    outcome
}

/// Brings in the demonstration by the project's own command, as for a deployed stack. What is there
/// stays as it is.
async fn set_up_demo(stack: &Running, data_dir: &Path, captcha_answer: &str) -> Result<(), Failure> {
    let output = |name: &str| stack.outputs().get(name).cloned().unwrap_or_default();
    // Beside this program, as functions may be those that are packaged.
    let status = tokio::process::Command::new(std::env::current_exe()?.with_file_name("anju-register"))
        .args(["demo", "--address", stack.address(), "--captcha-answer", captcha_answer])
        .arg(data_dir)
        .envs(stack.variables())
        .env("REGISTRY_TABLE", output("RegistryTableName"))
        .env("CONTROL_TABLE", output("ControlTableName"))
        .env("POINTER_SECRET_ID", output("PointerSecretArn"))
        .kill_on_drop(true)
        .status()
        .await?;
    if status.success() { Ok(()) } else { Err("the demonstration could not be set up".into()) }
}

#[expect(clippy::print_stdout, reason = "the one line that people and scripts wait for")]
fn announce(stack: &Running) {
    println!("Anju 安居 answers on {}", stack.address());
}

/// What the command line asks for.
struct Arguments {
    options: Options,
    demo: bool,
}

fn read_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Arguments, Failure> {
    if arguments.next().as_deref() != Some("run") {
        return Err(USAGE.into());
    }
    let variable = |name: &str, default: &str| std::env::var(name).unwrap_or_else(|_| default.to_owned());
    let mut options = Options::new(variable("DATA_DIR", ".data"), "infra/template.yaml", "target/debug");
    options.port = variable("PORT", "8080").parse()?;
    options.host = variable("HOST", "127.0.0.1").parse::<IpAddr>()?;
    let mut demo = false;
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or(USAGE);
        match name.as_str() {
            "--demo" => demo = true,
            "--ledger" => options.ledger = true,
            "--data-dir" => options.data_dir = value()?.into(),
            "--port" => options.port = value()?.parse()?,
            "--faults" => options.faults = Some(value()?.parse()?),
            "--template" => options.template = value()?.into(),
            "--web" => options.web = value()?.into(),
            "--functions-dir" => options.functions_dir = value()?.into(),
            "--processes" => options.processes = value()?.parse::<NonZeroUsize>()?.get(),
            "--retry-seconds" => options.retry_after = Some(Duration::from_secs(value()?.parse()?)),
            "--parameter" => {
                let given = value()?;
                let (name, value) = given.split_once('=').ok_or(USAGE)?;
                options.parameters.insert(name.to_owned(), value.to_owned());
            }
            _ => return Err(USAGE.into()),
        }
    }
    if demo {
        // What a demonstration has that no real stage does: a captcha that everybody can solve, and the
        // password that everybody knows. Other values can be given.
        for (name, value) in [(CAPTCHA_ANSWER, "2020"), ("DefaultInitialPassword", "a123456")] {
            options.parameters.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
    }
    Ok(Arguments { options, demo })
}
