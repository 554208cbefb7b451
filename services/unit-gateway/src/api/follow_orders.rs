//! `GET /v1/units/{unit}/orders/live`: the unit's feed as Server-Sent Events. A client that comes back with `Last-Event-ID`, as
//! every EventSource does, misses nothing, and says with it what it has.
use super::pull_orders::{bad_cursor, cursor};
use crate::ctx::Ctx;
use crate::domain::unit_key::PREFIX;
use crate::usecases::pull_orders::{FeedItem, Pull, PullError, pull_orders as pull};
use crate::wire::{problem, unit_code};
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use futures::stream;
use http::{HeaderMap, header};
use serde::Deserialize;
use std::time::{Duration, Instant};
use utoipa::ToSchema;
use web::auth::Principal;
use web::{Path, Problem, Query};

/// Documents read together.
const TOGETHER_MAX: u32 = 50;
/// A comment after so long without a document: proxies end what is silent. When too many wait at their feeds already,
/// this one is read so often, and no oftener.
const QUIET: Duration = Duration::from_secs(10);

/// From where.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FollowQuery {
    /// The last document that the unit has; the header `Last-Event-ID` comes first.
    #[serde(default)]
    after: Option<String>,
}

/// One event of the stream.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "it is written as text; this says in the document what is in it"
)]
pub(super) struct LiveEvent {
    /// The cursor behind the document: `Last-Event-ID` of whoever comes back.
    id: String,
    /// `order`
    event: String,
    /// The document, as JSON.
    data: String,
}

/// A feed that is followed.
struct Following {
    ctx: Ctx,
    next: Pull,
    first: Option<String>,
    until: Instant,
    /// Of a unit's system; a person's token ends by itself.
    key: Option<String>,
}

/// The unit's documents as they come, each as an event `order` with its cursor as id. It ends after a while; coming back
/// with `Last-Event-ID` goes on and acknowledges what stands before it.
#[utoipa::path(
    get,
    path = "/v1/units/{unit}/orders/live",
    tag = "feed",
    params(
        ("unit" = String, Path, description = "code of the unit"),
        ("after" = Option<String>, Query, description = "cursor of the last document that the unit has; absent at first"),
        ("Last-Event-ID" = Option<String>, Header, description = "the same, as EventSource sends it; comes first"),
    ),
    responses(
        (status = 200, description = "events without end", body = LiveEvent, content_type = "text/event-stream"),
        (status = 400, description = "`invalid_field`: the cursor is none, or is beyond the end of the feed"),
    )
)]
pub(super) async fn follow_orders(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(unit): Path<String>,
    Query(query): Query<FollowQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    principal.require_unit(&unit)?;
    let unit = unit_code(unit)?;
    let last = match headers.get("last-event-id") {
        Some(value) => Some(value.to_str().map_err(|_| bad_cursor())?.to_owned()),
        None => query.after,
    };
    let mut next = Pull {
        unit,
        cursor: cursor(last.as_deref())?,
        limit: TOGETHER_MAX,
        wait: Duration::ZERO,
        acknowledge: true,
        patient: true,
    };
    let items = pull(&ctx, &next).await.map_err(|error| match error {
        PullError::BeyondFeed(_) => bad_cursor(),
        PullError::Db(error) => problem::failed(&error),
    })?;
    // A comment at once, so that the client knows that it is heard.
    let from = next.cursor;
    let first = format!(": from {from}\n\n{}", written(&mut next, &items));
    // Written is not received: only a client that comes back has said what it has.
    (next.acknowledge, next.wait) = (false, QUIET);
    let following = Following {
        until: Instant::now() + Duration::from_secs(ctx.config.delivery.live_secs),
        first: Some(first),
        key: key(&headers),
        ctx,
        next,
    };
    let events = stream::unfold(following, |mut following| async move {
        let written = following.more().await?;
        Some((Ok::<_, std::convert::Infallible>(written), following))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(events)).into_response())
}

impl Following {
    /// Whether the key is still one: it may have been withdrawn since the feed was opened.
    async fn may_go_on(&self) -> bool {
        let Some(key) = &self.key else { return true };
        match self.ctx.keys.find(key).await {
            Ok(owner) => owner.is_some(),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, unit = %self.next.unit, "a followed feed broke off");
                false
            }
        }
    }

    /// The next part of the stream; `None` ends it.
    async fn more(&mut self) -> Option<String> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        if Instant::now() >= self.until {
            return None;
        }
        let pulled = pull(&self.ctx, &self.next).await;
        // Looked at after the wait and before anything is written.
        if !self.may_go_on().await {
            return None;
        }
        match pulled {
            Ok(items) if items.is_empty() => Some(": quiet\n\n".to_owned()),
            Ok(items) => Some(written(&mut self.next, &items)),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, unit = %self.next.unit, "a followed feed broke off");
                None
            }
        }
    }
}

/// The unit's key that came with the request.
fn key(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (_, key) = value.split_once(' ')?;
    let key = key.trim();
    key.starts_with(PREFIX).then(|| key.to_owned())
}

/// Documents as events; the next read goes on behind them.
fn written(next: &mut Pull, items: &[FeedItem]) -> String {
    let mut text = String::new();
    for FeedItem { cursor, document, .. } in items {
        // JSON of ours has no line break in it.
        let data = serde_json::to_string(document).unwrap_or_default();
        text += &format!("id: {cursor}\nevent: order\ndata: {data}\n\n");
        next.cursor = *cursor;
    }
    text
}
