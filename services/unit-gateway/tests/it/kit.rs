//! The documents for the units' programmers are those of the code: `infra/unit-kit/asyncapi.json` and `openapi.json`.
//!
//! Surprise: with `SNAP=write` (what `make kit` sets) they are written instead of compared.
use crate::harness::start;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use testkit::servers::workspace;
use unit_gateway::wire::asyncapi;

fn check(name: &str, document: &Value) {
    let path: PathBuf = workspace().join("infra/unit-kit").join(name);
    let text = format!("{}\n", serde_json::to_string_pretty(document).unwrap());
    #[expect(
        clippy::disallowed_methods,
        reason = "the one switch of this test, set by `make kit`"
    )]
    let write = std::env::var("SNAP").is_ok_and(|mode| mode == "write");
    if write {
        std::fs::write(&path, &text).unwrap();
    }
    // Not as text: which order members have is nobody's promise.
    let found: Value = std::fs::read_to_string(&path)
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    assert!(
        found == *document,
        "{} is not what the code says now: `make kit`",
        path.display()
    );
}

/// What a caller with the role of a unit may do, and the schemas that this needs.
fn for_units(whole: &Value) -> Value {
    let mut document = whole.clone();
    let paths = document["paths"].as_object_mut().unwrap();
    for item in paths.values_mut() {
        let unit = |operation: &Value| {
            let roles = operation["x-roles"].as_array();
            roles.is_some_and(|roles| roles.contains(&json!("unit_operator")))
        };
        item.as_object_mut()
            .unwrap()
            .retain(|_, operation| unit(operation));
    }
    paths.retain(|_, item| !item.as_object().unwrap().is_empty());
    let schemas = document["components"]["schemas"].take();
    let mut used = BTreeSet::new();
    collect(&document["paths"], &mut used);
    let mut kept = Map::new();
    while let Some(name) = used.iter().find(|name| !kept.contains_key(*name)).cloned() {
        let schema = &schemas[&name];
        assert!(schema.is_object(), "{name} has no schema");
        collect(schema, &mut used);
        kept.insert(name, schema.clone());
    }
    document["components"]["schemas"] = kept.into();
    document["info"]["title"] = "unit-gateway, for the systems of units 承办单位".into();
    document
}

/// Names of the schemas that are referred to.
fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(name) = members.get("$ref").and_then(Value::as_str) {
                names.insert(name.rsplit('/').next().unwrap().to_owned());
            }
            members.values().for_each(|member| collect(member, names));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_openapi_document_is_that_of_the_service() {
    let app = start().await;
    let document = for_units(&app.openapi);
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.contains_key("/v1/units/{unit}/orders/{order_id}/sign"));
    assert!(
        !paths.contains_key("/v1/units/{unit}/keys"),
        "administrators' affairs"
    );
    assert!(document["components"]["schemas"]["UnitDocumentV1"].is_object());
    check("openapi.json", &document);
}

#[test]
fn the_asyncapi_document_is_that_of_the_code() {
    check("asyncapi.json", &asyncapi::document());
}

/// A schema without its examples, and without the members that only one of the ways needs.
fn bare(schema: &Value, left_out: &[&str]) -> Value {
    match schema {
        Value::Object(members) => {
            let kept = members
                .iter()
                .filter(|(name, _)| !["example", "examples"].contains(&name.as_str()));
            let mut kept: Map<String, Value> = kept
                .map(|(name, member)| (name.clone(), bare(member, &[])))
                .collect();
            if let Some(Value::Object(properties)) = kept.get_mut("properties") {
                properties.retain(|name, _| !left_out.contains(&name.as_str()));
            }
            if let Some(Value::Array(required)) = kept.get_mut("required") {
                required.retain(|name| !left_out.iter().any(|left_out| name == left_out));
            }
            kept.into()
        }
        Value::Array(items) => items.iter().map(|item| bare(item, &[])).collect(),
        plain => plain.clone(),
    }
}

