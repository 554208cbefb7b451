//! Units on NATS that do not read: their documents are in their stream, so nothing fails, and yet nobody handles the orders.
//! People are told, once, and told again when the unit reads. Before the stream forgets what is not read, it is put there anew.
use super::resend_lost;
use crate::ctx::Ctx;
use crate::events;
use crate::store::unit_access;
use crate::store::unit_readers::{self, Reading};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::UnitCode;
use contracts::words::DeliveryWay;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;

/// The use case; its command is how far everybody has read. Answers how many units people are told of, or
/// are sent something again.
#[derive(Clone, Copy, Debug)]
struct WatchReaders {
    alarm_after: TimeDelta,
    renew_after: TimeDelta,
    closed: TimeDelta,
}

impl Work for WatchReaders {
    const NAME: &'static str = "watch_readers";
    type Command = Vec<Reading>;
    type Output = usize;
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Vec<Reading>>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, cause } in commands {
            let back = unit_readers::observe(conn, now, command).await?;
            let stale = unit_readers::resend(conn, now, now - self.renew_after).await?;
            resend_lost::renew(conn, now, self.closed, &stale).await?;
            let silent = unit_readers::alarm(conn, now, now - self.alarm_after).await?;
            let mut facts = Vec::with_capacity(back.len() + silent.len());
            for (unit, since) in &back {
                let unit = UnitCode(unit.clone());
                facts.push(events::delivery_restored(
                    &unit,
                    DeliveryWay::Nats,
                    *since,
                    now,
                    cause,
                ));
            }
            for unit in &silent {
                tracing::error!(unit = unit.unit, since = %unit.since, waiting = unit.waiting, "a unit on NATS does not read");
                facts.push(events::delivery_failing(unit, now, cause));
            }
            bus::outbox::append(conn, &facts).await?;
            results.push(Ok(facts.len() + stale.len()));
        }
        Ok(results)
    }
}

/// Looks how far everybody has read. Answers how many people are told of.
///
/// # Errors
/// When NATS or the database fails.
pub async fn watch_readers(ctx: &Ctx) -> anyhow::Result<usize> {
    let units: Vec<UnitCode> = unit_access::on_nats(ctx.db.pool())
        .await?
        .into_iter()
        .map(UnitCode)
        .collect();
    if units.is_empty() {
        return Ok(0);
    }
    let readings = ctx.stream.readings(&units).await?;
    let command = readings
        .into_iter()
        .map(|read| Reading {
            unit: read.unit.0,
            acknowledged: i64::try_from(read.acknowledged).unwrap_or(i64::MAX),
            unread: i64::try_from(read.unread).unwrap_or(i64::MAX),
        })
        .collect();
    let work = WatchReaders {
        alarm_after: TimeDelta::seconds(ctx.config.delivery.unread_alarm_secs),
        // Twice in the life of what is in the stream.
        renew_after: TimeDelta::hours(i64::try_from(ctx.stream.keeps_days()).unwrap_or(1) * 12),
        closed: TimeDelta::days(ctx.config.delivery.resend_closed_days),
    };
    let cause = Cause::asked_by("clock", None);
    Ok(ctx.db.execute(&work, Asked { cause, command }).await?)
}
