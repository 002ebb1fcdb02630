//! The household, the aggregate that everything else follows from, and what can happen to it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::change::Hash;
use crate::draft::{CompleteForm, Draft, GuaranteeChoice, RenovationChoice, ResultChoice};
use crate::erasure::erased_text;
use crate::evidence::Evidence;
use crate::id_number::{IdForm, IdNumber};
use crate::ids::{HouseholdId, LookupToken, PhotoId};
use crate::person::{Correction, Head, Member};
use crate::phone::Phone;
use crate::photo::Location;
use crate::region::Level;
use crate::registered::LastImport;
use crate::summary::{AlertKind, Detail, State, Summary, WorkKind};
use crate::text::Note;
use crate::time::{DateTime, china_date};
use crate::verification::{Finding, Grade, Method, Shelter, Verification};
use crate::violation::{Violation, ViolationCode};

/// A household as it is stored: identity and people from the register, and all that happened since.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Household {
    /// Its id.
    pub id: HouseholdId,
    /// 户主.
    pub head: Head,
    /// 家庭成员, without the head.
    #[serde(default)]
    pub members: Vec<Member>,
    /// 地址.
    #[serde(default)]
    pub address: String,
    /// How far its verification has come.
    pub progress: Progress,
    /// Why it was sent back, until it is completed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<Returned>,
    /// The house's position, from an on-site photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// Reports about it.
    #[serde(default)]
    pub feedback: FeedbackCounts,
    /// Field surveys of it.
    #[serde(default)]
    pub surveys: u16,
    /// Data alerts that are not dismissed, at most one of a kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub alerts: BTreeMap<AlertKind, Raised>,
    /// Other households that have one of its ID numbers, too, as far as known.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub id_shared_with: BTreeSet<HouseholdId>,
    /// What is known of its photos.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub evidence: BTreeMap<PhotoId, Evidence>,
    /// Remaining works as the register has them; `true` while open there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub works: BTreeMap<WorkKind, bool>,
    /// The secret of its public page, from the first completion on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lookup: Option<LookupToken>,
    /// Secrets that were withdrawn: their pages must not exist.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawn: Vec<LookupToken>,
    /// Where it came from, if it moved here or its village got another code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<HouseholdId>,
    /// Where it is now, if it moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<HouseholdId>,
    /// Ids that it had before in the same house, the earliest first: its photos may lie there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formerly: Vec<HouseholdId>,
    /// The import that last changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<LastImport>,
    /// When all that was known of its people was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
    /// Moves with every write: orders streams, counters, pages and the chain.
    pub revision: u64,
    /// Moves with people's edits: what If-Match compares.
    pub version: u64,
    /// Hash of its last change.
    pub chain_head: Hash,
    /// When it was last written.
    pub updated_at: Timestamp,
}

/// Personal data or secrets: never printed by accident.
impl std::fmt::Debug for Household {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Household({} at {})", self.id, self.revision)
    }
}

/// How far a household's verification has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StoredProgress", into = "StoredProgress")]
pub enum Progress {
    /// 未核验.
    Pending,
    /// Saved, or sent back.
    Draft(Box<Draft>),
    /// 核验完成. Can only be made of a form in which every rule holds.
    Completed(Box<CompletedForm>),
    /// Moved away or ended.
    Left,
}

/// A completed form together with what the server adds to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletedForm {
    form: Draft,
    verification: Verification,
}

impl CompletedForm {
    /// The form as it was filled in.
    pub fn form(&self) -> &Draft {
        &self.form
    }

    /// What it says.
    pub fn verification(&self) -> &Verification {
        &self.verification
    }

    /// Takes out what it says of the household's people, and what was written in words. It stays complete.
    pub(crate) fn erase(&mut self) {
        self.form.correction = Correction::default();
        self.form.note = self.form.note.as_ref().map(erased_text);
        self.form.explanation = self.form.explanation.as_ref().map(erased_text);
        if let Ok(complete) = self.form.complete(self.verification.completed_at) {
            self.verification.finding = complete.finding;
        }
    }
}

/// When an alert was raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// When, by the server's clock.
    pub at: Timestamp,
    /// The household's revision that raised it: with the kind, it identifies the alert.
    pub revision: u64,
}

/// Why and by whom a verification was sent back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Returned {
    /// The reason that the village reads.
    pub reason: Note,
    /// The account that did it; none where the system did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When.
    #[schemars(with = "DateTime")]
    pub at: Timestamp,
}

