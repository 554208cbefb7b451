//! Changes how a unit is reached. What it does not have yet takes the new way at once.
use super::{resend_lost, watch_endpoints};
use crate::events;
use crate::store::unit_access::{self, AccessRow};
use crate::store::{claims, directory_copy, unit_readers};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::UnitCode;
use contracts::words::DeliveryWay;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;

/// What an administrator wants.
#[derive(Clone, Debug)]
pub struct PutAccess {
    /// The unit.
    pub unit: UnitCode,
    /// The way.
    pub way: DeliveryWay,
    /// Where its webhook listens.
    pub endpoint: Option<String>,
    /// False: nothing is pushed.
    pub active: bool,
    /// Use the new secret even when there is one; the old one signs too for `overlap`.
    pub replace_secret: bool,
    /// How long an old secret signs beside the new one.
    pub overlap: TimeDelta,
    /// The endpoint may be in a private network.
    pub private_target: bool,
    /// The way while the webhook fails.
    pub fallback: DeliveryWay,
    /// A fresh signing secret, sealed, in case one is needed.
    pub sealed_secret: Vec<u8>,
    /// The unit's consumer is missing: what may be lost with the stream is sent again, as [`resend_lost`] does.
    pub lacks_consumer: bool,
    /// What its consumer shows is not read: it goes the new way, if that is another one than NATS.
    pub unread: bool,
    /// Of orders that did not end longer ago than this.
    pub closed: TimeDelta,
    /// Subject of the administrator.
    pub by: String,
}

/// How the unit is reached now.
#[derive(Clone, Debug)]
pub struct AccessPut {
    /// The row.
    pub access: AccessRow,
    /// True when the fresh secret is in use.
    pub secret_is_new: bool,
}

/// Why nothing changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum PutAccessRefusal {
    /// The directory has no such unit: its orders would go nowhere.
    #[error("the directory has no such unit")]
    UnitUnknown,
}

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct PutAccesses;

impl Work for PutAccesses {
    const NAME: &'static str = "put_access";
    type Command = PutAccess;
    type Output = AccessPut;
    type Refusal = PutAccessRefusal;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<PutAccess>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // A rare command: one after the other.
        for Asked { command, cause } in commands {
            let may_exist = directory_copy::may_exist(conn, command.unit.as_str()).await?;
            results.push(if may_exist {
                Ok(put(conn, now, command, cause).await?)
            } else {
                Err(PutAccessRefusal::UnitUnknown)
            });
        }
        Ok(results)
    }
}

async fn put(
    conn: &mut Conn,
    now: DateTime<Utc>,
    command: &PutAccess,
    cause: &Cause,
) -> Result<AccessPut, DbError> {
    let unit = command.unit.as_str();
    unit_access::lock_feed(conn, unit).await?;
    let before = unit_access::get(conn, unit).await?;
    let is_webhook = command.way == DeliveryWay::Webhook;
    let (secret, old, secret_is_new) = secrets(command, before.as_ref(), now);
    let (old_secret, old_secret_until) = old.filter(|_| is_webhook).unzip();
    let secret_is_new = is_webhook && secret_is_new;
    let access = AccessRow {
        unit: unit.to_owned(),
        way: command.way.to_string(),
        endpoint: command.endpoint.clone().filter(|_| is_webhook),
        secret: is_webhook.then_some(secret),
        old_secret,
        old_secret_until,
        private_target: is_webhook && command.private_target,
        fallback: command.fallback.to_string(),
        fallen_back: false,
        active: command.active,
        changed_by: command.by.clone(),
        changed_at: now,
    };
    unit_access::put(conn, &access).await?;
    // A changed way begins anew; who was told that it fails is told that this is over.
    let mut restored = Vec::new();
    restored.extend(watch_endpoints::forget(conn, now, &command.unit, cause).await?);
    let silent = unit_readers::forget(conn, unit).await?;
    let read = |since| events::delivery_restored(&command.unit, DeliveryWay::Nats, since, now, cause);
    restored.extend(silent.map(read));
    let way = if command.active {
        command.way
    } else {
        DeliveryWay::Rest
    };
    claims::redirect(conn, now, &[(unit.to_owned(), way.to_string())]).await?;
    let nats = DeliveryWay::Nats;
    if way != nats && before.is_some_and(|before| before.present_way() == nats.as_str()) {
        let whose = (unit, command.unread);
        resend_lost::leave(conn, now, command.closed, whose, way.as_str()).await?;
    }
    if command.lacks_consumer {
        resend_lost::resend(conn, now, command.closed, std::slice::from_ref(&command.unit.0)).await?;
    }
    bus::outbox::append(conn, &restored).await?;
    Ok(AccessPut {
        access,
        secret_is_new,
    })
}

/// A sealed secret and the moment it retires.
type Retiring = (Vec<u8>, DateTime<Utc>);

/// The signing secret, the one before with the moment it retires, and whether the first is new.
fn secrets(
    command: &PutAccess,
    before: Option<&AccessRow>,
    now: DateTime<Utc>,
) -> (Vec<u8>, Option<Retiring>, bool) {
    let Some((access, secret)) = before.and_then(|access| Some((access, access.secret.clone()?))) else {
        return (command.sealed_secret.clone(), None, true);
    };
    if command.replace_secret {
        let old = (secret, now + command.overlap);
        return (
            command.sealed_secret.clone(),
            Some(old).filter(|_| command.overlap > TimeDelta::zero()),
            true,
        );
    }
    let old = access.old_secret.clone().zip(access.old_secret_until);
    (secret, old.filter(|(_, until)| *until > now), false)
}
