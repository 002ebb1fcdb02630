//! What a household's photos are worth as evidence, and the alerts that follow: `photo_reused`, `photo_far` and
//! `photo_time_odd`.
//!
//! The household keeps what is known of its photos, so that it alone decides: a form can come to refer to a
//! photo, or name another day of the visit, long after the photo was processed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::household::Household;
use crate::ids::PhotoId;
use crate::photo::{Photo, PhotoState, Purpose, TakenAtSource};
use crate::summary::AlertKind;
use crate::time::{VisitTime, china_date};

/// Days between a photo and its visit that are odd (ours). The pilots went from the training to the approval of
/// a whole county within six days (domain.md): a photo from over a week before or after is none of this visit.
pub const ODD_DAYS: i32 = 7;
/// So many photos of other households are remembered beside one, the first by their ids.
pub const MOST_REUSED: usize = 20;
/// So many photos of one household are remembered; of more, the oldest that no form refers to is forgotten.
pub const MOST_PHOTOS: usize = 50;

/// The alerts that photos raise.
const KINDS: [AlertKind; 3] = [AlertKind::PhotoReused, AlertKind::PhotoFar, AlertKind::PhotoTimeOdd];

/// What is known of a photo.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// When it was taken, by its file or its phone; none where only its upload is known, or nothing yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<Timestamp>,
    /// Photos of other households that show the same.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub reused: BTreeSet<PhotoId>,
    /// Taken too far from where the house should be.
    #[serde(default, skip_serializing_if = "is_false")]
    pub far: bool,
    /// Taken for a survey: no form of a verification refers to it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub of_survey: bool,
    /// A verification was completed without it: it raises nothing until one refers to it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub aside: bool,
}

fn is_false(flag: &bool) -> bool {
    !*flag
}

/// What was found out beside a photo's own facts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// Photos of other households that show the same.
    pub reused: BTreeSet<PhotoId>,
    /// Taken too far from where the house should be.
    pub far: bool,
}

/// A photo that there is reason to doubt, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubted<'a> {
    /// The photo.
    pub photo: &'a PhotoId,
    /// Photos of other households that show the same.
    pub reused: &'a BTreeSet<PhotoId>,
    /// Taken too far from where the house should be.
    pub far: bool,
    /// Taken long before or after the visit.
    pub time_odd: bool,
}

/// A single reason of an alert: a photo and, for one that was reused, the other one.
type Reason = (PhotoId, Option<PhotoId>);

/// Whether a photo was taken long before or after a visit. Days are China's, as a visit may be known by its day
/// only.
pub fn is_time_odd(taken_at: Timestamp, visit: VisitTime) -> bool {
    let days = (visit.day() - china_date(taken_at)).get_days();
    days.abs() > ODD_DAYS
}

impl Household {
    /// Takes in what a processed photo says about the house and what was found out about the photo, and raises
    /// what follows from it.
    pub fn photo_ready(&self, photo: &Photo, findings: Findings, now: Timestamp) -> Household {
        let mut next = self.touched(now);
        next.location = photo.house_location().or(next.location);
        let of_survey = photo.purpose == Purpose::Survey;
        let done_without = self.verification().is_some_and(|done| done.completed_at >= photo.requested_at)
            && !self.photo_ids().contains(&photo.id);
        let evidence = next.evidence.entry(photo.id.clone()).or_default();
        evidence.taken_at = taken_at(photo);
        evidence.reused.extend(findings.reused);
        evidence.far = findings.far;
        evidence.of_survey = of_survey;
        evidence.aside = done_without && !of_survey;
        next.bound_evidence();
        next.settle_photo_alerts(self);
        next
    }

    /// Takes in that photos of other households show the same as one of this one's. None where that is known.
    pub fn photo_reused(
        &self,
        photo: &PhotoId,
        others: &BTreeSet<PhotoId>,
        now: Timestamp,
    ) -> Option<Household> {
        let mut next = self.touched(now);
        next.evidence.entry(photo.clone()).or_default().reused.extend(others.iter().cloned());
        next.bound_evidence();
        if next.evidence == self.evidence {
            return None;
        }
        next.settle_photo_alerts(self);
        Some(next)
    }

    /// The photos that there is reason to doubt. One that was put aside counts only while the form refers to it.
    pub fn doubted_photos(&self) -> impl Iterator<Item = Doubted<'_>> {
        let visit = self.form().and_then(|form| form.verified_at);
        self.evidence.iter().filter_map(move |(photo, evidence)| {
            let is_of_visit = self.photo_ids().contains(photo);
            if evidence.aside && !is_of_visit {
                return None;
            }
            let time_odd = is_of_visit
                && evidence.taken_at.zip(visit).is_some_and(|(taken, visit)| is_time_odd(taken, visit));
            let Evidence { reused, far, .. } = evidence;
            let doubted = time_odd || *far || !reused.is_empty();
            doubted.then_some(Doubted { photo, reused, far: *far, time_odd })
        })
    }

    /// A verification was completed: photos that its form doesn't refer to raise nothing any more.
    pub(crate) fn put_photos_aside(&mut self) {
        let referred = self.photo_ids().to_vec();
        for (photo, evidence) in &mut self.evidence {
            evidence.aside = !evidence.of_survey && !referred.contains(photo);
        }
    }

    /// Raises what there is new reason for since `before`, and clears what there is no reason for any more. What
    /// was dismissed stays so until there is another reason.
    pub(crate) fn settle_photo_alerts(&mut self, before: &Household) {
        let (known, found) = (before.reasons(), self.reasons());
        for kind in KINDS {
            match found.get(&kind) {
                None => drop(self.alerts.remove(&kind)),
                Some(found) if known.get(&kind).is_none_or(|known| !found.is_subset(known)) => {
                    self.raise(kind);
                }
                Some(_) => {}
            }
        }
    }

    fn reasons(&self) -> BTreeMap<AlertKind, BTreeSet<Reason>> {
        let mut reasons: BTreeMap<AlertKind, BTreeSet<Reason>> = BTreeMap::new();
        for Doubted { photo, reused, far, time_odd } in self.doubted_photos() {
            let mut add = |kind, other| {
                reasons.entry(kind).or_default().insert((photo.clone(), other));
            };
            reused.iter().for_each(|other| add(AlertKind::PhotoReused, Some(other.clone())));
            if far {
                add(AlertKind::PhotoFar, None);
            }
            if time_odd {
                add(AlertKind::PhotoTimeOdd, None);
            }
        }
        reasons
    }

    /// Forgets what is beyond the numbers that are remembered. The ids of photos sort by their time.
    fn bound_evidence(&mut self) {
        for evidence in self.evidence.values_mut() {
            while evidence.reused.len() > MOST_REUSED {
                evidence.reused.pop_last();
            }
        }
        while self.evidence.len() > MOST_PHOTOS {
            let idle = self.evidence.keys().find(|photo| !self.photo_ids().contains(photo)).cloned();
            let Some(idle) = idle else { return };
            self.evidence.remove(&idle);
        }
    }
}

/// When a photo was taken, where more than its upload says so.
fn taken_at(photo: &Photo) -> Option<Timestamp> {
    match &photo.state {
        PhotoState::Ready(ready) if ready.taken_at_source != TakenAtSource::Upload => Some(ready.taken_at),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
