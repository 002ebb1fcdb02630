//! S3: the file-system store of `s3s-fs`, with event notifications, cross-origin rules and the checks that it
//! leaves out.

mod buckets;
mod checksums;
mod event;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use s3s::Body;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};

use crate::cors;
use crate::credentials::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use crate::plan::{BucketPlan, CorsPlan};
use crate::sqs::Queues;
use crate::state::State;
use buckets::Buckets;

/// Why the buckets can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum S3Error {
    /// A folder can't be made.
    #[error("a bucket's folder cannot be made: {0}")]
    Folder(#[from] std::io::Error),
    /// The store refuses its folder.
    #[error("the object store cannot be opened: {0:?}")]
    Store(s3s_fs::Error),
    /// The list of notifications under way can't be read.
    #[error("the notifications under way cannot be read: {0}")]
    State(#[from] rusqlite::Error),
}

pub(crate) struct S3 {
    service: S3Service,
    cors: BTreeMap<String, Vec<CorsPlan>>,
}

impl S3 {
    /// Opens the buckets, and announces the objects whose announcement a sudden end cut off.
    pub(crate) async fn open(
        folder: &Path,
        plans: &[BucketPlan],
        state: Arc<State>,
        queues: Arc<Queues>,
    ) -> Result<Self, S3Error> {
        for plan in plans {
            tokio::fs::create_dir_all(folder.join(&plan.name)).await?;
        }
        let files = s3s_fs::FileSystem::new(folder).map_err(S3Error::Store)?;
        let buckets = Buckets::new(files, plans, state, queues);
        buckets.announce_pending().await?;
        let mut builder = S3ServiceBuilder::new(buckets);
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY_ID, SECRET_ACCESS_KEY));
        let cors = plans.iter().map(|plan| (plan.name.clone(), plan.cors.clone())).collect();
        Ok(Self { service: builder.build(), cors })
    }

    /// Whether a path is meant for a bucket, and not for the HTTP API on the same port.
    pub(crate) fn owns(&self, path: &str) -> bool {
        self.cors.contains_key(bucket_of(path))
    }

    pub(crate) async fn handle(&self, request: Request<Incoming>) -> Response<Body> {
        let rules = self.cors.get(bucket_of(request.uri().path())).map(Vec::as_slice).unwrap_or_default();
        let origin = cors::origin(request.headers());
        let method = request.method().clone();
        if method == Method::OPTIONS && cors::is_preflight(request.headers()) {
            return preflight(rules, &request);
        }
        match self.service.call(request.map(Body::from)).await {
            Ok(mut response) => {
                cors::replace(rules, origin.as_deref(), &method, response.headers_mut());
                response
            }
            Err(error) => {
                tracing::error!(?error, "S3 failed");
                empty(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }
}

fn preflight(rules: &[CorsPlan], request: &Request<Incoming>) -> Response<Body> {
    match cors::preflight(rules, request.headers()) {
        Some(headers) => {
            let mut response = empty(StatusCode::OK);
            *response.headers_mut() = headers;
            response
        }
        None => empty(StatusCode::FORBIDDEN),
    }
}

fn bucket_of(path: &str) -> &str {
    path.trim_start_matches('/').split('/').next().unwrap_or_default()
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
