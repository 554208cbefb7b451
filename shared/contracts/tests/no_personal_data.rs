//! No event and no unit document has a field for personal data (`domain.md` §3): looks at the names of all
//! fields of all snapshots. What stands in free texts is masked by intake, and tested there.
use contracts::event::all;
use serde_json::Value;
use std::fs;

/// Parts of field names under which personal data would travel.
const PERSONAL: [&str; 22] = [
    "phone",
    "mobile",
    "telephone",
    "email",
    "mail",
    "id_card",
    "idcard",
    "identity",
    "passport",
    "birth",
    "gender",
    "full_name",
    "first_name",
    "last_name",
    "surname",
    "caller_name",
    "citizen",
    "person",
    "home",
    "recording",
    "openid",
    "plate",
];

/// Fields that are personal by their plain name, with the parents under which they are something else.
const ALLOWED: [(&str, &[&str]); 2] = [
    (
        "name",
        &[
            "lead",
            "co_handlers",
            "added",
            "candidates",
            "calendars",
            "days",
            // Of the directory's content: places, catalogue, offices.
            "divisions",
            "matters",
            "units",
        ],
    ),
    ("address", &["place"]),
];

/// Paths of fields that look like personal data.
fn personal_fields(json: &Value, parent: &str, found: &mut Vec<String>) {
    match json {
        Value::Object(fields) => {
            for (name, value) in fields {
                let misplaced = ALLOWED
                    .iter()
                    .any(|(plain, parents)| name == plain && !parents.contains(&parent));
                let unmasked = name == "caller"
                    && value
                        .as_str()
                        .is_none_or(|text| text.parse::<uuid::Uuid>().is_err());
                if misplaced || unmasked || PERSONAL.iter().any(|word| name.to_lowercase().contains(word)) {
                    found.push(format!("{parent}.{name}"));
                }
                personal_fields(value, name, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| personal_fields(item, parent, found)),
        _ => {}
    }
}

#[test]
fn no_snapshot_has_a_field_for_personal_data() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots");
    let files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(files.len() > all().len(), "too few snapshots: {files:?}");
    for file in files {
        let mut found = Vec::new();
        personal_fields(
            &serde_json::from_slice(&fs::read(&file).unwrap()).unwrap(),
            "",
            &mut found,
        );
        assert!(found.is_empty(), "{}: {found:?}", file.display());
    }
}

#[test]
fn a_field_for_personal_data_would_be_found() {
    let leaking = serde_json::json!({
        "data": { "name": "x", "callerPhone": "1", "caller": "Mr X", "place": { "address": "ok" }, "address": "x" }
    });
    let mut found = Vec::new();
    personal_fields(&leaking, "", &mut found);
    found.sort();
    assert_eq!(
        found,
        ["data.address", "data.caller", "data.callerPhone", "data.name"]
    );
}
