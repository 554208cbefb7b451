//! The next documents of a unit after its cursor; what the cursor has passed is acknowledged first.
use crate::ctx::Ctx;
use crate::store::delivery_reads;
use crate::usecases::acknowledge_pull::AcknowledgePull;
use contracts::cause::{Asked, Cause};
use contracts::ids::UnitCode;
use contracts::unit_documents::UnitDocumentV1;
use db::{DbError, ExecuteError};

/// One document in a unit's feed.
#[derive(Debug)]
pub struct FeedItem {
    /// Its place; the next pull names the last one.
    pub cursor: i64,
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// The document.
    pub document: UnitDocumentV1,
}

/// Acknowledges and reads.
///
/// # Errors
/// When the database fails.
pub async fn pull_orders(
    ctx: &Ctx,
    unit: &UnitCode,
    cursor: i64,
    limit: u32,
) -> Result<Vec<FeedItem>, DbError> {
    let mut conn = ctx.db.pool().acquire().await?;
    if cursor > 0 && delivery_reads::has_unacknowledged(&mut conn, unit.as_str(), cursor).await? {
        let cause = Cause::asked_by(
            format!("unit:{unit}"),
            telemetry::propagation::current_traceparent(),
        );
        let command = AcknowledgePull {
            unit: unit.clone(),
            cursor,
        };
        // Not while holding a connection: under load the other side of the queue needs one too.
        drop(conn);
        match ctx.acknowledge.execute(Asked { cause, command }).await {
            Ok(()) => {}
            Err(ExecuteError::Db(error)) => return Err(error),
            Err(ExecuteError::Refused(never)) => match never {},
        }
        conn = ctx.db.pool().acquire().await?;
    }
    let rows = delivery_reads::after(&mut conn, unit.as_str(), cursor, i64::from(limit)).await?;
    rows.into_iter()
        .map(|row| {
            let document = serde_json::from_str(&row.document).map_err(|error| {
                DbError::inconsistent("deliveries", "document", &format!("{unit} {}", row.seq), &error)
            })?;
            Ok(FeedItem {
                cursor: row.seq,
                traceparent: row.traceparent,
                document,
            })
        })
        .collect()
}
