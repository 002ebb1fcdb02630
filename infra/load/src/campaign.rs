//! Officers who work through their villages, as a phone app does it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use anju_domain::ids::HouseholdId;
use anju_domain::summary::Detail;
use anju_register::RegisterRow;
use anju_register::load::verifier;
use anju_register::photo::{PhotoSpec, house_photo};
use indicatif::ProgressBar;
use serde::Deserialize;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::api::{Api, Failure};
use crate::officer::{Officer, Photo, Record, SignIn};
use crate::pace::Pace;
use crate::recorder::{Recorder, Step};

/// Of this many visits one ends with a reported problem.
const VISITS_A_REPORT: u64 = 30;
/// Of 1,000 households, how many end in which way: the deck's county, by its three columns.
const OUTCOMES: [(Detail, u64); 5] = [
    (Detail::AppraisedA, 435),
    (Detail::AppraisedB, 186),
    (Detail::RenovatedRebuilt, 271),
    (Detail::RenovatedPovertyRelocation, 100),
    (Detail::ShelteredRelatives, 8),
];

/// Who takes part: the form of `demo.json`, of which more is not read.
#[derive(Debug, Deserialize)]
pub struct Accounts {
    /// All accounts; only villages verify.
    pub accounts: Vec<Account>,
}

/// An account and its password.
#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    /// Its name.
    pub account: String,
    /// Its password.
    pub password: String,
}

impl Accounts {
    /// The first so many accounts of villages.
    pub fn officers(self, most: usize) -> Vec<Account> {
        let villages = self.accounts.into_iter().filter(|account| account.account.len() == 12);
        villages.take(most).collect()
    }
}

/// What a campaign is like.
#[derive(Debug)]
pub struct Campaign {
    /// When visits start.
    pub pace: Pace,
    /// What is measured.
    pub recorder: Arc<Recorder>,
    /// Photos to choose from; none where visits take none.
    pub photos: Vec<Photo>,
    /// Shows how far it is.
    pub progress: ProgressBar,
}

/// Some photos of houses that stand nowhere, of 2 megapixels each.
pub fn house_photos() -> Vec<Photo> {
    let spec = PhotoSpec::portrait();
    (1..=4).map(|seed| Photo::jpeg(house_photo(seed, &spec))).collect()
}

/// Signs all officers in, one after the other: they came in the course of the day.
pub async fn sign_in(
    api: &Api,
    accounts: &[Account],
    chosen: Option<&str>,
    recorder: &Arc<Recorder>,
    progress: &ProgressBar,
) -> Vec<Officer> {
    let mut officers = Vec::new();
    for Account { account, password } in accounts {
        let sign_in = SignIn { account, password, chosen };
        match Officer::sign_in(api, &sign_in, recorder).await {
            Ok(officer) => officers.push(officer),
            Err(failure) => progress.println(format!("{account} cannot sign in: {failure}")),
        }
    }
    officers
}

impl Campaign {
    /// Lets all officers visit until the pace has no further visit, or no household is left.
    pub async fn run(self: &Arc<Self>, officers: &[Officer]) {
        let mut at_work = JoinSet::new();
        for officer in officers {
            let (campaign, officer) = (Arc::clone(self), officer.clone());
            at_work.spawn(async move { campaign.work(&officer).await });
        }
        while at_work.join_next().await.is_some() {}
    }

    async fn work(&self, officer: &Officer) {
        let mut pending = VecDeque::new();
        while let Some((place, intended)) = self.pace.next().await {
            if pending.is_empty() {
                let Ok(found) = officer.pending(intended).await else {
                    // Counted where it happened; the next turn asks again.
                    self.progress.inc(1);
                    continue;
                };
                pending = VecDeque::from(found);
            }
            let Some(household) = pending.pop_front() else {
                self.progress.println(format!("{}: nobody is left to visit", officer.account));
                return;
            };
            if self.visit(officer, &household, place, intended).await.is_ok() {
                self.recorder.took(Step::Visit, intended);
            }
            self.progress.inc(1);
        }
    }

    async fn visit(
        &self,
        officer: &Officer,
        household: &HouseholdId,
        place: u64,
        intended: Instant,
    ) -> Result<(), Failure> {
        let record = officer.open(household, intended).await?;
        if record.state == "completed" {
            return Ok(());
        }
        let mut form = filled_in(household, &record, place);
        let version = officer.save(household, record.version, &form).await?;
        if let Some(photo) = self.photos.get(place as usize % self.photos.len().max(1)) {
            let id = officer.photograph(household, photo, Instant::now()).await?;
            form["photo_ids"] = vec![id].into();
        }
        officer.complete(household, version, Some(&form), Instant::now()).await?;
        if place % VISITS_A_REPORT == VISITS_A_REPORT - 1 {
            officer.report(household).await?;
        }
        Ok(())
    }
}

/// The form as an officer fills it in, without photos: a draft is saved on the doorstep, before the house is
/// photographed. What the register holds wrong is corrected.
fn filled_in(household: &HouseholdId, record: &Record, place: u64) -> Value {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = RegisterRow {
        village: household.village().clone(),
        number: household.number(),
        head: String::new(),
        id_number: text(&record.head.id_number),
        phone: text(&record.head.phone),
        members: Vec::new(),
        address: String::new(),
        works: std::collections::BTreeMap::new(),
    };
    let form = row.form(outcome(place), verifier(), Vec::new());
    serde_json::to_value(form).unwrap_or_default()
}

/// How the visit at this place ends, in the deck's proportions.
fn outcome(place: u64) -> Detail {
    // Odd, so that it reaches every value once in 1,000 visits.
    let mut part = place * 617 % 1000;
    for (detail, share) in OUTCOMES {
        match part.checked_sub(share) {
            Some(rest) => part = rest,
            None => return detail,
        }
    }
    Detail::AppraisedA
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_visits_end_in_the_deck_s_proportions() {
        let mut counted = std::collections::BTreeMap::new();
        for place in 0..1000 {
            *counted.entry(outcome(place)).or_insert(0) += 1;
        }
        assert_eq!(counted.into_iter().collect::<Vec<_>>(), OUTCOMES.to_vec());
    }

    #[test]
    fn only_villages_take_part() {
        let account = |account: &str| Account { account: account.to_owned(), password: String::new() };
        let accounts =
            Accounts { accounts: ["0", "530627", "530627101203", "530627101204"].map(account).into() };
        let officers: Vec<String> = accounts.officers(1).into_iter().map(|officer| officer.account).collect();
        assert_eq!(officers, ["530627101203"]);
    }
}