/// How many reports there are, and how far up the open ones have gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FeedbackCounts {
    /// 未处理.
    pub open: u16,
    /// 已处理.
    pub handled: u16,
    /// The highest level that an open one was escalated to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated_to: Option<Level>,
}

/// What happens to verifications after the deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LateRule {
    /// Accepted and flagged.
    Accept,
    /// Read-only.
    Refuse,
}

/// The campaign's deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// The last day, in China.
    pub day: Date,
    /// What happens after it.
    pub late: LateRule,
}

impl Deadline {
    fn is_over(&self, now: Timestamp) -> bool {
        china_date(now) > self.day
    }
}

/// Why a household can't be changed like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A completed verification can't be saved as a draft; it can be completed again or sent back.
    #[error("the verification is completed")]
    Completed,
    /// Only a completed verification can be sent back or has a public page.
    #[error("the verification is not completed")]
    NotCompleted,
    /// The household moved away or ended.
    #[error("the household has left")]
    Left,
    /// The deadline is over and late verifications are refused.
    #[error("the deadline is over")]
    DeadlineOver,
    /// The report was handled already.
    #[error("the report was handled already")]
    AlreadyHandled,
}

/// What the national register says of a household.
#[derive(Clone)]
pub struct Registered {
    /// Its id.
    pub id: HouseholdId,
    /// 户主.
    pub head: Head,
    /// 家庭成员, without the head.
    pub members: Vec<Member>,
    /// 地址.
    pub address: String,
    /// Remaining works; `true` while open.
    pub works: BTreeMap<WorkKind, bool>,
}

/// Personal data or secrets: never printed by accident.
impl std::fmt::Debug for Registered {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Registered({})", self.id)
    }
}

impl Household {
    /// A household that comes in with the register. Invalid ID numbers are kept and flagged.
    pub fn registered(register: Registered, now: Timestamp) -> Household {
        let Registered { id, head, members, address, works } = register;
        let mut household = Household {
            id,
            head,
            members,
            address,
            progress: Progress::Pending,
            returned: None,
            location: None,
            feedback: FeedbackCounts::default(),
            surveys: 0,
            alerts: BTreeMap::new(),
            id_shared_with: BTreeSet::new(),
            evidence: BTreeMap::new(),
            works,
            lookup: None,
            withdrawn: Vec::new(),
            moved_from: None,
            moved_to: None,
            formerly: Vec::new(),
            imported: None,
            erased_at: None,
            revision: 1,
            version: 1,
            chain_head: Hash::GENESIS,
            updated_at: now,
        };
        if household.has_invalid_id_number() {
            household.raise(AlertKind::IdInvalid);
        }
        household
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        match self.progress {
            Progress::Pending => State::Pending,
            Progress::Draft(_) => State::Draft,
            Progress::Completed(_) => State::Completed,
            Progress::Left => State::Left,
        }
    }

    /// The form as far as it is filled in.
    pub fn form(&self) -> Option<&Draft> {
        match &self.progress {
            Progress::Draft(form) => Some(form),
            Progress::Completed(completed) => Some(&completed.form),
            Progress::Pending | Progress::Left => None,
        }
    }

    /// The completed verification.
    pub fn verification(&self) -> Option<&Verification> {
        match &self.progress {
            Progress::Completed(completed) => Some(&completed.verification),
            _ => None,
        }
    }

    /// The photos that the form refers to.
    pub fn photo_ids(&self) -> &[PhotoId] {
        self.form().map_or(&[], |form| &form.photo_ids)
    }

    /// The head's ID number that counts: the corrected one before the register's, valid or none.
    pub fn effective_id_number(&self) -> Option<&IdNumber> {
        let corrected = self.form().and_then(|form| form.correction.id_number.as_ref());
        corrected.or_else(|| self.head.id_number.valid())
    }

    /// The phone that counts: the corrected one before the register's, valid or none.
    pub fn effective_phone(&self) -> Option<&Phone> {
        let corrected = self.form().and_then(|form| form.correction.phone.as_ref());
        corrected.or_else(|| self.head.phone.valid())
    }

