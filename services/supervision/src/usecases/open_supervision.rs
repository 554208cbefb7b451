//! A person puts orders on a rung of the ladder: one, several, or every late order of a unit that nobody supervises yet.
//! All of them or none.
use crate::domain::Policy;
use crate::domain::policies::Ladder;
use crate::domain::supervision::{Means, Refused, SupervisionOrder, Why};
use crate::store;
use crate::store::supervision_batches::BatchRow;
use crate::usecases::climb::identity;
use crate::usecases::watch::{Watch, Watched};
use crate::usecases::{CalendarShelf, PolicyShelf};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::{OrderId, UnitCode};
use contracts::words::SupervisionLevel;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;
use uuid::Uuid;

/// At most so many orders in one request.
pub const ORDERS_MAX: usize = 200;

/// The use case.
#[derive(Clone, Debug)]
pub struct OpenSupervision {
    /// The city's rules about clocks.
    pub policy: Policy,
    /// Published calendars.
    pub shelf: CalendarShelf,
    /// Policy documents.
    pub policies: PolicyShelf,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Command {
    /// These orders; empty = every late order of the unit that nobody supervises.
    pub orders: Vec<OrderId>,
    /// The unit they are with; `None` = whichever.
    pub unit: Option<UnitCode>,
    /// The rung.
    pub level: SupervisionLevel,
    /// What is demanded, personal data masked.
    pub text: String,
    /// `agent:<subject>`
    pub by: String,
    /// Key of the request and its hash, when the client may repeat it.
    pub attempt: Option<(String, [u8; 32])>,
}

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Opened {
    /// The request; its supervision orders carry it.
    pub batch_id: Uuid,
    /// True when an earlier request with this key did it.
    pub repeated: bool,
}

/// Why nothing was opened.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum OpenRefused {
    /// The key belongs to another request.
    #[error("the idempotency key was used for a different request")]
    KeyReused,
    /// The unit has no late order that nobody supervises.
    #[error("the unit has no late order without supervision")]
    NothingLate,
    /// Nothing is known of the order at this place.
    #[error("nothing is known of the order")]
    OrderUnknown(usize),
    /// It has ended.
    #[error("the order is closed")]
    Closed(usize),
    /// It is with another unit.
    #[error("the order is not with this unit")]
    NotWithUnit(usize),
    /// A rule forbids it.
    #[error("{1}")]
    Refused(usize, Refused),
}

impl Work for OpenSupervision {
    const NAME: &'static str = "open_supervision";
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
        // Requests of people, one at a time; each opens its orders together.
        for asked in commands {
            results.push(self.open(conn, now, asked).await?);
        }
        Ok(results)
    }
}

impl OpenSupervision {
    async fn open(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        asked: &Asked<Command>,
    ) -> Result<Result<Opened, OpenRefused>, DbError> {
        let command = &asked.command;
        let attempt = command.attempt.as_ref();
        let row = BatchRow {
            batch_id: Uuid::now_v7(),
            opened_by: command.by.clone(),
            attempt: attempt.map(|(key, hash)| (key.clone(), hash.to_vec())),
        };
        if !store::supervision_batches::insert(conn, &row, now).await?
            && let Some((key, hash)) = attempt
            && let Some((batch_id, before)) =
                store::supervision_batches::with_key(conn, &command.by, key).await?
        {
            let repeated = Opened {
                batch_id,
                repeated: true,
            };
            return Ok((before == hash).then_some(repeated).ok_or(OpenRefused::KeyReused));
        }
        let orders = orders_of(conn, command, now).await?;
        if orders.is_empty() {
            return Ok(Err(OpenRefused::NothingLate));
        }
        let locked = store::orders::lock(conn, &store::orders::ids(&orders)).await?;
        let watch = Watch::over(conn, locked).await?;
        self.all(conn, now, asked, &orders, (watch, row.batch_id)).await
    }

    async fn all(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        Asked { cause, command }: &Asked<Command>,
        orders: &[OrderId],
        (mut watch, batch_id): (Watch, Uuid),
    ) -> Result<Result<Opened, OpenRefused>, DbError> {
        let calendars = self.shelf.look(conn).await?;
        let ladder = self.policies.look::<Ladder>(conn).await?;
        let means = Means {
            ladder: &ladder,
            calendars: &calendars,
            policy: &self.policy,
            now,
        };
        let numbers = store::supervision_orders::numbers(conn, orders.len()).await?;
        for (at, (order_id, number)) in orders.iter().zip(numbers).enumerate() {
            if watch.get(*order_id).is_none() {
                return Ok(Err(OpenRefused::OrderUnknown(at)));
            }
            let watched = watch.of(*order_id);
            if let Err(refused) = put(watched, at, command, (number, batch_id), &means) {
                return Ok(Err(refused));
            }
            watched.cause = Some(cause.clone());
        }
        let (_, facts) = watch
            .settle(conn, now, &self.shelf, &self.policy, &self.policies)
            .await?;
        bus::outbox::append(conn, &facts).await?;
        Ok(Ok(Opened {
            batch_id,
            repeated: false,
        }))
    }
}

/// The orders that are meant, each once.
async fn orders_of(conn: &mut Conn, command: &Command, now: DateTime<Utc>) -> Result<Vec<OrderId>, DbError> {
    let Some(unit) = command.unit.as_ref().filter(|_| command.orders.is_empty()) else {
        let mut orders = command.orders.clone();
        let mut seen = std::collections::BTreeSet::new();
        orders.retain(|order| seen.insert(*order));
        return Ok(orders);
    };
    let limit = i64::try_from(ORDERS_MAX).unwrap_or(i64::MAX);
    let late = store::supervision_batches::late_orders(conn, &unit.0, now, limit).await?;
    Ok(late.into_iter().map(OrderId).collect())
}

/// Puts one order on the rung: a new supervision order, or the one that goes on raised to it.
fn put(
    watched: &mut Watched,
    at: usize,
    command: &Command,
    (number, batch_id): (i64, Uuid),
    means: &Means<'_>,
) -> Result<(), OpenRefused> {
    let order = &watched.order;
    if order.closed.is_some() {
        return Err(OpenRefused::Closed(at));
    }
    if command.unit.is_some() && command.unit.as_ref() != order.lead_unit() {
        return Err(OpenRefused::NotWithUnit(at));
    }
    let why = Why::by_hand(&command.by, &command.text);
    let done = match &mut watched.supervision {
        Some(live) => {
            live.identity.batch_id = Some(batch_id);
            live.escalate(order, command.level, &why, means)
        }
        None => {
            let identity = identity(number, Some(batch_id), means.now);
            SupervisionOrder::open(identity, order, command.level, &why, means)
                .map(|new| watched.supervision = Some(new))
        }
    };
    done.map_err(|refused| OpenRefused::Refused(at, refused))
}
