//! The packed summary: all of one household that the counts need, in at most 16 bytes.

use std::collections::BTreeMap;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// Where a household stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 未核验.
    Pending,
    /// Saved but not completed, or returned.
    Draft,
    /// 核验完成.
    Completed,
    /// Moved away or ended; kept, not counted.
    Left,
}

/// What a form's choices amount to, as far as they were made: the columns of the statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the words are those of domain.md's table")]
#[repr(u8)]
pub enum Detail {
    /// Nothing chosen yet.
    None = 0,
    /// `secured` without a guarantee yet.
    Secured = 1,
    Unsecured = 2,
    /// A guarantee without its kind yet.
    Appraised = 3,
    AppraisedA = 4,
    AppraisedB = 5,
    Renovated = 6,
    RenovatedReinforced = 7,
    RenovatedRebuilt = 8,
    RenovatedNewlyBuilt = 9,
    RenovatedPovertyRelocation = 10,
    RenovatedEcologicalMigration = 11,
    RenovatedReservoirMigration = 12,
    RenovatedHazardRelocation = 13,
    RenovatedOther = 14,
    Sheltered = 15,
    ShelteredCollectiveRental = 16,
    ShelteredHappinessCompound = 17,
    ShelteredCareHome = 18,
    ShelteredRelatives = 19,
    ShelteredRentedOrBorrowed = 20,
    ShelteredOther = 21,
}

/// The three ways of guarantee, as the statistics group them.
pub use crate::draft::GuaranteeChoice;

impl Detail {
    /// All details, in the order of their codes.
    pub const ALL: [Detail; 22] = [
        Detail::None,
        Detail::Secured,
        Detail::Unsecured,
        Detail::Appraised,
        Detail::AppraisedA,
        Detail::AppraisedB,
        Detail::Renovated,
        Detail::RenovatedReinforced,
        Detail::RenovatedRebuilt,
        Detail::RenovatedNewlyBuilt,
        Detail::RenovatedPovertyRelocation,
        Detail::RenovatedEcologicalMigration,
        Detail::RenovatedReservoirMigration,
        Detail::RenovatedHazardRelocation,
        Detail::RenovatedOther,
        Detail::Sheltered,
        Detail::ShelteredCollectiveRental,
        Detail::ShelteredHappinessCompound,
        Detail::ShelteredCareHome,
        Detail::ShelteredRelatives,
        Detail::ShelteredRentedOrBorrowed,
        Detail::ShelteredOther,
    ];

    /// The way of guarantee it belongs to.
    pub fn guarantee(self) -> Option<GuaranteeChoice> {
        match self as u8 {
            3..=5 => Some(GuaranteeChoice::Appraised),
            6..=14 => Some(GuaranteeChoice::Renovated),
            15..=21 => Some(GuaranteeChoice::Sheltered),
            _ => None,
        }
    }

    /// Its key in the contract's `details`; none for choices not made to the end.
    pub fn key(self) -> Option<&'static str> {
        Some(match self {
            Detail::None | Detail::Secured | Detail::Unsecured => return None,
            Detail::Appraised | Detail::Renovated | Detail::Sheltered => return None,
            Detail::AppraisedA => "appraised_a",
            Detail::AppraisedB => "appraised_b",
            Detail::RenovatedReinforced => "renovated_reinforced",
            Detail::RenovatedRebuilt => "renovated_rebuilt",
            Detail::RenovatedNewlyBuilt => "renovated_newly_built",
            Detail::RenovatedPovertyRelocation => "renovated_poverty_relocation",
            Detail::RenovatedEcologicalMigration => "renovated_ecological_migration",
            Detail::RenovatedReservoirMigration => "renovated_reservoir_migration",
            Detail::RenovatedHazardRelocation => "renovated_hazard_relocation",
            Detail::RenovatedOther => "renovated_other",
            Detail::ShelteredCollectiveRental => "sheltered_collective_rental",
            Detail::ShelteredHappinessCompound => "sheltered_happiness_compound",
            Detail::ShelteredCareHome => "sheltered_care_home",
            Detail::ShelteredRelatives => "sheltered_relatives",
            Detail::ShelteredRentedOrBorrowed => "sheltered_rented_or_borrowed",
            Detail::ShelteredOther => "sheltered_other",
        })
    }

    /// The detail with this code.
    pub fn from_code(code: u8) -> Option<Detail> {
        Detail::ALL.get(usize::from(code)).copied()
    }
}

/// The text is the key of no detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a detail")]
pub struct UnknownDetail;

