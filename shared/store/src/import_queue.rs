//! The queues of imports: files to cut, and pieces to apply.

use anju_domain::import::ImportId;
use aws_sdk_sqs::Client;
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::queue::Queue;

/// An import whose file is to be cut on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToCut {
    /// The import.
    pub import: ImportId,
}

/// A piece that is to be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToApply {
    /// The import.
    pub import: ImportId,
    /// Which piece of it, from 0.
    pub piece: u32,
}

/// The queue of files to cut, which the bucket sends arrivals to as well.
#[derive(Debug, Clone)]
pub struct ImportQueue(Queue);

impl ImportQueue {
    /// The queue at `url`.
    pub fn new(client: Client, url: String) -> Self {
        ImportQueue(Queue::new(client, url))
    }

    /// Has a file cut on.
    pub async fn cut_on(&self, import: ImportId) -> Result<(), StoreError> {
        self.0.send(&ToCut { import }, None).await
    }
}

/// The queue of pieces to apply.
#[derive(Debug, Clone)]
pub struct PieceQueue(Queue);

impl PieceQueue {
    /// The queue at `url`.
    pub fn new(client: Client, url: String) -> Self {
        PieceQueue(Queue::new(client, url))
    }

    /// Queues pieces. Where it fails, some may be queued.
    pub async fn send(&self, import: ImportId, pieces: impl Iterator<Item = u32>) -> Result<(), StoreError> {
        let messages: Vec<ToApply> = pieces.map(|piece| ToApply { import, piece }).collect();
        self.0.send_all(&messages).await
    }
}
