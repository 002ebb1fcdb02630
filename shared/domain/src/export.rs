//! Exports: what somebody takes away as a file, and how far its making has come.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ids::InvalidId;
use crate::language::Language;
use crate::region::RegionCode;
use crate::sheet::SheetLayout;
use crate::string_newtype::string_newtype;

/// An export without a sign of life for so long is taken for failed: its message is with the dead letters.
const PATIENCE: SignedDuration = SignedDuration::from_hours(6);

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportKind {
    /// Rows of the household list.
    Households,
    /// The table of the statistics screen.
    Statistics,
    /// Rows of the list of reports, with what they say and how they were handled.
    Feedback,
    /// QR codes of households to be printed and pasted up.
    QrSheet,
}

impl ExportKind {
    /// Whether a file of it is made in this format.
    pub fn comes_as(self, format: ExportFormat) -> bool {
        (self == ExportKind::QrSheet) == (format == ExportFormat::Pdf)
    }
}

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// A workbook.
    Xlsx,
    /// Comma-separated values in UTF-8.
    Csv,
    /// Pages to be printed.
    Pdf,
}

impl ExportFormat {
    /// Rows that a file can have: what a worksheet holds without its heading; what one run can put together; what
    /// is five times the largest village, and some more.
    pub fn most_rows(self) -> u64 {
        match self {
            ExportFormat::Xlsx => 1_048_575,
            ExportFormat::Csv => 5_000_000,
            ExportFormat::Pdf => 10_000,
        }
    }

    /// The ending of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            ExportFormat::Xlsx => "xlsx",
            ExportFormat::Csv => "csv",
            ExportFormat::Pdf => "pdf",
        }
    }

    /// The media type of a file.
    pub fn media_type(self) -> &'static str {
        match self {
            ExportFormat::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ExportFormat::Csv => "text/csv; charset=utf-8",
            ExportFormat::Pdf => "application/pdf",
        }
    }
}

/// The id of an export: `<account>-<32 hexadecimal digits>`, the latter a UUID of version 7.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExportId {
    account: RegionCode,
    unique: u128,
}

impl ExportId {
    /// One of this account; `unique` is a fresh UUID's value.
    pub fn new(account: RegionCode, unique: u128) -> Self {
        ExportId { account, unique }
    }

    /// The account that asked for it.
    pub fn account(&self) -> &RegionCode {
        &self.account
    }

    /// The part that differs within one account, as it stands in the id. Later ones sort behind earlier ones.
    pub fn unique(&self) -> String {
        format!("{:032x}", self.unique)
    }
}

impl FromStr for ExportId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (account, unique) = text.split_once('-').ok_or(InvalidId)?;
        let hexadecimal =
            unique.len() == 32 && unique.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !hexadecimal {
            return Err(InvalidId);
        }
        let account = account.parse().map_err(|_| InvalidId)?;
        Ok(ExportId { account, unique: u128::from_str_radix(unique, 16).map_err(|_| InvalidId)? })
    }
}

impl fmt::Display for ExportId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{:032x}", self.account, self.unique)
    }
}

string_newtype!(
    ExportId,
    "An export: the account that asked for it, and a number of its own.",
    "^(0|[1-9][0-9]{1,11})-[0-9a-f]{32}$",
    "530627-0190163d8f3a7c51b2d4e6f8a0b1c2d3"
);

/// What somebody asked for. It doesn't change.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportOrder {
    /// What.
    pub kind: ExportKind,
    /// As which file.
    pub format: ExportFormat,
    /// Of which region.
    pub region: RegionCode,
    /// Which rows, as they were asked for. Names and ID numbers may be among them.
    pub filters: Map<String, Value>,
    /// How codes stand on a sheet.
    pub sheet: SheetLayout,
    /// The language of headings and words.
    pub language: Language,
    /// What the addresses in QR codes begin with.
    pub base_url: String,
}

/// Filters that hold personal data.
const PERSONAL_FILTERS: [&str; 6] = ["head_name", "head_id", "member_name", "member_id", "name", "id_number"];

impl ExportOrder {
    /// The filters without personal data: of a personal one, only that it was asked for.
    pub fn public_filters(&self) -> Map<String, Value> {
        let public = |(name, value): (&String, &Value)| {
            let personal = PERSONAL_FILTERS.contains(&name.as_str());
            (name.clone(), if personal { "***".into() } else { value.clone() })
        };
        self.filters.iter().map(public).collect()
    }
}

/// Personal data: never printed by accident.
impl fmt::Debug for ExportOrder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ExportOrder({:?} of {})", self.kind, self.region)
    }
}

/// Who asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requester {
    /// The account.
    pub account: RegionCode,
    /// The name of the person who uses it.
    pub name: String,
    /// 职务.
    pub position: String,
}

