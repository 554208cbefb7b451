//! From exclusions and scores to what the other services hear.
use bus::Fact;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::Cause;
use contracts::ids::{OrderId, UnitCode};
use contracts::supervision::{
    ExclusionDeniedV1, ExclusionGrantedV1, ExclusionRequestedV1, MatterEmergedV1, ScoreChangedV1,
};
use uuid::Uuid;

/// Namespace of the lines of scores: the id of a unit's line follows from its code.
const SCORE_LINES: Uuid = Uuid::from_u128(0x5c0e_0000_0000_4000_8000_0000_0000_0001);

/// Somebody asks for an exclusion.
#[must_use]
pub fn exclusion_requested(event: &ExclusionRequestedV1, now: DateTime<Utc>, cause: &Cause) -> Fact {
    Fact::new(event.order_id.uuid(), now, cause, event)
}

/// What is asked for.
#[must_use]
pub fn exclusion_request(
    (order_id, exclusion_id, generation): (OrderId, Uuid, Option<i32>),
    figures: &[String],
    (reason, note): (&str, &str),
) -> ExclusionRequestedV1 {
    ExclusionRequestedV1 {
        order_id,
        exclusion_id,
        generation,
        figures: figures.to_vec(),
        reason: reason.to_owned(),
        note: note.to_owned(),
    }
}

/// A second person decided.
#[must_use]
pub fn exclusion_reviewed(
    (order_id, exclusion_id): (OrderId, Uuid),
    (granted, note): (bool, &str),
    now: DateTime<Utc>,
    cause: &Cause,
) -> Fact {
    let note = note.to_owned();
    if granted {
        let event = ExclusionGrantedV1 {
            order_id,
            exclusion_id,
            note,
        };
        Fact::new(order_id.uuid(), now, cause, &event)
    } else {
        let event = ExclusionDeniedV1 {
            order_id,
            exclusion_id,
            note,
        };
        Fact::new(order_id.uuid(), now, cause, &event)
    }
}

/// A unit's score of a closed month is another than before.
#[must_use]
pub fn score_changed(
    (period, revision, reason): (&str, i32, &str),
    unit: &str,
    (before_hundredths, after_hundredths): (Option<i64>, Option<i64>),
    now: DateTime<Utc>,
    cause: &Cause,
) -> Fact {
    let line_id = Uuid::new_v5(&SCORE_LINES, unit.as_bytes());
    let event = ScoreChangedV1 {
        line_id,
        unit: UnitCode(unit.to_owned()),
        period: period.to_owned(),
        revision,
        before_hundredths,
        after_hundredths,
        reason: reason.to_owned(),
    };
    Fact::new(line_id, now, cause, &event)
}

/// A matter that stands out.
#[derive(Clone, Copy, Debug)]
pub struct Emerged<'a> {
    /// The alert.
    pub alert_id: Uuid,
    /// 事项
    pub matter: &'a str,
    /// Area; empty = the city.
    pub area: &'a str,
    /// The hour.
    pub hour: DateTime<Utc>,
    /// Its orders.
    pub orders: i64,
    /// What was to be expected.
    pub expected: f64,
    /// Share of all orders, 0 to 1.
    pub share: f64,
}

/// A matter stands out.
#[must_use]
pub fn matter_emerged(seen: &Emerged<'_>, now: DateTime<Utc>, cause: &Cause) -> Fact {
    let event = MatterEmergedV1 {
        alert_id: seen.alert_id,
        matter: seen.matter.to_owned(),
        area: Some(seen.area.to_owned()).filter(|area| !area.is_empty()),
        window_from: seen.hour,
        window_to: seen.hour + TimeDelta::hours(1),
        orders: seen.orders,
        expected_hundredths: (seen.expected * 100.0).round() as i64,
        share_hundredths: (seen.share * 10_000.0).round() as i64,
    };
    Fact::new(seen.alert_id, now, cause, &event)
}
