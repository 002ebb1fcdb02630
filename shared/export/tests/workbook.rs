//! Workbooks, read back from their bytes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Cursor, Read as _};

use anju_domain::stamp::Stamp;
use anju_domain::table::{Cell, Column, Percent, Row};
use anju_export::workbook::Workbook;
use calamine::{Data, Reader as _, Xlsx, open_workbook_from_rs};
use jiff::Timestamp;

fn stamp() -> Stamp {
    Stamp {
        title: "镇雄县 农户核验情况".into(),
        author: "530627 测试员 科长".into(),
        at: Timestamp::from_second(1_591_156_800).unwrap(),
        table: "农户核验情况",
        about: "说明",
        facts: vec![("导出人", "530627 测试员 科长".into()), ("筛选条件", "=1+1".into())],
        rows: "行数",
    }
}

fn written(rows: &[Row]) -> Vec<u8> {
    let columns = ["编号", "户主", "户数", "核准率"].map(|title| Column { title, width: 12 });
    let mut workbook = Workbook::new(&stamp(), &columns, 1).unwrap();
    rows.iter().for_each(|row| workbook.row(row).unwrap());
    workbook.into_bytes(&stamp()).unwrap()
}

fn read(file: &[u8]) -> Xlsx<Cursor<Vec<u8>>> {
    open_workbook_from_rs(Cursor::new(file.to_vec())).unwrap()
}

/// A file within the workbook.
fn inner(file: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn cells_come_back_as_they_were_and_identifiers_as_texts() {
    let rows = [
        vec![
            Cell::text("53062710120317"),
            Cell::text("测试户"),
            Cell::Count(1404),
            Cell::Percent(Percent::new("99.99")),
        ],
        vec![
            Cell::text("11010519491231002X"),
            Cell::Empty,
            Cell::Count(0),
            Cell::Percent(Percent::new("100.00")),
        ],
    ];
    let range = read(&written(&rows)).worksheet_range("农户核验情况").unwrap();
    let cell = |row: u32, column: u32| range.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    assert_eq!(cell(0, 0), Data::String("编号".into()));
    assert_eq!(cell(1, 0), Data::String("53062710120317".into()));
    assert_eq!(cell(2, 0), Data::String("11010519491231002X".into()));
    assert_eq!((cell(1, 2), cell(2, 1)), (Data::Float(1404.0), Data::Empty));
    assert_eq!((cell(1, 3), cell(2, 3)), (Data::Float(0.9999), Data::Float(1.0)));
}

#[test]
fn no_text_is_a_formula_and_editing_does_not_make_it_one() {
    let hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(\"http://x\")", "=cmd|'/c calc'!A1"];
    let rows: Vec<Row> = hostile.iter().map(|text| vec![Cell::text(*text)]).collect();
    let file = written(&rows);
    let range = read(&file).worksheet_range("农户核验情况").unwrap();
    for (row, text) in (1..).zip(hostile) {
        assert_eq!(range.get_value((row, 0)), Some(&Data::String(text.into())));
    }
    let sheet = inner(&file, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>") && sheet.matches("t=\"inlineStr\"").count() >= hostile.len());
    assert!(inner(&file, "xl/styles.xml").contains("quotePrefix=\"1\""));
    assert!(!inner(&file, "[Content_Types].xml").contains("externalLink"));
}

#[test]
fn every_workbook_says_who_took_it_and_when() {
    let file = written(&[vec![Cell::text("a")]]);
    let about = read(&file).worksheet_range("说明").unwrap();
    let texts: Vec<String> = about.used_cells().map(|(_, _, data)| data.to_string()).collect();
    assert_eq!(
        texts,
        ["镇雄县 农户核验情况", "导出人", "530627 测试员 科长", "筛选条件", "=1+1", "行数", "1"]
    );
    let properties = inner(&file, "docProps/core.xml");
    assert!(properties.contains("530627 测试员 科长") && properties.contains("2020-06-03"), "{properties}");
    let sheet = inner(&file, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("530627 测试员 科长 2020-06-03 12:00:00"), "at the foot of each page");
    assert!(sheet.contains("ySplit=\"2\"") && sheet.contains("state=\"frozen\""), "heading and total stay");
}
