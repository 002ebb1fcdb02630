//! The queues themselves. Time comes in as an argument.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::plan::QueuePlan;
use crate::state::{State, StateError};

/// All queues of the system.
#[derive(Debug)]
pub(crate) struct Queues {
    state: Arc<State>,
    queues: BTreeMap<String, Queue>,
}

#[derive(Debug)]
pub(crate) struct Queue {
    pub(crate) plan: QueuePlan,
    arrivals: Notify,
}

/// A message to be sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outgoing {
    pub(crate) body: String,
    pub(crate) attributes: Value,
    /// Overrides the queue's own delay.
    pub(crate) delay: Option<Duration>,
}

/// A message as received.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Received {
    pub(crate) message_id: String,
    pub(crate) receipt: String,
    pub(crate) body: String,
    pub(crate) attributes: Value,
    pub(crate) source_queue: Option<String>,
    pub(crate) sent_at_ms: i64,
    pub(crate) first_received_at_ms: i64,
    pub(crate) receives: u32,
}

/// How many messages a queue holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    pub(crate) visible: u64,
    pub(crate) in_flight: u64,
    pub(crate) delayed: u64,
}

impl Queues {
    pub(crate) fn new(state: Arc<State>, plans: &[QueuePlan]) -> Self {
        let queues = plans
            .iter()
            .map(|plan| (plan.name.clone(), Queue { plan: plan.clone(), arrivals: Notify::new() }))
            .collect();
        Self { state, queues }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Queue> {
        self.queues.get(name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.queues.keys().map(String::as_str)
    }

    /// Waits until something was sent to the queue. It may have been received by someone else since.
    pub(crate) async fn arrival(&self, name: &str) {
        match self.queues.get(name) {
            Some(queue) => queue.arrivals.notified().await,
            None => std::future::pending().await,
        }
    }

    pub(crate) fn send(&self, name: &str, message: &Outgoing, now: i64) -> Result<String, StateError> {
        let message_id = self.insert(&self.state.connection(), name, message, now)?;
        self.announce(name);
        Ok(message_id)
    }

    /// Sends to several queues and strikes an object event off the list, all or nothing.
    pub(crate) fn send_object_event(
        &self,
        messages: &[(String, Outgoing)],
        event: i64,
        now: i64,
    ) -> Result<(), StateError> {
        let mut connection = self.state.connection();
        let transaction = connection.transaction()?;
        for (name, message) in messages {
            self.insert(&transaction, name, message, now)?;
        }
        transaction.execute("DELETE FROM object_events WHERE id = ?1", [event])?;
        transaction.commit()?;
        drop(connection);
        for (name, _) in messages {
            self.announce(name);
        }
        Ok(())
    }

    pub(crate) fn receive(
        &self,
        name: &str,
        limit: usize,
        visibility: Duration,
        now: i64,
    ) -> Result<Vec<Received>, StateError> {
        let Some(queue) = self.queues.get(name) else {
            return Ok(Vec::new());
        };
        let mut connection = self.state.connection();
        let transaction = connection.transaction()?;
        let moved_to = self.redrive(&transaction, queue, now)?;
        let received = take_visible(&transaction, name, limit, visibility, now)?;
        transaction.commit()?;
        drop(connection);
        if let Some(dead_letters) = moved_to {
            self.announce(&dead_letters);
        }
        Ok(received)
    }

    /// Deletes a received message. Only the latest receipt works; with an older one nothing happens.
    pub(crate) fn delete(&self, name: &str, receipt: &str) -> Result<(), StateError> {
        self.state.connection().execute(
            "DELETE FROM messages INDEXED BY messages_by_receipt WHERE queue = ?1 AND receipt = ?2",
            params![name, receipt],
        )?;
        Ok(())
    }

    /// Whether the message was still in flight under this receipt.
    pub(crate) fn change_visibility(
        &self,
        name: &str,
        receipt: &str,
        visibility: Duration,
        now: i64,
    ) -> Result<bool, StateError> {
        let changed = self.state.connection().execute(
            "UPDATE messages INDEXED BY messages_by_receipt SET visible_at = ?3
             WHERE queue = ?1 AND receipt = ?2 AND visible_at > ?4",
            params![name, receipt, now + millis(visibility), now],
        )?;
        self.announce(name);
        Ok(changed > 0)
    }

    /// Gives back what was in flight when the stack ended: those who received it died with it. That they did
    /// was no failure of theirs, so it doesn't count as received.
    pub(crate) fn return_in_flight(&self, now: i64) -> Result<usize, StateError> {
        self.state.connection().execute(
            "UPDATE messages SET visible_at = ?1, receives = receives - 1, receipt = NULL
             WHERE receives > 0 AND visible_at > ?1",
            [now],
        )
    }

    pub(crate) fn purge(&self, name: &str) -> Result<(), StateError> {
        self.state.connection().execute("DELETE FROM messages WHERE queue = ?1", [name])?;
        Ok(())
    }

    pub(crate) fn counts(&self, name: &str, now: i64) -> Result<Counts, StateError> {
        self.state.connection().query_row(
            "SELECT COUNT(*) FILTER (WHERE visible_at <= ?2),
                    COUNT(*) FILTER (WHERE visible_at > ?2 AND receives > 0),
                    COUNT(*) FILTER (WHERE visible_at > ?2 AND receives = 0)
             FROM messages WHERE queue = ?1",
            params![name, now],
            |row| Ok(Counts { visible: row.get(0)?, in_flight: row.get(1)?, delayed: row.get(2)? }),
        )
    }

    /// When the next message that is hidden now becomes visible.
    pub(crate) fn next_visible(&self, name: &str, now: i64) -> Result<Option<i64>, StateError> {
        self.state
            .connection()
            .query_row(
                "SELECT MIN(visible_at) FROM messages WHERE queue = ?1 AND visible_at > ?2",
                params![name, now],
                |row| row.get(0),
            )
            .optional()
            .map(Option::flatten)
    }

    /// Deletes what has been kept for longer than its queue keeps messages.
    pub(crate) fn expire(&self, now: i64) -> Result<(), StateError> {
        for (name, queue) in &self.queues {
            self.state.connection().execute(
                "DELETE FROM messages WHERE queue = ?1 AND sent_at < ?2",
                params![name, now - millis(queue.plan.retention)],
            )?;
        }
        Ok(())
    }

    fn insert(
        &self,
        connection: &Connection,
        name: &str,
        message: &Outgoing,
        now: i64,
    ) -> Result<String, StateError> {
        let own_delay = self.queues.get(name).map_or(Duration::ZERO, |queue| queue.plan.delay);
        let visible_at = now + millis(message.delay.unwrap_or(own_delay));
        let message_id = Uuid::new_v4().to_string();
        connection.execute(
            "INSERT INTO messages (queue, message_id, body, attributes, sent_at, visible_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![name, message_id, message.body, message.attributes.to_string(), now, visible_at],
        )?;
        Ok(message_id)
    }

    /// Moves what was received too often; gives the name of the queue that something was moved to.
    fn redrive(
        &self,
        connection: &Connection,
        queue: &Queue,
        now: i64,
    ) -> Result<Option<String>, StateError> {
        let Some(redrive) = &queue.plan.redrive else {
            return Ok(None);
        };
        let moved = connection.execute(
            "UPDATE messages INDEXED BY messages_by_receives
             SET queue = ?2, source_queue = ?1, receives = 0, receipt = NULL
             WHERE queue = ?1 AND visible_at <= ?3 AND receives >= ?4 AND receives > 0",
            params![queue.plan.name, redrive.queue, now, redrive.maximum_receives],
        )?;
        Ok((moved > 0).then(|| redrive.queue.clone()))
    }

    /// Wakes one waiting receiver, or the next one that comes to wait.
    fn announce(&self, name: &str) {
        if let Some(queue) = self.queues.get(name) {
            queue.arrivals.notify_one();
        }
    }
}

fn take_visible(
    connection: &Connection,
    name: &str,
    limit: usize,
    visibility: Duration,
    now: i64,
) -> Result<Vec<Received>, StateError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, message_id, body, attributes, source_queue, sent_at, first_received_at, receives
         FROM messages WHERE queue = ?1 AND visible_at <= ?2 ORDER BY visible_at, id LIMIT ?3",
    )?;
    let rows = statement.query_map(params![name, now, limit], |row| {
        let attributes: String = row.get(3)?;
        let received = Received {
            message_id: row.get(1)?,
            receipt: Uuid::new_v4().simple().to_string(),
            body: row.get(2)?,
            attributes: serde_json::from_str(&attributes).unwrap_or_default(),
            source_queue: row.get(4)?,
            sent_at_ms: row.get(5)?,
            first_received_at_ms: row.get::<_, Option<i64>>(6)?.unwrap_or(now),
            receives: row.get::<_, u32>(7)? + 1,
        };
        Ok((row.get::<_, i64>(0)?, received))
    })?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let mut update = connection.prepare_cached(
        "UPDATE messages SET visible_at = ?2, first_received_at = ?3, receives = ?4, receipt = ?5 WHERE id = ?1",
    )?;
    for (id, message) in &rows {
        update.execute(params![
            id,
            now + millis(visibility),
            message.first_received_at_ms,
            message.receives,
            message.receipt
        ])?;
    }
    Ok(rows.into_iter().map(|(_, message)| message).collect())
}

pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
