//! What several answers show alike.
use crate::domain::assignment::Assignment;
use crate::domain::decide::Question;
use crate::domain::explain::Explanation;
use crate::domain::policies::{NoReturn, ReturnRight};
use crate::usecases::replay_decision::{Replay, Replayed};
use contracts::directory::UnitRef;
use contracts::terms::{Limit, LimitUnit, StartRule, TermsV1};
use contracts::words::Urgency;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A unit by code and name.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitView {
    /// The stable code.
    #[schema(example = "SJ-URBAN")]
    pub code: String,
    /// Its name at the time.
    pub name: String,
}

impl From<&UnitRef> for UnitView {
    fn from(unit: &UnitRef) -> Self {
        Self {
            code: unit.code.0.clone(),
            name: unit.name.clone(),
        }
    }
}

pub(super) fn units(units: &[UnitRef]) -> Vec<UnitView> {
    units.iter().map(UnitView::from).collect()
}

/// Why, as sentences and as data.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplanationView {
    /// English sentences; the last says what decided, or what to ask the caller.
    pub en: Vec<String>,
    /// 中文.
    pub zh: Vec<String>,
    /// The same as data: place, every duty that was looked at, and why each lost.
    #[schema(value_type = Object)]
    pub data: Value,
}

impl From<&Explanation> for ExplanationView {
    fn from(explanation: &Explanation) -> Self {
        let said = explanation.sentences();
        Self {
            en: said.en,
            zh: said.zh,
            data: serde_json::to_value(explanation).unwrap_or_default(),
        }
    }
}

/// One limit.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitView {
    /// How many.
    pub amount: u32,
    /// `hours`, `calendar_days`, `working_days` or `working_hours`.
    pub unit: LimitUnitWord,
    /// `acceptance`, `dispatch`, `signing` or `next_working_day`.
    pub start: StartRuleWord,
}

/// What is counted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct LimitUnitWord(LimitUnit);

/// From when.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct StartRuleWord(StartRule);

impl From<Limit> for LimitView {
    fn from(limit: Limit) -> Self {
        Self {
            amount: limit.amount,
            unit: LimitUnitWord(limit.unit),
            start: StartRuleWord(limit.start),
        }
    }
}

/// Whether and how often the lead may ask for a return.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnRightView {
    /// How often; 0 = not at all.
    pub times_max: u32,
    /// Why not: `ruling`, `first_receiver`, `limit_reached` or `not_granted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<&'static str>,
}

impl From<ReturnRight> for ReturnRightView {
    fn from(right: ReturnRight) -> Self {
        Self {
            times_max: right.times_max,
            refused: right.refused.map(NoReturn::code),
        }
    }
}

/// Time limits of an assignment.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermsView {
    /// Row of the directory that gave them.
    pub rule: String,
    /// Calendar of the lead unit.
    pub calendar: String,
    /// Calendar of the city's own clock.
    pub city_calendar: String,
    /// The unit takes the order.
    pub sign: LimitView,
    /// First contact.
    pub respond: LimitView,
    /// Reply.
    pub finish: LimitView,
    /// The city's promise to the caller.
    pub total: LimitView,
    /// How long the unit may ask to return it; absent = never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_window: Option<LimitView>,
    /// How much more time it may get for the reply; absent in assignments of before it was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<ExtensionView>,
    /// The urgency that they were looked up with, where words of danger raised it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgency: Option<&'static str>,
}

/// 延期 of an assignment's reply, at most.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExtensionView {
    /// So often; 0 = never.
    pub times_max: u32,
    /// So much at once, in `unit`.
    pub each_max: u32,
    /// So much together, in `unit`.
    pub sum_max: u32,
    /// As in limits.
    pub unit: LimitUnitWord,
}

impl From<&TermsV1> for TermsView {
    fn from(terms: &TermsV1) -> Self {
        Self {
            rule: terms.rule.clone(),
            calendar: terms.calendar.clone(),
            city_calendar: terms.city_calendar.clone(),
            sign: terms.sign.into(),
            respond: terms.respond.into(),
            finish: terms.finish.into(),
            total: terms.total.into(),
            return_window: terms.return_window.map(Into::into),
            extension: terms.extension.map(|extension| ExtensionView {
                times_max: extension.times_max,
                each_max: extension.each_max,
                sum_max: extension.sum_max,
                unit: LimitUnitWord(extension.unit),
            }),
            urgency: terms.urgency.map(Urgency::as_str),
        }
    }
}

/// Where, as it was told.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceView {
    /// Division code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub division: Option<String>,
    /// WGS84 degrees east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    /// WGS84 degrees north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Free text, personal data masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// What the directory was asked of an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionView {
    /// 诉求类型
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// 紧急程度
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgency: Option<&'static str>,
    /// Entry of the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<String>,
    /// Where.
    pub place: PlaceView,
    /// Facts that conditions ask for.
    pub facts: BTreeMap<String, String>,
    /// Units whose return was upheld.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<String>,
}

impl From<&Question> for QuestionView {
    fn from(question: &Question) -> Self {
        let point = question.place.point;
        Self {
            kind: question.kind.map(contracts::words::Kind::as_str),
            urgency: question.urgency.map(contracts::words::Urgency::as_str),
            matter: question.matter.as_ref().map(|matter| matter.0.clone()),
            place: PlaceView {
                division: question.place.division.clone(),
                longitude: point.map(|point| point.0),
                latitude: point.map(|point| point.1),
                address: question.place.address.clone(),
            },
            facts: question.facts.clone(),
            excluded: question.excluded.iter().map(|unit| unit.0.clone()).collect(),
        }
    }
}

/// The codes of an assignment's duties.
pub(super) fn duties(assignment: &Assignment) -> Vec<String> {
    assignment.duties.iter().map(|duty| duty.0.clone()).collect()
}

/// What the rules say today of a stored decision.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayView {
    /// The order.
    pub order_id: Uuid,
    /// The generation of an assignment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<i32>,
    /// The number of a decision that named nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// Version of the directory that was asked again.
    pub directory_version: i64,
    /// `same`, `differs`, `by_dispatcher` (a person decided, no rule to ask) or `version_missing`.
    pub result: &'static str,
    /// When a person decided: whether what the rules said beside it is the `same` or `differs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<&'static str>,
}

impl ReplayView {
    pub(super) fn new(order_id: Uuid, replay: Replay) -> Self {
        let (result, rules) = match replay.result {
            Replayed::Same => ("same", None),
            Replayed::Differs => ("differs", None),
            Replayed::ByPerson(true) => ("by_dispatcher", Some("same")),
            Replayed::ByPerson(false) => ("by_dispatcher", Some("differs")),
            Replayed::VersionMissing => ("version_missing", None),
        };
        Self {
            order_id,
            generation: None,
            number: None,
            directory_version: replay.directory_version,
            result,
            rules,
        }
    }
}
