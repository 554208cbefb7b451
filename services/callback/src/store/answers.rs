//! Table `answers`: what was reported, numbers masked. Append-only.
use crate::domain::{Answer, Said};
use chrono::{DateTime, Utc};
use contracts::ids::{CallbackId, OrderId};
use contracts::words::Satisfaction;
use db::{Conn, DbError};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The orders of callbacks; unknown ones are left out. A callback never changes its order, so no lock is needed.
///
/// # Errors
/// When the database fails.
pub async fn orders_of(
    conn: &mut Conn,
    callbacks: &[CallbackId],
) -> Result<BTreeMap<CallbackId, OrderId>, DbError> {
    let ids: Vec<Uuid> = callbacks.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        "select callback_id, order_id from callbacks where callback_id = any($1)",
        &ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (CallbackId(row.callback_id), OrderId(row.order_id)))
        .collect())
}

/// Appends the answers.
///
/// # Errors
/// When the database fails.
pub async fn append(
    conn: &mut Conn,
    now: DateTime<Utc>,
    given: &[(CallbackId, Answer)],
) -> Result<(), DbError> {
    if given.is_empty() {
        return Ok(());
    }
    fn said<T>(given: &[(CallbackId, Answer)], value: impl Fn(&Said) -> T) -> Vec<Option<T>> {
        given
            .iter()
            .map(|(_, answer)| answer.said.as_ref().map(&value))
            .collect()
    }
    let text = |word: Satisfaction| word.as_str().to_owned();
    sqlx::query!(
        "insert into answers (callback_id, reached, contacted, solved, result, attitude, remark, answered_by, answered_at)
         select callback_id, reached, contacted, solved, result, attitude, remark, answered_by, $9
         from unnest($1::uuid[], $2::boolean[], $3::boolean[], $4::boolean[], $5::text[], $6::text[], $7::text[], $8::text[])
             as t(callback_id, reached, contacted, solved, result, attitude, remark, answered_by)",
        &given.iter().map(|(id, _)| id.uuid()).collect::<Vec<_>>(),
        &given.iter().map(|(_, answer)| answer.said.is_some()).collect::<Vec<_>>(),
        &said(given, |said| said.contacted) as &[Option<bool>],
        &given
            .iter()
            .map(|(_, answer)| answer.said.map(|said| said.solved).or(answer.judged))
            .collect::<Vec<_>>() as &[Option<bool>],
        &said(given, |said| text(said.result)) as &[Option<String>],
        &said(given, |said| text(said.attitude)) as &[Option<String>],
        &given.iter().map(|(_, answer)| answer.remark.clone()).collect::<Vec<_>>(),
        &given.iter().map(|(_, answer)| answer.by.clone()).collect::<Vec<_>>(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
