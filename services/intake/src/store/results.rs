//! Table `results`. Due ones are claimed desk by desk, so that a desk that is dead, or has much to be told, holds up no other.
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
    /// It may be in a private network.
    pub private: bool,
    /// Sealed: signs what is posted.
    pub secret: Option<Vec<u8>>,
    /// Tries that failed.
    pub attempts: i32,
    /// Tries in a row, of anything, that its desk did not take.
    pub failures: i32,
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
        "update results set wakes = wakes + 1, next_try_at = $2, refused_at = null
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

/// Takes results that are due; nobody else gets them before `until`. At most `per_desk` of one desk, of one whose last try failed
/// one, and every desk has its first before another has its second. A row that cannot be read holds up no other.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    conn: &mut Conn,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    (limit, per_desk): (i64, i64),
) -> Result<Vec<Due>, DbError> {
    let rows = sqlx::query_as!(
        DueRow,
        "with candidate as (
             select r.result_id, r.next_try_at, row_number() over (partition by a.code order by r.next_try_at) as place
             from reply_addresses a cross join lateral (
                 select result_id, next_try_at from results
                 where address = a.code and told_at is null and next_try_at <= $1
                 order by next_try_at limit case when a.failures > 0 then 1 else $4::bigint end) r
             where a.paused_until is null or a.paused_until <= $1),
         chosen as (select result_id from candidate order by place, next_try_at limit $3),
         next as (
             select result_id from results
             where result_id = any(array(select result_id from chosen)) and told_at is null and next_try_at <= $1
             for update skip locked)
         update results r set next_try_at = $2
         from next, reply_addresses a, complaints c
         where r.result_id = next.result_id and a.code = r.address and c.complaint_id = r.complaint_id
         returning r.result_id, r.complaint_id, c.complaint_number, r.address, a.way, a.url, a.private_target as private,
                   a.secret_sealed as secret, r.attempts, a.failures, r.wakes",
        now,
        until,
        limit,
        per_desk
    )
    .fetch_all(conn)
    .await?;
    let read = rows.into_iter().filter_map(|row| {
        let result_id = row.result_id;
        // Claimed as it is: whoever can read it gets it when the lease is over.
        row.due()
            .inspect_err(|error| tracing::error!(result.id = %result_id, %error, "a result cannot be read"))
            .ok()
    });
    Ok(read.collect())
}

struct DueRow {
    result_id: Uuid,
    complaint_id: Uuid,
    complaint_number: String,
    address: String,
    way: String,
    url: Option<String>,
    private: bool,
    secret: Option<Vec<u8>>,
    attempts: i32,
    failures: i32,
    wakes: i32,
}

impl DueRow {
    fn due(self) -> Result<Due, DbError> {
        Ok(Due {
            way: word("reply_addresses", "way", &self.address, &self.way)?,
            result_id: self.result_id,
            complaint_id: self.complaint_id.into(),
            complaint_number: self.complaint_number,
            address: self.address,
            url: self.url,
            private: self.private,
            secret: self.secret,
            attempts: self.attempts,
            failures: self.failures,
            wakes: self.wakes,
        })
    }
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
        "update results set told_at = $2, next_try_at = null, refused_at = null where result_id = $1",
        due.result_id,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// It did not; again then. False when it was told, woken or refused meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn failed(
    conn: &mut Conn,
    due: &Due,
    error: &str,
    again_at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update results set attempts = attempts + 1, last_error = $2, next_try_at = $3
         where result_id = $1 and wakes = $4 and told_at is null and refused_at is null",
        due.result_id,
        error,
        again_at,
        due.wakes
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// It never will: it is tried no more, until something else of it ends or its desk is changed.
///
/// # Errors
/// When the database fails.
pub async fn refused(conn: &mut Conn, due: &Due, error: &str, at: DateTime<Utc>) -> Result<(), DbError> {
    // What ended meanwhile is news, and news is tried.
    sqlx::query!(
        "update results set attempts = attempts + 1, last_error = $2, next_try_at = null, refused_at = $3
         where result_id = $1 and wakes = $4 and told_at is null",
        due.result_id,
        error,
        at,
        due.wakes
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Tries everything again that a desk refused or did not take: it was changed. A try that is under way counts for nothing any
/// more but its success.
///
/// # Errors
/// When the database fails.
pub async fn again(conn: &mut Conn, address: &str, now: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "with untold as (
             select result_id from results
             where address = $1 and told_at is null and (refused_at is not null or next_try_at is not null)
             order by result_id for update)
         update results r set wakes = wakes + 1, attempts = 0, refused_at = null,
                next_try_at = case when last_error is null then next_try_at else $2 end
         from untold u where r.result_id = u.result_id",
        address,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How telling the result of a complaint goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// Code of the reply address.
    pub address: String,
    /// When it got there.
    pub told_at: Option<DateTime<Utc>>,
    /// When it was refused for good.
    pub refused_at: Option<DateTime<Utc>>,
    /// Why it is not there, after a try.
    pub last_error: Option<String>,
}

/// How telling the result of a complaint goes, if it has a reply address.
///
/// # Errors
/// When the database fails.
pub async fn of_complaint(conn: &mut Conn, complaint_id: ComplaintId) -> Result<Option<Told>, DbError> {
    let told = sqlx::query_as!(
        Told,
        "select address, told_at, refused_at, case when told_at is null then last_error end as last_error
         from results where complaint_id = $1",
        complaint_id.uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(told)
}

/// A result that its desk will never take.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefusedResult {
    /// Code of the reply address.
    pub address: String,
    /// Whose.
    pub complaint_id: Uuid,
    /// Its number.
    pub complaint_number: String,
    /// When it was refused.
    pub refused_at: DateTime<Utc>,
    /// Why.
    pub error: String,
}

/// What desks refused, at most so many of each, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_refused(conn: &mut Conn, per_desk: i64) -> Result<Vec<RefusedResult>, DbError> {
    let found = sqlx::query_as!(
        RefusedResult,
        r#"select a.code as address, r.complaint_id, c.complaint_number, r.refused_at as "refused_at!",
                  coalesce(r.last_error, '') as "error!"
           from reply_addresses a cross join lateral (
               select complaint_id, refused_at, last_error from results
               where address = a.code and told_at is null and refused_at is not null
               order by refused_at desc limit $1) r
           join complaints c on c.complaint_id = r.complaint_id
           order by a.code, r.refused_at desc"#,
        per_desk
    )
    .fetch_all(conn)
    .await?;
    Ok(found)
}
