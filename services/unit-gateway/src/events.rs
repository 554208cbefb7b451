//! Domain → contracts: the facts this service publishes. The only file that knows both.
use crate::SERVICE;
use crate::domain::action::{Action, Effect};
use crate::domain::appeal::Answer;
use crate::domain::delivery::{Arrived, Failing};
use crate::domain::handling::Handling;
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::cause::Cause;
use contracts::event::Event;
use contracts::ids::{EventId, ExtensionId, SuspensionId, UnitCode};
use contracts::unit_gateway::{
    AppealRequestedV1, DeliveryFailingV1, DeliveryRestoredV1, OrderCoHandlersRequestedV1, OrderCoRepliedV1,
    OrderDeliveredV1, OrderExtensionRequestedV1, OrderProgressedV1, OrderRepliedV1, OrderRespondedV1,
    OrderReturnRequestedV1, OrderSignedV1, OrderSuspensionRequestedV1, unit_key,
};
use contracts::words::DeliveryWay;

/// The fact that an order reached its lead; other documents are our own affair.
#[must_use]
pub fn delivered(arrived: &Arrived) -> Option<Fact> {
    if !arrived.lead || !arrived.notice.hands_over() {
        return None;
    }
    let cause = Cause {
        correlation_id: arrived.origin.correlation_id,
        causation_id: arrived.origin.causation_id.map(EventId),
        actor: format!("service:{SERVICE}"),
        traceparent: arrived.origin.traceparent.clone(),
    };
    let event = OrderDeliveredV1 {
        order_id: arrived.order_id,
        unit: arrived.unit.clone(),
        generation: arrived.generation,
        rework: arrived.rework,
        way: arrived.way,
        delivered_at: arrived.at,
    };
    Some(Fact::new(arrived.order_id.uuid(), arrived.at, &cause, &event))
}

/// The fact that a unit's endpoint has failed for too long.
#[must_use]
pub fn delivery_failing(failing: &Failing, now: DateTime<Utc>, cause: &Cause) -> Fact {
    let event = DeliveryFailingV1 {
        unit: UnitCode(failing.unit.clone()),
        way: failing.way.parse().unwrap_or(DeliveryWay::Webhook),
        since: failing.since,
        waiting: failing.waiting,
        reason: failing.error.clone(),
        fallback: failing.fallback.parse().unwrap_or(DeliveryWay::Rest),
    };
    Fact::new(unit_key(&event.unit), now, cause, &event)
}

/// The fact that it answers again, or was changed.
#[must_use]
pub fn delivery_restored(
    unit: &UnitCode,
    way: DeliveryWay,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    cause: &Cause,
) -> Fact {
    let event = DeliveryRestoredV1 {
        unit: unit.clone(),
        way,
        since,
        restored_at: now,
    };
    Fact::new(unit_key(unit), now, cause, &event)
}

/// The fact that a unit says that an answer about its work is wrong.
#[must_use]
pub fn appeal_requested(answer: &Answer, ground: &str, now: DateTime<Utc>, cause: &Cause) -> Fact {
    let event = AppealRequestedV1 {
        order_id: answer.order_id,
        callback_id: answer.callback_id,
        unit: answer.unit.clone(),
        generation: answer.generation,
        rework: answer.rework,
        ground: ground.to_owned(),
        requested_at: now,
    };
    let cause = Cause {
        correlation_id: answer.correlation_id,
        ..cause.clone()
    };
    Fact::new(answer.order_id.uuid(), now, &cause, &event)
}

/// The facts of one action, in order. `handling` is as it stands after the action.
#[must_use]
pub fn acted(
    handling: &Handling,
    unit: &UnitCode,
    action: &Action,
    effects: &[Effect],
    now: DateTime<Utc>,
    cause: &Cause,
) -> Vec<Fact> {
    let teller = Teller {
        handling,
        unit,
        now,
        // The complaint's id goes through everything that follows from it, whoever does it.
        cause: Cause {
            correlation_id: handling.correlation_id,
            ..cause.clone()
        },
    };
    effects
        .iter()
        .filter_map(|effect| teller.fact(action, *effect))
        .collect()
}

struct Teller<'a> {
    handling: &'a Handling,
    unit: &'a UnitCode,
    now: DateTime<Utc>,
    cause: Cause,
}

