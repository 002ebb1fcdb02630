//! Every key of every table. Keys hold codes and ids, never personal data.

use std::collections::HashMap;

use anju_counters::bucket::BucketId;
use anju_domain::change::Hash;
use anju_domain::export::ExportId;
use anju_domain::feedback::FeedbackStatus;
use anju_domain::ids::{FeedbackId, HouseholdId, LookupToken, PhotoId, SurveyId};
use anju_domain::import::ImportId;
use anju_domain::likeness::Band;
use anju_domain::region::{Level, RegionCode, VillageCode};
use anju_domain::region_alert::{RegionAlertId, RegionAlertKind};
use anju_domain::summary::AlertKind;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use jiff::civil::Date;

/// Name of the partition key of all tables.
pub const PK: &str = "PK";
/// Name of the sort key of all tables.
pub const SK: &str = "SK";
/// Sort keys of household items, which the stream filters rely on.
pub const HOUSEHOLD_PREFIX: &str = "H#";
/// Sort keys of bucket items, which the stream filter relies on.
pub const BUCKET_PREFIX: &str = "B#";
/// Sort keys of a household's changes.
pub const CHANGE_PREFIX: &str = "A#";

/// Sort keys of a household's reports.
pub const FEEDBACK_PREFIX: &str = "F#";
/// Sort keys of a household's photos.
pub const PHOTO_PREFIX: &str = "P#";
/// Sort keys of a household's surveys.
pub const SURVEY_PREFIX: &str = "S#";

/// The two keys of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Partition.
    pub pk: String,
    /// Place within the partition.
    pub sk: String,
}

