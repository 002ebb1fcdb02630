//! Tables as comma-separated values: UTF-8 with a byte order mark, so that Excel reads Chinese; lines end as RFC 4180
//! says.

use std::io::{self, Write};

use anju_domain::table::{Cell, Column, Row};
use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

use anju_domain::stamp::Stamp;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What a cell begins with that a spreadsheet takes for a formula, in half and in full width.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// A file that is being written.
#[derive(Debug)]
pub struct CsvFile<W: Write> {
    writer: Writer<W>,
    columns: usize,
    rows: u64,
}

impl<W: Write> CsvFile<W> {
    /// One with these columns.
    pub fn new(mut to: W, columns: &[Column]) -> Result<Self, csv::Error> {
        to.write_all(BYTE_ORDER_MARK.as_bytes()).map_err(csv::Error::from)?;
        // Everything is quoted: a reader that heeds quotes leaves numbers alone that are identifiers.
        let mut writer =
            WriterBuilder::new().quote_style(QuoteStyle::Always).terminator(Terminator::CRLF).from_writer(to);
        writer.write_record(columns.iter().map(|column| column.title))?;
        Ok(CsvFile { writer, columns: columns.len(), rows: 0 })
    }

    /// The next row.
    pub fn row(&mut self, row: &Row) -> Result<(), csv::Error> {
        self.rows += 1;
        self.writer.write_record(row.iter().map(harmless))
    }

    /// The file, with its mark as the last row.
    pub fn finish(mut self, stamp: &Stamp) -> Result<W, csv::Error> {
        let mark = format!("{} | {} | {}: {}", stamp.title, stamp.line(), stamp.rows, self.rows);
        let cells = std::iter::once(harmless(&Cell::Text(mark)));
        let empty = std::iter::repeat_n(String::new(), self.columns.saturating_sub(1));
        self.writer.write_record(cells.chain(empty))?;
        self.writer.into_inner().map_err(|error| csv::Error::from(io::Error::from(error.error().kind())))
    }
}

/// The cell's words, with an apostrophe before a text that would be calculated.
fn harmless(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) if text.starts_with(FORMULA) => format!("'{text}"),
        cell => cell.words(),
    }
}

#[cfg(test)]
mod tests {
    use anju_domain::table::Percent;
    use jiff::Timestamp;

    use super::*;

    fn stamp() -> Stamp {
        Stamp {
            title: "镇雄县 农户".into(),
            author: "530627 测试员(科长)".into(),
            at: Timestamp::UNIX_EPOCH,
            table: "农户",
            about: "说明",
            facts: Vec::new(),
            rows: "行数",
        }
    }

    fn written(rows: &[Row]) -> String {
        let columns = ["编号", "户主"].map(|title| Column { title, width: 9 });
        let mut file = CsvFile::new(Vec::new(), &columns).unwrap();
        rows.iter().for_each(|row| file.row(row).unwrap());
        String::from_utf8(file.finish(&stamp()).unwrap()).unwrap()
    }

    #[test]
    fn a_file_begins_with_the_mark_of_utf8_and_ends_with_who_took_it() {
        let text = written(&[vec![Cell::text("530627101203-17"), Cell::text("测试,\"户\"")]]);
        let expected = "\u{feff}\"编号\",\"户主\"\r\n\"530627101203-17\",\"测试,\"\"户\"\"\"\r\n\
            \"镇雄县 农户 | 530627 测试员(科长) 1970-01-01 08:00:00 | 行数: 1\",\"\"\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn no_text_is_calculated() {
        for hostile in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＠1", "=HYPERLINK(\"//x\")"]
        {
            let text = written(&[vec![Cell::text(hostile), Cell::text("1+1")]]);
            let quoted = hostile.replace('"', "\"\"");
            assert!(text.contains(&format!("\r\n\"'{quoted}\",\"1+1\"\r\n")), "{text}");
        }
        let numbers = written(&[vec![Cell::Count(7), Cell::Percent(Percent::new("99.99"))]]);
        assert!(numbers.contains("\"7\",\"99.99%\""), "{numbers}");
    }
}
