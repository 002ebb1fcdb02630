//! DynamoDB: the embedded database behind an HTTP server, and the streams that its file holds.

mod api;
mod streams;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use dynoxide::{Database, TableMetadata};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::plan::TablePlan;
use crate::server;
use crate::state::open_database;
use api::Api;
pub(crate) use streams::{Image, StreamRecord, Streams, public_sequence_number};

/// Expired items go away some time after their time, as in the cloud.
const SWEEP_INTERVAL: Duration = Duration::from_secs(30);

/// Why the tables can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The embedded database refuses something.
    #[error("the database refuses {what}: {message}")]
    Database {
        /// What was tried.
        what: String,
        /// What it said.
        message: String,
    },
    /// A table of the data folder has another key, other indexes or no stream.
    #[error(
        "the template now says something else of the table {0} than the data folder: delete the data folder"
    )]
    Changed(String),
    /// The database's file can't be opened a second time.
    #[error("the database file cannot be opened: {0}")]
    File(#[from] rusqlite::Error),
    /// Its server can't be started.
    #[error("the database server cannot be started: {0}")]
    Server(#[from] std::io::Error),
}

/// The running database.
pub(crate) struct Tables {
    database: Database,
    file: PathBuf,
    stop: Option<watch::Sender<bool>>,
    server: Option<std::thread::JoinHandle<()>>,
}

impl Tables {
    /// Opens the file and makes the tables that don't exist yet.
    pub(crate) fn open(file: &Path, plans: &[TablePlan]) -> Result<Self, TableError> {
        let database = Database::new(&file.to_string_lossy()).map_err(refused("its file"))?;
        // Each write looks for the last sequence number; without an index it reads the whole stream for it.
        open_database(file)?.execute_batch(streams::INDEX)?;
        // Its name for "leave flushing to the system, keep more in memory": the system holds what was written, so
        // that `kill -9` loses nothing; a power cut might. Flushes at checkpoints held every request up.
        database.enable_bulk_loading().map_err(refused("its settings"))?;
        for plan in plans {
            ensure_table(&database, plan)?;
        }
        Ok(Self { database, file: file.to_owned(), stop: None, server: None })
    }

    /// Serves the tables. The database works on one request at a time, so one thread of its own is all it
    /// can use, and nothing else has to wait for it.
    pub(crate) fn serve(&mut self, listener: std::net::TcpListener) -> Result<SocketAddr, TableError> {
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = watch::channel(false);
        let database = self.database.clone();
        let server = std::thread::Builder::new().name("dynamodb".to_owned()).spawn(move || {
            let outcome = runtime.block_on(async move {
                let listener = TcpListener::from_std(listener)?;
                let api = Arc::new(Api::new(database.clone()));
                tokio::select! {
                    () = server::serve(listener, api, stopped) => {}
                    () = sweep_expired(database) => {}
                }
                Ok::<_, std::io::Error>(())
            });
            if let Err(error) = outcome {
                tracing::error!(%error, "the database server failed");
            }
        })?;
        self.stop = Some(stop);
        self.server = Some(server);
        Ok(address)
    }

    /// A reader of the streams, with a connection of its own.
    pub(crate) fn streams(&self) -> Result<Streams, TableError> {
        let connection = open_database(&self.file)?;
        // As the database itself: whoever writes may be the one who brings the log into the file.
        connection.pragma_update(None, "synchronous", "OFF")?;
        Ok(Streams::new(connection))
    }

    /// Stops the server once the requests under way are answered.
    pub(crate) fn stop(&mut self) {
        self.stop = None;
        if let Some(server) = self.server.take()
            && server.join().is_err()
        {
            tracing::error!("the database server panicked");
        }
    }
}

/// Serves empty tables with the keys `PK` and `SK`, held in memory and without streams, for tests of what works on tables
/// alone. Comes to no end of its own.
///
/// # Errors
/// Where the embedded database refuses a name.
pub async fn serve_in_memory(listener: TcpListener, names: &[&str]) -> Result<(), TableError> {
    let database = Database::memory().map_err(refused("memory"))?;
    for name in names {
        let key = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
        let text = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
        let definition = json!({
            "TableName": name, "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [key("PK", "HASH"), key("SK", "RANGE")],
            "AttributeDefinitions": [text("PK"), text("SK")],
        });
        database.create_table(request(definition, name)?).map_err(refused(name))?;
    }
    let (_stop, stopped) = watch::channel(false);
    server::serve(listener, Arc::new(Api::new(database)), stopped).await;
    Ok(())
}

async fn sweep_expired(database: Database) {
    loop {
        tokio::time::sleep(SWEEP_INTERVAL).await;
        if let Err(error) = database.sweep_ttl() {
            tracing::warn!(%error, "expired items could not be deleted");
        }
    }
}

fn ensure_table(database: &Database, plan: &TablePlan) -> Result<(), TableError> {
    let what = format!("the table {}", plan.name);
    let existing = database.get_table_metadata(&plan.name).map_err(refused(&what))?;
    match &existing {
        Some(table) if !fits(table, plan) => return Err(TableError::Changed(plan.name.clone())),
        Some(_) => {}
        None => create_table(database, plan, &what)?,
    }
    let expires_by = existing.filter(|table| table.ttl_enabled).and_then(|table| table.ttl_attribute);
    match &plan.expiry_attribute {
        Some(attribute) if expires_by.is_none() => {
            let specification = json!({"Enabled": true, "AttributeName": attribute});
            let definition = json!({"TableName": plan.name, "TimeToLiveSpecification": specification});
            database.update_time_to_live(request(definition, &what)?).map_err(refused(&what))?;
            Ok(())
        }
        wanted if *wanted == expires_by => Ok(()),
        _ => Err(TableError::Changed(plan.name.clone())),
    }
}

fn create_table(database: &Database, plan: &TablePlan, what: &str) -> Result<(), TableError> {
    let mut definition = plan.definition.clone();
    if plan.stream.is_some() {
        // Both images always, so that a write that changes nothing can be told; readers get what the template
        // says.
        definition["StreamSpecification"] =
            json!({"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"});
    }
    database.create_table(request(definition, what)?).map_err(refused(what))?;
    Ok(())
}

/// Whether a table of the data folder is still the template's.
fn fits(table: &TableMetadata, plan: &TablePlan) -> bool {
    let key: Value = serde_json::from_str(&table.key_schema).unwrap_or_default();
    let kept = |definitions: &Option<String>| {
        let definitions: Value =
            definitions.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        index_names(Some(&definitions))
    };
    Some(&key) == plan.definition.get("KeySchema")
        && kept(&table.gsi_definitions) == index_names(plan.definition.get("GlobalSecondaryIndexes"))
        && kept(&table.lsi_definitions) == index_names(plan.definition.get("LocalSecondaryIndexes"))
        && table.stream_enabled == plan.stream.is_some()
}

fn index_names(definitions: Option<&Value>) -> BTreeSet<String> {
    let definitions = definitions.and_then(Value::as_array).into_iter().flatten();
    definitions.filter_map(|index| index.get("IndexName")?.as_str().map(str::to_owned)).collect()
}

fn request<T: serde::de::DeserializeOwned>(definition: Value, what: &str) -> Result<T, TableError> {
    serde_json::from_value(definition).map_err(refused(what))
}

fn refused<E: std::fmt::Display>(what: &str) -> impl FnOnce(E) -> TableError {
    let what = what.to_owned();
    move |error| TableError::Database { what, message: error.to_string() }
}
