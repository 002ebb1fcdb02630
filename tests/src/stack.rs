//! A local stack of its own for each test: own ports, own folder, own processes.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anju_domain::ids::HouseholdId;
use anju_domain::region::VillageCode;
use anju_register::demo::INITIAL_PASSWORD;
use anju_register::{Plan, Register, RegisterRow};
use http::StatusCode;
use rustix::process::Signal;
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use crate::client::Client;
use crate::inside::Inside;
use crate::processes::{self, FunctionProcess};
use crate::wait::until;

/// What solves every captcha of a stack.
pub const CAPTCHA_ANSWER: &str = "2468";

/// What a stack says of itself in `stack.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct Facts {
    /// `http://host:port` of the HTTP API and S3.
    pub address: String,
    /// `http://host:port` of all other services.
    pub endpoint: String,
    /// The stack's process.
    pub pid: u32,
    /// The cloud's region.
    pub region: String,
    /// The key that everybody knows.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: String,
    /// Names, URLs and ARNs by logical id.
    pub resources: BTreeMap<String, String>,
    /// `http://host:port` of the layer of faults, where there is one.
    #[serde(default)]
    pub faults: Option<String>,
}

/// A running stack with a register in it. Dropping it ends it, and deletes what it kept.
#[derive(Debug)]
pub struct Stack {
    folder: TempDir,
    process: Child,
    facts: Facts,
    register: Register,
    parameters: &'static [&'static str],
    arguments: &'static [&'static str],
    /// The seed of its layer of faults.
    faults: Option<u64>,
}

impl Stack {
    /// A stack with the smallest register: one village of 8 households, one of each kind.
    pub async fn of_one_village() -> Self {
        Self::with_register(1, 1, 8).await
    }

    /// A stack with two townships, three villages and 27 households.
    pub async fn of_three_villages() -> Self {
        Self::with_register(2, 3, 27).await
    }

    /// A stack with a register of these numbers, which is still being counted.
    pub async fn with_register(townships: u32, villages: u32, households: u32) -> Self {
        Self::with_parameters(&plan(townships, villages, households), &[]).await
    }

    /// A stack that counts what its functions cost, see [`crate::ledger`].
    pub async fn with_ledger(plan: &Plan) -> Self {
        Self::with(plan, &[], &["--ledger"], None).await
    }