    /// The form as a complete one of this household, or every rule that it breaks: those of the form
    /// itself, and an ID number and phone that are valid in the register or corrected.
    pub fn check(&self, form: &Draft, now: Timestamp) -> Result<CompleteForm, Vec<Violation>> {
        let registered = self.head.id_number.valid().is_some_and(|id| id.form() != IdForm::Legacy);
        let mut missing = Vec::new();
        if form.correction.id_number.is_none() && !registered {
            missing.push(Violation::new("/correction/id_number", ViolationCode::Required));
        }
        if form.correction.phone.is_none() && self.head.phone.valid().is_none() {
            missing.push(Violation::new("/correction/phone", ViolationCode::Required));
        }
        match form.complete(now) {
            Ok(complete) if missing.is_empty() => Ok(complete),
            Ok(_) => Err(missing),
            Err(mut broken) => {
                broken.append(&mut missing);
                Err(broken)
            }
        }
    }

    /// Head and members.
    pub fn people(&self) -> usize {
        1 + self.members.len()
    }

    /// What the counts need of it.
    pub fn summary(&self) -> Summary {
        Summary {
            state: self.state(),
            detail: self.form().map_or(Detail::None, detail_of),
            people: u8::try_from(self.people()).unwrap_or(u8::MAX),
            feedback_open: self.feedback.open,
            feedback_handled: self.feedback.handled,
            surveys: self.surveys,
            alerts: self.alerts.keys().copied().collect(),
            works: self.remaining_works(),
        }
    }

    /// Remaining works; `true` while open. One closes in the register, or while its household is
    /// completed as secured (domain.md).
    pub fn remaining_works(&self) -> BTreeMap<WorkKind, bool> {
        let finding = self.verification().map(|verification| &verification.finding);
        let secured = matches!(finding, Some(Finding::Secured(_)));
        self.works.iter().map(|(kind, open)| (*kind, *open && !secured)).collect()
    }

    /// Saves a draft. Replaces the one before.
    pub fn save_draft(&self, form: Draft, deadline: &Deadline, now: Timestamp) -> Result<Household, Refused> {
        self.may_verify(deadline, now)?;
        if self.state() == State::Completed {
            return Err(Refused::Completed);
        }
        let mut next = Household { progress: Progress::Draft(Box::new(form)), ..self.edited(now) };
        next.settle_photo_alerts(self);
        Ok(next)
    }

    /// Completes the verification, or corrects a completed one. `token` is used where the household
    /// has none yet. `form` is `draft` with all rules checked.
    pub fn complete(
        &self,
        draft: Draft,
        form: CompleteForm,
        token: LookupToken,
        deadline: &Deadline,
        now: Timestamp,
    ) -> Result<Household, Refused> {
        self.may_verify(deadline, now)?;
        let CompleteForm { verifier, visited_at, finding } = form;
        let late = deadline.is_over(now);
        let verification = Verification { verifier, visited_at, finding, completed_at: now, late };
        let mut next = self.edited(now);
        let before = self.form().filter(|_| self.lookup.is_some()).and_then(|form| form.guarantee);
        if before.is_some() && draft.guarantee.is_some() && before != draft.guarantee {
            next.raise(AlertKind::GuaranteeChanged);
        }
        let unsecured = draft.result == Some(ResultChoice::Unsecured);
        if unsecured {
            next.raise(AlertKind::Unsecured);
        } else {
            next.alerts.remove(&AlertKind::Unsecured);
        }
        next.alerts.remove(&AlertKind::PhotoRejected);
        next.progress = Progress::Completed(Box::new(CompletedForm { form: draft, verification }));
        next.returned = None;
        next.lookup.get_or_insert(token);
        next.put_photos_aside();
        next.settle_photo_alerts(self);
        Ok(next)
    }

    /// Sends a completed verification back to the village: it becomes a draft again and leaves the
    /// counts (domain.md).
    pub fn return_to_village(&self, reason: Note, by: String, now: Timestamp) -> Result<Household, Refused> {
        match self.state() {
            State::Completed => {}
            State::Left => return Err(Refused::Left),
            State::Pending | State::Draft => return Err(Refused::NotCompleted),
        }
        let mut next = self.touched(now);
        next.reopen(reason, Some(by));
        Ok(next)
    }

    /// Withdraws the public page's secret and gives it another.
    pub fn renew_lookup(&self, token: LookupToken, now: Timestamp) -> Result<Household, Refused> {
        let mut next = self.touched(now);
        let withdrawn = next.lookup.replace(token).ok_or(Refused::NotCompleted)?;
        next.withdrawn.push(withdrawn);
        Ok(next)
    }

