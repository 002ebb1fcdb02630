//! The register's rows, one per person, as households: rows of one household stand together, the head's relation is
//! 户主. A household is taken as a whole or not at all, so that nobody of it is lost.

use std::collections::{BTreeMap, BTreeSet};

use anju_domain::id_number::IdNumber;
use anju_domain::ids::HouseholdId;
use anju_domain::person::{Head, Member};
use anju_domain::recorded::Recorded;
use anju_domain::region::VillageCode;
use anju_domain::summary::WorkKind;

use crate::columns::{Column, Layout};
use crate::piece::HouseholdEntry;
use crate::problem::{Code, Problem, Severity, masked};
use crate::row::Row;

/// The relation that a head's row has.
pub const HEAD: &str = "户主";
/// The most people of a household: all of its search pointers change in one transaction.
pub const MOST_PEOPLE: usize = 40;

/// The longest texts, in characters.
const LONGEST: [(Column, usize); 6] = [
    (Column::Name, 50),
    (Column::IdNumber, 64),
    (Column::Relation, 20),
    (Column::Phone, 64),
    (Column::Address, 200),
    (Column::MovedFrom, 40),
];

/// Cells that say something of the household, in whichever of its rows they stand.
const WORKS: [(Column, WorkKind); 3] = [
    (Column::Task2020, WorkKind::Task2020),
    (Column::Unfinished2019, WorkKind::Unfinished2019),
    (Column::LookBackUnfinished, WorkKind::LookBackUnfinished),
];

/// What a file needn't say: then it stays as it is.
const MAY_BE_UNSAID: [Column; 5] =
    [Column::Phone, Column::Address, Column::Task2020, Column::Unfinished2019, Column::LookBackUnfinished];

/// The remaining work that a column is about.
pub(crate) fn work_of(column: Column) -> Option<WorkKind> {
    WORKS.iter().find(|(of, _)| *of == column).map(|(_, kind)| *kind)
}

/// The household that a row belongs to, as far as its cells say it.
pub fn household_of(row: &Row, layout: &Layout) -> Option<HouseholdId> {
    let village: VillageCode = row.text(layout, Column::Village).parse().ok()?;
    Some(HouseholdId::new(village, number(row.text(layout, Column::Number))?))
}

/// 1 to 999999, which is what keys have room for.
fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && (1..=999_999).contains(number))
}

/// Whether a row is a head's.
pub fn is_head(row: &Row, layout: &Layout) -> bool {
    row.text(layout, Column::Relation) == HEAD
}

/// What rows of one household came to.
#[derive(Debug)]
pub struct Read {
    /// The household; none where it isn't taken.
    pub entry: Option<HouseholdEntry>,
    /// What is wrong or worth a look.
    pub problems: Vec<Problem>,
}

/// Reads the rows of a household. `is_new` says that no earlier rows of the file were of it.
pub fn read(id: Option<&HouseholdId>, rows: &[Row], layout: &Layout, is_new: bool) -> Read {
    let mut found = Found { about: id.map(ToString::to_string).unwrap_or_default(), problems: Vec::new() };
    for row in rows {
        found.check_row(row, layout);
    }
    if let Some(first) = rows.first() {
        found.check_household(first, rows, layout, is_new);
    }
    let entry = id.filter(|_| !found.is_rejected()).and_then(|id| entry(id, rows, layout));
    if entry.is_none() {
        found.name_the_others(rows);
    }
    Read { entry, problems: found.problems }
}

struct Found {
    about: String,
    problems: Vec<Problem>,
}

impl Found {
    fn is_rejected(&self) -> bool {
        self.problems.iter().any(|problem| problem.code.severity() == Severity::Rejected)
    }

    fn note(&mut self, row: &Row, column: Option<Column>, value: &str, code: Code) {
        let value = column.map_or_else(String::new, |column| masked(column, value));
        self.problems.push(Problem { row: Some(row.number), about: self.about.clone(), column, value, code });
    }

