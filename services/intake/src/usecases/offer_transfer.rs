//! Staff offer an open order to another hotline. It stays ours until the other side's yes has reached us. Offering it again
//! to the same hotline is the same transfer.
use super::transfer_moves::part_of;
use crate::domain::case_number;
use crate::domain::peer::{Message, OfferMessage};
use crate::domain::transfer::{Limits, Offer, Transfer, TransferState};
use crate::domain::{OrderId, Urgency};
use crate::events;
use crate::store::{amendments, orders, ownerships, peer_messages, peers, transfers, withdrawals};
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::{ComplaintId, TransferId};
use contracts::words::TransferDirection;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;
use uuid::Uuid;

/// The use case.
#[derive(Clone, Debug)]
pub struct OfferTransfer {
    /// Limits.
    pub limits: Limits,
    /// Code of this hotline.
    pub own: String,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Command {
    /// Our order.
    pub order_id: OrderId,
    /// To whom.
    pub peer: String,
    /// Why it is theirs, checked.
    pub reason: String,
    /// The caller agreed that they may learn who is calling.
    pub consent: bool,
    /// Since when it was told by voice.
    pub voice_at: Option<DateTime<Utc>>,
    /// Until when the result is wanted.
    pub due_at: Option<DateTime<Utc>>,
    /// `agent:<subject>`.
    pub by: String,
}

/// Why nothing is offered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum OfferRefusal {
    /// No such order.
    #[error("the order does not exist")]
    OrderUnknown,
    /// It has ended.
    #[error("the order is closed")]
    OrderClosed,
    /// No such hotline, or nothing is handed to it.
    #[error("the hotline is unknown or not active")]
    PeerUnknown,
    /// Another hotline has not answered yet.
    #[error("it is offered to another hotline")]
    OfferedElsewhere,
    /// This hotline said no already, and says it once.
    #[error("this hotline has refused it")]
    RefusedOnce,
    /// It was handed on often enough.
    #[error("it was handed on too often")]
    HopLimit,
    /// Danger goes by voice first.
    #[error("an emergency goes by voice first")]
    VoiceFirst,
    /// The voice call lies in the future.
    #[error("the voice call lies in the future")]
    VoiceInFuture,
}

impl Work for OfferTransfer {
    const NAME: &'static str = "offer_transfer";
    type Command = Command;
    type Output = Transfer;
    type Refusal = OfferRefusal;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            // A person's request, one at a time: an order may occur twice.
            results.push(self.offer(conn, now, asked).await?);
        }
        Ok(results)
    }
}

/// What earlier transfers of the order mean for a new one.
enum Before {
    /// It is offered to this hotline already.
    Same(Box<Transfer>),
    /// A new one.
    New(Next),
}

/// What a new transfer builds on.
struct Next {
    hop: i16,
    /// What the hotline that it came from calls the case.
    case_number: Option<String>,
    /// The caller has not refused it at the hotline that they turned to.
    consent: bool,
}

fn before(earlier: &[Transfer], own: Option<ComplaintId>, peer: &str) -> Result<Before, OfferRefusal> {
    for transfer in earlier.iter().filter(|transfer| !transfer.is_incoming()) {
        if transfer.state.is_pending() {
            return if transfer.peer == peer {
                Ok(Before::Same(Box::new(transfer.clone())))
            } else {
                Err(OfferRefusal::OfferedElsewhere)
            };
        }
        let refused = matches!(transfer.state, TransferState::Refused | TransferState::Kept);
        if refused && transfer.peer == peer {
            return Err(OfferRefusal::RefusedOnce);
        }
    }
    // A case that only joined the order is another caller's.
    let came = earlier
        .iter()
        .find(|transfer| transfer.is_incoming() && transfer.complaint_id == own);
    Ok(Before::New(Next {
        hop: came.map_or(1, |transfer| transfer.hop + 1),
        case_number: came.map(|transfer| transfer.case_number.clone()),
        consent: came.is_none_or(|transfer| transfer.offer.consent),
    }))
}

