//! Table `delivery_attempts`: every push with its outcome, append-only.
use crate::domain::delivery::{Outcome, Push};
use db::{Conn, DbError};

/// Writes pushes down.
pub async fn insert(conn: &mut Conn, pushes: &[&Push]) -> Result<(), DbError> {
    fn column<'a, T>(pushes: &[&'a Push], value: impl Fn(&'a Push) -> T) -> Vec<T> {
        pushes.iter().map(|push| value(push)).collect()
    }
    let outcomes = column(pushes, |push| match push.outcome {
        Outcome::Delivered => "delivered".to_owned(),
        Outcome::Failed { .. } => "failed".to_owned(),
    });
    let statuses: Vec<Option<i32>> = column(pushes, |push| match push.outcome {
        Outcome::Failed { status, .. } => status.map(i32::from),
        Outcome::Delivered => None,
    });
    let errors: Vec<Option<String>> = column(pushes, |push| match &push.outcome {
        Outcome::Failed { error, .. } => Some(error.clone()),
        Outcome::Delivered => None,
    });
    sqlx::query!(
        "insert into delivery_attempts (delivery_id, attempt, way, began_at, took_ms, outcome, status, error)
         select * from unnest($1::uuid[], $2::integer[], $3::text[], $4::timestamptz[], $5::integer[], $6::text[],
                              $7::integer[], $8::text[])",
        &column(pushes, |push| push.delivery_id),
        &column(pushes, |push| push.attempt),
        &column(pushes, |push| push.way.to_string()),
        &column(pushes, |push| push.began_at),
        &column(pushes, |push| push.took_ms),
        &outcomes,
        &statuses as &[Option<i32>],
        &errors as &[Option<String>],
    )
    .execute(conn)
    .await?;
    Ok(())
}
