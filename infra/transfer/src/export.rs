//! Asks for a file, waits for it and fetches it.

use std::path::PathBuf;
use std::time::Duration;

use anju_api_client::files;
use clap::ValueEnum;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::session::Session;
use crate::{Failure, Whereto, complain, progress, say};

/// How often is asked how far it has come.
const BETWEEN: Duration = Duration::from_millis(500);

#[derive(clap::Args)]
pub struct Options {
    /// What the file is to hold.
    #[arg(long, value_enum)]
    kind: Kind,
    /// Of which region; the account's own where none is named.
    #[arg(long)]
    region: Option<String>,
    /// A condition of the list, such as state=pending; several together.
    #[arg(long = "filter", value_parser = condition)]
    filters: Vec<(String, String)>,
    /// Where it goes. Its name says the format: .xlsx, .csv, or .pdf for QR codes.
    file: PathBuf,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Households,
    Statistics,
    Feedback,
    QrSheet,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Households => "households",
            Kind::Statistics => "statistics",
            Kind::Feedback => "feedback",
            Kind::QrSheet => "qr_sheet",
        }
    }
}

#[derive(Deserialize)]
struct Export {
    id: String,
    state: String,
    rows: u64,
    total: Option<u64>,
    left_out: Option<u64>,
    reason: Option<String>,
    download: Option<Download>,
}

#[derive(Deserialize)]
struct Download {
    url: String,
}

/// Exports a file; the code that the command ends with.
pub async fn run(whereto: &Whereto, options: &Options) -> Result<u8, Failure> {
    let extension = options.file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if !["xlsx", "csv", "pdf"].contains(&extension) {
        return Err(Failure::NoFormat(options.file.clone()));
    }
    let mut order =
        json!({"kind": options.kind.name(), "format": extension, "filters": filters(&options.filters)});
    if let Some(region) = &options.region {
        order["region"] = region.as_str().into();
    }
    let mut session = Session::open(whereto).await?;
    let key = hex::encode(rand::random::<[u8; 16]>());
    let reply = session.send(StatusCode::CREATED, |api| api.post("/v1/exports", &order).once(&key)).await?;
    let asked: Export = reply.read()?;
    let export = wait(&mut session, &asked.id).await?;
    let Some(Download { url }) = &export.download else {
        complain(&format!("no file: {}", export.reason.as_deref().unwrap_or("unknown")));
        return Ok(2);
    };
    files::download(url, &options.file).await?;
    let left_out = export.left_out.filter(|left_out| *left_out > 0);
    let left_out =
        left_out.map(|left_out| format!(", {left_out} of them without a code")).unwrap_or_default();
    say(&format!("{}: {} rows{left_out}", options.file.display(), export.rows));
    Ok(0)
}

/// Asks until it has ended.
async fn wait(session: &mut Session, id: &str) -> Result<Export, Failure> {
    let path = format!("/v1/exports/{id}");
    let mut bar = None;
    loop {
        let export: Export = session.send(StatusCode::OK, |api| api.get(&path)).await?.read()?;
        let bar = bar.get_or_insert_with(|| match export.total {
            Some(total) => progress::of_pieces(total, "rows"),
            None => progress::of_rows("rows:"),
        });
        bar.set_position(export.rows);
        if ["done", "failed"].contains(&export.state.as_str()) {
            bar.finish();
            return Ok(export);
        }
        tokio::time::sleep(BETWEEN).await;
    }
}

/// `name=value`.
fn condition(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
    parts.map(|(name, value)| (name.to_owned(), value.to_owned())).ok_or_else(|| "not name=value".to_owned())
}

/// Ids of households that were chosen are a list, yes and no are flags, all else is text.
fn filters(conditions: &[(String, String)]) -> Map<String, Value> {
    let value = |name: &str, value: &str| match (name, value) {
        ("households", ids) => ids.split(',').collect(),
        ("overdue", "true") => true.into(),
        ("overdue", "false") => false.into(),
        (_, text) => text.into(),
    };
    conditions.iter().map(|(name, text)| (name.clone(), value(name, text))).collect()
}
