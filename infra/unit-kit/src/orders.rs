//! Fake orders, made of the example of the documentation: whatever it has, these have.
use chrono::DateTime;
use contracts::ids::OrderId;
use contracts::unit_documents::{UnitDocumentV1, UnitNotice};
use serde_json::{Value, json};
use uuid::Uuid;

/// The document of what units receive and send.
pub const ASYNCAPI: &str = include_str!("../asyncapi.json");

/// The document, read.
///
/// # Panics
/// Never: it was there when this was compiled.
#[must_use]
pub fn asyncapi() -> Value {
    serde_json::from_str(ASYNCAPI).expect("asyncapi.json is JSON")
}

/// A matter that nobody has.
#[derive(Clone, Debug)]
pub struct FakeOrder {
    template: UnitDocumentV1,
    /// Seconds since 1970.
    assigned_at: i64,
}

impl FakeOrder {
    /// Fresh, for that unit.
    ///
    /// # Panics
    /// Never: the example is read by the type that wrote it.
    #[must_use]
    pub fn new(unit: &str) -> Self {
        let example = &asyncapi()["components"]["messages"]["order"]["examples"][0]["payload"];
        let mut template: UnitDocumentV1 =
            serde_json::from_value(example.clone()).expect("the example is a document");
        template.subject = OrderId(Uuid::new_v4());
        template.data.order_id = template.subject;
        template.data.unit = unit.into();
        template.data.text = "（联调测试单，请勿派人）".into();
        Self {
            template,
            assigned_at: crate::now_secs() - 60,
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.template.subject.uuid()
    }

    /// A document about it with an id of its own; true `later_secs` after the order was made.
    #[must_use]
    pub fn told(&self, notice: UnitNotice, generation: i32, later_secs: i64) -> UnitDocumentV1 {
        let mut document = self.template.clone();
        document.id = Uuid::new_v4();
        document.event_type = format!("hotline.order.{}.v1", notice.as_str());
        document.time = DateTime::from_timestamp(self.assigned_at + later_secs, 0).unwrap_or_default();
        document.data.notice = notice;
        document.data.generation = generation;
        document
    }

    /// That the unit leads now.
    #[must_use]
    pub fn assigned(&self) -> UnitDocumentV1 {
        self.told(UnitNotice::Assigned, 1, 0)
    }
}

/// A document of a kind that does not exist yet, about an order that never was assigned.
#[must_use]
pub fn of_the_future(unit: &str) -> (Uuid, Value) {
    let order = FakeOrder::new(unit);
    let mut document = json!(order.assigned());
    document["type"] = json!("hotline.weather.changed.v7");
    document["data"] = json!({ "order_id": order.id(), "unit": unit, "wind": "strong" });
    (order.id(), document)
}
