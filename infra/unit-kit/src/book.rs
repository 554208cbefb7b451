//! What the unit has done at the platform that is played, and how that platform answers.
use crate::orders;
use contracts::subjects::Namespace;
use http::StatusCode;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

/// How the platform answers about an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mood {
    /// At once.
    #[default]
    Well,
    /// 503 so many times, then well.
    Away(u32),
    /// The first time after so long, then at once.
    Slow(Duration),
}

/// An order that the platform knows.
#[derive(Clone, Copy, Debug)]
struct Known {
    generation: i32,
    lead: bool,
    mood: Mood,
}

/// One thing that the unit did.
#[derive(Clone, PartialEq, Debug)]
pub struct Done {
    /// The order.
    pub order_id: Uuid,
    /// `sign`, `respond`, …
    pub verb: String,
    /// What was answered.
    pub status: u16,
    /// What was wrong with it, whatever was answered.
    pub fault: Option<String>,
}

/// What a unit says, by whatever way.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    /// The unit of the address or the subject.
    pub unit: &'a str,
    /// The verb.
    pub verb: &'a str,
    /// The order, as in the address or the body.
    pub order_id: &'a str,
    /// The header `Authorization`.
    pub authorization: Option<&'a str>,
    /// The body, with `order_id`.
    pub body: Value,
    /// Where the answer is wanted, over NATS.
    pub reply: Option<&'a str>,
}

/// Everything said and done. Shared by the doors and the checks.
pub struct Book {
    unit: String,
    key: String,
    bodies: HashMap<String, jsonschema::Validator>,
    orders: Mutex<HashMap<Uuid, Known>>,
    done: watch::Sender<Vec<Done>>,
}

fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Book {
    /// Of a unit with that key.
    ///
    /// # Panics
    /// When the documentation is no JSON schema.
    #[must_use]
    pub fn new(unit: &str, key: &str) -> Self {
        Self {
            unit: unit.to_owned(),
            key: key.to_owned(),
            bodies: bodies(&orders::asyncapi()),
            orders: Mutex::default(),
            done: watch::channel(Vec::new()).0,
        }
    }

    /// The unit.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// The platform has assigned this order to the unit.
    pub fn assign(&self, order_id: Uuid, generation: i32, lead: bool, mood: Mood) {
        let known = Known {
            generation,
            lead,
            mood,
        };
        open(&self.orders).insert(order_id, known);
    }

    /// What the unit did about an order, so far.
    #[must_use]
    pub fn about(&self, order_id: Uuid) -> Vec<Done> {
        let done = self.done.borrow();
        done.iter()
            .filter(|done| done.order_id == order_id)
            .cloned()
            .collect()
    }

    /// Waits until what it did about the order is enough; answers it, enough or not.
    pub async fn wait(
        &self,
        order_id: Uuid,
        patience: Duration,
        enough: impl Fn(&[Done]) -> bool,
    ) -> Vec<Done> {
        let mut seen = self.done.subscribe();
        let ready = seen.wait_for(|_| enough(&self.about(order_id)));
        let _ = tokio::time::timeout(patience, ready).await;
        self.about(order_id)
    }

    /// Hears a command: how long the answer takes, its status, and the answer.
    pub fn hear(&self, said: &Said<'_>) -> (Duration, StatusCode, Value) {
        let order_id = said.order_id.parse().unwrap_or_default();
        let fault = self.fault(said);
        let (wait, status, code) = self.judge(said, order_id, fault.is_some());
        let done = Done {
            order_id,
            verb: said.verb.to_owned(),
            status: status.as_u16(),
            fault,
        };
        self.done.send_modify(|all| all.push(done));
        let answer = match code {
            None => {
                json!({ "ok": true, "order_id": order_id, "state": "signed", "generation": said.body["generation"], "rework": 0 })
            }
            Some(code) => json!({
                "type": format!("urn:hotline:problem:{code}"), "title": code, "status": status.as_u16(),
                "code": code, "detail": code,
            }),
        };
        (wait, status, answer)
    }

    /// What no platform would take.
    fn fault(&self, said: &Said<'_>) -> Option<String> {
        if said.unit != self.unit {
            return Some(format!("it acts for {}, not for {}", said.unit, self.unit));
        }
        if said.authorization != Some(format!("Bearer {}", self.key).as_str()) {
            return Some("the header Authorization is not `Bearer` and its key".to_owned());
        }
        let inbox = Namespace::unit_inbox(&self.unit.as_str().into());
        if said.reply.is_some_and(|reply| !reply.starts_with(&inbox)) {
            return Some(format!(
                "it wants the answer elsewhere than in {inbox}>: set the client's inbox prefix"
            ));
        }
        let Some(schema) = self.bodies.get(said.verb) else {
            return Some(format!("there is no verb {}", said.verb));
        };
        let errors: Vec<String> = schema
            .iter_errors(&said.body)
            .map(|error| format!("{} {error}", error.instance_path()))
            .collect();
        (!errors.is_empty()).then(|| format!("the body of {}: {}", said.verb, errors.join("; ")))
    }

    fn judge(
        &self,
        said: &Said<'_>,
        order_id: Uuid,
        faulty: bool,
    ) -> (Duration, StatusCode, Option<&'static str>) {
        let now = |status, code| (Duration::ZERO, status, Some(code));
        if faulty {
            return now(StatusCode::UNPROCESSABLE_ENTITY, "invalid_field");
        }
        let mut orders = open(&self.orders);
        let Some(known) = orders.get_mut(&order_id) else {
            return now(StatusCode::NOT_FOUND, "order_unknown");
        };
        if let Mood::Away(times) = known.mood
            && times > 0
        {
            known.mood = Mood::Away(times - 1);
            return now(StatusCode::SERVICE_UNAVAILABLE, "unavailable");
        }
        if said.body["generation"] != json!(known.generation) {
            return now(StatusCode::CONFLICT, "stale_generation");
        }
        match (known.lead, said.verb) {
            (true, "parts") => now(StatusCode::FORBIDDEN, "not_co_handler"),
            (_, "parts" | "progress") | (true, _) => {
                let wait = if let Mood::Slow(wait) = known.mood {
                    wait
                } else {
                    Duration::ZERO
                };
                (wait, StatusCode::OK, None)
            }
            (false, _) => now(StatusCode::FORBIDDEN, "not_responsible"),
        }
    }
}

impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Book")
            .field("unit", &self.unit)
            .finish_non_exhaustive()
    }
}

/// Of every command the schema of its body, as documented.
fn bodies(asyncapi: &Value) -> HashMap<String, jsonschema::Validator> {
    let operations = asyncapi["operations"].as_object().into_iter().flatten();
    operations
        .filter(|(_, operation)| operation["action"] == "send")
        .map(|(_, operation)| {
            let at = |value: &Value| {
                let place = value["$ref"]
                    .as_str()
                    .and_then(|place| place.strip_prefix('#'))
                    .unwrap_or("");
                asyncapi.pointer(place).cloned().unwrap_or_default()
            };
            let address = at(&operation["channel"])["address"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            let verb = address.rsplit('.').next().unwrap_or_default().to_owned();
            let message = at(&at(&operation["messages"][0]));
            let schema = json!({ "allOf": [message["payload"]], "components": asyncapi["components"] });
            let schema = jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{verb}: {error}"));
            (verb, schema)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(verb: &str, order: Uuid, body: Value) -> (String, String, Value) {
        (verb.to_owned(), order.to_string(), body)
    }

    #[tokio::test]
    async fn the_platform_answers_as_the_real_one_and_keeps_what_was_wrong() {
        let book = Book::new("U-1", "uk_1");
        assert_eq!(book.bodies.len(), 12, "every command a unit may send");
        let order = Uuid::new_v4();
        book.assign(order, 2, true, Mood::Away(1));
        let body = |generation: i32| json!({ "order_id": order, "generation": generation });
        let cases = [
            (said("sign", order, body(2)), 503),
            (said("sign", order, body(2)), 200),
            (said("sign", order, body(1)), 409),
            (said("reply", order, body(2)), 422),
            (
                said(
                    "parts",
                    order,
                    json!({ "order_id": order, "generation": 2, "done": true, "text": "t" }),
                ),
                403,
            ),
            (
                said(
                    "sign",
                    Uuid::nil(),
                    json!({ "order_id": Uuid::nil(), "generation": 1 }),
                ),
                404,
            ),
        ];
        for ((verb, order_id, body), status) in cases {
            let said = Said {
                unit: "U-1",
                verb: &verb,
                order_id: &order_id,
                authorization: Some("Bearer uk_1"),
                body,
                reply: None,
            };
            assert_eq!(book.hear(&said).1.as_u16(), status, "{verb}");
        }
        let done = book.wait(order, Duration::ZERO, |_| true).await;
        assert_eq!(done.len(), 5);
        assert_eq!(done.iter().filter(|done| done.fault.is_some()).count(), 1);
    }
}
