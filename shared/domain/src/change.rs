//! The history of a household: a chain of changes, each hashed together with the one before.
//!
//! Personal values enter the chain as salted digests and stand beside it, so that erasing a value and
//! its salt leaves the chain checkable.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::ids::HouseholdId;
use crate::string_newtype::string_newtype;
use crate::time::DateTime;

/// A SHA-256 hash, hexadecimal where it is text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What stands before the first change.
    pub const GENESIS: Hash = Hash([0; 32]);

    /// A hash that was made elsewhere, by its bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Hash {
        Hash(bytes)
    }

    fn of(parts: &[&[u8]]) -> Hash {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Hash(hasher.finalize().into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The text is not a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256 hash in hexadecimal")]
pub struct InvalidHash;

impl FromStr for Hash {
    type Err = InvalidHash;

    fn from_str(text: &str) -> Result<Self, InvalidHash> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| InvalidHash)?;
        Ok(Hash(bytes))
    }
}

string_newtype!(
    Hash,
    "A SHA-256 hash in hexadecimal.",
    "^[0-9a-f]{64}$",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
);

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Came in with the national register.
    Imported,
    /// The national register changed.
    RegisterChanged,
    /// Moved to another village, or its village got another code: it goes on there.
    MovedAway,
    /// Came from another village, or from the same one under another code.
    MovedHere,
    /// Ended in the national register.
    Left,
    /// All that was known of its people was erased.
    Erased,
    /// A draft was saved.
    DraftSaved,
    /// The verification was completed.
    Completed,
    /// A completed verification was completed again.
    Corrected,
    /// A township or above sent it back.
    Returned,
    /// A data alert was dismissed.
    AlertDismissed,
    /// Other households came to share an ID number with it, or ceased to.
    DuplicatesChanged,
    /// Somebody looked at the full numbers.
    Revealed,
    /// The public page got another address.
    LookupRenewed,
    /// A photo was processed.
    PhotoReady,
    /// A photo turned out unusable.
    PhotoRejected,
    /// A photo of another household turned out to show the same as one of this one's.
    PhotoReused,
    /// A problem was reported.
    FeedbackReported,
    /// A report was handled.
    FeedbackHandled,
    /// A report was urged.
    FeedbackUrged,
    /// A report was left open too long and went to the next level up.
    FeedbackEscalated,
    /// A field survey was entered.
    SurveyConducted,
    /// A field survey was edited.
    SurveyEdited,
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Somebody who signed in with this account.
    Account(String),
    /// Somebody of the household, who proved it by its numbers.
    Household,
    /// The system itself.
    System,
}

/// A personal value beside the chain.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonalValue {
    /// The value, until it is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Random, so that the digest can't be guessed; erased together with the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    /// SHA-256 of salt and value: what the chain holds.
    pub digest: Hash,
}

impl fmt::Debug for PersonalValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PersonalValue({})", self.digest)
    }
}

/// One entry of a household's history, immutable but for erasure.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// Whose.
    pub household: HouseholdId,
    /// The household's revision that it produced.
    pub revision: u64,
    /// When, by the server's clock.
    #[schemars(with = "DateTime")]
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// What.
    pub kind: ChangeKind,
    /// What was recorded, as far as it isn't personal: JSON pointer to value.
    pub values: BTreeMap<String, Value>,
    /// What was recorded of people: JSON pointer to digest and value.
    pub personal: BTreeMap<String, PersonalValue>,
    /// Hash of the change before.
    pub previous: Hash,
    /// Hash of this one.
    pub hash: Hash,
}

/// Personal data or secrets: never printed by accident.
impl std::fmt::Debug for Change {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Change({} at {}, {})", self.household, self.revision, self.hash)
    }
}

/// What is about to become a [`Change`].
#[derive(Clone)]
pub struct NewChange {
    /// Whose.
    pub household: HouseholdId,
    /// The household's revision that it produces.
    pub revision: u64,
    /// When, by the server's clock.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// What.
    pub kind: ChangeKind,
    /// What was recorded.
    pub recorded: Value,
}

/// Personal data or secrets: never printed by accident.
impl std::fmt::Debug for NewChange {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "NewChange({} at {})", self.household, self.revision)
    }
}

/// Where a record's personal values stand; all below these pointers is personal.
const PERSONAL: [&str; 10] = [
    "/verifier",
    "/correction",
    "/note",
    "/explanation",
    "/reason",
    "/register",
    "/content",
    "/opinion",
    "/surveyor",
    "/finding",
];

