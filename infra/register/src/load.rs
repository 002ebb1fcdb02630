//! Brings a whole county into a stack for a replay: ready accounts, and each household with a draft that only
//! waits to be completed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anju_domain::account::{Account, Profile};
use anju_domain::change::{Actor, ChangeKind};
use anju_domain::draft::VerifierDraft;
use anju_domain::household::{Deadline, LateRule};
use anju_domain::ids::{HouseholdId, PhotoId};
use anju_domain::photo::{Photo, PhotoState, Purpose, ReadyPhoto, Source, TakenAtSource};
use anju_domain::region::RegionCode;
use anju_http::auth::password;
use anju_store::StoreError;
use anju_store::household::Transition;
use jiff::Timestamp;
use jiff::civil::date;
use tokio::task::JoinSet;

use crate::seed::{SeedError, Target, regions};
use crate::{Register, RegisterRow};

/// The version of each household once its draft is loaded, which `If-Match` names: one edit after the import's.
pub const LOADED_VERSION: u64 = 2;

/// Households that are brought in at a time. The embedded database works on one request at a time; this many
/// keep it busy.
const AT_ONCE: usize = 24;

impl Target {
    /// Brings in regions, accounts whose first sign-in is done, all with `chosen_password`, and households with a
    /// draft and a photo, ready to be completed. `progress` hears after each household about how many are in.
    ///
    /// # Errors
    /// When a table doesn't answer, or holds some of it already: this is for an empty stack.
    pub async fn load(
        &self,
        register: &Arc<Register>,
        chosen_password: &str,
        progress: impl Fn(usize) + Send + Sync + 'static,
    ) -> Result<usize, SeedError> {
        let hash = password::hash(chosen_password)?;
        for region in regions(register) {
            self.region(&region).await?;
            self.control.issue_account(&ready(region.code, &hash)).await?;
        }
        // In turn: what comes one after the other lies in different buckets.
        let households: Arc<Vec<HouseholdId>> = Arc::new(register.in_turn().map(|(_, id)| id).collect());
        let (next, progress) = (Arc::new(AtomicUsize::new(0)), Arc::new(progress));
        let mut workers: JoinSet<Result<(), SeedError>> = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (target, register, next) = (self.clone(), Arc::clone(register), Arc::clone(&next));
            let (households, progress) = (Arc::clone(&households), Arc::clone(&progress));
            workers.spawn(async move {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(row) = households.get(place).and_then(|id| register.household(id)) else {
                        return Ok(());
                    };
                    target.household_with_draft(&register, &row).await?;
                    progress(place + 1);
                }
            });
        }
        while let Some(ended) = workers.join_next().await {
            ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))?;
        }
        Ok(households.len())
    }

    async fn household_with_draft(&self, register: &Register, row: &RegisterRow) -> Result<(), SeedError> {
        let now = Timestamp::now();
        let pending = self.import(row, now).await?;
        let Some(detail) = register.outcome(&row.village, row.number) else { return Ok(()) };
        let photo = photo(&pending.id, now);
        let form = row.form(detail, verifier(), vec![photo.id.clone()]);
        let recorded = serde_json::to_value(&form)?;
        // Late or not decides nothing about a draft.
        let deadline = Deadline { day: date(2020, 6, 30), late: LateRule::Accept };
        let after = pending.save_draft(form, &deadline, now).map_err(|_| StoreError::Conflict)?;
        let transition = Transition {
            before: Some(&pending),
            after,
            kind: ChangeKind::DraftSaved,
            by: Actor::Account(row.village.to_string()),
            recorded,
            photo: None,
            with: vec![self.registry.announcement(&photo)?],
        };
        self.registry.commit(transition).await?;
        Ok(())
    }
}

fn ready(region: RegionCode, hash: &str) -> Account {
    let VerifierDraft { name, position, phone } = verifier();
    let profile = name.zip(position).zip(phone);
    Account {
        profile: profile.map(|((name, position), phone)| Profile { name, position, phone }),
        initial_password: false,
        ..Account::issued(region, hash.to_owned(), None)
    }
}

/// Who verifies in a replay. Nobody has this name and this number.
pub fn verifier() -> VerifierDraft {
    VerifierDraft {
        name: "测试核验员".parse().ok(),
        position: "村支书".parse().ok(),
        phone: "16000000001".parse().ok(),
    }
}

/// A photo that is said to be there: completing asks for no more of one that was processed.
fn photo(household: &HouseholdId, now: Timestamp) -> Photo {
    // Any number does; households' photos have their household's name before it.
    let id = PhotoId::new(household.clone(), 0x0172_7000_0000_7000_8000_0000_0000_0000);
    Photo {
        id,
        purpose: Purpose::Verification,
        source: Source::Camera,
        content_type: "image/jpeg".to_owned(),
        size: 1_000_000,
        sha256: "0".repeat(64),
        declared_taken_at: None,
        declared_location: None,
        requested_at: now,
        requested_by: household.village().to_string(),
        state: PhotoState::Ready(Box::new(ReadyPhoto {
            width: 3000,
            height: 4000,
            difference_hash: u64::from(household.number()),
            ..ReadyPhoto::taken(now, TakenAtSource::Upload)
        })),
    }
}
