//! Files that mean ill, or are not what they are called.

use std::io::{Cursor, Write};

use anju_tests::imports::{File, number, rows_of};
use anju_tests::stack::plan;
use anju_tests::{Client, Stack};
use rust_xlsxwriter::{Formula, Workbook};
use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{csv, regions_file};

const HEADER: [&str; 5] = ["village", "number", "name", "id_number", "relation"];

/// A workbook with a heading and what `more` adds.
fn workbook(more: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(HEADER) {
        sheet.write_string(0, column, name).unwrap();
    }
    more(&mut workbook);
    workbook.save_to_buffer().unwrap()
}

/// A workbook with parts replaced or added.
fn with_parts(workbook: &[u8], parts: &[(&str, &[&[u8]])]) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for index in 0..from.len() {
        let part = from.by_index_raw(index).unwrap();
        let name = part.name().unwrap().into_owned();
        if !parts.iter().any(|(replaced, _)| *replaced == name) {
            to.raw_copy_file(part).unwrap();
        }
    }
    for (name, content) in parts {
        to.start_file(*name, options).unwrap();
        for block in *content {
            to.write_all(block).unwrap();
        }
    }
    to.finish().unwrap().into_inner()
}

async fn failure_of(operator: &Client, format: &str, bytes: &[u8]) -> Value {
    let import = File { kind: "register", format, bytes }.import(operator).await;
    assert_eq!(import["state"], "failed", "{import}");
    assert_eq!(number(&import, "applied"), 0);
    let failure = import["failure"].clone();
    assert!(
        !failure["title"].as_str().unwrap().is_empty() && !failure["detail"].as_str().unwrap().is_empty()
    );
    failure
}

#[tokio::test]
async fn a_hostile_file_is_refused_with_what_is_wrong_and_costs_little() {
    let stack = Stack::to_import(&plan(1, 1, 8)).await;
    let operator = stack.operator().await;
    let plain = workbook(|_| ());
    let zeros = vec![b' '; 1 << 20];
    let bomb: Vec<&[u8]> = std::iter::repeat_n(&zeros[..], 1_100).collect();
    let strings: Vec<&[u8]> = std::iter::repeat_n(&zeros[..], 65).collect();
    let sheet = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>";
    let cells = "<c t=\"str\"><v>x</v></c>".repeat(10_000);
    let empty = "<c/>".repeat(1_000_000);
    let open = "<row r=\"1\">";
    let close = "</row></sheetData></worksheet>";
    let long = [sheet.as_bytes(), open.as_bytes(), b"<c t=\"inlineStr\"><is><t>"].concat();
    let several = |more: &str| [sheet, open, more, close].concat().into_bytes();
    let (wide, blank) = (several(&cells), several(&empty));
    let one = "xl/worksheets/sheet1.xml";
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("unpacked_too_large", with_parts(&plain, &[("xl/media/bomb", &bomb[..])])),
        ("unpacked_too_large", with_parts(&plain, &[("xl/sharedStrings.xml", &strings[..])])),
        ("unpacked_too_large", with_parts(&plain, &[(one, &[&[&long[..]][..], &strings[..]].concat()[..])])),
        ("too_many_cells", with_parts(&plain, &[(one, &[&wide[..]])])),
        ("no_header", with_parts(&plain, &[(one, &[&blank[..]])])),
        ("active_content", with_parts(&plain, &[("xl/externalLinks/externalLink1.xml", &[b"<x/>"])])),
        ("active_content", with_parts(&plain, &[("xl/vbaProject.bin", &[b"x"])])),
        (
            "formula",
            workbook(|book| {
                let sheet = book.worksheet_from_index(0).unwrap();
                sheet.write_formula(1, 2, Formula::new("=HYPERLINK(\"http://example.org\")")).unwrap();
            }),
        ),
        (
            "several_sheets",
            workbook(|book| {
                book.add_worksheet().write_string(0, 0, "x").unwrap();
            }),
        ),
        ("no_rows", plain.clone()),
        ("not_of_this_format", plain[..plain.len() / 2].to_vec()),
        ("not_of_this_format", b"village,number\n".to_vec()),
    ];
    for (code, bytes) in cases {
        let failure = failure_of(&operator, "xlsx", &bytes).await;
        assert_eq!(failure["code"], code, "{failure}");
    }
    let most = stack.processes_of("cut-import").iter().map(|process| process.most_memory_kb()).max().unwrap();
    assert!(most < 400_000, "{most} KB for files that unpack to a gigabyte");

    for (code, bytes) in [
        ("not_of_this_format", plain),
        ("unknown_encoding", vec![0xFF, 0xFE, 0x51, 0x67]),
        ("column_missing", b"village,number,name\n1,2,3\n".to_vec()),
        ("column_unknown", b"village,number,name,id_number,relation,salary\n1,2,3,,,\n".to_vec()),
        (
            "row_too_long",
            [b"village,number,name,id_number,relation\n1,2,\"", &vec![b'x'; 3 << 20][..]].concat(),
        ),
    ] {
        let failure = failure_of(&operator, "csv", &bytes).await;
        assert_eq!(failure["code"], code, "{failure}");
    }
}

#[tokio::test]
async fn a_name_that_would_be_a_formula_stays_text_and_harms_no_error_file() {
    let stack = Stack::to_import(&plan(1, 1, 8)).await;
    let (operator, inside) = (stack.operator().await, stack.inside().await);
    csv("regions", &regions_file(stack.register())).import(&operator).await;
    let village = stack.village(0);
    let file = format!(
        "village,number,name,id_number,relation\n{village},1,=1+1,,户主\n{village},2,王小明,,@SUM(A1)\n{village},=2,李,,户主\n"
    );
    let import = csv("register", file.as_bytes()).import(&operator).await;
    assert_eq!((number(&import, "created"), number(&import, "rejected")), (1, 2), "{import}");
    assert_eq!(inside.household(&stack.household(0, 1)).await.head.name, "=1+1");
    for row in rows_of(&import, "errors_url").await {
        let risky = row.iter().any(|cell| cell.starts_with(['=', '+', '-', '@']));
        assert!(!risky, "{row:?}");
    }
}
