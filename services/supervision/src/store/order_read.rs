//! Rows of `orders` as [`Order`]s.
use crate::domain::{
    Acted, Assignment, Grants, Handling, Heard, Order, Pushes, Registration, Replied, Rework,
};
use chrono::{DateTime, Utc};
use contracts::directory::UnitRef;
use contracts::ids::{ComplaintId, OrderId, SupervisionId, UnitCode};
use db::{Conn, DbError};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::PgPool;
use std::str::FromStr;
use uuid::Uuid;

/// A row as it stands in the table.
struct OrderRow {
    order_id: Uuid,
    correlation_id: Option<Uuid>,
    order_number: Option<String>,
    complaint_id: Option<Uuid>,
    complaint_number: Option<String>,
    title: Option<String>,
    matter: Option<String>,
    division: Option<String>,
    kind: Option<String>,
    urgency: Option<String>,
    channel: Option<String>,
    confidential: bool,
    accepted_at: Option<DateTime<Utc>>,
    generation: i32,
    lead_unit: Option<String>,
    lead_name: Option<String>,
    co_handlers: Option<Value>,
    terms: Option<Value>,
    directory_version: Option<i64>,
    assigned_at: Option<DateTime<Utc>>,
    assigned_sequence: i64,
    undecided_sequence: i64,
    undecided_reason: Option<String>,
    disputed_sequence: i64,
    ended_generation: i32,
    handled_generation: i32,
    signed_at: Option<DateTime<Utc>>,
    responded_at: Option<DateTime<Utc>>,
    acted: Option<String>,
    acted_sequence: i64,
    rework_generation: i32,
    rework: i32,
    reworked_at: Option<DateTime<Utc>>,
    rework_limit: Option<Value>,
    reply_generation: i32,
    reply_rework: i32,
    replied_at: Option<DateTime<Utc>>,
    reply_sequence: i64,
    reply_contacted: bool,
    called_rework: Option<i32>,
    called_at: Option<DateTime<Utc>>,
    outcome: Option<String>,
    closed_at: Option<DateTime<Utc>>,
    #[expect(
        dead_code,
        reason = "follows from the facts; selected so that the list of columns is one"
    )]
    state: String,
    due_at: Option<DateTime<Utc>>,
    warn_at: Option<DateTime<Utc>>,
    unarmed: bool,
    level: i16,
    caller: Option<Uuid>,
    heard_generation: i32,
    heard_at: Option<DateTime<Utc>>,
    pushes: Option<Value>,
    supervision_id: Option<Uuid>,
    ladder_at: Option<DateTime<Utc>>,
    due_by: Option<DateTime<Utc>>,
}

impl OrderRow {
    fn bad(&self, column: &'static str, problem: &dyn std::fmt::Display) -> DbError {
        DbError::inconsistent("orders", column, &self.order_id, problem)
    }

    fn need<T: Clone>(&self, value: Option<&T>, column: &'static str) -> Result<T, DbError> {
        value
            .cloned()
            .ok_or_else(|| self.bad(column, &"must not be null here"))
    }

    fn word<T: FromStr>(&self, text: Option<&String>, column: &'static str) -> Result<T, DbError>
    where
        T::Err: std::fmt::Display,
    {
        self.need(text, column)?
            .parse()
            .map_err(|error| self.bad(column, &error))
    }

    fn json<T: DeserializeOwned>(&self, value: Option<&Value>, column: &'static str) -> Result<T, DbError> {
        serde_json::from_value(self.need(value, column)?).map_err(|error| self.bad(column, &error))
    }

    fn registration(&self) -> Result<Option<Registration>, DbError> {
        let Some(complaint_id) = self.complaint_id else {
            return Ok(None);
        };
        Ok(Some(Registration {
            order_number: self.need(self.order_number.as_ref(), "order_number")?,
            complaint_id: ComplaintId(complaint_id),
            complaint_number: self.need(self.complaint_number.as_ref(), "complaint_number")?,
            title: self.need(self.title.as_ref(), "title")?,
            matter: self.matter.clone(),
            division: self.division.clone(),
            kind: self.word(self.kind.as_ref(), "kind")?,
            urgency: self.word(self.urgency.as_ref(), "urgency")?,
            channel: self.word(self.channel.as_ref(), "channel")?,
            confidential: self.confidential,
            caller: self.caller,
            accepted_at: self.need(self.accepted_at.as_ref(), "accepted_at")?,
            due_by: self.due_by,
        }))
    }

    fn pushes(&self) -> Result<Pushes, DbError> {
        let given = self.pushes.as_ref();
        given.map_or_else(|| Ok(Pushes::default()), |given| self.json(Some(given), "pushes"))
    }

    fn assignment(&self) -> Result<Option<Assignment>, DbError> {
        let Some(lead) = self.lead_unit.clone() else {
            return Ok(None);
        };
        let name = self.need(self.lead_name.as_ref(), "lead_name")?;
        Ok(Some(Assignment {
            order_number: self.need(self.order_number.as_ref(), "order_number")?,
            generation: self.generation,
            lead: UnitRef {
                code: UnitCode(lead),
                name,
            },
            co_handlers: self.json(self.co_handlers.as_ref(), "co_handlers")?,
            matter: self.matter.clone(),
            division: self.division.clone(),
            terms: self.json(self.terms.as_ref(), "terms")?,
            directory_version: self.need(self.directory_version.as_ref(), "directory_version")?,
            accepted_at: self.need(self.accepted_at.as_ref(), "accepted_at")?,
            assigned_at: self.need(self.assigned_at.as_ref(), "assigned_at")?,
            sequence: self.assigned_sequence,
        }))
    }

    fn handling(&self) -> Result<Handling, DbError> {
        let acted = match self.acted.as_deref() {
            None => None,
            Some("signed") => Some(Acted::Signed),
            Some("responded") => Some(Acted::Responded),
            Some(other) => return Err(self.bad("acted", &other)),
        };
        Ok(Handling {
            generation: self.handled_generation,
            signed_at: self.signed_at,
            responded_at: self.responded_at,
            acted: acted.map(|acted| (acted, self.acted_sequence)),
        })
    }
}

impl OrderRow {
    fn rework(&self) -> Result<Option<Rework>, DbError> {
        let Some(at) = self.reworked_at else {
            return Ok(None);
        };
        let limit = self.rework_limit.clone().map(serde_json::from_value).transpose();
        Ok(Some(Rework {
            generation: self.rework_generation,
            round: self.rework,
            at,
            limit: limit.map_err(|error| self.bad("rework_limit", &error))?,
        }))
    }
}

impl TryFrom<OrderRow> for Order {
    type Error = DbError;

