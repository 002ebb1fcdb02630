//! The document is sound, and as it was reviewed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use anju_contract::{document, operations, reference};
use serde_json::{Value, json};

/// Compares with a file of the repository. With `UPDATE_CONTRACT=1` the file is written instead: then
/// read the difference before you commit it.
fn assert_reviewed(path: &str, now: &str) {
    let path = format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_CONTRACT").is_some() {
        std::fs::write(&path, now).unwrap();
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = reviewed.lines().zip(now.lines()).find(|(reviewed, now)| reviewed != now);
    assert!(
        reviewed == now,
        "{path} is out of date, first at {differs:?}: run `make contract` and review the difference"
    );
}

#[test]
fn the_document_is_as_it_was_reviewed() {
    let pretty = serde_json::to_string_pretty(&document()).unwrap() + "\n";
    assert_reviewed("tests/openapi.json", &pretty);
}

#[test]
fn the_reference_is_as_it_was_reviewed() {
    assert_reviewed("docs/api.md", &reference(&document()).unwrap());
}

/// A validator of a schema of the document.
fn validator(document: &Value, schema: &Value) -> jsonschema::Validator {
    let whole = json!({"components": document["components"], "allOf": [schema]});
    jsonschema::options().should_validate_formats(true).build(&whole).unwrap()
}

#[test]
fn every_operation_has_examples_that_its_own_schemas_accept() {
    let document = document();
    let mut seen = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let bodies = operation["requestBody"]["content"].as_object().into_iter().flatten();
            let answers = operation["responses"].as_object().unwrap().iter();
            let answers = answers.filter(|(status, _)| status.starts_with('2'));
            let answers = answers.flat_map(|(_, answer)| answer["content"].as_object().into_iter().flatten());
            for (media_type, content) in bodies.chain(answers) {
                let example = &content["example"];
                assert!(!example.is_null(), "{method} {path}: no example in {media_type}");
                let errors: Vec<String> = validator(&document, &content["schema"])
                    .iter_errors(example)
                    .map(|error| format!("{} {error}", error.instance_path()))
                    .collect();
                assert!(errors.is_empty(), "{method} {path}: {errors:#?}");
                seen += 1;
            }
        }
    }
    assert!(seen > 60, "only {seen} examples");
}

#[test]
fn every_reference_leads_somewhere_and_every_type_is_used() {
    let document = document();
    let text = document.to_string();
    let mut used = BTreeSet::new();
    for part in text.split("\"$ref\":\"").skip(1) {
        let reference = part.split('"').next().unwrap();
        assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
        used.insert(reference.to_owned());
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(used.contains(&format!("#/components/schemas/{name}")), "{name} is used nowhere");
        assert!(!name.ends_with(|last: char| last.is_ascii_digit()), "{name}: two types have one name");
    }
}

#[test]
fn operations_have_ids_of_their_own() {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let described = paths.values().flat_map(|methods| methods.as_object().unwrap().values());
    let ids: BTreeSet<&str> = described.map(|operation| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), operations().len());
}
