//! Tables `peers`, `peer_messages`, `reconciliations`.
use crate::domain::peer::{Credentials, Difference, Message, Peer};
use chrono::{DateTime, Utc};
use contracts::ids::TransferId;
use db::{Conn, DbError};
use uuid::Uuid;

/// Writes what is known of a peer; credentials stay.
///
/// # Errors
/// When the database fails.
pub async fn put(conn: &mut Conn, peer: &Peer, by: &str, at: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "insert into peers (code, name, url, matters, active, changed_by, changed_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (code) do update set name = excluded.name, url = excluded.url, matters = excluded.matters,
             active = excluded.active, changed_by = excluded.changed_by, changed_at = excluded.changed_at",
        peer.code,
        peer.name,
        peer.url,
        &peer.matters,
        peer.active,
        by,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// All peers, or those whose cases a catalogue entry's are.
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut Conn, matter: Option<&str>) -> Result<Vec<Peer>, DbError> {
    let rows = sqlx::query_as!(
        Peer,
        "select code, name, url, matters, active from peers
         where $1::text is null or exists (select 1 from unnest(matters) m where $1 like m || '%') order by code",
        matter
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// One peer with its sealed credentials.
///
/// # Errors
/// When the database fails.
pub async fn get(conn: &mut Conn, code: &str) -> Result<Option<(Peer, Credentials)>, DbError> {
    let row = sqlx::query!(
        "select code, name, url, matters, active, their_secret_sealed, our_key_sealed, our_secret_sealed
         from peers where code = $1",
        code
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let peer = Peer {
            code: row.code,
            name: row.name,
            url: row.url,
            matters: row.matters,
            active: row.active,
        };
        let credentials = Credentials {
            their_secret: row.their_secret_sealed,
            our_key: row.our_key_sealed,
            our_secret: row.our_secret_sealed,
        };
        (peer, credentials)
    }))
}

/// The active peer that calls with this key.
///
/// # Errors
/// When the database fails.
pub async fn of_key(conn: &mut Conn, key_hash: &[u8]) -> Result<Option<String>, DbError> {
    let code = sqlx::query_scalar!(
        "select code from peers where their_key_hash = $1 and active",
        key_hash
    )
    .fetch_optional(conn)
    .await?;
    Ok(code)
}

/// With what a peer calls us, from now on.
///
/// # Errors
/// When the database fails.
pub async fn set_theirs(
    conn: &mut Conn,
    code: &str,
    key_hash: &[u8],
    secret: &[u8],
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update peers set their_key_hash = $2, their_secret_sealed = $3 where code = $1",
        code,
        key_hash,
        secret
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// With what we call a peer, from now on.
///
/// # Errors
/// When the database fails.
pub async fn set_ours(conn: &mut Conn, code: &str, key: &[u8], secret: &[u8]) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update peers set our_key_sealed = $2, our_secret_sealed = $3 where code = $1",
        code,
        key,
        secret
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A message on its way to a peer.
#[derive(Clone, PartialEq, Debug)]
pub struct Waiting {
    /// Its id.
    pub message_id: Uuid,
    /// To whom.
    pub peer: String,
    /// About which transfer.
    pub transfer_id: TransferId,
    /// What is said.
    pub message: Message,
    /// Tries that failed.
    pub attempts: i32,
}

/// Queues a message in the transaction that makes it true.
///
/// # Errors
/// When the database fails.
pub async fn queue(conn: &mut Conn, peer: &str, message: &Message, at: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "insert into peer_messages (message_id, peer, transfer_id, body, queued_at, next_try_at)
         values ($1, $2, $3, $4, $5, $5)",
        Uuid::now_v7(),
        peer,
        message.transfer_id().uuid(),
        serde_json::to_value(message).unwrap_or_default(),
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The oldest untold message of every transfer that may be tried now; they are ours until `lease_until`. What cannot be
/// called (no address) waits.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    conn: &mut Conn,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Waiting>, DbError> {
    let rows = sqlx::query!(
        r#"update peer_messages m set next_try_at = $2
           from (
               select w.message_id from peer_messages w join peers p on p.code = w.peer
               where w.told_at is null and w.next_try_at <= $1 and p.url is not null and p.our_key_sealed is not null
                   and not exists (select 1 from peer_messages e
                       where e.transfer_id = w.transfer_id and e.told_at is null and e.message_id < w.message_id)
               order by w.message_id limit $3 for update of w skip locked
           ) due
           where m.message_id = due.message_id
           returning m.message_id, m.peer, m.transfer_id, m.body, m.attempts"#,
        now,
        lease_until,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let message = serde_json::from_value(row.body)
                .map_err(|error| DbError::inconsistent("peer_messages", "body", &row.message_id, &error))?;
            Ok(Waiting {
                message_id: row.message_id,
                peer: row.peer,
                transfer_id: row.transfer_id.into(),
                message,
                attempts: row.attempts,
            })
        })
        .collect()
}

