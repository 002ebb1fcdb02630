//! Imports: the register in, by files.

mod bad_rows;
mod changes;
mod command;
mod full;
mod hostile;
mod killed;
mod others;
mod whole;

use anju_register::{Register, write_regions, write_register};
use anju_tests::imports::File;
use anju_tests::{Client, Stack};
use serde_json::Value;

/// The generator's file of regions.
fn regions_file(register: &Register) -> Vec<u8> {
    let mut file = Vec::new();
    write_regions(register, &mut file).unwrap();
    file
}

/// The generator's file of households.
fn register_file(register: &Register) -> Vec<u8> {
    let mut file = Vec::new();
    write_register(register, &mut file).unwrap();
    file
}

/// An import as text.
fn csv<'a>(kind: &'a str, bytes: &'a [u8]) -> File<'a> {
    File { kind, format: "csv", bytes }
}

/// Brings regions and register in.
async fn import_all(stack: &Stack, operator: &Client) -> Value {
    let regions = csv("regions", &regions_file(stack.register())).import(operator).await;
    assert_eq!((&regions["state"], &regions["rejected"]), (&"done".into(), &0.into()), "{regions}");
    csv("register", &register_file(stack.register())).import(operator).await
}
