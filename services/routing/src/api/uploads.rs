//! A place among the uploads of packs, taken before the body is read: a pack is tens of megabytes, and what it becomes in
//! memory several times that.
use crate::ctx::Ctx;
use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;
use web::Problem;

/// A pack of a large city is read and checked in about that.
const RETRY_AFTER_SECS: u64 = 5;

/// The place; free again when the last clone is gone: the request is answered and the pack checked, also one whose
/// caller has gone away.
#[derive(Clone)]
pub struct UploadPlace {
    _permit: Arc<OwnedSemaphorePermit>,
}

impl FromRequestParts<Ctx> for UploadPlace {
    type Rejection = Problem;

    /// 503 `uploads_busy` with `Retry-After` when every place is taken.
    async fn from_request_parts(_: &mut Parts, ctx: &Ctx) -> Result<Self, Problem> {
        let permit = Arc::clone(&ctx.uploads).try_acquire_owned();
        let place = |permit| Self {
            _permit: Arc::new(permit),
        };
        permit.map(place).map_err(|_| {
            let detail = format!("{} packs are being read already", ctx.config.uploads_max);
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "uploads_busy", detail)
                .detail_zh("正在读取其他数据包，请稍后重试")
                .retry_after(RETRY_AFTER_SECS)
        })
    }
}
