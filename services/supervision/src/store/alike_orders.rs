//! Table `alike_orders`: orders of one caller or at one place about one matter.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// What makes an order like others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlikeRow {
    /// The order.
    pub order_id: Uuid,
    /// Token of the caller.
    pub caller: Option<Uuid>,
    /// As routed.
    pub matter: String,
    /// Finest division as routed.
    pub division: Option<String>,
    /// When the complaint was accepted.
    pub accepted_at: DateTime<Utc>,
}

/// Writes orders.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, rows: &[AlikeRow]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into alike_orders (order_id, caller, matter, division, accepted_at)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[]) on conflict do nothing",
        &rows.iter().map(|row| row.order_id).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.caller).collect::<Vec<_>>() as &[Option<Uuid>],
        &rows.iter().map(|row| row.matter.clone()).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.division.clone()).collect::<Vec<_>>() as &[Option<String>],
        &rows.iter().map(|row| row.accepted_at).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Orders of a group: the one that completes it, and the newest of all of them.
pub type Grown = (Uuid, Vec<Uuid>);

/// For each of the orders whose caller has brought so many about its matter (itself included) within so many days: the
/// newest of them. An order may become known long after younger ones (it waited for a dispatcher), so the days end with its
/// own acceptance or with that of a younger order. Looks at no more than it needs, however many there are.
///
/// # Errors
/// When the database fails.
pub async fn by_caller(
    conn: &mut Conn,
    orders: &[Uuid],
    (min, days): (u32, u32),
) -> Result<Vec<Grown>, DbError> {
    let rows = sqlx::query!(
        r#"select own.order_id, alike.orders as "orders!"
           from alike_orders own
           cross join lateral (
               select newest.accepted_at, alike.orders from alike_orders newest
               cross join lateral (
                   select array_agg(found.order_id) as orders from (
                       select other.order_id from alike_orders other
                       where other.caller = own.caller and other.matter = own.matter
                         and other.accepted_at <= newest.accepted_at
                         and other.accepted_at > newest.accepted_at - make_interval(days => $3)
                       order by other.accepted_at desc limit $2) as found) as alike
               where newest.caller = own.caller and newest.matter = own.matter
                 and newest.accepted_at >= own.accepted_at
                 and newest.accepted_at < own.accepted_at + make_interval(days => $3)
                 and cardinality(alike.orders) >= $2
               order by newest.accepted_at limit 1) as alike
           where own.order_id = any($1)
           order by alike.accepted_at, own.accepted_at desc, own.order_id"#,
        orders,
        i64::from(min),
        i32::try_from(days).unwrap_or(i32::MAX)
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.order_id, row.orders)).collect())
}

/// The same by division instead of caller.
///
/// # Errors
/// When the database fails.
pub async fn by_place(
    conn: &mut Conn,
    orders: &[Uuid],
    (min, days): (u32, u32),
) -> Result<Vec<Grown>, DbError> {
    let rows = sqlx::query!(
        r#"select own.order_id, alike.orders as "orders!"
           from alike_orders own
           cross join lateral (
               select newest.accepted_at, alike.orders from alike_orders newest
               cross join lateral (
                   select array_agg(found.order_id) as orders from (
                       select other.order_id from alike_orders other
                       where other.division = own.division and other.matter = own.matter
                         and other.accepted_at <= newest.accepted_at
                         and other.accepted_at > newest.accepted_at - make_interval(days => $3)
                       order by other.accepted_at desc limit $2) as found) as alike
               where newest.division = own.division and newest.matter = own.matter
                 and newest.accepted_at >= own.accepted_at
                 and newest.accepted_at < own.accepted_at + make_interval(days => $3)
                 and cardinality(alike.orders) >= $2
               order by newest.accepted_at limit 1) as alike
           where own.order_id = any($1)
           order by alike.accepted_at, own.accepted_at desc, own.order_id"#,
        orders,
        i64::from(min),
        i32::try_from(days).unwrap_or(i32::MAX)
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.order_id, row.orders)).collect())
}
