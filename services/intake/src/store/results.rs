//! Table `results`.
use super::rows::word;
use crate::domain::reply_address::ReplyWay;
use crate::domain::{ComplaintId, OrderId};
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// A result whose turn it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Due {
    /// Stable over tries.
    pub result_id: Uuid,
    /// Whose.
    pub complaint_id: ComplaintId,
    /// Its number.
    pub complaint_number: String,
    /// Code of the reply address.
    pub address: String,
    /// How it gets there.
    pub way: ReplyWay,
    /// The desk's system.
    pub url: Option<String>,
    /// Sealed: signs what is posted.
    pub secret: Option<Vec<u8>>,
    /// Tries that failed.
    pub attempts: i32,
    /// How often something of it had ended when this was read.
    pub wakes: i32,
}

/// Writes the results of new complaints, each with its address; those of which nothing is open are due at once.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    conn: &mut Conn,
    now: DateTime<Utc>,
    new: &[(ComplaintId, &str, bool)],
) -> Result<(), DbError> {
    let ids: Vec<Uuid> = new.iter().map(|_| Uuid::now_v7()).collect();
    let complaints: Vec<Uuid> = new.iter().map(|(id, ..)| id.uuid()).collect();
    let addresses: Vec<&str> = new.iter().map(|(_, address, _)| *address).collect();
    let due: Vec<bool> = new.iter().map(|(.., due)| *due).collect();
    sqlx::query!(
        "insert into results (result_id, complaint_id, address, next_try_at)
         select n.result_id, n.complaint_id, n.address, case when n.due then $5::timestamptz end
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bool[]) as n(result_id, complaint_id, address, due)",
        &ids,
        &complaints,
        &addresses as &[&str],
        &due,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Something ended: results of complaints that these orders are of, or that follow them, are looked at.
///
/// # Errors
/// When the database fails.
pub async fn wake(conn: &mut Conn, now: DateTime<Utc>, orders: &[OrderId]) -> Result<(), DbError> {
    let orders: Vec<Uuid> = orders.iter().map(|id| id.uuid()).collect();
    sqlx::query!(
        "update results set wakes = wakes + 1, next_try_at = $2
         where told_at is null and complaint_id in (
             select complaint_id from orders where order_id = any($1)
             union all select complaint_id from followers where order_id = any($1))",
        &orders,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes results that are due; nobody else gets them before `until`.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    conn: &mut Conn,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Due>, DbError> {
    let rows = sqlx::query!(
        "with next as (
             select result_id from results where told_at is null and next_try_at <= $1
             order by next_try_at limit $3 for update skip locked
         )
         update results r set next_try_at = $2
         from next, reply_addresses a, complaints c
         where r.result_id = next.result_id and a.code = r.address and c.complaint_id = r.complaint_id
         returning r.result_id, r.complaint_id, c.complaint_number, r.address, a.way, a.url, a.secret_sealed, r.attempts, r.wakes",
        now,
        until,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Due {
                way: word("reply_addresses", "way", &row.address, &row.way)?,
                result_id: row.result_id,
                complaint_id: row.complaint_id.into(),
                complaint_number: row.complaint_number,
                address: row.address,
                url: row.url,
                secret: row.secret_sealed,
                attempts: row.attempts,
                wakes: row.wakes,
            })
        })
        .collect()
}

/// Something of it is open: it sleeps until that ends, unless it has ended meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn sleep(conn: &mut Conn, due: &Due) -> Result<(), DbError> {
    sqlx::query!(
        "update results set next_try_at = null where result_id = $1 and wakes = $2",
        due.result_id,
        due.wakes
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// It got there.
///
/// # Errors
/// When the database fails.
pub async fn told(conn: &mut Conn, due: &Due, at: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "update results set told_at = $2, next_try_at = null where result_id = $1",
        due.result_id,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// It did not; again then.
///
/// # Errors
/// When the database fails.
pub async fn failed(conn: &mut Conn, due: &Due, error: &str, again_at: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "update results set attempts = attempts + 1, last_error = $2, next_try_at = $3 where result_id = $1",
        due.result_id,
        error,
        again_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Where the result of a complaint goes, and when it got there.
///
/// # Errors
/// When the database fails.
pub async fn of_complaint(
    conn: &mut Conn,
    complaint_id: ComplaintId,
) -> Result<Option<(String, Option<DateTime<Utc>>)>, DbError> {
    let row = sqlx::query!(
        "select address, told_at from results where complaint_id = $1",
        complaint_id.uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.address, row.told_at)))
}
