//! The local stack that a county is replayed against.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use http::{HeaderName, StatusCode};
use rustix::process::{Pid, Signal};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::process::{Child, Command};

use super::{Options, PASSWORD};
use crate::api::Api;
use crate::{Failure, say};

/// How long the stack may take to start or end.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where things are kept.
#[derive(Debug)]
pub struct Folders {
    /// What was loaded, as it was before any replay.
    loaded: PathBuf,
    /// The copy that is replayed on.
    pub run: PathBuf,
}

impl Folders {
    /// Those of a county of so many households.
    pub fn new(options: &Options, households: u32) -> Self {
        Folders {
            loaded: options.folder.join(format!("loaded-{households}")),
            run: options.folder.join("data"),
        }
    }
}

/// What a stack says of itself.
#[derive(Debug, Deserialize)]
struct Facts {
    address: String,
    endpoint: String,
    dynamodb: String,
    region: String,
    access_key_id: String,
    secret_access_key: String,
    resources: BTreeMap<String, String>,
    outputs: BTreeMap<String, String>,
}

/// A running stack.
#[derive(Debug)]
pub struct Stack {
    process: Child,
    data: PathBuf,
    facts: Facts,
}

impl Stack {
    /// Starts one on a folder, and waits until it answers.
    pub async fn start(options: &Options, data: &Path) -> Result<Self, Failure> {
        let log = std::fs::File::create(options.folder.join("stack.log"))?;
        let process = Command::new(options.binaries.join("anju-local"))
            .args(["run", "--port", "0", "--processes", &options.at_once.to_string(), "--template"])
            .arg(&options.template)
            .arg("--data-dir")
            .arg(data)
            .arg("--functions-dir")
            .arg(&options.binaries)
            // What functions log of each call would be part of what is measured.
            .env("RUST_LOG", "warn,dynoxide=error,s3s=off")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let file = data.join("stack.json");
        let facts = within(PATIENCE, "the stack to start", async || {
            Ok(std::fs::read(&file).ok().and_then(|content| serde_json::from_slice(&content).ok()))
        })
        .await?;
        Ok(Stack { process, data: data.to_owned(), facts })
    }

    /// Where the API answers.
    pub fn address(&self) -> &str {
        &self.facts.address
    }

    /// The stack's process.
    pub fn pid(&self) -> u32 {
        self.process.id().unwrap_or_default()
    }

    /// Public pages that are there.
    pub fn pages(&self) -> usize {
        let bucket = self.facts.resources.get("SiteBucket").cloned().unwrap_or_default();
        let pages = std::fs::read_dir(self.data.join("s3").join(bucket).join("q"));
        let is_page = |name: &std::ffi::OsStr| !name.to_string_lossy().starts_with('.');
        pages.map_or(0, |pages| pages.flatten().filter(|page| is_page(&page.file_name())).count())
    }

    /// Brings the county in by the project's own command, and waits until all of it is counted and compared.
    async fn load(&self, options: &Options, households: u32) -> Result<(), Failure> {
        let facts = &self.facts;
        let output = |name: &str| facts.outputs.get(name).cloned().unwrap_or_default();
        let status = Command::new(options.binaries.join("anju-register"))
            .args(["county", "--password", PASSWORD, "--households", &households.to_string()])
            .env("AWS_ENDPOINT_URL_DYNAMODB", &facts.dynamodb)
            .env("AWS_ENDPOINT_URL_SECRETS_MANAGER", &facts.endpoint)
            .env("AWS_REGION", &facts.region)
            .env("AWS_ACCESS_KEY_ID", &facts.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", &facts.secret_access_key)
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .env("REGISTRY_TABLE", output("RegistryTableName"))
            .env("CONTROL_TABLE", output("ControlTableName"))
            .env("POINTER_SECRET_ID", output("PointerSecretArn"))
            .kill_on_drop(true)
            .status()
            .await?;
        if !status.success() {
            return Err("the county could not be loaded".into());
        }
        say("waiting until all households are compared with each other");
        // What is sent to the queue comes from the stream, which has to be read first.
        tokio::time::sleep(Duration::from_secs(3)).await;
        let services = Api::at(&facts.endpoint)?;
        within(Duration::from_secs(7200), "all ID numbers to be compared", async || {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok((self.comparisons_left(&services).await? == 0).then_some(()))
        })
        .await
    }

    /// Messages in the queue of comparisons.
    async fn comparisons_left(&self, services: &Api) -> Result<u64, Failure> {
        let kinds = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
        let url = self.facts.resources.get("DuplicateQueue").cloned().unwrap_or_default();
        let asked = services
            .post("/", &json!({"QueueUrl": url, "AttributeNames": kinds}))
            .header(HeaderName::from_static("x-amz-target"), "AmazonSQS.GetQueueAttributes");
        let answer: Value = asked.send(StatusCode::OK).await?.read()?;
        let count = |kind| answer["Attributes"][kind].as_str().and_then(|text| text.parse::<u64>().ok());
        kinds.into_iter().map(|kind| count(kind).ok_or_else(|| "no such queue".into())).sum()
    }

    /// Ends it properly.
    pub async fn end(mut self) {
        let pid = self.process.id().and_then(|pid| Pid::from_raw(pid.cast_signed()));
        let told = pid.map(|pid| rustix::process::kill_process(pid, Signal::TERM));
        if let Some(Err(error)) = told {
            say(&format!("the stack does not end: {error}"));
        }
        drop(tokio::time::timeout(PATIENCE, self.process.wait()).await);
    }
}

/// Makes the folder to replay on: from what an earlier run loaded, or anew. True where it was loaded now.
pub async fn make_loaded(options: &Options, folders: &Folders, households: u32) -> Result<bool, Failure> {
    std::fs::create_dir_all(&options.folder)?;
    let stamp = folders.loaded.join("loaded-by");
    let loaded_by = digest_of(&options.binaries.join("anju-register"))?;
    let is_current = std::fs::read_to_string(&stamp).is_ok_and(|stamp| stamp == loaded_by);
    remove(&folders.run)?;
    if is_current {
        copy(&folders.loaded, &folders.run).await?;
        return Ok(false);
    }
    remove(&folders.loaded)?;
    let stack = Stack::start(options, &folders.run).await?;
    let loaded = tokio::select! {
        loaded = stack.load(options, households) => loaded,
        _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
    };
    stack.end().await;
    loaded?;
    copy(&folders.run, &folders.loaded).await?;
    std::fs::write(&stamp, loaded_by)?;
    Ok(true)
}

fn remove(folder: &Path) -> std::io::Result<()> {
    if folder.exists() { std::fs::remove_dir_all(folder) } else { Ok(()) }
}

async fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status().await?;
    if status.success() { Ok(()) } else { Err(format!("{} could not be copied", from.display()).into()) }
}

fn digest_of(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(hex::encode(Sha256::digest(bytes)))
}

/// Asks until there is an answer.
pub async fn within<T>(
    patience: Duration,
    what: &str,
    mut ask: impl AsyncFnMut() -> Result<Option<T>, Failure>,
) -> Result<T, Failure> {
    let asking = async {
        loop {
            match ask().await {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => tokio::time::sleep(Duration::from_millis(50)).await,
                Err(error) => return Err(error),
            }
        }
    };
    match tokio::time::timeout(patience, asking).await {
        Ok(outcome) => outcome,
        Err(_) => Err(format!("waited {patience:?} for {what}").into()),
    }
}
