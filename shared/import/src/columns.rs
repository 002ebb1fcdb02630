//! The columns of each kind of file, by their Chinese and English names, and what a first row says of them.

use anju_domain::import::{FileFailure, FileProblem, ImportKind};
use serde::{Deserialize, Serialize};

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Code of the village.
    Village,
    /// Number of the household within the village.
    Number,
    /// A person's or a region's name.
    Name,
    /// Resident ID number.
    IdNumber,
    /// Relation to the head.
    Relation,
    /// Phone of the household.
    Phone,
    /// Address of the household.
    Address,
    /// Remaining work: tasks of 2020.
    Task2020,
    /// Remaining work: unfinished in 2019.
    Unfinished2019,
    /// Remaining work: unfinished in the look-back check.
    LookBackUnfinished,
    /// Whether the household is still in the register.
    Status,
    /// The household's id where it lived before.
    MovedFrom,
    /// Code of a region.
    Code,
    /// Public phone of a region.
    PublicPhone,
    /// Code of the village that this one becomes a part of.
    MergedInto,
    /// Code of the village that this one's households are taken from.
    SplitFrom,
    /// Which of them, by their numbers.
    Numbers,
    /// Code of the region whose account is issued.
    Account,
    /// Which initial password it gets.
    InitialPassword,
}

/// A column as a kind of file has it.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// The column.
    pub column: Column,
    /// Its Chinese name, which templates and error files use.
    pub chinese: &'static str,
    /// Its English name.
    pub english: &'static str,
    /// Other names that are understood.
    pub also: &'static [&'static str],
    /// The file must have it.
    pub required: bool,
}

const fn needed(
    column: Column,
    chinese: &'static str,
    english: &'static str,
    also: &'static [&'static str],
) -> Definition {
    Definition { column, chinese, english, also, required: true }
}

const fn optional(
    column: Column,
    chinese: &'static str,
    english: &'static str,
    also: &'static [&'static str],
) -> Definition {
    Definition { column, chinese, english, also, required: false }
}

const REGISTER: [Definition; 12] = [
    needed(Column::Village, "村代码", "village", &["行政村代码", "村编码", "行政区划代码"]),
    needed(Column::Number, "户编号", "number", &["户号"]),
    needed(Column::Name, "姓名", "name", &["成员姓名", "家庭成员姓名"]),
    needed(Column::IdNumber, "身份证号", "id_number", &["证件号码", "身份证号码", "公民身份号码"]),
    needed(Column::Relation, "与户主关系", "relation", &["关系"]),
    optional(Column::Phone, "联系电话", "phone", &["联系方式", "手机号", "手机号码"]),
    optional(Column::Address, "地址", "address", &["家庭住址", "家庭地址", "住址"]),
    optional(Column::Task2020, "2020年任务", "task_2020", &[]),
    optional(Column::Unfinished2019, "2019年危改未竣工", "unfinished_2019", &[]),
    optional(Column::LookBackUnfinished, "回头看大排查未竣工", "look_back_unfinished", &[]),
    optional(Column::Status, "户状态", "status", &["状态"]),
    optional(Column::MovedFrom, "迁出户", "moved_from", &["原户编号"]),
];

const REGIONS: [Definition; 6] = [
    needed(Column::Code, "区划代码", "code", &["行政区划代码", "代码"]),
    needed(Column::Name, "名称", "name", &["区划名称", "行政区划名称"]),
    optional(Column::PublicPhone, "对外电话", "public_phone", &["公开电话"]),
    optional(Column::MergedInto, "并入", "merged_into", &["并入代码"]),
    optional(Column::SplitFrom, "拆自", "split_from", &["拆分自"]),
    optional(Column::Numbers, "户编号", "numbers", &["划入户编号"]),
];

const ACCOUNTS: [Definition; 2] = [
    needed(Column::Account, "区划代码", "region", &["行政区划代码", "账号"]),
    optional(Column::InitialPassword, "初始密码", "initial_password", &[]),
];

