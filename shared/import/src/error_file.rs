//! The file of problems: text in UTF-8 with a byte order mark, which Excel opens by a double click.

use anju_domain::import::ImportKind;

use crate::columns;
use crate::problem::{Problem, Severity};
use crate::words;

/// What makes Excel read the file as UTF-8.
const MARK: &str = "\u{feff}";

/// Which language people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 中文.
    Chinese,
    /// English.
    English,
}

/// The heading.
pub fn heading(language: Language) -> Vec<u8> {
    let names = match language {
        Language::Chinese => ["行号", "户或区划", "列", "值(已遮盖)", "结果", "问题", "处理办法"],
        Language::English => {
            ["row", "household or region", "column", "value (masked)", "outcome", "problem", "what to do"]
        }
    };
    [MARK.as_bytes(), &line(names.map(ToOwned::to_owned))].concat()
}

/// A line for each problem.
pub fn lines(kind: ImportKind, problems: &[Problem], language: Language) -> Vec<u8> {
    let pick = |words: words::Words| match language {
        Language::Chinese => words.0.to_owned(),
        Language::English => words.1.to_owned(),
    };
    let mut lines = Vec::new();
    for problem in problems {
        let (what, advice) = words::of_row(problem.code);
        let column = problem.column.map_or_else(String::new, |column| pick(columns::names(kind, column)));
        let outcome = match problem.code.severity() {
            Severity::Rejected => pick(("未导入", "not taken")),
            Severity::Note => pick(("提示", "note")),
        };
        lines.extend(line([
            problem.row.map(|row| row.to_string()).unwrap_or_default(),
            problem.about.clone(),
            column,
            problem.value.clone(),
            outcome,
            pick(what),
            pick(advice),
        ]));
    }
    lines
}

/// A line of cells.
pub fn line<const N: usize>(cells: [String; N]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Memory doesn't refuse.
    let written = writer.write_record(cells.map(harmless));
    debug_assert!(written.is_ok());
    writer.into_inner().unwrap_or_default()
}

/// A cell that no program takes for a formula, whatever was in the file.
fn harmless(cell: String) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if risky { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::Column;
    use crate::problem::Code;

    #[test]
    fn a_problem_is_a_line_with_row_column_value_and_advice() {
        let problem = Problem {
            row: Some(7),
            about: "530627101203-1".to_owned(),
            column: Some(Column::Name),
            value: "=cmd|".to_owned(),
            code: Code::TooLong,
        };
        let text = |language| {
            String::from_utf8(lines(ImportKind::Register, std::slice::from_ref(&problem), language)).unwrap()
        };
        assert_eq!(
            text(Language::Chinese),
            "7,530627101203-1,姓名,'=cmd|,未导入,内容过长,请缩短后重新导入\r\n"
        );
        assert!(text(Language::English).starts_with("7,530627101203-1,name,"));
        assert!(heading(Language::Chinese).starts_with(&[0xEF, 0xBB, 0xBF]));
    }
}