impl OfferTransfer {
    async fn offer(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        Asked { cause, command }: &Asked<Command>,
    ) -> Result<Result<Transfer, OfferRefusal>, DbError> {
        let order_id = command.order_id;
        let known = orders::get_for_update(conn, &[order_id]).await?;
        let Some((order, _)) = known.get(&order_id) else {
            return Ok(Err(OfferRefusal::OrderUnknown));
        };
        let active = peers::get(conn, &command.peer)
            .await?
            .is_some_and(|(peer, _)| peer.active);
        if !active {
            return Ok(Err(OfferRefusal::PeerUnknown));
        }
        let ids = transfers::of_order(conn, order_id).await?;
        let earlier = transfers::get_for_update(conn, &ids).await?;
        let origins = withdrawals::origins(conn, &[order_id]).await?;
        let own = origins.get(&order_id).map(|origin| origin.complaint_id);
        let next = match before(&earlier, own, &command.peer) {
            Ok(Before::Same(same)) => return Ok(Ok(*same)),
            Ok(Before::New(next)) => next,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let refusal = if !order.state.is_open() {
            Some(OfferRefusal::OrderClosed)
        } else if next.hop > self.limits.hops_max {
            Some(OfferRefusal::HopLimit)
        } else if command.voice_at.is_some_and(|at| at > now) {
            Some(OfferRefusal::VoiceInFuture)
        } else {
            None
        };
        if let Some(refusal) = refusal {
            return Ok(Err(refusal));
        }
        let made = match self.made(conn, now, command, next, cause).await? {
            Ok(made) => made,
            Err(refusal) => return Ok(Err(refusal)),
        };
        write(conn, now, &made.0, made.1, cause).await?;
        Ok(Ok(made.0))
    }

    /// The transfer, and when its complaint was accepted.
    async fn made(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        command: &Command,
        next: Next,
        cause: &Cause,
    ) -> Result<Result<(Transfer, DateTime<Utc>), OfferRefusal>, DbError> {
        let order_id = command.order_id;
        let subject = amendments::subjects_for_update(conn, &[order_id.uuid()])
            .await?
            .remove(&order_id);
        let (Some(subject), Some(case)) = (subject, ownerships::case(conn, order_id).await?) else {
            return Ok(Err(OfferRefusal::OrderUnknown));
        };
        let about = subject.subject;
        if about.urgency == Urgency::Emergency && command.voice_at.is_none() {
            return Ok(Err(OfferRefusal::VoiceFirst));
        }
        let offer = Offer {
            kind: case.kind,
            urgency: about.urgency,
            title: case.title,
            text: case.text,
            matter: about.matter,
            division: about.place.division,
            address: about.place.address,
            position: about.place.longitude.zip(about.place.latitude),
            reason: telemetry::redact::mask_numbers(&command.reason).into_owned(),
            // Who reported something confidentially is nobody's, and a no at the first hotline stays one.
            consent: command.consent && next.consent && !case.confidential,
            confidential: case.confidential,
            voice_at: command.voice_at,
            due_at: command.due_at,
        };
        let transfer = Transfer {
            transfer_id: TransferId(Uuid::now_v7()),
            direction: TransferDirection::Outgoing,
            peer: command.peer.clone(),
            case_number: next.case_number.unwrap_or_else(|| {
                case_number::case_number(
                    &self.own,
                    &case.order_number,
                    case.foreign_number.as_deref(),
                    &command.peer,
                )
            }),
            sender_number: case.order_number,
            receiver_number: None,
            order_id: Some(order_id),
            complaint_id: Some(case.complaint_id),
            hop: next.hop,
            state: TransferState::Offered,
            offered_at: now,
            answer_until: now + self.limits.answer(offer.urgency),
            offer,
            receipt_at: None,
            decided_at: None,
            why: None,
            better_address: None,
            call_note: None,
            called_at: None,
            result: None,
            correlation_id: subject.correlation_id.unwrap_or(cause.correlation_id),
            offered_by: command.by.clone(),
            unregistered: None,
            passed_on: false,
        };
        Ok(Ok((transfer, case.accepted_at)))
    }
}

async fn write(
    conn: &mut Conn,
    now: DateTime<Utc>,
    transfer: &Transfer,
    accepted_at: DateTime<Utc>,
    cause: &Cause,
) -> Result<(), DbError> {
    transfers::insert(conn, transfer).await?;
    if let Some(order_id) = transfer.order_id.filter(|_| !transfer.is_of_receiver()) {
        ownerships::open(conn, order_id, &transfer.case_number, accepted_at, None).await?;
    }
    let message = Message::Offer(Box::new(OfferMessage {
        transfer_id: transfer.transfer_id,
        case_number: transfer.case_number.clone(),
        number: transfer.sender_number.clone(),
        hop: transfer.hop,
        offered_at: transfer.offered_at,
        answer_until: transfer.answer_until,
        offer: transfer.offer.clone(),
    }));
    peer_messages::queue(conn, &transfer.peer, &message, now).await?;
    let fact = events::transfers::offered(transfer, now, &part_of(transfer, cause));
    bus::outbox::append(conn, &[fact]).await
}
