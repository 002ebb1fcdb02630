//! Imports a file, and says what came of it.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anju_api_client::{Upload, files};
use clap::ValueEnum;
use http::StatusCode;
use indicatif::ProgressBar;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::session::Session;
use crate::{Failure, Whereto, complain, progress, say};

/// How often is asked how far it has come.
const BETWEEN: Duration = Duration::from_millis(500);

#[derive(clap::Args)]
pub struct Options {
    /// What the file holds.
    #[arg(long, value_enum)]
    kind: Kind,
    /// Its form, where its name doesn't say.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Only says what the import would do.
    #[arg(long)]
    dry_run: bool,
    /// Where the file of problems goes.
    #[arg(long, default_value = "import-errors.csv")]
    errors: PathBuf,
    /// Where the file of issued accounts goes, with their initial passwords.
    #[arg(long, default_value = "import-accounts.csv")]
    accounts: PathBuf,
    /// The file.
    file: PathBuf,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Kind {
    /// Households, one row per person.
    Register,
    /// Regions.
    Regions,
    /// Accounts to issue.
    Accounts,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Register => "register",
            Kind::Regions => "regions",
            Kind::Accounts => "accounts",
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Csv,
    Xlsx,
}

#[derive(Deserialize)]
struct Announced {
    import_id: String,
    upload: Upload,
}

#[derive(Deserialize)]
struct Import {
    state: String,
    failure: Option<Refusal>,
    rows: u64,
    applied: u64,
    unchanged: u64,
    rejected: u64,
    created: u64,
    changed: u64,
    moved: u64,
    left: u64,
    missing: u64,
    flagged: u64,
    pieces: u64,
    pieces_done: u64,
    errors_url: Option<String>,
    accounts_url: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    title: String,
    detail: String,
    row: Option<u64>,
    column: Option<String>,
}

/// Imports a file; the code that the command ends with.
pub async fn run(whereto: &Whereto, options: &Options) -> Result<u8, Failure> {
    let (size, sha256) = digest(&options.file)?;
    let format = format(options)?;
    let mut session = Session::open(whereto).await?;
    let announcement = json!({"kind": options.kind.name(), "format": format, "size": size, "sha256": sha256});
    let path = if options.dry_run { "/v1/imports?dry_run=true" } else { "/v1/imports" };
    let key = hex::encode(rand::random::<[u8; 16]>());
    let reply = session.send(StatusCode::CREATED, |api| api.post(path, &announcement).once(&key)).await?;
    let announced: Announced = reply.read()?;
    send(&options.file, size, &announced.upload).await?;
    let import = wait(&mut session, &announced.import_id).await?;
    if let Some(refusal) = &import.failure {
        complain(&refusal.words());
        return Ok(2);
    }
    say(&import.words(options.dry_run));
    for (url, file, what) in [
        (&import.errors_url, &options.errors, "what was wrong or is worth a look"),
        (&import.accounts_url, &options.accounts, "accounts with their initial passwords: keep it safe"),
    ] {
        if let Some(url) = url {
            files::download(url, file).await?;
            say(&format!("{}: {what}", file.display()));
        }
    }
    Ok(u8::from(import.rejected > 0))
}

/// Fetches a template.
pub async fn template(whereto: &Whereto, kind: Kind, file: &Path) -> Result<(), Failure> {
    let mut session = Session::open(whereto).await?;
    let path = format!("/v1/imports/templates/{}", kind.name());
    let reply = session.send(StatusCode::OK, |api| api.get(&path)).await?;
    std::fs::write(file, reply.bytes()).map_err(|error| Failure::File(file.to_owned(), error))
}

fn format(options: &Options) -> Result<&'static str, Failure> {
    let extension = options.file.extension().map(|extension| extension.to_ascii_lowercase());
    match (options.format, extension.as_ref().and_then(|extension| extension.to_str())) {
        (Some(Format::Csv), _) | (None, Some("csv" | "txt")) => Ok("csv"),
        (Some(Format::Xlsx), _) | (None, Some("xlsx")) => Ok("xlsx"),
        (None, _) => Err(Failure::NoFormat(options.file.clone())),
    }
}

fn digest(file: &Path) -> Result<(u64, String), Failure> {
    let failed = |error| Failure::File(file.to_owned(), error);
    let mut open = std::fs::File::open(file).map_err(failed)?;
    let (mut hash, mut size) = (Sha256::new(), 0);
    let mut block = vec![0; 1 << 20];
    loop {
        let read = open.read(&mut block).map_err(failed)?;
        if read == 0 {
            return Ok((size, hex::encode(hash.finalize())));
        }
        size += read as u64;
        hash.update(&block[..read]);
    }
}

async fn send(file: &Path, size: u64, upload: &Upload) -> Result<(), Failure> {
    let bar = progress::of_bytes(size, "upload");
    let sent = bar.clone();
    files::upload(upload, file, move |bytes| sent.inc(bytes)).await?;
    bar.finish();
    Ok(())
}

/// Asks until it has ended.
async fn wait(session: &mut Session, id: &str) -> Result<Import, Failure> {
    let path = format!("/v1/imports/{id}");
    let checking = progress::of_rows("rows checked:");
    let mut applying: Option<ProgressBar> = None;
    loop {
        let import: Import = session.send(StatusCode::OK, |api| api.get(&path)).await?.read()?;
        checking.set_position(import.rows);
        match import.state.as_str() {
            "done" | "failed" => {
                checking.finish();
                if let Some(bar) = applying {
                    bar.set_position(import.pieces_done);
                    bar.finish();
                }
                return Ok(import);
            }
            "applying" => {
                let bar = applying.get_or_insert_with(|| {
                    checking.finish();
                    progress::of_pieces(import.pieces, "pieces")
                });
                bar.set_position(import.pieces_done);
            }
            _ => {}
        }
        tokio::time::sleep(BETWEEN).await;
    }
}

impl Import {
    fn words(&self, dry_run: bool) -> String {
        let Import {
            rows,
            applied,
            unchanged,
            rejected,
            created,
            changed,
            moved,
            left,
            missing,
            flagged,
            ..
        } = self;
        let would = if dry_run { " (dry run: nothing is changed)" } else { "" };
        format!(
            "{rows} rows{would}: {applied} applied, {unchanged} unchanged, {rejected} not taken\n{created} new, \
             {changed} changed, {moved} moved, {left} left; {missing} missing in the file, {flagged} flagged"
        )
    }
}

impl Refusal {
    fn words(&self) -> String {
        let row = self.row.map(|row| format!(", row {row}")).unwrap_or_default();
        let column = self.column.as_ref().map(|column| format!(", column {column}")).unwrap_or_default();
        format!("not imported: {}{row}{column}. {}", self.title, self.detail)
    }
}
