//! Table `reply_addresses`.
use super::rows::word;
use crate::domain::reply_address::ReplyAddress;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use std::collections::HashMap;

struct Row {
    code: String,
    name: String,
    channel: String,
    way: String,
    url: Option<String>,
    private_target: bool,
    active: bool,
}

/// How telling it goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Going {
    /// Results that are to be told now.
    pub waiting: i64,
    /// Tries in a row that it did not take.
    pub failures: i32,
    /// Nothing is told to it before.
    pub paused_until: Option<DateTime<Utc>>,
}

impl Row {
    fn address(self) -> Result<ReplyAddress, DbError> {
        Ok(ReplyAddress {
            channel: word("reply_addresses", "channel", &self.code, &self.channel)?,
            way: word("reply_addresses", "way", &self.code, &self.way)?,
            code: self.code,
            name: self.name,
            url: self.url,
            private_target: self.private_target,
            active: self.active,
        })
    }
}

/// Writes what is known of an address; its secret stays, and whatever it failed at before is forgotten.
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
        "insert into reply_addresses (code, name, channel, way, url, private_target, active, changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (code) do update set name = excluded.name, channel = excluded.channel, way = excluded.way,
             url = excluded.url, private_target = excluded.private_target, active = excluded.active,
             failures = 0, paused_until = null, changed_by = excluded.changed_by, changed_at = excluded.changed_at",
        address.code,
        address.name,
        address.channel.as_str(),
        address.way.as_str(),
        address.url,
        address.private_target,
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
        "update reply_addresses set secret_sealed = $2, failures = 0, paused_until = null, changed_by = $3, changed_at = $4
         where code = $1",
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
        "select code, name, channel, way, url, private_target, active from reply_addresses order by code"
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
        "select code, name, channel, way, url, private_target, active from reply_addresses where code = $1",
        code
    )
    .fetch_optional(conn)
    .await?;
    row.map(Row::address).transpose()
}

/// How telling each of them goes, by code.
///
/// # Errors
/// When the database fails.
pub async fn going(conn: &mut Conn) -> Result<HashMap<String, Going>, DbError> {
    let rows = sqlx::query!(
        r#"select a.code, a.failures, a.paused_until,
                  (select count(*) from results r where r.address = a.code and r.told_at is null
                       and r.next_try_at is not null) as "waiting!"
           from reply_addresses a"#
    )
    .fetch_all(conn)
    .await?;
    let by_code = rows.into_iter().map(|row| {
        let going = Going {
            waiting: row.waiting,
            failures: row.failures,
            paused_until: row.paused_until,
        };
        (row.code, going)
    });
    Ok(by_code.collect())
}

/// It took something: whatever waits for it is told.
///
/// # Errors
/// When the database fails.
pub async fn took(conn: &mut Conn, code: &str) -> Result<(), DbError> {
    sqlx::query!(
        "update reply_addresses set failures = 0, paused_until = null where code = $1 and failures > 0",
        code
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// It did not take something: it is left alone until then. What fails at the same time counts once.
///
/// # Errors
/// When the database fails.
pub async fn pause(
    conn: &mut Conn,
    code: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "update reply_addresses set failures = failures + 1, paused_until = $3
         where code = $1 and (paused_until is null or paused_until <= $2)",
        code,
        now,
        until
    )
    .execute(conn)
    .await?;
    Ok(())
}
