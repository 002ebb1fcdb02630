//! Accounts as clients see them.

use anju_domain::access::Role;
use anju_domain::account::Account;
use anju_domain::phone::Phone;
use anju_domain::region::{Level, Region, RegionCode};
use anju_domain::text::{Name, Position};
use serde::Serialize;

/// `account` of the contract.
#[derive(Debug, Serialize)]
pub struct AccountView {
    id: RegionCode,
    region: AccountRegion,
    role: Role,
    name: Option<Name>,
    position: Option<Position>,
    phone: Option<Phone>,
    profile_complete: bool,
}

#[derive(Debug, Serialize)]
struct AccountRegion {
    code: RegionCode,
    name: String,
    level: Level,
}

impl AccountView {
    /// The account, with its region's row if there is one.
    pub fn of(account: &Account, region: Option<Region>) -> Self {
        let profile = account.profile.as_ref();
        AccountView {
            id: account.region.clone(),
            region: AccountRegion {
                code: account.region.clone(),
                name: region.map(|region| region.name).unwrap_or_default(),
                level: account.region.level(),
            },
            role: account.role(),
            name: profile.map(|profile| profile.name.clone()),
            position: profile.map(|profile| profile.position.clone()),
            phone: profile.map(|profile| profile.phone.clone()),
            profile_complete: account.is_ready(),
        }
    }
}
