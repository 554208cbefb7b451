//! What each event type means to supervision.
use crate::domain::{Amended, Assigned, Change, Raised, Registered};
use crate::usecases::record_events::{Meaning, RulingRefused};
use crate::usecases::{request_extension, request_suspension};
use contracts::callback::{
    AppealUpheldV1, CallbackScheduledV1, JudgementMadeV1, OrderClosedV1, OrderRaisedV1, OrderReworkedV1,
    ReplyContradictedV1,
};
use contracts::event::Event;
use contracts::ids::{CallbackId, OrderId};
use contracts::intake::{OrderAmendedV1, OrderFollowerAddedV1, OrderRegisteredV1, OrderWithdrawnV1};
use contracts::routing::{
    DirectoryPublishedV1, OrderAssignedV1, OrderCoHandlersAddedV1, OrderDisputedV1, OrderUndecidedV1,
    ReturnUpheldV1, RulingRefusedV1,
};
use contracts::unit_gateway::{
    OrderExtensionRequestedV1, OrderProgressedV1, OrderRepliedV1, OrderRespondedV1, OrderReturnRequestedV1,
    OrderSignedV1, OrderSuspensionRequestedV1,
};
use std::collections::BTreeMap;

type Reader = Box<dyn Fn(&str) -> Result<Meaning, serde_json::Error> + Send + Sync>;

/// A reader per event type and version that changes something here.
pub(super) struct Readers(BTreeMap<String, Reader>);

impl Readers {
    pub(super) fn new() -> Self {
        let mut readers = Self(BTreeMap::new());
        readers.add(|e: OrderRegisteredV1| (e.order_id, registered(e)));
        readers.add(|e: OrderAssignedV1| (e.order_id, assigned(e)));
        readers.add(|e: OrderUndecidedV1| (e.order_id, Change::Undecided(e.reason)));
        readers.add(|e: OrderDisputedV1| (e.order_id, Change::Disputed(e.reason)));
        readers.add(|e: OrderAmendedV1| (e.order_id, amended(e)));
        readers.add(|e: OrderCoHandlersAddedV1| {
            (e.order_id, Change::CoHandlersAdded(e.generation, e.co_handlers))
        });
        readers.add(|e: ReturnUpheldV1| (e.order_id, Change::ReturnUpheld(e.generation)));
        readers.add(|e: OrderSignedV1| (e.order_id, Change::Signed(e.generation, e.signed_at)));
        readers.add(|e: OrderRespondedV1| (e.order_id, Change::Responded(e.generation, e.responded_at)));
        readers.add(|e: OrderRepliedV1| (e.order_id, replied(&e)));
        readers.add(|e: OrderProgressedV1| (e.order_id, Change::Acted(e.generation)));
        readers.add(|e: OrderReturnRequestedV1| (e.order_id, Change::Acted(e.generation)));
        readers.add(|e: ReplyContradictedV1| (e.order_id, Change::Contradicted(e.callback_id.uuid())));
        readers.add(|e: AppealUpheldV1| (e.order_id, Change::AnswersVoid(vec![e.callback_id.uuid()])));
        readers.add(|e: JudgementMadeV1| {
            let answers = e.callback_ids.into_iter().map(CallbackId::uuid);
            (e.order_id, Change::AnswersVoid(answers.collect()))
        });
        readers.add(|e: OrderRaisedV1| (e.order_id, raised(&e)));
        readers.add(|e: CallbackScheduledV1| (e.order_id, Change::CallbackScheduled(e.rework)));
        readers.add(|e: OrderReworkedV1| (e.order_id, Change::Reworked(e.generation, e.rework, e.limit)));
        readers.add(|e: OrderClosedV1| (e.order_id, Change::Closed(e.outcome, e.closed_at)));
        readers.add(|e: OrderWithdrawnV1| (e.order_id, Change::Closed(e.outcome, e.withdrawn_at)));
        // Who joins without a deadline changes nothing.
        readers.put::<OrderFollowerAddedV1>(|e| {
            let due_by = |at| Meaning::Order(e.order_id, Change::DueBy(at));
            e.due_by.map_or(Meaning::Nothing, due_by)
        });
        readers.put::<OrderExtensionRequestedV1>(|e| Meaning::Extension(Box::new(extension(e))));
        readers.put::<OrderSuspensionRequestedV1>(|e| Meaning::Suspension(Box::new(suspension(e))));
        readers.put::<RulingRefusedV1>(|e| {
            Meaning::RulingRefused(RulingRefused {
                ruling_id: e.ruling_id.uuid(),
                code: e.code,
                field: e.field,
                reason: e.reason,
            })
        });
        readers.put::<DirectoryPublishedV1>(|e| Meaning::Directory(e.version, e.calendars));
        readers
    }

