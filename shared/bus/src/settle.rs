//! What was applied is acknowledged and noted down a little later, for many batches at once.
//!
//! A consumer's own memory of its position lives in the memory of the server: on disk it costs the server a new file
//! ten times a second for each of a hundred consumers, which was more than all its other work. So the position of
//! each shard stands in `feed_positions`, and a consumer that is gone begins there again. The position is a floor:
//! what lies between it and the truth comes again and finds its row in the inbox.
use crate::BusError;
use crate::feed::Delivery;
use crate::life::Life;
use contracts::shard::Shard;
use sqlx::PgPool;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

const NOTE: &str = "
insert into feed_positions as p (shard, life, sequence)
select shard, life, sequence from unnest($1::smallint[], $2::timestamptz[], $3::bigint[]) as g(shard, life, sequence)
order by shard
on conflict (shard) do update set life = excluded.life, sequence = excluded.sequence
where (p.life, p.sequence) < (excluded.life, excluded.sequence)";

/// Applied deliveries that the server has not heard of yet: the last of each shard stands for all before it.
pub(crate) struct Settling {
    every: Duration,
    due: Option<Instant>,
    last: BTreeMap<Shard, Delivery>,
}

impl Settling {
    /// Nothing yet.
    pub(crate) fn new(every: Duration) -> Self {
        Self {
            every,
            due: None,
            last: BTreeMap::new(),
        }
    }

    /// Adds what was applied, in order.
    pub(crate) fn add(&mut self, applied: Vec<Delivery>) {
        self.last
            .extend(applied.into_iter().map(|delivery| (delivery.shard, delivery)));
        if !self.last.is_empty() {
            self.due.get_or_insert_with(|| Instant::now() + self.every);
        }
    }

    /// True when it is time for [`Settling::settle`].
    pub(crate) fn is_due(&self) -> bool {
        self.due.is_some_and(|due| due <= Instant::now())
    }

    /// Returns when it is time; never while there is nothing to settle.
    pub(crate) async fn until_due(&self) {
        match self.due {
            Some(due) => tokio::time::sleep_until(due).await,
            None => std::future::pending().await,
        }
    }

    /// Notes the positions down, then acknowledges what is `current`: an ack of an older generation could name a
    /// message of another life of the stream.
    pub(crate) async fn settle(&mut self, pool: &PgPool, current: impl Fn(&Delivery) -> bool) {
        self.due = None;
        let settled: Vec<Delivery> = std::mem::take(&mut self.last).into_values().collect();
        settle(pool, &settled, current).await;
    }
}

/// The last applied delivery of each shard, at once.
pub(crate) async fn settle(pool: &PgPool, settled: &[Delivery], current: impl Fn(&Delivery) -> bool) {
    if settled.is_empty() {
        return;
    }
    if let Err(error) = note(pool, settled).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "positions not noted down; more comes again if the server forgets its consumers"
        );
    }
    for delivery in settled.iter().filter(|delivery| current(delivery)) {
        delivery.acknowledge().await;
    }
}

async fn note(pool: &PgPool, settled: &[Delivery]) -> Result<(), BusError> {
    fn column<T>(settled: &[Delivery], value: impl Fn(&Delivery) -> T) -> Vec<T> {
        settled.iter().map(value).collect()
    }
    sqlx::query(NOTE)
        .bind(column(settled, |delivery| delivery.shard.number()))
        .bind(column(settled, |delivery| delivery.life))
        .bind(column(settled, |delivery| {
            i64::try_from(delivery.sequence).unwrap_or(i64::MAX)
        }))
        .execute(pool)
        .await?;
    Ok(())
}

/// The stream sequence up to which everything of a shard has taken effect, in this life of the stream.
///
/// # Errors
/// When the database fails.
pub(crate) async fn position(pool: &PgPool, shard: Shard, life: Life) -> Result<Option<u64>, BusError> {
    let sequence: Option<i64> =
        sqlx::query_scalar("select sequence from feed_positions where shard = $1 and life = $2")
            .bind(shard.number())
            .bind(life)
            .fetch_optional(pool)
            .await?;
    Ok(sequence.and_then(|sequence| u64::try_from(sequence).ok()))
}
