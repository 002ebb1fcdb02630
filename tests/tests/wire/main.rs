//! The system over the wire: HTTP requests against the real function binaries on a local stack.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod whole_path;
