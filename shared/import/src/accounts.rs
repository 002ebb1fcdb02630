//! Rows of accounts to be issued.

use anju_domain::region::{Level, RegionCode};

use crate::columns::{Column, Layout};
use crate::piece::AccountEntry;
use crate::problem::{Code, Problem, masked};
use crate::regions::cell_problems;
use crate::row::Row;

/// Reads a row, or says all that is wrong with it. The nation's account is the operator's own.
///
/// # Errors
/// The problems, at least one.
pub fn read(row: &Row, layout: &Layout) -> Result<AccountEntry, Vec<Problem>> {
    let text = row.text(layout, Column::Account);
    let mut found = cell_problems(row, layout, text);
    let mut note = |column, code| {
        let value = masked(column, row.text(layout, column));
        found.push(Problem {
            row: Some(row.number),
            about: text.to_owned(),
            column: Some(column),
            value,
            code,
        });
    };
    let region: Option<RegionCode> = text.parse().ok();
    match &region {
        None if text.is_empty() => note(Column::Account, Code::CodeRequired),
        None => note(Column::Account, Code::CodeMalformed),
        Some(region) if region.level() == Level::Nation => note(Column::Account, Code::OwnAccount),
        Some(_) => {}
    }
    let default_password = match row.text(layout, Column::InitialPassword) {
        "" | "随机" | "random" => false,
        "默认" | "default" => true,
        _ => {
            note(Column::InitialPassword, Code::PasswordKindUnknown);
            false
        }
    };
    match region {
        Some(region) if found.is_empty() => Ok(AccountEntry { row: row.number, region, default_password }),
        _ => Err(found),
    }
}

#[cfg(test)]
mod tests {
    use anju_domain::import::ImportKind;

    use super::*;

    #[test]
    fn accounts_get_random_passwords_unless_asked_and_never_the_operator_s_own() {
        let columns = ["区划代码", "初始密码"].map(ToOwned::to_owned);
        let layout = Layout::of(ImportKind::Accounts, &columns).unwrap();
        let read_row = |region: &str, password: &str| {
            let cells = vec![Ok(region.to_owned()), Ok(password.to_owned())];
            let read = read(&Row { number: 2, beginning: (0, 0), cells }, &layout);
            read.map(|entry| entry.default_password).map_err(|problems| problems[0].code)
        };
        assert_eq!(read_row("530627", ""), Ok(false));
        assert_eq!(read_row("530627101203", "默认"), Ok(true));
        assert_eq!(read_row("0", ""), Err(Code::OwnAccount));
        assert_eq!(read_row("53062", ""), Err(Code::CodeMalformed));
        assert_eq!(read_row("53", "a123456"), Err(Code::PasswordKindUnknown));
    }
}
