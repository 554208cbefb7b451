//! A database of a test's own, and a use case that counts.
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use db::{Clock, Conn, Db, DbConfig, DbError, Results, Work};
use sqlx::PgPool;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use testkit::servers::servers;
use thiserror::Error;
use uuid::Uuid;

/// The counters that `Increment` raises.
const TABLES: &str = "
create table counters (name text primary key, value bigint not null check (value < 1000), raised_at timestamptz);
insert into counters (name, value) values ('a', 0), ('b', 0), ('full', 999);";

/// Settings as a service has them.
pub async fn config() -> DbConfig {
    let name = format!("d{}", Uuid::new_v4().simple());
    servers().postgres.create_database(&name).await.unwrap();
    DbConfig {
        url: servers().postgres.url(&name).into(),
        pool_max: 20,
        acquire_timeout_ms: 10_000,
        statement_timeout_ms: 10_000,
        lock_timeout_ms: 5_000,
        gather_ms: 0,
    }
}

pub async fn database() -> Db {
    let db = config().await.connect("test").await.unwrap();
    sqlx::raw_sql(TABLES).execute(db.pool()).await.unwrap();
    db
}

pub async fn value(pool: &PgPool, name: &str) -> i64 {
    sqlx::query_scalar("select value from counters where name = $1")
        .bind(name)
        .fetch_one(pool)
        .await
        .unwrap()
}

/// How a command of `Increment` ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// It is refused after it was looked at.
    Refused,
    /// It counts.
    Counts,
    /// A bug of ours.
    Panics,
}

/// Raises a counter by one: reads it, decides, writes it.
#[derive(Clone, Default)]
pub struct Increment {
    serializable: bool,
    transactions: Arc<AtomicUsize>,
}

impl Increment {
    /// Every transaction sees the database as it was when it began, so that racing ones fail.
    pub fn serializable() -> Self {
        Self {
            serializable: true,
            ..Self::default()
        }
    }

    /// Transactions begun so far.
    pub fn transactions(&self) -> usize {
        self.transactions.load(Ordering::SeqCst)
    }
}

/// The rules say no.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{0} may not be raised")]
pub struct NotAllowed(pub String);

impl Work for Increment {
    const NAME: &'static str = "increment_counter";
    type Command = (&'static str, How);
    type Output = i64;
    type Refusal = NotAllowed;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Self::Command>],
    ) -> Result<Results<Self>, DbError> {
        self.transactions.fetch_add(1, Ordering::SeqCst);
        if self.serializable {
            sqlx::query("set transaction isolation level serializable")
                .execute(&mut *conn)
                .await?;
        }
        let mut results = Vec::new();
        for Asked {
            command: (name, how), ..
        } in commands
        {
            let before: i64 = sqlx::query_scalar("select value from counters where name = $1 for update")
                .bind(name)
                .fetch_one(&mut *conn)
                .await?;
            match how {
                How::Panics => panic!("a bug"),
                How::Refused => results.push(Err(NotAllowed((*name).to_owned()))),
                How::Counts => {
                    sqlx::query("update counters set value = $2, raised_at = $3 where name = $1")
                        .bind(name)
                        .bind(before + 1)
                        .bind(now)
                        .execute(&mut *conn)
                        .await?;
                    results.push(Ok(before + 1));
                }
            }
        }
        Ok(results)
    }
}

pub fn asked(name: &'static str, how: How) -> Asked<(&'static str, How)> {
    Asked {
        cause: Cause::asked_by("test", None),
        command: (name, how),
    }
}

/// The same database, with a clock that a test moves.
pub fn standing_still(db: &Db, at: &str) -> Db {
    db.with_clock(Clock::manual(at.parse().unwrap()))
}
