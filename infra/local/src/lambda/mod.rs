//! The Lambda host: a pool of processes per function, started when needed, driven by the Runtime API.

mod invoke;
mod process;
mod runtime_api;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::{Semaphore, oneshot};
use uuid::Uuid;

use crate::ledger::Ledger;
use crate::plan::FunctionPlan;
pub(crate) use invoke::invoked_function;
use process::Process;
pub(crate) use process::program;
pub(crate) use runtime_api::{PATH_PREFIX, RuntimeApi};

/// A process must ask for its first event within this time; on a busy machine starts are slow.
const LONGEST_START: Duration = Duration::from_secs(60);

/// What all functions' processes share.
#[derive(Debug)]
pub(crate) struct Environment {
    pub(crate) functions_dir: PathBuf,
    pub(crate) logs_dir: PathBuf,
    /// Of each function, at a time.
    pub(crate) most_processes: usize,
    /// `http://host:port` of the internal listener.
    pub(crate) internal_endpoint: String,
    /// Variables that every process gets.
    pub(crate) variables: BTreeMap<String, String>,
}

/// Why an invocation gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvokeError {
    #[error("there is no function {0}")]
    NoSuchFunction(String),
    #[error("the binary {binary} cannot be started: {source}")]
    Start { binary: String, source: std::io::Error },
    #[error("the process ended before it answered")]
    Died,
    #[error("the task timed out after {0:?}")]
    TimedOut(Duration),
    #[error("the function failed: {0}")]
    Failed(String),
}

/// One invocation on its way to a process.
#[derive(Debug)]
pub(crate) struct Work {
    request_id: String,
    payload: Bytes,
    timeout: Duration,
    function_arn: String,
    started: oneshot::Sender<()>,
    outcome: oneshot::Sender<Result<Bytes, InvokeError>>,
}

#[derive(Debug)]
struct Function {
    plan: FunctionPlan,
    permits: Semaphore,
    idle: Mutex<Vec<Process>>,
}

impl Function {
    fn new(plan: FunctionPlan, most_processes: usize) -> Self {
        let processes = plan.reserved_concurrency.unwrap_or(most_processes).min(most_processes);
        Self { plan, permits: Semaphore::new(processes), idle: Mutex::default() }
    }

    fn take_idle(&self) -> Option<Process> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(process) = idle.pop() {
            if process.is_alive() {
                return Some(process);
            }
        }
        None
    }

    fn put_idle(&self, process: Process) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(process);
    }
}

/// All functions.
#[derive(Debug)]
pub(crate) struct Host {
    functions: BTreeMap<String, Function>,
    environment: Environment,
    runtime_api: Arc<RuntimeApi>,
    ledger: Option<Ledger>,
}

impl Host {
    pub(crate) fn new(plans: &[FunctionPlan], environment: Environment, ledger: Option<Ledger>) -> Self {
        let function = |plan: &FunctionPlan| Function::new(plan.clone(), environment.most_processes);
        let functions = plans.iter().map(|plan| (plan.name.clone(), function(plan))).collect();
        Self { functions, environment, runtime_api: Arc::default(), ledger }
    }

    pub(crate) fn runtime_api(&self) -> &Arc<RuntimeApi> {
        &self.runtime_api
    }

    pub(crate) fn function_arn(&self, name: &str) -> &str {
        self.functions.get(name).map_or("", |function| &function.plan.arn)
    }

    /// Invokes a function and waits for its answer. The invocation goes on when the caller stops waiting, as
    /// it does in the cloud.
    pub(crate) async fn invoke(self: &Arc<Self>, name: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        let host = Arc::clone(self);
        let function = name.to_owned();
        let outcome = tokio::spawn(async move { host.run_counted(&function, payload).await }).await;
        let outcome = outcome.unwrap_or(Err(InvokeError::Died));
        if let Err(error) = &outcome {
            tracing::warn!(function = name, %error, "invocation failed");
        }
        outcome
    }

    async fn run_counted(&self, name: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        let Some(ledger) = &self.ledger else { return self.run(name, payload).await };
        let (event, started) = (payload.len(), Instant::now());
        ledger.begun();
        let outcome = self.run(name, payload).await;
        let function = self.functions.get(name).map_or(name, |function| &function.plan.binary);
        ledger.ended(function, event, outcome.as_ref().map_or(0, Bytes::len), started.elapsed());
        outcome
    }

    async fn run(&self, name: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        let no_such_function = || InvokeError::NoSuchFunction(name.to_owned());
        let function = self.functions.get(name).ok_or_else(no_such_function)?;
        let _permit = function.permits.acquire().await.map_err(|_| InvokeError::Died)?;
        // A process that was ended while idle never saw the event: the next one gets it.
        while let Some(process) = function.take_idle() {
            match self.hand_over(function, &process, payload.clone()).await {
                Ok(outcome) => return finish(function, process, outcome).await,
                Err(_) => continue,
            }
        }
        let process = Process::start(&function.plan, &self.environment, &self.runtime_api)
            .map_err(|source| InvokeError::Start { binary: function.plan.binary.clone(), source })?;
        let outcome = self.hand_over(function, &process, payload).await?;
        finish(function, process, outcome).await
    }

    /// Gives the event to a process, and back the place where the outcome will appear.
    async fn hand_over(
        &self,
        function: &Function,
        process: &Process,
        payload: Bytes,
    ) -> Result<oneshot::Receiver<Result<Bytes, InvokeError>>, InvokeError> {
        let (started, has_started) = oneshot::channel();
        let (outcome, has_outcome) = oneshot::channel();
        let work = Work {
            request_id: Uuid::new_v4().to_string(),
            payload,
            timeout: function.plan.timeout,
            function_arn: function.plan.arn.clone(),
            started,
            outcome,
        };
        process.give(work).await?;
        tokio::select! {
            biased;
            started = has_started => started.map_err(|_| InvokeError::Died).map(|()| has_outcome),
            () = process.ended() => Err(InvokeError::Died),
            () = tokio::time::sleep(LONGEST_START) => Err(InvokeError::TimedOut(LONGEST_START)),
        }
    }

    /// Ends all processes.
    pub(crate) fn stop(&self) {
        for function in self.functions.values() {
            function.permits.close();
            function.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }
}

/// Waits for the outcome. Only a process that answered is used again; any other one is ended by its drop.
async fn finish(
    function: &Function,
    process: Process,
    outcome: oneshot::Receiver<Result<Bytes, InvokeError>>,
) -> Result<Bytes, InvokeError> {
    let timeout = function.plan.timeout;
    tokio::select! {
        biased;
        outcome = outcome => {
            let outcome = outcome.map_err(|_| InvokeError::Died)?;
            function.put_idle(process);
            outcome
        }
        () = process.ended() => Err(InvokeError::Died),
        () = tokio::time::sleep(timeout) => Err(InvokeError::TimedOut(timeout)),
    }
}
