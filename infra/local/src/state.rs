//! The stack's own database: queues, notifications under way, checkpoints and secrets, in one SQLite file.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, params};

/// What went wrong in the stack's own database.
pub(crate) type StateError = rusqlite::Error;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    message_id TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    source_queue TEXT,
    sent_at INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    first_received_at INTEGER,
    receives INTEGER NOT NULL DEFAULT 0,
    receipt TEXT
);
CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages (queue, visible_at);
CREATE INDEX IF NOT EXISTS messages_by_receipt ON messages (queue, receipt) WHERE receipt IS NOT NULL;
CREATE INDEX IF NOT EXISTS messages_by_receives ON messages (queue, receives) WHERE receives > 0;
CREATE TABLE IF NOT EXISTS object_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    event TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS checkpoints (mapping TEXT PRIMARY KEY, position INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL, created_at INTEGER NOT NULL);
";

/// Opens an SQLite file the way all files here are opened: an answered write survives the end of the process
/// (`kill -9`), though not a power cut, which spares each write a flush to the disk.
pub(crate) fn open_database(path: &Path) -> Result<Connection, StateError> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    Ok(connection)
}

/// The database. Statements take microseconds, so that callers on the runtime's threads may wait for them.
#[derive(Debug)]
pub(crate) struct State(Mutex<Connection>);

/// A secret as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredSecret {
    pub(crate) value: String,
    pub(crate) created_at_ms: i64,
}

/// An object whose creation may not have been announced yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PendingObjectEvent {
    pub(crate) id: i64,
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) event: String,
}

impl State {
    pub(crate) fn open(path: &Path) -> Result<Self, StateError> {
        Self::with(open_database(path)?)
    }

    #[cfg(test)]
    pub(crate) fn in_memory() -> Self {
        Self::with(Connection::open_in_memory().unwrap()).unwrap()
    }

    fn with(connection: Connection) -> Result<Self, StateError> {
        connection.execute_batch(SCHEMA)?;
        Ok(Self(Mutex::new(connection)))
    }

    /// The connection. A panic elsewhere leaves it usable: open transactions have been rolled back.
    pub(crate) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn checkpoint(&self, mapping: &str) -> Result<Option<i64>, StateError> {
        self.connection()
            .query_row("SELECT position FROM checkpoints WHERE mapping = ?1", [mapping], |row| row.get(0))
            .optional()
    }

    pub(crate) fn set_checkpoint(&self, mapping: &str, position: i64) -> Result<(), StateError> {
        self.connection().execute(
            "INSERT INTO checkpoints (mapping, position) VALUES (?1, ?2)
             ON CONFLICT (mapping) DO UPDATE SET position = excluded.position",
            params![mapping, position],
        )?;
        Ok(())
    }

    pub(crate) fn secret(&self, name: &str) -> Result<Option<StoredSecret>, StateError> {
        self.connection()
            .query_row("SELECT value, created_at FROM secrets WHERE name = ?1", [name], |row| {
                Ok(StoredSecret { value: row.get(0)?, created_at_ms: row.get(1)? })
            })
            .optional()
    }

    pub(crate) fn put_secret(&self, name: &str, value: &str, now_ms: i64) -> Result<(), StateError> {
        self.connection().execute(
            "INSERT INTO secrets (name, value, created_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![name, value, now_ms],
        )?;
        Ok(())
    }

    pub(crate) fn add_object_event(&self, bucket: &str, key: &str, event: &str) -> Result<i64, StateError> {
        let connection = self.connection();
        connection.execute(
            "INSERT INTO object_events (bucket, key, event) VALUES (?1, ?2, ?3)",
            params![bucket, key, event],
        )?;
        Ok(connection.last_insert_rowid())
    }

    pub(crate) fn forget_object_event(&self, id: i64) -> Result<(), StateError> {
        self.connection().execute("DELETE FROM object_events WHERE id = ?1", [id])?;
        Ok(())
    }

    pub(crate) fn pending_object_events(&self) -> Result<Vec<PendingObjectEvent>, StateError> {
        let connection = self.connection();
        let mut statement =
            connection.prepare("SELECT id, bucket, key, event FROM object_events ORDER BY id")?;
        let rows = statement.query_map([], |row| {
            Ok(PendingObjectEvent {
                id: row.get(0)?,
                bucket: row.get(1)?,
                key: row.get(2)?,
                event: row.get(3)?,
            })
        })?;
        rows.collect()
    }
}

/// Milliseconds since 1970, the unit of every time that is kept.
pub(crate) fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
