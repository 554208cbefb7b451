//! Endpoints that fail for too long: people are told, the unit's documents take its other way, and test calls find out when it
//! is back.
use super::ping_unit::ping_unit;
use super::resend_lost;
use crate::ctx::Ctx;
use crate::domain::delivery::{Failing, GONE};
use crate::events;
use crate::store::{claims, unit_access, unit_health};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::UnitCode;
use contracts::words::DeliveryWay;
use db::{Conn, DbError, Results, Work};
use futures::future::join_all;
use std::collections::BTreeSet;
use std::convert::Infallible;

/// Endpoints that are looked at together.
const TOGETHER_MAX: i64 = 32;

/// The use case: these fail for too long.
#[derive(Clone, Copy, Debug)]
struct AlarmUnits {
    probe_wait: TimeDelta,
}

impl Work for AlarmUnits {
    const NAME: &'static str = "alarm_unit";
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
        unit_access::lock(conn, &units).await?;
        let failing = unit_health::alarm(conn, now, Some(now + self.probe_wait), &units).await?;
        let facts = fall_back(conn, now, &failing).await?;
        bus::outbox::append(conn, &facts).await?;
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}

/// Gives the documents of units that are not reached their other way; answers what people are told.
pub(super) async fn fall_back(
    conn: &mut Conn,
    now: DateTime<Utc>,
    failing: &[Failing],
) -> Result<Vec<bus::Fact>, DbError> {
    let ways: Vec<(String, String)> = failing
        .iter()
        .map(|unit| (unit.unit.clone(), unit.fallback.clone()))
        .collect();
    claims::redirect(conn, now, &ways).await?;
    let mut facts = Vec::with_capacity(failing.len());
    let cause = Cause::asked_by("clock", None);
    for unit in failing {
        tracing::error!(unit = unit.unit, since = %unit.since, error = unit.error, waiting = unit.waiting, "a unit is not reached");
        facts.push(events::delivery_failing(unit, now, &cause));
    }
    Ok(facts)
}

/// The use case: these answer again.
#[derive(Clone, Debug)]
struct RestoreUnits {
    /// Those that have not read everything on NATS, of those that had fallen back to it.
    unread: BTreeSet<String>,
    /// What they have not read is sent again unless its order ended longer ago.
    closed: TimeDelta,
}

impl Work for RestoreUnits {
    const NAME: &'static str = "restore_unit";
    type Command = UnitCode;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<UnitCode>],
    ) -> Result<Results<Self>, DbError> {
        for Asked { command, cause } in commands {
            unit_access::lock(conn, std::slice::from_ref(&command.0)).await?;
            if let Some(fact) = forget(conn, now, command, cause).await? {
                let (unit, webhook) = (command.as_str(), DeliveryWay::Webhook.as_str());
                let before = unit_access::get(conn, unit).await?;
                unit_health::restore(conn, unit).await?;
                claims::redirect(conn, now, &[(unit.to_owned(), webhook.to_owned())]).await?;
                if before.is_some_and(|before| before.present_way() == DeliveryWay::Nats.as_str()) {
                    let whose = (unit, self.unread.contains(unit));
                    resend_lost::leave(conn, now, self.closed, whose, webhook).await?;
                }
                bus::outbox::append(conn, &[fact]).await?;
            }
        }
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}

/// Forgets that a unit's endpoint fails; the fact, if people were told.
pub(super) async fn forget(
    conn: &mut Conn,
    now: DateTime<Utc>,
    unit: &UnitCode,
    cause: &Cause,
) -> Result<Option<bus::Fact>, DbError> {
    let since = unit_health::forget(conn, unit.as_str()).await?;
    Ok(since.map(|since| events::delivery_restored(unit, DeliveryWay::Webhook, since, now, cause)))
}

/// Tells of endpoints that fail for too long, and calls those that were told of. Answers how many changed.
///
/// # Errors
/// When the database fails.
pub async fn watch_endpoints(ctx: &Ctx) -> Result<usize, DbError> {
    let (now, webhook) = (ctx.db.clock().now(), &ctx.config.webhook);
    let probe_wait = TimeDelta::seconds(webhook.probe_secs);
    let since = now - TimeDelta::seconds(webhook.alarm_after_secs);
    let failing = unit_health::due(ctx.db.pool(), since, TOGETHER_MAX).await?;
    let alarmed = run(ctx, &AlarmUnits { probe_wait }, failing).await?;
    let due = unit_health::to_probe(ctx.db.pool(), now, now + probe_wait, TOGETHER_MAX).await?;
    let calls = due.into_iter().map(|unit| async move {
        let pinged = ping_unit(ctx, &UnitCode(unit.clone())).await.ok().flatten()?;
        if pinged.status == Some(GONE) {
            let stopped = unit_health::stop_probing(ctx.db.pool(), &unit).await;
            if let Err(error) = stopped {
                tracing::warn!(%error, unit, "an endpoint that is no more is called once more");
            }
        }
        pinged.error.is_none().then_some(unit)
    });
    let back: Vec<String> = join_all(calls).await.into_iter().flatten().collect();
    let restore = RestoreUnits {
        unread: unread(ctx, &back).await?,
        closed: TimeDelta::days(ctx.config.delivery.resend_closed_days),
    };
    let restored = run(ctx, &restore, back).await?;
    if alarmed + restored > 0 {
        ctx.paces.forget();
    }
    Ok(alarmed + restored)
}

/// Those of the units that have not read everything, of those that are reached on NATS now.
async fn unread(ctx: &Ctx, units: &[String]) -> Result<BTreeSet<String>, DbError> {
    let mut unread = BTreeSet::new();
    for unit in units {
        let mut conn = ctx.db.pool().acquire().await?;
        let access = unit_access::get(&mut conn, unit).await?;
        drop(conn);
        let on_nats = access.is_some_and(|access| access.present_way() == DeliveryWay::Nats.as_str());
        if on_nats && resend_lost::has_unread(ctx, &UnitCode(unit.clone())).await {
            unread.insert(unit.clone());
        }
    }
    Ok(unread)
}

/// Each unit in a transaction of its own: so none is locked while another one is waited for.
async fn run<W: Work<Command = UnitCode>>(ctx: &Ctx, work: &W, units: Vec<String>) -> Result<usize, DbError> {
    let count = units.len();
    for unit in units {
        let asked = Asked {
            cause: Cause::asked_by("clock", None),
            command: UnitCode(unit),
        };
        ctx.db.execute_many(work, &[asked]).await?;
    }
    Ok(count)
}