impl NewChange {
    /// Appends it to the chain that ends in `previous`. `salt` is fresh and random.
    pub fn chain(self, previous: Hash, salt: [u8; 16]) -> Change {
        let mut leaves = BTreeMap::new();
        flatten("", self.recorded, &mut leaves);
        let (personal, values): (BTreeMap<_, _>, BTreeMap<_, _>) =
            leaves.into_iter().partition(|(pointer, _)| is_personal(pointer));
        let personal = personal.into_iter().map(|(pointer, value)| (seal(&pointer, &value, salt), pointer));
        let mut change = Change {
            household: self.household,
            revision: self.revision,
            at: self.at,
            by: self.by,
            kind: self.kind,
            values,
            personal: personal.map(|(sealed, pointer)| (pointer, sealed)).collect(),
            previous,
            hash: Hash::GENESIS,
        };
        change.hash = change.expected_hash();
        change
    }
}

impl Change {
    /// The hash that this entry must have: SHA-256 of the previous hash and the canonical change,
    /// JSON with sorted keys and without white space.
    pub fn expected_hash(&self) -> Hash {
        let digests: BTreeMap<&String, Hash> =
            self.personal.iter().map(|(pointer, value)| (pointer, value.digest)).collect();
        // serde_json's objects are sorted maps: the text is canonical.
        let canonical = serde_json::json!({
            "household": self.household, "revision": self.revision, "at": self.at, "by": self.by,
            "kind": self.kind, "values": self.values, "personal": digests,
        });
        Hash::of(&[&self.previous.0, canonical.to_string().as_bytes()])
    }

    /// Whether entry and personal values are as they were written.
    pub fn is_sound(&self) -> bool {
        let sealed = |(pointer, held): (&String, &PersonalValue)| match (&held.value, &held.salt) {
            (Some(value), Some(salt)) => digest(pointer, value, salt) == held.digest,
            (None, None) => true,
            _ => false,
        };
        self.hash == self.expected_hash() && self.personal.iter().all(sealed)
    }
}

/// What is wrong with an entry of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// The entry, or a personal value beside it, isn't as it was written.
    Changed,
    /// An entry that belongs before this one is missing.
    MissingBefore,
    /// The entry stands after one that it should stand before.
    OutOfOrder,
    /// It doesn't follow from the one before it.
    NotLinked,
    /// It is of another household.
    OtherHousehold,
    /// It is the last one, but not the one that the record names: entries after it are missing.
    NotTheHead,
}

/// Checks a whole history, oldest first, against the head that the record names. Gives what is wrong,
/// by revision.
pub fn check_history(history: &[Change], head: Hash) -> Vec<(u64, Flaw)> {
    let mut flaws = Vec::new();
    let mut before: Option<&Change> = None;
    for change in history {
        let (last, link) = before.map_or((0, Hash::GENESIS), |before| (before.revision, before.hash));
        if !change.is_sound() {
            flaws.push((change.revision, Flaw::Changed));
        }
        if before.is_some_and(|before| before.household != change.household) {
            flaws.push((change.revision, Flaw::OtherHousehold));
        }
        if change.revision <= last {
            flaws.push((change.revision, Flaw::OutOfOrder));
        } else if change.revision > last + 1 {
            flaws.push((change.revision, Flaw::MissingBefore));
        } else if change.previous != link {
            flaws.push((change.revision, Flaw::NotLinked));
        }
        before = Some(change);
    }
    let (last, end) = before.map_or((0, Hash::GENESIS), |before| (before.revision, before.hash));
    if end != head {
        flaws.push((last, Flaw::NotTheHead));
    }
    flaws
}

