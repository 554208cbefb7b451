//! The record of an order that goes to discipline inspection 移送纪检: everything supervision knows of it in one document,
//! without anybody's identity.
mod supervised;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

pub use supervised::{Rung, Supervised};

/// A referral.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Referral {
    /// The referral.
    pub referral_id: Uuid,
    /// Number of its document.
    pub number: String,
    /// The order.
    pub order_id: Uuid,
    /// The supervision order that led to it.
    pub supervision_id: Option<Uuid>,
    /// Whose conduct.
    pub unit: String,
    /// To whom.
    pub recipient: String,
    /// Why.
    pub reason: String,
    /// The record, JSON, byte for byte as handed over.
    pub record: String,
    /// SHA-256 of it, hex.
    pub record_sha256: String,
    /// `agent:<subject>`
    pub made_by: String,
    /// When.
    pub made_at: DateTime<Utc>,
}

/// The document. Times are in the city's local time.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Record {
    /// Number of the referral.
    pub number: String,
    /// As of when.
    pub made_at: DateTime<FixedOffset>,
    /// Whose conduct.
    pub unit: String,
    /// To whom.
    pub to: String,
    /// Why.
    pub reason: String,
    /// The supervision order that led to it.
    pub supervision_id: Option<Uuid>,
    /// The order.
    pub order: About,
    /// Everything that happened to it and its complaint, oldest first.
    pub timeline: Vec<Happened>,
    /// Every clock it has had, with the reason of its due time.
    pub clocks: Vec<Limit>,
    /// Requests for more time.
    pub extensions: Vec<Extended>,
    /// Times in which the clocks stood still.
    pub suspensions: Vec<Suspended>,
    /// Meetings about it.
    pub consultations: Vec<Met>,
    /// What the ladder did, the first climb first; absent in records of before.
    #[serde(default)]
    pub supervision: Vec<Supervised>,
}

/// The order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct About {
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: Option<String>,
    /// Number told to the caller.
    pub complaint_number: Option<String>,
    /// One line, personal data masked.
    pub title: Option<String>,
    /// 诉求类型
    pub kind: Option<String>,
    /// 紧急程度
    pub urgency: Option<String>,
    /// Where it stands.
    pub state: String,
    /// Who is responsible now.
    pub responsible: Option<String>,
    /// How many assignments it has had.
    pub assignments: i32,
    /// Rung of the ladder of supervision; 0 = none.
    pub level: i16,
    /// Start of the total clock.
    pub accepted_at: Option<DateTime<FixedOffset>>,
    /// When it ended.
    pub closed_at: Option<DateTime<FixedOffset>>,
}

/// One event.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Happened {
    /// The event.
    pub event_id: Uuid,
    /// What it belongs to.
    pub part: Part,
    /// `<service>.<noun>.<past>.v<n>`
    pub event: String,
    /// When it became true.
    pub occurred_at: DateTime<FixedOffset>,
    /// Who did it.
    pub actor: String,
    /// The facts as published, without the caller's token.
    pub facts: Value,
}

/// What an event belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The contact and what it is about.
    Contact,
    /// Who is responsible 派单.
    Assignment,
    /// "Not ours" 退单.
    Return,
    /// What the unit did 办理.
    Handling,
    /// What the caller said 回访.
    Callback,
    /// What was pushed, warned and granted 督办.
    Supervision,
    /// Meetings and what they decided 会商.
    Consultation,
}

/// A clock.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Limit {
    /// `sign`, `respond`, `finish`, `total`
    pub clock: String,
    /// Assignment; 0 for total.
    pub generation: i32,
    /// Rework round.
    pub rework: i32,
    /// From when it counts.
    pub started_at: DateTime<FixedOffset>,
    /// Red.
    pub due_at: DateTime<FixedOffset>,
    /// `running`, `warned`, `breached`, `met`, `cancelled`
    pub state: String,
    /// When it was found breached.
    pub breached_at: Option<DateTime<FixedOffset>>,
    /// Why then.
    pub explanation: Vec<String>,
}

/// A request for more time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Extended {
    /// Who asked for it.
    pub unit: String,
    /// Which clock.
    pub clock: String,
    /// How much was asked.
    pub amount: i32,
    /// Of what.
    pub amount_unit: String,
    /// Why.
    pub reason: String,
    /// When.
    pub requested_at: DateTime<FixedOffset>,
    /// `pending`, `granted`, `denied`
    pub state: String,
    /// How much was granted.
    pub granted_amount: Option<i32>,
    /// Why so.
    pub review_reason: Option<String>,
}

