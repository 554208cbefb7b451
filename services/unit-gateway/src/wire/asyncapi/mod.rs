//! The AsyncAPI 3.0 document of what a unit's system receives and sends over NATS and by webhook, made from the types that
//! are sent and read. Seen from the unit: it receives orders and sends commands. `infra/unit-kit/asyncapi.json` is this.
mod examples;
mod notices;
mod questions;
mod schemas;

use super::verbs::{self, Verb};
use crate::clients::unit_stream::MEDIA_TYPE;
use contracts::ids::UnitCode;
use contracts::subjects::Namespace;
use contracts::unit_documents::UnitNotice;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use web::problem::ProblemDocument;

pub use examples::order;

/// The document.
#[must_use]
pub fn document() -> Value {
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Orders of the hotline 12345, for the systems of units 承办单位",
            "version": "1.0.0",
            "license": { "name": "Apache-2.0" },
            "description": DESCRIPTION,
        },
        "defaultContentType": "application/json",
        "servers": {
            "nats": {
                "host": "nats.hotline.example:4222", "protocol": "nats",
                "description": "user = the unit's code, password = one of its keys `uk_…`; the client's inbox prefix is `_INBOX_<unit>`",
                "security": [{ "$ref": "#/components/securitySchemes/unitKey" }],
            },
            "endpoint": {
                "host": "unit.example", "protocol": "https",
                "description": "the unit's own system; its address is registered with the hotline",
            },
        },
        "channels": channels(),
        "operations": operations(),
        "components": {
            "securitySchemes": { "unitKey": { "type": "userPassword" } },
            "messages": messages(),
            "schemas": schemas::all(),
        },
    })
}

const DESCRIPTION: &str = "The same document and the same words over every way; REST is in openapi.json beside this file. \
`id` is stable over retries and ways: keep it, and a repeat has no second effect. Keep for every order the greatest \
(`generation`, `rework`, `time`) too; a document that is not greater tells what was, and has no effect; but `answer` and `appeal`, which tell nothing of how the order stands, are for \
you whenever they come. Answer or \
acknowledge documents whose `type` you do not know, and do nothing. New members may appear in any object.";

fn reference(path: &str) -> Value {
    json!({ "$ref": format!("#/{path}") })
}

fn unit_parameter() -> Value {
    json!({ "description": "code of the unit" })
}

fn channels() -> Value {
    let namespace = Namespace::default();
    let unit = UnitCode::from("{unit}");
    let words: Vec<&str> = UnitNotice::ALL.iter().map(|notice| notice.as_str()).collect();
    let mut channels = Map::new();
    channels.insert(
        "orders".into(),
        json!({
            "address": namespace.unit_order(&unit, "{notice}"),
            "title": "Orders over NATS",
            "description": format!("Stream `{}`, in the unit's own durable pull consumer `{}`, which the platform has made: bind to it, \
pull, and acknowledge each document. What is not acknowledged comes again, and so does what was published twice.",
                namespace.stream("UNITS"), Namespace::unit_durable(&unit)),
            "servers": [reference("servers/nats")],
            "parameters": { "unit": unit_parameter(), "notice": { "enum": words, "description": notices::describe() } },
            "messages": { "order": reference("components/messages/order") },
        }),
    );
    channels.insert(
        "webhook".into(),
        json!({
            "address": null,
            "title": "Orders by webhook",
            "description": "POST to the address that the unit registered. Answer 2xx within 10 seconds when the document is kept, and work \
on it later; anything else means: again, after 5 s, 30 s, 2 min, 5 min, 15 min, 30 min, then every hour.",
            "servers": [reference("servers/endpoint")],
            "messages": {
                "signedOrder": reference("components/messages/signedOrder"),
                "ping": reference("components/messages/ping"),
            },
        }),
    );
    for verb in &verbs::ALL {
        let message = request_name(verb);
        channels.insert(
            channel_name(verb),
            json!({
                "address": namespace.unit_command(&unit, verb.name),
                "title": verb.meaning,
                "servers": [reference("servers/nats")],
                "parameters": { "unit": unit_parameter() },
                "messages": { &message: reference(&format!("components/messages/{message}")) },
            }),
        );
    }
    questions::channels(&mut channels);
    channels.insert(
        "answers".into(),
        json!({
            "address": format!("{}{{rest}}", Namespace::unit_inbox(&unit)),
            "title": "Answers to commands",
            "description": "the inbox of the client; a command with another reply subject is dropped",
            "servers": [reference("servers/nats")],
            "parameters": { "unit": unit_parameter(), "rest": { "description": "made by the client" } },
            "messages": questions::and_answers(json!({
                "acted": reference("components/messages/acted"),
                "problem": reference("components/messages/problem"),
            })),
        }),
    );
    channels.into()
}

