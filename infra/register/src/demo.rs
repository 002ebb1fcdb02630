//! The demonstration: a small county, an account per region, a few photos to upload.

use std::path::{Path, PathBuf};

use anju_domain::access::Role;
use anju_domain::region::{Level, RegionCode};
use serde::Serialize;

use crate::photo::demo_photos;
use crate::seed::{SeedError, Seeded, Target};
use crate::{Plan, Register};

/// The password that all demonstration accounts are issued with. The first sign-in replaces it.
pub const INITIAL_PASSWORD: &str = "a123456";

/// Why the demonstration can't be set up.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The register.
    #[error(transparent)]
    Region(#[from] anju_domain::region::InvalidRegionCode),
    /// The stack.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// A file.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The description can't be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// Where the demonstration is.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// Where the stack answers.
    pub address: String,
    /// What solves every captcha; empty where nothing does.
    pub captcha_answer: String,
}

/// What `demo.json` says.
#[derive(Debug, Serialize)]
struct Demo<'a> {
    #[serde(flatten)]
    place: &'a Place,
    accounts: Vec<DemoAccount>,
    households: Vec<String>,
    photos: Vec<PathBuf>,
}

#[derive(Debug, Serialize)]
struct DemoAccount {
    account: RegionCode,
    password: &'static str,
    role: Role,
    level: Level,
    region: String,
}

/// Brings the demonstration into a stack that is reached at `place`, and describes it in
/// `folder/demo.json`, written last and at once.
///
/// # Errors
/// When the stack or the folder can't be written. It can be repeated: what is there stays as it is.
pub async fn set_up(
    target: &Target,
    place: &Place,
    folder: &Path,
    progress: impl FnMut(&Seeded),
) -> Result<Seeded, DemoError> {
    let register = Register::new(&Plan::demo())?;
    let seeded = target.seed(&register, INITIAL_PASSWORD, progress).await?;
    let accounts = register.regions().map(|region| DemoAccount {
        role: Role::of(region.code.level()),
        level: region.code.level(),
        account: region.code,
        password: INITIAL_PASSWORD,
        region: region.name,
    });
    let demo = Demo {
        place,
        accounts: accounts.collect(),
        households: register.villages().map(|village| format!("{}-1", village.code())).collect(),
        photos: write_photos(&folder.join("demo-photos"))?,
    };
    let (draft, path) = (folder.join("demo.json.new"), folder.join("demo.json"));
    write(&draft, format!("{}\n", serde_json::to_string_pretty(&demo)?).as_bytes())?;
    std::fs::rename(&draft, &path).map_err(|source| DemoError::File { path, source })?;
    Ok(seeded)
}

/// Writes the demonstration's photos into a folder.
///
/// # Errors
/// When the folder can't be written.
pub fn write_photos(folder: &Path) -> Result<Vec<PathBuf>, DemoError> {
    std::fs::create_dir_all(folder).map_err(|source| DemoError::File { path: folder.to_owned(), source })?;
    let mut paths = Vec::new();
    for photo in demo_photos() {
        let path = folder.join(format!("{}.jpg", photo.name));
        write(&path, &photo.bytes)?;
        paths.push(path);
    }
    Ok(paths)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), DemoError> {
    std::fs::write(path, bytes).map_err(|source| DemoError::File { path: path.to_owned(), source })
}
