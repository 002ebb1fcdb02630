//! The bucket of bulk work: files that come in, what imports make of them, and signed ways to both.

use std::time::Duration;

use anju_domain::import::{Import, ImportId};
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::StoreError;
use crate::photo_files::{Presigned, expiring_in};

/// Bytes of a part of a large file; S3 asks for 5 MB at least.
const PART: usize = 8 << 20;

/// The bucket.
#[derive(Debug, Clone)]
pub struct TransferFiles {
    client: Client,
    bucket: String,
}

/// A file's name as a download has it.
#[derive(Debug, Clone, Copy)]
pub struct Download<'a> {
    /// Where it lies.
    pub key: &'a str,
    /// What it is to be called, in ASCII.
    pub name: &'a str,
}

impl TransferFiles {
    /// The files in `bucket`.
    pub fn new(client: Client, bucket: String) -> Self {
        TransferFiles { client, bucket }
    }

    /// Lets a client upload an import's file once: type, length and checksum are signed, an existing file is not
    /// replaced.
    pub async fn presign_upload(&self, import: &Import, validity: Duration) -> Result<Presigned, StoreError> {
        let checksum = hex::decode(&import.sha256).unwrap_or_default();
        let key = crate::keys::objects::import_upload(&import.id);
        let request = (self.client.put_object().bucket(&self.bucket).key(key))
            .content_type(import.format.content_type())
            .content_length(i64::try_from(import.size).unwrap_or(i64::MAX))
            .checksum_sha256(BASE64_STANDARD.encode(checksum))
            .if_none_match("*")
            .presigned(expiring_in(validity)?)
            .await
            .map_err(StoreError::sdk("PutObject"))?;
        Ok(Presigned::of(&request))
    }

    /// A signed address that a file is fetched by.
    pub async fn presign_download(
        &self,
        download: Download<'_>,
        validity: Duration,
    ) -> Result<String, StoreError> {
        let request = (self.client.get_object().bucket(&self.bucket).key(download.key))
            .response_content_disposition(format!("attachment; filename=\"{}\"", download.name));
        let signed = request.presigned(expiring_in(validity)?).await.map_err(StoreError::sdk("GetObject"))?;
        Ok(signed.uri().to_owned())
    }

    /// Bytes of a file from `from` on, at most `length`; none where the file isn't there, or ends before.
    pub async fn range(&self, key: &str, from: u64, length: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let range = format!("bytes={from}-{}", from + length - 1);
        let got = self.client.get_object().bucket(&self.bucket).key(key).range(range).send().await;
        let object = match got {
            Ok(object) => object,
            Err(error) if error.as_service_error().is_some_and(|error| error.is_no_such_key()) => {
                return Ok(None);
            }
            Err(error) if error.raw_response().is_some_and(|response| response.status().as_u16() == 416) => {
                return Ok(None);
            }
            Err(error) => return Err(StoreError::sdk("GetObject")(error)),
        };
        let body = object.body.collect().await.map_err(broken_off)?;
        Ok(Some(body.to_vec()))
    }

    /// A file that fits into memory; none where it isn't there.
    pub async fn file(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match self.client.get_object().bucket(&self.bucket).key(key).send().await {
            Ok(object) => Ok(Some(object.body.collect().await.map_err(broken_off)?.to_vec())),
            Err(error) if error.as_service_error().is_some_and(|error| error.is_no_such_key()) => Ok(None),
            Err(error) => Err(StoreError::sdk("GetObject")(error)),
        }
    }

    /// Keeps a file.
    pub async fn put(&self, key: &str, content_type: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_type(content_type);
        put.body(ByteStream::from(bytes)).send().await.map_err(StoreError::sdk("PutObject"))?;
        Ok(())
    }

    /// Joins files to one, of any length, after `beginning`. Those that aren't there are left out.
    pub async fn join(
        &self,
        key: &str,
        content_type: &str,
        beginning: Vec<u8>,
        keys: &[String],
    ) -> Result<(), StoreError> {
        let mut held = beginning;
        let mut upload: Option<Multipart<'_>> = None;
        for part in keys {
            held.extend(self.file(part).await?.unwrap_or_default());
            if held.len() >= PART {
                let begun = match upload.take() {
                    Some(begun) => begun,
                    None => Multipart::begin(self, key, content_type).await?,
                };
                upload = Some(begun.add(std::mem::take(&mut held)).await?);
            }
        }
        match upload {
            None => self.put(key, content_type, held).await,
            Some(begun) if held.is_empty() => begun.end().await,
            Some(begun) => begun.add(held).await?.end().await,
        }
    }

    /// Forgets what an import's error file was made of. The bucket does so by itself after 30 days.
    pub async fn delete(&self, key: &str) -> Result<(), StoreError> {
        let delete = self.client.delete_object().bucket(&self.bucket).key(key);
        delete.send().await.map_err(StoreError::sdk("DeleteObject"))?;
        Ok(())
    }
}

/// A file that is uploaded in parts.
struct Multipart<'a> {
    files: &'a TransferFiles,
    key: &'a str,
    id: String,
    parts: Vec<CompletedPart>,
}

impl<'a> Multipart<'a> {
    async fn begin(files: &'a TransferFiles, key: &'a str, content_type: &str) -> Result<Self, StoreError> {
        let create = files.client.create_multipart_upload().bucket(&files.bucket).key(key);
        let created = create.content_type(content_type).send().await;
        let created = created.map_err(StoreError::sdk("CreateMultipartUpload"))?;
        let id = created.upload_id.unwrap_or_default();
        Ok(Multipart { files, key, id, parts: Vec::new() })
    }

    async fn add(mut self, bytes: Vec<u8>) -> Result<Self, StoreError> {
        let number = i32::try_from(self.parts.len() + 1).unwrap_or(i32::MAX);
        let upload = self.files.client.upload_part().bucket(&self.files.bucket).key(self.key);
        let upload = upload.upload_id(&self.id).part_number(number).body(ByteStream::from(bytes));
        let sent = upload.send().await.map_err(StoreError::sdk("UploadPart"))?;
        self.parts.push(CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag).build());
        Ok(self)
    }

    async fn end(self) -> Result<(), StoreError> {
        let parts = CompletedMultipartUpload::builder().set_parts(Some(self.parts)).build();
        let complete = self.files.client.complete_multipart_upload().bucket(&self.files.bucket).key(self.key);
        let complete = complete.upload_id(&self.id).multipart_upload(parts);
        complete.send().await.map_err(StoreError::sdk("CompleteMultipartUpload"))?;
        Ok(())
    }
}

fn broken_off(error: aws_sdk_s3::primitives::ByteStreamError) -> StoreError {
    StoreError::Unavailable { operation: "GetObject", cause: error.to_string() }
}

/// The import whose file lies at a key, where it is one's.
pub fn import_of_upload(key: &str) -> Option<ImportId> {
    key.strip_prefix(crate::keys::objects::IMPORT_UPLOADS)?.parse().ok()
}
