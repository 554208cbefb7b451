//! Table `reply_addresses`.
use super::rows::word;
use crate::domain::reply_address::ReplyAddress;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};

struct Row {
    code: String,
    name: String,
    channel: String,
    way: String,
    url: Option<String>,
    active: bool,
}

impl Row {
    fn address(self) -> Result<ReplyAddress, DbError> {
        Ok(ReplyAddress {
            channel: word("reply_addresses", "channel", &self.code, &self.channel)?,
            way: word("reply_addresses", "way", &self.code, &self.way)?,
            code: self.code,
            name: self.name,
            url: self.url,
            active: self.active,
        })
    }
}

/// Writes what is known of an address; its secret stays.
///
/// # Errors
/// When the database fails.
pub async fn put(
    conn: &mut Conn,
    address: &ReplyAddress,
    by: &str,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into reply_addresses (code, name, channel, way, url, active, changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (code) do update set name = excluded.name, channel = excluded.channel, way = excluded.way,
             url = excluded.url, active = excluded.active, changed_by = excluded.changed_by,
             changed_at = excluded.changed_at",
        address.code,
        address.name,
        address.channel.as_str(),
        address.way.as_str(),
        address.url,
        address.active,
        by,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The only secret of an address from now on; false for an unknown one.
///
/// # Errors
/// When the database fails.
pub async fn set_secret(
    conn: &mut Conn,
    code: &str,
    secret: &[u8],
    by: &str,
    at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update reply_addresses set secret_sealed = $2, changed_by = $3, changed_at = $4 where code = $1",
        code,
        secret,
        by,
        at
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// All of them, by code.
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut Conn) -> Result<Vec<ReplyAddress>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select code, name, channel, way, url, active from reply_addresses order by code"
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::address).collect()
}

/// One of them.
///
/// # Errors
/// When the database fails.
pub async fn get(conn: &mut Conn, code: &str) -> Result<Option<ReplyAddress>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select code, name, channel, way, url, active from reply_addresses where code = $1",
        code
    )
    .fetch_optional(conn)
    .await?;
    row.map(Row::address).transpose()
}
