//! Imports: each with how far it has come, and what each of its pieces did.
//!
//! A piece is recorded once, in one transaction with the import's totals: nothing delivered twice makes them drift.

use anju_domain::import::{FileFailure, Import, ImportId, ImportState, Totals};
use aws_sdk_dynamodb::types::{AttributeValue, Update};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::item::{self, number, text};
use crate::keys::{self, Key};
use crate::transaction::{Write, commit};
use crate::{Control, StoreError};

/// How long it is known what each piece did, in seconds: as long as the pieces themselves are kept.
const PIECES_KEPT_SECONDS: i64 = 30 * 24 * 3600;

/// What a piece did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PieceResult {
    /// Its number.
    pub piece: u32,
    /// What it did.
    pub totals: Totals,
    /// When the table forgets it, in seconds since 1970.
    pub expires_at: i64,
}

/// What initial passwords of an import are derived from, so that a piece that is applied again issues the same.
#[derive(Clone, Serialize, Deserialize)]
pub struct PasswordSeed {
    /// Random, in hexadecimal.
    pub seed: String,
    /// When the table forgets it, in seconds since 1970.
    pub expires_at: i64,
}

/// A secret: never printed.
impl std::fmt::Debug for PasswordSeed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PasswordSeed(…)")
    }
}

/// A part of the list of imports.
#[derive(Debug)]
pub struct ImportPage {
    /// The newest first.
    pub imports: Vec<Import>,
    /// The last one, where more follow.
    pub next: Option<ImportId>,
}

/// How an import is written down as it goes on.
struct Step<'a> {
    id: &'a ImportId,
    expected: ImportState,
    sets: Vec<(&'static str, AttributeValue)>,
    /// It also has to have been cut so far.
    pieces: Option<u32>,
}

impl Control {
    /// Announces an import, together with `with`.
    pub async fn announce_import(&self, import: &Import, with: Vec<Write>) -> Result<(), StoreError> {
        let item = item::write(&keys::import(&import.id), import)?;
        let mut writes = vec![Write::insert(&self.table, item)?];
        writes.extend(with);
        commit(&self.client, writes).await
    }

    /// An import as it is now.
    pub async fn import(&self, id: &ImportId) -> Result<Option<Import>, StoreError> {
        self.read_item(&keys::import(id)).await
    }

    /// Imports, the newest first, before `after`.
    pub async fn imports(&self, limit: usize, after: Option<&ImportId>) -> Result<ImportPage, StoreError> {
        let mut query = (self.client.query().table_name(&self.table))
            .key_condition_expression("PK = :pk")
            .expression_attribute_values(":pk", text(keys::IMPORTS))
            .scan_index_forward(false)
            .limit(i32::try_from(limit + 1).unwrap_or(i32::MAX));
        if let Some(after) = after {
            query = query.key_condition_expression("PK = :pk AND SK < :after");
            query = query.expression_attribute_values(":after", text(after.to_string()));
        }
        let got = query.send().await.map_err(StoreError::sdk("Query"))?;
        let read: Result<Vec<Import>, _> =
            got.items.unwrap_or_default().into_iter().map(item::read).collect();
        let mut imports = read?;
        let more = imports.len() > limit;
        imports.truncate(limit);
        let next = imports.last().filter(|_| more).map(|import| import.id);
        Ok(ImportPage { imports, next })
    }

    /// The file has arrived; [`StoreError::Conflict`] where the import is past that.
    pub async fn start_checking(&self, id: &ImportId) -> Result<(), StoreError> {
        let sets = vec![("state", state(ImportState::Checking)?)];
        self.step(Step { id, expected: ImportState::AwaitingUpload, sets, pieces: None }).await
    }

    /// So much of the file is cut; [`StoreError::Conflict`] where it isn't `held` pieces any more.
    pub async fn note_cut(&self, id: &ImportId, held: u32, rows: u64, pieces: u32) -> Result<(), StoreError> {
        let sets = vec![("rows_read", number(rows)), ("pieces", number(pieces))];
        self.step(Step { id, expected: ImportState::Checking, sets, pieces: Some(held) }).await
    }

    /// All of the file is cut; [`StoreError::Conflict`] where it isn't `held` pieces any more. `scattered` says that
    /// rows of some household stand apart.
    pub async fn start_applying(
        &self,
        id: &ImportId,
        held: u32,
        rows: u64,
        pieces: u32,
        scattered: bool,
    ) -> Result<(), StoreError> {
        let sets = vec![
            ("state", state(ImportState::Applying)?),
            ("rows_read", number(rows)),
            ("pieces", number(pieces)),
            ("scattered", AttributeValue::Bool(scattered)),
        ];
        self.step(Step { id, expected: ImportState::Checking, sets, pieces: Some(held) }).await
    }

    /// All pieces are queued.
    pub async fn mark_queued(&self, id: &ImportId) -> Result<(), StoreError> {
        let sets = vec![("queued", AttributeValue::Bool(true))];
        self.step(Step { id, expected: ImportState::Applying, sets, pieces: None }).await
    }

    /// The file can't be imported, which is found out in the state `during`.
    pub async fn fail_import(
        &self,
        id: &ImportId,
        during: ImportState,
        failure: &FileFailure,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sets = vec![
            ("state", state(ImportState::Failed)?),
            ("failure", attribute(failure)?),
            ("ended_at", attribute(&now)?),
        ];
        self.step(Step { id, expected: during, sets, pieces: None }).await
    }

