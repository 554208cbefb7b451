//! Domain → contracts: the only file that knows both. What it is given is masked already; no identity is in reach.
pub mod transfers;

use crate::domain::amendment::RecordedAmendment;
use crate::domain::complaint::{AcceptedComplaint, Demand, OrderRef, Receipt, Treatment};
use crate::domain::place::Place;
use crate::domain::supplement::Supplement;
use crate::domain::withdrawal::Withdrawal;
use crate::domain::{ComplaintId, OrderId};
use bus::Fact;
use contracts::cause::Cause;
use contracts::directory::PlaceV1;
use contracts::ids::MatterCode;
use contracts::intake::{
    ComplaintAnsweredV1, ComplaintDeclinedV1, ComplaintReceivedV1, ComplaintSupplementedV1, OrderAmendedV1,
    OrderFollowerAddedV1, OrderRegisteredV1, OrderWithdrawnV1,
};

/// The facts of one registration, in the order in which they are told.
#[must_use]
pub fn registered(complaint: &AcceptedComplaint, receipt: &Receipt, cause: &Cause) -> Vec<Fact> {
    let id = complaint.complaint_id;
    let mut facts = vec![Fact::new(
        id.uuid(),
        complaint.at,
        cause,
        &received(complaint, receipt),
    )];
    match &complaint.content.treatment {
        Treatment::Orders(demands) => {
            for (order, demand) in receipt.orders.iter().zip(demands) {
                let event = order_registered(complaint, receipt, order, demand);
                facts.push(Fact::new(order.order_id.uuid(), complaint.at, cause, &event));
            }
        }
        Treatment::Joins(order_id) => {
            let event = OrderFollowerAddedV1 {
                order_id: *order_id,
                complaint_id: id,
                complaint_number: receipt.complaint_number.clone(),
                caller: complaint.caller,
                due_by: complaint.content.due_by,
            };
            facts.push(Fact::new(order_id.uuid(), complaint.at, cause, &event));
        }
        Treatment::Answered { answer } => {
            let event = ComplaintAnsweredV1 {
                complaint_id: id,
                answer: answer.clone(),
            };
            facts.push(Fact::new(id.uuid(), complaint.at, cause, &event));
        }
        Treatment::Declined { reason, advice } => {
            let event = ComplaintDeclinedV1 {
                complaint_id: id,
                reason: reason.clone(),
                advice: advice.clone(),
            };
            facts.push(Fact::new(id.uuid(), complaint.at, cause, &event));
        }
    }
    facts
}

fn received(complaint: &AcceptedComplaint, receipt: &Receipt) -> ComplaintReceivedV1 {
    let content = &complaint.content;
    ComplaintReceivedV1 {
        complaint_id: complaint.complaint_id,
        complaint_number: receipt.complaint_number.clone(),
        channel: content.channel,
        kind: content.kind,
        urgency: content.urgency,
        disposition: receipt.disposition,
        confidential: content.confidential,
        accepted_at: complaint.at,
        source_number: content.source_number.clone(),
        orders: receipt.orders.iter().map(|order| order.order_id).collect(),
        caller: complaint.caller,
    }
}

fn order_registered(
    complaint: &AcceptedComplaint,
    receipt: &Receipt,
    order: &OrderRef,
    demand: &Demand,
) -> OrderRegisteredV1 {
    let content = &complaint.content;
    let matter = demand.matter.as_ref().or(content.matter.as_ref());
    OrderRegisteredV1 {
        order_id: order.order_id,
        order_number: order.order_number.clone(),
        complaint_id: complaint.complaint_id,
        complaint_number: receipt.complaint_number.clone(),
        channel: content.channel,
        kind: content.kind,
        urgency: content.urgency,
        title: demand.title.as_ref().unwrap_or(&content.title).clone(),
        text: demand.text.as_ref().unwrap_or(&content.text).clone(),
        matter: matter.map(|matter| MatterCode::from(matter.as_str())),
        place: place(demand.place.as_ref().unwrap_or(&content.place)),
        facts: content.facts.clone(),
        confidential: content.confidential,
        accepted_at: complaint.at,
        due_by: complaint.content.due_by,
        caller: complaint.caller,
        other_number: complaint.other_number,
    }
}

/// What an order is about was corrected.
#[must_use]
pub fn amended(amended: &RecordedAmendment, cause: &Cause) -> Fact {
    let after = &amended.after;
    let event = OrderAmendedV1 {
        order_id: amended.order_id,
        amendment: amended.amendment,
        changed: amended.changed.clone(),
        matter: after.matter.as_deref().map(MatterCode::from),
        place: place(&after.place),
        facts: after.facts.clone(),
        urgency: after.urgency,
        reason: amended.reason.clone(),
        amended_at: amended.at,
    };
    Fact::new(amended.order_id.uuid(), amended.at, cause, &event)
}

/// An order left the hotline before its end.
#[must_use]
pub fn withdrawn(row: &Withdrawal, complaint_id: ComplaintId, cause: &Cause) -> Fact {
    let event = OrderWithdrawnV1 {
        order_id: row.order_id,
        complaint_id,
        outcome: row.outcome,
        transfer_id: row.transfer_id,
        reason: row.reason.clone(),
        withdrawn_at: row.at,
    };
    Fact::new(row.order_id.uuid(), row.at, cause, &event)
}

/// The caller added something.
#[must_use]
pub fn supplemented(row: &Supplement, orders: Vec<OrderId>, cause: &Cause) -> Fact {
    let event = ComplaintSupplementedV1 {
        complaint_id: row.complaint_id,
        supplement: row.supplement,
        orders,
        text: row.text.clone(),
        supplemented_at: row.at,
    };
    Fact::new(row.complaint_id.uuid(), row.at, cause, &event)
}

fn place(place: &Place) -> PlaceV1 {
    PlaceV1 {
        division: place.division.clone(),
        longitude: place.longitude,
        latitude: place.latitude,
        address: place.address.clone(),
    }
}
