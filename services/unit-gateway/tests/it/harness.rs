//! unit-gateway under test, and the other services as far as it hears them.
use chrono::{DateTime, TimeDelta, Utc};
use contracts::callback::{OrderClosedV1, OrderReworkedV1};
use contracts::directory::{ExplanationV1, PlaceV1, UnitRef};
use contracts::ids::{ComplaintId, OrderId, ReturnId};
use contracts::intake::OrderRegisteredV1;
use contracts::routing::{OrderAssignedV1, ReturnRejectedV1, ReturnUpheldV1};
use contracts::terms::{Limit, LimitUnit, StartRule, TermsV1};
use contracts::words::{Channel, Kind, Outcome, Urgency};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::servers::servers;
use testkit::{Response, TestApp, World};
use unit_gateway::UnitGateway;
use uuid::Uuid;

pub const LEAD: &str = "U-LEAD";
pub const HELPER: &str = "U-HELP";

/// A phone number that no unit and no event may ever show.
pub const PHONE: &str = "13800138000";

/// Settings of a unit-gateway in `world`.
pub fn settings(world: &World) -> Vec<(&'static str, String)> {
    vec![
        ("service.units_nats.urls", servers().nats.url()),
        ("service.units_nats.user", "units".into()),
        ("service.units_nats.password", "units".into()),
        ("service.units_nats.namespace", world.namespace.clone()),
        (
            "service.webhook.secret_key",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".into(),
        ),
        ("service.webhook.allow_private_targets", "true".into()),
        (
            "service.attachments.folder",
            servers().data().join("attachments").display().to_string(),
        ),
    ]
}

pub async fn start() -> TestApp {
    start_with(&[]).await
}

