//! The platform's tables are the same text in every service, every column says what it is, and nobody's SQL
//! reaches a table of another service.
use crate::source::{SERVICES, root};
use std::fs;

#[test]
fn every_service_has_the_same_platform_tables() {
    let expected = fs::read_to_string(root().join("shared/bus/sql/platform.sql")).expect("platform.sql");
    for service in SERVICES {
        let path = root().join(format!("services/{service}/migrations/0001_platform.sql"));
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            found == expected,
            "{} must be a copy of shared/bus/sql/platform.sql",
            path.display()
        );
    }
}

#[test]
fn every_column_is_commented() {
    let mut bare = Vec::new();
    for service in SERVICES {
        let folder = root().join(format!("services/{service}/migrations"));
        for entry in fs::read_dir(folder).expect("migrations").flatten() {
            let text = fs::read_to_string(entry.path()).expect("a migration");
            let mut inside = false;
            for (number, line) in text.lines().enumerate() {
                let code = line.trim().to_lowercase();
                if code.starts_with("create table") && code.ends_with('(') {
                    inside = true;
                } else if inside && line.starts_with(')') {
                    inside = false;
                } else if inside && is_column(&code) && !code.contains("--") {
                    bare.push(format!(
                        "{service}/{}:{}: {}",
                        entry.file_name().to_string_lossy(),
                        number + 1,
                        line.trim()
                    ));
                }
            }
        }
    }
    assert!(bare.is_empty(), "columns without a comment: {bare:#?}");
}

const TYPES: [&str; 13] = [
    "uuid",
    "text",
    "bigint",
    "integer",
    "smallint",
    "boolean",
    "timestamptz",
    "date",
    "json",
    "jsonb",
    "bytea",
    "double precision",
    "numeric",
];

fn is_column(code: &str) -> bool {
    let mut words = code.split_whitespace();
    let (Some(name), Some(kind)) = (words.next(), words.next()) else {
        return false;
    };
    let kind = kind.trim_end_matches([',', '[', ']', ')']);
    ![
        "primary",
        "unique",
        "check",
        "constraint",
        "foreign",
        "--",
        "partition",
    ]
    .contains(&name)
        && TYPES.iter().any(|t| t.split(' ').next() == Some(kind))
}
