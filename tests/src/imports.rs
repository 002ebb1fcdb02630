//! Files that come in: announced, uploaded, and waited for.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::client::Client;
use crate::wait::until_nothing_is_left;

/// An import's file, and how it is sent.
#[derive(Debug, Clone)]
pub struct File<'a> {
    /// `register`, `regions` or `accounts`.
    pub kind: &'a str,
    /// `csv` or `xlsx`.
    pub format: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

impl File<'_> {
    /// What is said of it before it is uploaded.
    pub fn announcement(&self) -> Value {
        json!({
            "kind": self.kind, "format": self.format, "size": self.bytes.len(),
            "sha256": hex::encode(Sha256::digest(self.bytes)),
        })
    }

    /// Announces and uploads it, and gives the import's id.
    pub async fn send(&self, operator: &Client, options: &str) -> String {
        let path = format!("/v1/imports{options}");
        let announced = operator.post(&path, &self.announcement()).send().await;
        let announced = announced.expect(StatusCode::CREATED).json();
        upload(&announced["upload"], self.bytes).await;
        announced["import_id"].as_str().expect("an id").to_owned()
    }

    /// Imports it to the end.
    pub async fn import(&self, operator: &Client) -> Value {
        let id = self.send(operator, "").await;
        ended(operator, &id).await
    }

    /// Says what an import of it would do.
    pub async fn try_out(&self, operator: &Client) -> Value {
        let id = self.send(operator, "?dry_run=true").await;
        ended(operator, &id).await
    }
}

/// Sends a file by the signed request.
pub async fn upload(upload: &Value, bytes: &[u8]) {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let method: Method = text(&upload["method"]).parse().expect("a method");
    let client = Client::of("");
    let mut call = client.call(method, &text(&upload["url"])).body("", bytes.to_vec());
    for (name, value) in upload["headers"].as_object().expect("headers") {
        // What every HTTP client sets by itself, after what it really sends.
        if !["host", "content-length"].contains(&name.as_str()) {
            call = call.header(name, &text(value));
        }
    }
    call.send().await.expect(StatusCode::OK);
}

/// An import as it is now.
pub async fn now(operator: &Client, id: &str) -> Value {
    operator.get(&format!("/v1/imports/{id}")).send().await.expect(StatusCode::OK).json()
}

/// An import once it is done or failed. What is said of its rows adds up.
pub async fn ended(operator: &Client, id: &str) -> Value {
    until_nothing_is_left("an import", async || {
        let import = now(operator, id).await;
        let ended = import["state"] == "done" || import["state"] == "failed";
        let left = number(&import, "pieces").saturating_sub(number(&import, "pieces_done"));
        (if ended { 0 } else { left + 1 }, import)
    })
    .await;
    let import = now(operator, id).await;
    if import["state"] == "done" {
        let sum: u64 = ["applied", "unchanged", "rejected"].iter().map(|name| number(&import, name)).sum();
        assert_eq!(sum, number(&import, "rows"), "each row is one of three: {import}");
    }
    import
}

/// A number that an import says.
pub fn number(import: &Value, name: &str) -> u64 {
    import[name].as_u64().unwrap_or_else(|| panic!("{name} of {import}"))
}

/// A file that an import left behind, as rows below the heading.
pub async fn rows_of(import: &Value, url: &str) -> Vec<Vec<String>> {
    let Some(url) = import[url].as_str() else { return Vec::new() };
    let file = Client::of("").call(Method::GET, url).send().await.expect(StatusCode::OK).text();
    let file = file.strip_prefix('\u{feff}').expect("a mark that Excel knows UTF-8 by");
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let row = |row: csv::StringRecord| row.iter().map(ToOwned::to_owned).collect();
    reader.records().map(|record| row(record.expect("a row"))).collect()
}
