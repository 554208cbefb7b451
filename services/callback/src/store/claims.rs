//! Who has taken which task to call. A claim is a lease: it ends by itself.
use chrono::{DateTime, Utc};
use contracts::ids::CallbackId;
use db::{Conn, DbError};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Those of the tasks that somebody has, and who.
///
/// # Errors
/// When the database fails.
pub async fn held(
    conn: &mut Conn,
    tasks: &[CallbackId],
    now: DateTime<Utc>,
) -> Result<BTreeMap<CallbackId, String>, DbError> {
    let ids: Vec<Uuid> = tasks.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select callback_id, claimed_by as "claimed_by!" from callbacks
           where callback_id = any($1) and claimed_until > $2"#,
        &ids,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (CallbackId(row.callback_id), row.claimed_by))
        .collect())
}

/// Lets each of these agents claim in one transaction at a time: the second sees what the first one got.
///
/// # Errors
/// When the database fails.
pub async fn one_at_a_time(conn: &mut Conn, agents: &[&str]) -> Result<(), DbError> {
    let agents: Vec<String> = agents.iter().map(|agent| (*agent).to_owned()).collect();
    sqlx::query!(
        r#"select pg_advisory_xact_lock(hashtextextended(a.agent, 7)) as "locked: String"
           from (select distinct agent from unnest($1::text[]) as g(agent) order by agent) a"#,
        &agents
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What an agent has already, oldest promise first.
///
/// # Errors
/// When the database fails.
pub async fn of_agent(conn: &mut Conn, agent: &str, now: DateTime<Utc>) -> Result<Vec<Uuid>, DbError> {
    let ids = sqlx::query_scalar!(
        "select callback_id from callbacks where state = 'due' and claimed_by = $1 and claimed_until > $2
         order by due_at, callback_id",
        agent,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}

/// The task with the oldest promise that nobody has, leaving out some; others that look at the same moment get another
/// one. With `together`, nobody is called about a matter about which another agent is calling them.
///
/// # Errors
/// When the database fails.
pub async fn next(
    conn: &mut Conn,
    now: DateTime<Utc>,
    together: bool,
    without: &[Uuid],
) -> Result<Option<Uuid>, DbError> {
    let id = sqlx::query_scalar!(
        "select c.callback_id from callbacks c join orders o on o.order_id = c.order_id
         where c.state = 'due' and c.way is distinct from 'sms' and c.due_at <= $1
           and (c.claimed_until is null or c.claimed_until <= $1) and c.callback_id <> all($3)
           and not ($2 and exists (
               select from orders p join callbacks held on held.order_id = p.order_id
               where p.caller = o.caller and p.matter = o.matter and p.state = 'calling_back'
                 and held.state = 'due' and held.claimed_until > $1))
         order by c.due_at, c.callback_id limit 1 for update of c skip locked",
        now,
        together,
        without
    )
    .fetch_optional(conn)
    .await?;
    Ok(id)
}

/// Whether a task's caller may be called about its matter by whoever asks: no other transaction is giving that call to
/// somebody just now (none will before this one ends), and nobody has it.
///
/// # Errors
/// When the database fails.
pub async fn is_free(conn: &mut Conn, task: Uuid, now: DateTime<Utc>) -> Result<bool, DbError> {
    let alone = sqlx::query_scalar!(
        r#"select coalesce(pg_try_advisory_xact_lock(hashtextextended(o.caller::text || '/' || o.matter, 11)), true) as "alone!"
           from callbacks c join orders o on o.order_id = c.order_id where c.callback_id = $1"#,
        task
    )
    .fetch_one(&mut *conn)
    .await?;
    if !alone {
        return Ok(false);
    }
    // A statement of its own: it sees what the one before us has committed.
    let free = sqlx::query_scalar!(
        r#"select not exists (
               select from callbacks c join orders o on o.order_id = c.order_id
               join orders p on p.caller = o.caller and p.matter = o.matter and p.state = 'calling_back'
               join callbacks held on held.order_id = p.order_id
               where c.callback_id = $1 and held.state = 'due' and held.claimed_until > $2) as "free!""#,
        task,
        now
    )
    .fetch_one(conn)
    .await?;
    Ok(free)
}

/// Other due tasks of the same caller and matter that nobody has: one call for all. Whose time comes later waits for it,
/// except for what a message asks already.
///
/// # Errors
/// When the database fails.
pub async fn same_person(
    conn: &mut Conn,
    task: Uuid,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Uuid>, DbError> {
    let ids = sqlx::query_scalar!(
        "select c.callback_id from callbacks mine
         join orders of_mine on of_mine.order_id = mine.order_id
         join orders o on o.caller = of_mine.caller and o.matter = of_mine.matter and o.state = 'calling_back'
         join callbacks c on c.order_id = o.order_id
         where mine.callback_id = $1 and c.callback_id <> $1 and c.state = 'due'
           and (c.way = 'sms' or c.way is not null and c.due_at <= $2)
           and (c.claimed_until is null or c.claimed_until <= $2)
         order by c.due_at, c.callback_id limit $3 for update of c skip locked",
        task,
        now,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}

/// The agent has them.
///
/// # Errors
/// When the database fails.
pub async fn take(conn: &mut Conn, tasks: &[Uuid], agent: &str, until: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "update callbacks set claimed_by = $2, claimed_until = $3 where callback_id = any($1)",
        tasks,
        agent,
        until
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Nobody has them any more.
///
/// # Errors
/// When the database fails.
pub async fn end(conn: &mut Conn, tasks: &[CallbackId]) -> Result<(), DbError> {
    if tasks.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = tasks.iter().map(|id| id.uuid()).collect();
    sqlx::query!(
        "update callbacks set claimed_by = null, claimed_until = null
         where callback_id = any($1) and claimed_by is not null",
        &ids
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A due task for a change of its claim or its time, locked: state word, who has it and until when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// `due`, …
    pub state: String,
    /// Who has it, or had it last.
    pub claimed_by: Option<String>,
    /// Until when.
    pub claimed_until: Option<DateTime<Utc>>,
}

/// The orders of one caller and matter, that of a task first among equals: whoever changes their tasks locks them.
///
/// # Errors
/// When the database fails.
pub async fn orders_of_person(conn: &mut Conn, task: CallbackId) -> Result<Vec<Uuid>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"select c.order_id as "order_id!" from callbacks c where c.callback_id = $1
           union
           select p.order_id from callbacks c join orders o on o.order_id = c.order_id
           join orders p on p.caller = o.caller and p.matter = o.matter and p.state = 'calling_back'
           where c.callback_id = $1"#,
        task.uuid()
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}

/// Locks orders in the order of their ids, so that nobody writes their tasks as they were before.
///
/// # Errors
/// When the database fails.
pub async fn lock_orders(conn: &mut Conn, orders: &[Uuid]) -> Result<(), DbError> {
    sqlx::query!(
        "select order_id from orders where order_id = any($1) order by order_id for update",
        orders
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Locks one task.
///
/// # Errors
/// When the database fails.
pub async fn lock(conn: &mut Conn, task: CallbackId) -> Result<Option<Held>, DbError> {
    let row = sqlx::query_as!(
        Held,
        "select state, claimed_by, claimed_until from callbacks where callback_id = $1 for update",
        task.uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// The caller wants to be called at another time; nobody has the task until then. What else the same call would have been
/// about waits for it, too: other tasks of these orders that are to be called before that and that no other agent has.
///
/// # Errors
/// When the database fails.
pub async fn call_again(
    conn: &mut Conn,
    task: CallbackId,
    orders: &[Uuid],
    at: DateTime<Utc>,
    (by, now): (&str, DateTime<Utc>),
) -> Result<(), DbError> {
    sqlx::query!(
        "update callbacks set due_at = $3, claimed_by = null, claimed_until = null
         where callback_id = $1
            or order_id = any($2) and state = 'due' and way in ('phone', 'second_phone') and due_at < $3
               and (claimed_by = $4 or claimed_until is null or claimed_until <= $5)",
        task.uuid(),
        orders,
        at,
        by,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}
