//! `GET /v1/units/{unit}/orders?after=&limit=&wait_ms=`: the unit's feed. Never misses, never repeats, across restarts of
//! both sides: the cursor is the number of the last document the unit has, and asking again acknowledges it.
use crate::ctx::Ctx;
use crate::usecases::pull_orders::{FeedItem, Pull, PullError, pull_orders as pull};
use crate::wire::{problem, unit_code};
use axum::extract::State;
use contracts::unit_documents::UnitDocumentV1;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;
use utoipa::ToSchema;
use web::auth::Principal;
use web::{Json, Path, Problem, Query, page};

/// From where, and how many.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PullQuery {
    /// `next` of the answer before; absent at first.
    #[serde(default)]
    after: Option<String>,
    /// 1 to 200; 50 when absent.
    #[serde(default)]
    limit: Option<u32>,
    /// 0 to 10 000; 0 when absent.
    #[serde(default)]
    wait_ms: Option<u64>,
}

/// Shorter than the time limit of a request, and than what proxies between here and the unit allow.
const WAIT_MAX_MS: u64 = 10_000;

/// One document with its place in the feed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct FeedEntry {
    /// Its place in the feed.
    #[schema(example = "17")]
    cursor: String,
    /// W3C trace context: send it back with what you do about this order.
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<String>,
    /// A CloudEvents 1.0 document, the same as over NATS and webhooks.
    #[serde(flatten)]
    #[schema(value_type = UnitDocumentV1)]
    document: Map<String, Value>,
}

/// A part of the feed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Feed {
    /// Documents, oldest first.
    items: Vec<FeedEntry>,
    /// For `after` of the next call, whether there was something or not.
    #[schema(example = "17")]
    next: String,
}

/// The unit's documents after a cursor.
#[utoipa::path(
    get,
    path = "/v1/units/{unit}/orders",
    tag = "feed",
    params(
        ("unit" = String, Path, description = "code of the unit"),
        ("after" = Option<String>, Query, description = "`next` of the answer before; absent at first"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "1 to 200; 50 when absent"),
        ("wait_ms" = Option<u64>, Query, minimum = 0, maximum = 10_000, description = "how long an empty answer may wait for a document; 0 when absent. Under load it may come at once"),
    ),
    responses(
        (status = 200, description = "documents; `next` acknowledges them when it comes back", body = Feed),
        (status = 400, description = "`invalid_field`: `after` is no cursor, or is beyond the end of the feed"),
    )
)]
pub(super) async fn pull_orders(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(unit): Path<String>,
    Query(query): Query<PullQuery>,
) -> Result<Json<Feed>, Problem> {
    principal.require_unit(&unit)?;
    let unit = unit_code(unit)?;
    let limit = page::limit(query.limit)?;
    let cursor = cursor(query.after.as_deref())?;
    let asked = Pull {
        unit,
        cursor,
        limit,
        wait: wait(query.wait_ms)?,
        acknowledge: true,
        patient: false,
    };
    let items = pull(&ctx, &asked).await.map_err(|error| match error {
        PullError::BeyondFeed(_) => bad_cursor(),
        PullError::Db(error) => problem::failed(&error),
    })?;
    let next = items.last().map_or(cursor, |item| item.cursor).to_string();
    let items = items
        .into_iter()
        .map(
            |FeedItem {
                 cursor,
                 traceparent,
                 document,
             }| FeedEntry {
                cursor: cursor.to_string(),
                traceparent,
                document,
            },
        )
        .collect();
    Ok(Json(Feed { items, next }))
}

fn wait(wait_ms: Option<u64>) -> Result<Duration, Problem> {
    match wait_ms.unwrap_or(0) {
        wait_ms if wait_ms <= WAIT_MAX_MS => Ok(Duration::from_millis(wait_ms)),
        _ => Err(
            Problem::bad_request("invalid_field", format!("wait_ms is at most {WAIT_MAX_MS}"))
                .detail_zh(format!("wait_ms 最大为 {WAIT_MAX_MS}"))
                .field("wait_ms"),
        ),
    }
}

pub(super) fn cursor(after: Option<&str>) -> Result<i64, Problem> {
    match after.filter(|after| !after.is_empty()) {
        None => Ok(0),
        Some(text) => text
            .parse()
            .ok()
            .filter(|cursor| *cursor >= 0)
            .ok_or_else(bad_cursor),
    }
}

/// No number, or one that no answer of ours has told.
pub(super) fn bad_cursor() -> Problem {
    Problem::bad_request("invalid_field", "use `next` of the answer before unchanged")
        .detail_zh("请原样使用上一次返回的 next")
        .field("after")
}
