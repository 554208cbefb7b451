//! What people and units do with the platform, each step through the interface they have: agents, units, callers
//! who are called back, supervisors. A step that must succeed fails the test with what the platform answered.
use crate::Platform;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{Response, Role};

/// What an agent sees after registering a complaint.
#[derive(Clone, Debug)]
pub struct Registered {
    /// Id of the complaint.
    pub complaint: String,
    /// Number told to the caller.
    pub number: String,
    /// Ids of the orders.
    pub orders: Vec<String>,
    /// The whole answer.
    pub body: Value,
}

impl Registered {
    /// Reads the answer of `POST /v1/complaints`.
    ///
    /// # Panics
    /// When it is not one.
    #[must_use]
    pub fn read(answer: &Response) -> Self {
        let orders = answer.body["orders"].as_array().expect("a list of orders");
        Self {
            complaint: answer.text("/complaint_id"),
            number: answer.text("/complaint_number"),
            orders: orders.iter().map(|order| text(order, "order_id")).collect(),
            body: answer.body.clone(),
        }
    }

    /// The only order.
    ///
    /// # Panics
    /// When there are more, or none.
    #[must_use]
    #[track_caller]
    pub fn order(&self) -> &str {
        assert_eq!(self.orders.len(), 1, "{}", self.body);
        &self.orders[0]
    }
}

/// A plain complaint by phone about a matter in a division; tests change what they are about.
#[must_use]
pub fn complaint(matter: &str, division: &str) -> Value {
    json!({
        "channel": "phone",
        "kind": "help",
        "urgency": "ordinary",
        "title": "希望尽快处理",
        "text": "已经一个星期了，没有人来看过，请安排处理。",
        "matter": matter,
        "place": { "division": division },
        "caller": { "name": "欧阳清泉", "phone": "19900001234" },
    })
}

/// A text field.
///
/// # Panics
/// When it is absent or no text.
#[must_use]
#[track_caller]
pub fn text(body: &Value, field: &str) -> String {
    body[field]
        .as_str()
        .unwrap_or_else(|| panic!("no text {field} in {body}"))
        .to_owned()
}

/// What a satisfied caller says.
#[must_use]
pub fn content() -> Value {
    json!({ "reached": true, "contacted": true, "solved": true, "result": "satisfied", "attitude": "satisfied", "remark": "" })
}

impl Platform {
    /// An agent registers a complaint; everybody hears of it.
    pub async fn register(&self, complaint: Value) -> Registered {
        let answer = self
            .intake
            .http(Role::Agent)
            .post("/v1/complaints", complaint)
            .await
            .expect(201);
        self.settle().await;
        Registered::read(&answer)
    }

    /// What the caller is told.
    pub async fn progress(&self, number: &str) -> Value {
        let path = format!("/v1/complaints/{number}/progress");
        self.intake.http(Role::Agent).get(&path).await.expect(200).body
    }

    /// Who is responsible for an order, and why.
    pub async fn assignment(&self, order: &str) -> Value {
        let path = format!("/v1/orders/{order}/assignment");
        self.routing
            .http(Role::Dispatcher)
            .get(&path)
            .await
            .expect(200)
            .body
    }

    /// Code of the lead unit.
    pub async fn lead(&self, order: &str) -> String {
        let assignment = self.assignment(order).await;
        text(&assignment["lead"], "code")
    }

