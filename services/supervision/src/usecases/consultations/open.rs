//! Units are summoned.
use super::Consultation;
use crate::domain::ConsultationState;
use crate::events::consultations::consultation_opened;
use crate::store::consultations as store;
use crate::usecases::request_extension::cause as within;
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;
use uuid::Uuid;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct OpenConsultation;

/// A consultation to call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// What it is about: at least one, none twice.
    pub orders: Vec<OrderId>,
    /// Who is summoned: at least one, none twice.
    pub units: Vec<String>,
    /// What is to be settled, personal data masked.
    pub question: String,
    /// When they meet.
    pub meets_at: DateTime<Utc>,
    /// Where, personal data masked.
    pub meets_where: String,
    /// Where it is.
    pub on_site: bool,
    /// The supervision order it belongs to.
    pub supervision_id: Option<Uuid>,
    /// `agent:<subject>`
    pub by: String,
    /// Key of the request and its hash, when the client may repeat it.
    pub attempt: Option<(String, [u8; 32])>,
}

/// A consultation that was called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opened {
    /// It.
    pub row: Consultation,
    /// True when an earlier request with this key called it.
    pub repeated: bool,
}

/// Why not.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum OpenRefused {
    /// Nothing is known of the order at this place of the list.
    #[error("nothing is known of this order")]
    OrderUnknown(usize),
    /// The order at this place of the list has ended.
    #[error("this order is closed")]
    OrderClosed(usize),
    /// The directory does not have the unit at this place of the list.
    #[error("the directory has no such unit")]
    UnitUnknown(usize),
    /// The supervision order is of none of these orders.
    #[error("the supervision order is of none of these orders")]
    SupervisionUnknown,
    /// The key belongs to another request.
    #[error("the idempotency key was used for a different request")]
    KeyReused,
}

impl Work for OpenConsultation {
    const NAME: &'static str = "open_consultation";
    type Command = Command;
    type Output = Opened;
    type Refusal = OpenRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // Asked by people, one at a time.
        for asked in commands {
            results.push(open(conn, now, asked).await?);
        }
        Ok(results)
    }
}

async fn open(
    conn: &mut Conn,
    now: DateTime<Utc>,
    Asked { cause, command }: &Asked<Command>,
) -> Result<Result<Opened, OpenRefused>, DbError> {
    if let Some(earlier) = earlier(conn, command).await? {
        return Ok(earlier);
    }
    let ids: Vec<Uuid> = command.orders.iter().map(|id| id.uuid()).collect();
    let known = store::about(conn, &ids).await?;
    let mut about = Vec::with_capacity(ids.len());
    for (place, id) in ids.iter().enumerate() {
        match known.iter().find(|row| row.order_id == *id) {
            None => return Ok(Err(OpenRefused::OrderUnknown(place))),
            Some(row) if row.closed_at.is_some() => return Ok(Err(OpenRefused::OrderClosed(place))),
            Some(row) => about.push(row),
        }
    }
    let unknown = store::unknown_units(conn, &command.units).await?;
    if let Some(place) = command.units.iter().position(|unit| unknown.contains(unit)) {
        return Ok(Err(OpenRefused::UnitUnknown(place)));
    }
    if let Some(id) = command.supervision_id {
        let of = store::supervised_order(conn, id).await?;
        if of.is_none_or(|of| !ids.contains(&of)) {
            return Ok(Err(OpenRefused::SupervisionUnknown));
        }
    }
    let row = command.row(ids, now);
    if !store::insert(conn, &row).await? {
        let earlier = earlier(conn, command).await?;
        return Ok(earlier.unwrap_or(Err(OpenRefused::KeyReused)));
    }
    let opened = |order: &&store::AboutRow| {
        let cause: Cause = within(order.correlation_id, cause);
        consultation_opened(OrderId(order.order_id), &row, &cause)
    };
    let facts: Vec<_> = about.iter().map(opened).collect();
    bus::outbox::append(conn, &facts).await?;
    Ok(Ok(Opened { row, repeated: false }))
}

/// What an earlier request with this key made.
async fn earlier(conn: &mut Conn, command: &Command) -> Result<Option<Result<Opened, OpenRefused>>, DbError> {
    let Some((key, hash)) = &command.attempt else {
        return Ok(None);
    };
    let earlier = store::with_key(conn, &command.by, key).await?;
    Ok(earlier.map(|row| {
        let same = row.request_hash.as_deref() == Some(&hash[..]);
        same.then_some(Opened { row, repeated: true })
            .ok_or(OpenRefused::KeyReused)
    }))
}

impl Command {
    fn row(&self, orders: Vec<Uuid>, now: DateTime<Utc>) -> Consultation {
        let (key, hash) = self.attempt.clone().unzip();
        Consultation {
            consultation_id: Uuid::now_v7(),
            orders,
            units: self.units.clone(),
            question: self.question.clone(),
            meets_at: self.meets_at,
            meets_where: self.meets_where.clone(),
            on_site: self.on_site,
            supervision_id: self.supervision_id,
            state: ConsultationState::Opened.word().to_owned(),
            opened_by: self.by.clone(),
            opened_at: now,
            came: None,
            minutes: None,
            held_by: None,
            held_at: None,
            ended_by: None,
            ended_at: None,
            end_reason: None,
            idempotency_key: key,
            request_hash: hash.map(|hash| hash.to_vec()),
        }
    }
}
