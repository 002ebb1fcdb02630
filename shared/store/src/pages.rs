//! Public pages in object storage: the newest revision wins, whoever writes last.

use anju_domain::ids::LookupToken;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;

use crate::StoreError;
use crate::keys::objects;

const REVISION: &str = "revision";

/// The bucket of public pages.
#[derive(Debug, Clone)]
pub struct Pages {
    client: Client,
    bucket: String,
}

/// A page and how it is to be served.
#[derive(Debug, Clone)]
pub struct Page {
    /// The household's revision that it shows.
    pub revision: u64,
    /// HTML.
    pub html: String,
    /// `Cache-Control` for the CDN.
    pub cache_control: &'static str,
}

/// What is stored of a page, apart from its text.
struct Held {
    etag: String,
    revision: u64,
}

impl Pages {
    /// The pages in `bucket`.
    pub fn new(client: Client, bucket: String) -> Self {
        Pages { client, bucket }
    }

    /// The page of a token.
    pub async fn get(&self, token: &LookupToken) -> Result<Option<Vec<u8>>, StoreError> {
        let got = self.client.get_object().bucket(&self.bucket).key(objects::page(token)).send().await;
        match got {
            Ok(object) => {
                let body = object.body.collect().await.map_err(|error| StoreError::Unavailable {
                    operation: "GetObject",
                    cause: error.to_string(),
                })?;
                Ok(Some(body.to_vec()))
            }
            Err(error) if error.as_service_error().is_some_and(|error| error.is_no_such_key()) => Ok(None),
            Err(error) => Err(StoreError::sdk("GetObject")(error)),
        }
    }

    /// Stores a page unless a newer one is there. [`StoreError::Conflict`] where somebody else wrote
    /// in between: read the household and render again.
    pub async fn put(&self, token: &LookupToken, page: Page) -> Result<(), StoreError> {
        let held = self.held(token).await?;
        if held.as_ref().is_some_and(|held| held.revision > page.revision) {
            return Ok(());
        }
        let put = (self.client.put_object().bucket(&self.bucket).key(objects::page(token)))
            .content_type("text/html; charset=utf-8")
            .cache_control(page.cache_control)
            .metadata(REVISION, page.revision.to_string())
            .body(ByteStream::from(page.html.into_bytes()));
        let put = match held {
            Some(held) => put.if_match(held.etag),
            None => put.if_none_match("*"),
        };
        match put.send().await {
            Ok(_) => Ok(()),
            Err(error)
                if matches!(error.code(), Some("PreconditionFailed" | "ConditionalRequestConflict")) =>
            {
                Err(StoreError::Conflict)
            }
            Err(error) => Err(StoreError::sdk("PutObject")(error)),
        }
    }

    /// Takes a page away, there or not.
    pub async fn delete(&self, token: &LookupToken) -> Result<(), StoreError> {
        let delete = self.client.delete_object().bucket(&self.bucket).key(objects::page(token));
        delete.send().await.map_err(StoreError::sdk("DeleteObject"))?;
        Ok(())
    }

    async fn held(&self, token: &LookupToken) -> Result<Option<Held>, StoreError> {
        let got = self.client.head_object().bucket(&self.bucket).key(objects::page(token)).send().await;
        match got {
            Ok(head) => {
                let revision = head.metadata().and_then(|metadata| metadata.get(REVISION));
                let revision = revision.and_then(|text| text.parse().ok()).unwrap_or(0);
                Ok(head.e_tag.map(|etag| Held { etag, revision }))
            }
            Err(error) if error.as_service_error().is_some_and(|error| error.is_not_found()) => Ok(None),
            Err(error) => Err(StoreError::sdk("HeadObject")(error)),
        }
    }
}
