//! The visible top level is agreed, and shared crates import only to their left.
use crate::source::{SERVICES, SHARED, root};
use std::collections::BTreeSet;
use std::fs;

const TOP_LEVEL: [&str; 11] = [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "LICENSE",
    "Makefile",
    "README.md",
    "services",
    "shared",
    "infra",
    "k8s",
    "tests",
];

#[test]
fn the_visible_top_level_is_exactly_as_agreed() {
    let found: BTreeSet<String> = fs::read_dir(root())
        .expect("the root")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && name != "target")
        .collect();
    let agreed: BTreeSet<String> = TOP_LEVEL.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(found, agreed);
}

#[test]
fn shared_crates_use_only_those_to_their_left() {
    for (position, name) in SHARED.iter().enumerate() {
        for used in dependencies(&format!("shared/{name}/Cargo.toml"), "dependencies") {
            if let Some(place) = SHARED.iter().position(|shared| *shared == used) {
                assert!(place < position, "{name} uses {used}, which stands to its right");
            }
            assert!(
                !SERVICES.contains(&used.as_str()),
                "{name} uses the service {used}"
            );
        }
    }
}

#[test]
fn services_never_use_services_and_testkit_is_for_tests() {
    for name in SERVICES {
        for used in dependencies(&format!("services/{name}/Cargo.toml"), "dependencies") {
            assert!(
                !SERVICES.contains(&used.as_str()),
                "{name} uses the service {used}"
            );
            assert_ne!(used, "testkit", "{name} uses testkit outside tests");
        }
    }
}

#[test]
fn every_service_has_the_same_inside() {
    for name in SERVICES {
        for part in [
            "README.md",
            "config/default.toml",
            "migrations",
            "src/main.rs",
            "src/lib.rs",
            "src/config.rs",
            "src/app.rs",
            "src/ctx.rs",
            "src/api/mod.rs",
            "src/consumers/mod.rs",
            "src/usecases/mod.rs",
            "src/domain/mod.rs",
            "src/store/mod.rs",
            "src/events.rs",
            "tests/it/main.rs",
        ] {
            assert!(
                root().join("services").join(name).join(part).exists(),
                "services/{name}/{part} is missing"
            );
        }
    }
}

fn dependencies(manifest: &str, section: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(manifest)).expect("a manifest");
    let manifest: toml::Table = text.parse().expect("a readable manifest");
    manifest
        .get(section)
        .and_then(toml::Value::as_table)
        .map(|table| table.keys().cloned().collect())
        .unwrap_or_default()
}
