//! Files of any length, by signed requests: from the disk and to it, never as a whole in memory.

use std::io;
use std::path::Path;

use bytes::Bytes;
use futures_util::TryStreamExt;
use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderName, Request, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, StreamBody};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio_util::io::ReaderStream;

use crate::{Failure, Upload, connector};

/// Bytes that are read at a time.
const BLOCK: usize = 256 << 10;

/// Why a file was not sent or fetched.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file on the disk.
    #[error("the file on the disk: {0}")]
    Disk(#[from] io::Error),
    /// The other side.
    #[error(transparent)]
    Answer(#[from] Failure),
}

/// Sends a file by a signed request. `sent` hears how many bytes went each time.
///
/// # Errors
/// Where the file can't be read, or isn't taken.
pub async fn upload(
    upload: &Upload,
    path: &Path,
    sent: impl Fn(u64) + Send + Sync + 'static,
) -> Result<(), FileError> {
    let file = File::open(path).await?;
    let length = file.metadata().await?.len();
    let blocks = ReaderStream::with_capacity(file, BLOCK).map_ok(move |block: Bytes| {
        sent(block.len() as u64);
        http_body::Frame::data(block)
    });
    let body: BoxBody<Bytes, io::Error> = BodyExt::boxed(StreamBody::new(blocks));
    let mut request = Request::new(body);
    let invalid = || Failure::unanswered("signed request");
    *request.method_mut() = upload.method.parse().map_err(|_| invalid())?;
    *request.uri_mut() = upload.url.parse().map_err(|_| invalid())?;
    for (name, value) in &upload.headers {
        let name: HeaderName = name.parse().map_err(|_| invalid())?;
        // What every HTTP client sets by itself.
        if name != HOST && name != CONTENT_LENGTH {
            request.headers_mut().insert(name, value.parse().map_err(|_| invalid())?);
        }
    }
    request.headers_mut().insert(CONTENT_LENGTH, length.into());
    let client = Client::builder(TokioExecutor::new()).build(connector()?);
    let response = client.request(request).await.map_err(|_| Failure::unanswered("connection"))?;
    match response.status() {
        // It is there already: an earlier attempt arrived.
        StatusCode::OK | StatusCode::PRECONDITION_FAILED => Ok(()),
        status => Err(Failure { status: Some(status.as_u16()), code: "not taken".to_owned() }.into()),
    }
}

/// Fetches a file by its signed address.
///
/// # Errors
/// Where it isn't given, or can't be written.
pub async fn download(url: &str, path: &Path) -> Result<(), FileError> {
    let request = Request::get(url).body(http_body_util::Empty::<Bytes>::new());
    let request = request.map_err(|_| Failure::unanswered("signed request"))?;
    let client = Client::builder(TokioExecutor::new()).build(connector()?);
    let response = client.request(request).await.map_err(|_| Failure::unanswered("connection"))?;
    if response.status() != StatusCode::OK {
        let status = Some(response.status().as_u16());
        return Err(Failure { status, code: "not given".to_owned() }.into());
    }
    let mut file = File::create(path).await?;
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Failure::unanswered("broken off"))?;
        if let Ok(block) = frame.into_data() {
            file.write_all(&block).await?;
        }
    }
    Ok(file.flush().await?)
}
