//! Deliveries to units: how many a second, how fast a day's backlog drains, and what dead endpoints cost the others.
//!
//! Only unit-gateway runs; intake and routing are played on the bus (`upstream.rs`), with the same events in the same
//! order as theirs. Made by the services themselves, 50 000 orders would take minutes, and most of what was measured
//! would be the making.
pub mod backlog;
mod bare;
pub mod dead;
pub mod deliveries;
mod endpoints;
mod nats_systems;
mod post;
mod report;
mod upstream;

use crate::sampler::{Sampler, Shares};
use anyhow::Context;
use clap::Args;
use contracts::ids::UnitCode;
use serde_json::Value;
use std::time::Duration;
use system_tests::cluster::{Cluster, Options, until};
use web::auth::Role;

pub use report::Report;

/// What the three measurements share.
#[derive(Clone, Debug, Args)]
pub struct Machine {
    /// nats-server syncs every write before it answers.
    #[arg(long)]
    nats_sync_always: bool,
    /// Further settings of PostgreSQL, as name=value.
    #[arg(long, value_parser = crate::setting)]
    postgres: Vec<(String, String)>,
    /// Further settings of unit-gateway, as name=value.
    #[arg(long, value_parser = crate::setting)]
    gateway: Vec<(String, String)>,
}

const GATEWAY: &str = "unit-gateway";
/// However much waits, it is through after this.
const PATIENCE: Duration = Duration::from_secs(240);

/// unit-gateway on durable servers, alone; `nats_units` have users on NATS.
async fn start(machine: &Machine, label: &'static str, nats_units: &[String]) -> anyhow::Result<Cluster> {
    let mut options = Options::new(label).set(GATEWAY, "http.rate_per_second_max", "0");
    for (key, value) in &machine.gateway {
        options = options.set(GATEWAY, key, value);
    }
    options.services = vec![GATEWAY];
    options.durable = true;
    options.postgres.clone_from(&machine.postgres);
    options.nats_sync_always = machine.nats_sync_always;
    options.nats_units = nats_units.iter().map(|unit| unit.as_str().into()).collect();
    Cluster::start(options).await
}

/// Unit codes of a group: `W-000`, `W-001`, …
fn codes(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{prefix}-{number:03}")).collect()
}

/// Registers how a unit is reached, as an administrator does.
async fn access(cluster: &Cluster, unit: &str, body: &Value) -> anyhow::Result<()> {
    let url = format!("{}/v1/units/{unit}/access", cluster.address(GATEWAY));
    let http = reqwest::Client::builder()
        .timeout(Duration::from_secs(20))
        .no_proxy()
        .build()?;
    let answer = http
        .put(url)
        .bearer_auth(cluster.token(Role::Admin, None))
        .json(body)
        .send()
        .await?;
    let status = answer.status();
    anyhow::ensure!(status.is_success(), "{unit}: {status} {}", answer.text().await?);
    Ok(())
}

/// Waits until so many documents are queued for each of the units, whatever became of them.
async fn all_queued(cluster: &Cluster, units: &[String], each: u64) -> anyhow::Result<()> {
    let pool = cluster.pool(GATEWAY).await?;
    until("the orders are queued", PATIENCE, || async {
        let mut least = u64::MAX;
        for unit in units {
            least = least.min(queued(&pool, unit).await?);
        }
        Ok((least >= each).then_some(()))
    })
    .await?;
    pool.close().await;
    Ok(())
}

async fn queued(pool: &sqlx::PgPool, unit: &str) -> anyhow::Result<u64> {
    let count: i64 =
        sqlx::query_scalar("select coalesce(sum(last_seq), 0)::bigint from unit_feeds where unit = $1")
            .bind(unit)
            .fetch_one(pool)
            .await
            .context("unit_feeds")?;
    Ok(count.unsigned_abs())
}

/// Who used the processors while `work` ran, as one line.
async fn watched<T>(
    cluster: &Cluster,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<(T, Shares)> {
    Sampler::start(cluster)?.during(work).await
}

/// A unit's code as the contracts have it.
fn code(unit: &str) -> UnitCode {
    unit.into()
}
