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
    /// The key of the request; a repeat has the same `key_sha256`, because it is derived from it.
    pub idempotency_key: Option<String>,
    /// How long it may be used.
    pub lifetime: TimeDelta,
    /// Subject of the administrator.
    pub by: String,
}

/// A key that may be used.
#[derive(Clone, Debug)]
pub struct Created {
    /// The row.
    pub key: KeyRow,
    /// True when an earlier request with the same idempotency key has made it.
    pub repeated: bool,
}

/// Why there is no new key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum CreateKeyRefusal {
    /// One must be revoked first.
    #[error("the unit has {ACTIVE_MAX} keys in use")]
    TooManyKeys,
    /// Its first answer can no longer be given, because the platform's secret was changed since.
    #[error("the idempotency key was used before")]
    KeyReused,
}

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct CreateKeys;

impl Work for CreateKeys {
    const NAME: &'static str = "create_key";
    type Command = CreateKey;
    type Output = Created;
    type Refusal = CreateKeyRefusal;

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
) -> Result<Result<Created, CreateKeyRefusal>, DbError> {
    // The lock makes two administrators count one after the other.
    unit_access::lock_feed(conn, command.unit.as_str()).await?;
    if let Some(idempotency_key) = &command.idempotency_key {
        let unit = command.unit.as_str();
        if let Some((key, hash)) = unit_keys::made_by(conn, unit, &command.by, idempotency_key).await? {
            return Ok(if hash == command.key_sha256 {
                Ok(Created { key, repeated: true })
            } else {
                Err(CreateKeyRefusal::KeyReused)
            });
        }
    }
    let keys = unit_keys::of_unit(conn, command.unit.as_str(), KEYS_MAX).await?;
    let active = keys
        .iter()
        .filter(|key| key.revoked_at.is_none() && key.expires_at > now)
        .count();
    if active >= ACTIVE_MAX {
        return Ok(Err(CreateKeyRefusal::TooManyKeys));
    }
    let key = KeyRow {
        key_id: Uuid::now_v7(),
        unit: command.unit.0.clone(),
        created_by: command.by.clone(),
        created_at: now,
        expires_at: now + command.lifetime,
        revoked_at: None,
    };
    let idempotency_key = command.idempotency_key.as_deref();
    unit_keys::insert(conn, &key, &command.key_sha256, idempotency_key).await?;
    Ok(Ok(Created { key, repeated: false }))
}
