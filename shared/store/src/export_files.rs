//! Files of exports in the bucket of bulk files: parts with rows while they are collected, then the one to fetch.

use std::path::Path;
use std::time::Duration;

use anju_domain::export::{Export, ExportId};
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;

use crate::StoreError;
use crate::keys::objects;
use crate::photo_files::expiring_in;

/// The bucket's part for exports.
#[derive(Debug, Clone)]
pub struct ExportFiles {
    client: Client,
    bucket: String,
}

impl ExportFiles {
    /// The exports in `bucket`.
    pub fn new(client: Client, bucket: String) -> Self {
        ExportFiles { client, bucket }
    }

    /// Keeps a part of the rows.
    pub async fn put_part(
        &self,
        id: &ExportId,
        attempt: &str,
        part: u32,
        bytes: Vec<u8>,
    ) -> Result<(), StoreError> {
        let put = self.client.put_object().bucket(&self.bucket).key(objects::export_part(id, attempt, part));
        put.body(ByteStream::from(bytes)).send().await.map_err(StoreError::sdk("PutObject"))?;
        Ok(())
    }

    /// A part of the rows.
    pub async fn part(&self, id: &ExportId, attempt: &str, part: u32) -> Result<Vec<u8>, StoreError> {
        let get = self.client.get_object().bucket(&self.bucket).key(objects::export_part(id, attempt, part));
        let got = get.send().await.map_err(StoreError::sdk("GetObject"))?;
        let read = got.body.collect().await;
        let read = read
            .map_err(|error| StoreError::Unavailable { operation: "GetObject", cause: error.to_string() })?;
        Ok(read.to_vec())
    }

    /// Takes a part away, there or not.
    pub async fn delete_part(&self, id: &ExportId, attempt: &str, part: u32) -> Result<(), StoreError> {
        let key = objects::export_part(id, attempt, part);
        let delete = self.client.delete_object().bucket(&self.bucket).key(key);
        delete.send().await.map_err(StoreError::sdk("DeleteObject"))?;
        Ok(())
    }

    /// Stores the finished file, under its name for the browser.
    pub async fn put_file(&self, export: &Export, file: &Path) -> Result<(), StoreError> {
        let body = ByteStream::from_path(file).await;
        let body = body.map_err(|error| StoreError::Unavailable {
            operation: "reading a file of this function",
            cause: error.to_string(),
        })?;
        let put = self.client.put_object().bucket(&self.bucket).key(objects::export_file(&export.id));
        put.content_type(export.order.format.media_type())
            .content_disposition(format!("attachment; filename=\"{}\"", export.file_name()))
            .body(body)
            .send()
            .await
            .map_err(StoreError::sdk("PutObject"))?;
        Ok(())
    }

    /// A signed address of the finished file.
    pub async fn url(&self, id: &ExportId, validity: Duration) -> Result<String, StoreError> {
        let get = self.client.get_object().bucket(&self.bucket).key(objects::export_file(id));
        let signed = get.presigned(expiring_in(validity)?).await.map_err(StoreError::sdk("GetObject"))?;
        Ok(signed.uri().to_owned())
    }
}
