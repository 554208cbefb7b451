//! What a lifecycle costs in rows and messages, counted by the servers themselves.
use all_in_one::platform::SERVICES;
use async_nats::jetstream::consumer::{Info, PullConsumer};
use contracts::shard::Shard;
use contracts::subjects::Namespace;
use futures::TryStreamExt;
use serde::Serialize;
use system_tests::cluster::Cluster;

/// Counters of the servers at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counters {
    tuples_written: i64,
    commits: i64,
    wal_bytes: i64,
    heap_bytes: i64,
    events: u64,
    unit_documents: u64,
    message_bytes: u64,
    deliveries: u64,
}

/// Of one lifecycle.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Volume {
    /// Lifecycles that were counted.
    pub lifecycles: usize,
    /// Row versions written (inserts and updates).
    pub rows: f64,
    /// Bytes by which the heaps grew per row version: never more than a row has, so the floor is not flattered.
    pub row_bytes: f64,
    /// Transactions that PostgreSQL counted as committed, reads included.
    pub commits: f64,
    /// Bytes of write-ahead log.
    pub wal_bytes: f64,
    /// Messages published, to `EVENTS` and to `UNITS`.
    pub messages: f64,
    /// Of them documents for units.
    pub unit_documents: f64,
    /// Bytes of one message on the average.
    pub message_bytes: f64,
    /// Deliveries of these messages, to services and to units.
    pub deliveries: f64,
}

impl Counters {
    /// The difference, per lifecycle.
    pub fn since(&self, before: &Self, lifecycles: usize) -> Volume {
        let per = |now: i64, then: i64| (now - then) as f64 / lifecycles.max(1) as f64;
        let documents = self.unit_documents - before.unit_documents;
        let messages = self.events - before.events + documents;
        let written = (self.tuples_written - before.tuples_written).max(1);
        Volume {
            lifecycles,
            rows: per(self.tuples_written, before.tuples_written),
            row_bytes: (self.heap_bytes - before.heap_bytes) as f64 / written as f64,
            commits: per(self.commits, before.commits),
            wal_bytes: per(self.wal_bytes, before.wal_bytes),
            messages: messages as f64 / lifecycles.max(1) as f64,
            unit_documents: documents as f64 / lifecycles.max(1) as f64,
            message_bytes: (self.message_bytes - before.message_bytes) as f64 / messages.max(1) as f64,
            deliveries: (self.deliveries - before.deliveries) as f64 / lifecycles.max(1) as f64,
        }
    }
}

/// Reads the counters of PostgreSQL and of JetStream.
pub async fn read(cluster: &Cluster) -> anyhow::Result<Counters> {
    let mut counters = Counters::default();
    for service in SERVICES {
        let pool = cluster.pool(service).await?;
        sqlx::query("select pg_stat_force_next_flush()")
            .execute(&pool)
            .await?;
        let (written, commits): (i64, i64) = sqlx::query_as(
            "select tup_inserted + tup_updated, xact_commit from pg_stat_database where datname = current_database()",
        )
        .fetch_one(&pool)
        .await?;
        let heap: i64 = sqlx::query_scalar(
            "select coalesce(sum(pg_relation_size(relid)), 0)::bigint from pg_stat_user_tables",
        )
        .fetch_one(&pool)
        .await?;
        let wal: i64 = sqlx::query_scalar("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")
            .fetch_one(&pool)
            .await?;
        counters.tuples_written += written;
        counters.commits += commits;
        counters.heap_bytes += heap;
        counters.wal_bytes = wal;
        pool.close().await;
    }
    let jetstream = cluster.transport().await?;
    let state = jetstream.get_stream("EVENTS").await?.cached_info().state.clone();
    (counters.events, counters.message_bytes) = (state.messages, state.bytes);
    for service in SERVICES {
        for shard in Shard::all() {
            let consumer: Result<PullConsumer, _> = jetstream
                .get_consumer_from_stream(Namespace::durable(service, shard), "EVENTS")
                .await;
            if let Ok(consumer) = consumer {
                counters.deliveries += consumer.cached_info().delivered.consumer_sequence;
            }
        }
    }
    let units = cluster.units_transport().await?.get_stream("UNITS").await?;
    let state = units.cached_info().state.clone();
    counters.unit_documents = state.messages;
    counters.message_bytes += state.bytes;
    let consumers: Vec<Info> = units.consumers().try_collect().await?;
    let delivered = consumers.iter().map(|unit| unit.delivered.consumer_sequence);
    counters.deliveries += delivered.sum::<u64>();
    Ok(counters)
}