    /// A stack with the register of a plan, and template parameters as `NAME=VALUE`.
    pub async fn with_parameters(plan: &Plan, parameters: &'static [&'static str]) -> Self {
        Self::with(plan, parameters, &[], None).await
    }

    /// A stack of one village that delivers messages again a second after their function has failed.
    pub async fn of_quick_retries() -> Self {
        Self::with(&plan(1, 1, 8), &[], &["--retry-seconds", "1"], None).await
    }

    /// A stack with a layer of faults, which does nothing yet. Messages whose function failed come again after two
    /// seconds.
    pub async fn with_faults(townships: u32, villages: u32, households: u32, seed: u64) -> Self {
        Self::with(&plan(townships, villages, households), &[], &["--retry-seconds", "2"], Some(seed)).await
    }

    /// A stack in which nothing is, nobody's account either, for the register of a plan.
    pub async fn empty(plan: &Plan) -> Self {
        let register = Register::new(plan).expect("a register");
        let folder = TempDir::with_prefix("anju-wire-").expect("a folder");
        let parameters = &["ImportWritesPerSecond=10000"];
        let (process, facts) = start(folder.path(), parameters, &[], None).await;
        Stack { folder, process, facts, register, parameters, arguments: &[], faults: None }
    }

    /// A stack in which nothing is but the operator's account, to bring the register of a plan into.
    pub async fn to_import(plan: &Plan) -> Self {
        let stack = Self::empty(plan).await;
        stack.inside().await.issue_operator().await;
        stack
    }

    /// The operator, whose first sign-in is done now.
    pub async fn operator(&self) -> Client {
        self.account("0").await
    }

    async fn with(
        plan: &Plan,
        parameters: &'static [&'static str],
        arguments: &'static [&'static str],
        faults: Option<u64>,
    ) -> Self {
        let register = Register::new(plan).expect("a register");
        let folder = TempDir::with_prefix("anju-wire-").expect("a folder");
        let (process, facts) = start(folder.path(), parameters, arguments, faults).await;
        let stack = Stack { folder, process, facts, register, parameters, arguments, faults };
        stack.inside().await.seed(&stack.register).await;
        stack
    }

    /// Where it is.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Whom it is about.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// A village, by its place in the register.
    pub fn village(&self, place: usize) -> &VillageCode {
        self.register.villages().nth(place).expect("a village").code()
    }

    /// A household of a village, see [`anju_register::NUMBERS_OF_EVERY_KIND`] for who is who.
    pub fn household(&self, village: usize, number: u32) -> HouseholdId {
        HouseholdId::new(self.village(village).clone(), number)
    }

    /// What the register says of a household.
    pub fn row(&self, household: &HouseholdId) -> RegisterRow {
        self.register.household(household).expect("a household of the register")
    }

    /// Nobody in particular.
    pub fn anybody(&self) -> Client {
        Client::of(&self.facts.address)
    }

    /// An account whose first sign-in is done now.
    pub async fn account(&self, region: impl std::fmt::Display) -> Client {
        self.anybody().first_sign_in(&region.to_string()).await
    }

    /// The officer of a village, by its place in the register.
    pub async fn officer(&self, village: usize) -> Client {
        self.account(self.village(village).as_str()).await
    }

    /// Its tables, buckets and queues.
    pub async fn inside(&self) -> Inside {
        Inside::of(&self.facts).await
    }

    /// Has a function do what it does at its time, with this event, and gives what it says.
    ///
    /// # Panics
    /// Where it fails.
    pub async fn invoke(&self, resource: &str, event: &Value) -> Value {
        let Facts { endpoint, resources, .. } = &self.facts;
        let path = format!("{endpoint}/2015-03-31/functions/{}/invocations", resources[resource]);
        let answer = self.anybody().post(&path, event).send().await.expect(StatusCode::OK);
        assert!(!answer.headers.contains_key("x-amz-function-error"), "{}", answer.text());
        answer.json()
    }

    /// Runs an operator's command against the stack, to its end, and gives what it says.
    ///
    /// # Panics
    /// Where it fails.
    pub fn command(&self, name: &str, arguments: &[&str]) -> String {
        let output = self.commanded(name, arguments).output().expect("a command");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// An operator's command against the stack.
    pub fn commanded(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(binaries().join(name));
        command.args(arguments).arg("--stack").arg(data_dir(self.folder.path()).join("stack.json"));
        command
    }

    /// Ends the stack and all its functions at once, without a word.
    pub fn kill_9(&mut self) {
        let functions = self.processes();
        // The one that could start others goes first.
        self.process.kill().expect("a process of ours");
        functions.iter().for_each(FunctionProcess::kill);
        self.process.wait().expect("a child of ours");
    }

    /// Starts it again on what it kept, on other ports. A layer of faults makes other choices then.
    pub async fn start_again(&mut self) {
        self.faults = self.faults.map(|seed| seed + 1);
        (self.process, self.facts) =
            start(self.folder.path(), self.parameters, self.arguments, self.faults).await;
    }

    /// The processes of all functions.
    pub fn processes(&self) -> Vec<FunctionProcess> {
        processes::started_by(self.process.id())
    }

    /// The processes of one function.
    pub fn processes_of(&self, function: &str) -> Vec<FunctionProcess> {
        self.processes().into_iter().filter(|process| process.function == function).collect()
    }

    /// Holds a function that has run before still, wherever it is, until [`Stack::release`].
    pub fn hold(&self, function: &str) {
        let processes = self.processes_of(function);
        assert!(!processes.is_empty(), "{function} has not run yet");
        processes.iter().for_each(FunctionProcess::hold);
    }

    /// Lets a function go on.
    pub fn release(&self, function: &str) {
        self.processes_of(function).iter().for_each(FunctionProcess::release);
    }

    /// How often a function was ended in the middle of its work.
    pub fn ended_at_work(&self, resource: &str) -> usize {
        let function = &self.facts.resources[resource];
        let cut_off =
            |line: &&str| line.contains(function.as_str()) && line.contains("ended before it answered");
        self.log().lines().filter(cut_off).count()
    }

    /// The stack's own log.
    pub fn log(&self) -> String {
        read_lossy(&log_path(self.folder.path()))
    }

    /// The log of a function; empty where it never ran.
    pub fn log_of(&self, function: &str) -> String {
        read_lossy(&data_dir(self.folder.path()).join("logs").join(format!("{function}.log")))
    }

    /// All logs by the functions' names.
    pub fn logs(&self) -> BTreeMap<String, String> {
        let folder = std::fs::read_dir(data_dir(self.folder.path()).join("logs")).expect("a folder of logs");
        let log = |path: PathBuf| Some((path.file_stem()?.to_str()?.to_owned(), read_lossy(&path)));
        folder.filter_map(|entry| log(entry.ok()?.path())).collect()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.report();
        }
        // What holds still would outlive its end.
        for process in self.processes() {
            process.kill();
        }
        processes::send(self.process.id(), Signal::KILL);
        drop(self.process.wait());
    }
}

