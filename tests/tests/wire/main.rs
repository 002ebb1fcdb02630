//! The system over the wire: HTTP requests against the real function binaries on a local stack.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod accounts;
mod alerts;
mod counters;
mod crash;
mod editing;
mod faults;
mod feedback;
mod lists;
mod lookup;
mod operations;
mod privacy;
mod query;
mod recount;
mod rules;
mod rules_table;
mod sign_in;
mod surveys;
mod uploads;
mod verification_life;
mod whole_path;
