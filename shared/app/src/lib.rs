//! What every function starts with: configuration from its environment, one client per service and
//! process, and JSON logs. And what several functions do alike: publishing pages, checking counts, batches.

pub mod batch;
pub mod checking;
pub mod mark;
pub mod photo_facts;
pub mod publishing;
pub mod repairs;
mod traces;

use std::env::VarError;

use anju_counters::Counters;
use anju_domain::burst::BurstLimit;
use anju_domain::household::{Deadline, LateRule};
use anju_http::auth::{Authenticator, SigningKeys};
use anju_http::edit::Edits;
use anju_http::record::Records;
use anju_http::region_paths::RegionPaths;
use anju_store::checks::{CheckQueue, DifferenceQueue};
use anju_store::counters::Jitter;
use anju_store::duplicates::DuplicateQueue;
use anju_store::export_files::ExportFiles;
use anju_store::exports::ExportQueue;
use anju_store::import_queue::{ImportQueue, PieceQueue};
use anju_store::pages::Pages;
use anju_store::photo_files::{IncomingFiles, PhotoFiles};
use anju_store::repair::RepairQueue;
use anju_store::search::PointerKey;
use anju_store::transfer_files::TransferFiles;
use anju_store::{Control, CounterTable, Registry};
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_secretsmanager::error::DisplayErrorContext;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use crate::mark::MarkPlan;

