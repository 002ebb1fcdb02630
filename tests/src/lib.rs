//! The harness of the tests over the wire: a whole local stack per test, the real function binaries
//! behind the real template, spoken to as a phone does and looked into as an operator could.

#![expect(clippy::expect_used, clippy::panic, reason = "a harness stops at the first surprise")]

pub mod client;
pub mod command;
pub mod contract;
pub mod exports;
pub mod faults;
pub mod forms;
pub mod imports;
pub mod inside;
pub mod ledger;
pub mod photos;
pub mod processes;
pub mod qr;
pub mod recount;
pub mod stack;
pub mod wait;

pub use client::{Answer, Client};
pub use inside::Inside;
pub use stack::Stack;