    fn check_row(&mut self, row: &Row, layout: &Layout) {
        self.check_cells(row, layout);
        let text = |column| row.text(layout, column);
        let mut check = |column, code: Option<Code>| {
            if let Some(code) = code {
                self.note(row, Some(column), text(column), code);
            }
        };
        let village = text(Column::Village);
        let code = if village.is_empty() { Code::VillageRequired } else { Code::VillageMalformed };
        check(Column::Village, village.parse::<VillageCode>().is_err().then_some(code));
        let code = if text(Column::Number).is_empty() { Code::NumberRequired } else { Code::NumberMalformed };
        check(Column::Number, number(text(Column::Number)).is_none().then_some(code));
        check(Column::Name, text(Column::Name).is_empty().then_some(Code::NameRequired));
        check(Column::Relation, text(Column::Relation).is_empty().then_some(Code::RelationRequired));
        for (column, _) in WORKS {
            check(column, work(text(column)).is_err().then_some(Code::WorkUnknown));
        }
        check(Column::Status, status(text(Column::Status)).is_err().then_some(Code::StatusUnknown));
        let from = text(Column::MovedFrom);
        let unreadable = !from.is_empty() && from.parse::<HouseholdId>().is_err();
        check(Column::MovedFrom, unreadable.then_some(Code::MovedFromMalformed));
        let id_number: Recorded<IdNumber> = text(Column::IdNumber).to_owned().into();
        check(Column::IdNumber, id_number.is_invalid().then_some(Code::IdNumberInvalid));
        if is_head(row, layout) {
            let phone: Recorded<anju_domain::phone::Phone> = text(Column::Phone).to_owned().into();
            check(Column::Phone, phone.is_invalid().then_some(Code::PhoneInvalid));
        }
    }

    fn check_cells(&mut self, row: &Row, layout: &Layout) {
        let beyond = row.cells.iter().skip(layout.width());
        let blank = |cell: &Result<String, String>| cell.as_ref().is_ok_and(|text| text.trim().is_empty());
        if !beyond.clone().all(blank) {
            self.note(row, None, "", Code::TooManyCells);
        }
        if row.cells.len() < layout.width() {
            self.note(row, None, "", Code::TooFewCells);
        }
        for (place, cell) in row.cells.iter().enumerate().take(layout.width()) {
            let Some(column) = layout.at(place) else { continue };
            let most = LONGEST.iter().find(|(of, _)| *of == column).map_or(40, |(_, most)| *most);
            match cell {
                Err(unreadable) => self.note(row, Some(column), unreadable, Code::Unreadable),
                Ok(text) if text.trim().chars().count() > most => {
                    self.note(row, Some(column), text, Code::TooLong);
                }
                Ok(text) if text.trim().chars().any(char::is_control) => {
                    self.note(row, Some(column), text, Code::ControlCharacters);
                }
                Ok(_) => {}
            }
        }
    }

    fn check_household(&mut self, first: &Row, rows: &[Row], layout: &Layout, is_new: bool) {
        let heads: Vec<&Row> = rows.iter().filter(|row| is_head(row, layout)).collect();
        if heads.is_empty() {
            self.note(first, Some(Column::Relation), first.text(layout, Column::Relation), Code::NoHead);
        }
        for head in heads.iter().filter(|_| heads.len() > 1) {
            self.note(head, Some(Column::Relation), HEAD, Code::SeveralHeads);
        }
        if !is_new {
            self.note(first, Some(Column::Number), first.text(layout, Column::Number), Code::Scattered);
        }
        if rows.len() > MOST_PEOPLE {
            self.note(first, Some(Column::Number), first.text(layout, Column::Number), Code::TooManyPeople);
        }
        let mut numbers = BTreeSet::new();
        for row in rows {
            let text = row.text(layout, Column::IdNumber);
            let id_number = text.parse::<IdNumber>().ok().map(|id| id.normalized());
            if id_number.is_some_and(|id| !numbers.insert(id)) {
                self.note(row, Some(Column::IdNumber), text, Code::SamePersonTwice);
            }
        }
    }

    /// Rows without a problem of their own that aren't taken because of another one.
    fn name_the_others(&mut self, rows: &[Row]) {
        for row in rows {
            let has = |problem: &Problem| {
                problem.row == Some(row.number) && problem.code.severity() == Severity::Rejected
            };
            if !self.problems.iter().any(has) {
                self.note(row, None, "", Code::AnotherRowOfHousehold);
            }
        }
        self.problems.sort_by_key(|problem| problem.row);
    }
}

