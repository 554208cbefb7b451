//! After the units' stream was lost: what its units may not have read is sent again, with the same document ids. A
//! unit that has read it sees a repeat, which is harmless.
use crate::store::{claims, unit_access};
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

/// Marks what may be lost as due, in the caller's transaction.
pub(super) async fn resend(
    conn: &mut Conn,
    now: DateTime<Utc>,
    closed: TimeDelta,
    units: &[String],
) -> Result<(), DbError> {
    let documents = claims::resend(conn, now, now - closed, units).await?;
    tracing::warn!(
        units = units.len(),
        documents,
        "consumers of units are missing; what may be lost with them is sent again"
    );
    Ok(())
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
