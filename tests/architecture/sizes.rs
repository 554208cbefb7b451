//! Sizes and habits that a machine can see.
use crate::source;

const FILE_LINES_MAX: usize = 500;
const MAIN_LINES_MAX: usize = 30;

#[test]
fn no_file_is_longer_than_500_lines() {
    let long: Vec<String> = source::all()
        .into_iter()
        .filter(|s| s.text.lines().count() > FILE_LINES_MAX)
        .map(|s| format!("{} ({})", s.path, s.text.lines().count()))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn a_main_is_at_most_30_lines() {
    let long: Vec<String> = source::all()
        .into_iter()
        .filter(|s| {
            s.path.starts_with("services/")
                && s.path.ends_with("src/main.rs")
                && !s.path.contains("all-in-one")
        })
        .filter(|s| s.text.lines().count() > MAIN_LINES_MAX)
        .map(|s| s.path)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn every_file_says_what_it_is() {
    let silent: Vec<String> = source::all()
        .into_iter()
        .filter(|s| !s.text.starts_with("//!"))
        .map(|s| s.path)
        .collect();
    assert!(silent.is_empty(), "files without module docs: {silent:#?}");
}

#[test]
fn no_test_is_ignored_and_none_sleeps() {
    let ignored = ["#[", "ignore"].concat();
    let sleeps = [["thread::", "sleep"].concat(), ["time::", "sleep"].concat()];
    let mut found = Vec::new();
    for source in source::all() {
        let test = source.path.contains("/tests/")
            || source.path.starts_with("tests/")
            || source.path.ends_with("tests.rs");
        for (number, line) in source.code_lines() {
            if line.contains(&ignored) || (test && sleeps.iter().any(|sleep| line.contains(sleep.as_str()))) {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn nothing_is_left_to_do() {
    let stubs = [["todo", "!("].concat(), ["unimplemented", "!("].concat()];
    let found: Vec<String> = source::all()
        .iter()
        .flat_map(|s| {
            s.code_lines()
                .filter(|(_, l)| stubs.iter().any(|stub| l.contains(stub.as_str())))
                .map(|(n, _)| format!("{}:{n}", s.path))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}
