//! The tables of rules and of threats name tests that exist.

use std::collections::BTreeSet;
use std::path::Path;

const RULES: &str = include_str!("../../../docs/rules.md");
const THREATS: &str = include_str!("../../../docs/threat-model.md");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The texts of all files below a folder whose names end like this.
fn texts_below(folder: &Path, ending: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") && !path.ends_with("node_modules") {
            texts_below(&path, ending, found);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// Names of all Rust tests.
fn tests() -> BTreeSet<String> {
    let mut texts = Vec::new();
    for folder in ["functions", "infra", "shared", "tests"] {
        texts_below(&root().join(folder), "rs", &mut texts);
    }
    let mut found = BTreeSet::new();
    for text in &texts {
        // `#[test]` stands before the function, with other attributes in between perhaps.
        let tests = text.split("#[test]").skip(1).chain(text.split("#[tokio::test]").skip(1));
        let names = tests.filter_map(|rest| rest.split_once("fn ")?.1.split('(').next());
        found.extend(names.map(str::to_owned));
    }
    found
}

/// Names of the rules that the templates keep, and of tests in Python.
fn rules_of_templates() -> BTreeSet<String> {
    let mut texts = Vec::new();
    texts_below(&root().join("infra/check"), "py", &mut texts);
    let names = texts.iter().flat_map(|text| text.split("\ndef ").skip(1));
    let names = names.filter_map(|rest| rest.split('(').next());
    names.map(|name| name.strip_prefix("test_").unwrap_or(name).to_owned()).collect()
}

/// Every row's last column names tests, all of them among these.
fn holds(table: &str, tests: &BTreeSet<String>, at_least: usize, headings: &[&str]) {
    let heading = |row: &&str| headings.iter().any(|heading| row.starts_with(&format!("| {heading} |")));
    let mut tested = false;
    let mut rows = 0;
    for row in table.lines().filter(|line| line.starts_with("| ")) {
        if heading(&row) {
            tested = row.trim_end().ends_with("| tests |");
            continue;
        }
        if !tested {
            continue;
        }
        rows += 1;
        let named = row.rsplit('|').nth(1).unwrap();
        let mut names = named.split('`').skip(1).step_by(2).peekable();
        assert!(names.peek().is_some(), "no test for: {row}");
        for name in names {
            assert!(tests.contains(name), "there is no test {name}, for: {row}");
        }
    }
    assert!(rows > at_least, "{rows} rows");
}

#[test]
fn every_test_that_the_table_of_the_rules_names_exists() {
    holds(RULES, &tests(), 25, &["rule"]);
}

#[test]
fn every_threat_has_its_tests() {
    let all = tests().into_iter().chain(rules_of_templates()).collect();
    holds(THREATS, &all, 30, &["what", "threat"]);
}
