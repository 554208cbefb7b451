//! Applies a batch of events in one fenced transaction: inbox, handlers, hold-back, commit.
//!
//! Events are applied in *waves*: all events of one handler that nothing earlier in their own line precedes go
//! into one call. So a use case sees large slices, and a line keeps its order. A group that breaks the
//! transaction is rolled back to a savepoint and taken one by one; whoever fails is held, with its line.
use crate::handler::Handlers;
use crate::held::{self, Failure};
use crate::{BusConfig, Incoming, Verdict, inbox, lease};
use chrono::{DateTime, Utc};
use contracts::shard::Shard;
use db::{Conn, Db, DbError};
use futures::FutureExt;
use sqlx::Executor;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use uuid::Uuid;

/// What became of a batch.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    /// Events that took effect.
    pub done: usize,
    /// Copies that were dropped.
    pub repeated: usize,
    /// Events that failed or wait behind a failed one.
    pub held: usize,
}

/// Why a batch cannot be finished as it was begun.
enum Stop {
    /// The database failed.
    Db(DbError),
    /// A handler came to grief, and there is no savepoint to go back to.
    NeedsSavepoints,
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// Where the work of a batch happens.
pub struct Bench<'a> {
    /// The database.
    pub db: &'a Db,
    /// What the service does with events.
    pub handlers: &'a Handlers,
    /// Limits.
    pub config: &'a BusConfig,
    /// This replica.
    pub replica: &'a str,
}

/// Applies the events of the shards whose leases still hold; answers the shards that were fenced off.
///
/// First without savepoints, which nearly always suffices; when a handler comes to grief, all over again with them.
///
/// # Errors
/// When the database fails; nothing was changed and the same batch must be applied again.
pub async fn batch(
    bench: &Bench<'_>,
    leases: &BTreeMap<Shard, i64>,
    events: &[Incoming],
) -> Result<(Applied, Vec<Shard>), DbError> {
    for savepoints in [false, true] {
        match attempt_batch(bench, leases, events, savepoints).await {
            Ok(done) => return Ok(done),
            Err(Stop::Db(error)) => return Err(error),
            Err(Stop::NeedsSavepoints) => {}
        }
    }
    Err(DbError::inconsistent(
        "inbox",
        "event_id",
        &events.len(),
        &"savepoints did not help",
    ))
}

async fn attempt_batch(
    bench: &Bench<'_>,
    leases: &BTreeMap<Shard, i64>,
    events: &[Incoming],
    savepoints: bool,
) -> Result<(Applied, Vec<Shard>), Stop> {
    let wanted: BTreeMap<Shard, i64> = events
        .iter()
        .map(|event| (event.shard, leases.get(&event.shard).copied().unwrap_or(-1)))
        .collect();
    let shards: Vec<Shard> = wanted.keys().copied().collect();
    let mut tx = lease::begin_fenced(bench.db.pool(), &shards).await?;
    let mut opened = inbox::open(&mut tx, bench.replica, &wanted, events).await?;
    let fenced: Vec<Shard> = shards
        .into_iter()
        .filter(|shard| !opened.valid.contains(shard))
        .collect();
    let mine = events.iter().filter(|event| opened.valid.contains(&event.shard));
    let total = mine.clone().count();
    if total == 0 {
        // At once, not when the connection is used again: the new holder waits for these locks.
        tx.rollback().await?;
        return Ok((Applied::default(), fenced));
    }
    let fresh: Vec<&Incoming> = mine
        .filter(|event| opened.new.remove(&event.envelope.id.uuid()))
        .collect();
    let mut applied = Applied {
        repeated: total - fresh.len(),
        ..Applied::default()
    };
    if !fresh.is_empty() {
        let now = bench.db.clock().now();
        let failures = run(&mut tx, bench, now, &fresh, opened.blocked, savepoints).await?;
        applied.held = failures.len();
        applied.done = fresh.len() - failures.len();
        held::keep(&mut tx, bench.config, &fresh, failures).await?;
    }
    tx.commit().await?;
    bench.db.tell_applied();
    Ok((applied, fenced))
}

