//! Staff decide about a transfer: as receiver they say yes, no, or how it ended; as sender they note a three-way call or
//! take the offer back. Saying it again changes nothing.
use super::known_case::{self, KnownCase};
use super::transfer_moves::{end_of, locked, moved, result_of};
use crate::domain::Outcome;
use crate::domain::directory::Directory;
use crate::domain::invalid::Invalid;
use crate::domain::peer::Message;
use crate::domain::transfer::{IllegalStep, Limits, Step, Transfer, TransferState};
use crate::store::{complaints, orders, peer_messages, transfers};
use chrono::{DateTime, FixedOffset, Utc};
use contracts::cause::Asked;
use contracts::ids::TransferId;
use db::{Conn, DbError, Results, Work};
use std::sync::Arc;
use telemetry::redact::mask_numbers;
use thiserror::Error;

/// The use case.
#[derive(Clone, Debug)]
pub struct DecideTransfer {
    /// Limits.
    pub limits: Limits,
    /// Local time of the city, for the date in the number.
    pub offset: FixedOffset,
    /// Hotlines above ours: what they hand down keeps their number.
    pub above: Vec<String>,
    /// Codes that there are; `None` = every code is believed.
    pub directory: Option<Arc<Directory>>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Command {
    /// The transfer.
    pub transfer_id: TransferId,
    /// What is decided.
    pub decision: Decision,
}

/// What staff may decide. Texts are checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// Receiver: we take it, as this matter and there.
    Accept {
        /// Entry of our catalogue.
        matter: Option<String>,
        /// Division code.
        division: Option<String>,
    },
    /// Receiver: it is not ours.
    Refuse {
        /// Why.
        reason: String,
        /// Whose it is.
        better_address: Option<String>,
    },
    /// Sender: what a three-way call came to.
    Call {
        /// True = the receiver takes it; false = the first receiver keeps it.
        agreed: bool,
        /// What was said.
        note: String,
    },
    /// Sender: the offer is taken back.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// Receiver: it has ended like this.
    Complete {
        /// How.
        outcome: Outcome,
        /// What the caller may be told.
        result: String,
    },
}

impl Decision {
    const fn step(&self) -> Step {
        match self {
            Self::Accept { .. } => Step::Accept,
            Self::Refuse { .. } => Step::Refuse,
            Self::Call { agreed: true, .. } => Step::Agree,
            Self::Call { agreed: false, .. } => Step::Keep,
            Self::Withdraw { .. } => Step::Withdraw,
            Self::Complete { .. } => Step::Complete,
        }
    }

    const fn is_receivers(&self) -> bool {
        matches!(
            self,
            Self::Accept { .. } | Self::Refuse { .. } | Self::Complete { .. }
        )
    }
}

/// Why nothing is decided.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum DecideRefusal {
    /// A code that our directory does not have.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// No such transfer.
    #[error("the transfer does not exist")]
    Unknown,
    /// It belongs to the other side.
    #[error("this is the other hotline's to say")]
    NotOurs,
    /// The order that it is about has ended.
    #[error("the order is closed")]
    OrderClosed,
    /// The order is offered to somebody else.
    #[error("the order is offered to another hotline")]
    OfferedElsewhere,
    /// It cannot be decided any more, or not yet.
    #[error(transparent)]
    Illegal(#[from] IllegalStep),
}

impl Work for DecideTransfer {
    const NAME: &'static str = "decide_transfer";
    type Command = Command;
    type Output = Transfer;
    type Refusal = DecideRefusal;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            // A person's request, one at a time: a transfer may occur twice.
            results.push(self.decide(conn, now, asked).await?);
        }
        Ok(results)
    }
}

/// Why an order whose offer was refused cannot go after all: it has ended meanwhile, or was offered to somebody else.
async fn kept_back(conn: &mut Conn, transfer: &Transfer) -> Result<Option<DecideRefusal>, DbError> {
    let (TransferState::Refused, Some(order_id)) = (transfer.state, transfer.order_id) else {
        return Ok(None);
    };
    let known = orders::get_for_update(conn, &[order_id]).await?;
    if !known
        .get(&order_id)
        .is_some_and(|(order, _)| order.state.is_open())
    {
        return Ok(Some(DecideRefusal::OrderClosed));
    }
    let ids = transfers::of_order(conn, order_id).await?;
    let others = transfers::get_for_update(conn, &ids).await?;
    let elsewhere = others
        .iter()
        .any(|other| !other.is_incoming() && other.state.is_pending());
    Ok(elsewhere.then_some(DecideRefusal::OfferedElsewhere))
}

