//! The system over the wire: HTTP requests against the real function binaries on a local stack.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod accounts;
mod alerts;
mod cost;
mod counters;
mod crash;
mod editing;
mod erasure;
mod evidence;
mod exports;
mod faults;
mod feedback;
mod first_account;
mod imports;
mod largest;
mod lists;
mod load;
mod lookup;
mod operating;
mod operations;
mod poison;
mod privacy;
mod query;
mod recount;
mod rules;
mod rules_table;
mod scale;
mod sign_in;
mod surveys;
mod uploads;
mod verification_life;
mod whole_path;
