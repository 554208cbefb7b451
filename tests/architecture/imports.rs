//! What may import what inside a service: a text scan of `use` lines and paths.
use crate::source::{self, SERVICES};

/// (module, words that must not appear in it, why).
const RULES: &[(&str, &[&str], &str)] = &[
    (
        "api",
        &[
            "crate::store",
            "sqlx::",
            "contracts::event",
            "bus::outbox",
            "bus::Fact",
            "crate::clients",
            "crate::events",
        ],
        "ways in call use cases",
    ),
    (
        "consumers",
        &["crate::store", "sqlx::", "crate::api", "crate::clients"],
        "ways in call use cases",
    ),
    (
        "jobs",
        &["crate::store", "sqlx::", "crate::api"],
        "ways in call use cases",
    ),
    (
        "usecases",
        &[
            "axum::",
            "async_nats::",
            "crate::api",
            "crate::consumers",
            "crate::clients",
            "crate::jobs",
        ],
        "a use case runs in a transaction",
    ),
    (
        "store",
        &[
            "axum::",
            "async_nats::",
            "crate::api",
            "crate::usecases",
            "crate::consumers",
            "crate::events",
            "bus::",
        ],
        "only SQL",
    ),
    (
        "clients",
        &["crate::store", "sqlx::", "crate::api", "crate::usecases"],
        "systems we do not own",
    ),
    (
        "domain",
        &[
            "async fn",
            "sqlx::",
            "axum::",
            "async_nats::",
            "crate::store",
            "crate::api",
            "crate::usecases",
            "bus::",
            "db::",
            "web::",
            "tokio::",
            "Utc::now",
            "rand::",
        ],
        "rules are pure",
    ),
    (
        "events",
        &["crate::store", "crate::api", "crate::usecases", "sqlx::"],
        "domain to contract",
    ),
];

#[test]
fn modules_import_only_what_their_place_allows() {
    let mut broken = Vec::new();
    for service in SERVICES {
        for source in source::below(&format!("services/{service}/src")) {
            let inside = source
                .path
                .trim_start_matches(&format!("services/{service}/src/"))
                .to_owned();
            let module = inside.split(['/', '.']).next().unwrap_or_default();
            let Some((_, forbidden, why)) = RULES.iter().find(|(name, ..)| *name == module) else {
                continue;
            };
            for (number, line) in source.code_lines() {
                for word in forbidden.iter().filter(|word| line.contains(**word)) {
                    broken.push(format!("{}:{number}: `{word}` ({why})", source.path));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn nobody_imports_ways_in_or_composition() {
    let mut broken = Vec::new();
    for service in SERVICES {
        for source in source::below(&format!("services/{service}/src")) {
            let inside = source
                .path
                .trim_start_matches(&format!("services/{service}/src/"))
                .to_owned();
            let module = inside.split(['/', '.']).next().unwrap_or_default().to_owned();
            // The test in `config` loads the defaults of the whole service, so it names `app`.
            if ["app", "main", "lib", "config"].contains(&module.as_str()) {
                continue;
            }
            for (number, line) in source.code_lines() {
                for other in ["api", "consumers", "jobs", "app"] {
                    if other != module && line.contains(&format!("use crate::{other}")) {
                        broken.push(format!("{}:{number}: {}", source.path, line.trim()));
                    }
                }
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn publishing_has_one_home() {
    let mut broken = Vec::new();
    for service in SERVICES {
        for source in source::below(&format!("services/{service}/src")) {
            let allowed = ["unit-gateway", "intake"].contains(&service) && source.path.contains("/clients/");
            for (number, line) in source.code_lines() {
                if !allowed && (line.contains(".publish(") || line.contains(".publish_with_headers(")) {
                    broken.push(format!("{}:{number}", source.path));
                }
            }
        }
    }
    assert!(broken.is_empty(), "facts leave through the outbox: {broken:#?}");
}