impl DecideTransfer {
    async fn decide(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        Asked { cause, command }: &Asked<Command>,
    ) -> Result<Result<Transfer, DecideRefusal>, DbError> {
        let Some(mut transfer) = locked(conn, command.transfer_id.uuid()).await? else {
            return Ok(Err(DecideRefusal::Unknown));
        };
        if transfer.is_incoming() != command.decision.is_receivers() {
            return Ok(Err(DecideRefusal::NotOurs));
        }
        if matches!(command.decision, Decision::Call { agreed: true, .. })
            && let Some(refusal) = kept_back(conn, &transfer).await?
        {
            return Ok(Err(refusal));
        }
        match transfer.take(command.decision.step()) {
            Err(illegal) => return Ok(Err(illegal.into())),
            Ok(false) => return Ok(Ok(transfer)),
            Ok(true) => {}
        }
        let mut number = String::new();
        if let Decision::Accept { matter, division } = &command.decision {
            // Whoever says it again is answered as then, whatever the directory says now.
            let directory = self.directory.as_deref();
            let given = |directory: &Directory| directory.check_given(matter.as_ref(), division.as_ref());
            if let Some(invalid) = directory.and_then(|directory| given(directory).err()) {
                return Ok(Err(invalid.into()));
            }
            number = self.number(conn, now, &transfer).await?;
        }
        let message = self.write(&mut transfer, &command.decision, number, now);
        moved(conn, now, &transfer, cause).await?;
        if let Some(message) = message {
            peer_messages::queue(conn, &transfer.peer, &message, now).await?;
        }
        Ok(Ok(transfer))
    }

    /// Under which number we take it: that of the case which it is here already, or a new one.
    async fn number(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        transfer: &Transfer,
    ) -> Result<String, DbError> {
        let known = known_case::find(conn, transfer, &self.above).await?;
        if let Some(KnownCase {
            receipt,
            open: Some(_),
        }) = known
        {
            return Ok(receipt.complaint_number);
        }
        let day = now.with_timezone(&self.offset).format("%y%m%d").to_string();
        complaints::reserve_number(conn, &day).await
    }

    /// What the decision says beside the step, and the message that tells it.
    fn write(
        &self,
        transfer: &mut Transfer,
        decision: &Decision,
        number: String,
        now: DateTime<Utc>,
    ) -> Option<Message> {
        let mask = |text: &str| mask_numbers(text).into_owned();
        let transfer_id = transfer.transfer_id;
        match decision {
            Decision::Accept { matter, division } => {
                if let Some(directory) = &self.directory {
                    directory.keep_known(&mut transfer.offer);
                }
                let offer = &mut transfer.offer;
                offer.matter = matter.clone().or(offer.matter.take());
                offer.division = division.clone().or(offer.division.take());
                transfer.receiver_number = Some(number.clone());
                Some(Message::Acceptance { transfer_id, number })
            }
            Decision::Refuse {
                reason,
                better_address,
            } => {
                transfer.why = Some(mask(reason));
                transfer.better_address = better_address.as_deref().map(mask);
                transfer.decided_at = Some(now);
                Some(Message::Refusal {
                    transfer_id,
                    reason: mask(reason),
                    better_address: transfer.better_address.clone(),
                })
            }
            Decision::Call { agreed, note } => {
                transfer.call_note = Some(mask(note));
                transfer.called_at = Some(now);
                transfer.decided_at = (!agreed).then_some(now);
                if *agreed {
                    // The receiver has promised; it gets the time of an offer to write it down.
                    transfer.answer_until = now + self.limits.answer(transfer.offer.urgency);
                }
                Some(Message::Call {
                    transfer_id,
                    agreed: *agreed,
                    note: mask(note),
                    called_at: now,
                    answer_until: transfer.answer_until,
                })
            }
            Decision::Withdraw { reason } => {
                transfer.why = Some(mask(reason));
                transfer.decided_at = Some(now);
                Some(end_of(transfer, now))
            }
            Decision::Complete { outcome, result } => {
                transfer.result = Some((*outcome, mask(result), now));
                result_of(transfer)
            }
        }
    }
}
