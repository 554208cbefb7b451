//! After the storm: everything that is on its way arrives, without anybody's help.
use all_in_one::platform::SERVICES;
use async_nats::jetstream::consumer::PullConsumer;
use contracts::shard::Shard;
use contracts::subjects::Namespace;
use sqlx::PgPool;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Duration;
use system_tests::cluster::{Cluster, until};

/// The databases, by service.
pub type Databases = BTreeMap<&'static str, PgPool>;

const DEADLINE: Duration = Duration::from_secs(180);

/// Opens all of them.
pub async fn databases(cluster: &Cluster) -> anyhow::Result<Databases> {
    let mut databases = Databases::new();
    for service in SERVICES {
        databases.insert(service, cluster.pool(service).await?);
    }
    Ok(databases)
}

/// Waits until no outbox holds a row, no line waits, and every consumer has acknowledged everything.
pub async fn everything_arrived(cluster: &Cluster, databases: &Databases) -> anyhow::Result<()> {
    let jetstream = cluster.transport().await?;
    // A message that was applied a moment ago may have caused the next: quiet means quiet twice.
    let quiet = Cell::new(0);
    until("everything arrived", DEADLINE, || async {
        let waiting = waiting(databases, &jetstream).await?;
        quiet.set(if waiting.is_empty() { quiet.get() + 1 } else { 0 });
        anyhow::ensure!(waiting.is_empty(), "{waiting:?}");
        Ok((quiet.get() >= 2).then_some(()))
    })
    .await
}

/// What has not arrived: place and count.
async fn waiting(
    databases: &Databases,
    jetstream: &async_nats::jetstream::Context,
) -> anyhow::Result<Vec<(String, u64)>> {
    let mut found = Vec::new();
    for (service, pool) in databases {
        for table in ["outbox", "held_messages"] {
            let rows: i64 = match table {
                "outbox" => {
                    sqlx::query_scalar("select count(*) from outbox")
                        .fetch_one(pool)
                        .await?
                }
                _ => {
                    sqlx::query_scalar("select count(*) from held_messages")
                        .fetch_one(pool)
                        .await?
                }
            };
            if rows > 0 {
                found.push((format!("{table} of {service}"), rows.unsigned_abs()));
            }
        }
        for shard in Shard::all() {
            let durable = Namespace::durable(service, shard);
            let consumer: PullConsumer = jetstream.get_consumer_from_stream(&durable, "EVENTS").await?;
            let info = consumer.cached_info();
            let lag = info.num_pending + info.num_ack_pending as u64;
            if lag > 0 {
                found.push((durable, lag));
            }
        }
    }
    Ok(found)
}