pub async fn start_with(more: &[(&'static str, &str)]) -> TestApp {
    let world = World::new();
    let mut settings = settings(&world);
    settings.extend(more.iter().map(|(key, value)| (*key, (*value).to_owned())));
    TestApp::start_with::<UnitGateway>(&world, &settings).await
}

/// One order as the other services talk about it.
pub struct Order {
    pub id: OrderId,
    pub now: DateTime<Utc>,
}

impl Order {
    pub fn new(app: &TestApp) -> Self {
        Self {
            id: OrderId(Uuid::now_v7()),
            now: app.clock.now(),
        }
    }

    pub fn key(&self) -> Uuid {
        self.id.uuid()
    }

    pub fn registered(&self) -> OrderRegisteredV1 {
        OrderRegisteredV1 {
            order_id: self.id,
            order_number: "26030200001-1".into(),
            complaint_id: ComplaintId(Uuid::now_v7()),
            complaint_number: "26030200001".into(),
            channel: Channel::Phone,
            kind: Kind::Help,
            urgency: Urgency::Ordinary,
            title: "路灯不亮".into(),
            text: "十四盏路灯不亮，已有一周".into(),
            matter: None,
            place: PlaceV1 {
                address: Some("东风路与文化路交叉口".into()),
                ..PlaceV1::default()
            },
            facts: BTreeMap::new(),
            confidential: false,
            accepted_at: self.now,
            due_by: None,
            other_number: false,
            caller: Some(Uuid::new_v4()),
        }
    }

    pub fn assigned(&self, generation: i32, lead: &str, helpers: &[&str]) -> OrderAssignedV1 {
        let unit = |code: &str| UnitRef {
            code: code.into(),
            name: format!("单位 {code}"),
        };
        let limit = Limit {
            amount: 2,
            unit: LimitUnit::WorkingHours,
            start: StartRule::Dispatch,
        };
        OrderAssignedV1 {
            order_id: self.id,
            order_number: "26030200001-1".into(),
            generation,
            lead: unit(lead),
            co_handlers: helpers.iter().map(|code| unit(code)).collect(),
            matter: Some("M0203".into()),
            divisions: vec!["990102003".into()],
            terms: TermsV1 {
                rule: "L-014".into(),
                calendar: "office".into(),
                city_calendar: "city".into(),
                sign: limit,
                respond: limit,
                finish: limit,
                total: limit,
                return_window: Some(limit),
                extension: None,
                urgency: None,
            },
            duties: vec!["D-017".into()],
            directory_version: 12,
            accepted_at: self.now,
            assigned_at: self.now,
            return_until: Some(self.now + TimeDelta::days(1)),
            return_right: None,
            explanation: ExplanationV1 {
                en: vec!["most specific".into()],
                zh: vec!["条目 D-017 最具体。".into()],
            },
        }
    }

    pub fn upheld(&self, return_id: ReturnId, unit: &str, generation: i32) -> ReturnUpheldV1 {
        ReturnUpheldV1 {
            order_id: self.id,
            return_id,
            unit: unit.into(),
            generation,
            reason: "不属于其职责".into(),
        }
    }

    pub fn rejected(&self, return_id: ReturnId, unit: &str, generation: i32) -> ReturnRejectedV1 {
        ReturnRejectedV1 {
            order_id: self.id,
            return_id,
            unit: unit.into(),
            generation,
            reason: "条目明确由你单位主办".into(),
        }
    }

    pub fn reworked(&self, unit: &str, generation: i32, rework: i32) -> OrderReworkedV1 {
        OrderReworkedV1 {
            order_id: self.id,
            unit: unit.into(),
            generation,
            rework,
            reason: "路灯仍不亮".into(),
            limit: None,
        }
    }

    pub fn closed(&self, app: &TestApp) -> OrderClosedV1 {
        OrderClosedV1 {
            order_id: self.id,
            complaint_id: ComplaintId(Uuid::nil()),
            outcome: Outcome::Solved,
            closed_at: app.clock.now(),
            finding: None,
        }
    }

    /// Registered and assigned for the first time.
    pub async fn arrives(app: &TestApp, lead: &str, helpers: &[&str]) -> Self {
        let order = Self::new(app);
        app.publish(order.key(), 1, &order.registered()).await;
        app.publish(order.key(), 1, &order.assigned(1, lead, helpers))
            .await;
        app.settle().await;
        order
    }

    pub fn path(&self, unit: &str, verb: &str) -> String {
        format!("/v1/units/{unit}/orders/{}/{verb}", self.id)
    }

    /// A unit's person acts.
    pub async fn act(&self, app: &TestApp, unit: &str, verb: &str, body: Value) -> Response {
        app.unit(unit).post(&self.path(unit, verb), body).await
    }

    pub async fn sign(&self, app: &TestApp, unit: &str, generation: i32) -> Response {
        self.act(app, unit, "sign", json!({ "generation": generation }))
            .await
    }

    pub async fn reply(&self, app: &TestApp, unit: &str, generation: i32, text: &str) -> Response {
        self.act(app, unit, "reply", reply(generation, text)).await
    }
}

pub fn reply(generation: i32, text: &str) -> Value {
    json!({ "generation": generation, "solved": true, "text": text, "contacted": true })
}

/// Everything a unit has in its feed, in pages of `limit`.
pub async fn feed(app: &TestApp, unit: &str, limit: u32) -> Vec<Value> {
    let (mut items, mut after) = (Vec::new(), String::new());
    loop {
        let page = app
            .unit(unit)
            .get(&format!("/v1/units/{unit}/orders?after={after}&limit={limit}"))
            .await
            .expect(200);
        let new = page.body["items"].as_array().unwrap();
        if new.is_empty() {
            return items;
        }
        items.extend(new.iter().cloned());
        after = page.text("/next");
    }
}

/// What a unit was told about its orders, in order.
pub fn notices(feed: &[Value]) -> Vec<&str> {
    feed.iter()
        .map(|item| item["data"]["notice"].as_str().unwrap())
        .collect()
}

/// Registers how a unit is reached; answers the body.
pub async fn access(app: &TestApp, unit: &str, body: Value) -> Value {
    app.http(testkit::Role::Admin)
        .put(&format!("/v1/units/{unit}/access"), body)
        .await
        .expect(200)
        .body
}

/// A new key of a unit: its id and the key.
pub async fn key(app: &TestApp, unit: &str) -> (String, String) {
    let made = app
        .http(testkit::Role::Admin)
        .post(&format!("/v1/units/{unit}/keys"), json!({}))
        .await
        .expect(201);
    (made.text("/key_id"), made.text("/key"))
}

/// Returns when somebody waits for a row that another has locked.
pub async fn somebody_waits(app: &TestApp) {
    let waits = "select exists (select 1 from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock')";
    while !sqlx::query_scalar::<_, bool>(waits)
        .fetch_one(app.db())
        .await
        .unwrap()
    {
        tokio::task::yield_now().await;
    }
}
