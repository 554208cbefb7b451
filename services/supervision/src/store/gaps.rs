//! Lines whose numbers are not 1, 2, 3, … without a gap: something is missing, parked or double.
use db::DbError;
use sqlx::PgPool;
use uuid::Uuid;

/// A line with a gap.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gap {
    /// Order id, complaint id or the directory.
    pub key: Uuid,
    /// Whose facts.
    pub service: String,
    /// How many are here.
    pub events: i64,
    /// The first number here.
    pub first_sequence: i64,
    /// The last number here.
    pub last_sequence: i64,
}

/// Lines with gaps after a position, in the order of key and service.
///
/// # Errors
/// When the database fails.
pub async fn find(pool: &PgPool, after: Option<(Uuid, String)>, limit: i64) -> Result<Vec<Gap>, DbError> {
    let (key, service) = after.unzip();
    let rows = sqlx::query_as!(
        Gap,
        r#"select key, service, count(*) as "events!", min(sequence) as "first_sequence!",
                  max(sequence) as "last_sequence!"
           from timeline where $1::uuid is null or (key, service) > ($1, $2::text)
           group by key, service
           having count(*) <> max(sequence) or min(sequence) <> 1 or count(distinct sequence) <> count(*)
           order by key, service limit $3"#,
        key,
        service,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}