    /// Everything a unit finds when it pulls from the beginning to the end, which also tells the platform that the
    /// unit has it.
    pub async fn documents(&self, unit: &str) -> Vec<Value> {
        let client = self.gateway.unit(unit);
        let mut documents = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = client
                .get(&format!("/v1/units/{unit}/orders?after={cursor}"))
                .await
                .expect(200)
                .body;
            let items = page["items"].as_array().expect("items");
            documents.extend(items.iter().cloned());
            cursor = text(&page, "next");
            if items.is_empty() {
                break;
            }
        }
        self.settle().await;
        documents
    }

    /// The newest document of a unit about an order.
    ///
    /// # Panics
    /// When it has none.
    pub async fn document(&self, unit: &str, order: &str) -> Value {
        let documents = self.documents(unit).await;
        let about = documents
            .into_iter()
            .rev()
            .find(|document| document["subject"] == order);
        about.unwrap_or_else(|| panic!("{unit} has nothing about {order}"))
    }

    /// The newest document of a unit about an order that is this notice; supervision may have said more since.
    ///
    /// # Panics
    /// When it has none.
    pub async fn noticed(&self, unit: &str, order: &str, notice: &str) -> Value {
        let documents = self.documents(unit).await;
        let about = documents
            .into_iter()
            .rev()
            .find(|document| document["subject"] == order && document["data"]["notice"] == notice);
        about.unwrap_or_else(|| panic!("{unit} has no {notice} about {order}"))
    }

    /// A unit acts on an order; the answer may be a refusal.
    pub async fn act(&self, unit: &str, order: &str, verb: &str, body: Value) -> Response {
        let path = format!("/v1/units/{unit}/orders/{order}/{verb}");
        let answer = self.gateway.unit(unit).post(&path, body).await;
        self.settle().await;
        answer
    }

    /// A unit acts, and may.
    pub async fn acts(&self, unit: &str, order: &str, verb: &str, body: Value) -> Value {
        let answer = self.act(unit, order, verb, body).await;
        assert!(
            answer.status.is_success(),
            "{unit} {verb}: {} {}",
            answer.status,
            answer.body
        );
        answer.body
    }

    /// Sign, respond, reply with success: an order of generation 1 without trouble.
    pub async fn handled_by(&self, unit: &str, order: &str) {
        self.acts(unit, order, "sign", json!({ "generation": 1 })).await;
        self.acts(
            unit,
            order,
            "respond",
            json!({ "generation": 1, "how": "called" }),
        )
        .await;
        self.acts(unit, order, "reply", solved(1)).await;
    }

    /// The lead reads its document, signs, calls, and replies that it is solved, with this text.
    ///
    /// # Panics
    /// When the newest document is no assignment.
    pub async fn worked_on(&self, order: &str, result: &str) {
        let unit = self.lead(order).await;
        let document = self.document(&unit, order).await;
        let data = &document["data"];
        assert_eq!(
            (&data["notice"], &data["lead"]),
            (&json!("assigned"), &json!(true)),
            "{document}"
        );
        let generation = &data["generation"];
        let signed = json!({ "generation": generation });
        self.acts(&unit, order, "sign", signed).await;
        let called = json!({ "generation": generation, "how": "called" });
        self.acts(&unit, order, "respond", called).await;
        let reply = json!({ "generation": generation, "solved": true, "contacted": true, "text": result });
        self.acts(&unit, order, "reply", reply).await;
    }

    /// Due callbacks, oldest promise first.
    pub async fn callbacks(&self) -> Vec<Value> {
        let page = self
            .callback
            .http(Role::CallbackAgent)
            .get("/v1/callbacks?state=due&limit=200")
            .await
            .expect(200);
        page.body["items"].as_array().expect("items").clone()
    }

    /// The due callback of an order.
    ///
    /// # Panics
    /// When there is none.
    pub async fn callback_of(&self, order: &str) -> Value {
        let callbacks = self.callbacks().await;
        let found = callbacks
            .iter()
            .find(|callback| callback["order_id"] == order)
            .cloned();
        found.unwrap_or_else(|| panic!("no callback is due for {order}: {callbacks:?}"))
    }

    /// A callback agent writes down what the caller of an order said; answers what followed.
    pub async fn caller_says(&self, order: &str, said: Value) -> Value {
        let callback = text(&self.callback_of(order).await, "callback_id");
        let path = format!("/v1/callbacks/{callback}/answers");
        let answer = self
            .callback
            .http(Role::CallbackAgent)
            .post(&path, said)
            .await
            .expect(201);
        self.settle().await;
        answer.body
    }

    /// An administrator publishes how the city calls back.
    pub async fn calls_back_by(&self, document: &str) {
        let body = json!({ "document": document });
        self.callback
            .http(Role::Admin)
            .put("/v1/policy", body)
            .await
            .expect(200);
    }

    /// What was sent to a phone so far, oldest text first by nothing but chance: texts.
    ///
    /// # Panics
    /// When the folder of messages cannot be read.
    #[must_use]
    pub fn sent_to(&self, phone: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.messages.path()).expect("a folder");
        let messages = entries.map(|entry| {
            let text = std::fs::read(entry.expect("an entry").path()).expect("a file");
            serde_json::from_slice::<Value>(&text).expect("a message")
        });
        let mine = messages.filter(|message| message["to"] == phone);
        mine.map(|message| text(&message, "text")).collect()
    }

    /// What the relay was asked to connect so far.
    ///
    /// # Panics
    /// When the folder of calls cannot be read.
    #[must_use]
    pub fn connected(&self) -> Vec<Value> {
        let entries = std::fs::read_dir(self.calls.path()).expect("a folder");
        let calls = entries.map(|entry| {
            let text = std::fs::read(entry.expect("an entry").path()).expect("a file");
            serde_json::from_slice::<Value>(&text).expect("a call")
        });
        calls.collect()
    }

    /// An order as supervision sees it.
    pub async fn watched(&self, order: &str) -> Value {
        let path = format!("/v1/orders/{order}");
        self.supervision
            .http(Role::Supervisor)
            .get(&path)
            .await
            .expect(200)
            .body
    }

    /// Everything that happened to an order, oldest first.
    pub async fn timeline(&self, order: &str) -> Vec<Value> {
        let client = self.supervision.http(Role::Supervisor);
        let mut entries = Vec::new();
        let mut path = format!("/v1/orders/{order}/timeline");
        loop {
            let page = client.get(&path).await.expect(200).body;
            entries.extend(page["items"].as_array().expect("items").iter().cloned());
            match page["next"].as_str() {
                Some(next) => path = format!("/v1/orders/{order}/timeline?after={next}"),
                None => return entries,
            }
        }
    }

    /// Asserts that everything that happened to an order carries the id of the one contact it came from.
    pub async fn follows_from_one_contact(&self, order: &str) {
        let timeline = self.timeline(order).await;
        let contacts: BTreeSet<String> = timeline
            .iter()
            .map(|entry| text(entry, "correlation_id"))
            .collect();
        assert_eq!(contacts.len(), 1, "{timeline:#?}");
    }

    /// Types of everything that happened to an order, oldest first.
    pub async fn happened(&self, order: &str) -> Vec<String> {
        self.timeline(order)
            .await
            .iter()
            .map(|entry| text(entry, "type"))
            .collect()
    }
}

/// A reply that claims success.
#[must_use]
pub fn solved(generation: i32) -> Value {
    json!({ "generation": generation, "solved": true, "contacted": true, "text": "已处理完毕，现场已恢复。" })
}

/// A clock of an order by name, as supervision shows it.
///
/// # Panics
/// When the order has no such clock.
#[must_use]
#[track_caller]
pub fn clock(watched: &Value, name: &str) -> Value {
    let clocks = watched["clocks"].as_array().expect("clocks");
    clocks
        .iter()
        .find(|clock| clock["clock"] == name)
        .unwrap_or_else(|| panic!("no clock {name}: {watched}"))
        .clone()
}
