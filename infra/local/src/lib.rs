//! The whole system on one machine: the real function binaries, wired up by the SAM template, with embedded
//! stand-ins for the cloud's services.
//!
//! A development tool. What it emulates and what it doesn't is written down in `docs/local-stack.md`; a
//! template that asks for more is refused, property by property (see `template/accepted.rs`).

mod aws_json;
mod cors;
mod credentials;
mod dynamodb;
mod event_sources;
mod faults;
mod filter;
mod http_api;
mod lambda;
mod ledger;
mod listeners;
mod options;
mod plan;
mod s3;
mod secrets;
mod server;
mod sqs;
mod stack;
mod state;
mod template;
mod web;

pub use credentials::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
pub use dynamodb::{TableError, serve_in_memory};
pub use options::Options;
pub use s3::S3Error;
pub use stack::{LocalStack, Running, StartError};
pub use template::{Cloud, TemplateError};
