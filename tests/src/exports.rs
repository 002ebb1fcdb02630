//! Exports as a client makes and fetches them, and what is in their files.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx, open_workbook_from_rs};
use http::StatusCode;
use serde_json::Value;

use crate::client::Client;
use crate::wait::until;

/// Asks for an export and waits for its end, whatever that is.
pub async fn ended(client: &Client, order: &Value) -> Value {
    let asked = client.post("/v1/exports", order).send().await.expect(StatusCode::CREATED).json();
    end_of(client, asked["id"].as_str().expect("an id")).await
}

/// Waits for the end of an export.
pub async fn end_of(client: &Client, id: &str) -> Value {
    until("an export to end", async || {
        let answer = client.get(&format!("/v1/exports/{id}")).send().await.expect(StatusCode::OK);
        let export = answer.json();
        if ["done", "failed"].contains(&export["state"].as_str().expect("a state")) {
            Ok(export)
        } else {
            Err(export)
        }
    })
    .await
}

/// Asks for an export, waits, and fetches its file as a browser does.
pub async fn exported(client: &Client, order: &Value) -> Vec<u8> {
    fetched(&ended(client, order).await).await
}

/// The file of an export that is done.
pub async fn fetched(export: &Value) -> Vec<u8> {
    assert_eq!(export["state"], "done", "{export}");
    let url = export["download"]["url"].as_str().expect("an address");
    // The address is a whole one: no account is needed.
    let answer = Client::of("").get(url).send().await.expect(StatusCode::OK);
    let name = export["download"]["file_name"].as_str().expect("a name");
    assert!(answer.header("content-disposition").contains(name), "{export}");
    assert_eq!(answer.body.len() as u64, export["download"]["size"], "{export}");
    answer.body.to_vec()
}

/// The first sheet of a workbook, heading first, as people see its cells.
pub fn table(file: &[u8]) -> Vec<Vec<String>> {
    sheet(file, 0)
}

/// A sheet of a workbook by its place.
pub fn sheet(file: &[u8], place: usize) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(file)).expect("a workbook");
    let range = book.worksheet_range_at(place).expect("a sheet").expect("a readable one");
    let words = |cell: &Data| match cell {
        Data::Empty => String::new(),
        cell => cell.to_string(),
    };
    range.rows().map(|row| row.iter().map(words).collect()).collect()
}

/// The rows of a CSV file, heading first and mark last.
pub fn csv_rows(file: &[u8]) -> Vec<Vec<String>> {
    let text = file.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
    let records = csv::ReaderBuilder::new().has_headers(false).from_reader(text).into_records();
    let row = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
    records.map(|record| row(record.expect("a record"))).collect()
}