impl Key {
    fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Key { pk: pk.into(), sk: sk.into() }
    }

    /// As the SDK takes it.
    pub fn attributes(&self) -> HashMap<String, AttributeValue> {
        HashMap::from([
            (PK.to_owned(), AttributeValue::S(self.pk.clone())),
            (SK.to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.pk, self.sk)
    }
}

/// Partition of a village's households.
pub fn village(village: &VillageCode) -> String {
    format!("V#{village}")
}

/// A household. Numbers are padded so that they sort as numbers.
pub fn household(id: &HouseholdId) -> Key {
    Key::new(village(id.village()), format!("{HOUSEHOLD_PREFIX}{:06}", id.number()))
}

/// Partition of a household's children: changes, photos, feedback, surveys, alerts.
pub fn children(id: &HouseholdId) -> String {
    format!("H#{id}")
}

/// A change of a household.
pub fn change(id: &HouseholdId, revision: u64) -> Key {
    Key::new(children(id), format!("{CHANGE_PREFIX}{revision:010}"))
}

/// A photo.
pub fn photo(id: &PhotoId) -> Key {
    Key::new(children(id.household()), format!("{PHOTO_PREFIX}{}", id.unique()))
}

/// A report.
pub fn feedback(id: &FeedbackId) -> Key {
    Key::new(children(id.household()), format!("{FEEDBACK_PREFIX}{}", id.unique()))
}

/// A survey.
pub fn survey(id: &SurveyId) -> Key {
    Key::new(children(id.household()), format!("{SURVEY_PREFIX}{}", id.unique()))
}

/// Partition of a region's surveys.
pub fn survey_list(region: &RegionCode) -> String {
    entries("surveys", region, "all")
}

/// Partition of a region's reports that stand so.
pub fn feedback_list(region: &RegionCode, status: FeedbackStatus) -> String {
    entries("feedback", region, status.as_str())
}

/// Partition of a province's open reports in order of when they go up next.
pub fn feedback_due_list(province: &RegionCode) -> String {
    entries("feedback", province, "due")
}

/// A thing's place in a list: its time, in digits of a fixed number so that texts sort as times do.
pub fn place(at: Timestamp, id: &impl std::fmt::Display) -> String {
    format!("{}#{id}", place_time(at))
}

/// Behind all places of this time or an earlier one. `~` sorts behind `#`.
pub fn behind_time(at: Timestamp) -> String {
    format!("{}~", place_time(at))
}

fn place_time(at: Timestamp) -> String {
    format!("{at:.6}")
}

/// A thing's entry in a list.
pub fn entry(list: &str, at: Timestamp, id: &impl std::fmt::Display) -> Key {
    Key::new(list, place(at, id))
}

/// An alert: a household has at most one of a kind at a time, raised at a revision.
pub fn alert(id: &HouseholdId, kind: AlertKind, revision: u64) -> Key {
    Key::new(children(id), format!("W#{}#{revision:010}", kind.name()))
}

/// The name of the lists of data alerts.
pub const ALERTS: &str = "alerts";

/// Partition of a list of a region: entries of one kind, in order of time.
pub fn entries(list: &str, region: &RegionCode, kind: &str) -> String {
    format!("L#{list}#{region}#{kind}")
}

/// An alert's entry in the list of a region above the household, in order of time.
pub fn alert_entry(region: &RegionCode, kind: AlertKind, raised_at: Timestamp, id: &HouseholdId) -> Key {
    Key::new(entries(ALERTS, region, kind.name()), format!("{}#{id}", place_time(raised_at)))
}

/// A region's alert.
pub fn region_alert(id: &RegionAlertId) -> Key {
    Key::new(format!("R#{}", id.region), format!("W#{}#{}", id.kind.name(), id.day))
}

/// The entry of a region's alert in the list of a region that it lies in, in order of time.
pub fn region_alert_entry(
    list: &RegionCode,
    kind: RegionAlertKind,
    raised_at: Timestamp,
    region: &RegionCode,
) -> Key {
    Key::new(entries(ALERTS, list, kind.name()), format!("{}#{region}", place_time(raised_at)))
}

/// Whether an entry is about something within the region, by its place in a list of the region's or of the
/// township of a village: what it is about begins with the village's code.
pub fn is_listed_in(place: &str, region: &RegionCode) -> bool {
    let about = place.split_once('#').map_or(place, |(_, about)| about);
    region.level() != Level::Village || about.starts_with(region.as_str())
}

/// Which regions below one are behind schedule.
pub fn delays(below: &RegionCode) -> Key {
    Key::new(format!("DELAYS#{below}"), "DELAYS")
}

/// A search pointer. `digest` is the keyed HMAC of the value searched for.
pub fn pointer(kind: &str, digest: &str, id: &HouseholdId, role: &str, n: usize) -> Key {
    Key::new(pointers(kind, digest), format!("{}#{:06}#{role}#{n}", id.village(), id.number()))
}

/// Partition of the search pointers of one value.
pub fn pointers(kind: &str, digest: &str) -> String {
    format!("{kind}#{digest}")
}

/// Pointers to a region's households, as the first and the last sort key that they can have; behind
/// `after` only.
pub fn pointers_within(region: &RegionCode, after: Option<&HouseholdId>) -> (String, String) {
    let prefix = if region.level() == Level::Nation { "" } else { region.as_str() };
    let behind = after.map(|id| format!("{}#{:06}~", id.village(), id.number())).unwrap_or_default();
    // `~` sorts behind digits and `#`.
    (behind.max(prefix.to_owned()).max("#".to_owned()), format!("{prefix}~"))
}

/// The household that a pointer's sort key leads to, and the role that it was found in.
pub fn pointer_target(sk: &str) -> Option<(HouseholdId, &str)> {
    let mut parts = sk.split('#');
    let (village, number, role) = (parts.next()?, parts.next()?, parts.next()?);
    Some((HouseholdId::new(village.parse().ok()?, number.parse().ok()?), role))
}

/// A lookup token's pointer to its household.
pub fn lookup(token: &LookupToken) -> Key {
    Key::new(format!("Q#{token}"), "Q")
}

/// Partition of a region's children.
pub fn regions_below(parent: &RegionCode) -> String {
    format!("REGION#{parent}")
}

/// A region. The nation, which has no parent, stands below itself.
pub fn region(code: &RegionCode) -> Key {
    Key::new(regions_below(&code.parent().unwrap_or_else(RegionCode::nation)), code.as_str())
}

/// Partition of the accounts of a region's children.
pub fn accounts_below(parent: &RegionCode) -> String {
    format!("ACCOUNTS#{parent}")
}

/// An account of the control table.
pub fn account(region: &RegionCode) -> Key {
    let parent = region.parent().unwrap_or_else(RegionCode::nation);
    Key::new(accounts_below(&parent), region.as_str())
}

/// A session of an account.
pub fn session(account: &RegionCode, session: &str) -> Key {
    Key::new(format!("SESSIONS#{account}"), session)
}

/// A captcha.
pub fn captcha(id: &str) -> Key {
    Key::new(format!("CAPTCHA#{id}"), "CAPTCHA")
}

/// Failures that are counted: of what, and of whom (hashed: addresses are personal).
pub fn failures(of: &str, whom: &str) -> Key {
    Key::new(format!("FAILURES#{of}#{whom}"), "FAILURES")
}

/// An answered write, by account, operation and the client's key (hashed: clients choose it freely).
pub fn idempotency(account: &RegionCode, digest: &str) -> Key {
    Key::new(format!("IDEMPOTENCY#{account}"), digest)
}

/// An answered write of somebody without an account.
pub fn public_idempotency(digest: &str) -> Key {
    Key::new(format!("IDEMPOTENCY#public#{digest}"), "IDEMPOTENCY")
}

/// Attempts that are counted within a window of time: at what, and by whom or at whose (hashed).
pub fn attempts(at: &str, whom: &str, window: i64) -> Key {
    Key::new(format!("ATTEMPTS#{at}#{whom}"), format!("{window:012}"))
}

/// What the network addresses of a day (counted from 1970, UTC) are hashed with.
pub fn salt(day: i64) -> Key {
    Key::new("SALT", format!("{day:06}"))
}

/// The visits of an account on a day in China.
pub fn visits(account: &RegionCode, day: Date) -> Key {
    Key::new(format!("VISITS#{account}"), day.to_string())
}

/// The mornings' counts of the regions below one.
pub fn snapshots(below: &RegionCode) -> Key {
    Key::new(format!("SNAPSHOTS#{below}"), "SNAPSHOTS")
}

/// How far the walk of a morning has come.
pub fn walk(morning: Date) -> Key {
    Key::new("WALK", morning.to_string())
}

/// Photos of a county that have a band of their fingerprints in common.
pub fn photos_alike(county: &RegionCode, band: Band) -> Key {
    Key::new(format!("ALIKE#{county}#{}#{:04x}", band.index, band.value), "PHOTOS")
}

/// Photos whose files have this SHA-256.
pub fn photos_of_content(content: Hash) -> Key {
    Key::new(format!("CONTENT#{content}"), "PHOTOS")
}

/// Where a village's houses stand.
pub fn positions(village: &VillageCode) -> Key {
    Key::new(format!("POSITIONS#{village}"), "POSITIONS")
}

/// Partition of an account's exports.
pub fn exports(account: &RegionCode) -> String {
    format!("EXPORTS#{account}")
}

/// An export.
pub fn export(id: &ExportId) -> Key {
    Key::new(exports(id.account()), id.unique())
}

/// Behind the sort keys of all exports, or of those before one. `~` sorts behind all digits.
pub fn exports_before(export: Option<&ExportId>) -> String {
    export.map_or_else(|| "~".to_owned(), ExportId::unique)
}

/// What an account took away, in order of time.
pub fn audit(account: &RegionCode, at: Timestamp, id: &ExportId) -> Key {
    Key::new(format!("AUDIT#{account}"), place(at, id))
}

/// Partition of the imports; their ids sort by time.
pub const IMPORTS: &str = "IMPORTS";
/// Sort keys of an import's pieces.
pub const PIECE_PREFIX: &str = "PIECE#";

/// An import.
pub fn import(id: &ImportId) -> Key {
    Key::new(IMPORTS, id.to_string())
}

/// Partition of what belongs to an import.
pub fn import_pieces(id: &ImportId) -> String {
    format!("IMPORT#{id}")
}

/// What a piece of an import did.
pub fn import_piece(id: &ImportId, piece: u32) -> Key {
    Key::new(import_pieces(id), format!("{PIECE_PREFIX}{piece:08}"))
}

/// What the initial passwords of an import are derived from.
pub fn import_seed(id: &ImportId) -> Key {
    Key::new(import_pieces(id), "SEED")
}

/// A counter bucket of a village.
pub fn bucket(id: &BucketId) -> Key {
    Key::new(format!("V#{}", id.village()), format!("{BUCKET_PREFIX}{:04}", id.number()))
}

/// A region's counts.
pub fn region_counts(region: &RegionCode) -> Key {
    Key::new(format!("R#{region}"), "R")
}

/// Object keys of the buckets.
pub mod objects {
    use super::{ExportId, ImportId, LookupToken, PhotoId};

    /// Where uploads arrive, in the bucket `incoming`.
    pub const INCOMING_PREFIX: &str = "photos/";

    /// An upload.
    pub fn incoming(id: &PhotoId) -> String {
        format!("{INCOMING_PREFIX}{id}")
    }

    /// The file as it was uploaded, in the bucket `photos`.
    pub fn original(id: &PhotoId) -> String {
        format!("originals/{id}")
    }

    /// The watermarked picture.
    pub fn marked(id: &PhotoId) -> String {
        format!("marked/{id}.jpg")
    }

    /// The small picture.
    pub fn thumbnail(id: &PhotoId) -> String {
        format!("thumbnails/{id}.jpg")
    }

    /// A part of an export's rows, in the bucket `transfers`; each attempt has a place of its own.
    pub fn export_part(id: &ExportId, attempt: &str, part: u32) -> String {
        format!("exports/{id}/rows/{attempt}/{part:06}")
    }

    /// An export's finished file.
    pub fn export_file(id: &ExportId) -> String {
        format!("exports/{id}/file")
    }

    /// Where files to import arrive, in the bucket `transfers`.
    pub const IMPORT_UPLOADS: &str = "imports/uploads/";

    /// A file to import.
    pub fn import_upload(id: &ImportId) -> String {
        format!("{IMPORT_UPLOADS}{id}")
    }

    /// A piece of it.
    pub fn import_piece(id: &ImportId, piece: u32) -> String {
        format!("imports/pieces/{id}/{piece:08}.json")
    }

    /// Its households whose rows stand apart.
    pub fn import_scattered(id: &ImportId) -> String {
        format!("imports/scattered/{id}.json")
    }

    /// How far it was cut, at so many pieces.
    pub fn import_checkpoint(id: &ImportId, pieces: u32) -> String {
        format!("imports/checkpoints/{id}/{pieces:08}.json")
    }

    /// What was wrong with a piece.
    pub fn import_problems_of(id: &ImportId, piece: u32) -> String {
        format!("imports/problems/{id}/{piece:08}.csv")
    }

    /// What was wrong with the file.
    pub fn import_problems(id: &ImportId) -> String {
        format!("imports/results/{id}/problems.csv")
    }

    /// The accounts that a piece issued, with their initial passwords.
    pub fn import_accounts_of(id: &ImportId, piece: u32) -> String {
        format!("imports/passwords/{id}/{piece:08}.csv")
    }

    /// The accounts that were issued, with their initial passwords.
    pub fn import_accounts(id: &ImportId) -> String {
        format!("imports/results/{id}/accounts.csv")
    }

    /// A household's public page, in the bucket `site`.
    pub fn page(token: &LookupToken) -> String {
        format!("q/{token}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn households_sort_by_number() {
        let key = |text: &str| household(&text.parse().unwrap()).sk;
        assert!(key("530627101203-9") < key("530627101203-10"));
        assert_eq!(key("530627101203-7"), "H#000007");
    }

    #[test]
    fn pointers_of_a_region_lie_between_its_two_keys() {
        let at = |id: &str| pointer("NAME", "d", &id.parse().unwrap(), "member", 3).sk;
        let lies = |id: &str, region: &str, after: Option<&str>| {
            let after = after.map(|id| id.parse().unwrap());
            let (first, last) = pointers_within(&region.parse().unwrap(), after.as_ref());
            first <= at(id) && at(id) <= last
        };
        for region in ["0", "53", "530627", "530627101", "530627101203"] {
            assert!(lies("530627101203-17", region, None), "{region}");
            assert!(lies("530627101203-17", region, Some("530627101203-9")), "{region}");
            assert!(!lies("530627101203-17", region, Some("530627101203-17")), "{region}");
            assert!(!lies("530627101203-17", region, Some("530627101203-999999")), "{region}");
        }
        assert!(!lies("530627101203-17", "530628", None) && !lies("530627101203-17", "52", None));
        assert!(lies("530627101203-17", "530627", Some("520000000000-9")));
        let sk = at("530627101203-17");
        assert_eq!(pointer_target(&sk), Some(("530627101203-17".parse().unwrap(), "member")));
    }

    #[test]
    fn places_in_a_list_sort_by_time_whatever_its_fraction() {
        let id = FeedbackId::new("530627101203-1".parse().unwrap(), 7);
        let place = |at: &str| super::place(at.parse().unwrap(), &id);
        let whole = "2020-06-03T04:00:00Z";
        assert!(place(whole) < place("2020-06-03T04:00:00.5Z"));
        assert!(place("2020-06-03T04:00:00.5Z") < place("2020-06-03T04:00:01Z"));
        assert!(place(whole) < behind_time(whole.parse().unwrap()));
        assert!(behind_time(whole.parse().unwrap()) < place("2020-06-03T04:00:00.000001Z"));
    }

    #[test]
    fn a_village_s_entries_in_its_township_s_list_are_told_by_what_they_are_about() {
        let listed = |about: &str, region: &str| {
            is_listed_in(&format!("2020-06-03T04:00:00.000000Z#{about}"), &region.parse().unwrap())
        };
        assert!(listed("530627101203-17", "530627101203") && listed("530627101203", "530627101203"));
        assert!(!listed("530627101204-17", "530627101203") && !listed("530627101", "530627101203"));
        assert!(listed("530627101204-17", "530627101") && listed("530627101", "530627101"));
    }

    #[test]
    fn the_nation_stands_below_itself() {
        let key = region(&RegionCode::nation());
        assert_eq!((key.pk.as_str(), key.sk.as_str()), ("REGION#0", "0"));
        assert_eq!(region(&"5306".parse().unwrap()).pk, "REGION#53");
    }
}