/// Runs the handlers wave by wave; answers the failures by position, in order of arrival.
async fn run(
    conn: &mut Conn,
    bench: &Bench<'_>,
    now: DateTime<Utc>,
    events: &[&Incoming],
    mut blocked: HashSet<Uuid>,
    savepoints: bool,
) -> Result<BTreeMap<usize, Failure>, Stop> {
    let handlers = bench.handlers;
    let mut failures = BTreeMap::new();
    for (handler, positions) in waves(handlers, events) {
        let (free, behind): (Vec<usize>, Vec<usize>) = positions
            .into_iter()
            .partition(|position| !blocked.contains(&events[*position].key()));
        failures.extend(behind.into_iter().map(|position| (position, Failure::Behind)));
        let Some(handler) = handler else {
            // Heard by nobody any more (a subscription was narrowed): nothing to do.
            continue;
        };
        for (position, failure) in group(conn, handlers, handler, now, events, &free, savepoints).await? {
            blocked.insert(events[position].key());
            failures.insert(position, failure);
        }
    }
    Ok(failures)
}

/// (handler, positions) in the order they must run.
fn waves(handlers: &Handlers, events: &[&Incoming]) -> Vec<(Option<usize>, Vec<usize>)> {
    let mut last: HashMap<Uuid, (usize, Option<usize>)> = HashMap::new();
    let mut waves: BTreeMap<(usize, Option<usize>), Vec<usize>> = BTreeMap::new();
    for (position, event) in events.iter().enumerate() {
        let handler = handlers.position(&event.envelope.event_type);
        let wave = match last.get(&event.key()) {
            Some((wave, before)) if *before == handler => *wave,
            Some((wave, _)) => wave + 1,
            None => 0,
        };
        last.insert(event.key(), (wave, handler));
        waves.entry((wave, handler)).or_default().push(position);
    }
    waves
        .into_iter()
        .map(|((_, handler), positions)| (handler, positions))
        .collect()
}

/// One call of one handler. Verdicts count; when the call itself fails, its events are taken one by one, which needs
/// savepoints.
async fn group(
    conn: &mut Conn,
    handlers: &Handlers,
    handler: usize,
    now: DateTime<Utc>,
    events: &[&Incoming],
    positions: &[usize],
    savepoints: bool,
) -> Result<Vec<(usize, Failure)>, Stop> {
    if positions.is_empty() {
        return Ok(Vec::new());
    }
    let slice: Vec<&Incoming> = positions.iter().map(|position| events[*position]).collect();
    let called = if savepoints {
        attempt(conn, handlers, handler, now, &slice).await?
    } else {
        call(conn, handlers, handler, now, &slice).await?
    };
    match called {
        Ok(verdicts) => Ok(failures(&slice, positions, verdicts)),
        Err(_) if !savepoints => Err(Stop::NeedsSavepoints),
        Err(problem) if positions.len() == 1 => {
            Ok(vec![(positions[0], failed(handlers, handler, slice[0], problem))])
        }
        Err(_) => Ok(one_by_one(conn, handlers, handler, now, events, positions).await?),
    }
}

/// The first failure of a line counts; what failed later in the same call only waits behind it.
fn failures(slice: &[&Incoming], positions: &[usize], verdicts: Vec<Verdict>) -> Vec<(usize, Failure)> {
    let mut lines: HashSet<Uuid> = HashSet::new();
    let failed = slice.iter().zip(positions).zip(verdicts);
    failed
        .filter_map(|((event, position), verdict)| {
            let failure = Failure::of(verdict)?;
            let first = lines.insert(event.key());
            Some((*position, if first { failure } else { Failure::Behind }))
        })
        .collect()
}