impl Stack {
    /// What a failed test's reader wants to see: what the stack and its functions complained of.
    #[expect(clippy::print_stderr, reason = "beside the failure's own text")]
    fn report(&self) {
        // A function that cannot start says so in a line of its own.
        let complaint =
            |line: &&str| line.contains("ERROR") || line.contains("WARN") || line.starts_with("Error");
        for (name, log) in self.logs().into_iter().chain([("stack".to_owned(), self.log())]) {
            for line in log.lines().filter(complaint).take(20) {
                eprintln!("{name}: {line}");
            }
        }
    }
}

/// The plan of a register of these numbers.
pub fn plan(townships: u32, villages: u32, households: u32) -> Plan {
    Plan::new(townships, villages, households).expect("numbers that fit each other")
}

fn data_dir(folder: &Path) -> PathBuf {
    folder.join("data")
}

fn log_path(folder: &Path) -> PathBuf {
    folder.join("stack.log")
}

fn read_lossy(path: &Path) -> String {
    std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// The folder of the binaries under test: the tests' own is below it.
pub fn binaries() -> PathBuf {
    let test = std::env::current_exe().expect("the test's own path");
    test.parent().and_then(Path::parent).expect("target/<profile>/deps").to_owned()
}

/// Starts a stack and waits until it answers.
async fn start(
    folder: &Path,
    parameters: &[&str],
    arguments: &[&str],
    faults: Option<u64>,
) -> (Child, Facts) {
    let binaries = binaries();
    let program = binaries.join("anju-local");
    assert!(
        program.is_file(),
        "{} is missing: run `cargo build --workspace --bins` first",
        program.display()
    );
    let log = append(&log_path(folder));
    let mut process = Command::new(program)
        .args(["run", "--port", "0", "--template", "infra/template.yaml"])
        .args(["--parameter", &format!("CaptchaAnswer={CAPTCHA_ANSWER}")])
        .args(["--parameter", &format!("DefaultInitialPassword={INITIAL_PASSWORD}")])
        .arg("--data-dir")
        .arg(data_dir(folder))
        .arg("--functions-dir")
        // `make test-packaged` names the folder of those that are packaged.
        .arg(std::env::var_os("FUNCTIONS_DIR").map_or(binaries, PathBuf::from))
        .args(arguments)
        .args(parameters.iter().flat_map(|parameter| ["--parameter", parameter]))
        .args(faults.into_iter().flat_map(|seed| ["--faults".to_owned(), seed.to_string()]))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        // Not what the developer's shell says.
        .env_remove("HOST")
        .env_remove("RUST_LOG")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a log"))
        .stderr(log)
        .spawn()
        .expect("a stack");
    let stack_file = data_dir(folder).join("stack.json");
    let facts = until("the stack to start", async || {
        if let Some(status) = process.try_wait().expect("a child of ours") {
            panic!("the stack ended with {status}:\n{}", read_lossy(&log_path(folder)));
        }
        // The file of an earlier run may still be there.
        let facts: Option<Facts> =
            std::fs::read(&stack_file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        facts.filter(|facts| facts.pid == process.id()).ok_or_else(|| read_lossy(&log_path(folder)))
    })
    .await;
    (process, facts)
}

fn append(path: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(path).expect("a log")
}
