//! Writes down that somebody here looked at the identity of another hotline's caller; that hotline writes it down, too.
use crate::domain::reveal::{Field, LookOutcome, Purpose};
use crate::domain::transfer::Transfer;
use crate::store::access_log;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct LogFetch;

/// One look.
#[derive(Clone, Debug)]
pub struct Fetch {
    /// The transfer with which the case came. Before it is ours there is no complaint: the line stands under its id.
    pub transfer: Transfer,
    /// Subject of the token.
    pub looked_by: String,
    /// Roles of the token, separated by commas.
    pub roles: String,
    /// Which field.
    pub field: Field,
    /// Why.
    pub reason: String,
    /// What the other hotline answered.
    pub outcome: LookOutcome,
}

impl Work for LogFetch {
    const NAME: &'static str = "log_fetch";
    type Command = Fetch;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Fetch>],
    ) -> Result<Results<Self>, DbError> {
        let lines: Vec<_> = commands
            .iter()
            .map(|Asked { command: look, .. }| access_log::NewAccess {
                complaint_id: look
                    .transfer
                    .complaint_id
                    .unwrap_or_else(|| look.transfer.transfer_id.uuid().into()),
                looked_by: &look.looked_by,
                roles: look.roles.clone(),
                field: look.field,
                purpose: Purpose::Transfer,
                reason: telemetry::redact::mask_numbers(&look.reason),
                outcome: look.outcome,
            })
            .collect();
        access_log::append(conn, now, &lines).await?;
        Ok(vec![Ok(()); commands.len()])
    }
}
