//! Channels, operations and messages of what a unit says beside the commands.
use super::{examples, reference, schemas, unit_parameter, with};
use crate::wire::questions::{Question, all};
use contracts::ids::UnitCode;
use contracts::subjects::Namespace;
use serde_json::{Map, Value, json};

fn channel(question: &Question) -> String {
    format!("{}Command", question.name)
}

fn request(question: &Question) -> String {
    format!("{}Request", question.name)
}

fn answer(question: &Question) -> String {
    format!("{}Answer", question.name)
}

pub(super) fn channels(channels: &mut Map<String, Value>) {
    for question in all() {
        let message = request(question);
        channels.insert(
            channel(question),
            json!({
                "address": Namespace::default().unit_command(&UnitCode::from("{unit}"), question.name),
                "title": question.meaning,
                "servers": [reference("servers/nats")],
                "parameters": { "unit": unit_parameter() },
                "messages": { &message: reference(&format!("components/messages/{message}")) },
            }),
        );
    }
}

/// The answers beside those to commands.
pub(super) fn and_answers(mut answers: Value) -> Value {
    for question in all() {
        let message = answer(question);
        answers[&message] = reference(&format!("components/messages/{message}"));
    }
    answers
}

pub(super) fn operations(operations: &mut Map<String, Value>) {
    for question in all() {
        let channel = channel(question);
        operations.insert(
            question.name.to_owned(),
            json!({
                "action": "send", "channel": reference(&format!("channels/{channel}")), "title": question.meaning,
                "description": format!("for {}; over REST `POST /v1/units/{{unit}}/orders/{{order_id}}/{}`", question.who, question.address),
                "messages": [reference(&format!("channels/{channel}/messages/{}", request(question)))],
                "reply": {
                    "channel": reference("channels/answers"),
                    "messages": [
                        reference(&format!("channels/answers/messages/{}", answer(question))),
                        reference("channels/answers/messages/problem"),
                    ],
                },
            }),
        );
    }
}

pub(super) fn messages(messages: &mut Map<String, Value>) {
    for question in all() {
        let asked = json!({
            "headers": reference("components/schemas/CommandHeaders"),
            "payload": reference(&format!("components/schemas/{}", schemas::asked_name(question))),
        });
        messages.insert(
            request(question),
            with(asked, question.meaning, examples::asked(question)),
        );
        let told =
            json!({ "payload": reference(&format!("components/schemas/{}", schemas::told_name(question))) });
        messages.insert(
            answer(question),
            with(told, "What was asked for", examples::told(question)),
        );
    }
}
