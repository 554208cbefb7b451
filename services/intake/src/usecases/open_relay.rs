//! A unit that leads an order gets a token for reaching its caller. Asking again while one is good answers that one.
use crate::domain::OrderId;
use crate::domain::relay::{ContactRefusal, Relay, RelayCall, may_contact};
use crate::store::{identities, orders, relays};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::Asked;
use db::{Conn, Db, DbError, Results, Work};
use uuid::Uuid;

/// Tokens and uses shown at once.
const SHOWN_MAX: i64 = 500;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct OpenRelay {
    /// How long a token is good.
    pub lifetime: TimeDelta,
}

/// Who asks, for which order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The order.
    pub order_id: OrderId,
    /// The unit.
    pub unit: String,
    /// Of its assignment.
    pub generation: i32,
    /// Subject of the unit's person or key.
    pub by: String,
}

impl Work for OpenRelay {
    const NAME: &'static str = "open_relay";
    type Command = Wanted;
    type Output = Relay;
    type Refusal = ContactRefusal;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Wanted>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // A person's request, one at a time.
        for Asked { command, .. } in commands {
            results.push(self.open(conn, now, command).await?);
        }
        Ok(results)
    }
}

impl OpenRelay {
    async fn open(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        wanted: &Wanted,
    ) -> Result<Result<Relay, ContactRefusal>, DbError> {
        if let Err(refusal) = allowed(conn, wanted.order_id, (&wanted.unit, wanted.generation)).await? {
            return Ok(Err(refusal));
        }
        let of = (wanted.order_id, wanted.unit.as_str(), wanted.generation);
        if let Some(relay) = relays::open(conn, of, now).await? {
            return Ok(Ok(relay));
        }
        let relay = Relay {
            relay_token: Uuid::new_v4(),
            order_id: wanted.order_id,
            unit: wanted.unit.clone(),
            generation: wanted.generation,
            asked_by: wanted.by.clone(),
            opened_at: now,
            expires_at: now + self.lifetime,
        };
        relays::insert(conn, &relay).await?;
        Ok(Ok(relay))
    }
}

/// Whether the unit may reach the caller of the order now; the order is locked.
pub(super) async fn allowed(
    conn: &mut Conn,
    order_id: OrderId,
    (unit, generation): (&str, i32),
) -> Result<Result<(), ContactRefusal>, DbError> {
    let Some(complaint_id) = relays::complaint_of(conn, order_id).await? else {
        return Ok(Err(ContactRefusal::OrderUnknown));
    };
    let found = orders::get_for_update(conn, &[order_id]).await?;
    let Some((order, _)) = found.get(&order_id) else {
        return Ok(Err(ContactRefusal::OrderUnknown));
    };
    if let Err(refusal) = may_contact(&order.state, unit, generation) {
        return Ok(Err(refusal));
    }
    let stored = identities::get(conn, &[complaint_id]).await?;
    Ok(match stored.get(&complaint_id) {
        Some((true, _)) => Err(ContactRefusal::Confidential),
        Some((false, Some(identity))) if identity.phone.is_some() => Ok(()),
        _ => Err(ContactRefusal::NoNumber),
    })
}

/// The tokens of an order and every use of them, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list_relays(db: &Db, order_id: OrderId) -> Result<(Vec<Relay>, Vec<RelayCall>), DbError> {
    let mut conn = db.pool().acquire().await?;
    let relays = relays::of_order(&mut conn, order_id, SHOWN_MAX).await?;
    let tokens: Vec<Uuid> = relays.iter().map(|relay| relay.relay_token).collect();
    let calls = relays::calls_of(&mut conn, &tokens, SHOWN_MAX).await?;
    Ok((relays, calls))
}
