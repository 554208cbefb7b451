//! Table `answers`: what went against units, and how far their appeals are.
//!
//! Its rows are locked after `handlings` and before `unit_feeds`.
use crate::domain::appeal::{Answer, Appeal};
use chrono::{DateTime, Utc};
use contracts::ids::{CallbackId, OrderId, UnitCode};
use db::{Conn, DbError};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// Keeps answers; tells which of them are new.
pub async fn insert(conn: &mut Conn, answers: &[&Answer]) -> Result<HashSet<CallbackId>, DbError> {
    if answers.is_empty() {
        return Ok(HashSet::new());
    }
    fn column<'a, T>(answers: &[&'a Answer], value: impl Fn(&'a Answer) -> T) -> Vec<T> {
        answers.iter().copied().map(value).collect()
    }
    let rows = sqlx::query_scalar!(
        "insert into answers (callback_id, order_id, unit, generation, rework, appeal_until, correlation_id)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::integer[], $6::timestamptz[], $7::uuid[])
         on conflict (callback_id) do nothing returning callback_id",
        &column(answers, |a| a.callback_id.uuid()),
        &column(answers, |a| a.order_id.uuid()),
        &column(answers, |a| a.unit.0.clone()),
        &column(answers, |a| a.generation),
        &column(answers, |a| a.rework),
        &column(answers, |a| a.appeal_until),
        &column(answers, |a| a.correlation_id),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(CallbackId).collect())
}

/// The answers that are known here, locked in the order of their ids.
pub async fn lock(
    conn: &mut Conn,
    callback_ids: impl Iterator<Item = CallbackId>,
) -> Result<HashMap<CallbackId, Answer>, DbError> {
    let distinct: BTreeSet<Uuid> = callback_ids.map(CallbackId::uuid).collect();
    let rows = sqlx::query!(
        "select callback_id, order_id, unit, generation, rework, appeal_until, correlation_id, appeal, ground, appealed_at
         from answers where callback_id = any($1) order by callback_id for update",
        &distinct.into_iter().collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await?;
    let mut answers = HashMap::with_capacity(rows.len());
    for row in rows {
        let appeal = match row.appeal.zip(row.appealed_at) {
            None => None,
            Some((word, at)) => Some(Appeal {
                standing: word
                    .parse()
                    .map_err(|error| DbError::inconsistent("answers", "appeal", &row.callback_id, &error))?,
                ground: row.ground,
                at,
            }),
        };
        let answer = Answer {
            callback_id: CallbackId(row.callback_id),
            order_id: OrderId(row.order_id),
            unit: UnitCode(row.unit),
            generation: row.generation,
            rework: row.rework,
            appeal_until: row.appeal_until,
            correlation_id: row.correlation_id,
            appeal,
        };
        answers.insert(answer.callback_id, answer);
    }
    Ok(answers)
}

/// Writes how far the appeals of locked answers are.
pub async fn save(conn: &mut Conn, answers: &[&Answer]) -> Result<(), DbError> {
    let (mut ids, mut words, mut grounds, mut times) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for answer in answers {
        if let Some(appeal) = &answer.appeal {
            ids.push(answer.callback_id.uuid());
            words.push(appeal.standing.as_str().to_owned());
            grounds.push(appeal.ground.clone());
            times.push(appeal.at);
        }
    }
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "update answers a set appeal = n.appeal, ground = n.ground, appealed_at = n.appealed_at
         from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) as n(callback_id, appeal, ground, appealed_at)
         where a.callback_id = n.callback_id",
        &ids,
        &words,
        &grounds as &[Option<String>],
        &times,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// That a unit appealed.
#[derive(Debug)]
pub struct Appealed {
    /// Who.
    pub unit: String,
    /// When, or when callback told of it.
    pub at: DateTime<Utc>,
}

/// Appeals of units in an order, the newest `limit`.
pub async fn appeals_of_order(
    conn: &mut Conn,
    order_id: OrderId,
    limit: i64,
) -> Result<Vec<Appealed>, DbError> {
    Ok(sqlx::query_as!(
        Appealed,
        r#"select unit, appealed_at as "at!" from answers
           where order_id = $1 and appealed_at is not null order by appealed_at desc limit $2"#,
        order_id.uuid(),
        limit
    )
    .fetch_all(conn)
    .await?)
}
