//! Table `messages`, and `followers` for those who are sent a result.
use chrono::{DateTime, Utc};
use contracts::ids::{CallbackId, ComplaintId, OrderId};
use db::{Conn, DbError};
use sqlx::PgPool;
use uuid::Uuid;

/// A survey to be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The task.
    pub callback_id: CallbackId,
    /// Its order.
    pub order_id: OrderId,
    /// Whose caller is written to.
    pub complaint_id: ComplaintId,
    /// Attempts made before.
    pub attempt: i32,
    /// When its link expires.
    pub expires_at: DateTime<Utc>,
}

/// Surveys for tasks whose next attempt is a message; one per attempt, however often this is said. With `together`, a
/// person who has a link about the same matter already, or gets one now, gets no second one.
///
/// # Errors
/// When the database fails.
pub async fn want(
    conn: &mut Conn,
    wanted: &[Wanted],
    send_at: DateTime<Utc>,
    together: bool,
) -> Result<(), DbError> {
    if wanted.is_empty() {
        return Ok(());
    }
    if together {
        // Orders of one person become due in several transactions at once: each looks after the one before it.
        sqlx::query!(
            r#"select pg_advisory_xact_lock(hashtextextended(p.caller::text, 5)) as "locked: String"
               from (select distinct caller from orders where order_id = any($1) and caller is not null
                     order by caller) p"#,
            &wanted.iter().map(|w| w.order_id.uuid()).collect::<Vec<_>>()
        )
        .execute(&mut *conn)
        .await?;
    }
    let ids: Vec<Uuid> = wanted.iter().map(|_| Uuid::new_v4()).collect();
    sqlx::query!(
        "insert into messages (message_id, kind, order_id, complaint_id, callback_id, attempt, send_at, expires_at, next_try_at)
         select distinct on (case when $7 then o.caller::text || '/' || coalesce(o.matter, o.order_id::text) else w.callback_id::text end)
                w.message_id, 'survey', w.order_id, w.complaint_id, w.callback_id, w.attempt, $6, w.expires_at, $6
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::integer[], $8::timestamptz[])
                as w(message_id, callback_id, order_id, complaint_id, attempt, expires_at)
         join orders o on o.order_id = w.order_id
         where not $7 or not exists (
             select from messages m join callbacks c on c.callback_id = m.callback_id join orders p on p.order_id = m.order_id
             where p.caller = o.caller and p.matter = o.matter and p.state = 'calling_back' and c.state = 'due'
               and c.way = 'sms' and c.callback_id <> w.callback_id and m.state in ('waiting', 'sent') and m.used_at is null and m.expires_at > $6)
         on conflict (callback_id, attempt) do nothing",
        &ids,
        &wanted.iter().map(|w| w.callback_id.uuid()).collect::<Vec<_>>(),
        &wanted.iter().map(|w| w.order_id.uuid()).collect::<Vec<_>>(),
        &wanted.iter().map(|w| w.complaint_id.uuid()).collect::<Vec<_>>(),
        &wanted.iter().map(|w| w.attempt).collect::<Vec<_>>(),
        send_at,
        together,
        &wanted.iter().map(|w| w.expires_at).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Results for those who joined the orders.
///
/// # Errors
/// When the database fails.
pub async fn want_results(
    conn: &mut Conn,
    orders: &[OrderId],
    send_at: DateTime<Utc>,
) -> Result<(), DbError> {
    if orders.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = orders.iter().map(|id| id.uuid()).collect();
    sqlx::query!(
        "insert into messages (message_id, kind, order_id, complaint_id, complaint_number, send_at, next_try_at)
         select gen_random_uuid(), 'result', order_id, complaint_id, complaint_number, $2, $2
         from followers where order_id = any($1) on conflict do nothing",
        &ids,
        send_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Complaints that joined orders.
///
/// # Errors
/// When the database fails.
pub async fn add_followers(
    conn: &mut Conn,
    followers: &[(OrderId, ComplaintId, String)],
) -> Result<(), DbError> {
    if followers.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into followers (order_id, complaint_id, complaint_number)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[]) on conflict do nothing",
        &followers.iter().map(|f| f.0.uuid()).collect::<Vec<_>>(),
        &followers.iter().map(|f| f.1.uuid()).collect::<Vec<_>>(),
        &followers.iter().map(|f| f.2.clone()).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A message that is due, with what its text needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Due {
    /// The message.
    pub message_id: Uuid,
    /// Whose caller is written to.
    pub complaint_id: Uuid,
    /// Of a survey: the task.
    pub callback_id: Option<Uuid>,
    /// Of a survey: attempts made before.
    pub attempt: Option<i32>,
    /// Of a survey: when its link expires.
    pub expires_at: Option<DateTime<Utc>>,
    /// The number its reader knows.
    pub number: String,
    /// One line.
    pub title: String,
    /// No title then.
    pub confidential: bool,
    /// Of a result: how the order ended.
    pub outcome: Option<String>,
    /// Tries, this one included.
    pub tries: i32,
}

/// Takes messages that are due for sending; the lease keeps others away until `lease_until`.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    pool: &PgPool,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Due>, DbError> {
    let rows = sqlx::query_as!(
        Due,
        r#"with due as (
               select message_id from messages where state = 'waiting' and next_try_at <= $1
               order by next_try_at, message_id limit $3 for update skip locked),
           taken as (
               update messages m set tries = m.tries + 1, next_try_at = $2 from due where m.message_id = due.message_id
               returning m.message_id, m.order_id, m.complaint_id, m.complaint_number, m.callback_id, m.attempt, m.expires_at, m.tries)
           select t.message_id, t.complaint_id, t.callback_id, t.attempt, t.expires_at, t.tries, o.confidential,
                  coalesce(t.complaint_number, o.order_number, '') as "number!", coalesce(o.title, '') as "title!", o.outcome
           from taken t join orders o on o.order_id = t.order_id"#,
        now,
        lease_until,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// Surveys whose task has gone on without them.
///
/// # Errors
/// When the database fails.
pub async fn drop_pointless(pool: &PgPool, now: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "update messages m set state = 'pointless' from callbacks c
         where m.state = 'waiting' and m.next_try_at <= $1 and c.callback_id = m.callback_id
           and (c.state <> 'due' or c.way is distinct from 'sms' or c.attempts <> m.attempt)",
        now
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// What came of a try: sent, to be tried again at a time, or given up.
///
/// # Errors
/// When the database fails.
pub async fn record(
    pool: &PgPool,
    message_id: Uuid,
    state: &str,
    error: Option<&str>,
    again_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "update messages set state = $2, last_error = $3, next_try_at = $4, sent_at = case when $2 = 'sent' then $5::timestamptz end
         where message_id = $1 and state = 'waiting'",
        message_id,
        state,
        error,
        again_at,
        now
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Tasks whose message was not answered in time, and about which no agent is calling: the task and its attempts.
///
/// # Errors
/// When the database fails.
pub async fn unanswered(
    pool: &PgPool,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<(CallbackId, i32)>, DbError> {
    let rows = sqlx::query!(
        "select callback_id, attempts from callbacks where state = 'due' and way = 'sms' and due_at <= $1
           and (claimed_until is null or claimed_until <= $1)
         order by due_at, callback_id limit $2",
        now,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (CallbackId(row.callback_id), row.attempts))
        .collect())
}

/// What the page shows of a link's order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Survey {
    /// The task.
    pub callback_id: Uuid,
    /// Number of the order.
    pub number: String,
    /// One line.
    pub title: String,
    /// No title then.
    pub confidential: bool,
}

/// The survey of a message: only while its link was not used and its task is to be answered.
///
/// # Errors
/// When the database fails.
pub async fn survey(conn: &mut Conn, message_id: Uuid) -> Result<Option<Survey>, DbError> {
    let row = sqlx::query_as!(
        Survey,
        r#"select c.callback_id, coalesce(o.order_number, '') as "number!", coalesce(o.title, '') as "title!", o.confidential
           from messages m join callbacks c on c.callback_id = m.callback_id join orders o on o.order_id = c.order_id
           where m.message_id = $1 and m.used_at is null and c.state = 'due'"#,
        message_id
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// Other tasks of the same person and matter that wait for a message's answer, with what the page shows of their orders.
///
/// # Errors
/// When the database fails.
pub async fn answered_too(conn: &mut Conn, callback_id: Uuid, limit: i64) -> Result<Vec<Survey>, DbError> {
    let rows = sqlx::query_as!(
        Survey,
        r#"select c.callback_id, coalesce(o.order_number, '') as "number!", coalesce(o.title, '') as "title!", o.confidential
         from callbacks mine
         join orders of_mine on of_mine.order_id = mine.order_id
         join orders o on o.caller = of_mine.caller and o.matter = of_mine.matter and o.state = 'calling_back'
         join callbacks c on c.order_id = o.order_id
         where mine.callback_id = $1 and c.callback_id <> $1 and c.state = 'due' and c.way = 'sms'
         order by c.callback_id limit $2"#,
        callback_id,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Locks links; answers those that are of use.
///
/// # Errors
/// When the database fails.
pub async fn usable(conn: &mut Conn, messages: &[Uuid], now: DateTime<Utc>) -> Result<Vec<Uuid>, DbError> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let usable = sqlx::query_scalar!(
        "select message_id from messages
         where message_id = any($1) and used_at is null and expires_at > $2 order by message_id for update",
        messages,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(usable)
}

/// Uses links up: their answers were taken.
///
/// # Errors
/// When the database fails.
pub async fn spend(conn: &mut Conn, messages: &[Uuid], now: DateTime<Utc>) -> Result<(), DbError> {
    if messages.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "update messages set used_at = $2 where message_id = any($1)",
        messages,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether an answer by this link was taken at or after a moment.
///
/// # Errors
/// When the database fails.
pub async fn used_since(pool: &PgPool, message_id: Uuid, since: DateTime<Utc>) -> Result<bool, DbError> {
    let used = sqlx::query_scalar!(
        r#"select exists (select from messages where message_id = $1 and used_at >= $2) as "used!""#,
        message_id,
        since
    )
    .fetch_one(pool)
    .await?;
    Ok(used)
}
