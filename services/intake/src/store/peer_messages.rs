//! Table `peer_messages`: what is to be told to other hotlines.
use super::peers::ways;
use crate::domain::peer::Message;
use crate::domain::peer_way::{Reply, Said, Way};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::ids::TransferId;
use db::{Conn, DbError};
use uuid::Uuid;

/// Something on its way to a peer.
#[derive(Clone, PartialEq, Debug)]
pub struct Waiting {
    /// Its id.
    pub message_id: Uuid,
    /// To whom.
    pub peer: String,
    /// About which transfer.
    pub transfer_id: TransferId,
    /// What is said.
    pub said: Said,
    /// Tries that failed.
    pub attempts: i32,
    /// Ways that there are to it, in the order in which they are tried.
    pub ways: Vec<Way>,
    /// It is about an emergency.
    pub emergency: bool,
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

/// Queues what came of a document, in the transaction in which it came of it. Of one that waits already, the newest counts.
///
/// # Errors
/// When the database fails.
pub async fn queue_reply(
    conn: &mut Conn,
    peer: &str,
    reply: &Reply,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    let said = Said::Reply(reply.clone());
    sqlx::query!(
        "insert into peer_messages (message_id, peer, transfer_id, answers, body, queued_at, next_try_at)
         values ($1, $2, $3, $4, $5, $6, $6)
         on conflict (peer, answers) where told_at is null and answers is not null do update set body = excluded.body",
        Uuid::now_v7(),
        peer,
        said.transfer_id().uuid(),
        said.answers(),
        serde_json::to_value(reply).unwrap_or_default(),
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Who may claim what, and for how long it is his.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// For how long.
    pub lease: TimeDelta,
    /// Most for one peer.
    pub per_peer: i64,
    /// Peers that have enough in hand.
    pub busy: Vec<String>,
    /// Links over NATS can be used.
    pub nats: bool,
}

struct Row {
    message_id: Uuid,
    peer: String,
    transfer_id: Uuid,
    answers: Option<Uuid>,
    body: serde_json::Value,
    attempts: i32,
    ways: Vec<String>,
    callable: bool,
    emergency: bool,
}

impl Row {
    fn waiting(self, nats: bool) -> Result<Waiting, DbError> {
        let id = self.message_id;
        let unreadable =
            |error: serde_json::Error| DbError::inconsistent("peer_messages", "body", &id, &error);
        let mut ways = ways(&self.peer, &self.ways);
        ways.retain(|way| match way {
            Way::Https => self.callable && self.answers.is_none(),
            Way::Nats => nats,
        });
        let said = if self.answers.is_some() {
            Said::Reply(serde_json::from_value(self.body).map_err(unreadable)?)
        } else {
            Said::Message(serde_json::from_value(self.body).map_err(unreadable)?)
        };
        Ok(Waiting {
            message_id: id,
            peer: self.peer,
            transfer_id: self.transfer_id.into(),
            said,
            attempts: self.attempts,
            ways,
            emergency: self.emergency,
        })
    }
}

/// The oldest untold message of every transfer that may be tried now, and every reply. What a peer's stream has had for so
/// long that it is due again counts as a failure. What cannot be told (no way) waits.
///
/// # Errors
/// When the database fails.
pub async fn claim(conn: &mut Conn, now: DateTime<Utc>, claim: &Claim) -> Result<Vec<Waiting>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"update peer_messages m set next_try_at = $2, stored_at = null,
               attempts = m.attempts + case when m.stored_at is null then 0 else 1 end
           from peers p cross join lateral (
               select w.message_id from peer_messages w
               where w.peer = p.code and w.told_at is null and w.next_try_at <= $1
                   and case when w.answers is not null then 'nats' = any(p.ways) and $5
                       else ('nats' = any(p.ways) and $5)
                           or ('https' = any(p.ways) and p.url is not null and p.our_key_sealed is not null) end
                   and (w.answers is not null or not exists (select 1 from peer_messages e
                       where e.transfer_id = w.transfer_id and e.peer = w.peer and e.told_at is null and e.answers is null
                           and e.message_id < w.message_id))
               order by w.message_id limit $3 for update of w skip locked
           ) due
           where m.message_id = due.message_id and p.code <> all($4)
           returning m.message_id, m.peer, m.transfer_id, m.answers, m.body, m.attempts, p.ways,
               (p.url is not null and p.our_key_sealed is not null) as "callable!",
               exists (select 1 from transfers t where t.transfer_id = m.transfer_id and t.urgency = 'emergency') as "emergency!""#,
        now,
        now + claim.lease,
        claim.per_peer,
        &claim.busy,
        claim.nats
    )
    .fetch_all(conn)
    .await?;
    // A row that cannot be read, of a newer replica maybe, holds up no other; it is claimed again after its lease.
    let waiting = rows.into_iter().filter_map(|row| {
        let read = row.waiting(claim.nats);
        read.inspect_err(|error| tracing::error!(%error, "a message for a hotline cannot be read"))
            .ok()
    });
    Ok(waiting.collect())
}

/// A message to this peer that it has not confirmed yet, locked.
///
/// # Errors
/// When the database fails.
pub async fn untold(conn: &mut Conn, peer: &str, message_id: Uuid) -> Result<Option<Message>, DbError> {
    let body = sqlx::query_scalar!(
        "select body from peer_messages where message_id = $1 and peer = $2 and told_at is null and answers is null for update",
        message_id,
        peer
    )
    .fetch_optional(conn)
    .await?;
    body.map(|body| {
        serde_json::from_value(body)
            .map_err(|error| DbError::inconsistent("peer_messages", "body", &message_id, &error))
    })
    .transpose()
}

/// True when it was queued before that the caller takes the case back, and the peer did not refuse it.
///
/// # Errors
/// When the database fails.
pub async fn is_taken_back(conn: &mut Conn, transfer_id: TransferId) -> Result<bool, DbError> {
    let queued = sqlx::query_scalar!(
        r#"select exists (select 1 from peer_messages
           where transfer_id = $1 and answers is null and body ->> 'type' = 'taken_back'
             and not (told_at is not null and last_error is not null)) as "queued!""#,
        transfer_id.uuid()
    )
    .fetch_one(conn)
    .await?;
    Ok(queued)
}

/// Something that the peer will never take.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Untaken {
    /// What kind of message it is.
    pub what: String,
    /// The peer's code, and what it says is wrong.
    pub why: String,
    /// When it said so.
    pub at: DateTime<Utc>,
}

/// Most of one transfer.
const UNTAKEN_MAX: i64 = 100;

/// What the peer did not take of a transfer, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn untaken(conn: &mut Conn, transfer_id: TransferId) -> Result<Vec<Untaken>, DbError> {
    let rows = sqlx::query_as!(
        Untaken,
        r#"select coalesce(body ->> 'type', '') as "what!", last_error as "why!", told_at as "at!"
           from peer_messages
           where transfer_id = $1 and answers is null and told_at is not null and last_error is not null
           order by message_id limit $2"#,
        transfer_id.uuid(),
        UNTAKEN_MAX
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Notes that something was told, or when it is tried again and why.
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

/// Notes that the peer's stream has a message; its reply is awaited until then.
///
/// # Errors
/// When the database fails.
pub async fn stored(
    conn: &mut Conn,
    message_id: Uuid,
    at: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "update peer_messages set stored_at = $2, next_try_at = $3 where message_id = $1 and told_at is null",
        message_id,
        at,
        until
    )
    .execute(conn)
    .await?;
    Ok(())
}
