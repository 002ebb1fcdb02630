//! The way to the queues: a local stack's or the cloud's.

use std::path::Path;

use aws_config::BehaviorVersion;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::{Credentials, Region};
use serde::Deserialize;

use crate::Failure;

/// What a local stack says of itself.
#[derive(Deserialize)]
struct Stack {
    endpoint: String,
    region: String,
    access_key_id: String,
    secret_access_key: String,
}

/// A client of the local stack described in this file, or of the cloud that the environment says.
pub(crate) async fn open(stack: Option<&Path>) -> Result<Client, Failure> {
    let Some(path) = stack else {
        return Ok(Client::new(&aws_config::load_defaults(BehaviorVersion::latest()).await));
    };
    let text = std::fs::read(path).map_err(|error| Failure::Stack(path.to_owned(), error))?;
    let stack: Stack =
        serde_json::from_slice(&text).map_err(|error| Failure::NoStack(path.to_owned(), error))?;
    let credentials =
        Credentials::new(stack.access_key_id, stack.secret_access_key, None, None, "stack.json");
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(stack.region))
        .credentials_provider(credentials)
        .endpoint_url(stack.endpoint)
        .build();
    Ok(Client::from_conf(config))
}
