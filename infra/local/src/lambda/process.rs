//! One process of a function.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

use super::runtime_api::{PATH_PREFIX, RuntimeApi};
use super::{Environment, InvokeError, Work};
use crate::ledger::NAME_VARIABLE;
use crate::plan::FunctionPlan;

/// Variables of the developer's shell that a function gets too; anything else would make it depend on whose
/// machine it runs on.
const INHERITED: &[&str] = &["LLVM_PROFILE_FILE", "PATH", "RUST_BACKTRACE", "RUST_LOG", "TMPDIR"];

/// A running process; dropping it ends it.
#[derive(Debug)]
pub(super) struct Process {
    work: mpsc::Sender<Work>,
    ended: watch::Receiver<bool>,
    /// Its drop tells the guard to end the process.
    _lease: oneshot::Sender<()>,
}

impl Process {
    pub(super) fn start(
        plan: &FunctionPlan,
        environment: &Environment,
        runtime_api: &Arc<RuntimeApi>,
    ) -> std::io::Result<Self> {
        let id = Uuid::new_v4().simple().to_string();
        let log = log_file(plan, environment)?;
        let child = Command::new(program(&environment.functions_dir, &plan.binary))
            .env_clear()
            .envs(INHERITED.iter().filter_map(|name| std::env::var_os(name).map(|value| (name, value))))
            .envs(&environment.variables)
            .envs(&plan.environment)
            .envs(own_variables(plan))
            // An address with a path must be a whole URL for the Rust runtime; Lambda's own has neither.
            .env("AWS_LAMBDA_RUNTIME_API", format!("{}{PATH_PREFIX}{id}", environment.internal_endpoint))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // A terminal's Ctrl-C is for the stack, which lets invocations finish.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        tracing::debug!(function = plan.name, process = child.id(), "started");
        let (work, incoming) = mpsc::channel(1);
        let (has_ended, ended) = watch::channel(false);
        let (lease, lease_over) = oneshot::channel();
        runtime_api.register(&id, incoming);
        tokio::spawn(guard(child, lease_over, has_ended, Arc::clone(runtime_api), id));
        Ok(Self { work, ended, _lease: lease })
    }

    pub(super) fn is_alive(&self) -> bool {
        !*self.ended.borrow()
    }

    /// Waits until the process is gone.
    pub(super) async fn ended(&self) {
        let mut ended = self.ended.clone();
        // An error means that the guard is gone, and with it the process.
        let _ = ended.wait_for(|ended| *ended).await;
    }

    pub(super) async fn give(&self, work: Work) -> Result<(), InvokeError> {
        self.work.send(work).await.map_err(|_| InvokeError::Died)
    }
}

async fn guard(
    mut child: Child,
    lease_over: oneshot::Receiver<()>,
    has_ended: watch::Sender<bool>,
    runtime_api: Arc<RuntimeApi>,
    id: String,
) {
    tokio::select! {
        status = child.wait() => tracing::debug!(?status, "a function's process ended"),
        _ = lease_over => {
            if let Err(error) = child.kill().await {
                tracing::warn!(%error, "a function's process could not be ended");
            }
        }
    }
    runtime_api.forget(&id);
    has_ended.send_replace(true);
}

/// A function's program: as cargo builds it, or as it is packaged for Lambda.
pub(crate) fn program(functions_dir: &Path, binary: &str) -> PathBuf {
    let built = functions_dir.join(binary);
    if built.is_dir() { built.join("bootstrap") } else { built }
}

fn log_file(plan: &FunctionPlan, environment: &Environment) -> std::io::Result<File> {
    let path = environment.logs_dir.join(format!("{}.log", plan.binary));
    OpenOptions::new().create(true).append(true).open(path)
}

/// What Lambda sets for each function.
fn own_variables(plan: &FunctionPlan) -> [(&'static str, String); 7] {
    [
        ("AWS_LAMBDA_FUNCTION_NAME", plan.name.clone()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", plan.memory_mb.to_string()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", plan.name)),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "local".to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        // Not Lambda's: by it the ledger knows whose request it sees.
        (NAME_VARIABLE, plan.binary.clone()),
    ]
}
