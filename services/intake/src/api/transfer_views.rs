//! Shapes of transfers.
use super::views::local;
use crate::domain::transfer::Transfer;
use crate::domain::{ComplaintId, OrderId};
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A transfer, as this hotline sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct TransferBody {
    transfer_id: Uuid,
    /// outgoing, incoming.
    direction: &'static str,
    /// Code of the other hotline.
    peer: String,
    /// offered, agreed, accepting, accepted, refused, kept, lapsed, withdrawn, completed.
    state: &'static str,
    /// True when the case is ours now.
    ours: bool,
    /// What both hotlines call the case.
    case_number: String,
    /// The other hotline's number of it, as far as it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    peer_number: Option<String>,
    /// Our order.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<Uuid>,
    /// Its complaint.
    #[serde(skip_serializing_if = "Option::is_none")]
    complaint_id: Option<Uuid>,
    /// 1 = from the hotline the caller turned to.
    hop: i16,
    kind: &'static str,
    urgency: &'static str,
    title: String,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    matter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    division: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Why it is the receiver's.
    reason: String,
    /// The caller agreed that the receiver may learn who they are.
    consent: bool,
    /// Who called is shown to nobody.
    confidential: bool,
    /// Since when it was told by voice.
    #[serde(skip_serializing_if = "Option::is_none")]
    voice_at: Option<DateTime<FixedOffset>>,
    /// Until when the sender wants the result.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<DateTime<FixedOffset>>,
    offered_at: DateTime<FixedOffset>,
    /// Until when the receiver must answer.
    answer_until: DateTime<FixedOffset>,
    /// When the receiver's machine confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt_at: Option<DateTime<FixedOffset>>,
    /// When it was accepted, refused or ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<DateTime<FixedOffset>>,
    /// It is ours by the sender's word and could not be registered here: since when. It is tried again by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    unregistered_since: Option<DateTime<FixedOffset>>,
    /// What the last try to register it ran into.
    #[serde(skip_serializing_if = "Option::is_none")]
    unregistered_why: Option<String>,
    /// Why it was refused, taken back or kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// Whom the receiver thinks right.
    #[serde(skip_serializing_if = "Option::is_none")]
    better_address: Option<String>,
    /// What the three-way call came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    call_note: Option<String>,
    /// How the case ended at the receiver.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    /// What the caller may be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_at: Option<DateTime<FixedOffset>>,
}

impl TransferBody {
    pub(super) fn of(t: Transfer, offset: FixedOffset) -> Self {
        let ours = t.is_ours();
        let peer_number = t.peer_number().map(str::to_owned);
        let local = |at| local(at, offset);
        let (outcome, result, completed_at) = t.result.map_or((None, None, None), |(o, r, at)| {
            (Some(o.as_str()), Some(r), Some(local(at)))
        });
        let (unregistered_since, unregistered_why) = t.unregistered.unzip();
        Self {
            transfer_id: t.transfer_id.uuid(),
            direction: t.direction.as_str(),
            peer: t.peer,
            state: t.state.as_str(),
            ours,
            case_number: t.case_number,
            peer_number,
            order_id: t.order_id.map(OrderId::uuid),
            complaint_id: t.complaint_id.map(ComplaintId::uuid),
            hop: t.hop,
            kind: t.offer.kind.as_str(),
            urgency: t.offer.urgency.as_str(),
            title: t.offer.title,
            text: t.offer.text,
            matter: t.offer.matter,
            division: t.offer.division,
            address: t.offer.address,
            reason: t.offer.reason,
            consent: t.offer.consent,
            confidential: t.offer.confidential,
            voice_at: t.offer.voice_at.map(local),
            due_at: t.offer.due_at.map(local),
            offered_at: local(t.offered_at),
            answer_until: local(t.answer_until),
            receipt_at: t.receipt_at.map(local),
            decided_at: t.decided_at.map(local),
            unregistered_since: unregistered_since.map(local),
            unregistered_why,
            why: t.why,
            better_address: t.better_address,
            call_note: t.call_note,
            outcome,
            result,
            completed_at,
        }
    }
}
