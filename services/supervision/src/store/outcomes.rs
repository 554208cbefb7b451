//! Tables `outcomes` and `outcome_parts`.
use crate::domain::outcome::{CoordinationOutcome, OutcomePart, OutcomeState, PartDone};
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A row of `outcomes`.
struct Row {
    outcome_id: Uuid,
    order_id: Uuid,
    consultation_id: Option<Uuid>,
    supervision_id: Option<Uuid>,
    unit: String,
    agreed: String,
    state: String,
    recorded_by: String,
    recorded_at: DateTime<Utc>,
    ended_by: Option<String>,
    ended_at: Option<DateTime<Utc>>,
    end_reason: Option<String>,
}

/// Which outcomes a list shows; `None` = whatever it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Of one order.
    pub order_id: Option<Uuid>,
    /// To be carried out by one unit.
    pub unit: Option<String>,
    /// In one state.
    pub state: Option<OutcomeState>,
    /// Open ones with a part that was, or is, due before then.
    pub due_before: Option<DateTime<Utc>>,
}

/// Adds one with its parts; false when its order has an open one, or a request with its key made one before.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    conn: &mut Conn,
    outcome: &CoordinationOutcome,
    attempt: Option<&(String, [u8; 32])>,
) -> Result<bool, DbError> {
    let (key, hash) = attempt.map(|(key, hash)| (key.clone(), hash.to_vec())).unzip();
    let written = sqlx::query!(
        "insert into outcomes (outcome_id, order_id, consultation_id, supervision_id, unit, agreed, recorded_by,
                               recorded_at, idempotency_key, request_hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing",
        outcome.outcome_id,
        outcome.order_id,
        outcome.consultation_id,
        outcome.supervision_id,
        outcome.unit,
        outcome.agreed,
        outcome.recorded_by,
        outcome.recorded_at,
        key,
        hash
    )
    .execute(&mut *conn)
    .await?;
    if written.rows_affected() == 0 {
        return Ok(false);
    }
    fn column<T>(parts: &[OutcomePart], value: impl Fn(&OutcomePart) -> T) -> Vec<T> {
        parts.iter().map(value).collect()
    }
    sqlx::query!(
        "insert into outcome_parts (outcome_id, number, what, until)
         select $1, p.number, p.what, p.until
         from unnest($2::integer[], $3::text[], $4::timestamptz[]) as p (number, what, until)",
        outcome.outcome_id,
        &column(&outcome.parts, |part| part.number),
        &column(&outcome.parts, |part| part.what.clone()),
        &column(&outcome.parts, |part| part.until)
    )
    .execute(conn)
    .await?;
    Ok(true)
}

/// The one that a client recorded with this key, and the hash of that request.
///
/// # Errors
/// When the database fails.
pub async fn with_key(conn: &mut Conn, by: &str, key: &str) -> Result<Option<(Uuid, Vec<u8>)>, DbError> {
    let row = sqlx::query!(
        r#"select outcome_id, request_hash as "request_hash!" from outcomes
           where recorded_by = $1 and idempotency_key = $2"#,
        by,
        key
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.outcome_id, row.request_hash)))
}

/// Locks and loads one.
///
/// # Errors
/// When the database fails.
pub async fn lock(conn: &mut Conn, outcome_id: Uuid) -> Result<Option<CoordinationOutcome>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select outcome_id, order_id, consultation_id, supervision_id, unit, agreed, state, recorded_by, recorded_at,
                ended_by, ended_at, end_reason
         from outcomes where outcome_id = $1 for update",
        outcome_id
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(with_parts(conn, row.into_iter().collect()).await?.pop())
}

