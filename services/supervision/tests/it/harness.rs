//! An order's life as the other services would tell it. Each service numbers its own line.
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use contracts::calendar::{CalendarV1, SpecialDayV1, WorkSpanV1};
use contracts::callback::{CallbackScheduledV1, OrderClosedV1, OrderReworkedV1};
use contracts::directory::{ExplanationV1, PlaceV1, UnitRef};
use contracts::event::Event;
use contracts::ids::{CallbackId, ComplaintId, DivisionCode, ExtensionId, MatterCode, OrderId, UnitCode};
use contracts::intake::{ComplaintReceivedV1, OrderRegisteredV1};
use contracts::routing::{DirectoryPublishedV1, OrderAssignedV1};
use contracts::terms::{Limit, LimitUnit, StartRule, TermsV1};
use contracts::unit_gateway::{OrderExtensionRequestedV1, OrderRepliedV1, OrderRespondedV1, OrderSignedV1};
use contracts::words::{Channel, ClockName, Disposition, Kind, Outcome, Urgency};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
use supervision::app::Supervision;
use testkit::{Role, TestApp};
use uuid::Uuid;

pub async fn start() -> TestApp {
    let app = TestApp::start::<Supervision>().await;
    publish_directory(&app).await;
    app.settle().await;
    app
}

/// Office hours 08:30–12:00 and 13:30–17:00, the city around the clock; Qingming 2026 off.
pub async fn publish_directory(app: &TestApp) {
    let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    let span = |from, to| WorkSpanV1 {
        weekdays: vec![1, 2, 3, 4, 5],
        from,
        to,
        season_from: None,
        season_to: None,
        on_holidays: false,
    };
    let days: Vec<_> = (4..7)
        .map(|day| SpecialDayV1 {
            date: NaiveDate::from_ymd_opt(2026, 4, day).unwrap(),
            name: "清明节".to_owned(),
            off: true,
        })
        .collect();
    let calendar = |code: &str, name: &str, hours| CalendarV1 {
        code: code.to_owned(),
        name: name.to_owned(),
        utc_offset_secs: 28_800,
        hours,
        days: days.clone(),
    };
    let office = vec![span(time(8, 30), time(12, 0)), span(time(13, 30), time(17, 0))];
    let event = DirectoryPublishedV1 {
        version: 1,
        published_at: app.clock.now(),
        calendars: vec![
            calendar("office", "机关", office),
            calendar("city", "全市", vec![span(time(0, 0), time(0, 0))]),
        ],
    };
    app.publish(Uuid::from_u128(1), 1, &event).await;
}

/// Another supervisor than [`TestApp::http`] gives.
pub fn second(app: &TestApp) -> testkit::Client {
    let life = std::time::Duration::from_secs(3_600);
    let token = app
        .world
        .issuer
        .mint_roles(&[Role::Supervisor], None, "second", life);
    app.http_as(&token)
}

pub fn limit(amount: u32, unit: LimitUnit, start: StartRule) -> Limit {
    Limit { amount, unit, start }
}

/// An order under way.
pub struct Told<'a> {
    pub app: &'a TestApp,
    pub order_id: OrderId,
    pub complaint_id: ComplaintId,
    pub unit: UnitCode,
    sequences: Mutex<BTreeMap<&'static str, i64>>,
}

