//! `anju-recount` on a stack.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::stack::{Stack, binaries};

const CHECKPOINT: &str = "checkpoint.json";
const REPORT: &str = "report.json";
const PROGRESS: &str = "progress";

/// A run of `anju-recount`, with a folder for what it writes.
#[derive(Debug)]
pub struct Recount {
    folder: TempDir,
    arguments: Vec<String>,
    variables: Vec<(&'static str, String)>,
}

/// How it ended.
#[derive(Debug)]
pub struct Recounted {
    /// Its exit code.
    pub code: Option<i32>,
    /// What it wrote as JSON; null where it came to no end.
    pub report: Value,
    /// What it said of its progress.
    pub progress: String,
}

impl Recount {
    /// Of a stack, in these words: `check 530627 --rate 10`.
    pub fn of(stack: &Stack, words: &str) -> Self {
        let facts = stack.facts();
        let table = |id: &str| facts.resources[id].clone();
        let variables = vec![
            ("REGISTRY_TABLE", table("RegistryTable")),
            ("COUNTERS_TABLE", table("CountersTable")),
            ("COUNTER_EPOCH", "1".to_owned()),
            ("AWS_ENDPOINT_URL", facts.endpoint.clone()),
            ("AWS_REGION", facts.region.clone()),
            ("AWS_ACCESS_KEY_ID", facts.access_key_id.clone()),
            ("AWS_SECRET_ACCESS_KEY", facts.secret_access_key.clone()),
            ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ];
        Recount {
            folder: TempDir::with_prefix("anju-recount-").expect("a folder"),
            arguments: words.split_whitespace().map(str::to_owned).collect(),
            variables,
        }
    }

    /// Begins a run, or goes on with one that was ended.
    pub fn start(&self) -> Child {
        let progress = std::fs::File::create(self.file(PROGRESS)).expect("a file");
        Command::new(binaries().join("anju-recount"))
            .args(&self.arguments)
            .arg("--checkpoint")
            .arg(self.file(CHECKPOINT))
            .arg("--report")
            .arg(self.file(REPORT))
            .env_clear()
            .envs(self.variables.iter().cloned())
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(progress)
            .spawn()
            .expect("anju-recount, built with the workspace")
    }

    /// Waits for a run's end.
    pub async fn end_of(&self, mut run: Child) -> Recounted {
        let status =
            tokio::task::spawn_blocking(move || run.wait()).await.expect("a thread").expect("a child");
        let read = |name: &str| std::fs::read_to_string(self.file(name)).unwrap_or_default();
        let report = serde_json::from_str(&read(REPORT)).unwrap_or_default();
        Recounted { code: status.code(), report, progress: read(PROGRESS) }
    }

    /// Runs to the end.
    pub async fn run(&self) -> Recounted {
        self.end_of(self.start()).await
    }

    /// How far it has come; null before that is anywhere, and after the end.
    pub fn come(&self) -> Value {
        let text = std::fs::read(self.file(CHECKPOINT)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}
