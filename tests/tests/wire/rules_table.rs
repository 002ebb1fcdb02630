//! The table of the rules names tests that exist.

use std::collections::BTreeSet;
use std::path::Path;

const TABLE: &str = include_str!("../../../docs/rules.md");

/// Names of the functions of all tests below a folder.
fn tests_below(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            tests_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            // `#[test]` stands before the function, with other attributes in between perhaps.
            let tests = text.split("#[test]").skip(1).chain(text.split("#[tokio::test]").skip(1));
            let names = tests.filter_map(|rest| rest.split_once("fn ")?.1.split('(').next());
            found.extend(names.map(str::to_owned));
        }
    }
}

#[test]
fn every_test_that_the_table_of_the_rules_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut tests = BTreeSet::new();
    for folder in ["functions", "infra", "shared", "tests"] {
        tests_below(&root.join(folder), &mut tests);
    }
    let rows: Vec<&str> =
        TABLE.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| rule")).collect();
    assert!(rows.len() > 25, "{} rules", rows.len());
    for row in rows {
        let named = row.rsplit('|').nth(1).unwrap();
        let mut names = named.split('`').skip(1).step_by(2).peekable();
        assert!(names.peek().is_some(), "no test for: {row}");
        for name in names {
            assert!(tests.contains(name), "there is no test {name}, for: {row}");
        }
    }
}
