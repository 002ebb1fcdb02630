//! What the search asks of the outside.

use std::collections::BTreeSet;
use std::future::Future;

use anju_domain::household::Household;
use anju_domain::ids::{HouseholdId, PhotoId};
use anju_domain::likeness::Fingerprint;

use crate::Place;

/// A photo at a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The photo.
    pub photo: PhotoId,
    /// What it shows; nothing where the place is that of its content, which says all.
    pub shows: Option<Fingerprint>,
}

/// Keeps where photos were entered.
pub trait PhotoIndex: Sync {
    /// How it fails.
    type Error: Send;

    /// Enters a photo, in one request. A place that is full ([`crate::MOST_ENTRIES`]) takes no more, silently;
    /// the same entry again changes nothing.
    fn enter(&self, place: &Place, entry: &Entry) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Takes a photo out, in one request. One that isn't there is no error.
    fn leave(&self, place: &Place, entry: &Entry) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// What was entered at these places, at most [`crate::PLACES_AT_ONCE`], in one request. Sees every entry
    /// that was answered before.
    fn entries(&self, places: &[Place]) -> impl Future<Output = Result<Vec<Entry>, Self::Error>> + Send;
}

/// Whose change of a household stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// This one.
    ByUs,
    /// The household was changed since it was read; nothing was written.
    ByOthers,
}

/// The register of households.
pub trait Households: Sync {
    /// How it fails.
    type Error: Send;

    /// A household as it is now.
    fn household(
        &self,
        id: &HouseholdId,
    ) -> impl Future<Output = Result<Option<Household>, Self::Error>> + Send;

    /// Writes a household that has learnt that others' photos show the same as its own, if it is still as it was
    /// read.
    fn learn(
        &self,
        before: &Household,
        after: Household,
        photo: &PhotoId,
        others: &BTreeSet<PhotoId>,
    ) -> impl Future<Output = Result<Written, Self::Error>> + Send;
}
