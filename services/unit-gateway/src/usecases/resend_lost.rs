//! On NATS "delivered" means "in the stream". What a unit may not have read there is sent again, with the same document ids,
//! when the stream was lost, when the unit is reached another way from now on, and before the stream forgets it. A unit
//! that has read it sees a repeat, which is harmless.
use crate::ctx::Ctx;
use crate::store::resends::{self, Resend};
use crate::store::unit_access;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::Asked;
use contracts::ids::UnitCode;
use db::{Conn, Db, DbError, Results, Work};
use std::convert::Infallible;

/// The use case; its command is a unit whose consumer is missing. Committed before the consumer is made anew: as
/// long as that is missing, this can be repeated.
#[derive(Clone, Copy, Debug)]
pub struct ResendLost {
    /// Orders that ended longer ago are left out.
    pub closed: TimeDelta,
}

impl Work for ResendLost {
    const NAME: &'static str = "resend_lost";
    type Command = UnitCode;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<UnitCode>],
    ) -> Result<Results<Self>, DbError> {
        let units: Vec<String> = commands.iter().map(|asked| asked.command.0.clone()).collect();
        resend(conn, now, self.closed, &units).await?;
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}

/// What reaches the stream in so short a time before a look at a unit's consumer may not be seen by that look.
const LATE_SECS: i64 = 60;

/// Marks what may be lost as due, in the caller's transaction.
pub(super) async fn resend(
    conn: &mut Conn,
    now: DateTime<Utc>,
    closed: TimeDelta,
    units: &[String],
) -> Result<(), DbError> {
    let what = Resend::on_nats(units, now - closed, false);
    let documents = resends::resend(conn, now, what).await?;
    tracing::warn!(
        units = units.len(),
        documents,
        "consumers of units are missing; what may be lost with them is sent again"
    );
    Ok(())
}

/// A unit leaves NATS for another way, in the caller's transaction: what it has not read goes there too. `unread` is what its
/// consumer showed a moment ago.
pub(super) async fn leave(
    conn: &mut Conn,
    now: DateTime<Utc>,
    closed: TimeDelta,
    (unit, unread): (&str, bool),
    way: &str,
) -> Result<(), DbError> {
    let units = [unit.to_owned()];
    let what = Resend {
        units: &units,
        way: Some(way),
        anew: false,
        ended_after: now - closed,
        all: unread,
        since: Some(now - TimeDelta::seconds(LATE_SECS)),
    };
    let documents = resends::resend(conn, now, what).await?;
    if documents > 0 {
        tracing::info!(
            unit,
            way,
            documents,
            "a unit leaves NATS; what it may not have read there goes its new way"
        );
    }
    Ok(())
}

/// Units that do not read, in the caller's transaction: what waits for them begins a new life in the stream.
pub(super) async fn renew(
    conn: &mut Conn,
    now: DateTime<Utc>,
    closed: TimeDelta,
    units: &[String],
) -> Result<(), DbError> {
    if units.is_empty() {
        return Ok(());
    }
    let what = Resend::on_nats(units, now - closed, true);
    let documents = resends::resend(conn, now, what).await?;
    tracing::warn!(
        units = units.len(),
        documents,
        "units on NATS do not read; what the stream would forget is sent again"
    );
    Ok(())
}

/// Whether a unit has not read everything that is in the stream for it. True when NATS does not say: a repeat is harmless.
pub async fn has_unread(ctx: &Ctx, unit: &UnitCode) -> bool {
    match ctx.stream.has_unread(unit).await {
        Ok(unread) => unread,
        Err(error) => {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, %unit, "what a unit has read is not known; its newest documents are sent again");
            true
        }
    }
}

/// Units that subscribe over NATS.
///
/// # Errors
/// When the database fails.
pub async fn units_on_nats(db: &Db) -> Result<Vec<UnitCode>, DbError> {
    Ok(unit_access::on_nats(db.pool())
        .await?
        .into_iter()
        .map(UnitCode)
        .collect())
}