impl Teller<'_> {
    fn tell<E: Event>(&self, event: &E) -> Fact {
        Fact::new(self.handling.order_id.uuid(), self.now, &self.cause, event)
    }

    fn co_handlers_requested(&self, co_handlers: &[UnitCode], reason: &str) -> Fact {
        self.tell(&OrderCoHandlersRequestedV1 {
            order_id: self.handling.order_id,
            unit: self.unit.clone(),
            generation: self.handling.generation,
            co_handlers: co_handlers.to_vec(),
            reason: reason.to_owned(),
        })
    }

    fn extension_requested(&self, extension_id: ExtensionId, action: &Action) -> Option<Fact> {
        let Action::RequestExtension {
            clock,
            amount,
            amount_unit,
            reason,
            basis,
        } = action
        else {
            return None;
        };
        Some(self.tell(&OrderExtensionRequestedV1 {
            order_id: self.handling.order_id,
            extension_id,
            unit: self.unit.clone(),
            generation: self.handling.generation,
            clock: *clock,
            amount: *amount,
            amount_unit: *amount_unit,
            reason: reason.clone(),
            basis: basis.clone(),
            requested_at: self.now,
        }))
    }

    fn suspension_requested(&self, suspension_id: SuspensionId, action: &Action) -> Option<Fact> {
        let Action::RequestSuspension {
            reason_code,
            reason,
            until,
            basis,
            attachments,
        } = action
        else {
            return None;
        };
        Some(self.tell(&OrderSuspensionRequestedV1 {
            order_id: self.handling.order_id,
            suspension_id,
            unit: self.unit.clone(),
            generation: self.handling.generation,
            reason_code: reason_code.clone(),
            reason: reason.clone(),
            until: *until,
            basis: basis.clone(),
            attachments: attachments.clone(),
            requested_at: self.now,
        }))
    }

    fn co_replied(&self, done: bool, text: &str) -> Fact {
        self.tell(&OrderCoRepliedV1 {
            order_id: self.handling.order_id,
            unit: self.unit.clone(),
            generation: self.handling.generation,
            rework: self.handling.rework,
            done,
            text: text.to_owned(),
            replied_at: self.now,
        })
    }

    fn replied(&self, action: &Action) -> Option<Fact> {
        let Action::Reply {
            solved,
            text,
            claimed_result,
            contacted,
            ..
        } = action
        else {
            return None;
        };
        Some(self.tell(&OrderRepliedV1 {
            order_id: self.handling.order_id,
            unit: self.unit.clone(),
            generation: self.handling.generation,
            rework: self.handling.rework,
            solved: *solved,
            claimed_result: *claimed_result,
            contacted: *contacted,
            text: text.clone(),
            replied_at: self.now,
        }))
    }

    fn fact(&self, action: &Action, effect: Effect) -> Option<Fact> {
        let (order_id, generation) = (self.handling.order_id, self.handling.generation);
        let (unit, now) = (self.unit.clone(), self.now);
        Some(match (effect, action) {
            (Effect::Signed, _) => self.tell(&OrderSignedV1 {
                order_id,
                unit,
                generation,
                signed_at: now,
            }),
            (Effect::Responded, Action::Respond { how, .. }) => {
                let how = how.as_str().to_owned();
                self.tell(&OrderRespondedV1 {
                    order_id,
                    unit,
                    generation,
                    how,
                    responded_at: now,
                })
            }
            (Effect::Progressed, Action::Progress { note }) => self.tell(&OrderProgressedV1 {
                order_id,
                unit,
                generation,
                note: note.clone(),
            }),
            (Effect::CoHandlersRequested, Action::RequestCoHandlers { co_handlers, reason }) => {
                self.co_handlers_requested(co_handlers, reason)
            }
            (
                Effect::ReturnRequested(return_id),
                Action::RequestReturn {
                    reason,
                    basis,
                    suggested_unit,
                },
            ) => self.tell(&OrderReturnRequestedV1 {
                order_id,
                return_id,
                unit,
                generation,
                reason_code: reason.as_str().to_owned(),
                basis: basis.clone(),
                suggested_unit: suggested_unit.clone(),
            }),
            (Effect::ExtensionRequested(extension_id), action) => {
                return self.extension_requested(extension_id, action);
            }
            (Effect::SuspensionRequested(suspension_id), action) => {
                return self.suspension_requested(suspension_id, action);
            }
            (Effect::CoReplied, Action::CoReply { done, text, .. }) => self.co_replied(*done, text),
            (Effect::Replied, action) => return self.replied(action),
            // An effect belongs to its own action only.
            _ => return None,
        })
    }
}
