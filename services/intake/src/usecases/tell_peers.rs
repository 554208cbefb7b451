//! Telling other hotlines: claims what is due, and records what came of it. What is told is never lost: it is tried until the
//! peer has confirmed it. Called by the job `tell_peers`, which makes the calls with no transaction open.
use super::register_complaint::{RegisterComplaint, Registered, Registration};
use super::transfer_moves::{locked, moved, part_of};
use crate::domain::complaint::{Demand, NewComplaint, Receipt, Treatment};
use crate::domain::peer::{Answer, Message};
use crate::domain::peer_way::Said;
use crate::domain::transfer::{Step, Transfer, TransferState};
use crate::domain::{Channel, ComplaintId, Kind};
use crate::store::{orders, peer_messages, transfers};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::{Asked, Cause};
use db::{Conn, Db, DbError, Results, Work};
use std::collections::BTreeMap;
use std::convert::Infallible;
use uuid::Uuid;

pub use crate::store::peer_messages::{Claim, Waiting};

/// What came of telling something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told {
    /// The peer says where it stands.
    Answered(Answer),
    /// The peer's stream has it. Its reply to a message comes by itself; after this wait the message is sent again.
    Stored(TimeDelta),
    /// The peer will never take it; the code of its problem.
    Refused(String),
    /// It did not get through; tried again after this wait.
    Failed(String, TimeDelta),
}

/// Something that was told, and what came of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Attempt {
    /// Its id.
    pub message_id: Uuid,
    /// What was said.
    pub said: Said,
    /// What came of it.
    pub told: Told,
}

/// The use case that records.
#[derive(Clone, Debug)]
pub struct RecordTold {
    /// A case that is ours now is registered.
    pub register: RegisterComplaint,
    /// Hotlines above ours: what they hand down keeps their number and their deadline.
    pub above: Vec<String>,
}

/// What may be told now; nobody else tells it for as long as the lease.
///
/// # Errors
/// When the database fails.
pub async fn claim(db: &Db, claim: &Claim) -> Result<Vec<Waiting>, DbError> {
    let mut conn = db.pool().acquire().await?;
    peer_messages::claim(&mut conn, db.clock().now(), claim).await
}

impl Work for RecordTold {
    const NAME: &'static str = "record_told";
    type Command = Attempt;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Attempt>],
    ) -> Result<Results<Self>, DbError> {
        for Asked { cause, command } in commands {
            let id = command.message_id;
            match (&command.told, &command.said) {
                (Told::Failed(error, wait), _) => {
                    peer_messages::tried(conn, id, None, Some((now + *wait, error))).await?;
                }
                (Told::Stored(wait), Said::Message(_)) => {
                    peer_messages::stored(conn, id, now, now + *wait).await?;
                }
                (Told::Refused(code), Said::Message(message)) => {
                    peer_messages::tried(conn, id, Some(now), Some((now, code))).await?;
                    refused(conn, now, message, code, cause).await?;
                }
                (Told::Answered(answer), Said::Message(message)) => {
                    peer_messages::tried(conn, id, Some(now), None).await?;
                    self.answered(conn, now, message, answer, cause).await?;
                }
                // Nothing comes of a reply.
                (_, Said::Reply(_)) => peer_messages::tried(conn, id, Some(now), None).await?,
            }
        }
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}

/// A machine that will not take an offer has refused it; one that knows nothing of an offer that we accepted has it no more.
async fn refused(
    conn: &mut Conn,
    now: DateTime<Utc>,
    message: &Message,
    code: &str,
    cause: &Cause,
) -> Result<(), DbError> {
    let step = match message {
        Message::Offer(_) => Step::Refuse,
        Message::Acceptance { .. } => Step::Withdraw,
        _ => return Ok(()),
    };
    let Some(mut transfer) = locked(conn, message.transfer_id().uuid()).await? else {
        return Ok(());
    };
    if transfer.take(step) == Ok(true) {
        transfer.decided_at = Some(now);
        transfer.why = Some(code.to_owned());
        moved(conn, now, &transfer, cause).await?;
    }
    Ok(())
}