impl FromStr for Detail {
    type Err = UnknownDetail;

    /// The detail with this key.
    fn from_str(key: &str) -> Result<Self, UnknownDetail> {
        Detail::ALL.into_iter().find(|detail| detail.key() == Some(key)).ok_or(UnknownDetail)
    }
}

impl JsonSchema for Detail {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Detail".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let keys: Vec<&str> = Detail::ALL.iter().filter_map(|detail| detail.key()).collect();
        json_schema!({"description": "Guarantee and kind: a column of the statistics.", "type": "string", "enum": keys})
    }
}

/// Kinds of data alerts (数据预警) that a household can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "architecture.md, alerts, explains each")]
pub enum AlertKind {
    Unsecured,
    FeedbackOverdue,
    PhotoRejected,
    PhotoReused,
    PhotoFar,
    PhotoTimeOdd,
    IdInvalid,
    IdDuplicate,
    GuaranteeChanged,
    Burst,
}

impl AlertKind {
    /// All kinds, in the order of their bits.
    pub const ALL: [AlertKind; 10] = [
        AlertKind::Unsecured,
        AlertKind::FeedbackOverdue,
        AlertKind::PhotoRejected,
        AlertKind::PhotoReused,
        AlertKind::PhotoFar,
        AlertKind::PhotoTimeOdd,
        AlertKind::IdInvalid,
        AlertKind::IdDuplicate,
        AlertKind::GuaranteeChanged,
        AlertKind::Burst,
    ];

    /// Its name in the contract, in keys and in ids.
    pub fn name(self) -> &'static str {
        match self {
            AlertKind::Unsecured => "unsecured",
            AlertKind::FeedbackOverdue => "feedback_overdue",
            AlertKind::PhotoRejected => "photo_rejected",
            AlertKind::PhotoReused => "photo_reused",
            AlertKind::PhotoFar => "photo_far",
            AlertKind::PhotoTimeOdd => "photo_time_odd",
            AlertKind::IdInvalid => "id_invalid",
            AlertKind::IdDuplicate => "id_duplicate",
            AlertKind::GuaranteeChanged => "guarantee_changed",
            AlertKind::Burst => "burst",
        }
    }
}

/// Kinds of remaining works (扫尾工程).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkKind {
    /// Tasks of 2020.
    #[serde(rename = "task_2020")]
    Task2020,
    /// 2019年危改未竣工.
    #[serde(rename = "unfinished_2019")]
    Unfinished2019,
    /// 回头看大排查未竣工.
    LookBackUnfinished,
}

impl WorkKind {
    /// All kinds, in the order of their bits.
    pub const ALL: [WorkKind; 3] =
        [WorkKind::Task2020, WorkKind::Unfinished2019, WorkKind::LookBackUnfinished];
}

/// All of one household that is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Where it stands.
    pub state: State,
    /// What the form says so far.
    pub detail: Detail,
    /// Head and members; saturates at 255.
    pub people: u8,
    /// Reports not yet handled; saturates at 65,535, as the next two.
    pub feedback_open: u16,
    /// Reports handled.
    pub feedback_handled: u16,
    /// Field surveys.
    pub surveys: u16,
    /// Alerts that are not dismissed.
    pub alerts: Vec<AlertKind>,
    /// Remaining works; `true` while open.
    pub works: BTreeMap<WorkKind, bool>,
}

/// Bytes of a packed summary.
pub const PACKED_BYTES: usize = 13;
const FORMAT: u8 = 1;

/// A packed summary as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Packed(pub [u8; PACKED_BYTES]);

/// The bytes are not a packed summary of a known format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a packed summary of a known format")]
pub struct InvalidSummary;

impl Summary {
    /// A household that nobody has looked at.
    pub fn pending(people: u8) -> Self {
        Summary {
            state: State::Pending,
            detail: Detail::None,
            people,
            feedback_open: 0,
            feedback_handled: 0,
            surveys: 0,
            alerts: Vec::new(),
            works: BTreeMap::new(),
        }
    }

