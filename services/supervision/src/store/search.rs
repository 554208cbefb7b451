//! Orders by what people know of them, newest first. Words and codes through one inverted index (`order_search`).
use chrono::{DateTime, Utc};
use db::DbError;
use sqlx::PgPool;
use uuid::Uuid;

/// After every order there will be.
const FAR: DateTime<Utc> = DateTime::from_timestamp(253_402_300_799, 0).expect("the end of the year 9999");

/// What to look for; `None` and empty = whatever it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Search {
    /// Beginning of an order's or a complaint's number.
    pub number: Option<String>,
    /// Words of title, kind and channel that must all be there.
    pub words: Vec<String>,
    /// Words of unit and division that must all be there.
    pub led: Vec<String>,
    /// Matters of which one must be there; empty = any.
    pub matters: Vec<String>,
    /// State.
    pub state: Option<String>,
    /// At least this rung of the ladder.
    pub level_min: Option<i16>,
    /// An open clock is past its limit.
    pub late: bool,
    /// Accepted at or after.
    pub from: Option<DateTime<Utc>>,
    /// Accepted before.
    pub to: Option<DateTime<Utc>>,
}

/// An order that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: String,
    /// Number told to the caller.
    pub complaint_number: Option<String>,
    /// One line, masked.
    pub title: Option<String>,
    /// 事项
    pub matter: Option<String>,
    /// 区划
    pub division: Option<String>,
    /// 诉求类型
    pub kind: Option<String>,
    /// Where it stands.
    pub state: String,
    /// The newest unit.
    pub unit: Option<String>,
    /// Rung of the ladder.
    pub level: i16,
    /// When the complaint was accepted.
    pub accepted_at: DateTime<Utc>,
    /// Earliest limit among the open clocks.
    pub due_at: Option<DateTime<Utc>>,
}

/// Position in the list: acceptance and id of the last order seen.
pub type Position = (DateTime<Utc>, Uuid);

