//! What the document of the door says is what the door takes and answers.
use super::*;
use crate::domain::invalid::Invalid;
use crate::usecases::hear_peer::HearRefusal;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use utoipa::{PartialSchema as _, Path as _};

/// One of every type, with every field; a new type has no place here until it is added.
fn every_message() -> Vec<Message> {
    let id = "00000000-0000-0000-0000-000000000001";
    let at = "2026-03-02T01:00:00Z";
    let offer = json!({ "kind": "help", "urgency": "emergency", "title": "t", "text": "t", "matter": "M01", "division": "1",
        "address": "a", "position": [117.0, 36.6], "reason": "r", "consent": true, "confidential": true, "voice_at": at,
        "due_at": at });
    let said = [
        json!({ "type": "offer", "transfer_id": id, "case_number": "7", "number": "7", "hop": 1, "offered_at": at,
            "answer_until": at, "offer": offer }),
        json!({ "type": "acceptance", "transfer_id": id, "number": "7" }),
        json!({ "type": "refusal", "transfer_id": id, "reason": "r", "better_address": "110" }),
        json!({ "type": "call", "transfer_id": id, "agreed": true, "note": "n", "called_at": at, "answer_until": at }),
        json!({ "type": "end", "transfer_id": id, "state": "lapsed", "ended_at": at }),
        json!({ "type": "result", "transfer_id": id, "outcome": "solved", "result": "r", "completed_at": at }),
        json!({ "type": "supplement", "transfer_id": id, "of": id, "supplement": 1, "text": "t", "accepted_at": at }),
        json!({ "type": "taken_back", "transfer_id": id, "reason": "r", "accepted_at": at }),
    ];
    let read = said.map(|said| serde_json::from_value(said).expect("a message"));
    let kinds: BTreeSet<usize> = read.iter().map(place).collect();
    assert_eq!(kinds.len(), place(&read[read.len() - 1]) + 1, "one of every type");
    read.into()
}

/// Fails to compile for a type that is new; the last type has the highest place.
const fn place(message: &Message) -> usize {
    match message {
        Message::Offer(_) => 0,
        Message::Acceptance { .. } => 1,
        Message::Refusal { .. } => 2,
        Message::Call { .. } => 3,
        Message::End { .. } => 4,
        Message::Result { .. } => 5,
        Message::Supplement { .. } => 6,
        Message::TakenBack { .. } => 7,
    }
}

/// The schemas inside one, references to components looked up.
fn parts(schema: &Value) -> Vec<Value> {
    let mut found = vec![schema.clone()];
    for list in ["allOf", "oneOf"] {
        for part in schema[list].as_array().into_iter().flatten() {
            found.extend(parts(part));
        }
    }
    if schema["$ref"] == "#/components/schemas/PeerOfferMessage" {
        let referred = serde_json::to_value(crate::domain::peer::OfferMessage::schema()).expect("a schema");
        found.extend(parts(&referred));
    }
    found
}

/// Words that a schema allows for `type`, and names of its members.
fn told(schema: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut types, mut members) = (BTreeSet::new(), BTreeSet::new());
    for part in parts(schema) {
        let properties = part["properties"].as_object().cloned().unwrap_or_default();
        let words = properties.get("type").map(|of| of["enum"].clone());
        let words = words.as_ref().and_then(Value::as_array).into_iter().flatten();
        types.extend(words.filter_map(Value::as_str).map(str::to_owned));
        members.extend(properties.keys().cloned());
    }
    (types, members)
}

#[test]
fn every_type_of_message_stands_in_the_document_with_its_members() {
    let schema = serde_json::to_value(Message::schema()).expect("a schema");
    let of_types = schema["oneOf"].as_array().expect("one schema per type");
    let documented: BTreeSet<_> = of_types.iter().flat_map(|of_type| told(of_type).0).collect();
    let mut taken = BTreeSet::new();
    for message in every_message() {
        let said = serde_json::to_value(&message).expect("JSON");
        let name = said["type"].as_str().expect("a type").to_owned();
        let of_type = of_types.iter().find(|of_type| told(of_type).0.contains(&name));
        let (_, members) = told(of_type.unwrap_or_else(|| panic!("{name} is not in {schema}")));
        let said: BTreeSet<String> = said.as_object().expect("an object").keys().cloned().collect();
        assert_eq!(members, said, "{name}");
        taken.insert(name);
    }
    assert_eq!(documented, taken, "and no other");
}

/// One of every refusal; a new one has no place here until it is added.
fn every_refusal() -> Vec<HearRefusal> {
    let all = vec![
        HearRefusal::Unreadable(Invalid::new("text", "r", "r")),
        HearRefusal::Unknown,
        HearRefusal::HopLimit,
        HearRefusal::VoiceFirst,
        HearRefusal::NotYours,
        HearRefusal::Closed,
        HearRefusal::Followed,
        HearRefusal::Unregistered,
    ];
    for refusal in &all {
        match refusal {
            HearRefusal::Unreadable(_)
            | HearRefusal::Unknown
            | HearRefusal::HopLimit
            | HearRefusal::VoiceFirst
            | HearRefusal::NotYours
            | HearRefusal::Closed
            | HearRefusal::Followed
            | HearRefusal::Unregistered => {}
        }
    }
    all
}

#[test]
fn every_refusal_stands_in_the_document() {
    let operation = serde_json::to_value(__path_hear_peer::operation()).expect("an operation");
    for refusal in every_refusal() {
        let problem = transfer_error::hear(ExecuteError::Refused(refusal));
        let (status, code) = (problem.status().as_u16().to_string(), problem.code());
        let documented = operation["responses"][&status]["description"]
            .as_str()
            .unwrap_or_default();
        assert!(
            documented.contains(&format!("`{code}`")),
            "{status} {code}: {documented}"
        );
    }
}
