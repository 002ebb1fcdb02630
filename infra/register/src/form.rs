//! What a replay of the campaign fills in for a household.

use anju_domain::draft::{Draft, RenovationChoice, ResultChoice, VerifierDraft};
use anju_domain::id_number::{IdForm, IdNumber, check_character};
use anju_domain::ids::PhotoId;
use anju_domain::person::Correction;
use anju_domain::phone::Phone;
use anju_domain::summary::Detail;
use anju_domain::time::VisitTime;
use anju_domain::verification::{Grade, Method, Shelter};
use jiff::civil::{DateTime, date};
use jiff::{SignedDuration, Timestamp};

use crate::RegisterRow;

/// Visits of a day; nobody can make many more.
const VISITS_A_DAY: u32 = 40;
/// Minutes from one visit to the next: fewer than the alert about bursts asks about.
const MINUTES_A_VISIT: u32 = 15;
/// When the first household of each village was visited, in China.
const FIRST_VISIT: DateTime = date(2020, 5, 1).at(8, 0, 0, 0);

impl RegisterRow {
    /// The complete form that leads to this detail: what the register holds wrong is corrected, each household
    /// was visited at a time of its own. As JSON it is what the API takes.
    pub fn form(&self, detail: Detail, verifier: VerifierDraft, photo_ids: Vec<PhotoId>) -> Draft {
        let choices = choices(detail);
        let note = (choices.shelter.is_some() || detail == Detail::RenovatedOther).then_some("住在儿子家");
        Draft {
            verifier,
            verified_at: self.visited_at().map(VisitTime::Instant),
            correction: self.correction(),
            result: Some(ResultChoice::Secured),
            guarantee: detail.guarantee(),
            note: note.and_then(|note| note.parse().ok()),
            photo_ids,
            ..choices
        }
    }

    /// What the form has to correct before the verification can be completed.
    fn correction(&self) -> Correction {
        let id_is_good = self.id_number.parse::<IdNumber>().is_ok_and(|id| id.form() != IdForm::Legacy);
        let phone_is_good = self.phone.parse::<Phone>().is_ok();
        let phone = || format!("160{:08}", self.number).parse().ok();
        Correction {
            id_number: (!id_is_good).then(|| self.own_id_number().parse().ok()).flatten(),
            phone: (!phone_is_good).then(phone).flatten(),
        }
    }

    /// A valid ID number of an area that no county has; nobody else in the county has it.
    fn own_id_number(&self) -> String {
        let (village, number) = (&self.village.as_str()[6..], self.number);
        let body = format!("{village}{}0101{:03}", 1920 + number / 1000, number % 1000);
        format!("{body}{}", check_character(body.as_bytes()))
    }

    fn visited_at(&self) -> Option<Timestamp> {
        let (day, place) = ((self.number - 1) / VISITS_A_DAY, (self.number - 1) % VISITS_A_DAY);
        let minutes = i64::from(day) * 24 * 60 + i64::from(place * MINUTES_A_VISIT);
        let at = FIRST_VISIT.checked_add(SignedDuration::from_mins(minutes)).ok()?;
        anju_domain::time::china().to_timestamp(at).ok()
    }
}

/// The fields that the detail decides.
fn choices(detail: Detail) -> Draft {
    let renovated = |renovation| Draft { renovation: Some(renovation), ..Draft::default() };
    let rebuilt =
        |method| Draft { method: Some(method), ..renovated(RenovationChoice::DilapidatedHouseRenovation) };
    let sheltered = |shelter| Draft { shelter: Some(shelter), ..Draft::default() };
    match detail {
        Detail::AppraisedA => Draft { grade: Some(Grade::A), ..Draft::default() },
        Detail::AppraisedB => Draft { grade: Some(Grade::B), ..Draft::default() },
        Detail::RenovatedReinforced => rebuilt(Method::Reinforced),
        Detail::RenovatedRebuilt => rebuilt(Method::Rebuilt),
        Detail::RenovatedNewlyBuilt => rebuilt(Method::NewlyBuilt),
        Detail::RenovatedPovertyRelocation => renovated(RenovationChoice::PovertyRelocation),
        Detail::RenovatedEcologicalMigration => renovated(RenovationChoice::EcologicalMigration),
        Detail::RenovatedReservoirMigration => renovated(RenovationChoice::ReservoirMigration),
        Detail::RenovatedHazardRelocation => renovated(RenovationChoice::HazardRelocation),
        Detail::RenovatedOther => renovated(RenovationChoice::Other),
        Detail::ShelteredCollectiveRental => sheltered(Shelter::CollectiveRental),
        Detail::ShelteredHappinessCompound => sheltered(Shelter::HappinessCompound),
        Detail::ShelteredCareHome => sheltered(Shelter::CareHome),
        Detail::ShelteredRelatives => sheltered(Shelter::Relatives),
        Detail::ShelteredRentedOrBorrowed => sheltered(Shelter::RentedOrBorrowed),
        Detail::ShelteredOther => sheltered(Shelter::Other),
        // Choices that aren't made to the end: no outcome of a replay.
        Detail::None | Detail::Secured | Detail::Unsecured => Draft::default(),
        Detail::Appraised | Detail::Renovated | Detail::Sheltered => Draft::default(),
    }
}
