//! Table `score_cases`: what a closed month was scored with. A revision keeps only the cases that differ from those before.
use super::{CHUNK, Cases, Key};
use crate::domain::figures::{Case, Span};
use crate::store::reading::make_room;
use db::{Conn, DbError};
use sqlx::types::Json;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// How far a reader of a revision has come.
#[derive(Debug)]
pub(super) struct Place {
    period: String,
    revision: i32,
    unit: Option<String>,
    after: Key,
}

impl Place {
    pub(super) fn start(period: &str, revision: i32, unit: Option<&str>) -> Self {
        Self {
            period: period.to_owned(),
            revision,
            unit: unit.map(ToOwned::to_owned),
            after: (Uuid::nil(), 0),
        }
    }

    pub(super) async fn next(&mut self, conn: &mut Conn) -> Result<Option<Vec<Case>>, DbError> {
        let (order_id, generation) = self.after;
        let rows = sqlx::query!(
            r#"select c.order_id, c.generation, c.body as "body: Json<Case>" from score_cases c
               where c.period = $1 and c.revision <= $2 and ($3::text is null or c.unit = $3) and c.generation > 0
                 and (c.order_id, c.generation) > ($4::uuid, $5::integer)
                 and not exists (select from score_cases l
                                 where l.period = $1 and l.order_id = c.order_id and l.generation = c.generation
                                   and l.revision > c.revision and l.revision <= $2)
               order by c.order_id, c.generation limit $6"#,
            self.period,
            self.revision,
            self.unit,
            order_id,
            generation,
            i64::try_from(CHUNK).unwrap_or(i64::MAX)
        )
        .fetch_all(conn)
        .await?;
        let Some(last) = rows.last() else {
            return Ok(None);
        };
        self.after = (last.order_id, last.generation);
        Ok(Some(
            rows.into_iter().filter_map(|row| Some(row.body?.0)).collect(),
        ))
    }
}

/// Freezes the cases of a span as a revision: what is new, what is different, and what is not there any more. Answers
/// how many cases there are. However long it takes: a job does it. The city's own part of an order scores no unit, and is
/// not frozen.
///
/// # Errors
/// When the database fails.
pub async fn freeze(conn: &mut Conn, period: &str, revision: i32, span: Span) -> Result<i64, DbError> {
    make_room(conn, 0).await?;
    let mut gone: HashSet<Key> = keys(conn, period, revision).await?;
    let mut cases = Cases::of_span(conn, span, None).await?;
    let mut count = 0;
    while let Some(mut chunk) = cases.next(conn).await? {
        chunk.retain(|case| case.generation > 0);
        count += i64::try_from(chunk.len()).unwrap_or(0);
        let before = latest(conn, period, revision, &chunk).await?;
        for case in &chunk {
            gone.remove(&(case.order_id, case.generation));
        }
        chunk.retain(|case| before.get(&(case.order_id, case.generation)) != Some(case));
        write(conn, period, revision, &chunk).await?;
    }
    leave(conn, period, revision, &gone).await?;
    Ok(count)
}

/// Keys of the cases that were there before a revision.
async fn keys(conn: &mut Conn, period: &str, revision: i32) -> Result<HashSet<Key>, DbError> {
    let rows = sqlx::query!(
        "select distinct on (order_id, generation) order_id, generation, body is not null as there from score_cases
         where period = $1 and revision < $2 order by order_id, generation, revision desc",
        period,
        revision
    )
    .fetch_all(conn)
    .await?;
    let there = rows.into_iter().filter(|row| row.there.unwrap_or(false));
    Ok(there.map(|row| (row.order_id, row.generation)).collect())
}

/// Some cases as they were before a revision.
async fn latest(
    conn: &mut Conn,
    period: &str,
    revision: i32,
    cases: &[Case],
) -> Result<HashMap<Key, Case>, DbError> {
    if revision == 1 {
        return Ok(HashMap::new());
    }
    let (orders, generations): (Vec<Uuid>, Vec<i32>) =
        cases.iter().map(|case| (case.order_id, case.generation)).unzip();
    let rows = sqlx::query!(
        r#"select distinct on (c.order_id, c.generation) c.order_id, c.generation, c.body as "body: Json<Case>"
           from unnest($1::uuid[], $2::integer[]) as k (order_id, generation)
           join score_cases c on c.period = $3 and c.order_id = k.order_id and c.generation = k.generation
           where c.revision < $4
           order by c.order_id, c.generation, c.revision desc"#,
        &orders,
        &generations,
        period,
        revision
    )
    .fetch_all(conn)
    .await?;
    let known = rows.into_iter();
    Ok(known
        .filter_map(|row| Some(((row.order_id, row.generation), row.body?.0)))
        .collect())
}

async fn write(conn: &mut Conn, period: &str, revision: i32, cases: &[Case]) -> Result<(), DbError> {
    if cases.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into score_cases (period, order_id, generation, revision, unit, body)
         select $1, order_id, generation, $2, unit, body
         from unnest($3::uuid[], $4::integer[], $5::text[], $6::jsonb[]) as t (order_id, generation, unit, body)",
        period,
        revision,
        &cases.iter().map(|case| case.order_id).collect::<Vec<_>>(),
        &cases.iter().map(|case| case.generation).collect::<Vec<_>>(),
        &cases.iter().map(|case| case.unit.clone()).collect::<Vec<_>>() as &[Option<String>],
        &cases.iter().map(Json).collect::<Vec<_>>() as &[Json<&Case>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// These are not in the period any more.
async fn leave(conn: &mut Conn, period: &str, revision: i32, gone: &HashSet<Key>) -> Result<(), DbError> {
    if gone.is_empty() {
        return Ok(());
    }
    let (orders, generations): (Vec<Uuid>, Vec<i32>) = gone.iter().copied().unzip();
    sqlx::query!(
        "insert into score_cases (period, order_id, generation, revision, unit, body)
         select distinct on (c.order_id, c.generation) c.period, c.order_id, c.generation, $2, c.unit, null::jsonb
         from unnest($3::uuid[], $4::integer[]) as k (order_id, generation)
         join score_cases c on c.period = $1 and c.order_id = k.order_id and c.generation = k.generation
         order by c.order_id, c.generation, c.revision desc",
        period,
        revision,
        &orders,
        &generations
    )
    .execute(conn)
    .await?;
    Ok(())
}
