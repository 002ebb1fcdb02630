//! The template: one sheet with the columns and nothing else, all cells as text, so that no program turns ID numbers
//! into numbers that have lost their last digits.

use anju_domain::import::ImportKind;
use anju_import::columns::{Column, Definition, definitions};
use rust_xlsxwriter::{DataValidation, Format, FormatBorder, Note, Workbook, XlsxError};

/// Rows that a list of words to choose from covers.
const ROWS: u32 = 100_000;
/// Width of a column, in characters.
const WIDTH: f64 = 18.0;

/// The template of a kind of file.
pub fn template(kind: ImportKind) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let text = Format::new().set_num_format("@");
    let heading = Format::new().set_num_format("@").set_bold().set_border(FormatBorder::Thin);
    let sheet = workbook.add_worksheet().set_name(sheet_name(kind))?;
    for (place, definition) in (0_u16..).zip(definitions(kind)) {
        let mark = if definition.required { "*" } else { "" };
        sheet.set_column_format(place, &text)?.set_column_width(place, WIDTH)?;
        sheet.write_with_format(0, place, format!("{}{mark}", definition.chinese), &heading)?;
        sheet.insert_note(0, place, &Note::new(advice(definition)).add_author_prefix(false))?;
        if let Some(words) = words(definition.column) {
            let choice = DataValidation::new().allow_list_strings(words)?;
            sheet.add_data_validation(1, place, ROWS, place, &choice)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

fn sheet_name(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Register => "建档立卡户",
        ImportKind::Regions => "行政区划",
        ImportKind::Accounts => "账号",
    }
}

/// What one may write into a column.
fn advice(definition: &Definition) -> &'static str {
    match definition.column {
        Column::Village => "12位行政村代码",
        Column::Number => "本户在村内的编号,1至999999。同一户的行须相邻",
        Column::Name => "姓名或名称",
        Column::IdNumber => "18位身份证号,或20位残疾人证号。请保持文本格式",
        Column::Relation => "户主本人填“户主”,其余填配偶、之子、之女等",
        Column::Phone => "11位手机号,填在户主行",
        Column::Address => "详细地址,填在户主行",
        Column::Task2020 | Column::Unfinished2019 | Column::LookBackUnfinished => "未竣工、已竣工,没有则留空",
        Column::Status => "正常或留空;已不在册的填注销",
        Column::MovedFrom => "从他村迁入的,填原村代码-原户编号,如 530627101203-17",
        Column::Code | Column::Account => "2、4、6、9或12位行政区划代码;上级须在前",
        Column::PublicPhone => "办公电话,不得填写个人手机号",
        Column::MergedInto => "本村并入的村代码,各户随同划入",
        Column::SplitFrom => "本村从哪个村拆出",
        Column::Numbers => "从原村划入的户编号,如 1-120,133",
        Column::InitialPassword => "随机或默认;不要填写密码",
    }
}

/// What a column offers to choose from.
fn words(column: Column) -> Option<&'static [&'static str]> {
    match column {
        Column::Task2020 | Column::Unfinished2019 | Column::LookBackUnfinished => Some(&["未竣工", "已竣工"]),
        Column::Status => Some(&["正常", "注销"]),
        Column::InitialPassword => Some(&["随机", "默认"]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use anju_import::row::{Rows, RowsError};
    use anju_import::workbook::Workbook;

    use super::*;

    #[test]
    fn every_template_is_a_file_that_the_import_reads() {
        for kind in [ImportKind::Register, ImportKind::Regions, ImportKind::Accounts] {
            let template = template(kind).unwrap();
            let mut workbook = Workbook::open(Cursor::new(template)).unwrap();
            let rows = workbook.read(kind, 0, |layout, rows| {
                assert_eq!(layout.width(), definitions(kind).len());
                Ok::<_, RowsError>(rows.next_row()?.is_some())
            });
            assert!(!rows.unwrap(), "nothing stands below the heading");
        }
    }
}
