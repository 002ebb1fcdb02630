//! The stores behind the ports of a run.

use std::path::Path;

use anju_domain::export::{Export, ExportId};
use anju_export::ports::{Exports, Failure, Files};
use anju_store::export_files::ExportFiles;
use anju_store::{Control, StoreError};

/// Where exports and their files are.
pub struct Stores {
    pub control: Control,
    pub files: ExportFiles,
}

pub fn failure(error: StoreError) -> Failure {
    match error {
        StoreError::Conflict => Failure::Overtaken,
        error => Failure::Unavailable(Box::new(error)),
    }
}

impl Exports for Stores {
    async fn export(&self, id: &ExportId) -> Result<Option<Export>, Failure> {
        self.control.export(id).await.map_err(failure)
    }

    async fn put(&self, export: &Export) -> Result<(), Failure> {
        self.control.put_export(export).await.map_err(failure)
    }
}

impl Files for Stores {
    async fn put_part(&self, id: &ExportId, attempt: &str, part: u32, bytes: Vec<u8>) -> Result<(), Failure> {
        self.files.put_part(id, attempt, part, bytes).await.map_err(failure)
    }

    async fn part(&self, id: &ExportId, attempt: &str, part: u32) -> Result<Vec<u8>, Failure> {
        self.files.part(id, attempt, part).await.map_err(failure)
    }

    async fn delete_part(&self, id: &ExportId, attempt: &str, part: u32) -> Result<(), Failure> {
        self.files.delete_part(id, attempt, part).await.map_err(failure)
    }

    async fn put_file(&self, export: &Export, file: &Path) -> Result<(), Failure> {
        self.files.put_file(export, file).await.map_err(failure)
    }
}
