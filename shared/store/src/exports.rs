//! Exports in the control table, each with an entry of the audit that stays.

use anju_domain::export::{Export, ExportFormat, ExportId, ExportKind, Requester};
use anju_domain::region::RegionCode;
use aws_sdk_sqs::Client;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::item::{self, text};
use crate::queue::Queue;
use crate::transaction::{Write, commit};
use crate::{Control, StoreError, keys};

/// How long an export and its file can be asked for, in seconds. The bucket deletes files at the same age.
pub const KEPT_SECONDS: i64 = 7 * 24 * 3600;

#[derive(Serialize, Deserialize)]
struct StoredExport {
    #[serde(flatten)]
    export: Export,
    expires_at: i64,
}

/// What is kept for ever of an export: who took what away, and when. No personal data of those it is about.
#[derive(Debug, Serialize)]
struct AuditEntry {
    what: &'static str,
    export: ExportId,
    by: Requester,
    at: Timestamp,
    kind: ExportKind,
    format: ExportFormat,
    region: RegionCode,
    filters: Map<String, Value>,
}

impl AuditEntry {
    fn of(export: &Export) -> Self {
        AuditEntry {
            what: "export",
            export: export.id.clone(),
            by: export.by.clone(),
            at: export.requested_at,
            kind: export.order.kind,
            format: export.order.format,
            region: export.order.region.clone(),
            filters: export.order.public_filters(),
        }
    }
}

/// Exports of an account, the latest first.
#[derive(Debug)]
pub struct ExportPage {
    /// The exports.
    pub exports: Vec<Export>,
    /// Behind which more follow, if so.
    pub next: Option<ExportId>,
}

impl Control {
    /// Takes a new export in, with its entry of the audit and what else is to be written with it.
    pub async fn create_export(&self, export: &Export, with: Vec<Write>) -> Result<(), StoreError> {
        let audit = item::write(
            &keys::audit(export.id.account(), export.requested_at, &export.id),
            &AuditEntry::of(export),
        )?;
        let mut writes =
            vec![Write::insert(&self.table, self.stored(export)?)?, Write::insert(&self.table, audit)?];
        writes.extend(with);
        commit(&self.client, writes).await
    }

    /// An export as it is now; none where it is too old.
    pub async fn export(&self, id: &ExportId) -> Result<Option<Export>, StoreError> {
        let got = (self.client.get_item().table_name(&self.table))
            .set_key(Some(keys::export(id).attributes()))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("GetItem"))?;
        let stored: Option<StoredExport> = got.item.map(item::read).transpose()?;
        Ok(stored.map(|stored| stored.export))
    }

    /// Writes an export that came out of the one of the revision before. [`StoreError::Conflict`] where somebody
    /// else has moved it on.
    pub async fn put_export(&self, export: &Export) -> Result<(), StoreError> {
        let write =
            Write::replace(&self.table, self.stored(export)?, "revision", export.revision.saturating_sub(1))?;
        commit(&self.client, vec![write]).await
    }

    /// An account's exports, the latest first.
    pub async fn exports_of(
        &self,
        account: &RegionCode,
        after: Option<&ExportId>,
        limit: usize,
    ) -> Result<ExportPage, StoreError> {
        let read = (self.client.query().table_name(&self.table))
            .key_condition_expression("PK = :pk AND SK < :before")
            .expression_attribute_values(":pk", text(keys::exports(account)))
            .expression_attribute_values(":before", text(keys::exports_before(after)))
            .scan_index_forward(false)
            .limit(i32::try_from(limit + 1).unwrap_or(i32::MAX))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("Query"))?;
        let stored = read.items.unwrap_or_default().into_iter().map(item::read::<StoredExport>);
        let mut exports: Vec<Export> =
            stored.map(|stored| stored.map(|stored| stored.export)).collect::<Result<_, _>>()?;
        let more = exports.len() > limit;
        exports.truncate(limit);
        let next = exports.last().filter(|_| more).map(|last| last.id.clone());
        Ok(ExportPage { exports, next })
    }

    fn stored(&self, export: &Export) -> Result<item::Item, StoreError> {
        let expires_at = export.requested_at.as_second() + KEPT_SECONDS;
        item::write(&keys::export(&export.id), &StoredExport { export: export.clone(), expires_at })
    }
}

/// A message: an export that has work left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportWork {
    /// Which one.
    pub export: ExportId,
}

/// The queue of exports that have work left.
#[derive(Debug, Clone)]
pub struct ExportQueue(Queue);

impl ExportQueue {
    /// The queue at `url`.
    pub fn new(client: Client, url: String) -> Self {
        ExportQueue(Queue::new(client, url))
    }

    /// Queues an export, to be begun or to go on.
    pub async fn send(&self, export: &ExportId) -> Result<(), StoreError> {
        self.0.send(&ExportWork { export: export.clone() }, None).await
    }
}

#[cfg(test)]
mod tests {
    use anju_domain::export::{ExportOrder, Next};
    use anju_domain::language::Language;
    use anju_domain::sheet::SheetLayout;
    use serde_json::json;

    use super::*;

    fn export() -> Export {
        let account: RegionCode = "530627".parse().unwrap();
        let order = ExportOrder {
            kind: ExportKind::Households,
            format: ExportFormat::Csv,
            region: account.clone(),
            filters: json!({"alert": "burst", "head_id": "11010519491231002X"}).as_object().unwrap().clone(),
            sheet: SheetLayout::default(),
            language: Language::English,
            base_url: "https://anju.example".into(),
        };
        let by = Requester { account: account.clone(), name: "测试员".into(), position: "科长".into() };
        let now = Timestamp::UNIX_EPOCH;
        Export::queued(ExportId::new(account, 5), order, by, None, now).begun("a1".into(), now).with_part(
            3,
            1,
            Next::After("530627101203-17".into()),
            now,
        )
    }

    #[test]
    fn an_export_survives_storage() {
        for export in [export(), export().done(7, Timestamp::UNIX_EPOCH)] {
            let stored = StoredExport { export: export.clone(), expires_at: 9 };
            let read: StoredExport =
                item::read(item::write(&keys::export(&export.id), &stored).unwrap()).unwrap();
            assert_eq!((read.export, read.expires_at), (export, 9));
        }
    }

    #[test]
    fn the_audit_says_who_took_what_and_nobodys_number() {
        let entry = serde_json::to_string(&AuditEntry::of(&export())).unwrap();
        assert!(entry.contains("测试员") && entry.contains("burst") && entry.contains("head_id"), "{entry}");
        assert!(!entry.contains("11010519491231002X"), "{entry}");
    }
}
