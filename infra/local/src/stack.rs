//! Puts the pieces together.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::credentials::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use crate::dynamodb::{TableError, Tables};
use crate::event_sources::{QueuePoller, StreamPoller, Trimmer};
use crate::faults::{self, Faults};
use crate::http_api::HttpApi;
use crate::lambda::{Environment, Host, program};
use crate::ledger::{Backlog, Ledger};
use crate::listeners::{DynamoDb, Internal, Public};
use crate::options::Options;
use crate::plan::{Plan, StreamView};
use crate::s3::{S3, S3Error};
use crate::secrets;
use crate::server::serve;
use crate::sqs::Queues;
use crate::state::{State, now_ms};
use crate::template::{self, Cloud, TemplateError};
use crate::web::Web;

/// Messages past their retention go away within this time.
const EXPIRY_INTERVAL: Duration = Duration::from_secs(60);

/// Why the stack doesn't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The template asks for something that isn't emulated, or can't be read.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// Another stack uses the data folder.
    #[error("another stack uses {}", .0.display())]
    InUse(PathBuf),
    /// A file or folder can't be used.
    #[error("{}: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// An address can't be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which one.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The stack's own database can't be used.
    #[error("the stack's own database cannot be used: {0}")]
    State(#[from] rusqlite::Error),
    /// The tables can't be opened.
    #[error(transparent)]
    Tables(#[from] TableError),
    /// The buckets can't be opened.
    #[error(transparent)]
    Buckets(#[from] S3Error),
}

/// The local stack.
#[derive(Debug)]
pub struct LocalStack;

/// A started stack. Dropping it ends it abruptly, as a crash would; [`Running::shutdown`] ends it properly.
pub struct Running {
    address: String,
    endpoint: String,
    resources: BTreeMap<String, String>,
    outputs: BTreeMap<String, String>,
    variables: BTreeMap<String, String>,
    stack_file: PathBuf,
    stop: watch::Sender<bool>,
    /// Never used: the internal listener serves the functions to their end, and goes last.
    _internal_stop: watch::Sender<bool>,
    /// The public listener, until it is opened.
    closed: Option<(TcpListener, Arc<Public>)>,
    stopped: watch::Receiver<bool>,
    public: JoinSet<()>,
    pollers: JoinSet<()>,
    internal: JoinSet<()>,
    host: Arc<Host>,
    tables: Tables,
    faults: Option<Arc<Faults>>,
    _lock: File,
}

impl LocalStack {
    /// Starts everything the template asks for, and returns when requests are answered.
    ///
    /// # Errors
    /// When the template asks for something that is neither emulated nor accepted, or when files or ports can't
    /// be used.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        let mut running = Self::prepare(options).await?;
        running.open();
        Ok(running)
    }

    /// Starts everything but answers nobody before [`Running::open`]: who calls meanwhile waits. So what a stage
    /// begins with can be brought in first.
    ///
    /// # Errors
    /// As [`LocalStack::start`].
    pub async fn prepare(options: Options) -> Result<Running, StartError> {
        let data_dir = options.data_dir.as_path();
        let lock = prepare_folder(data_dir)?;
        let stack_file = data_dir.join("stack.json");
        // One of an earlier run would send readers to the wrong ports.
        let _ = std::fs::remove_file(&stack_file);

        let public = listen(SocketAddr::new(options.host, options.port)).await?;
        let internal = listen(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)).await?;
        let address = reachable_url(&public, options.port)?;
        let endpoint = reachable_url(&internal, 0)?;
        let cloud = Cloud { public_endpoint: address.clone(), internal_endpoint: endpoint.clone() };
        let plan = template::read(&options.template, &options.parameters, cloud)?;

        let state = Arc::new(State::open(&data_dir.join("state.db"))?);
        secrets::create_missing(&state, &plan.secrets)?;
        let queues = Arc::new(Queues::new(Arc::clone(&state), &plan.queues));
        queues.return_in_flight(now_ms())?;
        let mut tables = Tables::open(&data_dir.join("dynamodb.db"), &plan.tables)?;
        let dynamodb = listen(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)).await?;
        let dynamodb = dynamodb.into_std().map_err(TableError::Server)?;
        let dynamodb = format!("http://{}", tables.serve(dynamodb)?);
        let s3 =
            S3::open(&data_dir.join("s3"), &plan.buckets, Arc::clone(&state), Arc::clone(&queues)).await?;
        let ledger = options.ledger.then(Ledger::default);
        // What is counted comes by the internal listener; without that, functions save themselves the way.
        let functions_dynamodb = if ledger.is_some() { &endpoint } else { &dynamodb };
        let variables = function_variables(&address, &endpoint, functions_dynamodb);
        let faults = match options.faults {
            Some(seed) => Some(faults_listening(seed, &address, &endpoint, functions_dynamodb).await?),
            None => None,
        };
        let host = Arc::new(Host::new(
            &plan.functions,
            Environment {
                functions_dir: absolute(&options.functions_dir)?,
                logs_dir: absolute(&data_dir.join("logs"))?,
                most_processes: options.processes,
                internal_endpoint: endpoint.clone(),
                variables: faults.as_ref().map_or_else(|| variables.clone(), |it| it.variables(&variables)),
            },
            ledger.clone(),
        ));
        warn_of_missing_binaries(&plan, &options.functions_dir);

        let (stop, stopped) = watch::channel(false);
        let (internal_stop, internal_stopped) = watch::channel(false);
        let mut running = Running {
            address,
            endpoint,
            resources: plan.resources.clone(),
            outputs: plan.outputs.clone(),
            variables,
            stack_file,
            stop,
            _internal_stop: internal_stop,
            closed: None,
            stopped: stopped.clone(),
            public: JoinSet::new(),
            pollers: JoinSet::new(),
            internal: JoinSet::new(),
            host: Arc::clone(&host),
            tables,
            faults,
            _lock: lock,
        };
        let internal_handler = Arc::new(Internal {
            queues: Arc::clone(&queues),
            state: Arc::clone(&state),
            runtime_api: Arc::clone(host.runtime_api()),
            host: Arc::clone(&host),
            endpoint: running.endpoint.clone(),
            dynamodb: DynamoDb::new(dynamodb.parse().unwrap_or_default()),
            backlog: running.backlog(ledger.clone(), &plan, &state, &queues)?,
        });
        running.internal.spawn(serve(internal, internal_handler, internal_stopped));
        let api = HttpApi::new(&plan.api, &plan.routes, Arc::clone(&host));
        running.closed = Some((public, Arc::new(Public { api, s3, web: Web::new(options.web), ledger })));
        running.start_pollers(&plan, options.retry_after, &state, &queues, &stopped)?;
        running.write_stack_file()?;
        Ok(running)
    }
}

