//! At the end: whatever the API acknowledged must be there.

use std::collections::{BTreeMap, BTreeSet};

use anju_domain::ids::HouseholdId;
use http::StatusCode;
use serde::Deserialize;

use crate::api::Failure;
use crate::officer::Officer;
use crate::recorder::Acknowledged;

/// How often a request of the check is tried.
const ATTEMPTS: u32 = 5;

/// What the check found.
#[derive(Debug, Default)]
pub struct Checked {
    /// Acknowledged writes that were looked for.
    pub looked_for: usize,
    /// Those that are not there: ids of households and reports.
    pub missing: Vec<String>,
    /// Why some could not be looked for.
    pub failures: Vec<Failure>,
}

impl Checked {
    /// Whether every acknowledged write was found.
    pub fn all_there(&self) -> bool {
        self.missing.is_empty() && self.failures.is_empty()
    }
}

/// Looks for every acknowledged completion in its village's own list, which is read from the register itself, and
/// for every report.
pub async fn acknowledged(officers: &[Officer], acknowledged: &Acknowledged) -> Checked {
    let mut checked = Checked::default();
    let mut by_village: BTreeMap<String, BTreeSet<HouseholdId>> = BTreeMap::new();
    for household in &acknowledged.completed {
        by_village.entry(household.village().to_string()).or_default().insert(household.clone());
    }
    for (village, expected) in by_village {
        checked.looked_for += expected.len();
        let look = async { completed(officer_of(officers, &village)?).await };
        match look.await {
            Ok(found) => checked.missing.extend(expected.difference(&found).map(HouseholdId::to_string)),
            Err(failure) => checked.failures.push(failure),
        }
    }
    for (account, id) in &acknowledged.feedback {
        checked.looked_for += 1;
        let path = format!("/v1/feedback/{id}");
        let look = async {
            let officer = officer_of(officers, account)?;
            patiently(async || officer.api().await?.get(&path).send(StatusCode::OK).await).await
        };
        match look.await {
            Ok(_) => {}
            Err(Failure { status: Some(404), .. }) => checked.missing.push(id.clone()),
            Err(failure) => checked.failures.push(failure),
        }
    }
    checked
}

/// Whose write it was. What nobody can look for must not pass for found.
fn officer_of<'a>(officers: &'a [Officer], account: &str) -> Result<&'a Officer, Failure> {
    let nobody = || Failure { status: None, code: format!("nobody signed in as {account}") };
    officers.iter().find(|officer| officer.account == account).ok_or_else(nobody)
}

/// All completed households of the caller's village.
async fn completed(officer: &Officer) -> Result<BTreeSet<HouseholdId>, Failure> {
    #[derive(Deserialize)]
    struct Page {
        items: Vec<Row>,
        next_cursor: Option<String>,
    }
    #[derive(Deserialize)]
    struct Row {
        id: HouseholdId,
    }
    let mut found = BTreeSet::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/households?state=completed&limit=100{cursor}");
        let page: Page =
            patiently(async || officer.api().await?.get(&path).send(StatusCode::OK).await).await?.read()?;
        found.extend(page.items.into_iter().map(|row| row.id));
        match page.next_cursor {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(found),
        }
    }
}

async fn patiently<T>(mut request: impl AsyncFnMut() -> Result<T, Failure>) -> Result<T, Failure> {
    for attempt in 1..ATTEMPTS {
        match request().await {
            Err(failure) if failure.is_worth_a_retry() => {
                tokio::time::sleep(std::time::Duration::from_millis(300 << attempt)).await;
            }
            other => return other,
        }
    }
    request().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_write_and_one_that_could_not_be_looked_for_are_both_no_success() {
        assert!(Checked { looked_for: 2, ..Checked::default() }.all_there());
        let missing = vec!["530627101203-1".to_owned()];
        assert!(!Checked { looked_for: 2, missing, failures: Vec::new() }.all_there());
        let failures = vec![Failure { status: None, code: "timeout".to_owned() }];
        assert!(!Checked { looked_for: 2, missing: Vec::new(), failures }.all_there());
    }
}
