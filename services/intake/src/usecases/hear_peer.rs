//! What another hotline tells us of a transfer. Every message may come twice, late, or after what it is about is over: it is
//! answered with where the transfer stands, and changes nothing then.
use super::hear_caller;
use super::take_over::TakeOver;
use super::transfer_moves::{locked, moved, part_of};
use crate::domain::Urgency;
use crate::domain::case_number::{is_of, standing_offer};
use crate::domain::invalid::Invalid;
use crate::domain::peer::{Answer, Message, OfferMessage};
use crate::domain::transfer::{Step, Transfer, TransferState};
use crate::events;
use crate::store::transfers;
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::TransferId;
use contracts::words::TransferDirection;
use db::{Conn, DbError, Results, Work};
use telemetry::redact::mask_numbers;
use thiserror::Error;

/// The use case.
#[derive(Clone, Debug)]
pub struct HearPeer {
    /// Code of this hotline.
    pub own: String,
    /// Hops of one case.
    pub hops_max: i16,
    /// A case that is ours before we knew it is registered.
    pub take: TakeOver,
}

/// What is heard.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Who says it: the holder of the key.
    pub peer: String,
    /// What.
    pub message: Message,
}

/// Why it is not taken.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum HearRefusal {
    /// A field breaks a rule; what cannot be registered is not taken.
    #[error("{0}")]
    Unreadable(Invalid),
    /// No such transfer with this peer.
    #[error("the transfer does not exist")]
    Unknown,
    /// It was handed on too often.
    #[error("the case was handed on too often")]
    HopLimit,
    /// Danger goes by voice first.
    #[error("an emergency goes by voice first")]
    VoiceFirst,
    /// The message belongs to the other role.
    #[error("this is not for the caller to say")]
    NotYours,
    /// What the case is here has ended.
    #[error("the case is closed")]
    Closed,
    /// Others wait for the result of what the case is here.
    #[error("others follow it")]
    Followed,
    /// It is ours and could not be registered yet.
    #[error("the case is not registered yet")]
    Unregistered,
}

impl Work for HearPeer {
    const NAME: &'static str = "hear_peer";
    type Command = Heard;
    type Output = Answer;
    type Refusal = HearRefusal;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Heard>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for Asked { cause, command } in commands {
            let result = match (command.message.check(), &command.message) {
                (Err(invalid), _) => Err(HearRefusal::Unreadable(invalid)),
                (Ok(()), Message::Offer(offer)) => {
                    self.offered(conn, now, &command.peer, offer, cause).await?
                }
                (Ok(()), message) => self.told(conn, now, &command.peer, message, cause).await?,
            };
            results.push(result);
        }
        Ok(results)
    }
}

fn answer(transfer: &Transfer) -> Answer {
    Answer {
        transfer_id: transfer.transfer_id,
        state: transfer.state.as_str().to_owned(),
        decided_at: transfer.decided_at,
        merged_into: None,
    }
}

impl HearPeer {
    async fn offered(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        peer: &str,
        message: &OfferMessage,
        cause: &Cause,
    ) -> Result<Result<Answer, HearRefusal>, DbError> {
        if let Some(known) = locked(conn, message.transfer_id.uuid()).await? {
            let same = known.peer == peer && known.is_incoming();
            return Ok(if same {
                Ok(answer(&known))
            } else {
                Err(HearRefusal::Unknown)
            });
        }
        if message.hop < 1 || message.hop > self.hops_max {
            return Ok(Err(HearRefusal::HopLimit));
        }
        if message.offer.urgency == Urgency::Emergency && message.offer.voice_at.is_none() {
            return Ok(Err(HearRefusal::VoiceFirst));
        }
        if let Some(answer) = self.one_of_several(conn, now, peer, message, cause).await? {
            return Ok(Ok(answer));
        }
        if message.hop == 1 && is_of(&message.case_number, &self.own) {
            // Our own case, of which the peer has only heard: it is ours, so there is nothing to hand over.
            return Ok(Ok(taken_back(message, now, None)));
        }
        let transfer = incoming(peer, message, now, cause);
        if transfers::insert(conn, &transfer).await? {
            let fact = events::transfers::offered(&transfer, now, &part_of(&transfer, cause));
            bus::outbox::append(conn, &[fact]).await?;
        }
        Ok(Ok(answer(&transfer)))
    }

    /// A repeated offer under another id, or one that crossed ours: one of the two stands, and both sides say the same.
    async fn one_of_several(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        peer: &str,
        message: &OfferMessage,
        cause: &Cause,
    ) -> Result<Option<Answer>, DbError> {
        let pending = transfers::pending_of_case(conn, peer, &message.case_number, &message.number).await?;
        let merged = |into: TransferId| taken_back(message, now, Some(into));
        for mut other in transfers::get_for_update(conn, &pending).await? {
            if other.is_incoming() {
                return Ok(Some(merged(other.transfer_id)));
            }
            if other.case_number != message.case_number {
                continue;
            }
            let (ours, theirs) = (
                (other.transfer_id, self.own.as_str()),
                (message.transfer_id, peer),
            );
            if standing_offer(&message.case_number, ours, theirs) == other.transfer_id {
                return Ok(Some(merged(other.transfer_id)));
            }
            if other.take(Step::Withdraw) == Ok(true) {
                other.decided_at = Some(now);
                other.why = Some(format!("merged into {}", message.transfer_id));
                moved(conn, now, &other, cause).await?;
            }
        }
        Ok(None)
    }