/// Orders that fit, the newest first, after a position. Late ones, those of an open state and raised ones are few: they
/// are found from `orders`; everything else from the inverted index or along the time.
///
/// # Errors
/// When the database fails.
pub async fn search(
    pool: &PgPool,
    wanted: &Search,
    now: DateTime<Utc>,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Found>, DbError> {
    if let Some(number) = &wanted.number {
        return by_number(pool, number, wanted, (now, after, limit)).await;
    }
    let few =
        wanted.late || wanted.level_min.is_some() || wanted.state.as_deref().is_some_and(|s| s != "closed");
    if few {
        by_order(pool, wanted, now, after, limit).await
    } else {
        by_words(pool, wanted, after, limit).await
    }
}

/// Along the time, or from the inverted index: the planner knows how frequent each word is.
async fn by_words(
    pool: &PgPool,
    wanted: &Search,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Found>, DbError> {
    let (after_at, after_id) = after.unzip();
    // The plan depends on the words, so it is made anew each time.
    let mut tx = pool.begin().await?;
    sqlx::query!("set local plan_cache_mode = force_custom_plan")
        .execute(&mut *tx)
        .await?;
    let rows = sqlx::query_as!(
        Found,
        r#"select s.order_id, s.order_number, s.complaint_number, o.title, o.matter, o.division, o.kind, o.state,
                  o.lead_unit as unit, o.level, s.accepted_at, o.due_at
           from order_search s join orders o on o.order_id = s.order_id
           where s.words @> $1 and s.led @> $2 and (cardinality($3::text[]) = 0 or s.led && $3)
             and s.accepted_at >= $4 and s.accepted_at < $5 and (s.accepted_at, s.order_id) < ($6, $7)
             and ($8::text is null or o.state = $8)
           order by s.accepted_at desc, s.order_id desc limit $9"#,
        &wanted.words,
        &wanted.led,
        &wanted.matters,
        wanted.from.unwrap_or(DateTime::UNIX_EPOCH),
        wanted.to.unwrap_or(FAR),
        after_at.unwrap_or(FAR),
        after_id.unwrap_or(Uuid::max()),
        wanted.state,
        limit
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(rows)
}

/// Orders of one matter in some divisions (`None` = wherever), as they are classified now, assigned or not: what
/// `emerging::count` counts.
///
/// # Errors
/// When the database fails.
pub async fn of_matter(
    pool: &PgPool,
    matter: &str,
    divisions: Option<&[String]>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Found>, DbError> {
    let (after_at, after_id) = after.unzip();
    let rows = sqlx::query_as!(
        Found,
        r#"select s.order_id, s.order_number, s.complaint_number, o.title, o.matter, o.division, o.kind, o.state,
                  o.lead_unit as unit, o.level, s.accepted_at, o.due_at
           from order_search s join orders o on o.order_id = s.order_id
           where s.accepted_at >= $3 and s.accepted_at < $4 and (s.accepted_at, s.order_id) < ($5, $6)
             and o.matter = $1 and ($2::text[] is null or o.division = any($2))
           order by s.accepted_at desc, s.order_id desc limit $7"#,
        matter,
        divisions,
        from,
        to,
        after_at.unwrap_or(FAR),
        after_id.unwrap_or(Uuid::max()),
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// Open orders of a state, late ones, raised ones.
async fn by_order(
    pool: &PgPool,
    wanted: &Search,
    now: DateTime<Utc>,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Found>, DbError> {
    let (after_at, after_id) = after.unzip();
    let mut tx = pool.begin().await?;
    sqlx::query!("set local plan_cache_mode = force_custom_plan")
        .execute(&mut *tx)
        .await?;
    let rows = sqlx::query_as!(
        Found,
        r#"select s.order_id, s.order_number, s.complaint_number, o.title, o.matter, o.division, o.kind, o.state,
                  o.lead_unit as unit, o.level, s.accepted_at, o.due_at
           from orders o join order_search s on s.order_id = o.order_id
           where ($1::text is null or o.state = $1)
             and ($2::smallint is null or (o.level > 0 and o.level >= $2))
             and (not $3 or coalesce(o.due_at, 'infinity'::timestamptz) <= $4)
             and s.words @> $5 and s.led @> $6 and (cardinality($7::text[]) = 0 or s.led && $7)
             and s.accepted_at >= $8 and s.accepted_at < $9 and (s.accepted_at, s.order_id) < ($10, $11)
           order by s.accepted_at desc, s.order_id desc limit $12"#,
        wanted.state,
        wanted.level_min,
        wanted.late,
        now,
        &wanted.words,
        &wanted.led,
        &wanted.matters,
        wanted.from.unwrap_or(DateTime::UNIX_EPOCH),
        wanted.to.unwrap_or(FAR),
        after_at.unwrap_or(FAR),
        after_id.unwrap_or(Uuid::max()),
        limit
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(rows)
}

/// By the beginning of a number; the other conditions hold too.
async fn by_number(
    pool: &PgPool,
    number: &str,
    wanted: &Search,
    (now, after, limit): (DateTime<Utc>, Option<Position>, i64),
) -> Result<Vec<Found>, DbError> {
    let (after_at, after_id) = after.unzip();
    let rows = sqlx::query_as!(
        Found,
        r#"with named as (
               select order_id from order_search where order_number ^@ $1
               union
               select order_id from order_search where complaint_number ^@ $1)
           select s.order_id, s.order_number, s.complaint_number, o.title, o.matter, o.division, o.kind, o.state,
                  o.lead_unit as unit, o.level, s.accepted_at, o.due_at
           from named n join order_search s on s.order_id = n.order_id join orders o on o.order_id = n.order_id
           where ($2::text is null or o.state = $2) and ($3::smallint is null or (o.level > 0 and o.level >= $3))
             and (not $4 or coalesce(o.due_at, 'infinity'::timestamptz) <= $5)
             and s.words @> $6 and s.led @> $7 and (cardinality($8::text[]) = 0 or s.led && $8)
             and s.accepted_at >= $9 and s.accepted_at < $10 and (s.accepted_at, s.order_id) < ($11, $12)
           order by s.accepted_at desc, s.order_id desc limit $13"#,
        number,
        wanted.state,
        wanted.level_min,
        wanted.late,
        now,
        &wanted.words,
        &wanted.led,
        &wanted.matters,
        wanted.from.unwrap_or(DateTime::UNIX_EPOCH),
        wanted.to.unwrap_or(FAR),
        after_at.unwrap_or(FAR),
        after_id.unwrap_or(Uuid::max()),
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}
