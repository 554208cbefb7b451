//! A case that another hotline has let go becomes ours: a complaint with an order, or what it was registered as before. Shared by
//! the use cases that learn of it.
use super::known_case::{self, KnownCase};
use super::register_complaint::{RegisterComplaint, Registered, Registration};
use super::transfer_moves::{moved, part_of};
use crate::domain::complaint::{Demand, NewComplaint, Treatment};
use crate::domain::transfer::{Step, Transfer};
use crate::domain::{ComplaintId, Kind, OrderId};
use crate::store::{complaints, savepoint, transfer_alarms, transfers};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::{Asked, Cause};
use db::{Conn, DbError, Work};
use std::collections::BTreeMap;

/// The fact that tells a unit until when the hotline above wants the result, in the city's time.
const DEADLINE_FACT: &str = "上级时限";
/// Whoever registers the same case by hand in the same moment is found by the second look.
const LOOKS: usize = 2;
/// Wait before a case that could not be registered is tried again.
const AGAIN: TimeDelta = TimeDelta::minutes(1);
const BUSY: &str = "it was being registered by others at the same time";

/// Makes complaints of cases.
#[derive(Clone, Debug)]
pub struct TakeOver {
    /// A case that is ours now is registered.
    pub register: RegisterComplaint,
    /// Hotlines above ours: what they hand down keeps their number and their deadline.
    pub above: Vec<String>,
}

impl TakeOver {
    /// The sender has let the case go at that instant; nothing happens when our record says so already. A case that cannot be
    /// registered is ours all the same: it waits as an alarm, and is tried again.
    pub(super) async fn confirmed(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        transfer: &mut Transfer,
        decided_at: DateTime<Utc>,
        cause: &Cause,
    ) -> Result<(), DbError> {
        let before = transfer.clone();
        if transfer.take(Step::Confirm) != Ok(true) {
            return Ok(());
        }
        transfer.decided_at = Some(decided_at);
        savepoint::set(conn).await?;
        let why = match self.registered_as(conn, now, transfer, cause).await {
            Ok(true) => {
                savepoint::keep(conn).await?;
                return moved(conn, now, transfer, cause).await;
            }
            Ok(false) => BUSY.to_owned(),
            Err(error) if error.is_unavailable() || error.is_conflict() => return Err(error),
            Err(error) => chain(&error),
        };
        savepoint::undo(conn).await?;
        let since = before.unregistered.as_ref().map_or(now, |(since, _)| *since);
        *transfer = Transfer {
            decided_at: Some(decided_at),
            unregistered: Some((since, why.clone())),
            ..before
        };
        tracing::error!(transfer.id = %transfer.transfer_id, peer = %transfer.peer, why,
            "a case is ours and could not be registered: it is tried again");
        transfers::save(conn, transfer).await?;
        transfer_alarms::again(conn, transfer.transfer_id, now + AGAIN).await
    }

    /// False when nobody could say what it is here.
    async fn registered_as(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        transfer: &mut Transfer,
        cause: &Cause,
    ) -> Result<bool, DbError> {
        let confidential = transfer.offer.confidential;
        let Some(complaint_id) = self.register(conn, now, transfer, cause).await? else {
            return Ok(false);
        };
        if confidential {
            complaints::keep_confidential(conn, complaint_id).await?;
        }
        Ok(transfer.order_id.is_some())
    }

    /// The case gets the number that we gave. What is open here under the sender's number is the case already; what was
    /// registered so after we had given a number is joined under ours; what has ended begins anew.
    async fn register(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        transfer: &mut Transfer,
        cause: &Cause,
    ) -> Result<Option<ComplaintId>, DbError> {
        let (_, source) = known_case::source(transfer, &self.above);
        let again = format!("{source}/{}", transfer.transfer_id);
        for _ in 0..LOOKS {
            let mut told = transfer.receiver_number.clone();
            let (source, treatment) = match known_case::find(conn, transfer, &self.above).await? {
                None => (source.clone(), Treatment::Orders(vec![Demand::default()])),
                Some(KnownCase { receipt, open }) => {
                    let is_told = |told: &String| *told == receipt.complaint_number;
                    match open {
                        Some(order_id) if told.as_ref().is_none_or(is_told) => {
                            taken(transfer, receipt.complaint_id, order_id, receipt.complaint_number);
                            return Ok(transfer.complaint_id);
                        }
                        Some(order_id) => (again.clone(), Treatment::Joins(order_id)),
                        None => {
                            // It ended after its number was told: that stays its number.
                            told = told.filter(|told| !is_told(told));
                            (again.clone(), Treatment::Orders(vec![Demand::default()]))
                        }
                    }
                }
            };
            let mut complaint = self.complaint(transfer, source);
            complaint.treatment = treatment;
            if self
                .registered(conn, now, transfer, complaint, told, cause)
                .await?
            {
                break;
            }
        }
        Ok(transfer.complaint_id)
    }

    /// False when somebody has registered it meanwhile.
    async fn registered(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        transfer: &mut Transfer,
        complaint: NewComplaint,
        number: Option<String>,
        cause: &Cause,
    ) -> Result<bool, DbError> {
        let registration = Registration {
            complaint,
            attempt: None,
            number,
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
        let Some(Ok(Registered::New(receipt) | Registered::Repeated(receipt))) = registered else {
            return Ok(false);
        };
        let order = receipt.orders.first().or(receipt.follows.as_ref());
        let Some(order_id) = order.map(|order| order.order_id) else {
            return Ok(false);
        };
        taken(transfer, receipt.complaint_id, order_id, receipt.complaint_number);
        Ok(true)
    }

    /// The case as a complaint. What a hotline above hands down is the province's: its number and its deadline stay.
    fn complaint(&self, transfer: &Transfer, source_number: String) -> NewComplaint {
        let offer = &transfer.offer;
        let (channel, _) = known_case::source(transfer, &self.above);
        let mut complaint = NewComplaint {
            channel,
            kind: offer.kind,
            urgency: offer.urgency,
            title: offer.title.clone(),
            text: offer.text.clone(),
            place: offer.place(),
            matter: offer.matter.clone(),
            caller: None,
            // True stays true, wherever a case goes.
            confidential: offer.confidential || offer.kind == Kind::Report,
            source_number: Some(source_number),
            due_by: None,
            facts: BTreeMap::new(),
            treatment: Treatment::Orders(vec![Demand::default()]),
        };
        if self.above.contains(&transfer.peer) {
            complaint.due_by = offer.due_at;
        }
        if let Some(due_at) = offer.due_at {
            let local = due_at.with_timezone(&self.register.offset);
            let told = local.format("%Y-%m-%d %H:%M").to_string();
            // Units read the text; facts are for rules.
            complaint.text.push_str(&format!("（{DEADLINE_FACT}：{told}）"));
            complaint.facts.insert(DEADLINE_FACT.to_owned(), told);
        }
        complaint
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

fn taken(transfer: &mut Transfer, complaint_id: ComplaintId, order_id: OrderId, number: String) {
    transfer.complaint_id = Some(complaint_id);
    transfer.order_id = Some(order_id);
    transfer.receiver_number = Some(number);
}
