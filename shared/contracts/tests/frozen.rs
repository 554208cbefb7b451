//! Holds the language between services still: the JSON of every event version equals its committed snapshot.
//!
//! Surprise: with `SNAP=write` (what `make snap` sets) the snapshots are written instead of compared. That is
//! right for a new version only; a published version never changes, its file is what old journals contain.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]
mod examples;

use contracts::event::{EventType, all};
use contracts::unit_documents::UnitNotice;
use examples::{Example, directory_content, events, unit_document, words};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// Everything with an envelope of its own.
fn frozen() -> Vec<Example> {
    events()
        .into_iter()
        .chain([unit_document::example(), directory_content::example()])
        .collect()
}

/// Those, and the wire form of every word.
fn everything() -> Vec<Example> {
    frozen().into_iter().chain([words::example()]).collect()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("snapshots")
}

/// Compares with the file, or writes it when told to.
fn check(example: &Example, write: bool) -> Result<(), String> {
    let path = folder().join(format!("{}.json", example.name));
    if write {
        fs::write(&path, &example.text).unwrap();
    }
    let text = fs::read_to_string(&path)
        .map_err(|error| format!("{}: no snapshot ({error}); a new one: make snap", example.name))?;
    if text != example.text {
        return Err(format!(
            "{}: is written differently now; a published version never changes, make a new one\n frozen: {text}\n now: {}",
            example.name, example.text
        ));
    }
    example
        .decodes_from(&text)
        .map_err(|why| format!("{}: its snapshot {why}", example.name))
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the one switch of this test, set by `make snap`"
)]
fn every_frozen_thing_is_written_and_read_as_its_snapshot_says() {
    let write = std::env::var("SNAP").is_ok_and(|mode| mode == "write");
    let problems: Vec<_> = everything()
        .iter()
        .filter_map(|example| check(example, write).err())
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

#[test]
fn every_value_of_a_snapshot_is_read() {
    for example in frozen() {
        let json: Value = serde_json::from_str(&example.text).unwrap();
        let mut places = Vec::new();
        leaves(&json, String::new(), &mut places);
        for place in places {
            let mut changed = json.clone();
            let value = changed.pointer_mut(&place).unwrap();
            *value = other(value);
            assert!(
                example.decodes_from(&changed.to_string()).is_err(),
                "{} passes over {place}",
                example.name
            );
        }
    }
}

/// JSON pointers of all texts, numbers and booleans.
fn leaves(json: &Value, at: String, found: &mut Vec<String>) {
    match json {
        Value::Object(fields) => {
            for (name, value) in fields {
                leaves(value, format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                leaves(value, format!("{at}/{index}"), found);
            }
        }
        _ => found.push(at),
    }
}

fn other(value: &Value) -> Value {
    match value {
        Value::Bool(flag) => Value::from(!flag),
        Value::Number(number) => number.as_u64().map_or(Value::from(1.5), |n| Value::from(n + 1)),
        _ => Value::from("another"),
    }
}

#[test]
fn types_and_snapshots_are_the_same_set() {
    let types: Vec<String> = all().iter().map(EventType::to_string).collect();
    let examples: Vec<String> = events().into_iter().map(|example| example.name).collect();
    assert_eq!(
        examples, types,
        "one example per event version, in the order of event::all()"
    );
    let wanted: BTreeSet<String> = everything()
        .iter()
        .map(|example| format!("{}.json", example.name))
        .collect();
    assert_eq!(wanted.len(), types.len() + 3, "a name occurs twice");
    let found: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(found, wanted, "files under snapshots/");
}

#[test]
fn a_field_that_is_not_known_yet_is_passed_over() {
    for example in frozen() {
        let mut json: Value = serde_json::from_str(&example.text).unwrap();
        json["added_later"] = Value::from(1);
        json["data"]["added_later"] = serde_json::json!({ "deep": [1, 2] });
        example
            .decodes_from(&json.to_string())
            .unwrap_or_else(|why| panic!("{} with unknown fields {why}", example.name));
    }
}

#[test]
fn a_field_that_was_never_optional_is_missed() {
    for example in frozen() {
        let mut json: Value = serde_json::from_str(&example.text).unwrap();
        // What has no envelope is its own payload.
        let payload = match json.get_mut("data") {
            Some(payload) => payload,
            None => &mut json,
        };
        let fields = payload.as_object_mut().unwrap();
        let first = fields
            .keys()
            .find(|key| key.ends_with("_id") || ["version", "transfer", "unit"].contains(&key.as_str()))
            .unwrap()
            .clone();
        fields.remove(&first);
        assert!(
            example.decodes_from(&json.to_string()).is_err(),
            "{} decodes without {first}",
            example.name
        );
    }
}

#[test]
fn every_notice_to_a_unit_has_the_word_of_its_type_and_subject() {
    let notices = [
        UnitNotice::Assigned,
        UnitNotice::Reworked,
        UnitNotice::ReturnRejected,
        UnitNotice::ExtensionGranted,
        UnitNotice::ExtensionDenied,
        UnitNotice::Suspended,
        UnitNotice::SuspensionDenied,
        UnitNotice::Resumed,
        UnitNotice::Supervised,
        UnitNotice::Escalated,
        UnitNotice::Answer,
        UnitNotice::Appeal,
        UnitNotice::CoReplied,
        UnitNotice::Amended,
        UnitNotice::Revoked,
        UnitNotice::Closed,
    ];
    for notice in notices {
        let json = serde_json::to_value(unit_document::document(notice)).unwrap();
        assert_eq!(json["data"]["notice"], notice.as_str());
        assert_eq!(json["type"], format!("hotline.order.{}.v1", notice.as_str()));
    }
}
