//! Lambda's Invoke, for tests and people who start a function by hand: it waits for the answer.

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode};
use http_body_util::Full;
use serde_json::json;
use std::sync::Arc;

use super::{Host, InvokeError};

const PREFIX: &str = "/2015-03-31/functions/";
const SUFFIX: &str = "/invocations";

/// The function, by its name, that a request invokes.
pub(crate) fn invoked_function<'a>(method: &Method, path: &'a str) -> Option<&'a str> {
    (*method == Method::POST).then_some(())?;
    path.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)
}

impl Host {
    /// Invokes a function, and answers as Lambda does: an error of the function is an answer too.
    pub(crate) async fn answer_invoke(self: &Arc<Self>, name: &str, payload: Bytes) -> Response<Full<Bytes>> {
        let payload = if payload.is_empty() { Bytes::from_static(b"null") } else { payload };
        match self.invoke(name, payload).await {
            Ok(answer) => Response::new(Full::from(answer)),
            Err(InvokeError::NoSuchFunction(name)) => {
                let problem = json!({"Type": "User", "Message": format!("Function not found: {name}")});
                let mut response = Response::new(Full::from(problem.to_string()));
                *response.status_mut() = StatusCode::NOT_FOUND;
                response
            }
            Err(error) => {
                let problem = json!({"errorMessage": error.to_string()});
                let mut response = Response::new(Full::from(problem.to_string()));
                let unhandled = HeaderValue::from_static("Unhandled");
                response.headers_mut().insert("x-amz-function-error", unhandled);
                response
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_names_the_function() {
        let path = "/2015-03-31/functions/anju-EscalateFeedback/invocations";
        assert_eq!(invoked_function(&Method::POST, path), Some("anju-EscalateFeedback"));
        assert_eq!(invoked_function(&Method::GET, path), None);
        assert_eq!(invoked_function(&Method::POST, "/2018-06-01/runtime/invocation/next"), None);
    }
}