    fn try_from(row: OrderRow) -> Result<Self, DbError> {
        let outcome = row
            .outcome
            .as_ref()
            .map(|_| row.word(row.outcome.as_ref(), "outcome"))
            .transpose()?;
        Ok(Self {
            order_id: OrderId(row.order_id),
            correlation_id: row.correlation_id,
            registration: row.registration()?,
            assignment: row.assignment()?,
            undecided: row
                .undecided_reason
                .clone()
                .map(|reason| (row.undecided_sequence, reason)),
            disputed: row.disputed_sequence,
            ended_generation: row.ended_generation,
            handling: row.handling()?,
            rework: row.rework()?,
            replied: row.replied_at.map(|at| Replied {
                generation: row.reply_generation,
                rework: row.reply_rework,
                at,
                sequence: row.reply_sequence,
                contacted: row.reply_contacted,
            }),
            called: row.called_rework.zip(row.called_at),
            closed: outcome.zip(row.closed_at),
            heard: row.heard_at.map(|at| Heard {
                generation: row.heard_generation,
                at,
            }),
            pushes: row.pushes()?,
            supervision: row.supervision_id.map(SupervisionId),
            level: row.level,
            ladder_at: row.ladder_at,
            next_limit: row.warn_at.zip(row.due_at),
            unarmed: row.unarmed,
            grants: Grants::default(),
        })
    }
}

/// Locks and loads the orders that exist, in the order of their ids.
///
/// # Errors
/// When the database fails.
pub async fn lock(conn: &mut Conn, orders: &[Uuid]) -> Result<Vec<Order>, DbError> {
    let rows = sqlx::query_file_as!(OrderRow, "src/store/lock_orders.sql", orders)
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(Order::try_from).collect()
}

/// Locks and loads some orders that wait for a calendar, and notes that they were looked at: whoever was not for
/// the longest time is next, so that those whose calendar never comes keep nobody waiting. Orders that another
/// replica works on are passed over.
///
/// # Errors
/// When the database fails.
pub async fn lock_unarmed(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<Order>, DbError> {
    let ids = sqlx::query_scalar!(
        "with next as (
             select order_id from orders where unarmed
             order by looked_at nulls first, order_id limit $1 for update skip locked
         )
         update orders set looked_at = $2 from next where orders.order_id = next.order_id
         returning orders.order_id",
        limit,
        now
    )
    .fetch_all(&mut *conn)
    .await?;
    lock(conn, &ids).await
}

/// Locks and loads the orders that the ladder must look at by now, the oldest first; those that another replica works on
/// are passed over.
///
/// # Errors
/// When the database fails.
pub async fn lock_ladder(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<Order>, DbError> {
    let ids = sqlx::query_scalar!(
        "select order_id from orders where ladder_at <= $1
         order by ladder_at, order_id limit $2 for update skip locked",
        now,
        limit
    )
    .fetch_all(&mut *conn)
    .await?;
    lock(conn, &ids).await
}

/// One order.
///
/// # Errors
/// When the database fails.
pub async fn get(pool: &PgPool, order_id: OrderId) -> Result<Option<Order>, DbError> {
    let row = sqlx::query_file_as!(OrderRow, "src/store/get_order.sql", order_id.uuid())
        .fetch_optional(pool)
        .await?;
    row.map(Order::try_from).transpose()
}
