//! Files of photos: presigned uploads and downloads, and the processed pictures.

use std::time::Duration;

use anju_domain::ids::PhotoId;
use anju_domain::photo::Photo;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::StoreError;
use crate::keys::objects;

/// The bucket that uploads arrive in.
#[derive(Debug, Clone)]
pub struct IncomingFiles {
    client: Client,
    bucket: String,
}

/// The bucket of originals and processed pictures.
#[derive(Debug, Clone)]
pub struct PhotoFiles {
    client: Client,
    bucket: String,
}

/// A request that a client may send by itself until it expires.
#[derive(Clone)]
pub struct Presigned {
    /// HTTP method.
    pub method: String,
    /// Address with its signature.
    pub url: String,
    /// Headers that are signed and must be sent as they are.
    pub headers: Vec<(String, String)>,
}

impl Presigned {
    pub(crate) fn of(request: &aws_sdk_s3::presigning::PresignedRequest) -> Self {
        Presigned {
            method: request.method().to_owned(),
            url: request.uri().to_owned(),
            headers: request.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        }
    }
}

/// Personal data or secrets: never printed by accident.
impl std::fmt::Debug for Presigned {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Presigned({})", self.method)
    }
}

pub(crate) fn expiring_in(validity: Duration) -> Result<PresigningConfig, StoreError> {
    PresigningConfig::expires_in(validity)
        .map_err(|error| StoreError::Unavailable { operation: "presigning", cause: error.to_string() })
}

impl IncomingFiles {
    /// The uploads in `bucket`.
    pub fn new(client: Client, bucket: String) -> Self {
        IncomingFiles { client, bucket }
    }

    /// Lets a client upload this photo once: type, length and checksum are signed, an existing file
    /// is not replaced.
    pub async fn presign_upload(&self, photo: &Photo, validity: Duration) -> Result<Presigned, StoreError> {
        let checksum = hex::decode(&photo.sha256).unwrap_or_default();
        let request = (self.client.put_object().bucket(&self.bucket).key(objects::incoming(&photo.id)))
            .content_type(&photo.content_type)
            .content_length(i64::try_from(photo.size).unwrap_or(i64::MAX))
            .checksum_sha256(BASE64_STANDARD.encode(checksum))
            .if_none_match("*")
            .presigned(expiring_in(validity)?)
            .await
            .map_err(StoreError::sdk("PutObject"))?;
        Ok(Presigned::of(&request))
    }

    /// Whether the file has arrived.
    pub async fn has_arrived(&self, id: &PhotoId) -> Result<bool, StoreError> {
        match self.client.head_object().bucket(&self.bucket).key(objects::incoming(id)).send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|error| error.is_not_found()) => Ok(false),
            Err(error) => Err(StoreError::sdk("HeadObject")(error)),
        }
    }

    /// The file, and when it arrived (seconds since 1970); none where it isn't there. At most `limit`
    /// bytes are taken into memory: of a larger file, its length alone decides.
    pub async fn file(&self, id: &PhotoId, limit: u64) -> Result<Option<Upload>, StoreError> {
        let got = self.client.get_object().bucket(&self.bucket).key(objects::incoming(id)).send().await;
        let object = match got {
            Ok(object) => object,
            Err(error) if error.as_service_error().is_some_and(|error| error.is_no_such_key()) => {
                return Ok(None);
            }
            Err(error) => return Err(StoreError::sdk("GetObject")(error)),
        };
        let arrived_at = object.last_modified().map(|time| time.secs()).unwrap_or_default();
        let length =
            object.content_length().and_then(|length| u64::try_from(length).ok()).unwrap_or(u64::MAX);
        if length > limit {
            return Ok(Some(Upload { bytes: None, arrived_at }));
        }
        let body = object
            .body
            .collect()
            .await
            .map_err(|error| StoreError::Unavailable { operation: "GetObject", cause: error.to_string() })?;
        Ok(Some(Upload { bytes: Some(body.to_vec()), arrived_at }))
    }
}

/// A file that arrived.
#[derive(Debug)]
pub struct Upload {
    /// Its bytes; none where it is larger than allowed.
    pub bytes: Option<Vec<u8>>,
    /// When it arrived, in seconds since 1970.
    pub arrived_at: i64,
}

impl PhotoFiles {
    /// The pictures in `bucket`.
    pub fn new(client: Client, bucket: String) -> Self {
        PhotoFiles { client, bucket }
    }

    /// Keeps the file as it was uploaded.
    pub async fn put_original(
        &self,
        id: &PhotoId,
        content_type: &str,
        bytes: Vec<u8>,
    ) -> Result<(), StoreError> {
        self.put(objects::original(id), content_type, bytes).await
    }

    /// Stores the watermarked picture and the small one.
    pub async fn put_pictures(
        &self,
        id: &PhotoId,
        marked: Vec<u8>,
        thumbnail: Vec<u8>,
    ) -> Result<(), StoreError> {
        self.put(objects::marked(id), "image/jpeg", marked).await?;
        self.put(objects::thumbnail(id), "image/jpeg", thumbnail).await
    }

    /// Signed addresses of the watermarked picture and the small one.
    pub async fn urls(&self, id: &PhotoId, validity: Duration) -> Result<(String, String), StoreError> {
        Ok((
            self.url(objects::marked(id), validity).await?,
            self.url(objects::thumbnail(id), validity).await?,
        ))
    }

    /// Deletes an object with all its versions; there or not.
    pub(crate) async fn delete_versions(&self, key: &str) -> Result<(), StoreError> {
        let list = self.client.list_object_versions().bucket(&self.bucket).prefix(key).send().await;
        let versions = match list {
            Ok(listed) => listed.versions.unwrap_or_default(),
            // A store without versions.
            Err(error) if error.code() == Some("NotImplemented") => Vec::new(),
            Err(error) => return Err(StoreError::sdk("ListObjectVersions")(error)),
        };
        // Keys of photos are of one length: none begins with another.
        for version in versions {
            let delete = self.client.delete_object().bucket(&self.bucket).key(key);
            let delete = delete.set_version_id(version.version_id.filter(|id| id != "null"));
            delete.send().await.map_err(StoreError::sdk("DeleteObject"))?;
        }
        let delete = self.client.delete_object().bucket(&self.bucket).key(key);
        delete.send().await.map_err(StoreError::sdk("DeleteObject"))?;
        Ok(())
    }

    async fn url(&self, key: String, validity: Duration) -> Result<String, StoreError> {
        let request = self.client.get_object().bucket(&self.bucket).key(key);
        let signed = request.presigned(expiring_in(validity)?).await.map_err(StoreError::sdk("GetObject"))?;
        Ok(signed.uri().to_owned())
    }

    async fn put(&self, key: String, content_type: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_type(content_type);
        put.body(ByteStream::from(bytes)).send().await.map_err(StoreError::sdk("PutObject"))?;
        Ok(())
    }
}