impl Running {
    /// `http://host:port` of the HTTP API and S3.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// `http://host:port` of DynamoDB, SQS and Secrets Manager.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Physical names of tables, buckets and functions, URLs of queues, ARNs of secrets, by logical id.
    #[must_use]
    pub fn resources(&self) -> &BTreeMap<String, String> {
        &self.resources
    }

    /// Outputs of the root template.
    #[must_use]
    pub fn outputs(&self) -> &BTreeMap<String, String> {
        &self.outputs
    }

    /// The environment with which the AWS SDK of another process reaches this stack.
    #[must_use]
    pub fn variables(&self) -> &BTreeMap<String, String> {
        &self.variables
    }

    /// Answers requests from now on.
    pub fn open(&mut self) {
        if let Some((listener, handler)) = self.closed.take() {
            self.public.spawn(serve(listener, handler, self.stopped.clone()));
        }
    }

    /// Stops: no new requests, those under way finish, then pollers, functions and the database end.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        let polite = async {
            while self.public.join_next().await.is_some() {}
            while self.pollers.join_next().await.is_some() {}
        };
        // A function may take minutes; what it was given is given again at the next start.
        let _ = tokio::time::timeout(Duration::from_secs(5), polite).await;
        self.pollers.shutdown().await;
        self.host.stop();
        self.internal.shutdown().await;
        self.tables.stop();
        let _ = std::fs::remove_file(&self.stack_file);
    }

    fn start_pollers(
        &mut self,
        plan: &Plan,
        retry_after: Option<Duration>,
        state: &Arc<State>,
        queues: &Arc<Queues>,
        stopped: &watch::Receiver<bool>,
    ) -> Result<(), StartError> {
        for mapping in &plan.queue_mappings {
            let visibility = queues.get(&mapping.queue).map(|queue| queue.plan.visibility_timeout);
            let poller = QueuePoller {
                mapping: mapping.clone(),
                visibility: visibility.unwrap_or_default(),
                retry_after,
                queues: Arc::clone(queues),
                host: Arc::clone(&self.host),
            };
            self.pollers.spawn(poller.run(stopped.clone()));
        }
        for mapping in &plan.stream_mappings {
            let table = plan.tables.iter().find(|table| table.name == mapping.table);
            let poller = StreamPoller {
                mapping: mapping.clone(),
                view: table.and_then(|table| table.stream).unwrap_or(StreamView::NewAndOldImages),
                streams: self.tables.streams()?,
                state: Arc::clone(state),
                queues: Arc::clone(queues),
                host: Arc::clone(&self.host),
            };
            self.pollers.spawn(faults::mortal(poller, self.faults.clone(), stopped.clone()));
        }
        let trimmer = Trimmer {
            mappings: plan.stream_mappings.clone(),
            streams: self.tables.streams()?,
            state: Arc::clone(state),
        };
        self.pollers.spawn(trimmer.run(stopped.clone()));
        self.pollers.spawn(expire_messages(Arc::clone(queues), stopped.clone()));
        Ok(())
    }

    fn backlog(
        &self,
        ledger: Option<Ledger>,
        plan: &Plan,
        state: &Arc<State>,
        queues: &Arc<Queues>,
    ) -> Result<Option<Backlog>, StartError> {
        let Some(ledger) = ledger else { return Ok(None) };
        Ok(Some(Backlog {
            ledger,
            mappings: plan.stream_mappings.clone(),
            streams: self.tables.streams()?,
            state: Arc::clone(state),
            queues: Arc::clone(queues),
        }))
    }

    /// Tells tests, seeders and people where everything is.
    fn write_stack_file(&self) -> Result<(), StartError> {
        let content = json!({
            "address": self.address,
            "endpoint": self.endpoint,
            "dynamodb": self.variables.get("AWS_ENDPOINT_URL_DYNAMODB"),
            "pid": std::process::id(),
            "region": Cloud::REGION,
            "access_key_id": ACCESS_KEY_ID,
            "secret_access_key": SECRET_ACCESS_KEY,
            "resources": self.resources,
            "outputs": self.outputs,
            "faults": self.faults.as_ref().map(|faults| faults.address()),
        });
        let draft = self.stack_file.with_extension("json.new");
        std::fs::write(&draft, format!("{content:#}\n")).map_err(|source| file_error(&draft, source))?;
        std::fs::rename(&draft, &self.stack_file).map_err(|source| file_error(&self.stack_file, source))
    }
}

