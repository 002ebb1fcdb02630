//! Rows of regions: names and public phones, and households that change their village with a merger (并入) or a
//! split (拆自).

use anju_domain::region::{RegionCode, VillageCode};

use crate::columns::{Column, Layout};
use crate::piece::{RegionEntry, Transfer};
use crate::problem::{Code, Problem, masked};
use crate::row::Row;

/// The longest name, in characters.
const LONGEST_NAME: usize = 50;

/// Reads a row, or says all that is wrong with it.
///
/// # Errors
/// The problems, at least one.
pub fn read(row: &Row, layout: &Layout) -> Result<RegionEntry, Vec<Problem>> {
    let mut found = cell_problems(row, layout, row.text(layout, Column::Code));
    let mut note = |column, code| {
        let (about, value) = (row.text(layout, Column::Code).to_owned(), row.text(layout, column));
        found.push(Problem {
            row: Some(row.number),
            about,
            column: Some(column),
            value: shown(column, value),
            code,
        });
    };
    let code_text = row.text(layout, Column::Code);
    let code: Option<RegionCode> = code_text.parse().ok();
    if code.is_none() {
        note(Column::Code, if code_text.is_empty() { Code::CodeRequired } else { Code::CodeMalformed });
    }
    let name = row.text(layout, Column::Name);
    match name.chars().count() {
        0 => note(Column::Name, Code::NameRequired),
        1..=LONGEST_NAME => {}
        _ => note(Column::Name, Code::TooLong),
    }
    let phone = row.text(layout, Column::PublicPhone);
    if !phone.is_empty() && !is_public_phone(phone) {
        note(Column::PublicPhone, Code::PhoneOfRegionMalformed);
    }
    let households = match transfer(row, layout, code.as_ref()) {
        Ok(transfer) => transfer,
        Err((column, code)) => {
            note(column, code);
            None
        }
    };
    match code {
        Some(code) if found.is_empty() => Ok(RegionEntry {
            row: row.number,
            code,
            name: name.to_owned(),
            public_phone: layout.place(Column::PublicPhone).map(|_| phone.to_owned()),
            households,
        }),
        _ => Err(found),
    }
}

/// Cells that can't be read, and rows that have more or fewer than the heading.
pub(crate) fn cell_problems(row: &Row, layout: &Layout, about: &str) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut note = |column: Option<Column>, value: &str, code| {
        let value = column.map_or_else(String::new, |column| shown(column, value));
        found.push(Problem { row: Some(row.number), about: about.to_owned(), column, value, code });
    };
    let blank = |cell: &Result<String, String>| cell.as_ref().is_ok_and(|text| text.trim().is_empty());
    if !row.cells.iter().skip(layout.width()).all(blank) {
        note(None, "", Code::TooManyCells);
    }
    if row.cells.len() < layout.width() {
        note(None, "", Code::TooFewCells);
    }
    for (place, cell) in row.cells.iter().enumerate() {
        match (layout.at(place), cell) {
            (Some(column), Err(unreadable)) => note(Some(column), unreadable, Code::Unreadable),
            (Some(column), Ok(text)) if text.trim().chars().any(char::is_control) => {
                note(Some(column), text, Code::ControlCharacters);
            }
            _ => {}
        }
    }
    found
}

/// Names of regions are no person's.
fn shown(column: Column, value: &str) -> String {
    match column {
        Column::Name => value.chars().take(40).collect(),
        _ => masked(column, value),
    }
}

/// An office's number: digits and hyphens, and not of the form of a mobile one, which would be a person's.
fn is_public_phone(text: &str) -> bool {
    let form = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    form && (5..=20).contains(&text.len()) && text.parse::<anju_domain::phone::Phone>().is_err()
}

