//! What each event type tells that figures are counted from.
use crate::domain::figures::{
    AssignedFact, CallbackFact, ComplaintFact, FigureFact, IncidentFact, IncidentKind, OutcomeFact,
    RegisteredFact, VoidFact,
};
use crate::domain::search_words;
use bus::Incoming;
use contracts::callback::{
    AppealUpheldV1, CallbackRecordedV1, JudgementMadeV1, OrderReworkedV1, ReplyContradictedV1,
};
use contracts::event::Event;
use contracts::ids::OrderId;
use contracts::intake::{
    ComplaintAnsweredV1, ComplaintDeclinedV1, ComplaintReceivedV1, OrderAmendedV1, OrderFollowerAddedV1,
    OrderRegisteredV1, TransferAcceptedV1,
};
use contracts::routing::{OrderAssignedV1, ReturnRejectedV1, ReturnUpheldV1};
use contracts::unit_gateway::OrderReturnRequestedV1;
use contracts::words::TransferDirection;
use std::collections::BTreeMap;

type Reader = Box<dyn Fn(&Incoming) -> Result<Option<FigureFact>, serde_json::Error> + Send + Sync>;

/// A reader per event type and version that figures need.
pub(super) struct FigureReaders(BTreeMap<String, Reader>);

impl FigureReaders {
    pub(super) fn new() -> Self {
        let mut readers = Self(BTreeMap::new());
        readers.put(|e: ComplaintReceivedV1, _| received(e));
        readers.put(|e: ComplaintAnsweredV1, at| outcome(e.complaint_id.uuid(), "answered", None, at));
        readers.put(|e: ComplaintDeclinedV1, at| outcome(e.complaint_id.uuid(), "declined", None, at));
        readers.put(|e: OrderFollowerAddedV1, at| {
            outcome(e.complaint_id.uuid(), "joined", Some(e.order_id), at)
        });
        readers.maybe(|e: TransferAcceptedV1, at| {
            let ours = e.transfer.direction == TransferDirection::Outgoing;
            let complaint = e.transfer.complaint_id.filter(|_| ours)?;
            Some(outcome(complaint.uuid(), "transferred", e.transfer.order_id, at))
        });
        readers.put(|e: OrderRegisteredV1, _| registered(e));
        readers.put(|e: OrderAssignedV1, _| assigned(e));
        readers.put(|e: CallbackRecordedV1, at| recorded(&e, at));
        readers.rare();
        readers
    }

    /// Returns, denied claims, reworks, void answers, amendments.
    fn rare(&mut self) {
        let readers = self;
        readers.put(|e: OrderReturnRequestedV1, at| {
            let about = (e.order_id, e.generation, Some(e.unit.0));
            incident(
                at,
                IncidentKind::ReturnRequested,
                about,
                Some(e.return_id.uuid()),
                Some(e.reason_code),
            )
        });
        readers.put(|e: ReturnUpheldV1, at| {
            let about = (e.order_id, e.generation, Some(e.unit.0));
            incident(
                at,
                IncidentKind::ReturnUpheld,
                about,
                Some(e.return_id.uuid()),
                Some(e.reason),
            )
        });
        readers.put(|e: ReturnRejectedV1, at| {
            let about = (e.order_id, e.generation, Some(e.unit.0));
            incident(
                at,
                IncidentKind::ReturnRejected,
                about,
                Some(e.return_id.uuid()),
                Some(e.reason),
            )
        });
        readers.put(|e: ReplyContradictedV1, at| {
            let about = (e.order_id, e.generation, Some(e.unit.0));
            let claims = e.claims.join(",");
            incident(
                at,
                IncidentKind::Contradicted,
                about,
                Some(e.callback_id.uuid()),
                Some(claims),
            )
        });
        readers.put(|e: OrderReworkedV1, at| {
            let about = (e.order_id, e.generation, Some(e.unit.0));
            match incident(at, IncidentKind::Reworked, about, None, None) {
                FigureFact::Incident(fact) => FigureFact::Incident(IncidentFact {
                    round: Some(e.rework),
                    ..fact
                }),
                other => other,
            }
        });
        readers.put(|e: JudgementMadeV1, at| {
            let answers = e.callback_ids.iter().map(|id| id.uuid()).collect();
            void(answers, e.judgement_id.uuid(), "judgement", at)
        });
        readers
            .put(|e: AppealUpheldV1, at| void(vec![e.callback_id.uuid()], e.appeal_id.uuid(), "appeal", at));
        readers.put(|e: OrderAmendedV1, at| {
            let urgency = e.changed.iter().any(|what| what == "urgency");
            let detail = urgency.then(|| e.urgency.to_string());
            incident(at, IncidentKind::Amended, (e.order_id, 0, None), None, detail)
        });
    }