    /// The stored form: format, state, detail, people, feedback open and handled, surveys, alert
    /// bits, work bits (existing, open); numbers big-endian.
    pub fn pack(&self) -> Packed {
        let mut bytes = [0; PACKED_BYTES];
        bytes[0] = FORMAT;
        bytes[1] = match self.state {
            State::Pending => 0,
            State::Draft => 1,
            State::Completed => 2,
            State::Left => 3,
        };
        bytes[2] = self.detail as u8;
        bytes[3] = self.people;
        bytes[4..6].copy_from_slice(&self.feedback_open.to_be_bytes());
        bytes[6..8].copy_from_slice(&self.feedback_handled.to_be_bytes());
        bytes[8..10].copy_from_slice(&self.surveys.to_be_bytes());
        let alerts = bits(AlertKind::ALL.iter().map(|kind| self.alerts.contains(kind)));
        bytes[10..12].copy_from_slice(&alerts.to_be_bytes());
        let existing = bits(WorkKind::ALL.iter().map(|kind| self.works.contains_key(kind)));
        let open = bits(WorkKind::ALL.iter().map(|kind| self.works.get(kind) == Some(&true)));
        bytes[12] = (existing | (open << 4)) as u8;
        Packed(bytes)
    }
}

fn bits(flags: impl Iterator<Item = bool>) -> u16 {
    flags.enumerate().map(|(index, set)| u16::from(set) << index).sum()
}

impl Packed {
    /// The summary, where the bytes are one.
    pub fn unpack(&self) -> Result<Summary, InvalidSummary> {
        let bytes = &self.0;
        let number = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        let state = match bytes[1] {
            0 => State::Pending,
            1 => State::Draft,
            2 => State::Completed,
            3 => State::Left,
            _ => return Err(InvalidSummary),
        };
        let (alerts, works) = (number(10), u16::from(bytes[12]));
        let unknown_bits =
            alerts >> AlertKind::ALL.len() != 0 || works & 0x88 != 0 || (works >> 4) & !works & 7 != 0;
        if bytes[0] != FORMAT || unknown_bits {
            return Err(InvalidSummary);
        }
        let has = |bits: u16, index: usize| (bits >> index) & 1 == 1;
        let indexed = || WorkKind::ALL.iter().enumerate();
        Ok(Summary {
            state,
            detail: Detail::from_code(bytes[2]).ok_or(InvalidSummary)?,
            people: bytes[3],
            feedback_open: number(4),
            feedback_handled: number(6),
            surveys: number(8),
            alerts: (AlertKind::ALL.iter().enumerate())
                .filter_map(|(index, kind)| has(alerts, index).then_some(*kind))
                .collect(),
            works: indexed()
                .filter(|(index, _)| has(works, *index))
                .map(|(index, kind)| (*kind, has(works, index + 4)))
                .collect(),
        })
    }
}

impl TryFrom<&[u8]> for Packed {
    type Error = InvalidSummary;

    fn try_from(bytes: &[u8]) -> Result<Self, InvalidSummary> {
        let packed = Packed(bytes.try_into().map_err(|_| InvalidSummary)?);
        packed.unpack().map(|_| packed)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Any summary at all.
    pub(crate) fn any_summary() -> impl Strategy<Value = Summary> {
        let state = prop::sample::select(vec![State::Pending, State::Draft, State::Completed, State::Left]);
        let alerts = prop::sample::subsequence(AlertKind::ALL.to_vec(), 0..=AlertKind::ALL.len());
        let works =
            prop::collection::btree_map(prop::sample::select(WorkKind::ALL.to_vec()), any::<bool>(), 0..3);
        let numbers = (any::<u8>(), any::<u16>(), any::<u16>(), any::<u16>());
        (state, prop::sample::select(Detail::ALL.to_vec()), numbers, alerts, works).prop_map(
            |(state, detail, (people, feedback_open, feedback_handled, surveys), alerts, works)| Summary {
                state,
                detail,
                people,
                feedback_open,
                feedback_handled,
                surveys,
                alerts,
                works,
            },
        )
    }

    #[test]
    fn details_stand_at_their_codes() {
        for (code, detail) in Detail::ALL.into_iter().enumerate() {
            assert_eq!(detail as usize, code);
            assert_eq!(detail.key().and_then(|key| key.parse().ok()), detail.key().map(|_| detail));
        }
        assert_eq!(Detail::ALL.iter().filter(|detail| detail.key().is_some()).count(), 16);
    }

    proptest! {
        #[test]
        fn packing_loses_nothing(summary in any_summary()) {
            prop_assert!(PACKED_BYTES <= 16);
            prop_assert_eq!(summary.pack().unpack().unwrap(), summary);
        }

        #[test]
        fn bytes_that_unpack_pack_to_themselves(bytes: [u8; PACKED_BYTES]) {
            if let Ok(summary) = Packed(bytes).unpack() {
                prop_assert_eq!(summary.pack(), Packed(bytes));
            }
        }
    }
}