/// Why a function can't start. The text never holds values.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A variable is missing.
    #[error("the environment variable {0} is missing")]
    Missing(&'static str),
    /// A variable's value doesn't fit.
    #[error("the environment variable {0} must be {1}")]
    Invalid(&'static str, &'static str),
    /// A secret can't be read.
    #[error("the secret of {0} can't be read: {1}")]
    Secret(&'static str, String),
}

/// A function's surroundings. Each part is made from the environment when it is asked for, so that a
/// function needs the variables of just what it uses.
#[derive(Debug)]
pub struct App {
    sdk: SdkConfig,
}

#[derive(Deserialize)]
struct PointerSecret {
    key: String,
}

impl App {
    /// Starts logging and reads credentials and region.
    pub async fn start() -> App {
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
        let log = tracing_subscriber::fmt::layer().json().with_target(false).with_filter(filter);
        // A second subscriber in one process is a test's, and stays.
        drop(tracing_subscriber::registry().with(log).with(traces::layer()).try_init());
        App { sdk: aws_config::load_defaults(BehaviorVersion::latest()).await }
    }

    /// `REGISTRY_TABLE`, for functions that change no names or ID numbers.
    pub fn registry(&self) -> Result<Registry, StartError> {
        Ok(Registry::new(aws_sdk_dynamodb::Client::new(&self.sdk), required("REGISTRY_TABLE")?))
    }

    /// `REGISTRY_TABLE` with the key of the search pointers, `POINTER_SECRET_ID`.
    pub async fn searchable_registry(&self) -> Result<Registry, StartError> {
        let secret: PointerSecret = self.secret("POINTER_SECRET_ID").await?;
        Ok(self.registry()?.with_pointer_key(PointerKey::new(secret.key)))
    }

    /// `CONTROL_TABLE`.
    pub fn control(&self) -> Result<Control, StartError> {
        Ok(Control::new(aws_sdk_dynamodb::Client::new(&self.sdk), required("CONTROL_TABLE")?))
    }

    /// `COUNTERS_TABLE`.
    pub fn counter_table(&self) -> Result<CounterTable, StartError> {
        Ok(CounterTable::new(aws_sdk_dynamodb::Client::new(&self.sdk), required("COUNTERS_TABLE")?))
    }

    /// The counters in the epoch of `COUNTER_EPOCH`.
    pub fn counters(&self) -> Result<Counters<CounterTable, Jitter>, StartError> {
        const NAME: &str = "COUNTER_EPOCH";
        let epoch = required(NAME)?.parse().ok().filter(|epoch| *epoch > 0);
        let epoch = epoch.ok_or(StartError::Invalid(NAME, "a whole number from 1"))?;
        Ok(Counters { store: self.counter_table()?, pause: Jitter, epoch })
    }

    /// `INCOMING_BUCKET`.
    pub fn incoming_files(&self) -> Result<IncomingFiles, StartError> {
        Ok(IncomingFiles::new(aws_sdk_s3::Client::new(&self.sdk), required("INCOMING_BUCKET")?))
    }

    /// `PHOTOS_BUCKET`.
    pub fn photo_files(&self) -> Result<PhotoFiles, StartError> {
        Ok(PhotoFiles::new(aws_sdk_s3::Client::new(&self.sdk), required("PHOTOS_BUCKET")?))
    }

    /// The mark on photos, see [`MarkPlan`].
    pub fn mark(&self) -> Result<MarkPlan, StartError> {
        MarkPlan::from_environment()
    }

    /// `SITE_BUCKET`.
    pub fn pages(&self) -> Result<Pages, StartError> {
        Ok(Pages::new(aws_sdk_s3::Client::new(&self.sdk), required("SITE_BUCKET")?))
    }

    /// `TRANSFERS_BUCKET`.
    pub fn transfer_files(&self) -> Result<TransferFiles, StartError> {
        Ok(TransferFiles::new(aws_sdk_s3::Client::new(&self.sdk), required("TRANSFERS_BUCKET")?))
    }

    /// `IMPORT_QUEUE_URL`.
    pub fn import_queue(&self) -> Result<ImportQueue, StartError> {
        Ok(ImportQueue::new(aws_sdk_sqs::Client::new(&self.sdk), required("IMPORT_QUEUE_URL")?))
    }

    /// `PIECE_QUEUE_URL`.
    pub fn piece_queue(&self) -> Result<PieceQueue, StartError> {
        Ok(PieceQueue::new(aws_sdk_sqs::Client::new(&self.sdk), required("PIECE_QUEUE_URL")?))
    }

    /// `IMPORT_WRITES_PER_SECOND`: households that one process writes in a second.
    pub fn import_pace(&self) -> Result<u32, StartError> {
        const NAME: &str = "IMPORT_WRITES_PER_SECOND";
        let pace = required(NAME)?.parse().ok().filter(|pace| (1..=100_000).contains(pace));
        pace.ok_or(StartError::Invalid(NAME, "a whole number from 1 to 100000"))
    }

    /// `REPAIR_QUEUE_URL`.
    pub fn repair_queue(&self) -> Result<RepairQueue, StartError> {
        Ok(RepairQueue::new(aws_sdk_sqs::Client::new(&self.sdk), required("REPAIR_QUEUE_URL")?))
    }

    /// `DUPLICATE_QUEUE_URL`.
    pub fn duplicate_queue(&self) -> Result<DuplicateQueue, StartError> {
        Ok(DuplicateQueue::new(aws_sdk_sqs::Client::new(&self.sdk), required("DUPLICATE_QUEUE_URL")?))
    }

    /// `CHECK_QUEUE_URL`.
    pub fn check_queue(&self) -> Result<CheckQueue, StartError> {
        Ok(CheckQueue::new(aws_sdk_sqs::Client::new(&self.sdk), required("CHECK_QUEUE_URL")?))
    }

    /// `DIFFERENCE_QUEUE_URL`.
    pub fn difference_queue(&self) -> Result<DifferenceQueue, StartError> {
        Ok(DifferenceQueue::new(aws_sdk_sqs::Client::new(&self.sdk), required("DIFFERENCE_QUEUE_URL")?))
    }

    /// `EXPORT_QUEUE_URL`.
    pub fn export_queue(&self) -> Result<ExportQueue, StartError> {
        Ok(ExportQueue::new(aws_sdk_sqs::Client::new(&self.sdk), required("EXPORT_QUEUE_URL")?))
    }

    /// `TRANSFERS_BUCKET`, for the files of exports.
    pub fn export_files(&self) -> Result<ExportFiles, StartError> {
        Ok(ExportFiles::new(aws_sdk_s3::Client::new(&self.sdk), required("TRANSFERS_BUCKET")?))
    }

    /// `BURST_LIMIT`: visits an hour beyond which a completion is flagged.
    pub fn burst_limit(&self) -> Result<BurstLimit, StartError> {
        const NAME: &str = "BURST_LIMIT";
        let limit = required(NAME)?.parse().ok().filter(|limit| *limit > 0).map(BurstLimit);
        limit.ok_or(StartError::Invalid(NAME, "a whole number from 1"))
    }

    /// `SIGNING_SECRET_ID`.
    pub async fn signing_keys(&self) -> Result<SigningKeys, StartError> {
        self.secret("SIGNING_SECRET_ID").await
    }

    /// The way in, with the signing keys and the accounts.
    pub async fn authenticator(&self) -> Result<Authenticator, StartError> {
        Ok(Authenticator::new(self.signing_keys().await?, self.control()?))
    }

    /// What edits of households need, on this registry: `CONTROL_TABLE`, `INCOMING_BUCKET`,
    /// `PUBLIC_BASE_URL` and the way in.
    pub async fn edits(&self, registry: Registry) -> Result<Edits, StartError> {
        let records = self.records(registry)?;
        Ok(Edits { auth: self.authenticator().await?, control: self.control()?, records })
    }

    /// What households' records are made of: `INCOMING_BUCKET` and `PUBLIC_BASE_URL`.
    pub fn records(&self, registry: Registry) -> Result<Records, StartError> {
        let (incoming, public_base_url) = (self.incoming_files()?, self.public_base_url()?);
        let paths = RegionPaths::new(registry.clone());
        Ok(Records { registry, paths, incoming, public_base_url })
    }

    /// `PUBLIC_BASE_URL`; empty where the request's own host is to be used.
    pub fn public_base_url(&self) -> Result<String, StartError> {
        optional("PUBLIC_BASE_URL")
    }

    /// `CAPTCHA_ANSWER`: what every captcha asks for, on the local stack; empty elsewhere.
    pub fn captcha_answer(&self) -> Result<String, StartError> {
        optional("CAPTCHA_ANSWER")
    }

    /// `DEFAULT_INITIAL_PASSWORD`: the well-known password that accounts may be issued with; none
    /// where the stage allows only random ones.
    pub fn default_password(&self) -> Result<Option<String>, StartError> {
        Ok(Some(optional("DEFAULT_INITIAL_PASSWORD")?).filter(|password| !password.is_empty()))
    }

    /// `STAGE` is the local stack.
    pub fn is_local(&self) -> Result<bool, StartError> {
        Ok(required("STAGE")? == "local")
    }

    /// A variable that must be there, for what is passed on as it is.
    pub fn text(&self, name: &'static str) -> Result<String, StartError> {
        required(name)
    }

    /// `VERIFICATION_DEADLINE` and `LATE_VERIFICATION`.
    pub fn deadline(&self) -> Result<Deadline, StartError> {
        const LATE: &str = "LATE_VERIFICATION";
        let day = self.last_day()?;
        let late = match required(LATE)?.as_str() {
            "accept" => LateRule::Accept,
            "refuse" => LateRule::Refuse,
            _ => return Err(StartError::Invalid(LATE, "accept or refuse")),
        };
        Ok(Deadline { day, late })
    }

    /// `VERIFICATION_DEADLINE`: the campaign's last day, in China.
    pub fn last_day(&self) -> Result<Date, StartError> {
        const DAY: &str = "VERIFICATION_DEADLINE";
        required(DAY)?.parse().map_err(|_| StartError::Invalid(DAY, "a date like 2020-06-30"))
    }

    /// A secret, which is JSON, by the id that a variable names.
    async fn secret<T: DeserializeOwned>(&self, name: &'static str) -> Result<T, StartError> {
        let client = aws_sdk_secretsmanager::Client::new(&self.sdk);
        let got = client.get_secret_value().secret_id(required(name)?).send().await;
        let got = got.map_err(|error| StartError::Secret(name, DisplayErrorContext(&error).to_string()))?;
        let text =
            got.secret_string().ok_or_else(|| StartError::Secret(name, "it is not text".to_owned()))?;
        serde_json::from_str(text)
            .map_err(|_| StartError::Secret(name, "it is not of the expected JSON form".to_owned()))
    }
}

fn required(name: &'static str) -> Result<String, StartError> {
    match optional(name)? {
        value if value.is_empty() => Err(StartError::Missing(name)),
        value => Ok(value),
    }
}

fn optional(name: &'static str) -> Result<String, StartError> {
    match std::env::var(name) {
        Ok(value) => Ok(value),
        Err(VarError::NotPresent) => Ok(String::new()),
        Err(VarError::NotUnicode(_)) => Err(StartError::Invalid(name, "Unicode text")),
    }
}
