//! Changes how a unit is reached. What it does not have yet takes the new way at once.
use super::resend_lost;
use crate::store::unit_access::{self, AccessRow};
use crate::store::{claims, directory_copy};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::Asked;
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
    /// Use the new secret even when there is one.
    pub replace_secret: bool,
    /// A fresh signing secret, sealed, in case one is needed.
    pub sealed_secret: Vec<u8>,
    /// The unit's consumer is missing: what may be lost with the stream is sent again, as [`resend_lost`] does, of
    /// orders that did not end longer ago than this.
    pub resend: Option<TimeDelta>,
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
        for Asked { command, .. } in commands {
            let may_exist = directory_copy::may_exist(conn, command.unit.as_str()).await?;
            results.push(if may_exist {
                Ok(put(conn, now, command).await?)
            } else {
                Err(PutAccessRefusal::UnitUnknown)
            });
        }
        Ok(results)
    }
}

async fn put(conn: &mut Conn, now: DateTime<Utc>, command: &PutAccess) -> Result<AccessPut, DbError> {
    let unit = command.unit.as_str();
    unit_access::lock_feed(conn, unit).await?;
    let before = unit_access::get(conn, unit).await?;
    let old_secret = before
        .and_then(|access| access.secret)
        .filter(|_| !command.replace_secret);
    let is_webhook = command.way == DeliveryWay::Webhook;
    let secret_is_new = is_webhook && old_secret.is_none();
    let access = AccessRow {
        unit: unit.to_owned(),
        way: command.way.to_string(),
        endpoint: command.endpoint.clone().filter(|_| is_webhook),
        secret: is_webhook.then(|| old_secret.unwrap_or_else(|| command.sealed_secret.clone())),
        active: command.active,
        changed_by: command.by.clone(),
        changed_at: now,
    };
    unit_access::put(conn, &access).await?;
    let way = if command.active {
        command.way
    } else {
        DeliveryWay::Rest
    };
    claims::redirect(conn, now, unit, way.as_str()).await?;
    if let Some(closed) = command.resend {
        resend_lost::resend(conn, now, closed, std::slice::from_ref(&command.unit.0)).await?;
    }
    Ok(AccessPut {
        access,
        secret_is_new,
    })
}