/// Notes that a message was told, or when it is tried again and why.
///
/// # Errors
/// When the database fails.
pub async fn tried(
    conn: &mut Conn,
    message_id: Uuid,
    told_at: Option<DateTime<Utc>>,
    again: Option<(DateTime<Utc>, &str)>,
) -> Result<(), DbError> {
    let (next, error) = again.unzip();
    sqlx::query!(
        "update peer_messages set told_at = coalesce(told_at, $2), next_try_at = coalesce($3, next_try_at), last_error = $4,
             attempts = attempts + case when $2::timestamptz is null then 1 else 0 end
         where message_id = $1",
        message_id,
        told_at,
        next,
        error
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Peers with which a comparison is due, because the last one is older than `before`.
///
/// # Errors
/// When the database fails.
pub async fn to_reconcile(conn: &mut Conn, before: DateTime<Utc>) -> Result<Vec<String>, DbError> {
    let codes = sqlx::query_scalar!(
        "select code from peers p where active and url is not null and our_key_sealed is not null
             and exists (select 1 from transfers t where t.peer = p.code)
             and not exists (select 1 from reconciliations r where r.peer = p.code and r.made_at > $1)
         order by code",
        before
    )
    .fetch_all(conn)
    .await?;
    Ok(codes)
}

/// What a comparison found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reconciliation {
    /// With whom.
    pub peer: String,
    /// Transfers offered from then on.
    pub since: DateTime<Utc>,
    /// Transfers that either side knows.
    pub compared: i32,
    /// Where they differ.
    pub differences: Vec<Difference>,
    /// When.
    pub made_at: DateTime<Utc>,
}

/// Writes one.
///
/// # Errors
/// When the database fails.
pub async fn reconciled(conn: &mut Conn, made: &Reconciliation) -> Result<(), DbError> {
    sqlx::query!(
        "insert into reconciliations (reconciliation_id, peer, since, compared, differences, made_at)
         values ($1, $2, $3, $4, $5, $6)",
        Uuid::now_v7(),
        made.peer,
        made.since,
        made.compared,
        serde_json::to_value(&made.differences).unwrap_or_default(),
        made.made_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The newest of a peer.
///
/// # Errors
/// When the database fails.
pub async fn last_reconciliation(conn: &mut Conn, peer: &str) -> Result<Option<Reconciliation>, DbError> {
    let row = sqlx::query!(
        "select peer, since, compared, differences, made_at from reconciliations where peer = $1 order by made_at desc limit 1",
        peer
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        let differences = serde_json::from_value(row.differences)
            .map_err(|error| DbError::inconsistent("reconciliations", "differences", &row.peer, &error))?;
        Ok(Reconciliation {
            peer: row.peer,
            since: row.since,
            compared: row.compared,
            differences,
            made_at: row.made_at,
        })
    })
    .transpose()
}
