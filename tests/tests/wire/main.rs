//! The system over the wire: HTTP requests against the real function binaries on a local stack.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod counters;
mod crash;
mod editing;
mod lists;
mod lookup;
mod privacy;
mod rules;
mod sign_in;
mod uploads;
mod whole_path;
