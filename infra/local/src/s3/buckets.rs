//! The object store behind the S3 protocol.
//!
//! An object that somebody wants to hear of is first noted in the stack's database, then written, then
//! announced and struck off in one transaction, and only then answered. A sudden end in between leaves the
//! note, and the next start announces the object if it is there. So an answered upload is always announced,
//! and one that was cut off may be announced twice, as with S3 itself.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Extensions, HeaderMap, Method, Uri};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use s3s::dto::*;
use s3s::{Body, S3, S3Request, S3Response, S3Result, s3_error};
use s3s_fs::FileSystem;
use tokio::sync::{Mutex, MutexGuard};

use super::checksums;
use super::event::Created;
use crate::plan::{BucketPlan, NotificationPlan};
use crate::sqs::{Outgoing, Queues};
use crate::state::{State, StateError, now_ms};

/// Uploads are held in memory while they are checked.
const LARGEST_UPLOAD: usize = 256 * 1024 * 1024;
/// How many objects can be written at the same time; two that share a lock only wait for each other.
const LOCKS: usize = 64;

/// The buckets of the template.
#[derive(Clone)]
pub(super) struct Buckets(Arc<Store>);

struct Store {
    files: FileSystem,
    notifications: BTreeMap<String, Vec<NotificationPlan>>,
    state: Arc<State>,
    queues: Arc<Queues>,
    locks: Vec<Mutex<()>>,
}

impl Buckets {
    pub(super) fn new(
        files: FileSystem,
        plans: &[BucketPlan],
        state: Arc<State>,
        queues: Arc<Queues>,
    ) -> Self {
        let notifications =
            plans.iter().map(|plan| (plan.name.clone(), plan.notifications.clone())).collect();
        let locks = (0..LOCKS).map(|_| Mutex::new(())).collect();
        Self(Arc::new(Store { files, notifications, state, queues, locks }))
    }

    pub(super) async fn announce_pending(&self) -> Result<(), StateError> {
        for pending in self.0.state.pending_object_events()? {
            match self.0.head(&pending.bucket, &pending.key).await {
                Ok(_) => {
                    tracing::info!(
                        bucket = pending.bucket,
                        "announcing an object written before a sudden end"
                    );
                    let announced =
                        self.0.announce(pending.id, &pending.bucket, &pending.key, &pending.event).await;
                    if let Err(error) = announced {
                        tracing::error!(%error, "an object could not be announced");
                    }
                }
                Err(_) => self.0.state.forget_object_event(pending.id)?,
            }
        }
        Ok(())
    }

    /// Runs a write to its end even if the client goes away.
    async fn finish<T: Send + 'static>(
        &self,
        write: impl Future<Output = S3Result<T>> + Send + 'static,
    ) -> S3Result<T> {
        tokio::spawn(write).await.unwrap_or_else(|error| Err(s3_error!(error, InternalError)))
    }
}

impl Store {
    /// Conditions are checked, and data, metadata and sums are written or read, without others in between.
    async fn lock(&self, bucket: &str, key: &str) -> MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        (bucket, key).hash(&mut hasher);
        let index = usize::try_from(hasher.finish() % LOCKS as u64).unwrap_or_default();
        self.locks[index].lock().await
    }

    async fn head(&self, bucket: &str, key: &str) -> S3Result<HeadObjectOutput> {
        let input = HeadObjectInput::builder().bucket(bucket.to_owned()).key(key.to_owned()).build();
        let input = input.map_err(|error| s3_error!(error, InternalError))?;
        self.files.head_object(internal(input)).await.map(|response| response.output)
    }

    async fn put(&self, request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        let (bucket, key) = (request.input.bucket.clone(), request.input.key.clone());
        let _lock = self.lock(&bucket, &key).await;
        // The store says 412, S3 says 404.
        if request.input.if_match.is_some() {
            self.head(&bucket, &key).await?;
        }
        self.announced(&bucket, &key, "ObjectCreated:Put", self.files.put_object(request)).await
    }

    /// Does a write and announces the object that comes of it.
    async fn announced<T>(
        &self,
        bucket: &str,
        key: &str,
        event: &str,
        write: impl Future<Output = S3Result<T>>,
    ) -> S3Result<T> {
        let wanted =
            self.notifications.get(bucket).into_iter().flatten().any(|plan| plan.concerns(key, event));
        if !wanted {
            return write.await;
        }
        let id = self.state.add_object_event(bucket, key, event).map_err(state_failed)?;
        match write.await {
            Ok(response) => {
                self.announce(id, bucket, key, event).await?;
                Ok(response)
            }
            Err(error) => {
                self.state.forget_object_event(id).map_err(state_failed)?;
                Err(error)
            }
        }
    }

    async fn announce(&self, id: i64, bucket: &str, key: &str, event: &str) -> S3Result<()> {
        let object = self.head(bucket, key).await?;
        let e_tag = object.e_tag.map(ETag::into_value).unwrap_or_default();
        let size = object.content_length.unwrap_or_default();
        let body = Created { bucket, key, event, size, e_tag: &e_tag, sequence: id }.message().to_string();
        let messages: Vec<_> = self
            .notifications
            .get(bucket)
            .into_iter()
            .flatten()
            .filter(|plan| plan.concerns(key, event))
            .map(|plan| (plan.queue.clone(), Outgoing { body: body.clone(), ..Outgoing::default() }))
            .collect();
        self.queues.send_object_event(&messages, id, now_ms()).map_err(state_failed)
    }
}

