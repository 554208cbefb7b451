//! A key for a unit's own system. The key itself never reaches the database.
use crate::domain::unit_key::ACTIVE_MAX;
use crate::store::unit_access;
use crate::store::unit_keys::{self, KeyRow};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::Asked;
use contracts::ids::UnitCode;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;
use uuid::Uuid;

/// Keys of one unit looked at.
const KEYS_MAX: i64 = 1_000;

/// What an administrator wants.
#[derive(Clone, Debug)]
pub struct CreateKey {
    /// For whom.
    pub unit: UnitCode,
    /// SHA-256 of the new key.
    pub key_sha256: [u8; 32],
    /// How long it may be used.
    pub lifetime: TimeDelta,
    /// Subject of the administrator.
    pub by: String,
}

/// Why there is no new key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("the unit has {ACTIVE_MAX} keys in use")]
pub struct TooManyKeys;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct CreateKeys;

impl Work for CreateKeys {
    const NAME: &'static str = "create_key";
    type Command = CreateKey;
    type Output = KeyRow;
    type Refusal = TooManyKeys;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<CreateKey>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // A rare command: one after the other.
        for Asked { command, .. } in commands {
            results.push(create(conn, now, command).await?);
        }
        Ok(results)
    }
}

async fn create(
    conn: &mut Conn,
    now: DateTime<Utc>,
    command: &CreateKey,
) -> Result<Result<KeyRow, TooManyKeys>, DbError> {
    // The lock makes two administrators count one after the other.
    unit_access::lock_feed(conn, command.unit.as_str()).await?;
    let keys = unit_keys::of_unit(conn, command.unit.as_str(), KEYS_MAX).await?;
    let active = keys
        .iter()
        .filter(|key| key.revoked_at.is_none() && key.expires_at > now)
        .count();
    if active >= ACTIVE_MAX {
        return Ok(Err(TooManyKeys));
    }
    let key = KeyRow {
        key_id: Uuid::now_v7(),
        unit: command.unit.0.clone(),
        created_by: command.by.clone(),
        created_at: now,
        expires_at: now + command.lifetime,
        revoked_at: None,
    };
    unit_keys::insert(conn, &key, &command.key_sha256).await?;
    Ok(Ok(key))
}
