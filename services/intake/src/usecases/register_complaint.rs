//! Registers complaints: the complaint, its orders or the order it follows, the sealed identity and the facts, in
//! one transaction; a repeated request finds the first registration. Called by `api::register_complaint`, many at a
//! time.
//!
//! Nothing is read before the insert on the ordinary way. What the unique indexes leave out is looked up afterwards,
//! so that a repeat is found whether it came a year ago, from another replica a moment ago, or in this very batch.
mod accept;
mod repeats;

use crate::domain::complaint::{AcceptedComplaint, Attempt, NewComplaint, OrderRef, Receipt, Treatment};
use crate::domain::invalid::Invalid;
use crate::domain::order::TrackedOrder;
use crate::domain::{Channel, ComplaintId, Disposition, OrderId};
use crate::events;
use crate::store::orders::NewOrder;
use crate::store::{complaints, followers, identities, open_orders, orders, results, service_requests};
use crate::vault::Vault;
use chrono::{DateTime, FixedOffset, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use thiserror::Error;
use uuid::Uuid;

/// The use case.
#[derive(Clone, Debug)]
pub struct RegisterComplaint {
    /// Seals the identity.
    pub vault: Arc<Vault>,
    /// Local time of the city, for the date in the number.
    pub offset: FixedOffset,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The complaint, checked.
    pub complaint: NewComplaint,
    /// The client's key, when it may repeat the request.
    pub attempt: Option<Attempt>,
    /// A number that was reserved for it.
    pub number: Option<String>,
    /// Stands for a caller whose identity another hotline keeps and will tell when asked.
    pub kept_elsewhere: Option<Uuid>,
    /// The app that brought it: it becomes a service request.
    pub app: Option<String>,
    /// Code of the reply address to which its result goes.
    pub reply_address: Option<String>,
    /// Why it may not be registered now. It may repeat what was registered when that was not so: then it is answered as then.
    pub against: Option<Invalid>,
}

/// What the client gets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Registered {
    /// Registered now.
    New(Receipt),
    /// Registered by the first request with this key; answered as then.
    Repeated(Receipt),
    /// Registered by the first request with this source number.
    Known(Receipt),
}

/// Why the rules say no.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum RegisterRefusal {
    /// A code or an address that it names may not be used now.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// `joins` names no order.
    #[error("the order to join does not exist")]
    JoinsUnknown,
    /// `joins` names an order that has ended.
    #[error("the order to join is closed")]
    JoinsClosed,
    /// The key belongs to another request.
    #[error("the idempotency key was used for a different request")]
    KeyReused,
}

type Verdict = Result<Registered, RegisterRefusal>;

impl Work for RegisterComplaint {
    const NAME: &'static str = "register_complaint";
    type Command = Registration;
    type Output = Registered;
    type Refusal = RegisterRefusal;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Registration>],
    ) -> Result<Results<Self>, DbError> {
        let mut verdicts: Vec<Option<Verdict>> = vec![None; commands.len()];
        let mut open: Vec<usize> = (0..commands.len()).collect();
        // Every pass settles at least the first open command; more than one pass is needed only when a command
        // repeats, by key, one that turned out to be a repeat by source number.
        while !open.is_empty() {
            for (position, verdict) in self.pass(conn, now, commands, &open).await? {
                verdicts[position] = Some(verdict);
            }
            open.retain(|position| verdicts[*position].is_none());
        }
        Ok(verdicts.into_iter().flatten().collect())
    }
}

impl RegisterComplaint {
    async fn pass(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Registration>],
        open: &[usize],
    ) -> Result<Vec<(usize, Verdict)>, DbError> {
        let joined = joined_orders(conn, commands, open).await?;
        let plan = repeats::plan(commands, open, &joined);
        let mut accepted = Vec::with_capacity(plan.insert.len());
        for position in &plan.insert {
            accepted.push(accept::complaint(&self.vault, now, &commands[*position]));
        }
        let day = now.with_timezone(&self.offset).format("%y%m%d").to_string();
        let (complaints, identities): (Vec<_>, Vec<_>) = accepted.into_iter().unzip();
        let numbers = complaints::insert(conn, &day, &complaints).await?;
        let written: HashSet<ComplaintId> = numbers.keys().copied().collect();

        let mut verdicts = Vec::with_capacity(open.len());
        let mut receipts = Vec::with_capacity(plan.insert.len());
        let mut left_out = plan.repeats;
        for (position, complaint) in plan.insert.iter().zip(&complaints) {
            if let Some(number) = numbers.get(&complaint.complaint_id) {
                let receipt = receipt(complaint, number, &joined);
                receipts.push((*position, complaint, receipt.clone()));
                verdicts.push((*position, Ok(Registered::New(receipt))));
            } else {
                left_out.push(*position);
            }
        }
        let sealed: Vec<_> = identities
            .into_iter()
            .flatten()
            .filter(|i| written.contains(&i.complaint_id))
            .collect();
        write(conn, now, commands, &receipts, &sealed).await?;
        let earlier = repeats::find(
            conn,
            &self.vault,
            commands,
            left_out.iter().chain(plan.refused.keys()),
        )
        .await?;
        for position in left_out {
            // None: what it repeats is itself open; the next pass settles it.
            if let Some(verdict) = earlier.verdict(&commands[position]) {
                verdicts.push((position, verdict));
            }
        }
        for (position, refusal) in plan.refused {
            // A repeat of what was once right is answered as then, although the order is closed by now.
            verdicts.push((
                position,
                earlier.verdict(&commands[position]).unwrap_or(Err(refusal)),
            ));
        }
        progress_or_error(verdicts, open)
    }
}