    fn add<E: Event>(&mut self, read: impl Fn(E) -> (OrderId, Change) + Send + Sync + 'static) {
        self.put::<E>(move |event| {
            let (order_id, change) = read(event);
            Meaning::Order(order_id, change)
        });
    }

    fn put<E: Event>(&mut self, read: impl Fn(E) -> Meaning + Send + Sync + 'static) {
        self.0.insert(
            E::TYPE.to_string(),
            Box::new(move |data| serde_json::from_str(data).map(&read)),
        );
    }

    /// What an event means; a type or version that is not known means nothing.
    pub(super) fn meaning(&self, event_type: &str, data: &str) -> Result<Meaning, serde_json::Error> {
        self.0
            .get(event_type)
            .map_or(Ok(Meaning::Nothing), |read| read(data))
    }
}

fn registered(event: OrderRegisteredV1) -> Change {
    Change::Registered(Box::new(Registered {
        order_number: event.order_number,
        complaint_id: event.complaint_id,
        complaint_number: event.complaint_number,
        title: event.title,
        matter: event.matter.map(|matter| matter.0),
        division: event.place.division,
        kind: event.kind,
        urgency: event.urgency,
        channel: event.channel,
        confidential: event.confidential,
        caller: event.caller,
        accepted_at: event.accepted_at,
        due_by: event.due_by,
    }))
}

fn amended(event: OrderAmendedV1) -> Change {
    Change::Amended(Amended {
        matter: event.matter.map(|matter| matter.0),
        division: event.place.division,
        urgency: event.urgency,
    })
}

fn assigned(event: OrderAssignedV1) -> Change {
    Change::Assigned(Box::new(Assigned {
        order_number: event.order_number,
        generation: event.generation,
        lead: event.lead,
        co_handlers: event.co_handlers,
        matter: event.matter.map(|matter| matter.0),
        division: event.divisions.into_iter().next().map(|division| division.0),
        terms: event.terms,
        directory_version: event.directory_version,
        accepted_at: event.accepted_at,
        assigned_at: event.assigned_at,
        // The number in its line is the envelope's; `Order::hear` takes it from there.
        sequence: 0,
    }))
}

fn extension(event: OrderExtensionRequestedV1) -> request_extension::Request {
    request_extension::Request {
        extension_id: event.extension_id,
        order_id: event.order_id,
        by: format!("unit:{}", event.unit),
        of: Some((event.unit, event.generation)),
        clock: event.clock,
        amount: event.amount,
        amount_unit: event.amount_unit,
        reason: event.reason,
        basis: Some(event.basis),
        at: event.requested_at,
    }
}

fn suspension(event: OrderSuspensionRequestedV1) -> request_suspension::Request {
    request_suspension::Request {
        suspension_id: event.suspension_id,
        order_id: event.order_id,
        by: format!("unit:{}", event.unit),
        of: Some((event.unit, event.generation)),
        reason_code: event.reason_code,
        reason: event.reason,
        until: event.until,
        basis: Some(event.basis),
        attachments: event.attachments,
        at: event.requested_at,
    }
}

const fn raised(event: &OrderRaisedV1) -> Change {
    Change::Raised(Raised {
        generation: event.generation,
        rework: event.rework,
        to: event.to,
    })
}

const fn replied(event: &OrderRepliedV1) -> Change {
    Change::Replied {
        generation: event.generation,
        rework: event.rework,
        contacted: event.contacted,
        at: event.replied_at,
    }
}