    fn put<E: Event>(&mut self, read: impl Fn(E, &Incoming) -> FigureFact + Send + Sync + 'static) {
        self.maybe(move |payload, event| Some(read(payload, event)));
    }

    fn maybe<E: Event>(&mut self, read: impl Fn(E, &Incoming) -> Option<FigureFact> + Send + Sync + 'static) {
        let read = move |event: &Incoming| {
            serde_json::from_str(event.envelope.data.get()).map(|payload| read(payload, event))
        };
        self.0.insert(E::TYPE.to_string(), Box::new(read));
    }

    /// What an event tells; a type or version that is not known tells nothing.
    pub(super) fn fact(&self, event: &Incoming) -> Result<Option<FigureFact>, serde_json::Error> {
        self.0
            .get(&event.envelope.event_type)
            .map_or(Ok(None), |read| read(event))
    }
}

fn received(event: ComplaintReceivedV1) -> FigureFact {
    FigureFact::Complaint(ComplaintFact {
        complaint_id: event.complaint_id.uuid(),
        number: event.complaint_number,
        channel: event.channel,
        kind: event.kind,
        urgency: event.urgency,
        disposition: event.disposition,
        orders: event.orders.into_iter().map(OrderId::uuid).collect(),
        accepted_at: event.accepted_at,
    })
}

fn outcome(
    complaint_id: uuid::Uuid,
    outcome: &'static str,
    order: Option<OrderId>,
    event: &Incoming,
) -> FigureFact {
    FigureFact::Outcome(OutcomeFact {
        complaint_id,
        outcome,
        order_id: order.map(OrderId::uuid),
        at: event.envelope.occurred_at,
    })
}

fn registered(event: OrderRegisteredV1) -> FigureFact {
    let mut words = search_words::pairs(&event.title);
    words.extend([
        search_words::kind(event.kind),
        search_words::channel(event.channel),
    ]);
    FigureFact::Registered(RegisteredFact {
        order_id: event.order_id,
        order_number: event.order_number,
        complaint_number: event.complaint_number,
        words,
        accepted_at: event.accepted_at,
    })
}

fn assigned(event: OrderAssignedV1) -> FigureFact {
    FigureFact::Assigned(AssignedFact {
        order_id: event.order_id,
        order_number: event.order_number,
        generation: event.generation,
        unit: event.lead.code.0,
        unit_name: event.lead.name,
        matter: event.matter.map(|matter| matter.0),
        divisions: event.divisions.into_iter().map(|division| division.0).collect(),
        accepted_at: event.accepted_at,
        assigned_at: event.assigned_at,
    })
}

fn recorded(event: &CallbackRecordedV1, incoming: &Incoming) -> FigureFact {
    FigureFact::Callback(CallbackFact {
        callback_id: event.callback_id.uuid(),
        order_id: event.order_id,
        generation: event.generation,
        rework: event.rework,
        contacted: event.contacted,
        solved: event.solved,
        result: event.result,
        attitude: event.attitude,
        at: event.answered_at.unwrap_or(incoming.envelope.occurred_at),
    })
}

fn void(
    callback_ids: Vec<uuid::Uuid>,
    ref_id: uuid::Uuid,
    why: &'static str,
    event: &Incoming,
) -> FigureFact {
    FigureFact::Void(VoidFact {
        callback_ids,
        ref_id,
        why,
        at: event.envelope.occurred_at,
    })
}

fn incident(
    event: &Incoming,
    what: IncidentKind,
    (order_id, generation, unit): (OrderId, i32, Option<String>),
    ref_id: Option<uuid::Uuid>,
    detail: Option<String>,
) -> FigureFact {
    FigureFact::Incident(IncidentFact {
        event_id: event.envelope.id.uuid(),
        order_id,
        what,
        generation,
        unit,
        round: None,
        ref_id,
        detail,
        actor: event.envelope.actor.clone(),
        at: event.envelope.occurred_at,
    })
}
