//! What a consultation ruled takes effect as `rule_order` does it; when it cannot, the consultation is told, so that a
//! person rules again. Asked twice with one id, it is one ruling.
use super::directories::Directories;
use super::rule_order::{Command, Origin, RuleOrder, RuleRefused};
use crate::{events, store};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;

/// The use case.
pub struct EnactRuling(RuleOrder);

/// Why a ruling must wait.
#[derive(Debug, Error)]
pub enum EnactRefused {
    /// Its order's registration has not arrived.
    #[error("the order is not known yet")]
    OrderUnknown,
    /// There is nothing to add the duty to.
    #[error("no directory has been published yet")]
    NoDirectory,
    /// This transaction has entered the queue already. Two that wait to lock it whole would wait for each other.
    #[error("a transaction of its own must enact it")]
    Entered,
}

impl EnactRuling {
    /// With the directory in use.
    #[must_use]
    pub const fn new(directories: Directories) -> Self {
        Self(RuleOrder { directories })
    }
}

impl Work for EnactRuling {
    const NAME: &'static str = "enact_ruling";
    type Command = Command;
    type Output = ();
    type Refusal = EnactRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        if store::manual_queue::entered(conn).await? {
            return Ok(commands.iter().map(|_| Err(EnactRefused::Entered)).collect());
        }
        let mut results = Vec::with_capacity(commands.len());
        let mut facts = Vec::new();
        for asked in commands {
            // Each is a version of its own, built on the one before.
            let refusal = match self.0.rule(conn, now, asked).await? {
                Ok(_) => None,
                Err(RuleRefused::OrderUnknown) => {
                    results.push(Err(EnactRefused::OrderUnknown));
                    continue;
                }
                Err(RuleRefused::NoDirectory) => {
                    results.push(Err(EnactRefused::NoDirectory));
                    continue;
                }
                Err(refusal) => Some(refusal),
            };
            results.push(Ok(()));
            let Some(refusal) = refusal else { continue };
            let Origin::Consultation(ruling_id) = asked.command.origin else {
                continue;
            };
            facts.push(events::ruling_refused(
                (asked.command.order_id, ruling_id),
                problem(&refusal),
                refusal.to_string(),
                now,
                &asked.cause,
            ));
        }
        bus::outbox::append(conn, &facts).await?;
        Ok(results)
    }
}

/// Stable code, and what of the ruling is at fault.
fn problem(refusal: &RuleRefused) -> (&'static str, Option<&str>) {
    match refusal {
        RuleRefused::Unruly(unruly) => (unruly.code(), Some(unruly.field())),
        RuleRefused::Illegal(_) => ("order_not_waiting", None),
        RuleRefused::Claimed { .. } => ("claimed", None),
        RuleRefused::KeyReused => ("idempotency_key_reused", None),
        RuleRefused::OrderUnknown => ("order_unknown", None),
        RuleRefused::NoDirectory => ("no_directory", None),
    }
}
