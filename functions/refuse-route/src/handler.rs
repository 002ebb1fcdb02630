use std::collections::BTreeSet;

use anju_contract::Operation;
use anju_http::{Answer, ApiError};
use lambda_http::{Request, RequestExt};

pub struct Context {
    pub operations: Vec<Operation>,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let path = request.raw_http_path();
    let fitting = context.operations.iter().filter(|operation| operation.is_of(path));
    let methods: BTreeSet<&str> = fitting.map(|operation| operation.method).collect();
    if methods.is_empty() {
        return Err(ApiError::UnknownPath);
    }
    Err(ApiError::MethodNotAllowed { allowed: methods.into_iter().collect::<Vec<_>>().join(", ") })
}