async fn one_by_one(
    conn: &mut Conn,
    handlers: &Handlers,
    handler: usize,
    now: DateTime<Utc>,
    events: &[&Incoming],
    positions: &[usize],
) -> Result<Vec<(usize, Failure)>, DbError> {
    let mut failures = Vec::new();
    let mut failed: HashSet<Uuid> = HashSet::new();
    for position in positions {
        let event = events[*position];
        if failed.contains(&event.key()) {
            failures.push((*position, Failure::Behind));
            continue;
        }
        if let Some(failure) = single(conn, handlers, handler, now, event).await? {
            failed.insert(event.key());
            failures.push((*position, failure));
        }
    }
    Ok(failures)
}

/// One event of its own. Whatever its handler runs into becomes a failure, unless the database itself is away.
pub(crate) async fn single(
    conn: &mut Conn,
    handlers: &Handlers,
    handler: usize,
    now: DateTime<Utc>,
    event: &Incoming,
) -> Result<Option<Failure>, DbError> {
    Ok(match attempt(conn, handlers, handler, now, &[event]).await? {
        Ok(verdicts) => verdicts.into_iter().next().and_then(Failure::of),
        Err(problem) => Some(failed(handlers, handler, event, problem)),
    })
}

fn failed(handlers: &Handlers, handler: usize, event: &Incoming, problem: String) -> Failure {
    event.span.in_scope(|| {
        tracing::warn!(handler = handlers.at(handler).name(), event.id = %event.envelope.id, problem, "event failed");
    });
    Failure::Retry(problem)
}

/// One call inside a savepoint. The outer error is trouble that concerns the whole batch; the inner one is what this
/// call ran into, and the call was rolled back to the savepoint.
async fn attempt(
    conn: &mut Conn,
    handlers: &Handlers,
    handler: usize,
    now: DateTime<Utc>,
    slice: &[&Incoming],
) -> Result<Result<Vec<Verdict>, String>, DbError> {
    conn.execute("savepoint handler").await?;
    let called = call(conn, handlers, handler, now, slice).await?;
    let end = match called {
        Ok(_) => "release savepoint handler",
        Err(_) => "rollback to savepoint handler; release savepoint handler",
    };
    conn.execute(end).await?;
    Ok(called)
}

/// Calls a handler. The outer error concerns the whole batch; the inner one is what the handler ran into. A panic is
/// such an inner one: it must not end the lane.
async fn call(
    conn: &mut Conn,
    handlers: &Handlers,
    handler: usize,
    now: DateTime<Utc>,
    slice: &[&Incoming],
) -> Result<Result<Vec<Verdict>, String>, DbError> {
    for event in slice {
        event.span.record("service", handlers.service());
    }
    let applied = handlers.at(handler).apply(&mut *conn, now, slice);
    match AssertUnwindSafe(applied).catch_unwind().await {
        Ok(Ok(verdicts)) if verdicts.len() != slice.len() => Ok(Err(format!(
            "answered {} of {} events",
            verdicts.len(),
            slice.len()
        ))),
        Ok(Ok(verdicts)) if follows_a_failure(slice, &verdicts) => Ok(Err("a line was overtaken".to_owned())),
        Ok(Ok(verdicts)) => Ok(Ok(verdicts)),
        Ok(Err(error)) if error.is_unavailable() || (error.is_conflict() && !error.is_lock_wait()) => {
            Err(error)
        }
        Ok(Err(error)) => Ok(Err(chain(&error))),
        Err(panic) => Ok(Err(format!("panicked: {}", db::panic_text(&*panic)))),
    }
}

/// True when an event took effect although an earlier one of its line, in the same call, did not.
fn follows_a_failure(events: &[&Incoming], verdicts: &[Verdict]) -> bool {
    let mut failed: HashSet<Uuid> = HashSet::new();
    events.iter().zip(verdicts).any(|(event, verdict)| {
        if *verdict != Verdict::Done {
            failed.insert(event.key());
        }
        *verdict == Verdict::Done && failed.contains(&event.key())
    })
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}
