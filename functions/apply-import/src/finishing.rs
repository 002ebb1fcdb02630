//! The end of an import: what was wrong is joined to one file.

use anju_domain::import::{ImportId, ImportKind};
use anju_import::error_file::{self, Language};
use anju_store::StoreError;
use anju_store::keys::objects;
use jiff::Timestamp;
use tracing::info;

use crate::handler::Context;
use crate::piece::{ApplyError, CSV, language};

/// Finishes an import whose pieces are all recorded.
pub async fn finish_if_applied(context: &Context, id: &ImportId) -> Result<(), ApplyError> {
    let Some(import) = context.control.import(id).await?.filter(|import| import.is_applied()) else {
        return Ok(());
    };
    let results = context.control.piece_results(id).await?;
    let language = language(&import);
    if import.totals.problems > 0 {
        let with = results.iter().filter(|result| result.totals.problems > 0);
        let keys: Vec<String> = with.map(|result| objects::import_problems_of(id, result.piece)).collect();
        let heading = error_file::heading(language);
        context.files.join(&objects::import_problems(id), CSV, heading, &keys).await?;
    }
    if import.kind == ImportKind::Accounts && import.totals.created > 0 && !import.dry_run {
        let with = results.iter().filter(|result| result.totals.created > 0);
        let keys: Vec<String> = with.map(|result| objects::import_accounts_of(id, result.piece)).collect();
        context.files.join(&objects::import_accounts(id), CSV, accounts_heading(language), &keys).await?;
    }
    match context.control.finish_import(id, Timestamp::now()).await {
        Ok(()) => info!(import = %id, rows = import.totals.rows, "an import is done"),
        Err(StoreError::Conflict) => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    if import.kind == ImportKind::Accounts {
        context.control.forget_password_seed(id).await?;
    }
    Ok(())
}

fn accounts_heading(language: Language) -> Vec<u8> {
    let names = match language {
        Language::Chinese => ["账号", "名称", "初始密码", "有效期至"],
        Language::English => ["account", "region", "initial password", "valid until"],
    };
    let mut heading = "\u{feff}".as_bytes().to_vec();
    heading.extend(error_file::line(names.map(ToOwned::to_owned)));
    heading
}
