//! Writes down what came of pushes; a document that its lead now has is a fact for everyone, and an endpoint that fails again
//! and again is left alone for a while.
use super::watch_endpoints;
use crate::ctx::Ctx;
use crate::domain::delivery::{GONE, Outcome, Push};
use crate::events;
use crate::store::unit_health::{self, Breaker, UnitFailures};
use crate::store::{attempts, claims, deliveries, resends, unit_access};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::{Asked, Cause};
use contracts::words::DeliveryWay;
use db::{Conn, DbError, Results, Work};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use uuid::Uuid;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct RecordDeliveries {
    breaker: Breaker,
}

impl Work for RecordDeliveries {
    const NAME: &'static str = "record_deliveries";
    type Command = Push;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Push>],
    ) -> Result<Results<Self>, DbError> {
        let pushes: Vec<&Push> = commands.iter().map(|asked| &asked.command).collect();
        let ids: Vec<Uuid> = pushes
            .iter()
            .filter(|push| push.outcome == Outcome::Delivered)
            .map(|push| push.delivery_id)
            .collect();
        let gone = gone(&pushes);
        let published = hold_ways(conn, &pushes, &gone).await?;
        let woken = self.health(conn, now, &pushes).await?;
        let failing = unit_health::alarm(conn, now, None, &gone).await?;
        let mixed = !ids.is_empty() && ids.len() < pushes.len();
        if mixed || !woken.is_empty() || !gone.is_empty() {
            let all: Vec<Uuid> = pushes.iter().map(|push| push.delivery_id).collect();
            deliveries::lock(conn, now, &all, &gone, &woken).await?;
        }
        let arrived = deliveries::delivered(conn, now, &ids, None).await?;
        resends::redirect_astray(conn, now, &published).await?;
        deliveries::failed(conn, &pushes).await?;
        deliveries::wake(conn, now, &woken).await?;
        attempts::insert(conn, &pushes).await?;
        let mut facts = watch_endpoints::fall_back(conn, now, &failing).await?;
        claims::redirect_fallen(conn, now, &gone).await?;
        facts.extend(arrived.iter().filter_map(events::delivered));
        bus::outbox::append(conn, &facts).await?;
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}

impl RecordDeliveries {
    /// Of the endpoints that were called: who answers at all is well, whatever became of its other calls. Answers those behind
    /// whose opened breaker something may wait.
    async fn health(
        self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        pushes: &[&Push],
    ) -> Result<Vec<String>, DbError> {
        let mut failed: BTreeMap<&str, UnitFailures> = BTreeMap::new();
        let mut well: Vec<String> = Vec::new();
        for push in pushes.iter().filter(|push| push.way == DeliveryWay::Webhook) {
            match &push.outcome {
                Outcome::Delivered => well.push(push.unit.0.clone()),
                Outcome::Failed {
                    error, pause_until, ..
                } => {
                    let of_unit = failed.entry(push.unit.as_str()).or_default();
                    of_unit.failures += 1;
                    of_unit.error.clone_from(error);
                    of_unit.pause_until = of_unit.pause_until.max(*pause_until);
                }
            }
        }
        well.sort_unstable();
        well.dedup();
        let failed: Vec<(String, UnitFailures)> = failed
            .into_iter()
            .filter(|(unit, _)| !well.iter().any(|other| other == unit))
            .map(|(unit, failures)| (unit.to_owned(), failures))
            .collect();
        if !well.is_empty() && !failed.is_empty() {
            let all: Vec<String> = well
                .iter()
                .chain(failed.iter().map(|(unit, _)| unit))
                .cloned()
                .collect();
            unit_health::lock(conn, &all).await?;
        }
        let woken = unit_health::succeeded(conn, &well).await?;
        unit_health::failed(conn, now, self.breaker, &failed).await?;
        Ok(woken)
    }
}

/// Keeps the ways of units as they are whose documents were published, because one may have changed while its document was on
/// its way into the stream, or be changing now; and locks those that change here. Answers what was published.
async fn hold_ways(conn: &mut Conn, pushes: &[&Push], gone: &[String]) -> Result<Vec<Uuid>, DbError> {
    let published: Vec<&&Push> = pushes
        .iter()
        .filter(|push| push.way == DeliveryWay::Nats && push.outcome == Outcome::Delivered)
        .collect();
    let units = published.iter().map(|push| &push.unit.0);
    let units: Vec<String> = units.chain(gone).cloned().collect();
    if gone.is_empty() {
        unit_access::hold(conn, &units).await?;
    } else {
        // All of them in one order; nobody who holds a lock may ask for a stronger one.
        unit_access::lock(conn, &units).await?;
    }
    Ok(published.iter().map(|push| push.delivery_id).collect())
}

/// Units whose endpoint says that it is no more: nothing goes there any more, and people are told at once.
fn gone(pushes: &[&Push]) -> Vec<String> {
    let is_gone = |push: &&&Push| {
        let status = match &push.outcome {
            Outcome::Failed { status, .. } => *status,
            Outcome::Delivered => None,
        };
        push.way == DeliveryWay::Webhook && status == Some(GONE)
    };
    let units: BTreeSet<&str> = pushes
        .iter()
        .filter(is_gone)
        .map(|push| push.unit.as_str())
        .collect();
    units.into_iter().map(ToOwned::to_owned).collect()
}

/// Records pushes in one transaction. Each fact takes the cause of its document, so the command's own is a formality.
///
/// # Errors
/// When the database fails; the documents are then sent again when their lease ends.
pub async fn record(ctx: &Ctx, pushes: Vec<Push>) -> Result<(), DbError> {
    if pushes.is_empty() {
        return Ok(());
    }
    let cause = Cause::asked_by(format!("service:{}", crate::SERVICE), None);
    let asked: Vec<Asked<Push>> = pushes
        .into_iter()
        .map(|command| Asked {
            cause: cause.clone(),
            command,
        })
        .collect();
    let webhook = &ctx.config.webhook;
    let work = RecordDeliveries {
        breaker: Breaker {
            failures: webhook.breaker_failures,
            wait: TimeDelta::seconds(webhook.breaker_secs),
        },
    };
    let all: Vec<&Push> = asked.iter().map(|asked| &asked.command).collect();
    let falls_back = !gone(&all).is_empty();
    ctx.db.execute_many(&work, &asked).await?;
    if falls_back {
        ctx.paces.forget();
    }
    Ok(())
}
