//! Accounts to be issued, with initial passwords that go into the import's file of accounts and nowhere else.

use anju_domain::account::Account;
use anju_domain::import::Import;
use anju_domain::region::{Region, RegionCode};
use anju_domain::registered::Effect;
use anju_http::ApiError;
use anju_http::auth::initial::{Initial, derived};
use anju_http::auth::password;
use anju_import::columns::Column;
use anju_import::error_file;
use anju_import::piece::AccountEntry;
use anju_import::problem::{Code, Problem};
use anju_store::StoreError;
use jiff::Timestamp;

use crate::handler::Context;
use crate::piece::ApplyError;
use crate::report::{Did, Report};

/// Issues the accounts of a piece. One that is there already stays as it is.
pub async fn apply(
    context: &Context,
    import: &Import,
    entries: &[&AccountEntry],
    report: &mut Report,
) -> Result<(), ApplyError> {
    if entries.is_empty() {
        return Ok(());
    }
    let fresh = hex::encode(rand::random::<[u8; 32]>());
    let seed = context.control.password_seed(&import.id, fresh, Timestamp::now()).await?;
    let regions = context.registry.regions_now(entries.iter().map(|entry| entry.region.clone())).await?;
    for entry in entries {
        let Some(region) = regions.get(&entry.region) else {
            report.reject(1, [problem(entry, Column::Account, Code::RegionUnknown)]);
            continue;
        };
        match issue(context, import, entry, region, seed.seed.as_bytes(), report).await {
            Err(ApplyError::Password(ApiError::Invalid(_))) => {
                let code = Code::DefaultPasswordNotAllowed;
                report.reject(1, [problem(entry, Column::InitialPassword, code)]);
            }
            issued => report.take(1, issued?),
        }
    }
    Ok(())
}

fn problem(entry: &AccountEntry, column: Column, code: Code) -> Problem {
    let region = entry.region.to_string();
    let value = if column == Column::Account { region.clone() } else { String::new() };
    Problem { row: Some(entry.row), about: region, column: Some(column), value, code }
}

async fn issue(
    context: &Context,
    import: &Import,
    entry: &AccountEntry,
    region: &Region,
    seed: &[u8],
    report: &mut Report,
) -> Result<Did, ApplyError> {
    let held = context.control.account(&entry.region).await?;
    let random = derived(seed, &entry.region);
    if let Some(held) = held {
        if entry.default_password || !was_issued_with(&held, &random) {
            return Ok(Did::Nothing);
        }
        // This import issued it before it was interrupted.
        report.accounts.extend(line(&entry.region, region, random, held.initial_until));
        return Ok(Did::Effect(Effect::Created));
    }
    let initial = if entry.default_password { Initial::Default } else { Initial::Random };
    let issued = context.passwords.issue_as(initial, random, Timestamp::now())?;
    if import.dry_run {
        return Ok(Did::Effect(Effect::Created));
    }
    let account = Account::issued(entry.region.clone(), issued.hash, issued.until);
    match context.control.issue_account(&account).await {
        Ok(()) => {
            report.accounts.extend(line(&entry.region, region, issued.password, issued.until));
            Ok(Did::Effect(Effect::Created))
        }
        Err(StoreError::Conflict) => Ok(Did::Nothing),
        Err(error) => Err(error.into()),
    }
}

/// Whether an account still has the password that it was issued with, and that is this one.
fn was_issued_with(account: &Account, password: &str) -> bool {
    let untouched = account.initial_password && account.revision == 1;
    untouched && password::verify(password, Some(&account.password_hash))
}

fn line(account: &RegionCode, region: &Region, password: String, until: Option<Timestamp>) -> Vec<u8> {
    let until = until.map(|until| until.to_string()).unwrap_or_default();
    error_file::line([account.to_string(), region.name.clone(), password, until])
}