/// What a schema of AsyncAPI is called over REST, and what it says beside that: over NATS the body names what the address names
/// over REST, and says whether it went well. `None` = REST has nothing like it.
fn twin(name: &str) -> Option<(String, &'static [&'static str])> {
    if ["NatsHeaders", "WebhookHeaders", "CommandHeaders", "Ping"].contains(&name) {
        return None;
    }
    Some(match (name.strip_suffix("Command"), name.strip_suffix("Reply")) {
        (Some(asked), _) => (format!("{asked}Request"), &["order_id", "relay_token"]),
        (_, Some(told)) => (format!("{told}Answer"), &["ok"]),
        _ => (name.to_owned(), &[]),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_both_documents_describe_is_the_same_in_both() {
    let app = start().await;
    let (rest, nats) = (for_units(&app.openapi), asyncapi::document());
    let mut members = 0;
    for (name, schema) in nats["components"]["schemas"].as_object().unwrap() {
        let Some((twin, beside)) = twin(name) else {
            continue;
        };
        let over_rest = &rest["components"]["schemas"][&twin];
        assert!(over_rest.is_object(), "{name}: REST has no {twin}");
        assert_eq!(bare(schema, beside), bare(over_rest, &[]), "{name}, {twin}");
        members += schema["properties"].as_object().map_or(0, Map::len);
    }
    assert!(members > 150, "{members}");
}

/// Every `$ref` leads somewhere.
fn dangling(value: &Value, root: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                let place = reference.strip_prefix('#').and_then(|place| root.pointer(place));
                if place.is_none() {
                    found.push(reference.to_owned());
                }
            }
            members.values().for_each(|member| dangling(member, root, found));
        }
        Value::Array(items) => items.iter().for_each(|item| dangling(item, root, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_operation_names_messages_of_its_channel() {
    let document = asyncapi::document();
    let mut found = Vec::new();
    dangling(&document, &document, &mut found);
    assert!(found.is_empty(), "{found:?}");
    for (name, operation) in document["operations"].as_object().unwrap() {
        let channel = operation["channel"]["$ref"].as_str().unwrap();
        let messages = operation["messages"].as_array().unwrap();
        assert!(!messages.is_empty(), "{name}");
        for message in messages {
            let place = message["$ref"].as_str().unwrap();
            assert!(
                place.starts_with(&format!("{channel}/messages/")),
                "{name}: {place}"
            );
        }
    }
}

/// The schema of that place, with everything it refers to.
fn validator(document: &Value, schema: &Value) -> jsonschema::Validator {
    let whole = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "allOf": [schema], "components": { "schemas": document["components"]["schemas"] },
    });
    jsonschema::options()
        .should_validate_formats(true)
        .build(&whole)
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_example_is_valid_and_what_is_wrong_is_not() {
    let document = asyncapi::document();
    let mut examples = 0;
    for (name, message) in document["components"]["messages"].as_object().unwrap() {
        for example in message["examples"].as_array().unwrap() {
            for part in ["payload", "headers"] {
                let Some(value) = example.get(part) else { continue };
                let validator = validator(&document, &message[part]);
                let errors: Vec<String> = validator
                    .iter_errors(value)
                    .map(|error| error.to_string())
                    .collect();
                assert!(errors.is_empty(), "{name} {}: {errors:?}", example["name"]);
                examples += 1;
            }
            // No schema is so wide that it would let an order without its number pass.
            let mut broken = example["payload"].clone();
            let named = |name: &&str| broken.get(*name).is_some();
            let first = ["specversion", "order_id", "status", "ok"]
                .into_iter()
                .find(named)
                .unwrap();
            broken.as_object_mut().unwrap().remove(first);
            let validator = validator(&document, &message["payload"]);
            assert!(!validator.is_valid(&broken), "{name} passes without {first}");
        }
    }
    assert!(examples > 60, "{examples}");
}

/// By AsyncAPI's own schema, where the tools of the foreign clients are installed.
#[test]
fn the_document_follows_the_rules_of_asyncapi() {
    let path = workspace().join(".run/node/node_modules/@asyncapi/specs/schemas/3.0.0.json");
    let Ok(rules) = std::fs::read_to_string(&path) else {
        eprintln!(
            "SKIPPED: no {}: without node AsyncAPI's own schema was not asked",
            path.display()
        );
        return;
    };
    let rules: Value = serde_json::from_str(&rules).unwrap();
    let rules = jsonschema::validator_for(&rules).unwrap_or_else(|error| panic!("{error}"));
    let document = asyncapi::document();
    let errors: Vec<String> = rules
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut broken = document;
    broken["operations"]["sign"]["action"] = json!("publish");
    assert!(
        !rules.is_valid(&broken),
        "the rules of version 2 are not those of 3"
    );
}
