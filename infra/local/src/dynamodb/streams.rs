//! The streams, read from the embedded database's own file. This is the only code that knows how it keeps them;
//! the version of the database is pinned for its sake.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::state::StateError;

/// For the last sequence number, which each write looks up, and for reading in order.
pub(super) const INDEX: &str = "CREATE INDEX IF NOT EXISTS anju_stream_order
    ON _stream_records (table_name, CAST(sequence_number AS INTEGER))";

/// A deletion of this many records holds writers up for a few milliseconds.
const TRIM_AT_ONCE: usize = 500;

/// What the embedded database adds to its numbers to show them outside.
const PUBLIC_OFFSET: u128 = 100_000_000_000_000_000_000;

/// A reader of all tables' streams.
#[derive(Debug)]
pub(crate) struct Streams(Mutex<Connection>);

/// One change of one item.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StreamRecord {
    /// Grows with each record of the table.
    pub(crate) position: i64,
    pub(crate) event_id: String,
    /// `INSERT`, `MODIFY` or `REMOVE`.
    pub(crate) event_name: String,
    pub(crate) created_at_s: i64,
    pub(crate) keys: Value,
    pub(crate) new_image: Option<Image>,
    pub(crate) old_image: Option<Image>,
    /// Bytes of keys and images.
    pub(crate) size: usize,
    pub(crate) user_identity: Option<Value>,
}

/// An item before or after a change, as the database wrote it down. It goes into the event as it is: reading images
/// and writing them again took more time than all else between a stream and its functions.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub(crate) struct Image(Box<RawValue>);

impl Image {
    /// None of what is no JSON.
    pub(crate) fn of(text: String) -> Option<Self> {
        RawValue::from_string(text).ok().map(Self)
    }
}

/// The same attributes with the same values. The database writes them in any order.
impl PartialEq for Image {
    fn eq(&self, other: &Self) -> bool {
        let (one, other) = (self.0.get(), other.0.get());
        let read = |text| serde_json::from_str::<Value>(text).ok();
        one.len() == other.len() && (one == other || read(one) == read(other))
    }
}

/// A position the way events and clients see it.
pub(crate) fn public_sequence_number(position: i64) -> String {
    (PUBLIC_OFFSET + u128::from(position.max(0).unsigned_abs())).to_string()
}

impl Streams {
    pub(super) fn new(connection: Connection) -> Self {
        Self(Mutex::new(connection))
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The records after a position, oldest first. Images are read only where somebody wants them, by the keys:
    /// most records are others' business, and images are what takes time.
    pub(crate) fn read(
        &self,
        table: &str,
        after: i64,
        limit: usize,
        wanted: impl Fn(&Value) -> bool,
    ) -> Result<Vec<StreamRecord>, StateError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(
            "SELECT CAST(sequence_number AS INTEGER), event_id, event_name, created_at, keys_json, new_image,
                    old_image, user_identity
             FROM _stream_records
             WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) > ?2
             ORDER BY CAST(sequence_number AS INTEGER) LIMIT ?3",
        )?;
        let rows = statement.query_map(params![table, after, limit], |row| read_record(row, &wanted))?;
        rows.collect()
    }

    /// The newest position, or 0 in an empty stream.
    pub(crate) fn newest(&self, table: &str) -> Result<i64, StateError> {
        self.connection()
            .query_row(
                "SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = ?1",
                [table],
                |row| row.get::<_, Option<i64>>(0),
            )
            .optional()
            .map(|newest| newest.flatten().unwrap_or(0))
    }

    /// Deletes some records up to a position and tells how many. The newest one stays: from it the database
    /// counts on.
    pub(crate) fn trim(&self, table: &str, up_to: i64) -> Result<usize, StateError> {
        let up_to = up_to.min(self.newest(table)? - 1);
        self.connection().execute(
            "DELETE FROM _stream_records WHERE rowid IN (
                 SELECT rowid FROM _stream_records
                 WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) <= ?2
                 ORDER BY CAST(sequence_number AS INTEGER) LIMIT ?3)",
            params![table, up_to, TRIM_AT_ONCE],
        )
    }
}

fn read_record(row: &Row<'_>, wanted: impl Fn(&Value) -> bool) -> rusqlite::Result<StreamRecord> {
    let position = row.get(0)?;
    let event_id: Option<String> = row.get(1)?;
    let keys: String = row.get(4)?;
    let (new_image, old_image): (Option<String>, Option<String>) = (row.get(5)?, row.get(6)?);
    let user_identity: Option<String> = row.get(7)?;
    let size =
        keys.len() + new_image.as_ref().map_or(0, String::len) + old_image.as_ref().map_or(0, String::len);
    let parse = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
    let keys: Value = parse(Some(keys)).unwrap_or_default();
    let image = |text: Option<String>| text.filter(|_| wanted(&keys)).and_then(Image::of);
    let (new_image, old_image) = (image(new_image), image(old_image));
    Ok(StreamRecord {
        position,
        event_id: event_id.unwrap_or_else(|| public_sequence_number(position)),
        event_name: row.get(2)?,
        created_at_s: row.get(3)?,
        keys,
        new_image,
        old_image,
        size,
        user_identity: parse(user_identity),
    })
}