/// A layer of faults in front of the services at these addresses.
async fn faults_listening(seed: u64, s3: &str, sqs: &str, dynamodb: &str) -> Result<Arc<Faults>, StartError> {
    let listener = listen(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)).await?;
    let address = reachable_url(&listener, 0)?;
    Ok(Faults::serve(seed, listener, address, faults::Services::new(s3, sqs, dynamodb)))
}

async fn expire_messages(queues: Arc<Queues>, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = queues.expire(now_ms()) {
            tracing::warn!(%error, "old messages could not be deleted");
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(EXPIRY_INTERVAL) => {}
        }
    }
}

/// Makes the folder and takes possession of it, until the file is closed.
fn prepare_folder(data_dir: &Path) -> Result<File, StartError> {
    for folder in [data_dir, &data_dir.join("logs"), &data_dir.join("s3")] {
        std::fs::create_dir_all(folder).map_err(|source| file_error(folder, source))?;
    }
    let path = data_dir.join("lock");
    let lock = File::create(&path).map_err(|source| file_error(&path, source))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StartError::InUse(data_dir.to_owned())),
        Err(TryLockError::Error(source)) => Err(file_error(&path, source)),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })
}

/// Where a listener is reached from this machine: one that listens everywhere, at the loopback address.
fn reachable_url(listener: &TcpListener, port: u16) -> Result<String, StartError> {
    let unknown = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    let mut address =
        listener.local_addr().map_err(|source| StartError::Listen { address: unknown, source })?;
    if address.ip().is_unspecified() {
        address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    Ok(format!("http://{address}"))
}

/// What every function's process gets beside its own variables: this cloud's addresses and keys, and nothing of
/// the developer's own AWS configuration.
fn function_variables(address: &str, endpoint: &str, dynamodb: &str) -> BTreeMap<String, String> {
    [
        ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID),
        ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY),
        ("AWS_REGION", Cloud::REGION),
        ("AWS_DEFAULT_REGION", Cloud::REGION),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb),
        ("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", dynamodb),
        ("AWS_ENDPOINT_URL_LAMBDA", endpoint),
        ("AWS_ENDPOINT_URL_S3", address),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint),
        ("AWS_ENDPOINT_URL_SQS", endpoint),
        ("LANG", "en_US.UTF-8"),
        ("TZ", ":UTC"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

fn warn_of_missing_binaries(plan: &Plan, functions_dir: &Path) {
    let binaries = plan.functions.iter().map(|function| function.binary.as_str());
    let missing: Vec<_> = binaries.filter(|binary| !program(functions_dir, binary).is_file()).collect();
    if !missing.is_empty() {
        tracing::warn!(?missing, "some functions are not built: their invocations will fail");
    }
}

fn absolute(path: &Path) -> Result<PathBuf, StartError> {
    std::path::absolute(path).map_err(|source| file_error(path, source))
}

fn file_error(path: &Path, source: std::io::Error) -> StartError {
    StartError::File { path: path.to_owned(), source }
}