    /// All is applied and written down.
    pub async fn finish_import(&self, id: &ImportId, now: Timestamp) -> Result<(), StoreError> {
        let sets = vec![("state", state(ImportState::Done)?), ("ended_at", attribute(&now)?)];
        self.step(Step { id, expected: ImportState::Applying, sets, pieces: None }).await
    }

    async fn step(&self, step: Step<'_>) -> Result<(), StoreError> {
        let mut update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(keys::import(step.id).attributes()))
            .expression_attribute_names("#expected", "state")
            .expression_attribute_values(":expected", state(step.expected)?);
        let mut condition = "#expected = :expected".to_owned();
        if let Some(pieces) = step.pieces {
            condition += " AND #held = :held";
            update = update
                .expression_attribute_names("#held", "pieces")
                .expression_attribute_values(":held", number(pieces));
        }
        let mut sets = Vec::new();
        for (n, (name, value)) in step.sets.into_iter().enumerate() {
            sets.push(format!("#s{n} = :s{n}"));
            update = update
                .expression_attribute_names(format!("#s{n}"), name)
                .expression_attribute_values(format!(":s{n}"), value);
        }
        let update = update
            .update_expression(format!("SET {}", sets.join(", ")))
            .condition_expression(condition)
            .build()?;
        commit(&self.client, vec![Write::update(update)]).await
    }

    /// What a piece did, if it is recorded.
    pub async fn piece_result(&self, id: &ImportId, piece: u32) -> Result<Option<PieceResult>, StoreError> {
        self.read_item(&keys::import_piece(id, piece)).await
    }

    /// Records what a piece did and adds it to the totals; [`StoreError::Conflict`] where it is recorded, or
    /// another piece was at the same moment.
    pub async fn record_piece(
        &self,
        id: &ImportId,
        piece: u32,
        totals: Totals,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let expires_at = now.as_second() + PIECES_KEPT_SECONDS;
        let result = PieceResult { piece, totals, expires_at };
        let insert = Write::insert(&self.table, item::write(&keys::import_piece(id, piece), &result)?)?;
        let mut update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(keys::import(id).attributes()))
            .condition_expression("attribute_exists(PK)")
            .expression_attribute_names("#done", "done")
            .expression_attribute_values(":one", number(1));
        let mut sets = vec!["#done = #done + :one".to_owned()];
        for (name, value) in totals.named().into_iter().filter(|(_, value)| *value > 0) {
            sets.push(format!("#totals.#{name} = #totals.#{name} + :{name}"));
            update = update
                .expression_attribute_names("#totals", "totals")
                .expression_attribute_names(format!("#{name}"), name)
                .expression_attribute_values(format!(":{name}"), number(value));
        }
        let update = update.update_expression(format!("SET {}", sets.join(", "))).build()?;
        commit(&self.client, vec![insert, Write::update(update)]).await
    }

    /// What all recorded pieces did, in order.
    pub async fn piece_results(&self, id: &ImportId) -> Result<Vec<PieceResult>, StoreError> {
        let query = (self.client.query().table_name(&self.table))
            .key_condition_expression("PK = :pk AND begins_with(SK, :prefix)")
            .expression_attribute_values(":pk", text(keys::import_pieces(id)))
            .expression_attribute_values(":prefix", text(keys::PIECE_PREFIX))
            .consistent_read(true);
        let items: Result<Vec<_>, _> = query.into_paginator().items().send().collect().await;
        items.map_err(StoreError::sdk("Query"))?.into_iter().map(item::read).collect()
    }

    /// What the initial passwords of an import are derived from: `fresh`, or what was kept before.
    pub async fn password_seed(
        &self,
        id: &ImportId,
        fresh: String,
        now: Timestamp,
    ) -> Result<PasswordSeed, StoreError> {
        let key = keys::import_seed(id);
        if let Some(kept) = self.read_item(&key).await? {
            return Ok(kept);
        }
        let seed = PasswordSeed { seed: fresh, expires_at: now.as_second() + PIECES_KEPT_SECONDS };
        let inserted =
            commit(&self.client, vec![Write::insert(&self.table, item::write(&key, &seed)?)?]).await;
        match inserted {
            Ok(()) => Ok(seed),
            Err(StoreError::Conflict) => self.read_item(&key).await?.ok_or(StoreError::Conflict),
            Err(error) => Err(error),
        }
    }

    /// Forgets what initial passwords were derived from.
    pub async fn forget_password_seed(&self, id: &ImportId) -> Result<(), StoreError> {
        commit(&self.client, vec![Write::delete(&self.table, &keys::import_seed(id))?]).await
    }

    async fn read_item<T: serde::de::DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        let got = (self.client.get_item().table_name(&self.table))
            .set_key(Some(key.attributes()))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("GetItem"))?;
        got.item.map(item::read).transpose()
    }
}

fn state(state: ImportState) -> Result<AttributeValue, StoreError> {
    attribute(&state)
}

fn attribute(value: &impl Serialize) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value(value)
        .map_err(|error| StoreError::corrupt("an import's attribute", error))
}