/// An attempt at collecting rows: it writes into a place of its own, so that two at a time can't mix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The name of its place.
    pub name: String,
    /// Parts that it has written and noted.
    pub parts: u32,
}

/// Where collecting goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    /// At the first row.
    Start,
    /// Behind this place.
    After(String),
    /// There are no more rows.
    End,
}

/// What became of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The file is there.
    Done {
        /// Its bytes.
        size: u64,
        /// When it was finished.
        at: Timestamp,
    },
    /// There will be none.
    Failed {
        /// Why.
        reason: FailedExport,
        /// When that was known.
        at: Timestamp,
    },
}

/// Why there is no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailedExport {
    /// More rows than the format holds: choose `csv`, a smaller region, or more filters.
    TooManyRows,
    /// The account may no longer sign in.
    AccountClosed,
    /// Something inside failed at every attempt. Ask again; operators know of it.
    Internal,
}

/// Where an export stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    /// Nobody has begun.
    Queued,
    /// Rows are read, or put together.
    Running,
    /// The file can be fetched.
    Done,
    /// There is no file, and why says `reason`.
    Failed,
}

/// An export and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// Its id.
    pub id: ExportId,
    /// What was asked for.
    pub order: ExportOrder,
    /// By whom.
    pub by: Requester,
    /// When.
    pub requested_at: Timestamp,
    /// Rows that there will be, as far as they were counted then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Rows so far.
    pub rows: u64,
    /// Of them, those that the file can only name: households without a code.
    pub left_out: u64,
    /// Who collected, in order of the rows.
    pub attempts: Vec<Attempt>,
    /// Where it goes on.
    pub next: Next,
    /// What became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// Moves with every write.
    pub revision: u64,
}

impl Export {
    /// One that nobody has begun.
    pub fn queued(
        id: ExportId,
        order: ExportOrder,
        by: Requester,
        total: Option<u64>,
        now: Timestamp,
    ) -> Export {
        Export {
            id,
            order,
            by,
            requested_at: now,
            total,
            rows: 0,
            left_out: 0,
            attempts: Vec::new(),
            next: Next::Start,
            outcome: None,
            updated_at: now,
            revision: 1,
        }
    }

    /// Where it stands.
    pub fn state(&self, now: Timestamp) -> ExportState {
        match self.outcome {
            Some(Outcome::Done { .. }) => ExportState::Done,
            Some(Outcome::Failed { .. }) => ExportState::Failed,
            None if now.duration_since(self.updated_at) > PATIENCE => ExportState::Failed,
            None if self.revision == 1 => ExportState::Queued,
            None => ExportState::Running,
        }
    }

    /// Why there is no file, if so.
    pub fn reason(&self, now: Timestamp) -> Option<FailedExport> {
        match self.outcome {
            Some(Outcome::Failed { reason, .. }) => Some(reason),
            None if self.state(now) == ExportState::Failed => Some(FailedExport::Internal),
            _ => None,
        }
    }

    /// Whether nothing is left to do.
    pub fn is_over(&self) -> bool {
        self.outcome.is_some()
    }

    /// With another attempt, which goes on where the last one was. Those that wrote nothing are forgotten.
    pub fn begun(&self, attempt: String, now: Timestamp) -> Export {
        let mut attempts: Vec<Attempt> = self.attempts.iter().filter(|one| one.parts > 0).cloned().collect();
        attempts.push(Attempt { name: attempt, parts: 0 });
        Export { attempts, ..self.moved(now) }
    }

    /// The last attempt's place, and the number of its next part.
    pub fn next_part(&self) -> Option<(&str, u32)> {
        self.attempts.last().map(|last| (last.name.as_str(), last.parts))
    }

    /// With a part of so many rows, some of them left out, that the last attempt has written.
    pub fn with_part(&self, rows: u64, left_out: u64, next: Next, now: Timestamp) -> Export {
        let mut export = self.moved(now);
        if let Some(last) = export.attempts.last_mut() {
            last.parts += 1;
        }
        Export { rows: self.rows + rows, left_out: self.left_out + left_out, next, ..export }
    }

    /// The places of all parts, in order of the rows.
    pub fn parts(&self) -> impl Iterator<Item = (&str, u32)> {
        self.attempts.iter().flat_map(|attempt| (0..attempt.parts).map(|part| (attempt.name.as_str(), part)))
    }

    /// With its file. What was searched by is forgotten: nobody needs it any more.
    pub fn done(&self, size: u64, now: Timestamp) -> Export {
        let at = now;
        Export { outcome: Some(Outcome::Done { size, at }), ..self.moved(now).without_personal_filters() }
    }

