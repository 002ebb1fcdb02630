//! The built web client: what a CDN in front of the site bucket serves in the cloud, here from a folder.

use std::path::{Component, Path, PathBuf};

use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, LOCATION, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use http_body_util::Full;

/// The entries of the client, each a folder of its own.
const ENTRIES: [&str; 2] = ["app", "office"];
/// Names of files in there change with their content.
const NAMED_BY_CONTENT: &str = "assets";

#[derive(Debug)]
pub(crate) struct Web {
    folder: PathBuf,
}

impl Web {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The answer to a request of the client's own files; nothing where the path is the API's.
    pub(crate) async fn answer(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
    ) -> Option<Response<Full<Bytes>>> {
        let inner = path.strip_prefix('/')?;
        if ENTRIES.contains(&inner) {
            return Some(redirect(&format!("{path}/")));
        }
        let (entry, _) = inner.split_once('/')?;
        if !ENTRIES.contains(&entry) || (method != Method::GET && method != Method::HEAD) {
            return None;
        }
        let name = if inner.ends_with('/') { format!("{inner}index.html") } else { inner.to_owned() };
        if !Path::new(&name).components().all(|part| matches!(part, Component::Normal(_))) {
            return None;
        }
        self.file(&name, takes_gzip(headers)).await
    }

    async fn file(&self, name: &str, takes_gzip: bool) -> Option<Response<Full<Bytes>>> {
        let packed = if takes_gzip { self.read(&format!("{name}.gz")).await } else { None };
        let is_packed = packed.is_some();
        let content = match packed {
            Some(content) => content,
            None => self.read(name).await?,
        };
        let mut response = Response::new(Full::from(content));
        let headers = response.headers_mut();
        if is_packed {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache_control(name)));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        Some(response)
    }

    async fn read(&self, name: &str) -> Option<Bytes> {
        tokio::fs::read(self.folder.join(name)).await.ok().map(Bytes::from)
    }
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| coding.split(';').next().is_some_and(|name| name.trim() == "gzip"))
}

fn cache_control(name: &str) -> &'static str {
    if name.split('/').any(|part| part == NAMED_BY_CONTENT) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

fn content_type(name: &str) -> &'static str {
    match Path::new(name).extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

fn redirect(to: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::FOUND;
    if let Ok(location) = HeaderValue::from_str(to) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    fn web() -> (tempfile::TempDir, Web) {
        let folder = tempfile::tempdir().unwrap();
        let app = folder.path().join("app/assets");
        std::fs::create_dir_all(&app).unwrap();
        std::fs::write(folder.path().join("app/index.html"), "page").unwrap();
        std::fs::write(app.join("main-1.js"), "script").unwrap();
        std::fs::write(app.join("main-1.js.gz"), "packed").unwrap();
        std::fs::write(folder.path().join("secret"), "secret").unwrap();
        let web = Web::new(folder.path().to_owned());
        (folder, web)
    }

    async fn got(web: &Web, path: &str, accepts: &str) -> Option<(String, HeaderMap)> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, accepts.parse().unwrap());
        let response = web.answer(&Method::GET, path, &headers).await?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Some((String::from_utf8(body.to_vec()).unwrap(), parts.headers))
    }

    #[tokio::test]
    async fn an_entry_is_its_index_which_is_asked_for_again_each_time() {
        let (_folder, web) = web();
        let (body, headers) = got(&web, "/app/", "").await.unwrap();
        assert_eq!(body, "page");
        assert_eq!(headers[CONTENT_TYPE], "text/html; charset=utf-8");
        assert_eq!(headers[CACHE_CONTROL], "no-cache");
        let (_, headers) = got(&web, "/app", "").await.unwrap();
        assert_eq!(headers[LOCATION], "/app/");
    }

    #[tokio::test]
    async fn what_is_named_by_its_content_is_kept_and_comes_packed_to_who_takes_it() {
        let (_folder, web) = web();
        let (body, headers) = got(&web, "/app/assets/main-1.js", "br, gzip;q=0.5").await.unwrap();
        assert_eq!(
            (body.as_str(), &headers[CONTENT_ENCODING]),
            ("packed", &HeaderValue::from_static("gzip"))
        );
        assert!(headers[CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        let (body, headers) = got(&web, "/app/assets/main-1.js", "br").await.unwrap();
        assert!(body == "script" && !headers.contains_key(CONTENT_ENCODING));
    }

    #[tokio::test]
    async fn nothing_outside_the_entries_is_shown() {
        let (_folder, web) = web();
        for path in ["/secret", "/app/../secret", "/app/..", "/app//secret", "/v1/me", "/", "/app/none.js"] {
            assert!(got(&web, path, "gzip").await.is_none(), "{path}");
        }
        assert!(web.answer(&Method::POST, "/app/", &HeaderMap::new()).await.is_none());
    }
}