fn entry(id: &HouseholdId, rows: &[Row], layout: &Layout) -> Option<HouseholdEntry> {
    let place = rows.iter().position(|row| is_head(row, layout))?;
    let of_head = &rows[place];
    let others = || rows.iter().enumerate().filter(move |(other, _)| *other != place).map(|(_, row)| row);
    // What concerns the household stands in the head's row, or in whichever has it.
    let of_household = |column| {
        let first = of_head.text(layout, column);
        let stated = || others().map(|row| row.text(layout, column)).find(|text| !text.is_empty());
        if first.is_empty() { stated().unwrap_or_default() } else { first }
    };
    let works = WORKS.iter().filter_map(|(column, kind)| {
        let open = work(of_household(*column)).ok().flatten()?;
        Some((*kind, open))
    });
    Some(HouseholdEntry {
        id: id.clone(),
        rows: [of_head].into_iter().chain(others()).map(|row| row.number).collect(),
        head: Head {
            name: of_head.text(layout, Column::Name).to_owned(),
            id_number: of_head.text(layout, Column::IdNumber).to_owned().into(),
            phone: of_household(Column::Phone).to_owned().into(),
        },
        members: others()
            .map(|row| Member {
                name: row.text(layout, Column::Name).to_owned(),
                id_number: row.text(layout, Column::IdNumber).to_owned().into(),
                relation: row.text(layout, Column::Relation).to_owned(),
            })
            .collect(),
        address: of_household(Column::Address).to_owned(),
        works: works.collect::<BTreeMap<_, _>>(),
        ended: status(of_household(Column::Status)).unwrap_or(false),
        moved_from: of_household(Column::MovedFrom).parse().ok(),
        unsaid: MAY_BE_UNSAID.into_iter().filter(|column| layout.place(*column).is_none()).collect(),
    })
}

/// Open, closed or none.
fn work(text: &str) -> Result<Option<bool>, ()> {
    match text {
        "" | "无" | "none" => Ok(None),
        "未竣工" | "open" => Ok(Some(true)),
        "已竣工" | "closed" => Ok(Some(false)),
        _ => Err(()),
    }
}