/// Guards the loop in `apply`: an insert that vanished without an explanation must not be tried for ever.
fn progress_or_error(
    verdicts: Vec<(usize, Verdict)>,
    open: &[usize],
) -> Result<Vec<(usize, Verdict)>, DbError> {
    if verdicts.is_empty() && !open.is_empty() {
        let problem = "a complaint was neither inserted nor found; its number may be taken";
        return Err(DbError::inconsistent(
            "complaints",
            "complaint_number",
            &"new",
            &problem,
        ));
    }
    Ok(verdicts)
}

type Joined = HashMap<OrderId, (TrackedOrder, String)>;

async fn joined_orders(
    conn: &mut Conn,
    commands: &[Asked<Registration>],
    open: &[usize],
) -> Result<Joined, DbError> {
    let joins = |position: &usize| match commands[*position].command.complaint.treatment {
        Treatment::Joins(order_id) => Some(order_id),
        _ => None,
    };
    let wanted: Vec<OrderId> = open.iter().filter_map(joins).collect();
    if wanted.is_empty() {
        Ok(HashMap::new())
    } else {
        orders::get_for_update(conn, &wanted).await
    }
}

fn receipt(complaint: &AcceptedComplaint, number: &str, joined: &Joined) -> Receipt {
    let own = complaint.order_ids.iter().zip(1..);
    let follows = match complaint.content.treatment {
        Treatment::Joins(order_id) => joined.get(&order_id),
        _ => None,
    };
    Receipt {
        complaint_id: complaint.complaint_id,
        complaint_number: number.to_owned(),
        disposition: complaint.content.treatment.disposition(),
        orders: own
            .map(|(order_id, n): (_, i16)| OrderRef {
                order_id: *order_id,
                order_number: format!("{number}-{n}"),
            })
            .collect(),
        follows: follows.map(|(order, order_number)| OrderRef {
            order_id: order.order_id,
            order_number: order_number.clone(),
        }),
    }
}

type Fresh<'a> = (usize, &'a AcceptedComplaint, Receipt);

/// Everything that hangs on the inserted complaints: one statement per table.
async fn write(
    conn: &mut Conn,
    now: DateTime<Utc>,
    commands: &[Asked<Registration>],
    fresh: &[Fresh<'_>],
    sealed: &[identities::SealedIdentity],
) -> Result<(), DbError> {
    let mut new_orders = Vec::with_capacity(fresh.len());
    let mut new_followers = Vec::new();
    let mut facts = Vec::with_capacity(2 * fresh.len());
    let (mut requested, mut answered_to) = (Vec::new(), Vec::new());
    for (position, complaint, receipt) in fresh {
        let demands = complaint.content.treatment.demands();
        for ((order, demand), n) in receipt.orders.iter().zip(demands).zip(1..) {
            let order_number = order.order_number.clone();
            new_orders.push(NewOrder {
                order_id: order.order_id,
                order_number,
                position: n,
                complaint,
                demand,
            });
        }
        new_followers.extend(
            receipt
                .follows
                .iter()
                .map(|order| (receipt.complaint_id, order.order_id)),
        );
        if let Some(app) = &commands[*position].command.app {
            let listed = !complaint.content.confidential;
            requested.extend(
                receipt
                    .orders
                    .iter()
                    .map(|order| (order.order_id, app.as_str(), listed)),
            );
        }
        if let Some(address) = &commands[*position].command.reply_address {
            let over = receipt.disposition != Disposition::Accepted;
            answered_to.push((receipt.complaint_id, address.as_str(), over));
        }
        facts.extend(events::registered(complaint, receipt, &commands[*position].cause));
    }
    if !new_orders.is_empty() {
        orders::insert(conn, &new_orders).await?;
        open_orders::insert(conn, &new_orders).await?;
    }
    if !requested.is_empty() {
        service_requests::insert(conn, now, &requested).await?;
    }
    if !new_followers.is_empty() {
        followers::insert(conn, now, &new_followers).await?;
    }
    if !answered_to.is_empty() {
        results::insert(conn, now, &answered_to).await?;
    }
    if !sealed.is_empty() {
        identities::insert(conn, now, sealed).await?;
    }
    bus::outbox::append(conn, &facts).await
}

/// By which door and under which number it came, when it has one.
fn source(complaint: &NewComplaint) -> Option<(Channel, &str)> {
    complaint
        .source_number
        .as_deref()
        .map(|number| (complaint.channel, number))
}
