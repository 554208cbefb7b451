//! Handlers that leave a trace of every effect, and the troubles that a test can give them.
use bus::{Handler, Incoming, Verdict};
use chrono::{DateTime, Utc};
use contracts::event::{Event, EventType};
use db::{Conn, DbError};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// Where effects are written; nothing here prevents a second effect of the same event.
pub const TABLES: &str = "
create table effects (
    position bigint generated always as identity primary key,
    handler text not null,
    order_key uuid not null,
    sequence bigint not null,
    event_id uuid not null
);
create table once (id integer primary key);
insert into once (id) values (1);";

/// The usual event of these tests.
#[derive(Debug, Serialize, Deserialize)]
pub struct Counted {}

/// Another type, for a second handler.
#[derive(Debug, Serialize, Deserialize)]
pub struct Marked {}

/// An event of another publisher.
#[derive(Debug, Serialize, Deserialize)]
pub struct Prepared {}

impl Event for Prepared {
    const TYPE: EventType = EventType {
        service: "other",
        noun: "order",
        past: "prepared",
        version: 1,
    };
}

const fn event_type(past: &'static str) -> EventType {
    EventType {
        service: "test",
        noun: "order",
        past,
        version: 1,
    }
}

impl Event for Counted {
    const TYPE: EventType = event_type("counted");
}

impl Event for Marked {
    const TYPE: EventType = event_type("marked");
}

/// What can be wrong with one event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// Not yet.
    Retry,
    /// Never.
    Dead,
    /// A constraint of the service's own tables is violated.
    Violation,
    /// A bug of ours.
    Panic,
    /// A row that somebody else keeps locked.
    Locked,
}

/// Troubles by (line, sequence), and of the database as a whole. Shared by all hosts of a test.
#[derive(Clone, Default)]
pub struct Troubles {
    of: Arc<Mutex<HashMap<(Uuid, i64), Trouble>>>,
    database_away: Arc<AtomicBool>,
    gate: Arc<Mutex<Option<Arc<Semaphore>>>>,
    inside: Arc<AtomicUsize>,
    calls: Arc<AtomicUsize>,
}

impl Troubles {
    pub fn give(&self, key: Uuid, sequence: i64, trouble: Trouble) {
        self.of.lock().unwrap().insert((key, sequence), trouble);
    }

    pub fn remove(&self, key: Uuid, sequence: i64) {
        self.of.lock().unwrap().remove(&(key, sequence)).unwrap();
    }

    pub fn database_away(&self, away: bool) {
        self.database_away.store(away, Ordering::SeqCst);
    }

    /// Handlers stop inside their transaction until a permit is added.
    pub fn close_gate(&self) -> Arc<Semaphore> {
        let gate = Arc::new(Semaphore::new(0));
        *self.gate.lock().unwrap() = Some(Arc::clone(&gate));
        gate
    }

    pub fn open_gate(&self) {
        self.gate.lock().unwrap().take().unwrap().add_permits(1_000);
    }

    /// Handlers that stand before the gate.
    pub fn inside(&self) -> usize {
        self.inside.load(Ordering::SeqCst)
    }

    /// Calls of handlers so far.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    async fn pass_gate(&self) {
        let gate = self.gate.lock().unwrap().clone();
        if let Some(gate) = gate {
            self.inside.fetch_add(1, Ordering::SeqCst);
            gate.acquire().await.unwrap().forget();
            self.inside.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Writes one row per event.
pub struct Effects {
    name: &'static str,
    hears: Vec<EventType>,
    troubles: Troubles,
}

impl Effects {
    pub fn everything(troubles: &Troubles) -> Self {
        Self {
            name: "on_everything",
            hears: Vec::new(),
            troubles: troubles.clone(),
        }
    }

    pub fn of<E: Event>(name: &'static str, troubles: &Troubles) -> Box<dyn Handler> {
        Box::new(Self {
            name,
            hears: vec![E::TYPE],
            troubles: troubles.clone(),
        })
    }

    async fn write(&self, conn: &mut Conn, events: &[&Incoming]) -> Result<(), DbError> {
        let keys: Vec<Uuid> = events.iter().map(|event| event.key()).collect();
        let sequences: Vec<i64> = events.iter().map(|event| event.envelope.sequence).collect();
        let ids: Vec<Uuid> = events.iter().map(|event| event.envelope.id.uuid()).collect();
        sqlx::query(
            "insert into effects (handler, order_key, sequence, event_id)
             select $1, key, sequence, id from unnest($2::uuid[], $3::bigint[], $4::uuid[])
                  with ordinality as t(key, sequence, id, n) order by n",
        )
        .bind(self.name)
        .bind(keys)
        .bind(sequences)
        .bind(ids)
        .execute(conn)
        .await?;
        Ok(())
    }
}

#[async_trait::async_trait]
impl Handler for Effects {
    fn name(&self) -> &'static str {
        self.name
    }

    fn hears(&self) -> Vec<EventType> {
        self.hears.clone()
    }

    async fn apply(
        &self,
        conn: &mut Conn,
        _now: DateTime<Utc>,
        events: &[&Incoming],
    ) -> Result<Vec<Verdict>, DbError> {
        self.troubles.calls.fetch_add(1, Ordering::SeqCst);
        self.troubles.pass_gate().await;
        if self.troubles.database_away.load(Ordering::SeqCst) {
            return Err(DbError::Sql(sqlx::Error::PoolTimedOut));
        }
        let trouble_of = |event: &Incoming| {
            self.troubles
                .of
                .lock()
                .unwrap()
                .get(&(event.key(), event.envelope.sequence))
                .copied()
        };
        let mut verdicts = Vec::with_capacity(events.len());
        let mut fine = Vec::with_capacity(events.len());
        for event in events {
            verdicts.push(match trouble_of(event) {
                Some(Trouble::Retry) => Verdict::Retry("not\0 yet".to_owned()),
                Some(Trouble::Dead) => Verdict::Dead("never".to_owned()),
                Some(Trouble::Panic) => panic!("a bug"),
                Some(Trouble::Violation) => {
                    sqlx::query("insert into once (id) values (1)")
                        .execute(&mut *conn)
                        .await?;
                    Verdict::Done
                }
                Some(Trouble::Locked) => {
                    sqlx::query("set local lock_timeout = 50")
                        .execute(&mut *conn)
                        .await?;
                    sqlx::query("update once set id = id where id = 1")
                        .execute(&mut *conn)
                        .await?;
                    Verdict::Done
                }
                None => Verdict::Done,
            });
            if verdicts.last() == Some(&Verdict::Done) {
                fine.push(*event);
            }
        }
        self.write(conn, &fine).await?;
        Ok(verdicts)
    }
}
