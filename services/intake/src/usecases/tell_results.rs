//! Results of complaints that have a reply address: which are to be told now, what of them, and what came of a try.
use super::get_progress::get_progress;
use crate::domain::progress::{Progress, Stage};
use crate::store::{reply_addresses, results};
use chrono::TimeDelta;
use db::{Db, DbError};

pub use crate::store::results::Due;

/// What came of a try.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told {
    /// It got there.
    Yes,
    /// Something here failed; the desk was not even asked.
    NotTried(String),
    /// Its desk, or the provider of messages, did not take it.
    NotTaken(String),
    /// It never will be taken.
    Refused(String),
}

/// How long to wait after a try that failed: for this result, for its desk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Waits {
    /// For this result.
    pub result: TimeDelta,
    /// For whatever goes there.
    pub desk: TimeDelta,
}

/// Takes results that are due, at most `limit`, `per_desk` of one desk, each with how its complaint stands. Those of which
/// something is open go back to sleep: they were woken by the end of another order. One that cannot be read holds up no other.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    db: &Db,
    lease: TimeDelta,
    (limit, per_desk): (i64, i64),
) -> Result<Vec<(Due, Progress)>, DbError> {
    let now = db.clock().now();
    let mut conn = db.pool().acquire().await?;
    let claimed = results::claim(&mut conn, now, now + lease, (limit, per_desk)).await?;
    let mut ready = Vec::with_capacity(claimed.len());
    for due in claimed {
        // Read after the claim: what ends from now on wakes it again.
        match get_progress(db, &due.complaint_number).await {
            Ok(Some(progress)) if progress.stage() != Stage::Open => ready.push((due, progress)),
            Ok(_) => results::sleep(&mut conn, &due).await?,
            // It is tried again when its lease is over.
            Err(error) => {
                tracing::error!(result.id = %due.result_id, %error, "a result cannot be read");
            }
        }
    }
    Ok(ready)
}

/// Writes down what came of a try.
///
/// # Errors
/// When the database fails.
pub async fn record(db: &Db, due: &Due, told: &Told, waits: Waits) -> Result<(), DbError> {
    let (mut conn, now) = (db.pool().acquire().await?, db.clock().now());
    match told {
        Told::Yes => {
            results::told(&mut conn, due, now).await?;
            reply_addresses::took(&mut conn, &due.address).await
        }
        Told::NotTried(error) => {
            results::failed(&mut conn, due, error, now + waits.result).await?;
            Ok(())
        }
        Told::NotTaken(error) => {
            // A desk that was changed meanwhile has not failed yet.
            if results::failed(&mut conn, due, error, now + waits.result).await? {
                reply_addresses::pause(&mut conn, &due.address, now, now + waits.desk).await?;
            }
            Ok(())
        }
        // Whoever refuses is there.
        Told::Refused(error) => {
            results::refused(&mut conn, due, error, now).await?;
            reply_addresses::took(&mut conn, &due.address).await
        }
    }
}
