//! Brings a register into a stack, local or deployed, through the store that everything else uses.

use std::collections::BTreeMap;

use anju_domain::account::Account;
use anju_domain::change::{Actor, ChangeKind};
use anju_domain::household::Household;
use anju_domain::region::{Level, Region, RegionCode};
use anju_http::ApiError;
use anju_http::auth::password;
use anju_store::household::Transition;
use anju_store::{Control, Registry, StoreError};
use jiff::Timestamp;

use crate::{Register, RegisterRow};

/// Where a register is brought into.
#[derive(Debug, Clone)]
pub struct Target {
    /// Regions and households; with the key of the search pointers.
    pub registry: Registry,
    /// Accounts.
    pub control: Control,
}

/// What a seeding found and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seeded {
    /// Regions written.
    pub regions: usize,
    /// Households that were not there before.
    pub households: usize,
    /// Accounts that were not there before.
    pub accounts: usize,
}

/// Why a register can't be brought in. It may be brought in again: what is there stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The stack's tables.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The initial password can't be hashed.
    #[error(transparent)]
    Password(#[from] ApiError),
    /// A value that can't be recorded.
    #[error(transparent)]
    Record(#[from] serde_json::Error),
}

impl Target {
    /// Brings in regions and households, and an account per region with `initial_password`, which its
    /// first sign-in replaces. `progress` hears of each finished village.
    ///
    /// # Errors
    /// When a table doesn't answer. What is there already stays as it is, so that it can be repeated.
    pub async fn seed(
        &self,
        register: &Register,
        initial_password: &str,
        mut progress: impl FnMut(&Seeded),
    ) -> Result<Seeded, SeedError> {
        let mut seeded = Seeded::default();
        // One hash for all: these accounts share the password that everybody knows.
        let hash = password::hash(initial_password)?;
        for region in regions(register) {
            self.region(&region).await?;
            seeded.regions += 1;
            seeded.accounts += usize::from(self.account(&region.code, &hash).await?);
        }
        for village in register.villages() {
            for row in register.households(village.code()) {
                seeded.households += usize::from(self.household(&row).await?);
            }
            progress(&seeded);
        }
        Ok(seeded)
    }

    /// Writes a region's row.
    ///
    /// # Errors
    /// When the table doesn't answer.
    pub async fn region(&self, region: &Region) -> Result<(), SeedError> {
        Ok(self.registry.put_region(region).await?)
    }

    /// Issues an account with an initial password, unless there is one. Says whether it did.
    ///
    /// # Errors
    /// When the table doesn't answer.
    pub async fn account(&self, region: &RegionCode, password_hash: &str) -> Result<bool, SeedError> {
        let account = Account::issued(region.clone(), password_hash.to_owned(), None);
        is_new(self.control.issue_account(&account).await.map_err(SeedError::from))
    }

    /// Enters a household, unless it is there. Says whether it did.
    ///
    /// # Errors
    /// When the table doesn't answer.
    pub async fn household(&self, row: &RegisterRow) -> Result<bool, SeedError> {
        is_new(self.import(row, Timestamp::now()).await)
    }

    /// Enters a household and gives it as it was entered; [`StoreError::Conflict`] where it is there.
    pub(crate) async fn import(&self, row: &RegisterRow, now: Timestamp) -> Result<Household, SeedError> {
        let household = Household::registered(row.registered(), now);
        let recorded = household.registration();
        let transition = Transition {
            before: None,
            after: household,
            kind: ChangeKind::Imported,
            by: Actor::System,
            recorded,
            photo: None,
            with: Vec::new(),
        };
        Ok(self.registry.commit(transition).await?)
    }
}

/// The regions as they are kept, each with how many of each level lie below it.
pub(crate) fn regions(register: &Register) -> impl Iterator<Item = Region> + '_ {
    let mut below: BTreeMap<RegionCode, BTreeMap<Level, u64>> = BTreeMap::new();
    for region in register.regions() {
        for above in region.code.ancestors() {
            *below.entry(above).or_default().entry(region.code.level()).or_default() += 1;
        }
    }
    register.regions().map(move |region| {
        let below = below.remove(&region.code).unwrap_or_default();
        Region { below, ..region }
    })
}

/// Whether an insert found nothing there before.
fn is_new<T>(inserted: Result<T, SeedError>) -> Result<bool, SeedError> {
    match inserted {
        Ok(_) => Ok(true),
        Err(SeedError::Store(StoreError::Conflict)) => Ok(false),
        Err(error) => Err(error),
    }
}
