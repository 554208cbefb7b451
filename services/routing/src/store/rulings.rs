//! Table `rulings`, append-only.
use super::{json, read};
use crate::domain::snapshot::DutyRow;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A ruling as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RulingRow {
    /// The ruling.
    pub ruling_id: Uuid,
    /// The order it was asked for.
    pub order_id: Uuid,
    /// The duty it became.
    pub duty: DutyRow,
    /// The version that has it first.
    pub directory_version: i64,
    /// Code of the unit that leads.
    pub lead: String,
    /// What was said, personal data masked.
    pub minutes: Option<String>,
    /// Every order it assigned, the first first.
    pub orders: Vec<Uuid>,
    /// `agent:<subject>`
    pub ruled_by: String,
    /// When.
    pub ruled_at: DateTime<Utc>,
    /// Key of the request, and its hash.
    pub attempt: Option<(String, Vec<u8>)>,
}

/// Place in the list, newest first: its cursor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RulingPlace {
    /// When it was made.
    pub ruled_at: DateTime<Utc>,
    /// The ruling.
    pub ruling_id: Uuid,
}

struct Row {
    ruling_id: Uuid,
    order_id: Uuid,
    duty: serde_json::Value,
    directory_version: i64,
    lead: String,
    minutes: Option<String>,
    orders: Vec<Uuid>,
    ruled_by: String,
    ruled_at: DateTime<Utc>,
    idempotency_key: Option<String>,
    request_hash: Option<Vec<u8>>,
}

impl Row {
    fn ruling(self) -> Result<RulingRow, DbError> {
        Ok(RulingRow {
            duty: read(self.duty, "rulings", "duty", &self.ruling_id)?,
            ruling_id: self.ruling_id,
            order_id: self.order_id,
            directory_version: self.directory_version,
            lead: self.lead,
            minutes: self.minutes,
            orders: self.orders,
            ruled_by: self.ruled_by,
            ruled_at: self.ruled_at,
            attempt: self.idempotency_key.zip(self.request_hash),
        })
    }
}

/// The ruling that a client made with this key.
pub async fn with_key(conn: &mut Conn, by: &str, key: &str) -> Result<Option<RulingRow>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select ruling_id, order_id, duty, directory_version, lead, minutes, orders, ruled_by, ruled_at, idempotency_key,
                request_hash
         from rulings where ruled_by = $1 and idempotency_key = $2",
        by,
        key
    );
    row.fetch_optional(conn).await?.map(Row::ruling).transpose()
}

/// One ruling.
pub async fn get(conn: &mut Conn, ruling_id: Uuid) -> Result<Option<RulingRow>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select ruling_id, order_id, duty, directory_version, lead, minutes, orders, ruled_by, ruled_at, idempotency_key,
                request_hash
         from rulings where ruling_id = $1",
        ruling_id
    );
    row.fetch_optional(conn).await?.map(Row::ruling).transpose()
}

/// Rulings behind a place, newest first.
pub async fn list(
    conn: &mut Conn,
    after: Option<&RulingPlace>,
    limit: i64,
) -> Result<Vec<RulingRow>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select ruling_id, order_id, duty, directory_version, lead, minutes, orders, ruled_by, ruled_at, idempotency_key,
                request_hash
         from rulings where $1::timestamptz is null or (ruled_at, ruling_id) < ($1, $2)
         order by ruled_at desc, ruling_id desc limit $3",
        after.map(|place| place.ruled_at),
        after.map(|place| place.ruling_id),
        limit
    );
    rows.fetch_all(conn).await?.into_iter().map(Row::ruling).collect()
}

/// How many rulings there are.
pub async fn count(conn: &mut Conn) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from rulings"#)
        .fetch_one(conn)
        .await?)
}

/// The duties of all rulings: what a pack that is published must go on to say.
pub async fn duties(conn: &mut Conn) -> Result<Vec<DutyRow>, DbError> {
    let rows = sqlx::query!("select ruling_id, duty from rulings order by duty_code");
    let rows = rows.fetch_all(conn).await?.into_iter();
    rows.map(|row| read(row.duty, "rulings", "duty", &row.ruling_id))
        .collect()
}

/// Adds a ruling.
pub async fn insert(conn: &mut Conn, row: &RulingRow) -> Result<(), DbError> {
    let (key, hash) = row.attempt.clone().unzip();
    sqlx::query!(
        "insert into rulings (ruling_id, order_id, duty_code, duty, directory_version, lead, basis, minutes, orders,
                              ruled_by, ruled_at, idempotency_key, request_hash)
         values ($1, $2, $3, $4::text::json, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        row.ruling_id,
        row.order_id,
        row.duty.code,
        json(&row.duty),
        row.directory_version,
        row.lead,
        row.duty.basis,
        row.minutes,
        &row.orders,
        row.ruled_by,
        row.ruled_at,
        key,
        hash
    )
    .execute(conn)
    .await?;
    Ok(())
}
