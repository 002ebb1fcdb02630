//! `anju-recount` on a stack.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::command;
use crate::stack::{Stack, binaries};

const CHECKPOINT: &str = "checkpoint.json";
const REPORT: &str = "report.json";
const PROGRESS: &str = "progress";

/// A run of `anju-recount`, with a folder for what it writes.
#[derive(Debug)]
pub struct Recount {
    folder: TempDir,
    arguments: Vec<String>,
    variables: Vec<(OsString, OsString)>,
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
        let command = command::on(stack, "anju-recount");
        let variables =
            command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
        Recount {
            folder: TempDir::with_prefix("anju-recount-").expect("a folder"),
            arguments: words.split_whitespace().map(str::to_owned).collect(),
            variables: variables.collect(),
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
