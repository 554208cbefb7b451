//! What people look at.
use crate::domain::meeting::Consultation;
use chrono::{DateTime, Utc};
use db::DbError;
use sqlx::PgPool;
use uuid::Uuid;

/// One consultation.
///
/// # Errors
/// When the database fails.
pub async fn get(pool: &PgPool, consultation_id: Uuid) -> Result<Option<Consultation>, DbError> {
    let row = sqlx::query_as!(
        Consultation,
        "select * from consultations where consultation_id = $1",
        consultation_id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row)
}

/// Consultations after a position, the oldest first; `None` = whatever it is.
///
/// # Errors
/// When the database fails.
pub async fn list(
    pool: &PgPool,
    state: Option<&str>,
    order_id: Option<Uuid>,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Consultation>, DbError> {
    let (at, id) = after.unzip();
    let about: Option<Vec<Uuid>> = order_id.map(|id| vec![id]);
    let rows = sqlx::query_as!(
        Consultation,
        "select * from consultations
         where ($1::text is null or state = $1) and ($2::uuid[] is null or orders @> $2)
           and ($3::timestamptz is null or (opened_at, consultation_id) > ($3, $4::uuid))
         order by opened_at, consultation_id limit $5",
        state,
        about.as_deref(),
        at,
        id,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// A disputed order for which nobody has called a consultation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitingRow {
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: Option<String>,
    /// One line, personal data masked.
    pub title: Option<String>,
    /// 事项.
    pub matter: Option<String>,
    /// 区划.
    pub division: Option<String>,
    /// Why nobody owns it.
    pub reason: Option<String>,
    /// Assignments it has had.
    pub generation: i32,
    /// Start of the total clock.
    pub accepted_at: DateTime<Utc>,
}

/// Disputed orders of which no consultation is under way, after a position, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn waiting(
    pool: &PgPool,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<WaitingRow>, DbError> {
    let (at, id) = after.unzip();
    let rows = sqlx::query_as!(
        WaitingRow,
        r#"select order_id, order_number, title, matter, division, undecided_reason as reason, generation,
                  coalesce(accepted_at, 'epoch') as "accepted_at!"
           from orders o
           where state = 'disputed'
             and not exists (select from consultations c where c.orders @> array[o.order_id]
                                and c.state in ('opened', 'held', 'refused'))
             and ($1::timestamptz is null or (coalesce(accepted_at, 'epoch'), order_id) > ($1, $2::uuid))
           order by coalesce(accepted_at, 'epoch'), order_id limit $3"#,
        at,
        id,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}
