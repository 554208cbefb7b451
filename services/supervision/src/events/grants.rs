//! What was granted to a unit, and what not.
use crate::domain::Waiting;
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::cause::Cause;
use contracts::ids::{ExtensionId, OrderId, SuspensionId, UnitCode};
use contracts::supervision::{
    ExtensionDeniedV1, ExtensionGrantedV1, OrderResumedV1, OrderSuspendedV1, PendingSuspensionV1,
    SuspensionDeniedV1,
};
use contracts::terms::LimitUnit;
use contracts::words::ClockName;

/// Which assignment something was granted to.
#[derive(Clone, Debug)]
pub struct Grantee {
    /// The order.
    pub order_id: OrderId,
    /// Its unit.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
}

/// An extension as granted.
pub struct More<'a> {
    /// The request.
    pub extension_id: ExtensionId,
    /// Rework round.
    pub rework: i32,
    /// Which clock.
    pub clock: ClockName,
    /// How much.
    pub amount: (u32, LimitUnit),
    /// The limit before and now.
    pub due: (DateTime<Utc>, DateTime<Utc>),
    /// How many there are with it.
    pub number: usize,
    /// Why.
    pub reason: &'a str,
}

/// `extension.granted`
#[must_use]
pub fn granted(to: &Grantee, more: &More<'_>, now: DateTime<Utc>, cause: &Cause) -> Fact {
    let event = ExtensionGrantedV1 {
        order_id: to.order_id,
        extension_id: more.extension_id,
        unit: to.unit.clone(),
        generation: to.generation,
        rework: more.rework,
        clock: more.clock,
        amount: more.amount.0,
        amount_unit: more.amount.1,
        due_before: more.due.0,
        due_at: more.due.1,
        number: i32::try_from(more.number).unwrap_or(i32::MAX),
        reason: more.reason.to_owned(),
    };
    Fact::new(to.order_id.uuid(), now, cause, &event)
}

/// `extension.denied`: a code, a reason, and the limit that stays.
#[must_use]
pub fn denied(
    to: &Grantee,
    extension_id: ExtensionId,
    (code, reason): (&str, &str),
    due_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    cause: &Cause,
) -> Fact {
    let event = ExtensionDeniedV1 {
        order_id: to.order_id,
        extension_id,
        unit: to.unit.clone(),
        generation: to.generation,
        code: code.to_owned(),
        due_at,
        reason: reason.to_owned(),
    };
    Fact::new(to.order_id.uuid(), now, cause, &event)
}

/// `order.suspended`: a code and a reason; until then.
#[must_use]
pub fn suspended(
    to: &Grantee,
    suspension_id: SuspensionId,
    (reason_code, reason): (&str, &str),
    until: DateTime<Utc>,
    now: DateTime<Utc>,
    cause: &Cause,
) -> Fact {
    let event = OrderSuspendedV1 {
        order_id: to.order_id,
        suspension_id,
        unit: to.unit.clone(),
        generation: to.generation,
        reason_code: reason_code.to_owned(),
        reason: reason.to_owned(),
        suspended_at: now,
        until,
    };
    Fact::new(to.order_id.uuid(), now, cause, &event)
}

/// How a request for a suspension that is denied stands to others of its assignment.
#[derive(Clone, Copy, Debug)]
pub enum Beside {
    /// There are none that matter.
    Nothing,
    /// This one waits, and is why.
    Pending(Waiting),
    /// While it waited, the unit's own request was denied because of it.
    WasInTheWay,
}

impl Beside {
    /// How one stood that is over without a suspension.
    #[must_use]
    pub const fn ended(in_the_way: bool) -> Self {
        if in_the_way {
            Self::WasInTheWay
        } else {
            Self::Nothing
        }
    }
}

/// `suspension.denied`: which request, and whether the unit made it; a code and a reason.
#[must_use]
pub fn not_suspended(
    to: &Grantee,
    (suspension_id, asked_by_unit): (SuspensionId, bool),
    (code, reason): (&str, &str),
    beside: Beside,
    now: DateTime<Utc>,
    cause: &Cause,
) -> Fact {
    let pending = match beside {
        Beside::Pending(Waiting { suspension_id, since }) => {
            Some(PendingSuspensionV1 { suspension_id, since })
        }
        Beside::Nothing | Beside::WasInTheWay => None,
    };
    let event = SuspensionDeniedV1 {
        order_id: to.order_id,
        suspension_id,
        unit: to.unit.clone(),
        generation: to.generation,
        asked_by_unit,
        code: code.to_owned(),
        reason: reason.to_owned(),
        pending,
        was_in_the_way: matches!(beside, Beside::WasInTheWay),
    };
    Fact::new(to.order_id.uuid(), now, cause, &event)
}

/// `order.resumed`: which suspension of which assignment, why before its time, and the limit now.
#[must_use]
pub fn resumed(
    order_id: OrderId,
    (suspension_id, generation): (SuspensionId, i32),
    reason: Option<&str>,
    due_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    cause: &Cause,
) -> Fact {
    let event = OrderResumedV1 {
        order_id,
        suspension_id,
        generation: Some(generation),
        resumed_at: now,
        reason: reason.map(str::to_owned),
        due_at,
    };
    Fact::new(order_id.uuid(), now, cause, &event)
}
