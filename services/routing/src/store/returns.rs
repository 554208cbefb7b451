//! Table `returns`.
use crate::domain::returns::{Return, ReturnPlace, ReturnRequest, ReturnState, Review};
use contracts::ids::{OrderId, ReturnId};
use db::{Conn, DbError};
use std::collections::HashMap;
use uuid::Uuid;

fn column<T>(rows: &[Return], value: impl Fn(&Return) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// Adds requests; one that is known already stays as it is.
pub async fn insert(conn: &mut Conn, rows: &[Return]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into returns (return_id, order_id, generation, unit, reason_code, basis, suggested_unit, requested_at,
                              window_ends_at, state)
         select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[],
                              $8::timestamptz[], $9::timestamptz[], $10::text[])
         on conflict (return_id) do nothing",
        &column(rows, |row| row.request.return_id.uuid()),
        &column(rows, |row| row.request.order_id.uuid()),
        &column(rows, |row| row.request.generation),
        &column(rows, |row| row.request.unit.0.clone()),
        &column(rows, |row| row.request.reason_code.clone()),
        &column(rows, |row| row.request.basis.clone()),
        &column(rows, |row| row.request.suggested_unit.as_ref().map(|unit| unit.0.clone())) as &[Option<String>],
        &column(rows, |row| row.request.requested_at),
        &column(rows, |row| row.window_ends_at) as &[Option<chrono::DateTime<chrono::Utc>>],
        &column(rows, |row| row.state.as_str().to_owned()),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The orders that these requests are about.
pub async fn orders_of(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Uuid>, DbError> {
    let rows = sqlx::query_scalar!(
        "select distinct order_id from returns where return_id = any($1)",
        ids
    );
    Ok(rows.fetch_all(conn).await?)
}

/// Loads these requests, locked.
pub async fn load_for_update(conn: &mut Conn, ids: &[Uuid]) -> Result<HashMap<Uuid, Return>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select return_id, order_id, generation, unit, reason_code, basis, suggested_unit, requested_at, window_ends_at,
                state, reviewed_by, reviewed_at, review_reason
         from returns where return_id = any($1) order by return_id for update",
        ids
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| Ok((row.return_id, row.request()?)))
        .collect()
}

/// Saves the reviews of requests.
pub async fn review(conn: &mut Conn, rows: &[Return]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    let reviewed = |value: fn(&Review) -> String| column(rows, |row| row.review.as_ref().map(value));
    sqlx::query!(
        "update returns r set state = n.state, reviewed_by = n.reviewed_by, reviewed_at = n.reviewed_at,
                              review_reason = n.review_reason
         from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[])
              as n(id, state, reviewed_by, reviewed_at, review_reason)
         where r.return_id = n.id",
        &column(rows, |row| row.request.return_id.uuid()),
        &column(rows, |row| row.state.as_str().to_owned()),
        &reviewed(|review| review.by.clone()) as &[Option<String>],
        &column(rows, |row| row.review.as_ref().map(|review| review.at))
            as &[Option<chrono::DateTime<chrono::Utc>>],
        &reviewed(|review| review.reason.clone()) as &[Option<String>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Open requests of these orders end without a review: their assignment is over.
pub async fn make_stale(conn: &mut Conn, orders: &[Uuid]) -> Result<(), DbError> {
    if !orders.is_empty() {
        sqlx::query!(
            "update returns set state = 'stale' where order_id = any($1) and state = 'open'",
            orders
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

/// Requests in a state behind a place, oldest first.
pub async fn list(
    conn: &mut Conn,
    state: ReturnState,
    after: Option<&ReturnPlace>,
    limit: i64,
) -> Result<Vec<(Return, String)>, DbError> {
    let rows = sqlx::query!(
        "select r.return_id, r.order_id, r.generation, r.unit, r.reason_code, r.basis, r.suggested_unit, r.requested_at,
                r.window_ends_at, r.state, r.reviewed_by, r.reviewed_at, r.review_reason, o.order_number
         from returns r join orders o on o.order_id = r.order_id
         where r.state = $1 and ($2::timestamptz is null or (r.requested_at, r.return_id) > ($2, $3))
         order by r.requested_at, r.return_id limit $4",
        state.as_str(),
        after.map(|place| place.requested_at),
        after.map(|place| place.return_id.uuid()),
        limit
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    rows.map(|row| {
        let number = row.order_number;
        let row = Row {
            return_id: row.return_id,
            order_id: row.order_id,
            generation: row.generation,
            unit: row.unit,
            reason_code: row.reason_code,
            basis: row.basis,
            suggested_unit: row.suggested_unit,
            requested_at: row.requested_at,
            window_ends_at: row.window_ends_at,
            state: row.state,
            reviewed_by: row.reviewed_by,
            reviewed_at: row.reviewed_at,
            review_reason: row.review_reason,
        };
        Ok((row.request()?, number))
    })
    .collect()
}

struct Row {
    return_id: Uuid,
    order_id: Uuid,
    generation: i32,
    unit: String,
    reason_code: String,
    basis: String,
    suggested_unit: Option<String>,
    requested_at: chrono::DateTime<chrono::Utc>,
    window_ends_at: Option<chrono::DateTime<chrono::Utc>>,
    state: String,
    reviewed_by: Option<String>,
    reviewed_at: Option<chrono::DateTime<chrono::Utc>>,
    review_reason: Option<String>,
}

impl Row {
    fn request(self) -> Result<Return, DbError> {
        let state = ReturnState::parse(&self.state)
            .ok_or_else(|| DbError::inconsistent("returns", "state", &self.return_id, &self.state))?;
        let review = self.reviewed_by.zip(self.reviewed_at).zip(self.review_reason);
        Ok(Return {
            request: ReturnRequest {
                return_id: ReturnId(self.return_id),
                order_id: OrderId(self.order_id),
                unit: self.unit.into(),
                generation: self.generation,
                reason_code: self.reason_code,
                basis: self.basis,
                suggested_unit: self.suggested_unit.map(Into::into),
                requested_at: self.requested_at,
            },
            window_ends_at: self.window_ends_at,
            state,
            review: review.map(|((by, at), reason)| Review { by, at, reason }),
        })
    }
}
