//! Withdraws a key, and lists what a unit has.
use crate::store::unit_keys::{self, KeyRow};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::UnitCode;
use db::{Conn, Db, DbError, Results, Work};
use thiserror::Error;
use uuid::Uuid;

/// What an administrator wants.
#[derive(Clone, Debug)]
pub struct RevokeKey {
    /// Whose key.
    pub unit: UnitCode,
    /// Which.
    pub key_id: Uuid,
    /// Subject of the administrator.
    pub by: String,
}

/// The unit has no such key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("no such key")]
pub struct UnknownKey;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct RevokeKeys;

impl Work for RevokeKeys {
    const NAME: &'static str = "revoke_key";
    type Command = RevokeKey;
    type Output = ();
    type Refusal = UnknownKey;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<RevokeKey>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // A rare command: one after the other.
        for Asked { command, .. } in commands {
            let found =
                unit_keys::revoke(conn, command.unit.as_str(), command.key_id, &command.by, now).await?;
            results.push(if found { Ok(()) } else { Err(UnknownKey) });
        }
        Ok(results)
    }
}

/// Keys of a unit, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_keys(db: &Db, unit: &UnitCode, limit: u32) -> Result<Vec<KeyRow>, DbError> {
    let mut conn = db.pool().acquire().await?;
    unit_keys::of_unit(&mut conn, unit.as_str(), i64::from(limit)).await
}
