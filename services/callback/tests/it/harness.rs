//! An order's way to its callback, as the other services would tell it.
use callback::app::Callback;
use contracts::directory::{ExplanationV1, UnitRef};
use contracts::ids::{ComplaintId, DivisionCode, OrderId, UnitCode};
use contracts::intake::OrderRegisteredV1;
use contracts::routing::OrderAssignedV1;
use contracts::terms::{Limit, LimitUnit, StartRule, TermsV1};
use contracts::unit_gateway::OrderRepliedV1;
use contracts::words::{Channel, Kind, Satisfaction, Urgency};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use testkit::{Client, Response, Role, TestApp};
use uuid::Uuid;

/// An order under way.
pub struct Told<'a> {
    pub app: &'a TestApp,
    pub order_id: OrderId,
}

impl<'a> Told<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        Self {
            app,
            order_id: OrderId(Uuid::now_v7()),
        }
    }

    pub fn registration(&self, caller: Option<Uuid>) -> OrderRegisteredV1 {
        OrderRegisteredV1 {
            order_id: self.order_id,
            order_number: "26030200001-1".to_owned(),
            complaint_id: ComplaintId(Uuid::from_u128(7)),
            complaint_number: "26030200001".to_owned(),
            channel: Channel::Phone,
            kind: Kind::Help,
            urgency: Urgency::Ordinary,
            title: "路灯不亮".to_owned(),
            text: "中山路路灯不亮".to_owned(),
            matter: None,
            place: contracts::directory::PlaceV1::default(),
            facts: BTreeMap::new(),
            confidential: false,
            accepted_at: self.app.clock.now(),
            due_by: None,
            other_number: false,
            caller,
        }
    }

    pub async fn registered(&self, caller: Option<Uuid>) {
        self.app
            .publish(self.order_id.uuid(), 1, &self.registration(caller))
            .await;
    }

    pub fn assignment(&self, generation: i32) -> OrderAssignedV1 {
        let limit = Limit {
            amount: 5,
            unit: LimitUnit::WorkingDays,
            start: StartRule::Dispatch,
        };
        OrderAssignedV1 {
            order_id: self.order_id,
            order_number: "26030200001-1".to_owned(),
            generation,
            lead: UnitRef {
                code: UnitCode::from("U-1"),
                name: "城市管理局".to_owned(),
            },
            co_handlers: Vec::new(),
            matter: None,
            divisions: vec![DivisionCode::from("990102")],
            terms: TermsV1 {
                rule: "L-1".to_owned(),
                calendar: "office".to_owned(),
                city_calendar: "city".to_owned(),
                sign: limit,
                respond: limit,
                finish: limit,
                total: limit,
                return_window: None,
                extension: None,
                urgency: None,
            },
            duties: Vec::new(),
            directory_version: 1,
            accepted_at: self.app.clock.now(),
            assigned_at: self.app.clock.now(),
            return_until: None,
            return_right: None,
            explanation: ExplanationV1::default(),
        }
    }

    pub async fn assigned(&self, generation: i32) {
        self.app
            .publish(
                self.order_id.uuid(),
                i64::from(generation),
                &self.assignment(generation),
            )
            .await;
    }

    pub fn reply(&self, generation: i32, rework: i32) -> OrderRepliedV1 {
        OrderRepliedV1 {
            order_id: self.order_id,
            unit: UnitCode::from("U-1"),
            generation,
            rework,
            solved: true,
            claimed_result: Some(Satisfaction::Satisfied),
            contacted: true,
            text: "路灯已修复".to_owned(),
            replied_at: self.app.clock.now(),
        }
    }

    pub async fn replied(&self, generation: i32, rework: i32) {
        let sequence = i64::from(generation * 10 + rework);
        self.app
            .publish(self.order_id.uuid(), sequence, &self.reply(generation, rework))
            .await;
    }

    /// The same of a given caller about a given matter.
    pub async fn due_of(&self, caller: u128, matter: &str) -> String {
        self.due_with(|registered| {
            registered.caller = Some(Uuid::from_u128(caller));
            registered.matter = Some(matter.into());
        })
        .await
    }

    /// The same of an order that is registered otherwise; empty when nobody is to be called.
    pub async fn due_with(&self, change: impl FnOnce(&mut OrderRegisteredV1)) -> String {
        let mut registered = self.registration(Some(Uuid::from_u128(9)));
        change(&mut registered);
        self.app.publish(self.order_id.uuid(), 1, &registered).await;
        self.assigned(1).await;
        self.replied(1, 0).await;
        self.app.settle().await;
        self.mine().await.unwrap_or_default()
    }

    /// The callback of this order that is due; other orders may have one, too.
    pub async fn mine(&self) -> Option<String> {
        let order_id = self.order_id.to_string();
        let due = self.listed("due").await;
        let items = due.body["items"].as_array().expect("items");
        let mine = items.iter().find(|task| task["order_id"] == order_id.as_str());
        mine.map(|task| task["callback_id"].as_str().expect("an id").to_owned())
    }

    /// Registered, assigned and replied; answers the id of the callback.
    pub async fn due(&self) -> String {
        self.registered(Some(Uuid::from_u128(9))).await;
        self.assigned(1).await;
        self.replied(1, 0).await;
        self.app.settle().await;
        self.mine().await.expect("a callback is due")
    }

    pub async fn listed(&self, state: &str) -> Response {
        self.app
            .http(Role::CallbackAgent)
            .get(&format!("/v1/callbacks?state={state}"))
            .await
            .expect(200)
    }

    pub async fn answer(&self, callback_id: &str, body: Value) -> Response {
        self.app
            .http(Role::CallbackAgent)
            .post(&format!("/v1/callbacks/{callback_id}/answers"), body)
            .await
    }
}

/// A full answer.
pub fn said(solved: bool, result: &str) -> Value {
    json!({ "reached": true, "contacted": true, "solved": solved, "result": result, "attitude": "satisfied", "remark": "" })
}

/// An administrator publishes a policy.
pub async fn publish(app: &TestApp, document: &str) -> Response {
    app.http(Role::Admin)
        .put("/v1/policy", json!({ "document": document }))
        .await
}

pub async fn start() -> TestApp {
    TestApp::start::<Callback>().await
}

/// An agent with a name of his own.
pub fn agent(app: &TestApp, name: &str) -> Client {
    let token = app
        .world
        .issuer
        .mint_roles(&[Role::CallbackAgent], None, name, Duration::from_secs(3_600));
    app.http_as(&token)
}

/// Takes the next call; ids of its tasks.
pub async fn claim(agent: &Client) -> Vec<String> {
    let taken = agent.post("/v1/callbacks/claims", json!({})).await.expect(200);
    let items = taken.body["items"].as_array().expect("items").clone();
    items
        .iter()
        .map(|task| task["callback_id"].as_str().expect("an id").to_owned())
        .collect()
}
