//! Photos that were used for several households: the same file anywhere in the country, or a picture that shows
//! the same within a county.
//!
//! A photo is entered first, then others are looked for. Of any two photos, the one whose look comes later
//! finds the other one, however they overlap; and whoever finds one tells both households. How many requests
//! that takes doesn't depend on how many photos there are. Places are bounded: what many pictures have in
//! common tells nothing.

use std::collections::BTreeSet;

use anju_counters::ports::Pause;
use anju_domain::change::Hash;
use anju_domain::evidence::MOST_REUSED;
use anju_domain::ids::PhotoId;
use anju_domain::likeness::{Band, Fingerprint, Likeness};
use anju_domain::region::{Level, RegionCode};
use jiff::Timestamp;

pub mod ports;

#[cfg(any(test, feature = "testing"))]
pub mod testing;

#[cfg(test)]
mod proof;

use ports::{Entry, Households, PhotoIndex, Written};

/// Entries that a place takes. Beyond it, pictures of a county have that band in common by chance.
pub const MOST_ENTRIES: usize = 100;
/// Places that are looked at with one request.
pub const PLACES_AT_ONCE: usize = 100;

/// Attempts while others change the same household. Nobody waits for an answer, and a message that fails comes
/// back only after six minutes.
const ATTEMPTS: u32 = 24;

/// Where photos are entered, to be found again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Files of the same content, in the whole country.
    Content(Hash),
    /// Pictures of a county that have a band in common.
    Band(RegionCode, Band),
}

/// A photo that has arrived, and what is looked at of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival<'a> {
    /// The photo.
    pub photo: &'a PhotoId,
    /// SHA-256 of the file.
    pub sha256: Hash,
    /// What the picture shows.
    pub likeness: Likeness,
}

impl Arrival<'_> {
    /// Where it is entered: five places, or one where the picture shows too little.
    fn entries(&self) -> Vec<(Place, Entry)> {
        entries(self.photo, self.sha256, Some(self.likeness.seen).filter(|_| self.likeness.is_telling()))
    }

    /// Where others are looked for: at most 137 places.
    fn places(&self) -> Vec<Place> {
        let bands = self.county().into_iter().flat_map(|county| {
            let bands = self.likeness.neighbourhood().into_iter();
            bands.map(move |band| Place::Band(county.clone(), band))
        });
        [Place::Content(self.sha256)].into_iter().chain(bands).collect()
    }

    /// Where its likeness counts; nowhere, where the picture shows too little.
    fn county(&self) -> Option<RegionCode> {
        county_of(self.photo).filter(|_| self.likeness.is_telling())
    }

    fn is_same(&self, found: &Entry) -> bool {
        found.shows.is_none_or(|shows| self.likeness.is_like(&shows))
    }
}

/// Where a photo of this content that shows this is entered.
fn entries(photo: &PhotoId, sha256: Hash, seen: Option<Fingerprint>) -> Vec<(Place, Entry)> {
    let entry = |shows| Entry { photo: photo.clone(), shows };
    let mut entries = vec![(Place::Content(sha256), entry(None))];
    if let Some((county, seen)) = county_of(photo).zip(seen) {
        let bands = seen.bands().map(|band| Place::Band(county.clone(), band));
        entries.extend(bands.into_iter().map(|place| (place, entry(Some(seen)))));
    }
    entries
}

/// Within which likeness counts.
fn county_of(photo: &PhotoId) -> Option<RegionCode> {
    photo.household().village().region().at(Level::County)
}

/// Takes a photo out of every place that it may have been entered at: of its content, and of what it shows, where its
/// record tells. Doing it again changes nothing.
///
/// # Errors
/// Where the index fails, the photo may be left at some places.
pub async fn forget<I: PhotoIndex>(
    index: &I,
    photo: &PhotoId,
    sha256: Hash,
    seen: Option<Fingerprint>,
) -> Result<(), I::Error> {
    for (place, entry) in entries(photo, sha256, seen) {
        index.leave(&place, &entry).await?;
    }
    Ok(())
}

/// Enters a photo, then gives the photos of other households that show the same: of more than are remembered,
/// the first. Doing it again changes nothing.
///
/// # Errors
/// Where the index fails, the photo may be entered at some places.
pub async fn others_like<I: PhotoIndex>(
    index: &I,
    arrival: &Arrival<'_>,
) -> Result<BTreeSet<PhotoId>, I::Error> {
    for (place, entry) in arrival.entries() {
        index.enter(&place, &entry).await?;
    }
    let mut found = BTreeSet::new();
    for places in arrival.places().chunks(PLACES_AT_ONCE) {
        let entries = index.entries(places).await?.into_iter();
        let same = entries.filter(|entry| arrival.is_same(entry)).map(|entry| entry.photo);
        found.extend(same.filter(|photo| photo.household() != arrival.photo.household()));
    }
    Ok(found.into_iter().take(MOST_REUSED).collect())
}

/// Lets the households of `others` know that `photo` shows the same as theirs. To be done before the photo's own
/// household is written as done with: if this ends half-way, the repeated run finds the others again.
///
/// # Errors
/// Where the households fail, some may know already. [`Untold::Busy`] where one was changed at each attempt.
pub async fn tell_others<H: Households>(
    households: &H,
    pause: &impl Pause,
    photo: &PhotoId,
    others: &BTreeSet<PhotoId>,
    now: Timestamp,
) -> Result<(), Untold<H::Error>> {
    for other in others {
        learn(households, pause, other, &BTreeSet::from([photo.clone()]), now).await?;
    }
    Ok(())
}

/// Why a household could not be told.
#[derive(Debug, thiserror::Error)]
pub enum Untold<E> {
    /// The households don't answer.
    #[error(transparent)]
    Failed(#[from] E),
    /// The household was changed by others at each attempt.
    #[error("the household of a reused photo was changed by others at each attempt")]
    Busy,
}

/// Lets a photo's household know of others that show the same.
async fn learn<H: Households>(
    households: &H,
    pause: &impl Pause,
    photo: &PhotoId,
    others: &BTreeSet<PhotoId>,
    now: Timestamp,
) -> Result<(), Untold<H::Error>> {
    for attempt in 1..=ATTEMPTS {
        // One that isn't there has lost nothing: households are never deleted.
        let Some(before) = households.household(photo.household()).await? else { return Ok(()) };
        let Some(after) = before.photo_reused(photo, others, now) else { return Ok(()) };
        match households.learn(&before, after, photo, others).await? {
            Written::ByUs => return Ok(()),
            Written::ByOthers => pause.after(attempt).await,
        }
    }
    Err(Untold::Busy)
}
