//! Table `openings`: what units looked at.
use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use contracts::ids::OrderId;
use db::{Conn, DbError};

/// What was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opened {
    /// The order, by a unit that has or had it.
    Order,
    /// The order, by the unit above the one that has it.
    OrderOfSubUnit,
    /// Evidence.
    Evidence,
    /// The relay: a token for reaching the caller.
    Contact,
    /// The relay: a call to the caller.
    Call,
}

impl Opened {
    /// The word in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::OrderOfSubUnit => "order_of_sub_unit",
            Self::Evidence => "evidence",
            Self::Contact => "contact",
            Self::Call => "call",
        }
    }
}

/// One line.
#[derive(Debug)]
pub struct Opening {
    /// For which unit.
    pub unit: String,
    /// Subject of the person or key.
    pub opened_by: String,
    /// What.
    pub what: String,
    /// How often in that hour.
    pub times: i64,
    /// The first.
    pub first_at: DateTime<Utc>,
    /// The last.
    pub last_at: DateTime<Utc>,
}

/// Writes a look down, before anything is shown.
pub async fn note(
    conn: &mut Conn,
    now: DateTime<Utc>,
    order_id: OrderId,
    (unit, by): (&str, &str),
    what: Opened,
) -> Result<(), DbError> {
    let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
    sqlx::query!(
        "insert into openings as o (order_id, unit, opened_by, what, hour, times, first_at, last_at)
         values ($1, $2, $3, $4, $5, 1, $6, $6)
         on conflict (order_id, unit, opened_by, what, hour) do update set times = o.times + 1, last_at = $6",
        order_id.uuid(),
        unit,
        by,
        what.as_str(),
        hour,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The newest lines of an order.
pub async fn of_order(conn: &mut Conn, order_id: OrderId, limit: i64) -> Result<Vec<Opening>, DbError> {
    Ok(sqlx::query_as!(
        Opening,
        "select unit, opened_by, what, times, first_at, last_at from openings
         where order_id = $1 order by first_at desc limit $2",
        order_id.uuid(),
        limit
    )
    .fetch_all(conn)
    .await?)
}