/// Whether the household ended.
fn status(text: &str) -> Result<bool, ()> {
    match text {
        "" | "正常" | "registered" => Ok(false),
        "注销" | "left" => Ok(true),
        _ => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use anju_domain::import::ImportKind;

    use super::*;

    const COLUMNS: [&str; 10] = [
        "村代码",
        "户编号",
        "姓名",
        "身份证号",
        "与户主关系",
        "联系电话",
        "地址",
        "2020年任务",
        "户状态",
        "迁出户",
    ];
    const VILLAGE: &str = "530627101203";

    fn layout() -> Layout {
        Layout::of(ImportKind::Register, &COLUMNS.map(ToOwned::to_owned)).unwrap()
    }

    fn row(number: u64, cells: &[&str]) -> Row {
        let blank = std::iter::repeat_n("", COLUMNS.len().saturating_sub(cells.len()));
        let cells = cells.iter().copied().chain(blank).map(|cell| Ok(cell.to_owned())).collect();
        Row { number, beginning: (0, 0), cells }
    }

    fn read_rows(rows: &[Row]) -> Read {
        let id = household_of(&rows[0], &layout());
        read(id.as_ref(), rows, &layout(), true)
    }

    fn head(number: &str) -> Row {
        row(2, &[VILLAGE, number, "王小明", "11010519491231002X", HEAD, "16000000001", "一组1号", "未竣工"])
    }

    #[test]
    fn a_household_s_rows_become_head_and_members_in_any_order() {
        let spouse = row(3, &[VILLAGE, "1", "李红", "", "配偶"]);
        for rows in [[head("1"), spouse.clone()], [spouse.clone(), head("1")]] {
            let entry = read_rows(&rows).entry.unwrap();
            assert_eq!((entry.head.name.as_str(), entry.members[0].relation.as_str()), ("王小明", "配偶"));
            assert_eq!((entry.rows.as_slice(), entry.works[&WorkKind::Task2020]), (&[2, 3][..], true));
            assert!(!entry.ended && entry.moved_from.is_none());
        }
    }

    #[test]
    fn what_concerns_the_household_may_stand_in_any_of_its_rows() {
        let mut cells = vec![VILLAGE, "1", "王小明", "", HEAD];
        let head = row(2, &cells);
        cells = vec![VILLAGE, "1", "李红", "", "配偶", "16000000002", "二组", "", "注销", "530627101204-9"];
        let entry = read_rows(&[head, row(3, &cells)]).entry.unwrap();
        assert_eq!(entry.head.phone.text().as_deref(), Some("16000000002"));
        assert!(entry.ended && entry.moved_from == "530627101204-9".parse().ok());
    }

    #[test]
    fn an_invalid_number_is_kept_and_noted() {
        let bad = row(2, &[VILLAGE, "1", "王小明", "110105194912310021", HEAD, "0870-1"]);
        let read = read_rows(&[bad]);
        let codes: Vec<Code> = read.problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, [Code::IdNumberInvalid, Code::PhoneInvalid]);
        let entry = read.entry.unwrap();
        assert!(entry.is_flagged() && entry.head.id_number.text().as_deref() == Some("110105194912310021"));
    }

    #[test]
    fn one_bad_row_keeps_its_household_out_and_all_its_rows_are_named() {
        let nameless = row(3, &[VILLAGE, "1", "", "", "之子"]);
        let read = read_rows(&[head("1"), nameless]);
        assert!(read.entry.is_none());
        let named: Vec<(Option<u64>, Code)> =
            read.problems.iter().map(|problem| (problem.row, problem.code)).collect();
        assert_eq!(named, [(Some(2), Code::AnotherRowOfHousehold), (Some(3), Code::NameRequired)]);
    }

    /// A row with something wrong, and what that is.
    fn bad_rows() -> Vec<(Row, Code)> {
        let with = |column: usize, text: &str| {
            let mut row = head("1");
            row.cells[column] = Ok(text.to_owned());
            row
        };
        let long = "长".repeat(201);
        let mut unreadable = head("1");
        unreadable.cells[2] = Err("\u{fffd}".to_owned());
        let mut short = head("1");
        short.cells.truncate(6);
        let mut shifted = head("1");
        shifted.cells.push(Ok("多".to_owned()));
        vec![
            (with(0, ""), Code::VillageRequired),
            (with(0, "530627"), Code::VillageMalformed),
            (with(1, ""), Code::NumberRequired),
            (with(1, "1a"), Code::NumberMalformed),
            (with(1, "1000000"), Code::NumberMalformed),
            (with(2, " "), Code::NameRequired),
            (with(2, &long), Code::TooLong),
            (with(2, "王\u{7}明"), Code::ControlCharacters),
            (with(4, ""), Code::RelationRequired),
            (with(4, "配偶"), Code::NoHead),
            (with(6, &long), Code::TooLong),
            (with(7, "也许"), Code::WorkUnknown),
            (with(8, "在"), Code::StatusUnknown),
            (with(9, "17"), Code::MovedFromMalformed),
            (unreadable, Code::Unreadable),
            (short, Code::TooFewCells),
            (shifted, Code::TooManyCells),
        ]
    }

    #[test]
    fn every_bad_row_is_named_with_what_is_wrong() {
        for (row, code) in bad_rows() {
            let read = read_rows(&[row]);
            assert!(read.entry.is_none(), "{code:?}");
            assert!(
                read.problems.iter().any(|problem| problem.code == code),
                "{code:?}: {:?}",
                read.problems
            );
        }
        let twice = read_rows(&[head("1"), head("1")]);
        assert!(twice.problems.iter().any(|problem| problem.code == Code::SeveralHeads));
        assert!(twice.problems.iter().any(|problem| problem.code == Code::SamePersonTwice));
        let crowd: Vec<Row> = std::iter::once(head("1"))
            .chain((0..MOST_PEOPLE).map(|_| row(3, &[VILLAGE, "1", "李红", "", "之女"])))
            .collect();
        assert!(read_rows(&crowd).problems.iter().any(|problem| problem.code == Code::TooManyPeople));
        let again = read(household_of(&head("1"), &layout()).as_ref(), &[head("1")], &layout(), false);
        assert!(
            again.entry.is_none() && again.problems.iter().any(|problem| problem.code == Code::Scattered)
        );
    }

    #[test]
    fn no_problem_shows_a_person_s_value() {
        for (row, _) in bad_rows() {
            for problem in read_rows(&[row]).problems {
                let shown = format!("{problem:?}");
                assert!(!shown.contains("小明") && !shown.contains("11010519491231002X"), "{shown}");
            }
        }
    }
}
