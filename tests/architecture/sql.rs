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

/// From before the first release: no older program runs beside these.
const BEFORE_THE_FIRST_RELEASE: [&str; 3] = [
    "intake/0111_peer_keys.sql",
    "supervision/0085_emerging.sql",
    "supervision/0121_cases_by_the_set.sql",
];

/// While a release is rolled out, replicas of the one before it still work on the migrated database
/// (`infra/postgres/README.md`, "Expand, then contract").
#[test]
fn what_the_release_before_uses_is_not_taken_away() {
    let mut taken = Vec::new();
    for service in SERVICES {
        let folder = root().join(format!("services/{service}/migrations"));
        for entry in fs::read_dir(folder).expect("migrations").flatten() {
            let name = format!("{service}/{}", entry.file_name().to_string_lossy());
            let text = fs::read_to_string(entry.path()).expect("a migration");
            if BEFORE_THE_FIRST_RELEASE.contains(&name.as_str()) || text.contains("-- contract: ") {
                continue;
            }
            let lines = text.lines().filter(|line| takes_away(line));
            taken.extend(lines.map(|line| format!("{name}: {}", line.trim())));
        }
    }
    assert!(
        taken.is_empty(),
        "do it in the release after the one that stopped using it, and say so in a line `-- contract: since <release> nothing \
         uses …`: {taken:#?}"
    );
}

fn takes_away(line: &str) -> bool {
    let code = line.split("--").next().unwrap_or_default().to_lowercase();
    let has = |words: &str| code.contains(words);
    // The functions of 0001 drop partitions that are past their time.
    (has("drop table") && !has("execute format"))
        || has("drop column")
        || has("drop function")
        || has("drop view")
        || has(" rename ")
        || (has("alter column") && (has(" type ") || has("set not null")))
        || (has("add column") && has("not null") && !has("default") && !has("generated"))
}

#[test]
fn taking_away_is_recognised() {
    for line in [
        "alter table peers drop column a, drop column b;",
        "ALTER TABLE orders RENAME TO o;",
        "drop table x;",
        "    alter column a type bigint,",
        "alter table t alter column a set not null;",
        "    add column a text not null,          -- what",
    ] {
        assert!(takes_away(line), "{line}");
    }
    for line in [
        "alter table orders drop constraint orders_state_check;",
        "alter table t alter column a set compression lz4;",
        "    add column a text not null default '',  -- what",
        "-- drop table x",
    ] {
        assert!(!takes_away(line), "{line}");
    }
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
