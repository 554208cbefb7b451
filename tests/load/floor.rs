//! The floor of the machine: as many rows of the same size committed, and as many messages published and
//! consumed, as a lifecycle needs – with bare PostgreSQL and NATS and no logic at all.
//!
//! Rows can be committed in different ways, and that decides the figure more than anything else. So there are
//! three floors, and the aim is shown beside the first two. `batched` commits the rows of 64 lifecycles in one statement and
//! one transaction: nobody can do less. `commands single` commits one row of each of the six commands in a transaction of its
//! own, because commands arrive one by one and each is answered when it is committed, and the rest in batches. `all single` has one
//! transaction per row over many connections, where PostgreSQL's own group commit does what it can.
use crate::floor_nats::Transport;
use crate::volume::Volume;
use anyhow::Context;
use futures::{StreamExt, TryStreamExt, stream};
use serde::Serialize;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use system_tests::cluster::Cluster;
use tokio::task::JoinSet;

/// Lifecycles per second that the bare servers sustain, or shares of those.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Floor {
    /// Everything in batches.
    pub batched: f64,
    /// One row of each command in a transaction of its own, the rest in batches.
    pub commands_single: f64,
    /// Every row in a transaction of its own.
    pub all_single: f64,
}

impl Floor {
    /// What a rate is of each.
    #[must_use]
    pub fn share_of(self, lifecycles_per_second: f64) -> Self {
        let share = |floor: f64| lifecycles_per_second / floor;
        Self {
            batched: share(self.batched),
            commands_single: share(self.commands_single),
            all_single: share(self.all_single),
        }
    }
}

/// Lifecycles whose rows share a transaction.
const CHUNK: usize = 64;
/// Chunks on their way at the same time.
const WORKERS: usize = 4;
/// Connections for transactions of one row.
const SINGLES_IN_FLIGHT: usize = 16;
/// Commands of a lifecycle: register, sign, respond, progress, reply, answer.
const COMMANDS: usize = 6;

#[derive(Clone)]
struct Work {
    pool: PgPool,
    transport: Transport,
    /// Rows per lifecycle with a transaction of their own.
    singles: usize,
    /// Rows per chunk that share one transaction.
    together: usize,
    messages: usize,
    row: Arc<[u8]>,
    next: Arc<AtomicU64>,
}

/// Measures all three on the servers of the cluster; the services must be stopped.
pub async fn measure(cluster: &Cluster, volume: &Volume, time: Duration) -> anyhow::Result<Floor> {
    cluster.postgres.create_database("floor").await?;
    let pool = PgPoolOptions::new()
        .max_connections((WORKERS * (SINGLES_IN_FLIGHT + 1)) as u32)
        .connect(&cluster.postgres.url("floor"))
        .await?;
    sqlx::query("create table floor_rows (id bigint primary key, body bytea not null)")
        .execute(&pool)
        .await?;
    let rows = volume.rows.round() as usize;
    anyhow::ensure!(
        rows > COMMANDS && volume.messages > 0.0,
        "nothing was measured before: {volume:?}"
    );
    let next = Arc::new(AtomicU64::new(1));
    let mut results = [0.0; 3];
    for (result, singles) in results.iter_mut().zip([0, COMMANDS, rows]) {
        let transport = Transport::open(cluster, volume).await?;
        let work = Work {
            pool: pool.clone(),
            transport: transport.clone(),
            singles,
            together: (rows - singles) * CHUNK,
            messages: (volume.messages * CHUNK as f64).round() as usize,
            row: body(volume.row_bytes),
            next: Arc::clone(&next),
        };
        *result = run(work, time).await?;
        transport.close().await?;
    }
    pool.close().await;
    let [batched, commands_single, all_single] = results;
    Ok(Floor {
        batched,
        commands_single,
        all_single,
    })
}

/// A row's bytes without its header (24), its key (8) and the length word (4). Random, so that nothing compresses.
fn body(row_bytes: f64) -> Arc<[u8]> {
    let length = (row_bytes - 36.0).max(8.0) as usize;
    std::iter::repeat_with(|| *uuid::Uuid::new_v4().as_bytes())
        .flatten()
        .take(length)
        .collect()
}

/// Lifecycles per second, until the last message is consumed.
async fn run(work: Work, time: Duration) -> anyhow::Result<f64> {
    let began = Instant::now();
    let mut workers = JoinSet::new();
    for _ in 0..WORKERS {
        let work = work.clone();
        workers.spawn(async move {
            let mut chunks = 0_usize;
            while began.elapsed() < time {
                chunk(&work).await?;
                chunks += 1;
            }
            anyhow::Ok(chunks)
        });
    }
    let mut chunks = 0;
    while let Some(worker) = workers.join_next().await {
        chunks += worker??;
    }
    work.transport.drained((chunks * work.messages) as u64).await?;
    Ok((chunks * CHUNK) as f64 / began.elapsed().as_secs_f64())
}

async fn chunk(work: &Work) -> anyhow::Result<()> {
    let singles = (work.singles * CHUNK) as u64;
    let first = work
        .next
        .fetch_add(singles + work.together as u64, Ordering::Relaxed);
    stream::iter(first..first + singles)
        .map(|id| single(work, id))
        .buffer_unordered(SINGLES_IN_FLIGHT)
        .try_collect::<Vec<()>>()
        .await?;
    if work.together > 0 {
        let ids: Vec<i64> = (first + singles..)
            .take(work.together)
            .map(|id| id as i64)
            .collect();
        let bodies: Vec<&[u8]> = vec![&work.row; ids.len()];
        sqlx::query("insert into floor_rows (id, body) select id, body from unnest($1::bigint[], $2::bytea[]) as t(id, body)")
            .bind(&ids)
            .bind(&bodies)
            .execute(&work.pool)
            .await
            .context("batch")?;
    }
    work.transport.publish(work.messages).await
}

async fn single(work: &Work, id: u64) -> anyhow::Result<()> {
    sqlx::query("insert into floor_rows (id, body) values ($1, $2)")
        .bind(id as i64)
        .bind(&*work.row)
        .execute(&work.pool)
        .await
        .context("single row")?;
    Ok(())
}
