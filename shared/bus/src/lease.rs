//! Who runs which shard: lease rows with an epoch, database time, shared evenly among live replicas.
//!
//! The fence of a consumer's transaction takes a *shared* advisory lock per shard and then checks the lease; a
//! take-over tries the *exclusive* one: a shard with a transaction in flight is not taken until that has ended, and a
//! late transaction finds a new epoch.
use contracts::shard::{SHARDS, Shard};
use db::{Conn, DbError};
use sqlx::{AssertSqlSafe, PgPool, Postgres, Row, Transaction};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

/// First key of the advisory locks of shards.
pub const LOCK_CLASS: i32 = 0x0_5A_4D;

/// The shards this replica holds, with the epoch of each. Cheap to clone; clones share it.
#[derive(Clone, Debug)]
pub struct Leases {
    replica: Arc<str>,
    known: Arc<RwLock<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    held: BTreeMap<Shard, i64>,
    renewed: Option<Instant>,
}

impl Leases {
    /// A replica that holds nothing yet.
    #[must_use]
    pub fn new(replica: &str) -> Self {
        Self {
            replica: replica.into(),
            known: Arc::default(),
        }
    }

    /// The replica's id.
    #[must_use]
    pub fn replica(&self) -> &str {
        &self.replica
    }

    /// Shards and epochs held after the last tick.
    #[must_use]
    pub fn held(&self) -> BTreeMap<Shard, i64> {
        self.known().held.clone()
    }

    /// Time since the last tick that succeeded; `None` before the first.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.known().renewed.map(|renewed| renewed.elapsed())
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Numbers of the shards held.
    #[must_use]
    pub fn shards(&self) -> Vec<i16> {
        self.held().keys().map(|shard| shard.number()).collect()
    }

