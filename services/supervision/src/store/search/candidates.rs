//! Orders that may be the answer: ids and times from one index, without their rows in `orders`.
use super::{Question, SLICES_TOGETHER, slice_of};
use chrono::{DateTime, TimeDelta, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// One of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Candidate {
    /// The order.
    pub(super) order_id: Uuid,
    /// When its complaint was accepted.
    pub(super) accepted_at: DateTime<Utc>,
}

/// Every statement of this transaction is planned for its own values.
pub(super) async fn plan_each_time(conn: &mut Conn) -> Result<(), DbError> {
    sqlx::query!("set local plan_cache_mode = force_custom_plan")
        .execute(conn)
        .await?;
    Ok(())
}

/// Whose number begins so; at most so many, in no order.
pub(super) async fn numbered(conn: &mut Conn, number: &str, most: usize) -> Result<Vec<Candidate>, DbError> {
    let rows = sqlx::query_as!(
        Candidate,
        r#"select order_id as "order_id!", accepted_at as "accepted_at!" from (
               select order_id, accepted_at from order_search where order_number ^@ $1
               union
               select order_id, accepted_at from order_search where complaint_number ^@ $1) named
           limit $2"#,
        number,
        i64::try_from(most).unwrap_or(i64::MAX)
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Open orders of a state, late ones, raised ones, of a unit, matters, kind and channel: the newest so many.
pub(super) async fn few(
    conn: &mut Conn,
    question: &Question<'_>,
    most: usize,
) -> Result<Vec<Candidate>, DbError> {
    let wanted = question.wanted;
    let rows = sqlx::query_as!(
        Candidate,
        r#"select order_id, accepted_at as "accepted_at!" from orders
           where ($1::text is null or state = $1)
             and (not $2::boolean or state <> 'closed')
             and ($3::smallint is null or (level > 0 and level >= $3))
             and (not $4::boolean or coalesce(due_at, 'infinity'::timestamptz) <= $5)
             and ($6::text is null or lead_unit = $6)
             and (cardinality($7::text[]) = 0 or matter = any($7))
             and ($8::text is null or kind = $8) and ($9::text is null or channel = $9)
             and accepted_at >= $10 and accepted_at < $11 and (accepted_at, order_id) < ($12, $13)
           order by accepted_at desc, order_id desc limit $14"#,
        wanted.state,
        // What is late is open; said twice, the index of due times would not be enough.
        wanted.is_of_open() && !wanted.late,
        wanted.level_min,
        wanted.late,
        question.now,
        wanted.unit,
        &wanted.matter_codes,
        wanted.kind,
        wanted.channel,
        question.from,
        question.to,
        question.after.0,
        question.after.1,
        i64::try_from(most).unwrap_or(i64::MAX)
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Orders of a span with all the words: those with the telling ones from the inverted index, the rest seen in their rows. At
/// most so many, in no order.
pub(super) async fn with_words(
    conn: &mut Conn,
    question: &Question<'_>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    most: usize,
) -> Result<Vec<Candidate>, DbError> {
    let (first, last) = (slice_of(from), slice_of(to - TimeDelta::seconds(1)));
    let slices: Option<Vec<i32>> = (last - first < SLICES_TOGETHER).then(|| {
        (first..=last)
            .filter_map(|slice| i32::try_from(slice).ok())
            .collect()
    });
    let telling = question.frequencies.telling(question.wanted);
    // Only the inverted index ends early for what is rare; the planner believes too easily that something is not.
    sqlx::query!(
        "select set_config('enable_seqscan', 'off', true) as seq, set_config('enable_indexscan', 'off', true) as index"
    )
    .fetch_one(&mut *conn)
    .await?;
    // Written so that only the slices lead to an index, not the times: their index would be read for the whole span.
    let rows = sqlx::query_as!(
        Candidate,
        r#"select order_id, accepted_at from order_search
           where (cardinality($1::text[]) = 0 or words @> $1) and (cardinality($2::text[]) = 0 or led @> $2)
             and (cardinality($3::text[]) = 0 or led && $3)
             and ($4::integer[] is null
                  or array[floor(extract(epoch from accepted_at at time zone 'UTC') / 604800)::integer] && $4)
             and array_cat(words, '{}') @> $10 and array_cat(led, '{}') @> $11
             and accepted_at at time zone 'UTC' >= $5::timestamptz at time zone 'UTC' and accepted_at at time zone 'UTC' < $6::timestamptz at time zone 'UTC'
             and (accepted_at at time zone 'UTC', order_id) < ($7::timestamptz at time zone 'UTC', $8)
           limit $9"#,
        &telling.words,
        &telling.led,
        &question.wanted.matters,
        slices.as_deref(),
        from as DateTime<Utc>,
        to as DateTime<Utc>,
        question.after.0 as DateTime<Utc>,
        question.after.1,
        i64::try_from(most).unwrap_or(i64::MAX),
        &question.wanted.words,
        &question.wanted.led
    )
    .fetch_all(&mut *conn)
    .await?;
    sqlx::query!(
        "select set_config('enable_seqscan', 'on', true) as seq, set_config('enable_indexscan', 'on', true) as index"
    )
    .fetch_one(conn)
    .await?;
    Ok(rows)
}

/// When the first order that is known was accepted, and the last; of open ones, or of all.
pub(super) async fn bounds(
    conn: &mut Conn,
    open: bool,
) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>, DbError> {
    let row = sqlx::query!(
        "select case when $1 then (select min(accepted_at) from orders where state <> 'closed')
                     else (select min(accepted_at) from order_search) end as oldest,
                (select max(accepted_at) from order_search) as newest",
        open
    )
    .fetch_one(conn)
    .await?;
    Ok(row.oldest.zip(row.newest))
}
