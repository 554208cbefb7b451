//! A meeting ended in an outcome: from now on it holds the end of its order.
use super::{CoordinationOutcome, OutcomePart, OutcomeState};
use crate::domain::ConsultationState;
use crate::events::outcomes::outcome_recorded;
use crate::store::{consultations, orders, outcomes as store, supervision_orders};
use crate::usecases::request_extension::cause as within;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;
use uuid::Uuid;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct RecordOutcome;

/// What was agreed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// The order.
    pub order_id: OrderId,
    /// Where it was agreed.
    pub consultation_id: Option<Uuid>,
    /// The supervision order it belongs to.
    pub supervision_id: Option<Uuid>,
    /// Who must carry it out.
    pub unit: String,
    /// What was agreed, personal data masked.
    pub agreed: String,
    /// What is done, and until when; at least one.
    pub parts: Vec<(String, DateTime<Utc>)>,
    /// `agent:<subject>`
    pub by: String,
    /// Key of the request and its hash, when the client may repeat it.
    pub attempt: Option<(String, [u8; 32])>,
}

/// An outcome that was recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recorded {
    /// It.
    pub outcome_id: Uuid,
    /// True when an earlier request with this key recorded it.
    pub repeated: bool,
}

/// Why not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum RecordRefused {
    /// Nothing is known of the order.
    #[error("nothing is known of this order")]
    OrderUnknown,
    /// The order has ended.
    #[error("the order is closed")]
    OrderClosed,
    /// The directory does not have the unit.
    #[error("the directory has no such unit")]
    UnitUnknown,
    /// The consultation is not about the order, or nobody has met.
    #[error("no such consultation about this order was held")]
    NotHeld,
    /// The supervision order is not about the order.
    #[error("no such supervision order is about this order")]
    NotSupervised,
    /// The part at this place is due before now.
    #[error("a part must be due in the future")]
    PartDueBefore(usize),
    /// Another outcome of the order is open.
    #[error("an outcome of this order is not carried out yet")]
    Exists,
    /// The key belongs to another request.
    #[error("the idempotency key was used for a different request")]
    KeyReused,
}

impl Work for RecordOutcome {
    const NAME: &'static str = "record_outcome";
    type Command = Command;
    type Output = Recorded;
    type Refusal = RecordRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // Recorded by people, one at a time.
        for asked in commands {
            results.push(record(conn, now, asked).await?);
        }
        Ok(results)
    }
}

async fn record(
    conn: &mut Conn,
    now: DateTime<Utc>,
    Asked { cause, command }: &Asked<Command>,
) -> Result<Result<Recorded, RecordRefused>, DbError> {
    if let Some(earlier) = earlier(conn, command).await? {
        return Ok(earlier);
    }
    let order_id = command.order_id.uuid();
    // Whether it is open stays true until the outcome is written.
    orders::lock(conn, &[order_id]).await?;
    let Some(about) = consultations::about(conn, &[order_id]).await?.pop() else {
        return Ok(Err(RecordRefused::OrderUnknown));
    };
    if about.closed_at.is_some() {
        return Ok(Err(RecordRefused::OrderClosed));
    }
    if let Some(place) = command.parts.iter().position(|(_, until)| *until <= now) {
        return Ok(Err(RecordRefused::PartDueBefore(place)));
    }
    let units = std::slice::from_ref(&command.unit);
    if !consultations::unknown_units(conn, units).await?.is_empty() {
        return Ok(Err(RecordRefused::UnitUnknown));
    }
    if let Some(consultation_id) = command.consultation_id
        && !was_held(conn, consultation_id, order_id).await?
    {
        return Ok(Err(RecordRefused::NotHeld));
    }
    if let Some(supervision_id) = command.supervision_id
        && supervision_orders::order_of(conn, supervision_id).await? != Some(order_id)
    {
        return Ok(Err(RecordRefused::NotSupervised));
    }
    let outcome = command.outcome(now);
    if !store::insert(conn, &outcome, command.attempt.as_ref()).await? {
        let earlier = earlier(conn, command).await?;
        return Ok(earlier.unwrap_or(Err(RecordRefused::Exists)));
    }
    let cause = within(about.correlation_id, cause);
    bus::outbox::append(conn, &[outcome_recorded(&outcome, &cause)]).await?;
    Ok(Ok(Recorded {
        outcome_id: outcome.outcome_id,
        repeated: false,
    }))
}

/// Whether the consultation is about the order and its units have met.
async fn was_held(conn: &mut Conn, consultation_id: Uuid, order_id: Uuid) -> Result<bool, DbError> {
    let Some(row) = consultations::lock(conn, consultation_id).await? else {
        return Ok(false);
    };
    let met = match consultations::stands(&row)? {
        ConsultationState::Held
        | ConsultationState::Ruled
        | ConsultationState::Refused
        | ConsultationState::Ended => true,
        ConsultationState::Opened | ConsultationState::Cancelled => false,
    };
    Ok(met && row.orders.contains(&order_id))
}

/// What an earlier request with this key made.
async fn earlier(
    conn: &mut Conn,
    command: &Command,
) -> Result<Option<Result<Recorded, RecordRefused>>, DbError> {
    let Some((key, hash)) = &command.attempt else {
        return Ok(None);
    };
    let earlier = store::with_key(conn, &command.by, key).await?;
    Ok(earlier.map(|(outcome_id, before)| {
        let recorded = Recorded {
            outcome_id,
            repeated: true,
        };
        let same = before == hash[..];
        same.then_some(recorded).ok_or(RecordRefused::KeyReused)
    }))
}

impl Command {
    fn outcome(&self, now: DateTime<Utc>) -> CoordinationOutcome {
        let parts = self
            .parts
            .iter()
            .zip(1..)
            .map(|((what, until), number)| OutcomePart {
                number,
                what: what.clone(),
                until: *until,
                done: None,
            });
        CoordinationOutcome {
            outcome_id: Uuid::now_v7(),
            order_id: self.order_id.uuid(),
            consultation_id: self.consultation_id,
            supervision_id: self.supervision_id,
            unit: self.unit.clone(),
            agreed: self.agreed.clone(),
            state: OutcomeState::Open,
            recorded_by: self.by.clone(),
            recorded_at: now,
            ended_by: None,
            ended_at: None,
            end_reason: None,
            parts: parts.collect(),
        }
    }
}