    /// Dismisses an alert, if it is still the one that was raised at this revision.
    pub fn dismiss(&self, kind: AlertKind, revision: u64, now: Timestamp) -> Option<Household> {
        self.alerts.get(&kind).filter(|raised| raised.revision == revision)?;
        let mut next = self.touched(now);
        next.alerts.remove(&kind);
        Some(next)
    }

    /// Something was recorded about the household that changes nothing of it, such as a look at its
    /// full numbers.
    pub fn noted(&self, now: Timestamp) -> Household {
        self.touched(now)
    }

    /// A photo turned out unusable: raises the alert, and reopens a completed verification that
    /// refers to it. `reason` is what the village reads.
    pub fn photo_rejected(&self, photo: &PhotoId, reason: Note, now: Timestamp) -> Household {
        let mut next = self.touched(now);
        if !self.photo_ids().contains(photo) {
            return next;
        }
        next.raise(AlertKind::PhotoRejected);
        next.reopen(reason, None);
        next
    }

    /// Opens a completed verification again, whose result no longer stands; any other one stays as it is.
    pub(crate) fn reopen(&mut self, reason: Note, by: Option<String>) {
        let Progress::Completed(completed) = &self.progress else { return };
        self.progress = Progress::Draft(Box::new(completed.form.clone()));
        self.returned = Some(Returned { reason, by, at: self.updated_at });
        self.alerts.remove(&AlertKind::Unsecured);
        // The village must see it: an answer to the state before is stale.
        self.version += 1;
    }

    /// Whether a verification can be saved or completed now.
    fn may_verify(&self, deadline: &Deadline, now: Timestamp) -> Result<(), Refused> {
        match (self.state(), deadline.late) {
            (State::Left, _) => Err(Refused::Left),
            (_, LateRule::Refuse) if deadline.is_over(now) => Err(Refused::DeadlineOver),
            _ => Ok(()),
        }
    }

    /// Raises an alert; one that is raised already stays as it is.
    pub(crate) fn raise(&mut self, kind: AlertKind) {
        self.alerts.entry(kind).or_insert(Raised { at: self.updated_at, revision: self.revision });
    }

    /// The next revision, for what is no edit of the form.
    pub(crate) fn touched(&self, now: Timestamp) -> Household {
        Household { revision: self.revision + 1, updated_at: now, ..self.clone() }
    }

    pub(crate) fn edited(&self, now: Timestamp) -> Household {
        Household { version: self.version + 1, ..self.touched(now) }
    }
}

/// The column that a form's choices fall into.
fn detail_of(form: &Draft) -> Detail {
    match (form.result, form.guarantee) {
        (None, _) => Detail::None,
        (Some(ResultChoice::Unsecured), _) => Detail::Unsecured,
        (Some(ResultChoice::Secured), None) => Detail::Secured,
        (Some(ResultChoice::Secured), Some(GuaranteeChoice::Appraised)) => match form.grade {
            None => Detail::Appraised,
            Some(Grade::A) => Detail::AppraisedA,
            Some(Grade::B) => Detail::AppraisedB,
        },
        (Some(ResultChoice::Secured), Some(GuaranteeChoice::Renovated)) => renovated_detail(form),
        (Some(ResultChoice::Secured), Some(GuaranteeChoice::Sheltered)) => match form.shelter {
            None => Detail::Sheltered,
            Some(Shelter::CollectiveRental) => Detail::ShelteredCollectiveRental,
            Some(Shelter::HappinessCompound) => Detail::ShelteredHappinessCompound,
            Some(Shelter::CareHome) => Detail::ShelteredCareHome,
            Some(Shelter::Relatives) => Detail::ShelteredRelatives,
            Some(Shelter::RentedOrBorrowed) => Detail::ShelteredRentedOrBorrowed,
            Some(Shelter::Other) => Detail::ShelteredOther,
        },
    }
}

fn renovated_detail(form: &Draft) -> Detail {
    match (form.renovation, form.method) {
        (None, _) | (Some(RenovationChoice::DilapidatedHouseRenovation), None) => Detail::Renovated,
        (Some(RenovationChoice::DilapidatedHouseRenovation), Some(method)) => match method {
            Method::Reinforced => Detail::RenovatedReinforced,
            Method::Rebuilt => Detail::RenovatedRebuilt,
            Method::NewlyBuilt => Detail::RenovatedNewlyBuilt,
        },
        (Some(RenovationChoice::PovertyRelocation), _) => Detail::RenovatedPovertyRelocation,
        (Some(RenovationChoice::EcologicalMigration), _) => Detail::RenovatedEcologicalMigration,
        (Some(RenovationChoice::ReservoirMigration), _) => Detail::RenovatedReservoirMigration,
        (Some(RenovationChoice::HazardRelocation), _) => Detail::RenovatedHazardRelocation,
        (Some(RenovationChoice::Other), _) => Detail::RenovatedOther,
    }
}