/// Writes where one stands now, and its parts.
///
/// # Errors
/// When the database fails.
pub async fn update(conn: &mut Conn, outcome: &CoordinationOutcome) -> Result<(), DbError> {
    sqlx::query!(
        "update outcomes set state = $2, ended_by = $3, ended_at = $4, end_reason = $5 where outcome_id = $1",
        outcome.outcome_id,
        outcome.state.word(),
        outcome.ended_by,
        outcome.ended_at,
        outcome.end_reason
    )
    .execute(&mut *conn)
    .await?;
    let done = outcome.parts.iter();
    let done: Vec<(i32, &PartDone)> = done
        .filter_map(|part| Some((part.number, part.done.as_ref()?)))
        .collect();
    sqlx::query!(
        "update outcome_parts p set carried_out_at = d.at, carried_out_by = d.by, report = d.report
         from unnest($2::integer[], $3::timestamptz[], $4::text[], $5::text[]) as d (number, at, by, report)
         where p.outcome_id = $1 and p.number = d.number and p.carried_out_at is null",
        outcome.outcome_id,
        &done.iter().map(|(number, _)| *number).collect::<Vec<_>>(),
        &done.iter().map(|(_, done)| done.at).collect::<Vec<_>>(),
        &done.iter().map(|(_, done)| done.by.clone()).collect::<Vec<_>>(),
        &done
            .iter()
            .map(|(_, done)| done.report.clone())
            .collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One outcome.
///
/// # Errors
/// When the database fails.
pub async fn get(conn: &mut Conn, outcome_id: Uuid) -> Result<Option<CoordinationOutcome>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select outcome_id, order_id, consultation_id, supervision_id, unit, agreed, state, recorded_by, recorded_at,
                ended_by, ended_at, end_reason
         from outcomes where outcome_id = $1",
        outcome_id
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(with_parts(conn, row.into_iter().collect()).await?.pop())
}

/// Outcomes that fit, after a position, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    conn: &mut Conn,
    filter: &Filter,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<CoordinationOutcome>, DbError> {
    let (at, id) = after.unzip();
    let rows = sqlx::query_as!(
        Row,
        "select outcome_id, order_id, consultation_id, supervision_id, unit, agreed, state, recorded_by, recorded_at,
                ended_by, ended_at, end_reason
         from outcomes o
         where ($1::uuid is null or order_id = $1) and ($2::text is null or unit = $2)
           and ($3::text is null or state = $3)
           and ($4::timestamptz is null or (state = 'open' and exists (
                select from outcome_parts p
                where p.outcome_id = o.outcome_id and p.carried_out_at is null and p.until < $4)))
           and ($5::timestamptz is null or (recorded_at, outcome_id) > ($5, $6::uuid))
         order by recorded_at, outcome_id limit $7",
        filter.order_id,
        filter.unit,
        filter.state.map(OutcomeState::word),
        filter.due_before,
        at,
        id,
        limit
    )
    .fetch_all(&mut *conn)
    .await?;
    with_parts(conn, rows).await
}

/// Open outcomes with a part that is to be carried out before a moment, the first to be due first.
///
/// # Errors
/// When the database fails.
pub async fn due(
    conn: &mut Conn,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<CoordinationOutcome>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select o.outcome_id, o.order_id, o.consultation_id, o.supervision_id, o.unit, o.agreed, o.state, o.recorded_by,
                o.recorded_at, o.ended_by, o.ended_at, o.end_reason
         from (select outcome_id, min(until) as until from outcome_parts
               where carried_out_at is null and until < $1 group by outcome_id) as first
         join outcomes o on o.outcome_id = first.outcome_id and o.state = 'open'
         order by first.until, o.outcome_id limit $2",
        before,
        limit
    )
    .fetch_all(&mut *conn)
    .await?;
    with_parts(conn, rows).await
}

/// Open outcomes, and those of them that are late.
///
/// # Errors
/// When the database fails.
pub async fn count(conn: &mut Conn, now: DateTime<Utc>) -> Result<(i64, i64), DbError> {
    let row = sqlx::query!(
        r#"select count(*) as "open!", count(*) filter (where exists (
                select from outcome_parts p
                where p.outcome_id = o.outcome_id and p.carried_out_at is null and p.until < $1)) as "late!"
           from outcomes o where state = 'open'"#,
        now
    )
    .fetch_one(conn)
    .await?;
    Ok((row.open, row.late))
}

/// Adds their parts to rows.
async fn with_parts(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<CoordinationOutcome>, DbError> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.outcome_id).collect();
    let found = sqlx::query!(
        "select outcome_id, number, what, until, carried_out_at, carried_out_by, report
         from outcome_parts where outcome_id = any($1) order by outcome_id, number",
        &ids
    )
    .fetch_all(conn)
    .await?;
    let mut parts: BTreeMap<Uuid, Vec<OutcomePart>> = BTreeMap::new();
    for row in found {
        let done = row.carried_out_at.zip(row.carried_out_by).zip(row.report);
        parts.entry(row.outcome_id).or_default().push(OutcomePart {
            number: row.number,
            what: row.what,
            until: row.until,
            done: done.map(|((at, by), report)| PartDone { at, by, report }),
        });
    }
    rows.into_iter()
        .map(|row| {
            let own = parts.remove(&row.outcome_id).unwrap_or_default();
            outcome(row, own)
        })
        .collect()
}

fn outcome(row: Row, parts: Vec<OutcomePart>) -> Result<CoordinationOutcome, DbError> {
    let state = OutcomeState::parse(&row.state)
        .ok_or_else(|| DbError::inconsistent("outcomes", "state", &row.outcome_id, &"is no state"))?;
    Ok(CoordinationOutcome {
        outcome_id: row.outcome_id,
        order_id: row.order_id,
        consultation_id: row.consultation_id,
        supervision_id: row.supervision_id,
        unit: row.unit,
        agreed: row.agreed,
        state,
        recorded_by: row.recorded_by,
        recorded_at: row.recorded_at,
        ended_by: row.ended_by,
        ended_at: row.ended_at,
        end_reason: row.end_reason,
        parts,
    })
}