/// The columns of a kind of file, in the order of its template.
pub fn definitions(kind: ImportKind) -> &'static [Definition] {
    match kind {
        ImportKind::Register => &REGISTER,
        ImportKind::Regions => &REGIONS,
        ImportKind::Accounts => &ACCOUNTS,
    }
}

/// The names of a column in a kind of file, Chinese and English.
pub fn names(kind: ImportKind, column: Column) -> (&'static str, &'static str) {
    let found = definitions(kind).iter().find(|definition| definition.column == column);
    found.map_or(("", ""), |definition| (definition.chinese, definition.english))
}

/// Which column stands where, as a first row says it. Columns without a name are not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout(Vec<Option<Column>>);

impl Layout {
    /// Reads a first row.
    ///
    /// # Errors
    /// Where a name is unknown or stands twice, or a column that is needed isn't there: a column that is passed
    /// over in silence would be lost.
    pub fn of(kind: ImportKind, header: &[String]) -> Result<Layout, FileFailure> {
        let mut columns = Vec::with_capacity(header.len());
        for name in header {
            let name = name.trim().trim_start_matches('*').trim_end_matches('*').trim();
            if name.is_empty() {
                columns.push(None);
                continue;
            }
            let known = definitions(kind).iter().find(|definition| is_called(definition, name));
            let Some(known) = known else { return Err(failure(FileProblem::ColumnUnknown, name)) };
            if columns.contains(&Some(known.column)) {
                return Err(failure(FileProblem::ColumnTwice, name));
            }
            columns.push(Some(known.column));
        }
        if columns.iter().all(Option::is_none) {
            return Err(FileProblem::NoHeader.into());
        }
        let missing = definitions(kind)
            .iter()
            .find(|definition| definition.required && !columns.contains(&Some(definition.column)));
        match missing {
            Some(missing) => Err(failure(FileProblem::ColumnMissing, missing.chinese)),
            None => Ok(Layout(columns)),
        }
    }

    /// The column at a place.
    pub fn at(&self, place: usize) -> Option<Column> {
        self.0.get(place).copied().flatten()
    }

    /// The place of a column.
    pub fn place(&self, column: Column) -> Option<usize> {
        self.0.iter().position(|found| *found == Some(column))
    }

    /// How many cells a row has.
    pub fn width(&self) -> usize {
        self.0.len()
    }
}

fn is_called(definition: &Definition, name: &str) -> bool {
    name == definition.chinese
        || name.eq_ignore_ascii_case(definition.english)
        || definition.also.contains(&name)
}

/// A header's text is the file's own: it is shown cut short.
fn failure(problem: FileProblem, name: &str) -> FileFailure {
    FileFailure { problem, row: Some(1), column: Some(name.chars().take(40).collect()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(names: &[&str]) -> Result<Layout, FileFailure> {
        Layout::of(ImportKind::Register, &names.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn columns_are_known_by_chinese_and_english_names_in_any_order() {
        let layout = layout(&["*姓名", "Village", "户号", "", "证件号码", "与户主关系"]).unwrap();
        assert_eq!(layout.at(0), Some(Column::Name));
        assert_eq!((layout.at(3), layout.place(Column::IdNumber)), (None, Some(4)));
    }

    #[test]
    fn a_missing_unknown_or_repeated_column_is_named() {
        let problem = |names: &[&str]| layout(names).unwrap_err();
        assert_eq!(problem(&["村代码", "户编号", "姓名", "身份证号"]).column.as_deref(), Some("与户主关系"));
        assert_eq!(problem(&["村代码", "爱好"]).problem, FileProblem::ColumnUnknown);
        assert_eq!(problem(&["村代码", "village"]).problem, FileProblem::ColumnTwice);
        assert_eq!(problem(&["", ""]).problem, FileProblem::NoHeader);
    }
}