/// [`Progress`] as it is stored: a completed form is checked again when it is read.
#[derive(Serialize, Deserialize)]
struct StoredProgress {
    state: State,
    #[serde(default, skip_serializing_if = "Draft::is_empty")]
    form: Draft,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    completed_at: Option<Timestamp>,
    #[serde(default)]
    late: bool,
}

/// A stored completed form breaks a rule.
#[derive(Debug, thiserror::Error)]
#[error("the stored verification is not complete")]
struct NotComplete;

impl TryFrom<StoredProgress> for Progress {
    type Error = NotComplete;

    fn try_from(stored: StoredProgress) -> Result<Self, NotComplete> {
        let StoredProgress { state, form, completed_at, late } = stored;
        Ok(match state {
            State::Pending => Progress::Pending,
            State::Left => Progress::Left,
            State::Draft => Progress::Draft(Box::new(form)),
            State::Completed => {
                let completed_at = completed_at.ok_or(NotComplete)?;
                let complete = form.complete(completed_at).map_err(|_| NotComplete)?;
                let CompleteForm { verifier, visited_at, finding } = complete;
                let verification = Verification { verifier, visited_at, finding, completed_at, late };
                Progress::Completed(Box::new(CompletedForm { form, verification }))
            }
        })
    }
}

impl From<Progress> for StoredProgress {
    fn from(progress: Progress) -> Self {
        let stored = |state, form| StoredProgress { state, form, completed_at: None, late: false };
        match progress {
            Progress::Pending => stored(State::Pending, Draft::default()),
            Progress::Left => stored(State::Left, Draft::default()),
            Progress::Draft(form) => stored(State::Draft, *form),
            Progress::Completed(completed) => StoredProgress {
                completed_at: Some(completed.verification.completed_at),
                late: completed.verification.late,
                ..stored(State::Completed, completed.form)
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feedback::{Feedback, FeedbackType, Handling, Official, Report, Reported};
    use crate::ids::FeedbackId;
    use crate::recorded::Recorded;

    const DAY: &str = "2020-06-03T04:00:00Z";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn deadline(late: LateRule) -> Deadline {
        Deadline { day: "2020-06-30".parse().unwrap(), late }
    }

    fn household() -> Household {
        let registered = Registered {
            id: "530627101203-1".parse().unwrap(),
            head: Head {
                name: "测试户".to_owned(), id_number: Recorded::Missing, phone: Recorded::Missing
            },
            members: Vec::new(),
            address: String::new(),
            works: BTreeMap::from([(WorkKind::Task2020, true)]),
        };
        Household::registered(registered, at(DAY))
    }

    #[test]
    fn an_invalid_id_number_of_the_register_is_kept_and_flagged() {
        let invalid: Recorded<IdNumber> = "11010519491231002".to_owned().into();
        let head =
            Head { name: "测试户".to_owned(), id_number: invalid.clone(), phone: Recorded::Missing };
        let Household { id, members, address, works, .. } = household();
        let flagged = Household::registered(Registered { id, head, members, address, works }, at(DAY));
        assert!(flagged.alerts.contains_key(&AlertKind::IdInvalid) && household().alerts.is_empty());
        assert_eq!(flagged.head.id_number, invalid);
    }

    fn form(rest: serde_json::Value) -> Draft {
        let mut whole = serde_json::json!({
            "verifier": {"name": "测试员", "position": "村支书", "phone": "13800000001"},
            "verified_at": "2020-06-03",
        });
        whole.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        serde_json::from_value(whole).unwrap()
    }

    fn appraised() -> Draft {
        let photo = format!("530627101203-1-{:032x}", 7);
        form(
            serde_json::json!({"result": "secured", "guarantee": "appraised", "grade": "a", "photo_ids": [photo]}),
        )
    }

    fn completed(household: &Household, draft: Draft, now: &str) -> Result<Household, Refused> {
        let complete = draft.complete(at(now)).unwrap();
        household.complete(
            draft,
            complete,
            LookupToken::from_random([1; 15]),
            &deadline(LateRule::Accept),
            at(now),
        )
    }

    #[test]
    fn completing_gives_a_page_closes_works_and_moves_both_counters() {
        let done = completed(&household(), appraised(), DAY).unwrap();
        assert_eq!((done.state(), done.revision, done.version), (State::Completed, 2, 2));
        assert!(!done.remaining_works()[&WorkKind::Task2020]);
        assert_eq!(done.summary().detail, Detail::AppraisedA);
        let token = done.lookup.clone().unwrap();
        let complete = appraised().complete(at(DAY)).unwrap();
        let other = LookupToken::from_random([2; 15]);
        let again =
            done.complete(appraised(), complete, other, &deadline(LateRule::Accept), at(DAY)).unwrap();
        assert_eq!(again.lookup, Some(token), "a correction keeps the page's address");
    }

    #[test]
    fn an_id_number_and_phone_must_be_valid_in_the_register_or_corrected() {
        let pointers = |household: &Household, form: &Draft| -> Vec<String> {
            let broken = household.check(form, at(DAY)).err().unwrap_or_default();
            broken.into_iter().map(|violation| violation.pointer).collect()
        };
        assert_eq!(pointers(&household(), &appraised()), ["/correction/id_number", "/correction/phone"]);
        let mut legacy = household();
        legacy.head.id_number = "110105491231002".to_owned().into();
        legacy.head.phone = "13800000002".to_owned().into();
        assert_eq!(pointers(&legacy, &appraised()), ["/correction/id_number"]);
        let mut corrected = appraised();
        corrected.correction.id_number = Some("11010519491231002X".parse().unwrap());
        assert!(pointers(&legacy, &corrected).is_empty());
    }

    #[test]
    fn a_completed_one_cannot_be_saved_as_a_draft() {
        let done = completed(&household(), appraised(), DAY).unwrap();
        let saved = done.save_draft(appraised(), &deadline(LateRule::Accept), at(DAY));
        assert_eq!(saved.unwrap_err(), Refused::Completed);
    }

    #[test]
    fn after_the_deadline_it_is_flagged_or_refused_as_configured() {
        let late = "2020-06-30T16:00:00Z"; // July 1 in China
        let in_time = "2020-06-30T15:59:59Z";
        let is_late = |now| completed(&household(), appraised(), now).unwrap().verification().unwrap().late;
        assert!(is_late(late) && !is_late(in_time));
        let refused = household().save_draft(appraised(), &deadline(LateRule::Refuse), at(late));
        assert_eq!(refused.unwrap_err(), Refused::DeadlineOver);
    }

    #[test]
    fn an_unsecured_result_alerts_until_it_is_secured() {
        let unsecured = form(serde_json::json!({"result": "unsecured", "explanation": "墙体开裂"}));
        let flagged = completed(&household(), unsecured, DAY).unwrap();
        assert!(
            flagged.alerts.contains_key(&AlertKind::Unsecured)
                && flagged.remaining_works()[&WorkKind::Task2020]
        );
        let secured = completed(&flagged, appraised(), DAY).unwrap();
        assert!(secured.alerts.is_empty());
    }

    #[test]
    fn an_unusable_photo_reopens_a_verification_that_rests_on_it() {
        let done = completed(&household(), appraised(), DAY).unwrap();
        let photo = done.photo_ids()[0].clone();
        let reopened = done.photo_rejected(&photo, "照片无法读取".parse().unwrap(), at(DAY));
        assert_eq!(reopened.state(), State::Draft);
        assert!(reopened.alerts.contains_key(&AlertKind::PhotoRejected) && reopened.returned.is_some());
        assert_eq!(reopened.version, done.version + 1);
        let other = PhotoId::new(done.id.clone(), 99);
        assert_eq!(done.photo_rejected(&other, "x".parse().unwrap(), at(DAY)).state(), State::Completed);
    }

    #[test]
    fn a_returned_verification_is_a_draft_again_and_its_works_are_open_again() {
        let done = completed(&household(), appraised(), DAY).unwrap();
        let reason: Note = "请补充照片".parse().unwrap();
        let returned = done.return_to_village(reason.clone(), "530627101".to_owned(), at(DAY)).unwrap();
        assert_eq!((returned.state(), returned.version), (State::Draft, done.version + 1));
        assert_eq!(returned.form(), done.form());
        assert!(returned.remaining_works()[&WorkKind::Task2020] && returned.returned.is_some());
        let again = returned.return_to_village(reason, "530627101".to_owned(), at(DAY));
        assert_eq!(again.unwrap_err(), Refused::NotCompleted);
        let corrected = completed(&returned, appraised(), DAY).unwrap();
        assert!(corrected.returned.is_none() && corrected.lookup == done.lookup);
    }

    #[test]
    fn only_the_alert_that_was_seen_is_dismissed() {
        let unsecured = form(serde_json::json!({"result": "unsecured", "explanation": "墙体开裂"}));
        let flagged = completed(&household(), unsecured, DAY).unwrap();
        assert!(flagged.dismiss(AlertKind::Unsecured, flagged.revision + 1, at(DAY)).is_none());
        let dismissed = flagged.dismiss(AlertKind::Unsecured, flagged.revision, at(DAY)).unwrap();
        assert!(dismissed.alerts.is_empty() && dismissed.version == flagged.version);
    }

    #[test]
    fn a_renewed_token_withdraws_the_one_before() {
        assert_eq!(
            household().renew_lookup(LookupToken::from_random([2; 15]), at(DAY)),
            Err(Refused::NotCompleted)
        );
        let done = completed(&household(), appraised(), DAY).unwrap();
        let renewed = done.renew_lookup(LookupToken::from_random([2; 15]), at(DAY)).unwrap();
        assert_eq!(renewed.withdrawn, [done.lookup.clone().unwrap()]);
        assert_eq!((renewed.lookup == done.lookup, renewed.version), (false, done.version));
    }

    #[test]
    fn another_way_of_guarantee_than_before_raises_an_alert() {
        let done = completed(&household(), appraised(), DAY).unwrap();
        let sheltered = form(
            serde_json::json!({"result": "secured", "guarantee": "sheltered", "shelter": "relatives", "note": "x"}),
        );
        let changed = completed(&done, sheltered, DAY).unwrap();
        assert!(changed.alerts.contains_key(&AlertKind::GuaranteeChanged));
        assert!(
            !completed(&done, appraised(), DAY).unwrap().alerts.contains_key(&AlertKind::GuaranteeChanged)
        );
    }

    #[test]
    fn a_handled_report_can_open_the_verification_again_as_a_return_does() {
        let unsecured = form(serde_json::json!({"result": "unsecured", "explanation": "墙体开裂"}));
        let done = completed(&household(), unsecured, DAY).unwrap();
        let id = FeedbackId::new(done.id.clone(), 1);
        let report = Report { kind: FeedbackType::Acceptance, content: "结果不符".parse().unwrap() };
        let Reported { household, feedback } = Feedback::report(&done, id, report, None, at(DAY)).unwrap();
        let by = Official {
            account: "530627101".to_owned(),
            name: "测试员".parse().unwrap(),
            position: "所长".parse().unwrap(),
        };
        let handling = Handling { by, at: at(DAY), opinion: "请重新核验".parse().unwrap() };
        let kept = feedback.handle(&household, &[], handling.clone(), false).unwrap().household;
        assert_eq!((kept.state(), kept.version), (State::Completed, done.version));
        let reopened = feedback.handle(&household, &[], handling.clone(), true).unwrap().household;
        let returned = done.return_to_village(handling.opinion, "530627101".to_owned(), at(DAY)).unwrap();
        let fate = |one: Household| (one.progress, one.returned, one.alerts, one.version);
        assert_eq!(fate(reopened), fate(returned));
    }

    #[test]
    fn every_state_survives_storage() {
        let draft = household()
            .save_draft(form(serde_json::json!({})), &deadline(LateRule::Accept), at(DAY))
            .unwrap();
        let done = completed(&household(), appraised(), DAY).unwrap();
        let left = Household { progress: Progress::Left, ..household() };
        for state in [household(), draft, done, left] {
            let stored = serde_json::to_value(&state).unwrap();
            assert_eq!(serde_json::from_value::<Household>(stored).unwrap(), state);
        }
    }

    #[test]
    fn a_stored_completed_form_that_breaks_a_rule_does_not_load() {
        let done = completed(&household(), appraised(), DAY).unwrap();
        let mut stored = serde_json::to_value(&done).unwrap();
        stored["progress"]["form"]["photo_ids"] = serde_json::json!([]);
        assert!(serde_json::from_value::<Household>(stored).is_err());
    }
}
