//! The statements on `idempotency_keys`: one per call, whatever the size of the slice.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, Row as _};

use super::{Attempt, Claim, Stored};

/// [`claim_many`] for one.
///
/// # Errors
/// When the database fails.
pub async fn claim(conn: &mut PgConnection, attempt: &Attempt) -> Result<Claim, sqlx::Error> {
    let claims = claim_many(conn, std::slice::from_ref(attempt)).await?;
    claims.into_iter().next().ok_or(sqlx::Error::RowNotFound)
}

/// Claims the keys of all attempts; the answers are in their order. Waits for transactions that
/// hold one of the keys. Keys are taken in sorted order, so two slices cannot deadlock. Runs in
/// the caller's transaction, at read committed.
///
/// # Errors
/// When the database fails, or an earlier transaction claimed a key and stored no answer.
pub async fn claim_many(conn: &mut PgConnection, attempts: &[Attempt]) -> Result<Vec<Claim>, sqlx::Error> {
    let mut first: HashMap<(&str, &str), usize> = HashMap::new();
    for (at, attempt) in attempts.iter().enumerate() {
        first.entry((&attempt.scope, &attempt.key)).or_insert(at);
    }
    let mut distinct: Vec<&Attempt> = first.values().map(|at| &attempts[*at]).collect();
    distinct.sort_by(|a, b| (&a.scope, &a.key).cmp(&(&b.scope, &b.key)));
    let claimed = insert(conn, &distinct).await?;
    let old: Vec<&Attempt> = distinct
        .into_iter()
        .filter(|a| !claimed.contains_key(&(a.scope.clone(), a.key.clone())))
        .collect();
    let known = if old.is_empty() {
        HashMap::new()
    } else {
        load(conn, &old).await?
    };
    let mut claims = Vec::with_capacity(attempts.len());
    for (at, attempt) in attempts.iter().enumerate() {
        let earlier = first[&(attempt.scope.as_str(), attempt.key.as_str())];
        let row = known.get(&(attempt.scope.clone(), attempt.key.clone()));
        claims.push(match row {
            Some((hash, _)) if hash[..] != attempt.request_hash => Claim::Mismatch,
            Some((_, stored)) if stored.status == 0 => return Err(sqlx::Error::Decode(NO_ANSWER.into())),
            Some((_, stored)) => Claim::Replay(stored.clone()),
            None if earlier == at => Claim::New,
            None if attempts[earlier].request_hash == attempt.request_hash => Claim::SameAs(earlier),
            None => Claim::Mismatch,
        });
    }
    Ok(claims)
}

const NO_ANSWER: &str = "an idempotency key was committed without its answer";

async fn insert(
    conn: &mut PgConnection,
    attempts: &[&Attempt],
) -> Result<HashMap<(String, String), ()>, sqlx::Error> {
    let (scopes, keys) = columns(attempts);
    let hashes: Vec<&[u8]> = attempts
        .iter()
        .map(|attempt| attempt.request_hash.as_slice())
        .collect();
    let rows = sqlx::query(
        "insert into idempotency_keys (scope, key, request_hash, status, body) \
         select scope, key, request_hash, 0, 'null'::jsonb \
         from unnest($1::text[], $2::text[], $3::bytea[]) with ordinality as a (scope, key, request_hash, n) \
         order by n \
         on conflict (scope, key) do nothing \
         returning scope, key",
    )
    .bind(&scopes)
    .bind(&keys)
    .bind(&hashes)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| Ok(((row.try_get(0)?, row.try_get(1)?), ())))
        .collect()
}

async fn load(
    conn: &mut PgConnection,
    attempts: &[&Attempt],
) -> Result<HashMap<(String, String), (Vec<u8>, Stored)>, sqlx::Error> {
    let (scopes, keys) = columns(attempts);
    let rows = sqlx::query(
        "select k.scope, k.key, k.request_hash, k.status, k.body from idempotency_keys k \
         join unnest($1::text[], $2::text[]) as a (scope, key) on k.scope = a.scope and k.key = a.key",
    )
    .bind(&scopes)
    .bind(&keys)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let status: i16 = row.try_get(3)?;
            let stored = Stored {
                status: u16::try_from(status).unwrap_or(0),
                body: row.try_get(4)?,
            };
            Ok(((row.try_get(0)?, row.try_get(1)?), (row.try_get(2)?, stored)))
        })
        .collect()
}

fn columns<'a>(attempts: &[&'a Attempt]) -> (Vec<&'a str>, Vec<&'a str>) {
    attempts
        .iter()
        .map(|attempt| (attempt.scope.as_str(), attempt.key.as_str()))
        .unzip()
}

/// [`store_many`] for one.
///
/// # Errors
/// When the database fails.
pub async fn store(conn: &mut PgConnection, attempt: &Attempt, answer: &Stored) -> Result<(), sqlx::Error> {
    store_many(conn, &[(attempt, answer)]).await
}

/// Keeps the answers of claimed attempts; in the transaction of [`claim_many`].
///
/// # Errors
/// When the database fails, or an attempt was not claimed in this transaction.
pub async fn store_many(conn: &mut PgConnection, answers: &[(&Attempt, &Stored)]) -> Result<(), sqlx::Error> {
    if answers.is_empty() {
        return Ok(());
    }
    let attempts: Vec<&Attempt> = answers.iter().map(|(attempt, _)| *attempt).collect();
    let (scopes, keys) = columns(&attempts);
    let statuses: Vec<i16> = answers
        .iter()
        .map(|(_, s)| i16::try_from(s.status).unwrap_or(200))
        .collect();
    let bodies: Vec<&Value> = answers.iter().map(|(_, stored)| &stored.body).collect();
    let updated = sqlx::query(
        "update idempotency_keys k set status = a.status, body = a.body \
         from unnest($1::text[], $2::text[], $3::smallint[], $4::jsonb[]) as a (scope, key, status, body) \
         where k.scope = a.scope and k.key = a.key and k.status = 0",
    )
    .bind(&scopes)
    .bind(&keys)
    .bind(&statuses)
    .bind(&bodies)
    .execute(conn)
    .await?
    .rows_affected();
    if updated != answers.len() as u64 {
        return Err(sqlx::Error::RowNotFound);
    }
    Ok(())
}

/// Deletes at most `rows_max` rows written before `before`, oldest first; says how many.
///
/// # Errors
/// When the database fails.
pub async fn purge(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    rows_max: i64,
) -> Result<u64, sqlx::Error> {
    let deleted = sqlx::query(
        "delete from idempotency_keys where (scope, key) in \
         (select scope, key from idempotency_keys where created_at < $1 order by created_at limit $2)",
    )
    .bind(before)
    .bind(rows_max)
    .execute(conn)
    .await?;
    Ok(deleted.rows_affected())
}
