//! Plain cases for the tests of figures.
use crate::domain::figures::{Callback, Case, Due, Exclusion, Figure, Incident, Period, Span};
use chrono::{DateTime, FixedOffset, Utc};
use contracts::words::{ClockName, Satisfaction};
use uuid::Uuid;

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    format!("2026-{text}:00+08:00").parse().unwrap()
}

pub(crate) fn march() -> Span {
    Period::month("2026-03")
        .unwrap()
        .span(FixedOffset::east_opt(28_800).unwrap())
}

/// Dispatched on March 2nd, nothing else.
pub(crate) fn case(number: u128, unit: &str) -> Case {
    Case {
        order_id: Uuid::from_u128(number),
        order_number: number.to_string(),
        generation: 1,
        unit: Some(unit.to_owned()),
        unit_name: Some(format!("{unit}局")),
        matter: Some("M0101".to_owned()),
        divisions: vec!["990102003".to_owned(), "990102".to_owned()],
        kind: Some("help".to_owned()),
        channel: Some("phone".to_owned()),
        assigned_at: Some(at("03-02T09:00")),
        dues: Vec::new(),
        moved: Vec::new(),
        callbacks: Vec::new(),
        incidents: Vec::new(),
        exclusions: Vec::new(),
    }
}

pub(crate) fn due(clock: ClockName, due_at: &str, met_at: Option<&str>) -> Due {
    Due {
        clock,
        rework: 0,
        due_at: at(due_at),
        met_at: met_at.map(at),
        cancelled_at: None,
    }
}

pub(crate) fn said(rework: i32, when: &str, solved: bool, result: Satisfaction) -> Callback {
    Callback {
        callback_id: Uuid::from_u128(100 + u128::from(rework.unsigned_abs())),
        rework,
        solved,
        result,
        attitude: Satisfaction::Satisfied,
        at: at(when),
        void: None,
    }
}

pub(crate) fn incident(what: &str, when: &str) -> Incident {
    Incident {
        what: what.to_owned(),
        round: None,
        ref_id: None,
        at: at(when),
    }
}

pub(crate) fn exclusion(figures: &[Figure], when: &str) -> Exclusion {
    Exclusion {
        exclusion_id: Uuid::from_u128(7),
        figures: figures.to_vec(),
        approved_at: at(when),
    }
}
