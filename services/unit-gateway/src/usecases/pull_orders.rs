//! The next documents of a unit after its cursor; what the cursor has passed is acknowledged.
use crate::ctx::Ctx;
use crate::store::documents;
use crate::usecases::acknowledge_pull::AcknowledgePull;
use contracts::cause::{Asked, Cause};
use contracts::ids::UnitCode;
use db::{DbError, ExecuteError};
use serde_json::{Map, Value};
use std::time::Duration;
use thiserror::Error;

/// One document in a unit's feed.
#[derive(Debug)]
pub struct FeedItem {
    /// Its place; the next pull names the last one.
    pub cursor: i64,
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// The document, as it is sent on every way.
    pub document: Map<String, Value>,
}

/// Why there is no page.
#[derive(Debug, Error)]
pub enum PullError {
    /// The unit cannot have what was never written; nothing is acknowledged.
    #[error("the feed ends at {0}")]
    BeyondFeed(i64),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What a unit asks for.
#[derive(Clone, Debug)]
pub struct Pull {
    /// Who.
    pub unit: UnitCode,
    /// The last document it has.
    pub cursor: i64,
    /// Most documents in the answer.
    pub limit: u32,
    /// How long to wait when there is none.
    pub wait: Duration,
    /// False: the unit has not said that it has what stands before the cursor.
    pub acknowledge: bool,
    /// True: waits also without a place at the feed, and then hears of a document only when the wait is over.
    pub patient: bool,
}

/// Reads one page and acknowledges what stands before it; an empty one is waited for. The usual pull, with nothing new
/// to acknowledge, costs one statement.
///
/// # Errors
/// When the cursor is beyond the feed, or the database fails.
pub async fn pull_orders(ctx: &Ctx, pull: &Pull) -> Result<Vec<FeedItem>, PullError> {
    let waiting = if pull.wait.is_zero() {
        None
    } else {
        ctx.feeds.join(&pull.unit)
    };
    let items = look(ctx, pull).await?;
    match waiting {
        Some(waiting) if items.is_empty() => {
            waiting.beyond(pull.cursor, pull.wait).await;
            look(ctx, pull).await
        }
        None if items.is_empty() && pull.patient => {
            tokio::time::sleep(pull.wait).await;
            look(ctx, pull).await
        }
        _ => Ok(items),
    }
}

async fn look(
    ctx: &Ctx,
    Pull {
        unit,
        cursor,
        limit,
        acknowledge,
        ..
    }: &Pull,
) -> Result<Vec<FeedItem>, PullError> {
    let cursor = *cursor;
    let mut conn = ctx.db.pool().acquire().await.map_err(DbError::from)?;
    let page = documents::page(&mut conn, unit.as_str(), cursor, i64::from(*limit)).await?;
    // Not while holding a connection: under load the other side of the queue needs one too.
    drop(conn);
    if cursor > page.last_seq {
        return Err(PullError::BeyondFeed(page.last_seq));
    }
    if page.unacknowledged && *acknowledge {
        let cause = Cause::asked_by(
            format!("unit:{unit}"),
            telemetry::propagation::current_traceparent(),
        );
        let command = AcknowledgePull {
            unit: unit.clone(),
            cursor,
        };
        match ctx.acknowledge.execute(Asked { cause, command }).await {
            Ok(()) => {}
            Err(ExecuteError::Db(error)) => return Err(error.into()),
            Err(ExecuteError::Refused(never)) => match never {},
        }
    }
    let items = page.documents.into_iter().map(|row| {
        let document = serde_json::from_str(&row.document).map_err(|error| {
            DbError::inconsistent("documents", "document", &format!("{unit} {}", row.seq), &error)
        })?;
        Ok(FeedItem {
            cursor: row.seq,
            traceparent: row.traceparent,
            document,
        })
    });
    items.collect()
}
