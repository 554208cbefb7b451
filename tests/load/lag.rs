//! What is on its way: events that a service has not acknowledged, rows that are not published, documents that no
//! unit has.
use all_in_one::platform::SERVICES;
use async_nats::jetstream::Context;
use async_nats::jetstream::consumer::PullConsumer;
use contracts::shard::Shard;
use contracts::subjects::Namespace;
use serde::Serialize;
use sqlx::PgPool;
use std::time::{Duration, Instant};
use system_tests::cluster::{Cluster, until};

/// Whoever can ask.
pub struct Gauge {
    jetstream: Context,
    pools: Vec<(&'static str, PgPool)>,
}

/// Events between their publication and their acknowledgement, all services together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lag {
    /// Not yet fetched.
    pub pending: u64,
    /// Fetched, not yet acknowledged.
    pub ack_pending: u64,
}

const DRAIN_DEADLINE: Duration = Duration::from_secs(120);

impl Gauge {
    /// Connects.
    pub async fn open(cluster: &Cluster) -> anyhow::Result<Self> {
        let mut pools = Vec::new();
        for service in SERVICES {
            pools.push((service, cluster.pool(service).await?));
        }
        Ok(Self {
            jetstream: cluster.transport().await?,
            pools,
        })
    }

    /// The lag of every consumer of `EVENTS`, added up.
    pub async fn lag(&self) -> anyhow::Result<Lag> {
        let mut lag = Lag::default();
        for service in SERVICES {
            for shard in Shard::all() {
                let durable = Namespace::durable(service, shard);
                let consumer: PullConsumer =
                    self.jetstream.get_consumer_from_stream(durable, "EVENTS").await?;
                let info = consumer.cached_info();
                lag.pending += info.num_pending;
                lag.ack_pending += info.num_ack_pending as u64;
            }
        }
        Ok(lag)
    }

    /// Waits until nothing is on its way any more; answers how long that took.
    pub async fn drained(&self) -> anyhow::Result<Duration> {
        let began = Instant::now();
        until("everything arrived", DRAIN_DEADLINE, || async {
            let (rows, lag) = (self.rows().await?, self.lag().await?);
            anyhow::ensure!(rows == 0 && lag == Lag::default(), "{rows} rows wait, {lag:?}");
            // What was applied between the two looks may have caused the next.
            Ok((self.rows().await? == 0).then_some(()))
        })
        .await?;
        Ok(began.elapsed())
    }

    /// Rows that wait: to be published, behind a failure, to go to a unit by NATS.
    async fn rows(&self) -> anyhow::Result<i64> {
        let mut waiting = 0;
        for (service, pool) in &self.pools {
            waiting += sqlx::query_scalar::<_, i64>(
                "select (select count(*) from outbox) + (select count(*) from held_messages)",
            )
            .fetch_one(pool)
            .await?;
            if *service == "unit-gateway" {
                waiting += sqlx::query_scalar::<_, i64>(
                    "select count(*) from deliveries where state = 'waiting' and way = 'nats'",
                )
                .fetch_one(pool)
                .await?;
            }
        }
        Ok(waiting)
    }
}