impl<'a> Told<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        Self {
            app,
            order_id: OrderId(Uuid::now_v7()),
            complaint_id: ComplaintId(Uuid::now_v7()),
            unit: UnitCode::from("U-1"),
            sequences: Mutex::default(),
        }
    }

    /// Publishes an event of the order with the next number of its service's line.
    pub async fn tell<E: Event>(&self, event: &E) {
        let sequence = {
            let mut sequences = self.sequences.lock().unwrap();
            let last = sequences.entry(E::TYPE.service).or_default();
            *last += 1;
            *last
        };
        self.app.publish(self.order_id.uuid(), sequence, event).await;
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }

    pub fn registration(&self) -> OrderRegisteredV1 {
        OrderRegisteredV1 {
            order_id: self.order_id,
            order_number: "26030200001-1".to_owned(),
            complaint_id: self.complaint_id,
            complaint_number: "26030200001".to_owned(),
            channel: Channel::Phone,
            kind: Kind::Help,
            urgency: Urgency::Ordinary,
            title: "路灯不亮".to_owned(),
            text: "中山路路灯不亮".to_owned(),
            matter: None,
            place: PlaceV1::default(),
            facts: BTreeMap::new(),
            confidential: false,
            accepted_at: self.now(),
            due_by: None,
            other_number: false,
            caller: Some(Uuid::from_u128(9)),
        }
    }

    pub async fn registered(&self) {
        let received = ComplaintReceivedV1 {
            complaint_id: self.complaint_id,
            complaint_number: "26030200001".to_owned(),
            channel: Channel::Phone,
            kind: Kind::Help,
            urgency: Urgency::Ordinary,
            disposition: Disposition::Accepted,
            confidential: false,
            accepted_at: self.now(),
            source_number: None,
            orders: vec![self.order_id],
            caller: None,
        };
        self.app.publish(self.complaint_id.uuid(), 1, &received).await;
        self.tell(&self.registration()).await;
    }

    pub fn assignment(&self, generation: i32) -> OrderAssignedV1 {
        OrderAssignedV1 {
            order_id: self.order_id,
            order_number: "26030200001-1".to_owned(),
            generation,
            lead: UnitRef {
                code: self.unit.clone(),
                name: "城市管理局".to_owned(),
            },
            co_handlers: vec![UnitRef {
                code: UnitCode::from("U-9"),
                name: "住建局".to_owned(),
            }],
            matter: Some(MatterCode::from("M0203")),
            divisions: vec![DivisionCode::from("990102003"), DivisionCode::from("990102")],
            terms: TermsV1 {
                rule: "L-1".to_owned(),
                calendar: "office".to_owned(),
                city_calendar: "city".to_owned(),
                sign: limit(2, LimitUnit::WorkingHours, StartRule::Dispatch),
                respond: limit(24, LimitUnit::Hours, StartRule::Signing),
                finish: limit(5, LimitUnit::WorkingDays, StartRule::Signing),
                total: limit(30, LimitUnit::CalendarDays, StartRule::Acceptance),
                return_window: None,
                extension: None,
                urgency: None,
            },
            duties: Vec::new(),
            directory_version: 1,
            accepted_at: self.now(),
            assigned_at: self.now(),
            return_until: None,
            return_right: None,
            explanation: ExplanationV1::default(),
        }
    }

    pub async fn assigned(&self, generation: i32) {
        self.tell(&self.assignment(generation)).await;
    }

    pub async fn signed(&self, generation: i32) {
        let event = OrderSignedV1 {
            order_id: self.order_id,
            unit: self.unit.clone(),
            generation,
            signed_at: self.now(),
        };
        self.tell(&event).await;
    }

    /// The unit asks for one more working day, in its first assignment; heard now.
    pub async fn asks_for_more(&self, requested_at: DateTime<Utc>) -> ExtensionId {
        let extension_id = ExtensionId(Uuid::now_v7());
        self.tell(&OrderExtensionRequestedV1 {
            order_id: self.order_id,
            extension_id,
            unit: self.unit.clone(),
            generation: 1,
            clock: ClockName::Finish,
            amount: 1,
            amount_unit: LimitUnit::WorkingDays,
            reason: "需采购配件".to_owned(),
            basis: "采购流程".to_owned(),
            requested_at,
        })
        .await;
        extension_id
    }

    pub async fn responded(&self, generation: i32) {
        let (unit, how) = (self.unit.clone(), "called".to_owned());
        self.tell(&OrderRespondedV1 {
            order_id: self.order_id,
            unit,
            generation,
            how,
            responded_at: self.now(),
        })
        .await;
    }

    pub async fn replied(&self, generation: i32, rework: i32) {
        let event = OrderRepliedV1 {
            order_id: self.order_id,
            unit: self.unit.clone(),
            generation,
            rework,
            solved: true,
            claimed_result: None,
            contacted: true,
            text: "已修复".to_owned(),
            replied_at: self.now(),
        };
        self.tell(&event).await;
    }

    pub async fn called(&self, rework: i32) {
        let callback_id = CallbackId(Uuid::now_v7());
        self.tell(&CallbackScheduledV1 {
            callback_id,
            order_id: self.order_id,
            rework,
            due_at: self.now(),
        })
        .await;
    }

    pub async fn reworked(&self, generation: i32, rework: i32) {
        self.reworked_within(generation, rework, None).await;
    }

    pub async fn reworked_within(&self, generation: i32, rework: i32, limit: Option<Limit>) {
        let (unit, reason) = (self.unit.clone(), "还是不亮".to_owned());
        self.tell(&OrderReworkedV1 {
            order_id: self.order_id,
            unit,
            generation,
            rework,
            reason,
            limit,
        })
        .await;
    }

    pub async fn closed(&self) {
        let (order_id, complaint_id, closed_at) = (self.order_id, self.complaint_id, self.now());
        self.tell(&OrderClosedV1 {
            order_id,
            complaint_id,
            outcome: Outcome::Solved,
            closed_at,
            finding: None,
        })
        .await;
    }

    /// Registered and assigned, and all of it heard.
    pub async fn under_way(&self) {
        self.registered().await;
        self.assigned(1).await;
        self.app.settle().await;
    }

    pub async fn seen(&self) -> Value {
        self.app
            .http(Role::Supervisor)
            .get(&format!("/v1/orders/{}", self.order_id))
            .await
            .expect(200)
            .body
    }

    /// Suspended until then: proposed by one supervisor, granted by another.
    pub async fn suspended(&self, until: &str) {
        let form = json!({ "reason_code": "weather", "reason": "连日降雨", "until": until });
        let path = format!("/v1/orders/{}/suspension", self.order_id);
        let proposed = self
            .app
            .http(Role::Supervisor)
            .post(&path, form)
            .await
            .expect(201);
        let id = proposed.text("/suspension_id");
        let review = format!("/v1/suspension-requests/{id}/review");
        let yes = json!({ "verdict": "granted" });
        second(self.app).post(&review, yes).await.expect(200);
    }

    /// `clock: state due_at` of the order as shown.
    pub async fn clocks(&self) -> Vec<String> {
        let seen = self.seen().await;
        let text = |clock: &Value, name: &str| clock[name].as_str().unwrap().to_owned();
        let clocks = seen["clocks"].as_array().unwrap().iter();
        clocks
            .map(|c| format!("{}: {} {}", text(c, "clock"), text(c, "state"), text(c, "due_at")))
            .collect()
    }

    pub async fn timeline(&self) -> Vec<String> {
        let path = format!("/v1/orders/{}/timeline", self.order_id);
        let page = self.app.http(Role::Auditor).get(&path).await.expect(200).body;
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["type"].as_str().unwrap().to_owned())
            .collect()
    }
}
