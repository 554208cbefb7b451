//! Connections of a withdrawn key on NATS end. What could not be ended stays written down, so that asking again tries again.
use crate::ctx::Ctx;
use crate::store::unit_logins;
use chrono::{DateTime, Utc};
use db::DbError;
use uuid::Uuid;

/// Connections that may go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Left {
    /// How many.
    pub connections: usize,
    /// When the servers have ended all of them by themselves.
    pub until: DateTime<Utc>,
}

/// Ends the connections of a key; answers those that may go on.
///
/// # Errors
/// When the database fails.
pub async fn end_connections(ctx: &Ctx, key_id: Uuid) -> Result<Option<Left>, DbError> {
    let (pool, now) = (ctx.db.pool(), ctx.db.clock().now());
    let logins = unit_logins::of_key(pool, now, key_id).await?;
    if logins.is_empty() {
        return Ok(None);
    }
    let connections = logins
        .iter()
        .map(|login| (login.server_id.clone(), login.client_id))
        .collect();
    let ended = ctx.connections.end(connections).await;
    unit_logins::forget(pool, &ended).await?;
    let left: Vec<DateTime<Utc>> = logins
        .into_iter()
        .filter(|login| !ended.contains(&(login.server_id.clone(), login.client_id)))
        .map(|login| login.expires_at)
        .collect();
    Ok(left.iter().max().map(|until| Left {
        connections: left.len(),
        until: *until,
    }))
}
