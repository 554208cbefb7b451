//! A migration runs beside the replicas of the release before: what it does to a table that may be large by now must not hold
//! a lock while it reads all of it (`infra/postgres/README.md`, "Settings of a connection").
use crate::source::{SERVICES, root};
use std::collections::BTreeSet;
use std::fs;

/// Number of the last migration of each service that is from before this rule: the first release makes its tables and runs
/// these on them while they are empty.
const BEFORE_THE_RULE: [(&str, u32); 5] = [
    ("callback", 140),
    ("intake", 140),
    ("routing", 140),
    ("supervision", 170),
    ("unit-gateway", 110),
];

/// One migration: number, name and text.
type Migration = (u32, String, String);

fn migrations(service: &str) -> Vec<Migration> {
    let folder = root().join(format!("services/{service}/migrations"));
    let mut found: Vec<Migration> = fs::read_dir(folder)
        .expect("migrations")
        .flatten()
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let number = name.split('_').next().and_then(|number| number.parse().ok());
            let text = fs::read_to_string(entry.path()).expect("a migration");
            (number.expect("a number"), format!("{service}/{name}"), text)
        })
        .collect();
    found.sort();
    found
}

/// Without comments, in lower case, on one line each.
fn statements(text: &str) -> Vec<String> {
    let code: Vec<&str> = text
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default())
        .collect();
    let code = code.join("\n").to_lowercase();
    let statements = code.split(';').map(|statement| {
        let words: Vec<&str> = statement.split_whitespace().collect();
        words.join(" ")
    });
    statements.filter(|statement| !statement.is_empty()).collect()
}

/// The word after `before`, as far as it is a name.
fn name_after<'a>(statement: &'a str, before: &str) -> Option<&'a str> {
    let rest = statement.split_once(before)?.1;
    let rest = rest.strip_prefix("if not exists ").unwrap_or(rest);
    rest.split([' ', '(']).next().filter(|name| !name.is_empty())
}

fn made(text: &str) -> impl Iterator<Item = String> {
    statements(text)
        .into_iter()
        .filter(|statement| statement.starts_with("create table "))
        .filter_map(|statement| name_after(&statement, "create table ").map(str::to_owned))
}

/// What of a migration holds a lock while it reads a table that `earlier` ones made.
fn locking(text: &str, earlier: &BTreeSet<String>) -> Vec<String> {
    let statements = statements(text);
    let here = statements
        .iter()
        .filter_map(|statement| why_locking(statement, text, &statements, earlier));
    here.collect()
}

fn why_locking(
    statement: &str,
    text: &str,
    statements: &[String],
    earlier: &BTreeSet<String>,
) -> Option<String> {
    let is_index = statement.starts_with("create index ") || statement.starts_with("create unique index ");
    if is_index || statement.starts_with("drop index ") {
        let table = name_after(statement, " on ").unwrap_or_default();
        if is_index && !earlier.contains(table) {
            return None;
        }
        if !statement.contains(" index concurrently ") {
            return Some(format!("`{statement}`: `concurrently`"));
        }
        let alone = text.starts_with("-- no-transaction") && statements.len() == 1;
        return (!alone)
            .then(|| format!("`{statement}`: alone in a file that begins with `-- no-transaction`"));
    }
    let table = name_after(statement, "alter table ").filter(|table| earlier.contains(*table))?;
    if statement.contains("validate constraint") {
        let added_here = statements
            .iter()
            .any(|other| other.ends_with(" not valid") && name_after(other, "alter table ") == Some(table));
        return added_here.then(|| format!("`{statement}`: in a file after the one that adds it"));
    }
    let adds = [
        " set not null",
        " type ",
        " check (",
        " references ",
        " unique (",
        " primary key",
        " exclude ",
    ]
    .iter()
    .any(|words| statement.contains(words));
    (adds && !statement.ends_with(" not valid"))
        .then(|| format!("`{statement}`: a constraint of its own, `not valid`, validated in a later file"))
}

#[test]
fn migrations_hold_no_lock_while_they_read_a_table() {
    let mut broken = Vec::new();
    for service in SERVICES {
        let limit = BEFORE_THE_RULE.iter().find(|(name, _)| *name == service);
        let limit = limit.map_or(0, |(_, number)| *number);
        let mut earlier = BTreeSet::new();
        for (number, name, text) in migrations(service) {
            if number > limit {
                let found = locking(&text, &earlier);
                broken.extend(found.into_iter().map(|why| format!("{name}: {why}")));
            }
            earlier.extend(made(&text));
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn locking_is_recognised() {
    let earlier: BTreeSet<String> = made("create table orders (\n    id uuid\n);").collect();
    for text in [
        "create index orders_at on orders (at);",
        "create unique index orders_at on orders (at);",
        "create index concurrently orders_at on orders (at);",
        "-- no-transaction\ncreate index concurrently a on orders (a);\ncreate index concurrently b on orders (b);",
        "drop index orders_at;",
        "alter table orders add column due timestamptz check (due > at);",
        "alter table orders\n    add constraint orders_check check (a in ('b'));",
        "alter table orders add column peer text references peers;",
        "alter table orders alter column at set not null;",
        "alter table orders alter column at type text;",
        "alter table orders add constraint c check (a) not valid;\nalter table orders validate constraint c;",
    ] {
        assert_eq!(
            locking(text, &earlier).len(),
            1 + usize::from(text.contains(" b on")),
            "{text}"
        );
    }
    for text in [
        "-- no-transaction\n-- Why.\ncreate index concurrently orders_at on orders (at)\n    where open;",
        "-- no-transaction\ndrop index concurrently orders_at;",
        "create table peers (\n    id uuid\n);\ncreate index peers_id on peers (id);",
        "alter table orders add column due timestamptz;  -- check (what)",
        "alter table orders add constraint c check (a) not valid;",
        "alter table orders drop constraint c;",
        "alter table orders validate constraint c;",
    ] {
        assert!(locking(text, &earlier).is_empty(), "{text}");
    }
}
