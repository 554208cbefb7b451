//! Who has taken which task. A claim is a lease: it ends by itself.
use crate::domain::policy::Open;
use chrono::{DateTime, Utc};
use contracts::ids::{CallbackId, OrderId};
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

/// What an agent has already, oldest promise first: what the desk judges, or else everything of a call.
///
/// # Errors
/// When the database fails.
pub async fn of_agent(
    conn: &mut Conn,
    agent: &str,
    desk: bool,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, DbError> {
    let ids = sqlx::query_scalar!(
        "select callback_id from callbacks
         where state = 'due' and claimed_by = $1 and claimed_until > $2 and (way is null) = $3
         order by due_at, callback_id",
        agent,
        now,
        desk
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}

/// A task that may be called about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NextCall {
    /// The task.
    pub callback_id: Uuid,
    /// Its order.
    pub order_id: Uuid,
}

/// The call with the oldest promise that nobody has and that may be made now, leaving out some. With `together`, nobody is
/// called about a matter about which another agent is calling them. Nothing is locked by this.
///
/// # Errors
/// When the database fails.
pub async fn next_call(
    conn: &mut Conn,
    now: DateTime<Utc>,
    open: &Open,
    together: bool,
    without: &[Uuid],
) -> Result<Option<NextCall>, DbError> {
    let next = sqlx::query_as!(
        NextCall,
        "select c.callback_id, c.order_id from callbacks c join orders o on o.order_id = c.order_id
         where c.state = 'due' and c.way in ('phone', 'second_phone') and c.due_at <= $1
           and (c.claimed_until is null or c.claimed_until <= $1) and c.callback_id <> all($3)
           and ($4 and (c.calling_rule is null or c.calling_rule <> all($5)) or c.calling_rule = any($6))
           and not ($2 and exists (
               select from orders p join callbacks held on held.order_id = p.order_id
               where p.caller = o.caller and p.matter = o.matter and p.state = 'calling_back'
                 and held.state = 'due' and held.way is not null and held.claimed_until > $1))
         order by c.due_at, c.callback_id limit 1",
        now,
        together,
        without,
        open.city,
        &open.ruled,
        &open.rules
    )
    .fetch_optional(conn)
    .await?;
    Ok(next)
}

/// The task of the desk with the oldest promise that nobody has, locked; others that look at the same moment get another.
///
/// # Errors
/// When the database fails.
pub async fn next_for_desk(conn: &mut Conn, now: DateTime<Utc>) -> Result<Option<Uuid>, DbError> {
    let id = sqlx::query_scalar!(
        "select c.callback_id from callbacks c join orders o on o.order_id = c.order_id
         where c.state = 'due' and c.way is null and c.due_at <= $1 and (c.claimed_until is null or c.claimed_until <= $1)
         order by c.due_at, c.callback_id limit 1 for update of o, c skip locked",
        now
    )
    .fetch_optional(conn)
    .await?;
    Ok(id)
}

/// Whether this transaction is the only one that is giving the call about an order to somebody; none other will before it
/// ends. Nobody is waited for.
///
/// # Errors
/// When the database fails.
pub async fn is_mine_alone(conn: &mut Conn, order_id: Uuid, together: bool) -> Result<bool, DbError> {
    let alone = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended(
               coalesce(case when $2 then caller::text || '/' || matter end, order_id::text), 11)) as "alone!"
           from orders where order_id = $1"#,
        order_id,
        together
    )
    .fetch_one(conn)
    .await?;
    Ok(alone)
}

/// Each of these orders with all that one call would be about: the orders of the same caller and matter, itself among them.
///
/// # Errors
/// When the database fails.
pub async fn orders_of_calls(conn: &mut Conn, orders: &[Uuid]) -> Result<Vec<(OrderId, OrderId)>, DbError> {
    let rows = sqlx::query!(
        r#"select o.order_id as "order_id!", o.order_id as "other!" from orders o where o.order_id = any($1)
           union
           select o.order_id, p.order_id from orders o
           join orders p on p.caller = o.caller and p.matter = o.matter and p.state = 'calling_back'
           where o.order_id = any($1)"#,
        orders
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (OrderId(row.order_id), OrderId(row.other)))
        .collect())
}

/// Locks orders, so that nobody writes their tasks; false when somebody is doing that just now. Nobody is waited for.
///
/// # Errors
/// When the database fails.
pub async fn lock_idle(conn: &mut Conn, orders: &[Uuid]) -> Result<bool, DbError> {
    let locked = sqlx::query_scalar!(
        "select order_id from orders where order_id = any($1) order by order_id for update skip locked",
        orders
    )
    .fetch_all(conn)
    .await?;
    Ok(locked.len() == orders.len())
}

/// A task that one call would be about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OfCall {
    /// The task.
    pub callback_id: Uuid,
    /// Somebody has it.
    pub held: bool,
}

/// What a call about these orders is about now, oldest promise first, locked: all that is due, and what a message asks already.
/// Whose time comes later waits for it. While the orders are locked it stays so. What a replica of a release that did not lock
/// orders is giving to somebody at this moment is left out.
///
/// # Errors
/// When the database fails.
pub async fn of_call(conn: &mut Conn, orders: &[Uuid], now: DateTime<Utc>) -> Result<Vec<OfCall>, DbError> {
    let tasks = sqlx::query_as!(
        OfCall,
        r#"select c.callback_id, coalesce(c.claimed_until > $2, false) as "held!"
           from unnest($1::uuid[]) as o(order_id) join callbacks c on c.order_id = o.order_id
           where c.state = 'due' and c.way is not null and (c.way = 'sms' or c.due_at <= $2 or c.claimed_until > $2)
           order by c.due_at, c.callback_id for update of c skip locked"#,
        orders,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(tasks)
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