/// Clocks that stood still.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Suspended {
    /// Whose.
    pub unit: String,
    /// Why.
    pub reason: String,
    /// From when.
    pub suspended_at: DateTime<FixedOffset>,
    /// When it was to end by itself.
    pub until: DateTime<FixedOffset>,
    /// When it ended.
    pub resumed_at: Option<DateTime<FixedOffset>>,
}

/// A meeting.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Met {
    /// The consultation.
    pub consultation_id: Uuid,
    /// Where it stands.
    pub state: String,
    /// What was to be settled.
    pub question: String,
    /// When they meet.
    pub meets_at: DateTime<FixedOffset>,
    /// Where it is: 现场督办.
    pub on_site: bool,
    /// Who was summoned.
    pub units: Vec<String>,
    /// Which of them came; absent = not held.
    pub came: Option<Vec<String>>,
    /// What was said.
    pub minutes: Option<String>,
    /// What was decided about this order.
    pub rulings: Vec<Decided>,
    /// Why it ended without a ruling.
    pub end_reason: Option<String>,
}

/// A ruling.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Decided {
    /// 主办
    pub lead: String,
    /// 协办
    pub co_handlers: Vec<String>,
    /// The document.
    pub basis: String,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// When.
    pub made_at: DateTime<FixedOffset>,
    /// Why routing could not make a duty of it.
    pub refused: Option<String>,
}

/// What an event belongs to, by its type.
#[must_use]
pub fn part(event: &str) -> Part {
    let mut words = event.split('.');
    let (service, noun, past) = (words.next(), words.next(), words.next());
    match (
        service.unwrap_or_default(),
        noun.unwrap_or_default(),
        past.unwrap_or_default(),
    ) {
        ("intake", ..) => Part::Contact,
        ("routing", "ruling", _) | ("supervision", "consultation" | "ruling", _) => Part::Consultation,
        ("routing", "return", _) | ("unit-gateway", _, "return_requested") => Part::Return,
        ("routing", ..) => Part::Assignment,
        ("callback", ..) => Part::Callback,
        ("supervision", ..) => Part::Supervision,
        _ => Part::Handling,
    }
}

/// The facts without what stands for a person: the caller's token, wherever it is.
#[must_use]
pub fn without_identity(facts: Value) -> Value {
    match facts {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, _)| name != "caller")
            .map(|(name, value)| (name, without_identity(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(without_identity).collect::<Vec<_>>().into(),
        other => other,
    }
}

/// True when the unit led the order, or helped, by what happened.
#[must_use]
pub fn had_it(timeline: &[Happened], unit: &str) -> bool {
    let is_it = |party: &Value| party["code"] == unit;
    timeline
        .iter()
        .filter(|entry| entry.part == Part::Assignment)
        .any(|entry| {
            let helpers = entry.facts["co_handlers"].as_array();
            is_it(&entry.facts["lead"]) || helpers.is_some_and(|all| all.iter().any(is_it))
        })
}

#[cfg(test)]
mod tests {
    use super::{Part, part, without_identity};
    use serde_json::json;

    #[test]
    fn every_published_event_belongs_to_a_part() {
        for (event, expected) in [
            ("intake.order.registered.v1", Part::Contact),
            ("routing.order.assigned.v1", Part::Assignment),
            ("unit-gateway.order.return_requested.v1", Part::Return),
            ("routing.return.upheld.v1", Part::Return),
            ("unit-gateway.order.replied.v1", Part::Handling),
            ("callback.reply.contradicted.v1", Part::Callback),
            ("supervision.clock.breached.v1", Part::Supervision),
            ("supervision.ruling.made.v1", Part::Consultation),
            ("routing.ruling.refused.v1", Part::Consultation),
        ] {
            assert_eq!(part(event), expected, "{event}");
        }
    }

    #[test]
    fn the_token_of_the_caller_is_nowhere() {
        let facts = json!({ "caller": "t", "orders": [{ "caller": "t", "title": "路灯" }] });
        assert_eq!(
            without_identity(facts),
            json!({ "orders": [{ "title": "路灯" }] })
        );
    }
}
