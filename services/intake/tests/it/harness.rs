//! Intake with vault keys, and the things most tests send.
use contracts::callback::OrderClosedV1;
use contracts::directory::{ExplanationV1, UnitRef};
use contracts::ids::OrderId;
use contracts::routing::OrderAssignedV1;
use contracts::terms::{Limit, LimitUnit, StartRule, TermsV1};
use contracts::unit_gateway::{OrderRepliedV1, OrderSignedV1};
use contracts::words::Outcome;
use intake::app::Intake;
use serde_json::{Value, json};
use testkit::{Role, TestApp, World};

/// 32 bytes of 1, of 2, of 3.
pub const KEY_ONE: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
pub const KEY_TWO: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
const KEY_INDEX: &str = "AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=";

pub const NAME: &str = "闻人朔";
pub const PHONE: &str = "19900007037";

/// Settings that every start of intake needs.
pub fn keys() -> Vec<(&'static str, String)> {
    vec![
        ("service.vault.keys.1", KEY_ONE.to_owned()),
        ("service.vault.keys.2", KEY_TWO.to_owned()),
        ("service.vault.blind_index_key", KEY_INDEX.to_owned()),
    ]
}

pub async fn start() -> TestApp {
    TestApp::start_with::<Intake>(&World::new(), &keys()).await
}

/// With settings on top.
pub async fn start_with(settings: &[(&'static str, String)]) -> TestApp {
    let all = [keys(), settings.to_vec()].concat();
    TestApp::start_with::<Intake>(&World::new(), &all).await
}

/// A good complaint.
pub fn complaint() -> Value {
    json!({
        "channel": "phone", "kind": "help", "urgency": "ordinary",
        "title": "文渊街路灯坏了", "text": "文渊街中段有七八盏路灯不亮，已经半个月了。",
        "place": { "division": "990102002", "address": "文渊街中段" },
        "matter": "M020101",
        "caller": { "name": NAME, "phone": PHONE },
        "facts": { "地名": "文渊街" },
    })
}

/// A good complaint with members replaced or added.
pub fn complaint_with(changes: Value) -> Value {
    let mut body = complaint();
    let (Value::Object(members), Value::Object(changes)) = (&mut body, changes) else {
        panic!("objects")
    };
    members.extend(changes);
    body
}

/// Registers and answers the whole body.
pub async fn register(app: &TestApp, body: Value) -> Value {
    app.http(Role::Agent)
        .post("/v1/complaints", body)
        .await
        .expect(201)
        .body
}

/// The id of an order in an answer.
pub fn order_id(registered: &Value, position: usize) -> OrderId {
    registered["orders"][position]["order_id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap()
}

pub fn assigned(app: &TestApp, order_id: OrderId, generation: i32, name: &str) -> OrderAssignedV1 {
    let limit = Limit {
        amount: 2,
        unit: LimitUnit::WorkingHours,
        start: StartRule::Dispatch,
    };
    OrderAssignedV1 {
        order_id,
        order_number: "1".into(),
        generation,
        lead: UnitRef {
            code: "SJ-MUNI".into(),
            name: name.into(),
        },
        co_handlers: vec![],
        matter: None,
        divisions: vec![],
        terms: TermsV1 {
            rule: "SX001".into(),
            calendar: "office".into(),
            city_calendar: "city".into(),
            sign: limit,
            respond: limit,
            finish: limit,
            total: limit,
            return_window: None,
            extension: None,
            urgency: None,
        },
        duties: vec![],
        directory_version: 1,
        accepted_at: app.clock.now(),
        assigned_at: app.clock.now(),
        return_until: None,
        return_right: None,
        explanation: ExplanationV1::default(),
    }
}

pub fn signed(app: &TestApp, order_id: OrderId, generation: i32) -> OrderSignedV1 {
    OrderSignedV1 {
        order_id,
        unit: "SJ-MUNI".into(),
        generation,
        signed_at: app.clock.now(),
    }
}

pub fn replied(app: &TestApp, order_id: OrderId, rework: i32, text: &str) -> OrderRepliedV1 {
    OrderRepliedV1 {
        order_id,
        unit: "SJ-MUNI".into(),
        generation: 1,
        rework,
        solved: true,
        claimed_result: None,
        contacted: true,
        text: text.into(),
        replied_at: app.clock.now(),
    }
}

pub fn closed(app: &TestApp, order_id: OrderId, outcome: Outcome) -> OrderClosedV1 {
    OrderClosedV1 {
        order_id,
        complaint_id: uuid::Uuid::nil().into(),
        outcome,
        closed_at: app.clock.now(),
        finding: None,
    }
}
