//! After the units' stream was lost: what a unit on NATS has not signed is sent again, with the same document ids.
use crate::store::{deliveries, unit_access};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::UnitCode;
use db::{Conn, Db, DbError, Results, Work};
use std::convert::Infallible;

/// The use case; its command is the unit whose consumer had to be made anew.
#[derive(Clone, Copy, Debug)]
pub struct ResendUnsigned;

impl Work for ResendUnsigned {
    const NAME: &'static str = "resend_unsigned";
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
        let documents = deliveries::resend_unsigned(conn, now, &units).await?;
        tracing::warn!(
            units = units.len(),
            documents,
            "consumers of units were missing and are made anew; unsigned orders are sent again"
        );
        Ok(commands.iter().map(|_| Ok(())).collect())
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
