//! Erases one household: its photos, the words beside its history, then itself, and once more what came in between.

use std::ops::AddAssign;

use anju_domain::change::{Actor, ChangeKind};
use anju_domain::erasure;
use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_domain::likeness::Fingerprint;
use anju_domain::photo::{Photo, PhotoState};
use anju_domain::text::Note;
use anju_store::household::Transition;
use anju_store::pages::Pages;
use anju_store::photo_files::PhotoFiles;
use anju_store::{Control, Registry, StoreError};
use jiff::Timestamp;

/// Attempts while others change the same household.
const ATTEMPTS: u32 = 8;

/// Why it could not be erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    #[error("{0}: there is no such household")]
    NoSuch(HouseholdId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is needed to erase.
pub struct Eraser {
    pub registry: Registry,
    pub control: Control,
    pub photos: PhotoFiles,
    pub pages: Pages,
    /// Who ordered it and why.
    pub order: Note,
    /// Only says what would be erased where not.
    pub carry_out: bool,
}

/// How much was.
#[derive(Debug, Clone, Copy, Default)]
pub struct Erased {
    pub households: u64,
    pub photos: u64,
}

impl std::fmt::Display for Erased {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.households {
            0 => write!(formatter, "erased before, {} photos", self.photos),
            _ => write!(formatter, "{} photos", self.photos),
        }
    }
}

impl AddAssign for Erased {
    fn add_assign(&mut self, other: Erased) {
        self.households += other.households;
        self.photos += other.photos;
    }
}

impl Eraser {
    /// Erases a household. One that was erased before is looked through again.
    pub async fn household(&self, id: &HouseholdId, now: Timestamp) -> Result<Erased, EraseError> {
        let no_such = || EraseError::NoSuch(id.clone());
        let household = self.registry.household(id).await?.ok_or_else(no_such)?;
        let photos = self.registry.photos_of(id).await?;
        let erased =
            Erased { households: u64::from(household.erased_at.is_none()), photos: photos.len() as u64 };
        if !self.carry_out {
            return Ok(erased);
        }
        for photo in &photos {
            // The item last: without it nobody would find the rest again.
            self.photos.erase(photo).await?;
            self.forget_likeness(photo).await?;
            self.registry.forget_photo(photo).await?;
        }
        self.control.forget_position(id).await?;
        self.registry.erase_words(id).await?;
        let household = self.record(household, now).await?;
        // What others wrote while this went on.
        self.registry.erase_words(id).await?;
        for token in household.lookup.iter().chain(&household.withdrawn) {
            self.pages.delete(token).await?;
        }
        Ok(erased)
    }

    /// Takes a photo out of the index that finds those that are used again.
    async fn forget_likeness(&self, photo: &Photo) -> Result<(), StoreError> {
        let Ok(sha256) = photo.sha256.parse() else { return Ok(()) };
        let seen = match &photo.state {
            PhotoState::Ready(ready) => {
                ready.fine_hash.map(|fine| Fingerprint { hash: ready.difference_hash, fine })
            }
            _ => None,
        };
        anju_reuse::forget(&self.control, &photo.id, sha256, seen).await
    }

    /// The household's own record, with an entry in its history that says who ordered it.
    async fn record(&self, mut household: Household, now: Timestamp) -> Result<Household, EraseError> {
        for _ in 0..ATTEMPTS {
            let Some(after) = household.erased(now) else { return Ok(household) };
            let transition = Transition {
                before: Some(&household),
                after,
                kind: ChangeKind::Erased,
                by: Actor::System,
                recorded: erasure::order(&self.order),
                photo: None,
                with: Vec::new(),
            };
            match self.registry.commit(transition).await {
                Ok(erased) => return Ok(erased),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
            let again = self.registry.household(&household.id).await?;
            household = again.ok_or_else(|| EraseError::NoSuch(household.id.clone()))?;
        }
        Err(StoreError::Conflict.into())
    }
}
