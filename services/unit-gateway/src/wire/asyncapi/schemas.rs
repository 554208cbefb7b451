//! The schemas of the document: those of the types, and the few that no type has.
use crate::wire::ActedAnswer;
use crate::wire::questions::{self, Question};
use crate::wire::verbs::{self, Verb};
use contracts::unit_documents::UnitDocumentV1;
use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use web::problem::ProblemDocument;

/// The name of a command's schema: its body with the order's id in it.
pub(super) fn command_name(verb: &Verb) -> String {
    (verb.body)().replace("Request", "Command")
}

/// The same for what else it says.
pub(super) fn asked_name(question: &Question) -> String {
    (question.body)().replace("Request", "Command")
}

/// The name of its answer's schema.
pub(super) fn told_name(question: &Question) -> String {
    (question.answer)().replace("Answer", "Reply")
}

/// Every schema by name.
pub(super) fn all() -> Value {
    let mut named: Vec<(String, RefOr<Schema>)> = Vec::new();
    UnitDocumentV1::schemas(&mut named);
    named.push((UnitDocumentV1::name().into_owned(), UnitDocumentV1::schema()));
    named.push((ProblemDocument::name().into_owned(), ProblemDocument::schema()));
    let mut schemas: Map<String, Value> = named
        .into_iter()
        .map(|(name, schema)| (name, draft_07(schema)))
        .collect();
    for verb in &verbs::ALL {
        schemas.insert(command_name(verb), command(verb));
    }
    for question in questions::all() {
        schemas.insert(asked_name(question), asked(question));
        schemas.insert(told_name(question), told(question));
    }
    schemas.insert("ActedReply".into(), acted());
    schemas.insert("Ping".into(), ping());
    schemas.insert("NatsHeaders".into(), nats_headers());
    schemas.insert("WebhookHeaders".into(), webhook_headers());
    schemas.insert("CommandHeaders".into(), command_headers());
    schemas.into()
}

/// AsyncAPI's schemas are a superset of JSON Schema draft 7, where examples are a list.
fn draft_07(schema: RefOr<Schema>) -> Value {
    let mut schema = serde_json::to_value(schema).unwrap_or_default();
    examples_as_lists(&mut schema);
    schema
}

fn examples_as_lists(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                // The members of `properties` are names of ours, not words of JSON Schema.
                if name == "properties" {
                    let named = member.as_object_mut().into_iter().flat_map(Map::values_mut);
                    named.for_each(examples_as_lists);
                } else if name != "example" {
                    examples_as_lists(member);
                }
            }
            if let Some(example) = members.remove("example") {
                members.insert("examples".into(), json!([example]));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(examples_as_lists),
        _ => {}
    }
}

fn add(schema: &mut Value, name: &str, property: Value) {
    schema["properties"][name] = property;
    match schema["required"].as_array_mut() {
        Some(required) => required.insert(0, name.into()),
        None => schema["required"] = json!([name]),
    }
}

fn command(verb: &Verb) -> Value {
    let mut schema = draft_07((verb.schema)());
    let order_id = json!({ "type": "string", "format": "uuid", "description": "the order" });
    add(&mut schema, "order_id", order_id);
    schema
}

fn asked(question: &Question) -> Value {
    let mut schema = draft_07((question.schema)());
    let uuid = |what: &str| json!({ "type": "string", "format": "uuid", "description": what });
    if question.address.contains("{relay_token}") {
        add(&mut schema, "relay_token", uuid("the token"));
    }
    add(&mut schema, "order_id", uuid("the order"));
    schema
}

fn told(question: &Question) -> Value {
    let mut schema = draft_07((question.answer_schema)());
    add(&mut schema, "ok", json!({ "const": true }));
    schema
}

fn acted() -> Value {
    let mut schema = draft_07(ActedAnswer::schema());
    add(&mut schema, "ok", json!({ "const": true }));
    schema
}

fn ping() -> Value {
    json!({
        "type": "object",
        "description": "hotline.ping.v1: proves that the endpoint answers and checks signatures; about no order",
        "required": ["specversion", "id", "source", "type", "time", "datacontenttype", "data"],
        "properties": {
            "specversion": { "const": "1.0" },
            "id": { "type": "string", "format": "uuid" },
            "source": { "const": "/unit-gateway" },
            "type": { "const": "hotline.ping.v1" },
            "time": { "type": "string", "format": "date-time" },
            "datacontenttype": { "const": "application/json" },
            "data": { "type": "object", "required": ["unit"], "properties": { "unit": { "type": "string" } } },
        },
    })
}

fn nats_headers() -> Value {
    json!({
        "type": "object",
        "required": [contracts::envelope::HEADER_MESSAGE_ID, "Content-Type"],
        "properties": {
            contracts::envelope::HEADER_MESSAGE_ID: {
                "type": "string", "pattern": "^[0-9a-f-]{36}(\\.[0-9]+)?$",
                "description": "names the message: `id` of the document, with `.1`, `.2` and so on when it is sent again. What you \
    have handled already you know by `id` in the body",
            },
            "Content-Type": { "const": crate::clients::unit_stream::MEDIA_TYPE },
            contracts::envelope::HEADER_TRACEPARENT: traceparent(),
        },
    })
}

fn webhook_headers() -> Value {
    json!({
        "type": "object",
        "description": "Standard Webhooks: signed is `<webhook-id>.<webhook-timestamp>.<body>`",
        "required": [signing::HEADER_ID, signing::HEADER_TIMESTAMP, signing::HEADER_SIGNATURE],
        "properties": {
            signing::HEADER_ID: { "type": "string", "description": "`id` of the document" },
            signing::HEADER_TIMESTAMP: {
                "type": "string", "pattern": "^[0-9]+$",
                "description": format!("seconds since 1970; refuse what is more than {} s from now", signing::TOLERANCE_SECS),
            },
            signing::HEADER_SIGNATURE: {
                "type": "string",
                "description": "several, separated by spaces; one that fits is enough: `v1,` and base64 of HMAC-SHA-256 with the secret \
    `whsec_…`, `v1a,` and base64 of Ed25519 with the public key `whpk_…`. While a secret is replaced there are those of both",
            },
            "traceparent": traceparent(),
        },
    })
}

fn command_headers() -> Value {
    json!({
        "type": "object",
        "required": ["Authorization"],
        "properties": {
            "Authorization": { "type": "string", "pattern": "^Bearer uk_", "description": "one of the unit's keys" },
            "Idempotency-Key": {
                "type": "string", "minLength": 1, "maxLength": 128,
                "description": "a repeat with the same key has no second effect; another command with it is refused",
            },
            "If-Match": {
                "type": "string", "pattern": "^\"[0-9]+\\.[0-9]+\"$",
                "description": "`\"<generation>.<rework>\"`: on another state of the assignment the command has no effect",
            },
            "Accept-Language": { "type": "string", "description": "zh or en: language of problems" },
            "traceparent": traceparent(),
        },
    })
}

fn traceparent() -> Value {
    json!({ "type": "string", "description": "W3C trace context; send it back with what is done about the order" })
}
