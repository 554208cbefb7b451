//! Facts of a plain order, for the tests of the rules.
use crate::domain::{Assigned, Change, Meta, Order, Policy, Registered};
use chrono::{DateTime, Utc};
use contracts::directory::UnitRef;
use contracts::ids::{ComplaintId, OrderId, UnitCode};
use contracts::terms::{Limit, LimitUnit, StartRule, TermsV1};
use contracts::words::{Channel, Kind, Urgency};
use uuid::Uuid;

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    format!("2026-{text}:00+08:00").parse().unwrap()
}

pub(crate) fn limit(amount: u32, unit: LimitUnit, start: StartRule) -> Limit {
    Limit { amount, unit, start }
}

pub(crate) fn policy() -> Policy {
    Policy {
        city_calendar: "city".to_owned(),
        total_ordinary: limit(15, LimitUnit::WorkingDays, StartRule::Acceptance),
        total_urgent: limit(5, LimitUnit::WorkingDays, StartRule::Acceptance),
        total_emergency: limit(24, LimitUnit::Hours, StartRule::Acceptance),
        warn_working_days: 1,
        warn_short_percent: 75,
    }
}

pub(crate) fn registered(accepted_at: &str) -> Change {
    Change::Registered(Box::new(Registered {
        order_number: "1-1".to_owned(),
        complaint_id: ComplaintId(Uuid::from_u128(7)),
        complaint_number: "1".to_owned(),
        title: "路灯不亮".to_owned(),
        matter: None,
        division: None,
        kind: Kind::Help,
        urgency: Urgency::Ordinary,
        channel: Channel::Phone,
        confidential: false,
        caller: None,
        accepted_at: at(accepted_at),
        due_by: None,
    }))
}

/// Sign within 2 working hours, respond within 24 hours of signing, finish within 5 working days of signing.
pub(crate) fn terms() -> TermsV1 {
    TermsV1 {
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
    }
}

pub(crate) fn assigned(generation: i32, assigned_at: &str, terms: TermsV1) -> Change {
    Change::Assigned(Box::new(Assigned {
        order_number: "1-1".to_owned(),
        generation,
        lead: UnitRef {
            code: UnitCode(format!("U-{generation}")),
            name: "城市管理局".to_owned(),
        },
        co_handlers: Vec::new(),
        matter: None,
        division: None,
        terms,
        directory_version: 1,
        accepted_at: at("03-02T09:00"),
        assigned_at: at(assigned_at),
        sequence: 0,
    }))
}

pub(crate) fn replied(generation: i32, rework: i32, when: &str) -> Change {
    Change::Replied {
        generation,
        rework,
        contacted: true,
        at: at(when),
    }
}

pub(crate) fn meta(sequence: i64, when: &str) -> Meta {
    Meta {
        sequence,
        occurred_at: at(when),
        correlation_id: Uuid::from_u128(3),
    }
}

pub(crate) fn order() -> Order {
    Order::unknown(OrderId(Uuid::from_u128(1)))
}