fn is_personal(pointer: &str) -> bool {
    PERSONAL.iter().any(|prefix| {
        pointer.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn flatten(pointer: &str, value: Value, leaves: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                flatten(&format!("{pointer}/{name}"), field, leaves);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.into_iter().enumerate() {
                flatten(&format!("{pointer}/{index}"), item, leaves);
            }
        }
        leaf => {
            leaves.insert(pointer.to_owned(), plain(leaf));
        }
    }
}

/// A value as every store gives it back. Tables keep numbers as decimal text, where `1650.0` and `1650`
/// are one: the chain must not tell them apart either.
fn plain(leaf: Value) -> Value {
    let Some(fraction) = leaf.as_f64().filter(|_| leaf.is_f64()) else { return leaf };
    // Adding zero takes the sign off a negative zero.
    (fraction + 0.0).to_string().parse().map_or(leaf, Value::Number)
}

fn seal(pointer: &str, value: &Value, salt: [u8; 16]) -> PersonalValue {
    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    // A salt of its own for each value, so that one can be erased without the others.
    let salt = hex::encode(Hash::of(&[&salt, pointer.as_bytes()]).0);
    PersonalValue { digest: digest(pointer, &value, &salt), value: Some(value), salt: Some(salt) }
}

fn digest(pointer: &str, value: &str, salt: &str) -> Hash {
    Hash::of(&[salt.as_bytes(), &[0], pointer.as_bytes(), &[0], value.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(revision: u64, previous: Hash) -> Change {
        NewChange {
            household: "530627101203-1".parse().unwrap(),
            revision,
            at: "2020-06-03T02:22:31Z".parse().unwrap(),
            by: Actor::Account("530627101203".to_owned()),
            kind: ChangeKind::DraftSaved,
            recorded: serde_json::json!({"result": "secured", "verifier": {"name": "测试员"}, "photo_ids": ["p"]}),
        }
        .chain(previous, [7; 16])
    }

    #[test]
    fn personal_values_stand_beside_the_chain() {
        let change = change(2, Hash::GENESIS);
        assert_eq!(change.values.keys().collect::<Vec<_>>(), ["/photo_ids/0", "/result"]);
        assert_eq!(change.personal["/verifier/name"].value.as_deref(), Some("测试员"));
        assert!(change.is_sound());
    }

    #[test]
    fn erasing_a_value_with_its_salt_leaves_the_chain_sound() {
        let mut change = change(2, Hash::GENESIS);
        let held = change.personal.get_mut("/verifier/name").unwrap();
        (held.value, held.salt) = (None, None);
        assert!(change.is_sound());
    }

    fn chain(length: u64) -> Vec<Change> {
        let mut history: Vec<Change> = Vec::new();
        for revision in 1..=length {
            let previous = history.last().map_or(Hash::GENESIS, |last| last.hash);
            history.push(change(revision, previous));
        }
        history
    }

    #[test]
    fn a_missing_reordered_or_changed_entry_is_found() {
        let sound = chain(4);
        let head = sound[3].hash;
        assert_eq!(check_history(&sound, head), []);
        let tampered = |tamper: fn(&mut Vec<Change>)| {
            let mut history = sound.clone();
            tamper(&mut history);
            check_history(&history, head)
        };
        assert_eq!(tampered(|history| drop(history.remove(1))), [(3, Flaw::MissingBefore)]);
        assert_eq!(tampered(|history| drop(history.remove(0))), [(2, Flaw::MissingBefore)]);
        assert_eq!(tampered(|history| drop(history.pop())), [(3, Flaw::NotTheHead)]);
        assert!(tampered(|history| history.swap(1, 2)).contains(&(2, Flaw::OutOfOrder)));
        assert_eq!(tampered(|history| history[2].kind = ChangeKind::Returned), [(3, Flaw::Changed)]);
        // An entry replaced as a whole, with a hash of its own, breaks the link after it.
        let replaced = tampered(|history| {
            history[1].kind = ChangeKind::Returned;
            history[1].hash = history[1].expected_hash();
        });
        assert_eq!(replaced, [(3, Flaw::NotLinked)]);
        assert_eq!(check_history(&[], head), [(0, Flaw::NotTheHead)]);
    }

    #[test]
    fn a_number_is_recorded_as_a_table_gives_it_back() {
        let recorded = serde_json::json!({
            "altitude": 1650.0, "latitude": 27.441_667, "nothing": -0.0, "hash": u64::MAX, "width": 1200
        });
        let mut leaves = BTreeMap::new();
        flatten("", recorded, &mut leaves);
        let texts: Vec<String> = leaves.values().map(Value::to_string).collect();
        assert_eq!(texts, ["1650", "18446744073709551615", "27.441667", "0", "1200"]);
    }

    #[test]
    fn any_change_of_an_entry_is_found() {
        let sound = change(2, Hash::GENESIS);
        let tampered: [fn(&mut Change); 6] = [
            |change| change.revision = 3,
            |change| change.by = Actor::System,
            |change| change.previous = change.hash,
            |change| change.at = "2020-06-03T02:22:32Z".parse().unwrap(),
            |change| drop(change.values.insert("/result".to_owned(), "unsecured".into())),
            |change| change.personal.get_mut("/verifier/name").unwrap().value = Some("他人".to_owned()),
        ];
        for tamper in tampered {
            let mut copy = sound.clone();
            tamper(&mut copy);
            assert!(!copy.is_sound());
        }
        let stored = serde_json::to_string(&sound).unwrap();
        assert!(serde_json::from_str::<Change>(&stored).unwrap().is_sound());
    }
}