fn state_failed(error: StateError) -> s3s::S3Error {
    s3_error!(error, InternalError)
}

/// A request of the stack's own.
pub(super) fn internal<T>(input: T) -> S3Request<T> {
    S3Request {
        input,
        method: Method::GET,
        uri: Uri::default(),
        headers: HeaderMap::new(),
        extensions: Extensions::new(),
        credentials: None,
        region: None,
        service: None,
        trailing_headers: None,
    }
}

async fn read_body(body: Option<StreamingBlob>) -> S3Result<Bytes> {
    let Some(body) = body else {
        return Ok(Bytes::new());
    };
    match Limited::new(Body::from(body), LARGEST_UPLOAD).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(s3_error!(EntityTooLarge)),
        Err(error) => {
            tracing::warn!(%error, "an upload broke off");
            Err(s3_error!(IncompleteBody))
        }
    }
}

/// Operations that the store carries out as they are. The signature is the one that `async_trait` makes, which
/// doesn't look into macros.
macro_rules! pass_on {
    ($($operation:ident: $input:ty => $output:ty,)*) => {
        $(fn $operation<'a, 'b>(
            &'a self,
            request: S3Request<$input>,
        ) -> Pin<Box<dyn Future<Output = S3Result<S3Response<$output>>> + Send + 'b>>
        where
            'a: 'b,
            Self: 'b,
        {
            self.0.files.$operation(request)
        })*
    };
}

#[async_trait::async_trait]
impl S3 for Buckets {
    async fn put_object(
        &self,
        mut request: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let body = read_body(request.input.body.take()).await?;
        let trailers = request.trailing_headers.take().and_then(|trailers| trailers.take());
        if let Some(trailers) = trailers {
            checksums::read_trailers(&mut request.input, &trailers);
        }
        checksums::check(&request.input, &body)?;
        request.input.checksum_algorithm = None;
        request.input.body = Some(Body::from(body).into());
        let store = Arc::clone(&self.0);
        self.finish(async move { store.put(request).await }).await
    }

    async fn copy_object(
        &self,
        request: S3Request<CopyObjectInput>,
    ) -> S3Result<S3Response<CopyObjectOutput>> {
        let store = Arc::clone(&self.0);
        self.finish(async move {
            let (bucket, key) = (request.input.bucket.clone(), request.input.key.clone());
            let _lock = store.lock(&bucket, &key).await;
            store.announced(&bucket, &key, "ObjectCreated:Copy", store.files.copy_object(request)).await
        })
        .await
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let store = Arc::clone(&self.0);
        self.finish(async move {
            let (bucket, key) = (request.input.bucket.clone(), request.input.key.clone());
            let _lock = store.lock(&bucket, &key).await;
            let write = store.files.complete_multipart_upload(request);
            store.announced(&bucket, &key, "ObjectCreated:CompleteMultipartUpload", write).await
        })
        .await
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        // The open file keeps its content when another one takes its name.
        let _lock = self.0.lock(&request.input.bucket, &request.input.key).await;
        self.0.files.get_object(request).await
    }

    async fn head_object(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let _lock = self.0.lock(&request.input.bucket, &request.input.key).await;
        self.0.files.head_object(request).await
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let _lock = self.0.lock(&request.input.bucket, &request.input.key).await;
        self.0.files.delete_object(request).await
    }

    pass_on! {
        delete_objects: DeleteObjectsInput => DeleteObjectsOutput,
        list_objects: ListObjectsInput => ListObjectsOutput,
        list_objects_v2: ListObjectsV2Input => ListObjectsV2Output,
        head_bucket: HeadBucketInput => HeadBucketOutput,
        get_bucket_location: GetBucketLocationInput => GetBucketLocationOutput,
        create_multipart_upload: CreateMultipartUploadInput => CreateMultipartUploadOutput,
        upload_part: UploadPartInput => UploadPartOutput,
        upload_part_copy: UploadPartCopyInput => UploadPartCopyOutput,
        list_parts: ListPartsInput => ListPartsOutput,
        abort_multipart_upload: AbortMultipartUploadInput => AbortMultipartUploadOutput,
    }
}