    async fn told(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        peer: &str,
        message: &Message,
        cause: &Cause,
    ) -> Result<Result<Answer, HearRefusal>, DbError> {
        let transfer_id = message.transfer_id().uuid();
        let known = locked(conn, transfer_id).await?;
        let Some(mut transfer) = known.filter(|transfer| transfer.peer == peer) else {
            return Ok(Err(HearRefusal::Unknown));
        };
        if from_sender(message) != transfer.is_incoming() {
            return Ok(Err(HearRefusal::NotYours));
        }
        let Some(step) = step_of(message) else {
            let heard = hear_caller::hear(&self.take, conn, now, &mut transfer, message, cause).await?;
            // A withdrawal has moved it.
            let stands = locked(conn, transfer_id).await?.unwrap_or(transfer);
            return Ok(heard.map(|()| answer(&stands)));
        };
        // What comes too late changes nothing: the answer says how it stands.
        if transfer.take(step) == Ok(true) {
            note(&mut transfer, message, now);
            moved(conn, now, &transfer, cause).await?;
        }
        Ok(Ok(answer(&transfer)))
    }
}

/// Whose to say it is.
const fn from_sender(message: &Message) -> bool {
    matches!(
        message,
        Message::Offer(_)
            | Message::Call { .. }
            | Message::End { .. }
            | Message::Supplement { .. }
            | Message::TakenBack { .. }
    )
}

/// The answer to an offer that does not stand, and the transfer that stands instead.
fn taken_back(message: &OfferMessage, now: DateTime<Utc>, merged_into: Option<TransferId>) -> Answer {
    Answer {
        transfer_id: message.transfer_id,
        state: TransferState::Withdrawn.as_str().to_owned(),
        decided_at: Some(now),
        merged_into,
    }
}

/// Whatever a peer sends is masked again: it is told to others here.
fn incoming(peer: &str, message: &OfferMessage, now: DateTime<Utc>, cause: &Cause) -> Transfer {
    let mask = |text: &str| mask_numbers(text).into_owned();
    let mut offer = message.offer.clone();
    offer.title = mask(&offer.title);
    offer.text = mask(&offer.text);
    offer.address = offer.address.as_deref().map(mask);
    offer.reason = mask(&offer.reason);
    Transfer {
        transfer_id: message.transfer_id,
        direction: TransferDirection::Incoming,
        peer: peer.to_owned(),
        case_number: message.case_number.clone(),
        sender_number: message.number.clone(),
        receiver_number: None,
        order_id: None,
        complaint_id: None,
        hop: message.hop,
        offer,
        state: TransferState::Offered,
        offered_at: message.offered_at,
        answer_until: message.answer_until,
        receipt_at: Some(now),
        decided_at: None,
        why: None,
        better_address: None,
        call_note: None,
        called_at: None,
        result: None,
        correlation_id: cause.correlation_id,
        offered_by: format!("peer:{peer}"),
        unregistered: None,
        passed_on: false,
    }
}

/// What the caller says moves no transfer by itself.
fn step_of(message: &Message) -> Option<Step> {
    Some(match message {
        Message::Offer(_) | Message::Supplement { .. } | Message::TakenBack { .. } => return None,
        Message::Acceptance { .. } => Step::Accept,
        Message::Refusal { .. } => Step::Refuse,
        Message::Call { agreed: true, .. } => Step::Agree,
        Message::Call { agreed: false, .. } => Step::Keep,
        Message::End { state, .. } if state == TransferState::Withdrawn.as_str() => Step::Withdraw,
        Message::End { .. } => Step::Lapse,
        Message::Result { .. } => Step::Complete,
    })
}

/// What the message says beside the step.
fn note(transfer: &mut Transfer, message: &Message, now: DateTime<Utc>) {
    let mask = |text: &str| mask_numbers(text).into_owned();
    match message {
        Message::Offer(_) | Message::Supplement { .. } | Message::TakenBack { .. } => {}
        Message::Acceptance { number, .. } => {
            transfer.receiver_number = Some(number.clone());
            transfer.decided_at = Some(now);
        }
        Message::Refusal {
            reason,
            better_address,
            ..
        } => {
            transfer.why = Some(mask(reason));
            transfer.better_address = better_address.as_deref().map(mask);
            transfer.decided_at = Some(now);
        }
        Message::Call {
            note,
            called_at,
            answer_until,
            agreed,
            ..
        } => {
            transfer.call_note = Some(mask(note));
            transfer.called_at = Some(*called_at);
            transfer.answer_until = *answer_until;
            transfer.decided_at = (!agreed).then_some(*called_at);
        }
        Message::End { ended_at, .. } => transfer.decided_at = Some(*ended_at),
        Message::Result {
            outcome,
            result,
            completed_at,
            ..
        } => transfer.result = Some((*outcome, mask(result), *completed_at)),
    }
}
