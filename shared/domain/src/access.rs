//! Who may do what, and where: the one place that decides.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::region::{Level, RegionCode};

/// What an account is, which follows from its region's level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Village officer: verifies.
    Officer,
    /// Township to province: handles, returns, supervises.
    Official,
    /// Nation: all that officials may, and the register.
    Operator,
}

impl Role {
    /// The role of an account of this level.
    pub fn of(level: Level) -> Role {
        match level {
            Level::Village => Role::Officer,
            Level::Nation => Role::Operator,
            Level::Province | Level::Prefecture | Level::County | Level::Township => Role::Official,
        }
    }
}

/// Whether an account of `own` may issue, reset and disable the account of `region`: one level down,
/// never its own (domain.md, people who use it).
pub fn permit_issuing(own: &RegionCode, region: &RegionCode) -> Result<(), Denied> {
    if !own.contains(region) {
        return Err(Denied::OutsideRegion);
    }
    if region.parent().as_ref() == Some(own) { Ok(()) } else { Err(Denied::NotAllowed) }
}

/// Whether an account of `own` may edit a survey that the account of `author` entered: the author, and
/// those above (domain.md: "can be edited by its level").
pub fn permit_survey_edit(own: &RegionCode, author: &RegionCode) -> Result<(), Denied> {
    if own.contains(author) { Ok(()) } else { Err(Denied::NotAllowed) }
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Read households, photos and statistics of one's area.
    Read,
    /// Save and complete verifications, upload their photos.
    Verify,
    /// See and issue the accounts below one's own.
    ManageAccounts,
    /// Survey in the field, upload photos of a survey.
    Survey,
    /// Send a wrong verification back to the village.
    ReturnVerification,
    /// Dismiss a data alert.
    DismissAlert,
    /// Give a household's public page another address.
    RenewLookup,
    /// Report a problem of a household.
    ReportFeedback,
    /// Handle a report.
    HandleFeedback,
    /// Urge those below to handle a report.
    UrgeFeedback,
    /// Bring in regions, the register and accounts.
    Import,
}

/// Why somebody may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The region doesn't lie under one's own.
    #[error("the region lies outside the account's own region")]
    OutsideRegion,
    /// The account's level is not one that does this.
    #[error("accounts of this level may not do this")]
    NotAllowed,
}

/// Whether an account of `own` may do `action` in `place`.
pub fn permit(own: &RegionCode, action: Action, place: &RegionCode) -> Result<(), Denied> {
    if !own.contains(place) {
        return Err(Denied::OutsideRegion);
    }
    let allowed = match action {
        Action::Read => true,
        Action::Verify => own.level() == Level::Village,
        Action::ManageAccounts
        | Action::Survey
        | Action::ReturnVerification
        | Action::DismissAlert
        | Action::RenewLookup => own.level() <= Level::Township,
        Action::ReportFeedback => own.level() == Level::Village,
        Action::HandleFeedback => own.level() <= Level::Township,
        Action::UrgeFeedback => own.level() <= Level::County,
        Action::Import => own.level() == Level::Nation,
    };
    if allowed { Ok(()) } else { Err(Denied::NotAllowed) }
}

/// Whether an account of this level sees ID numbers and phones in full.
pub fn sees_full_numbers(level: Level) -> bool {
    level >= Level::Township
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(text: &str) -> RegionCode {
        text.parse().unwrap()
    }

    #[test]
    fn only_villages_verify_and_only_their_own() {
        let village = region("530627101203");
        assert_eq!(permit(&village, Action::Verify, &village), Ok(()));
        assert_eq!(permit(&village, Action::Verify, &region("530627101204")), Err(Denied::OutsideRegion));
        for above in village.ancestors() {
            assert_eq!(permit(&above, Action::Verify, &village), Err(Denied::NotAllowed), "{above}");
            assert_eq!(permit(&above, Action::Read, &village), Ok(()));
            assert_eq!(permit(&village, Action::Read, &above), Err(Denied::OutsideRegion));
            assert_eq!(permit(&above, Action::ReturnVerification, &village), Ok(()));
        }
        assert_eq!(permit(&village, Action::ReturnVerification, &village), Err(Denied::NotAllowed));
    }

    #[test]
    fn villages_report_townships_and_above_handle_counties_and_above_urge() {
        let village = region("530627101203");
        let allowed = |action| -> Vec<Level> {
            let own = Level::ALL.into_iter().filter_map(|level| village.at(level));
            own.filter(|own| permit(own, action, &village).is_ok()).map(|own| own.level()).collect()
        };
        assert_eq!(allowed(Action::ReportFeedback), Level::ALL[5..]);
        assert_eq!(allowed(Action::HandleFeedback), Level::ALL[..5]);
        assert_eq!(allowed(Action::UrgeFeedback), Level::ALL[..4]);
    }

    #[test]
    fn townships_and_above_survey_and_edit_what_their_own_level_or_one_below_entered() {
        let village = region("530627101203");
        let own = |level| village.at(level).unwrap();
        for level in Level::ALL {
            let surveys = permit(&own(level), Action::Survey, &village).is_ok();
            assert_eq!(surveys, level <= Level::Township, "{level:?}");
            for author in &Level::ALL[..5] {
                let edits = permit_survey_edit(&own(level), &own(*author)).is_ok();
                assert_eq!(edits, level <= *author, "{level:?} what {author:?} entered");
            }
        }
        assert!(permit_survey_edit(&region("530627102"), &region("530627101")).is_err());
    }

    #[test]
    fn accounts_are_issued_one_level_down() {
        let county = region("530627");
        assert_eq!(permit_issuing(&county, &region("530627101")), Ok(()));
        assert_eq!(permit_issuing(&county, &region("530627101203")), Err(Denied::NotAllowed));
        assert_eq!(permit_issuing(&county, &county), Err(Denied::NotAllowed));
        assert_eq!(permit_issuing(&county, &region("530628101")), Err(Denied::OutsideRegion));
        assert_eq!(permit_issuing(&RegionCode::nation(), &region("53")), Ok(()));
    }

    #[test]
    fn numbers_are_masked_above_the_township() {
        let full: Vec<bool> = Level::ALL.into_iter().map(sees_full_numbers).collect();
        assert_eq!(full, [false, false, false, false, true, true]);
    }
}