    /// Without a file.
    pub fn failed(&self, reason: FailedExport, now: Timestamp) -> Export {
        let outcome = Some(Outcome::Failed { reason, at: now });
        Export { outcome, ..self.moved(now).without_personal_filters() }
    }

    /// The name that a browser keeps the file under.
    pub fn file_name(&self) -> String {
        let kind = match self.order.kind {
            ExportKind::Households => "households",
            ExportKind::Statistics => "statistics",
            ExportKind::Feedback => "feedback",
            ExportKind::QrSheet => "qr-codes",
        };
        let day = crate::time::china_date(self.requested_at).strftime("%Y%m%d").to_string();
        format!("{kind}-{}-{day}.{}", self.order.region, self.order.format.extension())
    }

    fn moved(&self, now: Timestamp) -> Export {
        Export { updated_at: now, revision: self.revision + 1, ..self.clone() }
    }

    fn without_personal_filters(mut self) -> Export {
        self.order.filters = self.order.public_filters();
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_591_156_800 + second).unwrap()
    }

    fn queued() -> Export {
        let filters = json!({"state": "pending", "head_name": "测试户"});
        let order = ExportOrder {
            kind: ExportKind::Households,
            format: ExportFormat::Xlsx,
            region: "530627".parse().unwrap(),
            filters: filters.as_object().unwrap().clone(),
            sheet: SheetLayout::default(),
            language: Language::Chinese,
            base_url: String::new(),
        };
        let account: RegionCode = "530627".parse().unwrap();
        let by = Requester { account: account.clone(), name: "测试员".into(), position: "科长".into() };
        Export::queued(ExportId::new(account, 7), order, by, Some(9), at(0))
    }

    #[test]
    fn an_id_names_its_account() {
        let id = ExportId::new("0".parse().unwrap(), 255);
        assert_eq!(id.to_string(), "0-000000000000000000000000000000ff");
        assert_eq!(id.to_string().parse(), Ok(id));
        for wrong in ["", "530627", "530627-1", "53062-000000000000000000000000000000ff", "0-x"] {
            assert!(wrong.parse::<ExportId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_two_attempts_wrote_stands_in_order_and_what_none_noted_is_not_read() {
        let first = queued().begun("a".into(), at(1));
        assert_eq!(first.next_part(), Some(("a", 0)));
        let first = first.with_part(5, 1, Next::After("x".into()), at(2));
        // It was killed while it wrote its second part; another one was, before its first.
        let second = first.begun("b".into(), at(3)).begun("c".into(), at(4));
        assert_eq!(second.next, Next::After("x".into()));
        let second = second.with_part(4, 0, Next::End, at(5));
        assert_eq!(second.parts().collect::<Vec<_>>(), [("a", 0), ("c", 0)]);
        assert_eq!((second.rows, second.left_out, second.revision), (9, 1, 6));
    }

    #[test]
    fn an_export_is_queued_runs_and_ends_or_is_given_up_when_nothing_is_heard_of_it() {
        let (queued, now) = (queued(), at(10));
        let running = queued.begun("a".into(), at(1));
        let done = running.done(100, at(2));
        let failed = running.failed(FailedExport::TooManyRows, at(2));
        let states = [&queued, &running, &done, &failed].map(|export| export.state(now));
        assert_eq!(
            states,
            [ExportState::Queued, ExportState::Running, ExportState::Done, ExportState::Failed]
        );
        let late = at(7 * 3600);
        assert_eq!(
            (running.state(late), running.reason(late)),
            (ExportState::Failed, Some(FailedExport::Internal))
        );
        assert_eq!(
            (done.state(late), failed.reason(late)),
            (ExportState::Done, Some(FailedExport::TooManyRows))
        );
        assert_eq!(done.file_name(), "households-530627-20200603.xlsx");
    }

    #[test]
    fn names_that_were_searched_by_are_forgotten_once_it_is_over_and_never_printed() {
        let export = queued();
        assert!(!format!("{export:?}").contains("测试户"));
        for over in [export.done(1, at(1)), export.failed(FailedExport::Internal, at(1))] {
            assert_eq!(Value::Object(over.order.filters), json!({"state": "pending", "head_name": "***"}));
        }
    }

    #[test]
    fn only_sheets_are_printed() {
        use ExportFormat::{Csv, Pdf, Xlsx};
        for kind in [ExportKind::Households, ExportKind::Statistics, ExportKind::Feedback] {
            assert!(kind.comes_as(Xlsx) && kind.comes_as(Csv) && !kind.comes_as(Pdf), "{kind:?}");
        }
        assert!(ExportKind::QrSheet.comes_as(Pdf) && !ExportKind::QrSheet.comes_as(Csv));
    }
}