fn operations() -> Value {
    let mut operations = Map::new();
    operations.insert(
        "receiveOrder".into(),
        json!({
            "action": "receive", "channel": reference("channels/orders"), "title": "Receive an order over NATS",
            "messages": [reference("channels/orders/messages/order")],
        }),
    );
    operations.insert(
        "receiveSignedOrder".into(),
        json!({
            "action": "receive", "channel": reference("channels/webhook"), "title": "Receive an order by webhook",
            "bindings": { "http": { "method": "POST", "bindingVersion": "0.3.0" } },
            "messages": [
                reference("channels/webhook/messages/signedOrder"),
                reference("channels/webhook/messages/ping"),
            ],
        }),
    );
    for verb in &verbs::ALL {
        let channel = channel_name(verb);
        operations.insert(
            verb_word(verb),
            json!({
                "action": "send", "channel": reference(&format!("channels/{channel}")), "title": verb.meaning,
                "description": format!("for {}; over REST `POST /v1/units/{{unit}}/orders/{{order_id}}/{}`", verb.who, verb.name),
                "messages": [reference(&format!("channels/{channel}/messages/{}", request_name(verb)))],
                "reply": {
                    "channel": reference("channels/answers"),
                    "messages": [
                        reference("channels/answers/messages/acted"),
                        reference("channels/answers/messages/problem"),
                    ],
                },
            }),
        );
    }
    questions::operations(&mut operations);
    operations.into()
}

fn messages() -> Value {
    let mut messages = Map::new();
    let order = |headers: &str| {
        json!({
            "contentType": MEDIA_TYPE,
            "headers": reference(&format!("components/schemas/{headers}")),
            "payload": reference("components/schemas/UnitDocumentV1"),
        })
    };
    messages.insert(
        "order".into(),
        with(
            order("NatsHeaders"),
            "An order",
            examples::orders(examples::nats_headers),
        ),
    );
    messages.insert(
        "signedOrder".into(),
        with(
            order("WebhookHeaders"),
            "An order, signed",
            examples::orders(examples::webhook_headers),
        ),
    );
    let ping = json!({
        "contentType": MEDIA_TYPE,
        "headers": reference("components/schemas/WebhookHeaders"),
        "payload": reference("components/schemas/Ping"),
    });
    messages.insert(
        "ping".into(),
        with(ping, "A test call about no order", examples::ping()),
    );
    for verb in &verbs::ALL {
        let request = json!({
            "headers": reference("components/schemas/CommandHeaders"),
            "payload": reference(&format!("components/schemas/{}", schemas::command_name(verb))),
        });
        messages.insert(
            request_name(verb),
            with(request, verb.meaning, examples::command(verb)),
        );
    }
    questions::messages(&mut messages);
    let acted = json!({ "payload": reference("components/schemas/ActedReply") });
    messages.insert(
        "acted".into(),
        with(acted, "It had its effect, now or before", examples::acted()),
    );
    let problem = json!({ "payload": reference(&format!("components/schemas/{}", ProblemDocument::name())) });
    messages.insert(
        "problem".into(),
        with(problem, "It had no effect", examples::problem()),
    );
    messages.into()
}

fn with(mut message: Value, title: &str, examples: Value) -> Value {
    message["title"] = title.into();
    message["examples"] = examples;
    message
}

/// `return-requests` → `returnRequests`.
fn verb_word(verb: &Verb) -> String {
    let mut words = verb.name.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |so_far, word| {
        let (head, tail) = word.split_at(1);
        format!("{so_far}{}{tail}", head.to_ascii_uppercase())
    })
}

fn channel_name(verb: &Verb) -> String {
    format!("{}Command", verb_word(verb))
}

fn request_name(verb: &Verb) -> String {
    format!("{}Request", verb_word(verb))
}
