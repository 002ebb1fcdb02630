//! Accounts as clients see them.

use anju_domain::access::Role;
use anju_domain::account::Account;
use anju_domain::phone::Phone;
use anju_domain::region::{Level, Region, RegionCode};
use anju_domain::text::{Name, Position};
use anju_domain::time::DateTime;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// `account` of the contract.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Account")]
pub struct AccountView {
    id: RegionCode,
    region: AccountRegion,
    role: Role,
    name: Option<Name>,
    position: Option<Position>,
    phone: Option<Phone>,
    profile_complete: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
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

/// A row of the list: a region and its account, if one was issued.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AccountItem {
    id: RegionCode,
    region: AccountRegion,
    role: Role,
    issued: bool,
    disabled: bool,
    first_sign_in_done: bool,
    name: Option<Name>,
    position: Option<Position>,
    phone: Option<Phone>,
}

impl AccountItem {
    /// The region and its account.
    pub fn new(account: Option<Account>, region: Region) -> Self {
        let profile = account.as_ref().and_then(|account| account.profile.clone());
        let level = region.code.level();
        AccountItem {
            id: region.code.clone(),
            region: AccountRegion { code: region.code, name: region.name, level },
            role: Role::of(level),
            issued: account.is_some(),
            disabled: account.as_ref().is_some_and(|account| account.disabled),
            first_sign_in_done: account.as_ref().is_some_and(Account::is_ready),
            name: profile.as_ref().map(|profile| profile.name.clone()),
            position: profile.as_ref().map(|profile| profile.position.clone()),
            phone: profile.map(|profile| profile.phone),
        }
    }
}

/// An account that was issued or reset. Its initial password is shown this once.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "IssuedAccount")]
pub struct IssuedView {
    account: RegionCode,
    issued: bool,
    initial_password: Option<String>,
    #[schemars(with = "Option<DateTime>")]
    valid_until: Option<Timestamp>,
}

impl IssuedView {
    /// One with a fresh initial password.
    pub fn issued(account: RegionCode, password: String, valid_until: Option<Timestamp>) -> Self {
        IssuedView { account, issued: true, initial_password: Some(password), valid_until }
    }

    /// One that was there before.
    pub fn existing(account: RegionCode) -> Self {
        IssuedView { account, issued: false, initial_password: None, valid_until: None }
    }

    /// Whether it was there before.
    pub fn is_existing(&self) -> bool {
        !self.issued
    }
}

/// What became of the accounts asked for.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "IssuedAccounts")]
pub struct IssuedList {
    /// One for each region.
    pub accounts: Vec<IssuedView>,
}