/// Which households change their village, or what is wrong with what the row says of it.
fn transfer(
    row: &Row,
    layout: &Layout,
    code: Option<&RegionCode>,
) -> Result<Option<Transfer>, (Column, Code)> {
    let text = |column| row.text(layout, column);
    let (into, from, numbers) = (text(Column::MergedInto), text(Column::SplitFrom), text(Column::Numbers));
    let of_village = code.is_none_or(|code| VillageCode::try_from(code.clone()).is_ok());
    match (into.is_empty(), from.is_empty()) {
        (true, true) if numbers.is_empty() => Ok(None),
        (true, true) | (false, false) => Err((Column::SplitFrom, Code::SplitWrong)),
        (false, true) => {
            let target: VillageCode =
                into.parse().map_err(|_| (Column::MergedInto, Code::MergeTargetWrong))?;
            if !of_village || code == Some(target.region()) || !numbers.is_empty() {
                return Err((Column::MergedInto, Code::MergeTargetWrong));
            }
            Ok(Some(Transfer::Into(target)))
        }
        (true, false) => {
            let source: VillageCode = from.parse().map_err(|_| (Column::SplitFrom, Code::SplitWrong))?;
            if !of_village || code == Some(source.region()) || numbers.is_empty() {
                return Err((Column::SplitFrom, Code::SplitWrong));
            }
            let ranges = ranges(numbers).ok_or((Column::Numbers, Code::NumbersMalformed))?;
            Ok(Some(Transfer::From(source, ranges)))
        }
    }
}

/// Ranges like `1-120,133`.
fn ranges(text: &str) -> Option<Vec<(u32, u32)>> {
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|number| (1..=999_999).contains(number));
    text.split([',', '，', '、'])
        .map(|part| {
            let (first, last) = part.split_once(['-', '–', '~']).unwrap_or((part, part));
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some((first, last))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use anju_domain::import::ImportKind;

    use super::*;

    fn read_row(cells: [&str; 6]) -> Result<RegionEntry, Vec<Code>> {
        let columns = ["区划代码", "名称", "对外电话", "并入", "拆自", "户编号"].map(ToOwned::to_owned);
        let layout = Layout::of(ImportKind::Regions, &columns).unwrap();
        let cells = cells.iter().map(|cell| Ok((*cell).to_owned())).collect();
        let row = Row { number: 2, beginning: (0, 0), cells };
        read(&row, &layout).map_err(|problems| problems.iter().map(|problem| problem.code).collect())
    }

    #[test]
    fn a_region_has_a_code_a_name_and_perhaps_an_office_s_phone() {
        let entry = read_row(["530627101", "果珠乡", "0870-0000001", "", "", ""]).unwrap();
        assert_eq!((entry.name.as_str(), entry.public_phone.as_deref()), ("果珠乡", Some("0870-0000001")));
        assert_eq!(read_row(["", "", "", "", "", ""]).unwrap_err(), [Code::CodeRequired, Code::NameRequired]);
        let refused = read_row(["53062710", "果珠乡", "16000000001", "", "", ""]).unwrap_err();
        assert_eq!(refused, [Code::CodeMalformed, Code::PhoneOfRegionMalformed]);
    }

    #[test]
    fn villages_are_merged_and_split() {
        let merged = read_row(["530627101203", "云岭村", "", "530627101204", "", ""]).unwrap();
        assert_eq!(merged.households, Some(Transfer::Into("530627101204".parse().unwrap())));
        let split = read_row(["530627101299", "新村", "", "", "530627101203", "1-120，133"]).unwrap();
        let expected = Transfer::From("530627101203".parse().unwrap(), vec![(1, 120), (133, 133)]);
        assert_eq!(split.households, Some(expected));
    }

    #[test]
    fn a_merger_or_split_that_makes_no_sense_is_refused() {
        for (cells, code) in [
            (["530627101", "果珠乡", "", "530627102", "", ""], Code::MergeTargetWrong),
            (["530627101203", "云岭村", "", "530627101203", "", ""], Code::MergeTargetWrong),
            (["530627101203", "云岭村", "", "530627101204", "530627101205", "1"], Code::SplitWrong),
            (["530627101203", "云岭村", "", "", "530627101204", ""], Code::SplitWrong),
            (["530627101203", "云岭村", "", "", "", "1-5"], Code::SplitWrong),
            (["530627101203", "云岭村", "", "", "530627101204", "5-1"], Code::NumbersMalformed),
        ] {
            assert_eq!(read_row(cells).unwrap_err(), [code], "{cells:?}");
        }
    }
}
