//! Time limits as they travel with an assignment (`domain.md` §4).
use crate::words::Urgency;
use serde::{Deserialize, Serialize};

/// Unit of a limit's amount.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum LimitUnit {
    /// 小时: clock hours; ignores the calendar.
    Hours,
    /// 自然日: calendar days.
    CalendarDays,
    /// 工作日: working days; knows holidays and make-up workdays.
    WorkingDays,
    /// 工作小时: hours inside the unit's working hours.
    WorkingHours,
}

/// When a limit begins to run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum StartRule {
    /// 受理起
    Acceptance,
    /// 派单起
    Dispatch,
    /// 签收起; an order nobody signs starts at the latest when its sign limit ends
    Signing,
    /// 次日起: the working day after acceptance
    NextWorkingDay,
}

/// One limit: so much time, counted so, from then.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Limit {
    /// How many of `unit`; at least 1.
    pub amount: u32,
    /// What is counted.
    pub unit: LimitUnit,
    /// From when.
    pub start: StartRule,
}

/// The limits of one assignment, looked up by matter class × kind × urgency × unit level.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TermsV1 {
    /// Row of the directory that gave these limits.
    pub rule: String,
    /// Code of the lead unit's calendar.
    pub calendar: String,
    /// Code of the city's own calendar, for the total clock.
    pub city_calendar: String,
    /// The unit takes the order.
    pub sign: Limit,
    /// First contact.
    pub respond: Limit,
    /// Reply.
    pub finish: Limit,
    /// The city's promise to the caller, from acceptance.
    pub total: Limit,
    /// How long after dispatch the unit may ask to return the order; `None` = never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_window: Option<Limit>,
    /// How much more time 延期 the limits allow for the reply. Absent in events of before it was told: then the policy of
    /// supervision alone rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<ExtensionTermsV1>,
    /// The urgency that they were looked up with where the text has words of danger, which raise the given one. Absent without
    /// them, and in events of before it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Urgency>,
}

impl TermsV1 {
    /// The urgency of an assignment on these terms: the given one, or a higher one by which it was routed.
    #[must_use]
    pub fn urgency_with(&self, given: Urgency) -> Urgency {
        self.urgency.map_or(given, |routed| routed.max(given))
    }
}

/// How much more time 延期 one assignment may get for its reply.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ExtensionTermsV1 {
    /// 延期次数上限: how often; 0 = never.
    pub times_max: u32,
    /// 每次延期上限: at once, in `unit`.
    pub each_max: u32,
    /// 延期总上限: together, in `unit`.
    pub sum_max: u32,
    /// 延期单位
    pub unit: LimitUnit,
}

/// Whether and how often the lead may ask to return an assignment 退单.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReturnRightV1 {
    /// How often it may ask in this generation; 0 = not at all.
    pub times_max: u32,
    /// Why it may not ask: `ruling` (assigned by a ruling), `first_receiver` (首接负责), `limit_reached` (the order was
    /// returned as often as the city allows), `not_granted` (neither the unit nor the limits allow it). `None` = it may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}