    fn remember(&self, held: BTreeMap<Shard, i64>, renewed: Option<Instant>) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Known { held, renewed };
    }

    /// Forgets everything: the database has not answered for as long as a lease lasts.
    pub fn forget(&self) {
        self.remember(BTreeMap::new(), None);
    }

    /// Renews what is held, gives away what is more than the fair share, takes what is free up to it.
    ///
    /// # Errors
    /// When the database fails; what was held stays valid until it expires.
    pub async fn tick(&self, pool: &PgPool, ttl: Duration) -> Result<(), DbError> {
        let ttl_ms = i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX);
        let began = Instant::now();
        let mut tx = pool.begin().await?;
        let target = self.fair_share(&mut tx, ttl_ms).await?;
        sqlx::query("update shard_leases set expires_at = now() + $2 * interval '1 ms' where holder = $1")
            .bind(&*self.replica)
            .bind(ttl_ms)
            .execute(&mut *tx)
            .await?;
        let held = self.read(&mut tx).await?;
        if held.len() > target {
            let surplus: Vec<i16> = held.keys().skip(target).map(|s| s.number()).collect();
            sqlx::query("update shard_leases set holder = null, expires_at = '-infinity' where shard = any($1) and holder = $2")
                .bind(&surplus)
                .bind(&*self.replica)
                .execute(&mut *tx)
                .await?;
        } else if held.len() < target {
            self.take(&mut tx, target - held.len(), ttl_ms).await?;
        }
        let held = self.read(&mut tx).await?;
        tx.commit().await?;
        self.remember(held, Some(began));
        Ok(())
    }

    /// Gives everything back, so that others need not wait for expiry.
    ///
    /// # Errors
    /// When the database fails; the leases then expire by themselves.
    pub async fn release(&self, pool: &PgPool) -> Result<(), DbError> {
        self.forget();
        // This row first: a tick that was cut off while it committed holds it, and may just have taken a shard.
        sqlx::query("delete from replicas where replica = $1")
            .bind(&*self.replica)
            .execute(pool)
            .await?;
        sqlx::query("update shard_leases set holder = null, expires_at = '-infinity' where holder = $1")
            .bind(&*self.replica)
            .execute(pool)
            .await?;
        Ok(())
    }

    async fn fair_share(&self, conn: &mut Conn, ttl_ms: i64) -> Result<usize, DbError> {
        sqlx::query(
            "insert into replicas (replica, expires_at) values ($1, now() + $2 * interval '1 ms')
             on conflict (replica) do update set expires_at = excluded.expires_at",
        )
        .bind(&*self.replica)
        .bind(ttl_ms)
        .execute(&mut *conn)
        .await?;
        sqlx::query("delete from replicas where expires_at < now() - interval '1 minute'")
            .execute(&mut *conn)
            .await?;
        let live: Vec<String> =
            sqlx::query_scalar("select replica from replicas where expires_at > now() order by replica")
                .fetch_all(conn)
                .await?;
        let rank = live
            .iter()
            .position(|replica| **replica == *self.replica)
            .unwrap_or(0);
        let replicas = live.len().max(1);
        let shards = usize::from(SHARDS);
        Ok(shards / replicas + usize::from(rank < shards % replicas))
    }

    /// Takes free shards. One whose old holder is still inside a transaction is passed over until that has ended:
    /// waiting for it would keep all the others without a holder.
    async fn take(&self, conn: &mut Conn, wanted: usize, ttl_ms: i64) -> Result<(), DbError> {
        let free: Vec<i16> = sqlx::query_scalar(
            "select shard from shard_leases where holder is null or expires_at < clock_timestamp()
             order by shard for update skip locked",
        )
        .fetch_all(&mut *conn)
        .await?;
        if free.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "with quiet as materialized (
                 select s from unnest($1::smallint[]) as s where pg_try_advisory_xact_lock($2, s::integer) limit $3
             )
             update shard_leases
             set holder = $4, epoch = epoch + 1, expires_at = clock_timestamp() + $5 * interval '1 ms'
             from quiet where shard = quiet.s",
        )
        .bind(&free)
        .bind(LOCK_CLASS)
        .bind(i64::try_from(wanted).unwrap_or(i64::MAX))
        .bind(&*self.replica)
        .bind(ttl_ms)
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn read(&self, conn: &mut Conn) -> Result<BTreeMap<Shard, i64>, DbError> {
        let rows = sqlx::query("select shard, epoch from shard_leases where holder = $1 order by shard")
            .bind(&*self.replica)
            .fetch_all(conn)
            .await?;
        rows.iter()
            .map(|row| {
                let number: i16 = row.try_get("shard")?;
                let shard = Shard::from_number(number).ok_or_else(|| {
                    DbError::inconsistent("shard_leases", "shard", &number, &"out of range")
                })?;
                Ok((shard, row.try_get("epoch")?))
            })
            .collect()
    }
}

/// Begins a transaction in which the given shards cannot move: it holds their advisory locks, shared, until it ends.
/// Their leases are to be read *after* this, in a statement of its own.
///
/// # Errors
/// When the database fails.
pub async fn begin_fenced(
    pool: &PgPool,
    shards: &[Shard],
) -> Result<Transaction<'static, Postgres>, DbError> {
    // One round trip. Numbers only, so there is nothing to escape.
    let locks: String = shards
        .iter()
        .map(|shard| {
            format!(
                "; select pg_advisory_xact_lock_shared({LOCK_CLASS}, {})",
                shard.number()
            )
        })
        .collect();
    Ok(pool.begin_with(AssertSqlSafe(format!("begin{locks}"))).await?)
}

/// True when the shard is still held with this epoch. In a transaction of [`begin_fenced`].
///
/// # Errors
/// When the database fails.
pub async fn holds(conn: &mut Conn, replica: &str, shard: Shard, epoch: i64) -> Result<bool, DbError> {
    let held: Option<i64> = sqlx::query_scalar(
        "select epoch from shard_leases where shard = $1 and holder = $2 and expires_at > clock_timestamp()",
    )
    .bind(shard.number())
    .bind(replica)
    .fetch_optional(conn)
    .await?;
    Ok(held == Some(epoch))
}
