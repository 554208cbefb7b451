//! From what routing decided to the events that tell it.
use crate::domain::assignment::{Assignment, Waiting};
use crate::domain::codes::MatterId;
use crate::domain::directory::Directory;
use crate::domain::order::Order;
use crate::domain::policies::ReturnRight;
use crate::domain::returns::{Return, Review};
use crate::domain::validity::Day;
use crate::domain::words::Chinese;
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::calendar::CalendarV1;
use contracts::cause::Cause;
use contracts::directory::UnitRef;
use contracts::directory_content::{DirectoryContentV1, EntryV1};
use contracts::ids::{OrderId, RulingId, UnitCode};
use contracts::routing::{
    DirectoryPublishedV1, OrderAssignedV1, OrderCoHandlersAddedV1, OrderDisputedV1, OrderKeptV1,
    OrderUndecidedV1, ReturnRejectedV1, ReturnUpheldV1, RulingRefusedV1,
};
use contracts::terms::ReturnRightV1;
use uuid::Uuid;

/// The line in which all directory versions stand.
const DIRECTORY_KEY: Uuid = Uuid::from_u128(1);

/// A unit is responsible.
pub fn assigned(
    order: &Order,
    assignment: &Assignment,
    return_until: Option<DateTime<Utc>>,
    cause: &Cause,
) -> Fact {
    let event = OrderAssignedV1 {
        order_id: order.order_id,
        order_number: order.order_number.clone(),
        generation: assignment.generation,
        lead: assignment.lead.clone(),
        co_handlers: assignment.co_handlers.clone(),
        matter: assignment.question.matter.clone(),
        divisions: assignment.divisions.clone(),
        terms: assignment.terms.clone(),
        duties: assignment.duties.clone(),
        directory_version: assignment.directory_version,
        accepted_at: order.accepted_at(),
        assigned_at: assignment.decided_at,
        return_until,
        return_right: assignment.return_right.map(return_right),
        explanation: assignment.explanation.summary(),
    };
    Fact::new(order.order_id.uuid(), assignment.decided_at, cause, &event)
}

fn return_right(right: ReturnRight) -> ReturnRightV1 {
    ReturnRightV1 {
        times_max: right.times_max,
        refused: right.refused.map(|why| why.code().to_owned()),
    }
}

/// Only a ruling helps now.
pub fn disputed(order: &Order, waiting: &Waiting, now: DateTime<Utc>, cause: &Cause) -> Fact {
    let event = OrderDisputedV1 {
        order_id: waiting.order_id,
        reason: waiting.reason.clone(),
        returns: order.bounces,
        candidates: waiting.candidates.clone(),
        directory_version: waiting.directory_version,
        explanation: waiting.explanation.summary(),
    };
    Fact::new(waiting.order_id.uuid(), now, cause, &event)
}

/// The order was amended, and the decision stands.
pub fn kept(order: &Order, settled: &Assignment, cause: &Cause) -> Fact {
    let event = OrderKeptV1 {
        order_id: order.order_id,
        generation: order.generation,
        amendment: order.amendment,
        directory_version: settled.directory_version,
        explanation: settled.explanation.summary(),
    };
    Fact::new(order.order_id.uuid(), settled.decided_at, cause, &event)
}

/// More units help.
pub fn co_handlers_added(
    order: &Order,
    (added, co_handlers, unknown): (&[UnitRef], &[UnitRef], &[UnitCode]),
    reason: &str,
    now: DateTime<Utc>,
    cause: &Cause,
) -> Fact {
    let event = OrderCoHandlersAddedV1 {
        order_id: order.order_id,
        generation: order.generation,
        added: added.to_vec(),
        co_handlers: co_handlers.to_vec(),
        unknown: unknown.to_vec(),
        reason: reason.to_owned(),
    };
    Fact::new(order.order_id.uuid(), now, cause, &event)
}

/// Nobody could be named.
pub fn undecided(waiting: &Waiting, cause: &Cause) -> Fact {
    let event = OrderUndecidedV1 {
        order_id: waiting.order_id,
        reason: waiting.reason.clone(),
        candidates: waiting.candidates.clone(),
        directory_version: waiting.directory_version,
        explanation: waiting.explanation.summary(),
    };
    Fact::new(waiting.order_id.uuid(), waiting.entered_at, cause, &event)
}

/// The order is not this unit's.
pub fn return_upheld(returned: &Return, review: &Review, cause: &Cause) -> Fact {
    let request = &returned.request;
    let event = ReturnUpheldV1 {
        order_id: request.order_id,
        return_id: request.return_id,
        unit: request.unit.clone(),
        generation: request.generation,
        reason: review.reason.clone(),
    };
    Fact::new(request.order_id.uuid(), review.at, cause, &event)
}

/// The order stays where it is.
pub fn return_rejected(returned: &Return, review: &Review, cause: &Cause) -> Fact {
    let request = &returned.request;
    let event = ReturnRejectedV1 {
        order_id: request.order_id,
        return_id: request.return_id,
        unit: request.unit.clone(),
        generation: request.generation,
        reason: review.reason.clone(),
    };
    Fact::new(request.order_id.uuid(), review.at, cause, &event)
}

/// A ruling of a consultation cannot become a duty: a code, the field at fault, and why.
pub fn ruling_refused(
    (order_id, ruling_id): (OrderId, RulingId),
    (code, field): (&str, Option<&str>),
    reason: String,
    now: DateTime<Utc>,
    cause: &Cause,
) -> Fact {
    let event = RulingRefusedV1 {
        order_id,
        ruling_id,
        code: code.to_owned(),
        field: field.map(str::to_owned),
        reason,
    };
    Fact::new(order_id.uuid(), now, cause, &event)
}

/// A directory version became the one decisions use.
pub fn directory_published(
    version: i64,
    calendars: &[CalendarV1],
    now: DateTime<Utc>,
    cause: &Cause,
) -> Fact {
    let event = DirectoryPublishedV1 {
        version,
        published_at: now,
        calendars: calendars.to_vec(),
    };
    Fact::new(DIRECTORY_KEY, now, cause, &event)
}

/// What other services need of a version.
pub fn directory_content(directory: &Directory, published_at: DateTime<Utc>) -> DirectoryContentV1 {
    let divisions = directory.divisions.ids().map(|id| {
        let row = directory.divisions.get(id);
        let parent = row
            .parent
            .map(|parent| directory.divisions.get(parent).code.clone());
        EntryV1 {
            code: row.code.clone(),
            name: row.name.clone(),
            level: row.level.chinese().to_owned(),
            parent,
            from: Some(row.validity.from().date()),
            to: row.validity.to().map(Day::date),
        }
    });
    let units = directory.units.iter().map(|unit| EntryV1 {
        code: unit.row.code.clone(),
        name: unit.row.name.clone(),
        level: unit.row.level.chinese().to_owned(),
        parent: unit.row.parent.clone(),
        from: Some(unit.row.dates.from),
        to: unit.row.dates.to,
    });
    let count = u32::try_from(directory.matters.len()).unwrap_or(u32::MAX);
    let matters = (0..count).map(|position| {
        let row = directory.matters.get(MatterId(position));
        EntryV1 {
            code: row.code.clone(),
            name: row.name.clone(),
            level: row.level.to_string(),
            parent: row
                .parent
                .map(|parent| directory.matters.get(parent).code.clone()),
            from: None,
            to: None,
        }
    });
    DirectoryContentV1 {
        version: directory.version(),
        published_at,
        divisions: divisions.collect(),
        units: units.collect(),
        matters: matters.collect(),
        calendars: directory.calendars().to_vec(),
    }
}