impl RecordTold {
    async fn answered(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        message: &Message,
        answer: &Answer,
        cause: &Cause,
    ) -> Result<(), DbError> {
        let Some(mut transfer) = locked(conn, message.transfer_id().uuid()).await? else {
            return Ok(());
        };
        let there = answer.state.parse::<TransferState>().ok();
        let step = match (message, there) {
            (Message::Offer(_), Some(TransferState::Withdrawn)) => Some(Step::Withdraw),
            (Message::Offer(_), _) => {
                transfer.receipt_at.get_or_insert(now);
                transfers::save(conn, &transfer).await?;
                None
            }
            // The sender's word decides about our yes.
            (Message::Acceptance { .. }, Some(TransferState::Accepted | TransferState::Completed)) => {
                Some(Step::Confirm)
            }
            (Message::Acceptance { .. }, Some(TransferState::Lapsed)) => Some(Step::Lapse),
            // An offer that the sender holds for refused or taken back is not ours to work on.
            (Message::Acceptance { .. }, Some(TransferState::Withdrawn | TransferState::Refused)) => {
                Some(Step::Withdraw)
            }
            (Message::Acceptance { .. }, Some(TransferState::Kept)) => Some(Step::Keep),
            _ => None,
        };
        let Some(step) = step else { return Ok(()) };
        if transfer.take(step) != Ok(true) {
            return Ok(());
        }
        transfer.decided_at = Some(answer.decided_at.unwrap_or(now));
        if let Some(into) = answer.merged_into {
            transfer.why = Some(format!("merged into {into}"));
        }
        if step == Step::Confirm {
            self.register(conn, now, &mut transfer, cause).await?;
        }
        moved(conn, now, &transfer, cause).await
    }

    /// The case as a complaint. What a hotline above hands down is the province's: its number and its deadline stay.
    fn complaint(&self, transfer: &Transfer, source_number: String) -> NewComplaint {
        let mut complaint = complaint(transfer, source_number);
        if self.above.contains(&transfer.peer) {
            complaint.channel = Channel::Province;
            complaint.due_by = transfer.offer.due_at;
        }
        if let Some(due_at) = transfer.offer.due_at {
            let local = due_at.with_timezone(&self.register.offset);
            let told = local.format("%Y-%m-%d %H:%M").to_string();
            // Units read the text; facts are for rules.
            complaint.text.push_str(&format!("（{DEADLINE_FACT}：{told}）"));
            complaint.facts.insert(DEADLINE_FACT.to_owned(), told);
        }
        complaint
    }

    /// The case is ours: it becomes a complaint with an order, under the number that we gave. A peer that hands its case
    /// over again gets the open order that it has become; one that has ended begins anew.
    async fn register(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        transfer: &mut Transfer,
        cause: &Cause,
    ) -> Result<(), DbError> {
        let source = if self.above.contains(&transfer.peer) {
            transfer.sender_number.clone()
        } else {
            format!("{}/{}", transfer.peer, transfer.sender_number)
        };
        let again = format!("{source}/{}", transfer.transfer_id);
        for source in [source, again] {
            let registration = Registration {
                complaint: self.complaint(transfer, source),
                attempt: None,
                number: transfer.receiver_number.clone(),
                app: None,
                reply_address: None,
                against: None,
                // Its token is the transfer: by it whoever calls back asks the sender for the number.
                kept_elsewhere: transfer.offer.consent.then(|| transfer.transfer_id.uuid()),
            };
            let cause = Cause {
                actor: format!("peer:{}", transfer.peer),
                ..part_of(transfer, cause)
            };
            let asked = Asked {
                cause,
                command: registration,
            };
            let registered = self.register.apply(conn, now, &[asked]).await?.into_iter().next();
            let receipt = match registered {
                Some(Ok(Registered::New(receipt) | Registered::Repeated(receipt))) => receipt,
                Some(Ok(Registered::Known(receipt))) if is_open(conn, receipt.complaint_id).await? => receipt,
                _ => continue,
            };
            taken(transfer, &receipt);
            break;
        }
        Ok(())
    }
}

async fn is_open(conn: &mut Conn, complaint_id: ComplaintId) -> Result<bool, DbError> {
    let orders = orders::of_complaint(conn, complaint_id).await?;
    Ok(orders.iter().any(|order| order.state.is_open()))
}

fn taken(transfer: &mut Transfer, receipt: &Receipt) {
    transfer.complaint_id = Some(receipt.complaint_id);
    transfer.order_id = receipt.orders.first().map(|order| order.order_id);
    transfer.receiver_number = Some(receipt.complaint_number.clone());
}

/// The fact that tells a unit until when the hotline above wants the result, in the city's time.
const DEADLINE_FACT: &str = "上级时限";

fn complaint(transfer: &Transfer, source_number: String) -> NewComplaint {
    let offer = &transfer.offer;
    NewComplaint {
        channel: Channel::Hotline,
        kind: offer.kind,
        urgency: offer.urgency,
        title: offer.title.clone(),
        text: offer.text.clone(),
        place: offer.place(),
        matter: offer.matter.clone(),
        caller: None,
        confidential: offer.kind == Kind::Report,
        source_number: Some(source_number),
        due_by: None,
        facts: BTreeMap::new(),
        treatment: Treatment::Orders(vec![Demand::default()]),
    }
}
